import type { backup as english } from "../en/backup";

export const backup: typeof english = {
  title: "备份种子密钥",
  write: "创建备份",
  writeWhat: (count: number) =>
    count === 1
      ? "将 1 台设备的种子密钥存入一个用口令加密的文件。请把它保存在这台电脑以外的地方。"
      : `将 ${count} 台设备的种子密钥存入一个用口令加密的文件。请把它保存在这台电脑以外的地方。`,
  passphrase: "口令",
  again: "再次输入口令",
  length: "至少 12 个字符。忘记口令后，谁也打不开这个文件。",
  tooShort: "至少需要 12 个字符。",
  notSame: "两次输入的口令不一致。",
  empty: "请输入口令。",
  writeIt: "创建备份…",
  writing: "正在写入…",
  written: (file: string, devices: string) => `已将 ${devices} 写入 ${file}。`,
  writtenNot: "未选择文件，没有写入任何内容。",

  restore: "恢复",
  restoreWhat: "将备份中的种子密钥放入这台电脑的钥匙串。已有的种子密钥保持不变。",
  restoreIt: "恢复…",
  restoring: "正在恢复…",
  restored: (devices: string) => `已恢复：${devices}。`,
  restoredNone: "备份中没有新的内容。",
  kept: (devices: string) => `此前已有：${devices}。`,
  differing: (devices: string) => `未改动，因为这里保存着另一个种子密钥：${devices}。`,
  restoredNot: "未选择文件，没有恢复任何内容。",

  show: "显示",
  hide: "隐藏",
  showOf: (label: string) => `显示：${label}`,
};
