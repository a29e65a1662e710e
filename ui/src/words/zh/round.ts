import type { round as english } from "../en/round";

export const round: typeof english = {
  begin: "全部刷新",
  title: "全部刷新",
  good: "所有会话都有效。",
  goodWhat: "目前没有配置文件需要新会话。",
  beginning: "正在检查你的配置文件…",
  code: (device: string) => `设备 ${device} 的验证码`,
  codeFor: (profiles: string[]) => `用于：${profiles.join("、")}`,
  skip: "跳过",
  skipping: "正在跳过…",
  done: (until: string | null) => (until === null ? "已获取新会话。" : `会话到期时间：${until}`),
  working: "正在请求 AWS…",
  progress: (done: number, failed: number, running: boolean) => {
    const parts = [`${done} 个已完成`, ...(failed > 0 ? [`${failed} 个失败`] : [])].join("，");
    return running ? `目前 ${parts}…` : `${parts}。`;
  },
  close: "关闭",
};
