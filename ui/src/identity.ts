import type { Profile } from "./api/types";
import { strings } from "./strings";
import { told } from "./told";

/** Whether sessions are made for the profile: a user's or a role's. */
export function hasSessions(profile: Profile): boolean {
  return profile.kind === "iam-user" || profile.kind === "role";
}

/** An account number in the groups of four in which AWS shows it. */
export function groupAccount(account: string): string {
  return /^\d{12}$/.test(account) ? account.replace(/(\d{4})(?=\d)/g, "$1 ") : account;
}

/** Who and where, for a row's second line. The region comes last: what does not fit is left out from the end. */
export function identity(profile: Profile): string[] {
  if (profile.kind === "managed") return [strings.managedBy(profile.managed_by ?? strings.anotherTool)];
  if (profile.kind === "incomplete")
    return [profile.problem ? told(profile.problem).headline : strings.somethingMissing];
  const account = profile.account && groupAccount(profile.account);
  const who = profile.kind === "role" ? roleName(profile) : profile.user;
  const parts = profile.kind === "role" ? [who, account] : [who, account, profile.region];
  const known = parts.flatMap((part) => part || []);
  return known.length > 0 ? known : [strings.iamUser];
}

function roleName(profile: Profile): string {
  const role = profile.role ?? profile.name;
  return profile.source ? strings.roleVia(role, profile.source) : strings.roleAlone(role);
}

/** The name of an MFA device as the person gave it: the end of its ARN, or the serial number of a hardware token. */
export function deviceName(serial: string): string {
  return serial.slice(serial.lastIndexOf("/") + 1) || serial;
}

/** A seed's fingerprint in groups of four, to be compared by eye. */
export function groupFingerprint(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, "$1 ");
}

/** A code in two groups, as authenticator apps show it. */
export function groupCode(code: string): string {
  const half = Math.ceil(code.length / 2);
  return `${code.slice(0, half)} ${code.slice(half)}`;
}

/** An environment assignment that a shell reads back exactly. (An `=` at the front of a value is zsh's.) */
export function assignment(variable: string, value: string): string {
  if (/^[\w@%+:,./-]+$/.test(value)) return `${variable}=${value}`;
  return `${variable}='${value.replaceAll("'", "'\\''")}'`;
}
