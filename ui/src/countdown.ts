import type { Profile, State } from "./api/types";
import { strings } from "./strings";
import { language } from "./tongue.svelte";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** AWS's default session duration, for a session whose beginning nobody wrote down. */
const USUAL_LIFETIME = 12 * HOUR;

const two = (value: number) => String(value).padStart(2, "0");

/** Time left in the shortest form that still says enough: hours, then minutes, then the last minute by the second. */
export function timeLeft(ms: number): string {
  const left = Math.max(0, ms);
  if (left < MINUTE) return strings.minutesSeconds(0, two(Math.floor(left / 1000)));
  if (left < HOUR) return strings.minutes(Math.floor(left / MINUTE));
  return strings.hoursMinutes(Math.floor(left / HOUR), two(Math.floor((left % HOUR) / MINUTE)));
}

/** How long ago a session expired. */
export function expiredFor(ms: number): string {
  if (ms < MINUTE) return strings.expired;
  if (ms < HOUR) return strings.expiredAgo(strings.minutes(Math.floor(ms / MINUTE)));
  if (ms < DAY) return strings.expiredAgo(strings.hours(Math.floor(ms / HOUR)));
  return strings.expiredAgo(strings.days(Math.floor(ms / DAY)));
}

/** A wait of seconds to a few minutes, rounded up: at "1 s" there is still something to wait for. */
export function waitLeft(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  if (seconds < 60) return strings.seconds(seconds);
  return strings.minutesSeconds(Math.floor(seconds / 60), two(seconds % 60));
}

/** The instant a session ends in milliseconds, or null where there is none or nobody knows. */
export function endOf(profile: Profile): number | null {
  const end = profile.expires_at === null ? Number.NaN : Date.parse(profile.expires_at);
  return Number.isNaN(end) ? null : end;
}

/**
 * The state at `now`. The host says what the state was when it looked; between two snapshots time goes on here, so
 * that a row turns amber and then expires at the second it happens.
 */
export function stateAt(profile: Profile, now: number): State {
  const end = endOf(profile);
  if (end === null || (profile.state !== "active" && profile.state !== "expiring")) return profile.state;
  if (end <= now) return "expired";
  return end - now <= profile.margin_seconds * 1000 ? "expiring" : profile.state;
}

/** The part of the session's life that is left, 0 to 1. */
export function partLeft(profile: Profile, now: number): number {
  const end = endOf(profile);
  if (end === null) return 0;
  const begin = profile.issued_at === null ? Number.NaN : Date.parse(profile.issued_at);
  const life = end - begin > 0 ? end - begin : USUAL_LIFETIME;
  return Math.min(1, Math.max(0, (end - now) / life));
}

/** Milliseconds until the next code a profile waits for, or null where it waits for none. */
export function codeWait(profile: Profile, now: number): number | null {
  if (!profile.refreshing || profile.waiting_until === null) return null;
  const left = Date.parse(profile.waiting_until) - now;
  return left > 0 ? left : null;
}

/** The wall-clock time a session lasts until, with the day where that is not today. */
export function untilWhen(end: number, now: number): string {
  const date = new Date(end);
  const time = date.toLocaleTimeString(language.locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  const midnight = new Date(now).setHours(24, 0, 0, 0);
  if (end < midnight) return time;
  if (end < new Date(midnight).setHours(24)) return strings.tomorrow(time);
  return strings.onDay(date.toLocaleDateString(language.locale, { weekday: "long" }), time);
}

/** The wall-clock time of something that may be over, with the day where that is not today. */
export function whenWas(ms: number, now: number): string {
  const today = new Date(now).setHours(0, 0, 0, 0);
  if (ms >= today) return untilWhen(ms, now);
  const date = new Date(ms);
  const time = date.toLocaleTimeString(language.locale, {
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  if (ms >= new Date(today).setDate(new Date(today).getDate() - 1)) return strings.activity.yesterday(time);
  return strings.onDay(date.toLocaleDateString(language.locale, { day: "numeric", month: "short" }), time);
}

/** A length of time as one would choose it. */
export function lengthText(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return strings.minutes(minutes);
  if (minutes % 60 === 0) return strings.hours(minutes / 60);
  return strings.hoursMinutes(Math.floor(minutes / 60), two(minutes % 60));
}

/**
 * Milliseconds between looks at the clock: every second while a session runs or a code is waited for, every minute for
 * "Expired 5 min ago".
 */
export function tickFor(profiles: readonly Profile[], now: number): number | null {
  if (profiles.some((profile) => codeWait(profile, now) !== null)) return 1000;
  const states = new Set(
    profiles.map((profile) => (endOf(profile) === null ? "none" : stateAt(profile, now))),
  );
  if (states.has("active") || states.has("expiring")) return 1000;
  return states.has("expired") ? MINUTE : null;
}
