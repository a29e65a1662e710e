import type { Host } from "../api/host";
import type { Failure, Round } from "../api/types";
import { hasSessions } from "../identity";
import type { Stage } from "./enrolling";
import { failure } from "./pages";
import { session } from "./scenarios";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** "Refresh all" as a script: first what needs no typing, then one code for each device. A code of 000000 fails. */
export function round({
  state,
  change,
  changeProfile,
}: Stage): Pick<Host, "refreshAll" | "roundCode" | "roundSkip" | "roundClose"> {
  const now = (): Round => state().round ?? { running: false, asks: null, outcomes: [] };
  const set = (rest: Partial<Round>) => change({ round: { ...now(), ...rest } });
  const over = (profile: string, failed: Failure | null) => {
    if (!failed) changeProfile(profile, session("active", 43_200));
    set({ outcomes: [...now().outcomes, { profile, failure: failed }] });
  };
  const waiting = () => {
    const done = new Set(now().outcomes.map((outcome) => outcome.profile));
    return state().profiles.filter(
      (each) => hasSessions(each) && each.state !== "active" && !done.has(each.name),
    );
  };

  function ask() {
    const serial = waiting().find((each) => each.mfa_serial !== null)?.mfa_serial;
    if (!serial) return set({ running: false, asks: null });
    const profiles = waiting().filter((each) => each.mfa_serial === serial);
    set({ asks: { serial, profiles: profiles.map((each) => each.name) } });
  }
  async function answer(failed: Failure | null) {
    const profiles = now().asks?.profiles ?? [];
    set({ asks: null });
    for (const profile of profiles) {
      await pause(900);
      over(profile, failed);
    }
    ask();
  }

  return {
    refreshAll: async () => {
      set({ running: true, asks: null, outcomes: [] });
      void (async () => {
        for (const { name } of waiting().filter((each) => each.one_click)) {
          await pause(900);
          over(name, name === "qa" ? failure({ code: "network", message: "AWS cannot be reached." }) : null);
        }
        ask();
      })();
    },
    roundCode: async (_serial, code) => {
      await pause(700);
      if (code === "000000")
        throw failure({ code: "code-rejected", message: "AWS did not accept that code.", wait_seconds: 17 });
      void answer(null);
    },
    roundSkip: async () => void answer(failure({ code: "code-needed", message: "No code was typed." })),
    roundClose: async () => change({ round: null }),
  };
}
