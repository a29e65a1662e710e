import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { vi } from "vitest";
import App from "../src/App.svelte";
import type { Host } from "../src/api/host";
import type { Activity, Enrolment, Failure, Offer, Preferences, Profile, Snapshot } from "../src/api/types";
import { groups } from "../src/mock/policies";
import type { Page } from "../src/router.svelte";
import { language } from "../src/tongue.svelte";

export const NOW = Date.parse("2026-01-05T08:00:00Z");
export const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

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
    mfa_serial: "arn:aws:iam::111122223333:mfa/alice-phone",
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

/** What a session adds to a profile: its state and its time left. */
export const session = (state: Profile["state"], left: number): Partial<Profile> => ({
  state,
  issued_at: inSeconds(left - 43_200),
  expires_at: inSeconds(left),
});

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
    now: inSeconds(0),
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

export function activity(profile: string, rest: Partial<Activity> = {}): Activity {
  return {
    at: inSeconds(-600),
    profile,
    event: "made",
    by: "click",
    until: inSeconds(3600),
    message: null,
    ...rest,
  };
}

export function failure(code: Failure["code"], rest: Partial<Failure> = {}): Failure {
  return {
    code,
    about: null,
    message: `failed: ${code}`,
    hint: null,
    wait_seconds: null,
    devices: [],
    ...rest,
  };
}

export const ARN = "arn:aws:iam::111122223333:mfa/";

/** What a seed in the keychain adds to a profile. */
export const enrolled: Partial<Profile> = {
  enrolled: true,
  one_click: true,
  renewable: true,
  fingerprint: "9f2c41d077abe310",
};

export function enrolment(rest: Partial<Enrolment> = {}): Enrolment {
  return {
    profile: "dev",
    way: "create",
    step: "working",
    doing: null,
    since: null,
    until: null,
    device: `${ARN}alice`,
    fingerprint: "9f2c41d077abe310",
    devices: [],
    found: [],
    failure: null,
    can_retry: false,
    can_clean_up: false,
    ...rest,
  };
}

export function offer(rest: Partial<Offer> = {}): Offer {
  return {
    user: "alice",
    account: "111122223333",
    device_name: "alice",
    devices: [],
    config_line: `mfa_serial = ${ARN}alice`,
    unfinished: null,
    ...rest,
  };
}

/** A host under the test's control: `state` is what it answers, `publish` is its event. */
export function fakeHost(state: Snapshot) {
  let heard: (snapshot: Snapshot) => void = () => {};
  const host = {
    state,
    snapshot: vi.fn(async () => host.state),
    refresh: vi.fn<Host["refresh"]>(async () => {}),
    setFavourite: vi.fn<Host["setFavourite"]>(async () => {}),
    dismissBanner: vi.fn<Host["dismissBanner"]>(async () => {}),
    refreshAll: vi.fn<Host["refreshAll"]>(async () => {}),
    roundCode: vi.fn<Host["roundCode"]>(async () => {}),
    roundSkip: vi.fn<Host["roundSkip"]>(async () => {}),
    roundClose: vi.fn<Host["roundClose"]>(async () => {}),
    endSession: vi.fn<Host["endSession"]>(async () => {}),
    checkTarget: vi.fn<Host["checkTarget"]>(async () => {}),
    changeProfile: vi.fn<Host["changeProfile"]>(async () => {}),
    changeSettings: vi.fn<Host["changeSettings"]>(async () => {}),
    activity: vi.fn<Host["activity"]>(async () => []),
    exportActivity: vi.fn<Host["exportActivity"]>(async () => null),
    lint: vi.fn<Host["lint"]>(async () => []),
    preview: vi.fn<Host["preview"]>(async () => ({ files: [], affected: [], removed: [] })),
    arrange: vi.fn<Host["arrange"]>(async () => {}),
    cancel: vi.fn<Host["cancel"]>(async () => {}),
    policies: vi.fn<Host["policies"]>(async () => groups),
    savePolicy: vi.fn<Host["savePolicy"]>(async () => null),
    accountPlan: vi.fn<Host["accountPlan"]>(async () => ({ account: "111122223333", who: "me", steps: [] })),
    accountUndoPlan: vi.fn<Host["accountUndoPlan"]>(async () => ({
      account: "111122223333",
      who: null,
      steps: [],
    })),
    accountApply: vi.fn<Host["accountApply"]>(async () => null),
    accountPeople: vi.fn<Host["accountPeople"]>(async () => []),
    coverage: vi.fn<Host["coverage"]>(async () => ({ enforced: null, tried: "why", permissions: [] })),
    hideWindow: vi.fn<Host["hideWindow"]>(async () => {}),
    putAway: vi.fn<Host["putAway"]>(async () => {}),
    offer: vi.fn<Host["offer"]>(async () => offer()),
    create: vi.fn<Host["create"]>(async () => {}),
    resume: vi.fn<Host["resume"]>(async () => {}),
    cleanUp: vi.fn<Host["cleanUp"]>(async () => {}),
    use: vi.fn<Host["use"]>(async () => {}),
    readPicture: vi.fn<Host["readPicture"]>(async () => {}),
    readText: vi.fn<Host["readText"]>(async () => {}),
    choose: vi.fn<Host["choose"]>(async () => {}),
    chooseDevice: vi.fn<Host["chooseDevice"]>(async () => {}),
    giveCode: vi.fn<Host["giveCode"]>(async () => {}),
    showPicture: vi.fn<Host["showPicture"]>(async () => {}),
    goOn: vi.fn<Host["goOn"]>(async () => {}),
    stop: vi.fn<Host["stop"]>(async () => {}),
    deviceCode: vi.fn<Host["deviceCode"]>(async () => ({ code: "481203", seconds_left: 20, period: 30 })),
    copyCode: vi.fn<Host["copyCode"]>(async () => {}),
    resync: vi.fn<Host["resync"]>(async () => {}),
    forget: vi.fn<Host["forget"]>(async () => {}),
    deleteDevice: vi.fn<Host["deleteDevice"]>(async () => {}),
    showSeed: vi.fn<Host["showSeed"]>(async () => {}),
    backUp: vi.fn<Host["backUp"]>(async () => null),
    restore: vi.fn<Host["restore"]>(async () => null),
    onSnapshot: async (listener: (snapshot: Snapshot) => void) => {
      heard = listener;
    },
    publish: async (next: Snapshot) => {
      host.state = next;
      heard(next);
      await settled();
    },
  };
  return host;
}

/** Lets promises and the drawing that follows them finish. */
export async function settled() {
  for (let round = 0; round < 12; round += 1) {
    await tick();
    await Promise.resolve();
  }
}

/** The window on a host, with the clock standing at NOW. */
export async function shown(profiles: Profile[], rest: Partial<Snapshot> = {}, start: Page = { at: "list" }) {
  vi.useFakeTimers({ now: NOW });
  language.now = rest.language ?? "en";
  const host = fakeHost(snapshot(profiles, rest));
  const view = render(App, { host, start });
  await settled();
  return { host, ...view };
}

export const names = () =>
  [...document.querySelectorAll<HTMLElement>("[data-profile]")].map((row) => row.dataset.profile);
export const row = (name: string) => {
  const found = document.querySelector<HTMLElement>(`[data-profile="${name}"]`);
  if (!found) throw new Error(`no row ${name}`);
  return found;
};
export const action = (name: string) => within(row(name)).getByRole("button", { name });
export const boxes = () => screen.getAllByLabelText<HTMLInputElement>(/^Digit \d of 6$/);
export const digits = () => boxes().map((box) => box.value);
export const button = (name: string | RegExp) => screen.getByRole("button", { name });
export const title = () => screen.getByRole("heading", { level: 1 }).textContent;
export const status = () => document.querySelector(".panel > p[role=status]")?.textContent;

export async function click(element: Element) {
  await fireEvent.click(element);
  await settled();
}

/** Presses a key where the keyboard is. */
export async function press(key: string, more: KeyboardEventInit = {}) {
  await fireEvent.keyDown(document.activeElement ?? document.body, { key, ...more });
  await settled();
}

export async function type(text: string) {
  for (const key of text) await press(key);
}

export async function paste(element: Element, text: string) {
  await fireEvent.paste(element, { clipboardData: { getData: () => text } });
  await settled();
}
