import type { Host } from "../api/host";
import type { Failure, Profile, Snapshot } from "../api/types";
import type { Page } from "../router.svelte";
import { enrolling } from "./enrolling";
import { ARN, failure, pages } from "./pages";
import { policies } from "./policies";
import { round } from "./round";
import { scenarios, session } from "./scenarios";
import { settled } from "./settings";

/** Found in a bundle, this says that the mock is in it. */
export const MOCK_MARK = "mfa-tray mock host";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));
const devices = ["phone", "laptop"].map((name) => `${ARN}${name}`);

/** Codes that fail, each in its way; every other code makes a session. */
const failing: Record<string, Failure> = {
  "000000": failure({
    code: "code-rejected",
    message: "AWS did not accept that code.",
    hint: "Wait for the next one and check the device's name.",
    wait_seconds: 17,
  }),
  "111111": failure({ code: "code-used", message: "That code was already used.", wait_seconds: 12 }),
  "222222": failure({ code: "choose-device", message: "Several devices.", devices }),
  "333333": failure({ code: "serial-needed", message: "AWS does not say which MFA device is yours." }),
  "444444": failure({ code: "budget-spent", message: "Too many tries with this device.", wait_seconds: 130 }),
  "555555": failure({ code: "no-device", message: "alice has no MFA device at AWS." }),
};

/** What `?refresh=NAME` makes of a refresh without a code. */
const refreshing: Record<string, Failure> = {
  keychain: failure({
    code: "keychain",
    message: "The keychain is locked.",
    hint: "Unlock it and try again, or type a code.",
  }),
  "seed-missing": failure({
    code: "seed-missing",
    message: "The seed of alice is not in the keychain any more.",
  }),
  "no-device": failure({ code: "no-device", message: "alice has no MFA device at AWS." }),
  network: failure({ code: "network", message: "AWS cannot be reached.", hint: "Check the connection." }),
};

const nameOf = (query: string) => new URLSearchParams(query).get("mock") ?? "sessions";

/** The page a scenario begins at. */
export function mockPage(query: string): Page {
  return pages[nameOf(query)]?.page ?? { at: "list" };
}

/** A host that is only a script, for looking at the window in a plain browser: `?mock=SCENARIO`. */
export function mockHost(query: string): Host {
  const search = new URLSearchParams(query);
  const make = scenarios[nameOf(query)] ?? pages[nameOf(query)]?.make;
  if (!make) console.warn(MOCK_MARK, [...Object.keys(scenarios), ...Object.keys(pages)]);
  const language = search.get("language") === "zh-CN" ? "zh-CN" : "en";
  let state: Snapshot | null = make ? { ...make(), language } : null;
  let heard = (_snapshot: Snapshot) => {};

  function current(): Snapshot {
    if (!state) throw new Error(MOCK_MARK);
    return state;
  }
  function change(rest: Partial<Snapshot>) {
    state = { ...current(), ...rest, now: new Date().toISOString() };
    heard(state);
  }
  function changeProfile(profile: string, rest: Partial<Profile>) {
    change({
      profiles: current().profiles.map((each) => (each.name === profile ? { ...each, ...rest } : each)),
    });
  }
  async function unenrol(profile: string) {
    await pause(900);
    changeProfile(profile, { enrolled: false, one_click: false, fingerprint: null });
  }

  const stage = { state: current, change, changeProfile };

  return {
    snapshot: async () => current(),
    refresh: async (profile, code, serial) => {
      changeProfile(profile, { refreshing: true });
      await pause(900);
      const failed = code === null ? refreshing[search.get("refresh") ?? ""] : failing[serial ? "" : code];
      changeProfile(profile, { refreshing: false, ...(failed ? {} : session("active", 43_200)) });
      if (failed) throw failed;
    },
    setFavourite: async (profile, favourite) => changeProfile(profile, { favourite }),
    lint: async () => [],
    preview: async () => ({ files: [], affected: [], removed: [] }),
    arrange: async () => pause(400).then(() => undefined),
    cancel: async () => console.info(MOCK_MARK, "cancel"),
    hideWindow: async () => console.info(MOCK_MARK, "hide"),
    putAway: async () => console.info(MOCK_MARK, "put away"),
    onSnapshot: async (listener) => {
      heard = listener;
    },
    ...enrolling(stage, search),
    ...round(stage),
    ...settled(stage),
    ...policies(),
    deviceCode: async () => {
      await pause(200);
      const code = String(100_000 + Math.floor(Math.random() * 900_000));
      return { code, seconds_left: 30 - (Math.floor(Date.now() / 1000) % 30), period: 30 };
    },
    copyCode: async () => pause(100).then(() => undefined),
    resync: async () => pause(1_500).then(() => undefined),
    forget: unenrol,
    deleteDevice: unenrol,
    showSeed: async () => pause(500).then(() => undefined),
    backUp: async () => {
      await pause(800);
      return { file: "/home/alice/mfa-tray-backup.age", devices: [`${ARN}alice`, `${ARN}bob`] };
    },
    restore: async () => {
      await pause(800);
      return { restored: [`${ARN}alice`], kept: [`${ARN}bob`], differing: [] };
    },
  };
}
