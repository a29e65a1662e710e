import type { profile as english } from "../en/profile";

export const profile: typeof english = {
  open: "详情…",
  back: "返回",
  gone: "此配置文件已不在你的 AWS 文件中。",
  user: "用户",
  account: "账户",
  region: "区域",
  writtenTo: "写入到",
  unknown: "未知",

  code: "验证码",
  codeUse: "用于登录页面",
  showCode: "显示验证码",
  openingKeychain: "正在打开钥匙串…",
  copyCode: "复制",
  codeCopied: "已复制。30 秒后从剪贴板清除。",

  typed: "获取会话时，需手动输入 MFA 设备上的验证码。",
  device: "MFA 设备",
  deviceName: "名称",
  serial: "序列号",
  fingerprint: "指纹",

  showSeed: "再次显示二维码",
  showingSeed: "等待你确认…",
  seedShown: "二维码已在单独的窗口中打开。",
  resync: "重新同步",
  resyncing: "正在向 AWS 连续发送两个验证码，可能需要一分钟…",
  resynced: "这台电脑与 AWS 已重新同步。",
  forget: "从这台电脑删除种子密钥",
  forgetWhat:
    "种子密钥会从钥匙串中删除，以后需要自行输入验证码。设备仍保留在 AWS 上，手机上的副本也照常可用。如果既没有副本也没有备份，就再也无法生成它的验证码。",
  forgetYes: "删除种子密钥",
  forgetting: "正在从钥匙串删除种子密钥…",
  forgotten: "种子密钥已从这台电脑删除。设备仍在 AWS 上。",
  remove: "在 AWS 上停用并删除设备",
  removeWhat:
    "AWS 将不再接受此设备的验证码，无论来自这台电脑还是手机。如果这是你唯一的设备，你可能无法再登录，需要管理员协助。",
  removeType: (name: string) => `输入 ${name} 以确认`,
  removeWrong: (name: string) => `设备名称不符，应为 ${name}。`,
  removeYes: "删除设备",
  removing: "正在从 AWS 删除设备…",
  removed: "设备已从 AWS 删除，种子密钥也已从这台电脑删除。",
  cancel: "取消",
};
