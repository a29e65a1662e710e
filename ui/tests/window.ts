import { fireEvent, render, screen, within } from "@testing-library/svelte";
import { tick } from "svelte";
import { vi } from "vitest";
import App from "../src/App.svelte";
import type { Host } from "../src/api/host";
import type { Failure, Profile, Snapshot } from "../src/api/types";

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
    favourite: false,
    refreshing: false,
    problem: null,
    ...rest,
  };
}

/** What a session adds to a profile: its state and its time left. */
export const session = (state: Profile["state"], left: number): Partial<Profile> => ({
  state,
  issued_at: inSeconds(left - 43_200),
  expires_at: inSeconds(left),
});

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
    ...rest,
  };
}

export function failure(code: Failure["code"], rest: Partial<Failure> = {}): Failure {
  return { code, message: `failed: ${code}`, hint: null, wait_seconds: null, devices: [], ...rest };
}

/** A host under the test's control: `state` is what it answers, `publish` is its event. */
export function fakeHost(state: Snapshot) {
  let heard: (snapshot: Snapshot) => void = () => {};
  const host = {
    state,
    snapshot: vi.fn(async () => host.state),
    refresh: vi.fn<Host["refresh"]>(async () => {}),
    setFavourite: vi.fn<Host["setFavourite"]>(async () => {}),
    hideWindow: vi.fn<Host["hideWindow"]>(async () => {}),
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
export async function shown(profiles: Profile[], rest: Partial<Snapshot> = {}) {
  vi.useFakeTimers({ now: NOW });
  const host = fakeHost(snapshot(profiles, rest));
  const view = render(App, { host });
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
export const status = () => document.querySelector("p[role=status]")?.textContent;

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
