import type { Host } from "../api/host";
import type { Failure, Profile, Snapshot } from "../api/types";
import { scenarios, session } from "./scenarios";

/** Found in a bundle, this says that the mock is in it. */
export const MOCK_MARK = "mfa-tray mock host";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

const failure = (rest: Partial<Failure>): Failure => ({
  code: "other",
  message: "",
  hint: null,
  wait_seconds: null,
  devices: [],
  ...rest,
});

/** Codes that fail, each in its way; every other code makes a session. */
const failing: Record<string, Failure> = {
  "000000": failure({
    code: "code-rejected",
    message: "AWS did not accept that code.",
    hint: "Wait for the next one and check the device's name.",
    wait_seconds: 17,
  }),
  "111111": failure({ code: "code-used", message: "That code was already used.", wait_seconds: 12 }),
  "222222": failure({ code: "choose-device", message: "Several devices.", devices: devices() }),
  "333333": failure({ code: "serial-needed", message: "AWS does not say which MFA device is yours." }),
  "444444": failure({ code: "budget-spent", message: "Too many tries with this device.", wait_seconds: 130 }),
};

function devices() {
  return ["phone", "laptop"].map((name) => `arn:aws:iam::111122223333:mfa/${name}`);
}

/** A host that is only a script, for looking at the window in a plain browser: `?mock=SCENARIO`. */
export function mockHost(query: string): Host {
  const name = new URLSearchParams(query).get("mock") ?? "sessions";
  const make = scenarios[name];
  if (!make) console.warn(MOCK_MARK, Object.keys(scenarios));
  let state: Snapshot | null = make?.() ?? null;
  let heard = (_snapshot: Snapshot) => {};

  function change(profile: string, rest: Partial<Profile>) {
    if (!state) return;
    const profiles = state.profiles.map((each) => (each.name === profile ? { ...each, ...rest } : each));
    state = { ...state, profiles, now: new Date().toISOString() };
    heard(state);
  }

  return {
    snapshot: async () => {
      if (!state) throw new Error(MOCK_MARK);
      return state;
    },
    refresh: async (profile, code, serial) => {
      change(profile, { refreshing: true });
      await pause(900);
      const failed = serial === null ? failing[code ?? ""] : undefined;
      change(profile, failed ? { refreshing: false } : { refreshing: false, ...session("active", 43_200) });
      if (failed) throw failed;
    },
    setFavourite: async (profile, favourite) => change(profile, { favourite }),
    hideWindow: async () => console.info(MOCK_MARK, "hide"),
    onSnapshot: async (listener) => {
      heard = listener;
    },
  };
}
