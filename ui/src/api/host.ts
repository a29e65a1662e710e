import type {
  AccountDone,
  AccountPlan,
  AccountUser,
  AccountWish,
  Activity,
  Arrange,
  BackupReport,
  Coverage,
  DeviceCode,
  Failure,
  Finding,
  Notice,
  Offer,
  PolicyGroup,
  PolicySetting,
  Preview,
  ProfileChange,
  RestoreReport,
  SettingsChange,
  Snapshot,
} from "./types";

/** What the window can ask of the program behind it. The real one is in client.ts; tests bring their own. Every call
 * rejects with a `Failure`. */
export interface Host {
  snapshot(): Promise<Snapshot>;
  /** Without a code: makes a session where none has to be typed, else says what is missing. */
  refresh(profile: string, code: string | null, serial: string | null): Promise<void>;
  setFavourite(profile: string, favourite: boolean): Promise<void>;
  /** What stands in the way of a profile. */
  lint(profile: string): Promise<Finding[]>;
  /** What an action would change; nothing has happened yet. */
  preview(profile: string, action: Arrange): Promise<Preview>;
  /** Does it, unless it would by now be another change than was `seen`; null where none was shown. */
  arrange(profile: string, action: Arrange, seen: Preview | null): Promise<void>;
  /** The IAM groups with their policies, filled in for the profile's account; rejects what cannot be meant. */
  policies(profile: string | null, settings: PolicySetting[]): Promise<PolicyGroup[]>;
  /** The file's path, or null when the file dialog was dismissed. */
  savePolicy(group: string, profile: string | null, settings: PolicySetting[]): Promise<string | null>;
  /** What setting an account up would do; nothing has happened yet. */
  accountPlan(profile: string, wish: AccountWish): Promise<AccountPlan>;
  /** What undoing the last run would do. */
  accountUndoPlan(profile: string): Promise<AccountPlan>;
  /** Does what was shown last. Null when no file was named for a new key: then nothing was done. */
  accountApply(): Promise<AccountDone | null>;
  accountPeople(profile: string): Promise<AccountUser[]>;
  /** Whether MFA is demanded of a profile's user: tried. */
  coverage(profile: string): Promise<Coverage>;
  /** Ends every call to AWS that is under way. */
  cancel(): Promise<void>;
  hideWindow(): Promise<void>;
  /** Puts the question away that a waiting program has raised. */
  putAway(): Promise<void>;
  /** Calls `heard` for every new snapshot. */
  onSnapshot(heard: (snapshot: Snapshot) => void): Promise<void>;
  dismissBanner(about: Notice): Promise<void>;

  /** Begins a round over all profiles, or does nothing where one runs; the snapshot's `round` tells of it. */
  refreshAll(): Promise<void>;
  /** A code of the device the round asks for. */
  roundCode(serial: string, code: string): Promise<void>;
  roundSkip(serial: string): Promise<void>;
  roundClose(): Promise<void>;

  endSession(profile: string): Promise<void>;
  /** Rejects with the reason where sessions cannot be written there. */
  checkTarget(profile: string, target: string): Promise<void>;
  changeProfile(profile: string, change: ProfileChange): Promise<void>;
  changeSettings(change: SettingsChange): Promise<void>;
  /** Newest first. */
  activity(): Promise<Activity[]>;
  /** The file's path, or null when the file dialog was dismissed. */
  exportActivity(): Promise<string | null>;

  /** What creating a device would do; nothing has happened yet. */
  offer(profile: string): Promise<Offer>;
  create(profile: string, name: string | null): Promise<void>;
  resume(profile: string): Promise<void>;
  cleanUp(profile: string): Promise<void>;
  use(profile: string): Promise<void>;
  readPicture(from: PictureFrom): Promise<void>;
  /** An `otpauth://` address or the secret itself. */
  readText(text: string): Promise<void>;
  choose(index: number): Promise<void>;
  chooseDevice(serial: string): Promise<void>;
  giveCode(serial: string, code: string): Promise<void>;
  /** Opens the picture's own window: the seed never comes to this one. */
  showPicture(): Promise<void>;
  /** After the picture, and once more after a failure. */
  goOn(): Promise<void>;
  /** Leaves the enrolment, also a finished one. */
  stop(): Promise<void>;

  /** Opens the keychain; the code counts as shown. */
  deviceCode(profile: string): Promise<DeviceCode>;
  copyCode(profile: string): Promise<void>;
  resync(profile: string): Promise<void>;
  forget(profile: string): Promise<void>;
  deleteDevice(profile: string, typed: string): Promise<void>;
  showSeed(profile: string): Promise<void>;
  /** Null when the file dialog was dismissed. */
  backUp(passphrase: string): Promise<BackupReport | null>;
  restore(passphrase: string): Promise<RestoreReport | null>;
}

export type PictureFrom = "file" | "clipboard" | "screen";

/**
 * Turns whatever a call was rejected with into a `Failure`: a host that breaks does not keep to its types, and then the
 * message is empty.
 */
export function asFailure(reason: unknown): Failure {
  if (typeof reason === "object" && reason !== null && "message" in reason && "code" in reason) {
    return {
      about: null,
      hint: null,
      wait_seconds: null,
      devices: [],
      ...(reason as Partial<Failure>),
    } as Failure;
  }
  return { code: "other", about: null, message: "", hint: null, wait_seconds: null, devices: [] };
}
