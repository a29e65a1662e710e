import { invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import type { Host } from "./host";
import type {
  AccountDone,
  AccountPlan,
  AccountUser,
  Activity,
  BackupReport,
  Coverage,
  DeviceCode,
  Finding,
  Offer,
  PolicyGroup,
  Preview,
  RestoreReport,
  Snapshot,
} from "./types";

/** The host for real: the only file that knows it is Tauri. */
export const client: Host = {
  snapshot: () => invoke<Snapshot>("snapshot"),
  refresh: (profile, code, serial) => invoke("refresh", { profile, code, serial }),
  setFavourite: (profile, favourite) => invoke("set_favourite", { profile, favourite }),
  lint: (profile) => invoke<Finding[]>("lint_profile", { profile }),
  preview: (profile, action) => invoke<Preview>("preview", { profile, action }),
  arrange: (profile, action, seen) => invoke("arrange_profile", { profile, action, seen }),
  policies: (profile, settings) => invoke<PolicyGroup[]>("policies", { profile, settings }),
  savePolicy: (group, profile, settings) =>
    invoke<string | null>("save_policy", { group, profile, settings }),
  accountPlan: (profile, wish) => invoke<AccountPlan>("account_plan", { profile, wish }),
  accountUndoPlan: (profile) => invoke<AccountPlan>("account_undo_plan", { profile }),
  accountApply: () => invoke<AccountDone | null>("account_apply"),
  accountPeople: (profile) => invoke<AccountUser[]>("account_people", { profile }),
  coverage: (profile) => invoke<Coverage>("coverage", { profile }),
  cancel: () => invoke("cancel_calls"),

  hideWindow: () => invoke("hide_window"),
  putAway: () => invoke("put_away"),
  onSnapshot: async (heard) => {
    await listen<Snapshot>("snapshot", (event) => heard(event.payload));
  },

  dismissBanner: (about) => invoke("dismiss_banner", { about }),

  refreshAll: () => invoke("refresh_all"),
  roundCode: (serial, code) => invoke("round_code", { serial, code }),
  roundSkip: (serial) => invoke("round_skip", { serial }),
  roundClose: () => invoke("round_close"),

  endSession: (profile) => invoke("end_session", { profile }),
  checkTarget: (profile, target) => invoke("check_target", { profile, target }),
  changeProfile: (profile, change) => invoke("change_profile", { profile, change }),
  changeSettings: (change) => invoke("change_settings", { change }),
  activity: () => invoke<Activity[]>("activity"),
  exportActivity: () => invoke<string | null>("export_activity"),

  offer: (profile) => invoke<Offer>("enroll_offer", { profile }),
  create: (profile, name) => invoke("enroll_create", { profile, name }),
  resume: (profile) => invoke("enroll_resume", { profile }),
  cleanUp: (profile) => invoke("enroll_clean_up", { profile }),
  use: (profile) => invoke("enroll_use", { profile }),
  readPicture: (from) => invoke("enroll_picture", { from }),
  readText: (text) => invoke("enroll_text", { text }),
  choose: (index) => invoke("enroll_choose", { index }),
  chooseDevice: (serial) => invoke("enroll_device", { serial }),
  giveCode: (serial, code) => invoke("enroll_code", { serial, code }),
  showPicture: () => invoke("enroll_show"),
  goOn: () => invoke("enroll_go_on"),
  stop: () => invoke("enroll_stop"),

  deviceCode: (profile) => invoke<DeviceCode>("device_code", { profile }),
  copyCode: (profile) => invoke("copy_code", { profile }),
  resync: (profile) => invoke("resync_device", { profile }),
  forget: (profile) => invoke("forget_seed", { profile }),
  deleteDevice: (profile, typed) => invoke("delete_device", { profile, typed }),
  showSeed: (profile) => invoke("show_seed", { profile }),
  backUp: (passphrase) => invoke<BackupReport | null>("back_up", { passphrase }),
  restore: (passphrase) => invoke<RestoreReport | null>("restore", { passphrase }),
};
