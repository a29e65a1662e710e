import type { Host } from "../api/host";
import type { Activity, Preferences, Profile, ProfileChange, SettingsChange } from "../api/types";
import type { Stage } from "./enrolling";
import { failure } from "./pages";
import { at } from "./scenarios";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** What a change makes of the settings. */
function changed(change: SettingsChange): Partial<Preferences> {
  return { [change.what.replaceAll("-", "_")]: change.value };
}

function changedProfile(profile: Profile, change: ProfileChange): Partial<Profile> {
  if (change.what === "duration") return { duration_seconds: change.value ?? 43_200 };
  if (change.what === "renew") return { renew: change.value ?? true };
  if (change.what === "notice-minutes") return { notice_minutes: change.value ?? 10 };
  return { target: change.value ?? `${profile.name}-mfa` };
}

/** What happened lately, in the order in which it is told: newest first. */
function happened(profiles: readonly Profile[]): Activity[] {
  const made = { event: "made" as const, message: null };
  return profiles.slice(0, 9).flatMap(({ name }, index): Activity[] => [
    { ...made, at: at(-600 - index * 7_000), profile: name, by: "automatic", until: at(42_600) },
    { ...made, at: at(-2_000 - index * 7_000), profile: name, by: "click", until: at(41_200) },
    {
      at: at(-5_000 - index * 7_000),
      profile: name,
      event: "failed",
      by: "automatic",
      until: null,
      message: "AWS cannot be reached.",
    },
    { ...made, at: at(-90_000 - index * 7_000), profile: name, by: "command-line", until: at(-46_800) },
    {
      at: at(-99_000 - index * 7_000),
      profile: name,
      event: "ended",
      by: "click",
      until: null,
      message: null,
    },
  ]);
}

type Settled = Pick<
  Host,
  | "dismissBanner"
  | "endSession"
  | "checkTarget"
  | "changeProfile"
  | "changeSettings"
  | "activity"
  | "exportActivity"
>;

/** Settings and what is on record. A target of `taken` and a shortcut with Alt+F4 are refused. */
export function settled({ state, change, changeProfile }: Stage): Settled {
  return {
    dismissBanner: async (about) =>
      change({ banners: state().banners.filter((banner) => banner.about !== about) }),
    endSession: async (profile) => {
      await pause(700);
      changeProfile(profile, { state: "none", issued_at: null, expires_at: null });
    },
    checkTarget: async (_, target) => {
      await pause(150);
      if (target === "taken")
        throw failure({
          code: "file",
          message: "taken holds long-term access keys.",
          hint: "dev-2 is free.",
        });
    },
    changeProfile: async (name, wish) => {
      await pause(150);
      const profile = state().profiles.find((each) => each.name === name);
      if (profile) changeProfile(name, changedProfile(profile, wish));
    },
    changeSettings: async (wish) => {
      await pause(150);
      if (wish.what === "shortcut" && wish.value === "Alt+F4")
        throw failure({ message: "Another program has that shortcut.", hint: "Choose another." });
      const spoken =
        wish.what === "language" && ({ language: wish.value === "zh-CN" ? wish.value : "en" } as const);
      change({ preferences: { ...state().preferences, ...changed(wish) }, ...spoken });
    },
    activity: async () => happened(state().profiles).sort((one, other) => other.at.localeCompare(one.at)),
    exportActivity: async () => {
      await pause(600);
      return "/home/alice/mfa-tray-activity.csv";
    },
  };
}
