import type { FailureCode } from "../../api/types";

/** Why something was not done. */
const failures: Record<Exclude<FailureCode, "other">, string> = {
  "code-needed": "需要输入验证码",
  "code-rejected": "AWS 未接受该验证码",
  "code-used": "验证码已使用过",
  "serial-needed": "无法确定你的 MFA 设备",
  "choose-device": "请选择 MFA 设备",
  "budget-spent": "尝试次数过多，请稍后重试",
  refused: "无法完成此操作",
  network: "无法连接 AWS",
  file: "文件有问题，操作未完成",
  clock: "这台电脑的时钟不准",
  keychain: "无法使用系统钥匙串",
  "seed-missing": "钥匙串中没有可用的种子密钥",
  "seed-wrong": "种子密钥与 AWS 上的设备不符",
  "no-device": "该用户没有 MFA 设备",
  dismissed: "已取消",
};

const problems: Record<string, string> = {
  // What is wrong with a profile.
  "no-keys": "没有访问密钥",
  "half-keys": "访问密钥不完整",
  "temporary-keys": "其中是会话的临时密钥，不能再用来获取会话",
  "root-keys": "这是根用户的访问密钥",
  "fido-only": "安全密钥和通行密钥没有验证码，无法用于 STS",
  "credential-source": "该角色的凭证只在 AWS 的机器上可用",
  "missing-source": "source_profile 缺失或无效",
  "circular-source": "source_profile 形成循环",
  role: "角色的设置有误",
  target: "会话无法写入目标配置文件",
  region: "区域无效",
  partition: "区域与设备或角色不在同一分区",
  endpoint: "端点地址无效",
  duration: "会话时长超出范围",
  shorter: "会话时长比要求的短",
  managed: "此配置文件由其他工具管理",
  "unknown-profile": "没有此配置文件",

  // What is wrong with this computer's files.
  files: "无法读取 AWS 文件",
  "file-warning": "AWS 文件中有一处错误",
  settings: "设置文件有问题",
  config: "config 文件未能更改",
  state: "无法写入应用的状态文件夹",
  lock: "无法锁定所需的文件",
  backup: "备份未完成",
  picture: "无法从图片中读取",
  screenshot: "无法截取屏幕",
  clipboard: "无法使用剪贴板",

  // What is wrong with a seed that was read.
  "not-otpauth": "其中没有 MFA 设备的种子密钥",
  "too-short": "种子密钥太短",
  "too-long": "内容太长",
  "too-many": "其中的账户太多",
  "bad-payload": "导出的内容已损坏或不完整",
  empty: "其中没有账户",
  "no-secret": "其中没有种子密钥",
  "bad-secret": "种子密钥不正确",
  hotp: "它是计数式验证码 (HOTP)，AWS 不使用",
  type: "AWS 不使用这种验证码",
  algorithm: "AWS 不使用这种算法",
  digits: "验证码不是六位",
  period: "验证码的更换周期不对",
  "duplicate-parameter": "链接中有重复的参数",
  "control-character": "名称中有控制字符",
  "bidi-control": "名称中有改变书写方向的字符，请确认来源",
  "issuer-mismatch": "两处写明的颁发者不一致，请确认来源",
  "other-issuer": "颁发者不是 AWS，请确认是否选对",
  "not-utf8": "名称不是有效的文本",

  // What is wrong with an MFA device at AWS.
  aws: "AWS 请求未成功",
  denied: "没有权限",
  "already-exists": "已有同名的 MFA 设备",
  "limit-exceeded": "该用户的 MFA 设备已达上限",
  "pair-rejected": "AWS 未接受连续的两个验证码",
  "temporarily-unmodifiable": "AWS 仍在处理该用户，请稍后重试",
  "not-made": "请求未能发出",
  "seed-lost": "种子密钥已丢失",
  orphan: "AWS 上可能留有一台未完成的设备",
  stopped: "已停止",
  unfinished: "上次的设置尚未完成",
  "nothing-unfinished": "没有未完成的设置",
  "not-enrolled": "这台电脑没有该设备的种子密钥",
  "name-differs": "设备名称不符",
  "session-needed": "需要先获取会话",
};

/** What to do, for the codes whose words here say all that the host's English ones say; those are left out then. */
export const advice: Partial<Record<string, string>> = {
  "code-rejected": "请在下一个验证码出现后立即输入；如果一直不被接受，请检查显示验证码的设备时钟是否准确。",
  "no-device": "请在配置文件页面让本机生成验证码，或在 IAM 控制台为该用户添加虚拟 MFA 设备。",
};

/** What went wrong, by its code, in a few words that stand over the host's English ones and say no more than the code. */
export const headlines: Partial<Record<string, string>> = { ...problems, ...failures };
