import type { session as english } from "../en/session";

export const session: typeof english = {
  role: "角色",
  source: "来源",

  length: "会话时长",
  lengthDefault: "使用默认时长",
  lengthFixed: "AWS 在此不允许其他时长。",
  renew: "自动续期",
  renewNot: "此处不可用：此配置文件的验证码需要手动输入。",
  renewFailed: "自动续期失败，稍后会重试。",
  notice: "到期前提醒",
  noticeOff: "关闭",
  on: "开启",
  off: "关闭",
  general: (value: string) => `使用通用设置（${value}）`,

  target: "写入其他配置文件…",
  targetName: "会话写入的配置文件",
  targetMissing: "请输入名称。",
  targetChecking: "正在检查是否可用…",
  targetGood: (name: string) => `可以使用 ${name}。`,
  targetDefault: "使用默认名称",
  targetSave: "保存",
  targetSaving: "正在保存…",
  targetSaved: (name: string) => `今后会话将写入 ${name}。`,

  use: "使用方法",
  shell: "Shell 类型",
  shells: { bash: "bash", zsh: "zsh", fish: "fish", powershell: "PowerShell", cmd: "cmd" },

  end: "结束会话",
  endWhat: (target: string) => `会话将从 ${target} 中删除。如果有人持有副本，AWS 在到期前仍会接受。`,
  endWhatNoTarget: "会话将被删除。如果有人持有副本，AWS 在到期前仍会接受。",
  ending: "正在删除会话…",
  ended: "会话已从这台电脑删除。",

  auto: "自动",
  autoTitle: "自动续期",
};
