import type { Preferences, Profile, Snapshot } from "../api/types";

export const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();

/** An IAM-user profile without a session; the rest is what differs. */
export function profile(name: string, rest: Partial<Profile> = {}): Profile {
  return {
    name,
    kind: "iam-user",
    managed_by: null,
    state: "none",
    issued_at: null,
    expires_at: null,
    margin_seconds: 900,
    target: `${name}-mfa`,
    account: "111122223333",
    user: "alice",
    role: null,
    source: null,
    region: "eu-west-1",
    mfa_serial: "arn:aws:iam::111122223333:mfa/alice",
    enrolled: false,
    key_id: null,
    key_in_keychain: false,
    key_days: null,
    key_too_old: false,
    served: false,
    is_default: false,
    converted: false,
    one_click: false,
    fingerprint: null,
    favourite: false,
    refreshing: false,
    waiting_until: null,
    asked_until: null,
    problem: null,
    duration_seconds: 43_200,
    shortest_seconds: 900,
    longest_seconds: 129_600,
    renew: true,
    renewable: false,
    notice_minutes: 10,
    renewal_problem: null,
    ...rest,
  };
}

/** The part of a profile that says when its session began and ends, in seconds from now. */
export function session(state: Profile["state"], left: number, life = 43_200): Partial<Profile> {
  return { state, issued_at: at(left - life), expires_at: at(left) };
}

/** The settings as a person who never touched them has them. */
export function preferences(rest: Partial<Preferences> = {}): Preferences {
  return {
    target_pattern: "{profile}-mfa",
    proxy: "",
    no_proxy: "",
    margin_minutes: 15,
    notice_minutes: 10,
    renew: true,
    pause_after_hours: 12,
    language: "auto",
    theme: "auto",
    start_at_login: false,
    shortcut: null,
    file: "/home/alice/.config/mfa-tray/settings.toml",
    ...rest,
  };
}

export function snapshot(profiles: Profile[], rest: Partial<Snapshot> = {}): Snapshot {
  return {
    now: at(0),
    profiles,
    banners: [],
    config_file: "/home/alice/.aws/config",
    credentials_file: "/home/alice/.aws/credentials",
    files_exist: true,
    practice: false,
    ask: null,
    enrolment: null,
    can_show_seed: true,
    enrolled_devices: 0,
    preferences: preferences(),
    language: "en",
    round: null,
    ...rest,
  };
}

const usual = (): Profile[] => [
  profile("dev", { favourite: true, ...session("active", 11 * 3600 + 2 * 60 + 30) }),
  profile("prod", {
    favourite: true,
    user: "bob",
    account: "444455556666",
    ...session("expiring", 7 * 60 + 20),
  }),
  profile("billing", {
    user: "bob",
    account: "777788889999",
    region: "us-east-1",
    mfa_serial: "arn:aws:iam::777788889999:mfa/bob",
    ...session("expired", -2 * 3600 - 60),
  }),
  profile("staging", { account: "222233334444", region: "eu-central-1" }),
  profile("prod-admin", {
    kind: "role",
    role: "Admin",
    source: "dev",
    user: null,
    account: "444455556666",
    one_click: true,
  }),
  profile("data-sso", { kind: "managed", managed_by: "IAM Identity Center", state: "unknown", user: null }),
  profile("old", {
    kind: "incomplete",
    user: null,
    account: null,
    problem: {
      code: "no-keys",
      message: "No access key in this profile.",
      hint: "Add aws_access_key_id and aws_secret_access_key.",
    },
  }),
];

const many = (count: number): Profile[] =>
  Array.from({ length: count }, (_, index) =>
    profile(`team-${String(index + 1).padStart(count > 999 ? 5 : 2, "0")}`, {
      favourite: index < 2,
      account: String(100_000_000_000 + index * 7_919),
      ...(index % 3 === 0 ? session("active", 600 + (index % 40) * 1000) : {}),
      ...(index % 7 === 1 ? session("expired", -60 * (index + 1)) : {}),
    }),
  );

const banner = (about: Snapshot["banners"][number]["about"], message: string, hint: string) => ({
  banners: [{ about, problem: { code: about, message, hint }, dismissible: about !== "files" }],
});

/** A profile whose seed is in the keychain. */
export const enrolled: Partial<Profile> = {
  enrolled: true,
  one_click: true,
  renewable: true,
  fingerprint: "9f2c41d077abe310",
};

const few = (): Profile[] => [
  profile("dev", { favourite: true, ...enrolled, ...session("active", 11 * 3600 + 2 * 60 + 30) }),
  profile("staging", { ...enrolled, account: "222233334444", region: "eu-central-1" }),
  profile("qa", {
    ...enrolled,
    account: "222233334444",
    ...session("expired", -5000),
    refreshing: true,
    waiting_until: at(19),
  }),
  profile("billing", { user: "bob", account: "777788889999", region: "us-east-1" }),
];

/** What `?mock=NAME` shows; names of pages and of steps are in pages.ts. */
export const scenarios: Record<string, () => Snapshot> = {
  enrolled: () => snapshot(few(), { enrolled_devices: 3 }),
  "enrolled-practice": () => snapshot(few(), { enrolled_devices: 3, practice: true }),
  sessions: () => snapshot(usual()),
  plain: () => snapshot(usual().map((each) => ({ ...each, favourite: false }))),
  ask: () => snapshot(usual(), { ask: { at: "row", profile: "billing", sequence: 1, failure: null } }),
  practice: () => snapshot(usual(), { practice: true }),
  soon: () => snapshot([profile("dev", session("expiring", 63, 900))]),
  many: () => snapshot(many(40)),
  huge: () => snapshot(many(10_000)),
  "no-files": () => snapshot([], { files_exist: false }),
  "no-profiles": () => snapshot([]),
  unreadable: () =>
    snapshot(
      [],
      banner(
        "files",
        "Cannot read /home/alice/.aws/credentials: permission denied.",
        "Make it readable for you: chmod 600 ~/.aws/credentials",
      ),
    ),
  offline: () =>
    snapshot(
      usual(),
      banner("network", "AWS cannot be reached.", "Check the connection; MFA Tray goes on by itself."),
    ),
  clock: () =>
    snapshot(
      usual(),
      banner(
        "clock",
        "This computer's clock is 6 minutes behind.",
        "Codes will be refused until it is right.",
      ),
    ),
  long: () =>
    snapshot([
      profile("a-profile-with-a-very-long-name-that-somebody-once-made-up-for-testing", {
        user: "firstname.lastname@department.example.com",
        ...session("expired", -7200),
      }),
      profile("新しい環境", { user: "山田太郎", favourite: true }),
    ]),
};
