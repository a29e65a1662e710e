import type { activity as english } from "../en/activity";

export const activity: typeof english = {
  title: "活动记录",
  recent: "最近活动",
  all: "全部活动",
  of: "配置文件",
  everyProfile: "所有配置文件",
  export: "导出…",
  exporting: "正在写入…",
  exported: (file: string) => `已写入 ${file}。`,
  exportedNot: "未选择文件，没有写入任何内容。",
  reading: "正在读取…",
  empty: "暂无记录。会话的获取、失败和结束都会列在这里。",
  emptyOf: (profile: string) => `暂无 ${profile} 的记录。`,
  more: (count: number) => `再显示 ${count.toLocaleString("zh-CN")} 条`,

  made: (until: string | null) => (until === null ? "新会话" : `新会话，${until} 到期`),
  failed: "未获取到会话",
  ended: "会话已结束",
  by: { click: "手动", automatic: "自动", "command-line": "命令行" },
  yesterday: (time: string) => `昨天 ${time}`,
};
