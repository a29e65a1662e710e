// Generated from src-tauri/src/dto.rs by `cargo test -p mfa-tray-app`. Do not edit.

export type State = "none" | "active" | "expiring" | "expired" | "unknown";

export type Kind = "iam-user" | "role" | "managed" | "incomplete";

export type Problem = { code: string, message: string, hint: string | null, };

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
waiting_until: string | null, problem: Problem | null, };

export type Ask = { profile: string, sequence: number,
/**
 * What a refresh from the tray has failed with.
 */
failure: Failure | null, };

export type Notice = "files" | "clock" | "network" | "settings";

export type Banner = { about: Notice, problem: Problem, };

export type Tongue = "en" | "zh-CN";

export type Snapshot = { now: string, profiles: Array<Profile>, banners: Array<Banner>, config_file: string, credentials_file: string, files_exist: boolean, practice: boolean, ask: Ask | null, enrolment: Enrolment | null,
/**
 * Whether the system asks the person before a seed is shown again.
 */
can_show_seed: boolean,
/**
 * How many seeds are kept.
 */
enrolled_devices: number, language: Tongue, };

export type FailureCode = "code-needed" | "code-rejected" | "code-used" | "serial-needed" | "choose-device" | "budget-spent" | "refused" | "network" | "file" | "clock" | "keychain" | "seed-missing" | "seed-wrong" | "no-device" | "dismissed" | "other";

export type Failure = { code: FailureCode, message: string, hint: string | null,
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
