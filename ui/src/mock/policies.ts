import type { Host } from "../api/host";
import type { AccountPlan, PolicyGroup } from "../api/types";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const both = (en: string, zh: string) => ({ en, zh });

/** Two groups, as the core has them in short. */
export const groups: PolicyGroup[] = [
  {
    name: "ForceMFA",
    summary: both(
      "Without MFA, nothing works but setting up an MFA device.",
      "没有 MFA 时只能设置 MFA 设备。",
    ),
    parameters: [
      {
        name: "ChangePassword",
        is_switch: true,
        default: "no",
        about: both("yes: people can change their password first", "yes：可以先更改密码"),
      },
    ],
    statements: [{ name: "DenyAllButEnrolment", about: both("Denies the rest.", "拒绝其余操作。") }],
    notes: [both("Put people into ManageMFA as well.", "请同时加入 ManageMFA。")],
    text: '{\n  "Version": "2012-10-17"\n}',
  },
  {
    name: "Ec2RestrictAccess",
    summary: both("Nobody can stop the instances whose Name matches.", "不能停止名称匹配的实例。"),
    parameters: [
      {
        name: "NamePattern",
        is_switch: false,
        default: "CSR*",
        about: both("the instances", "实例"),
      },
    ],
    statements: [],
    notes: [],
    text: "{}",
  },
];

const plan: AccountPlan = {
  account: "111122223333",
  who: "arn:aws:iam::111122223333:user/admin",
  steps: [
    { what: "create-group", name: "", group: "ForceMFA", lines: [] },
    { what: "put-policy", name: "", group: "ForceMFA", lines: ["+ {", '+   "Version": "2012-10-17"', "+ }"] },
    { what: "add-member", name: "anna", group: "ForceMFA", lines: [] },
  ],
};

type Policies = Pick<
  Host,
  | "policies"
  | "savePolicy"
  | "accountPlan"
  | "accountUndoPlan"
  | "accountApply"
  | "accountPeople"
  | "coverage"
>;

/** An account that is always the same. */
export function policies(): Policies {
  return {
    policies: async () => groups,
    savePolicy: async (group) => `/home/alice/${group}.json`,
    accountPlan: async () => pause(600).then(() => plan),
    accountUndoPlan: async () => pause(600).then(() => ({ ...plan, who: null })),
    accountApply: async () => pause(900).then(() => ({ done: plan.steps, left: [], key_file: null })),
    accountPeople: async () => [
      { name: "anna", mfa: true, key_days: 12 },
      { name: "bob", mfa: false, key_days: 200 },
      { name: "carol", mfa: null, key_days: null },
    ],
    coverage: async () => ({
      enforced: true,
      tried: "ec2:DescribeRegions",
      permissions: [
        { action: "iam:EnableMFADevice", allowed: true, statement: "{}" },
        { action: "iam:ResyncMFADevice", allowed: false, statement: '{\n  "Effect": "Allow"\n}' },
      ],
    }),
  };
}
