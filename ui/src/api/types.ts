// Generated from src-tauri/src/dto.rs by `cargo test -p mfa-tray-app`. Do not edit.

export type State = "none" | "active" | "expiring" | "expired" | "unknown";

export type Kind = "iam-user" | "role" | "managed" | "incomplete";

export type Problem = { code: string, message: string, hint: string | null, };

export type Arrange = { "what": "import-key" } | { "what": "export-key" } | { "what": "rotate-key" } | { "what": "serve" } | { "what": "serve-not" } | { "what": "use-as-default" } | { "what": "use-as-default-not" } | { "what": "convert" } | { "what": "convert-back" } | { "what": "mend" } | { "what": "remove" } | { "what": "rename", to: string, } | { "what": "duplicate", to: string, } | { "what": "new-user", region: string, key_id: string, secret: string, } | { "what": "new-role", region: string, role: string, source: string, };

export type Preview = { files: Array<FilePreview>,
/**
 * Profiles that would be without credentials for other tools.
 */
affected: Array<string>,
/**
 * Copies of our own that would go, because a key stands in them.
 */
removed: Array<string>, };

export type FilePreview = { path: string, lines: Array<string>, };

export type Finding = { code: string, grave: boolean, place: string | null, message: string, hint: string, fixable: boolean, };

export type InBoth = { en: string, zh: string, };

export type PolicyGroup = { name: string, summary: InBoth, parameters: Array<PolicyParameter>, statements: Array<PolicyStatement>, notes: Array<InBoth>, text: string, };

export type PolicyParameter = { name: string,
/**
 * Yes or no.
 */
is_switch: boolean, default: string, about: InBoth, };

export type PolicyStatement = { name: string, about: InBoth, };

export type PolicySetting = { name: string, value: string, };

export type AccountWish = { groups: Array<string>, settings: Array<PolicySetting>, managed: boolean, members: Array<string>,
/**
 * Empty: none.
 */
new_user: string, with_key: boolean, };

export type AccountPlan = { account: string,
/**
 * Who would do it; null for what is taken back.
 */
who: string | null, steps: Array<AccountStep>, };

export type AccountStep = { what: AccountStepKind,
/**
 * The user, or the policy's ARN.
 */
name: string,
/**
 * The group.
 */
group: string,
/**
 * How a policy's text changes.
 */
lines: Array<string>, };

export type AccountStepKind = "create-user" | "create-key" | "create-group" | "put-policy" | "change-policy" | "create-policy" | "attach-policy" | "add-member";

export type AccountDone = { done: Array<AccountStep>, left: Array<AccountLeft>,
/**
 * Where a new user's key is.
 */
key_file: string | null, };

export type AccountLeft = { step: AccountStep, reason: string, };

export type AccountUser = { name: string, mfa: boolean | null, key_days: number | null, };

export type Coverage = {
/**
 * Null: it cannot be told.
 */
enforced: boolean | null,
/**
 * The call that was tried, or why it cannot be told.
 */
tried: string, permissions: Array<Permission>, };

export type Permission = { action: string, allowed: boolean | null, statement: string, };

export type Profile = { name: string, kind: Kind, managed_by: string | null, state: State, issued_at: string | null, expires_at: string | null,
/**
 * How many seconds before its end a session counts as expiring.
 */
margin_seconds: number, target: string | null, account: string | null, user: string | null, role: string | null,
/**
 * The profile a role is taken from.
 */
source: string | null, region: string | null, mfa_serial: string | null, enrolled: boolean,
/**
 * The id of its long-term key.
 */
key_id: string | null,
/**
 * It is in the keychain, and in no file.
 */
key_in_keychain: boolean,
/**
 * How many days old it is, where that is known.
 */
key_days: number | null,
/**
 * That is too many.
 */
key_too_old: boolean,
/**
 * AWS's tools ask for its session, which is in the keychain.
 */
served: boolean,
/**
 * Its session is in `[default]` too.
 */
is_default: boolean,
/**
 * Its session has its name, and its keys another section.
 */
converted: boolean,
/**
 * A session can be had without a typed code.
 */
one_click: boolean,
/**
 * Of the device's seed.
 */
fingerprint: string | null, favourite: boolean,
/**
 * A session is being made for it right now.
 */
refreshing: boolean,
/**
 * A new code is waited for until then.
 */
waiting_until: string | null,
/**
 * A program waits for a session of it until then.
 */
asked_until: string | null,
/**
 * How many seconds its sessions last.
 */
duration_seconds: number, shortest_seconds: number, longest_seconds: number,
/**
 * Sessions shall be renewed without being asked.
 */
renew: boolean,
/**
 * They can be: no code has to be typed.
 */
renewable: boolean,
/**
 * How many minutes before a session ends the person is told; 0: not.
 */
notice_minutes: number,
/**
 * Why the last automatic renewal has failed.
 */
renewal_problem: Problem | null, problem: Problem | null, };

export type Ask = { at: Place,
/**
 * Whose row; empty elsewhere.
 */
profile: string, sequence: number,
/**
 * What a refresh from the tray has failed with.
 */
failure: Failure | null, };

export type Notice = "files" | "clock" | "network" | "settings" | "tray" | "shortcut" | "login";

export type Banner = { about: Notice, problem: Problem,
/**
 * The person may say that this need not be told again.
 */
dismissible: boolean, };

export type Snapshot = { now: string, profiles: Array<Profile>, banners: Array<Banner>, config_file: string, credentials_file: string, files_exist: boolean, practice: boolean, ask: Ask | null, enrolment: Enrolment | null,
/**
 * Whether the system asks the person before a seed is shown again.
 */
can_show_seed: boolean,
/**
 * How many seeds are kept.
 */
enrolled_devices: number, preferences: Preferences, language: Tongue, round: Round | null, };

export type FailureCode = "code-needed" | "code-rejected" | "code-used" | "serial-needed" | "choose-device" | "budget-spent" | "refused" | "network" | "file" | "clock" | "keychain" | "seed-missing" | "seed-wrong" | "no-device" | "dismissed" | "other";

export type Failure = { code: FailureCode,
/**
 * What exactly is wrong, by its [`Problem`]'s code, where that is known.
 */
about: string | null, message: string, hint: string | null,
/**
 * Seconds until a try makes sense.
 */
wait_seconds: number | null,
/**
 * The devices to choose from.
 */
devices: Array<string>, };

export type Way = "create" | "use";

export type Step = "source" | "choose" | "device" | "code" | "picture" | "working" | "waiting" | "failed" | "done";

export type Doing = "looking" | "reading" | "creating" | "storing" | "enabling" | "spreading" | "proving" | "session" | "next-code";

export type Found = { type: string, issuer: string | null, account: string | null, algorithm: string | null, digits: number | null, period: number | null, fingerprint: string | null, problem: Problem | null, };

export type Enrolment = { profile: string, way: Way, step: Step, doing: Doing | null, since: string | null, until: string | null, device: string | null, fingerprint: string | null, devices: Array<string>, found: Array<Found>, failure: Failure | null, can_retry: boolean, can_clean_up: boolean, };

export type Unfinished = { device: string, can_resume: boolean, can_clean_up: boolean, };

export type Offer = { user: string, account: string, device_name: string, devices: Array<string>, config_line: string | null, unfinished: Unfinished | null, };

export type DeviceCode = { code: string, seconds_left: number, period: number, };

export type BackupReport = { file: string, devices: Array<string>, };

export type RestoreReport = { restored: Array<string>, kept: Array<string>, differing: Array<string>, };

export type Tongue = "en" | "zh-CN";

export type Place = "row" | "settings" | "round";

export type Language = "auto" | "en" | "zh-CN";

export type Theme = "auto" | "light" | "dark";

export type Preferences = { target_pattern: string,
/**
 * Empty: none.
 */
proxy: string, no_proxy: string, margin_minutes: number,
/**
 * 0: not.
 */
notice_minutes: number, renew: boolean,
/**
 * 0: never.
 */
pause_after_hours: number, language: Language, theme: Theme, start_at_login: boolean, shortcut: string | null,
/**
 * Where they are kept.
 */
file: string, };

export type SettingsChange = { "what": "target-pattern", "value": string } | { "what": "proxy", "value": string } | { "what": "no-proxy", "value": string } | { "what": "margin-minutes", "value": number } | { "what": "notice-minutes", "value": number } | { "what": "renew", "value": boolean } | { "what": "pause-after-hours", "value": number } | { "what": "language", "value": Language } | { "what": "theme", "value": Theme } | { "what": "start-at-login", "value": boolean } | { "what": "shortcut", "value": string | null };

export type ProfileChange = { "what": "duration", "value": number | null } | { "what": "renew", "value": boolean | null } | { "what": "notice-minutes", "value": number | null } | { "what": "target", "value": string | null };

export type ActivityEvent = "made" | "failed" | "ended";

export type By = "click" | "automatic" | "command-line";

export type Activity = { at: string, profile: string, event: ActivityEvent, by: By,
/**
 * When the session ends.
 */
until: string | null,
/**
 * Why there is none.
 */
message: string | null, };

export type RoundAsks = { serial: string,
/**
 * Whose sessions hang on it.
 */
profiles: Array<string>, };

export type RoundOutcome = { profile: string,
/**
 * None: it has a session now.
 */
failure: Failure | null, };

export type Round = { running: boolean, asks: RoundAsks | null, outcomes: Array<RoundOutcome>, };
