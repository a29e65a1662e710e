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
source: string | null, region: string | null, mfa_serial: string | null, enrolled: boolean, favourite: boolean,
/**
 * A session is being made for it right now.
 */
refreshing: boolean, problem: Problem | null, };

export type Ask = { profile: string, sequence: number, };

export type Notice = "files" | "clock" | "network" | "settings";

export type Banner = { about: Notice, problem: Problem, };

export type Snapshot = { now: string, profiles: Array<Profile>, banners: Array<Banner>, config_file: string, credentials_file: string, files_exist: boolean, practice: boolean, ask: Ask | null, };

export type FailureCode = "code-needed" | "code-rejected" | "code-used" | "serial-needed" | "choose-device" | "budget-spent" | "refused" | "network" | "file" | "clock" | "other";

export type Failure = { code: FailureCode, message: string, hint: string | null,
/**
 * Seconds until a try makes sense.
 */
wait_seconds: number | null,
/**
 * The devices to choose from.
 */
devices: Array<string>, };
