/** On the page of one profile: how its sessions are made, where they go and how they are used. */
export const session = {
  role: "Role",
  source: "Taken from",

  length: "Session length",
  lengthDefault: "Use the default length",
  lengthFixed: "AWS allows no other length here.",
  renew: "Renew by itself",
  renewNot: "Not possible here: codes for this profile are typed.",
  renewFailed: "Renewing by itself failed. It is tried again.",
  notice: "Tell me before it ends",
  noticeOff: "Off",
  on: "on",
  off: "off",
  general: (value: string) => `Use the general setting (${value})`,

  target: "Write it to another profile…",
  targetName: "Profile to write sessions to",
  targetMissing: "The name is missing.",
  targetChecking: "Looking whether that works…",
  targetGood: (name: string) => `${name} can be used.`,
  targetDefault: "Use the default",
  targetSave: "Save",
  targetSaving: "Saving…",
  targetSaved: (name: string) => `Sessions are written to ${name} from now on.`,

  use: "Use it",
  shell: "Shell",
  shells: { bash: "bash", zsh: "zsh", fish: "fish", powershell: "PowerShell", cmd: "cmd" },

  end: "End session",
  endWhat: (target: string) =>
    `The session is taken out of ${target}. AWS lets whoever has a copy of it go on until it expires.`,
  endWhatNoTarget: "The session is removed. AWS lets whoever has a copy of it go on until it expires.",
  ending: "Removing the session…",
  ended: "The session is gone from this computer.",

  auto: "auto",
  autoTitle: "Renews by itself",
};
