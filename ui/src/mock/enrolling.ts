import type { Host } from "../api/host";
import type { Enrolment, Snapshot } from "../api/types";
import { ARN, enrolment, failure, offer } from "./pages";
import { at, enrolled, session } from "./scenarios";

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

/** The mock's state, as far as an enrolment changes it. */
export type Stage = {
  state: () => Snapshot;
  change: (rest: Partial<Snapshot>) => void;
  changeProfile: (profile: string, rest: Partial<Snapshot["profiles"][number]>) => void;
};

type Enrolling = Pick<
  Host,
  | "offer"
  | "create"
  | "resume"
  | "cleanUp"
  | "use"
  | "readPicture"
  | "readText"
  | "choose"
  | "chooseDevice"
  | "giveCode"
  | "showPicture"
  | "goOn"
  | "stop"
>;

/** The enrolment as a script: both ways from beginning to end. A code of 000000 and a text of `bad` fail. */
export function enrolling({ state, change, changeProfile }: Stage, query: URLSearchParams): Enrolling {
  let turn = 0;
  const now = () => state().enrolment ?? enrolment({});
  const set = (rest: Partial<Enrolment>) => change({ enrolment: { ...now(), failure: null, ...rest } });

  async function play(...scenes: [ms: number, rest: Partial<Enrolment>][]) {
    turn += 1;
    const mine = turn;
    for (const [ms, rest] of scenes) {
      if (mine !== turn) return;
      set(rest);
      await pause(ms);
    }
  }
  async function prove() {
    await play(
      [900, { step: "working", doing: "enabling", device: now().device ?? `${ARN}alice` }],
      [6_000, { step: "waiting", doing: "next-code", since: at(0), until: at(6) }],
      [1_200, { step: "working", doing: "session" }],
    );
    changeProfile(now().profile, { ...enrolled, ...session("active", 43_200) });
    change({ enrolled_devices: state().enrolled_devices + 1 });
    await play([0, { step: "done", doing: null }]);
  }
  const make = () =>
    play(
      [900, { step: "working", doing: "creating" }],
      [700, { doing: "storing" }],
      [0, { step: "picture", doing: null, device: `${ARN}alice`, fingerprint: "9f2c41d077abe310" }],
    );
  const begin = (profile: string, rest: Partial<Enrolment>) =>
    change({ enrolment: enrolment({ profile, device: null, fingerprint: null, ...rest }) });

  return {
    offer: async () => {
      await pause(700);
      return offer(query.get("offer"));
    },
    create: async (profile) => begin(profile, { step: "code", devices: [`${ARN}alice-phone`] }),
    resume: async (profile) => {
      begin(profile, { device: `${ARN}alice-2` });
      void play([0, { step: "picture", fingerprint: "9f2c41d077abe310" }]);
    },
    cleanUp: async () => {
      await play([1_200, { step: "working", doing: "looking" }]);
      change({ enrolment: null });
      query.delete("offer");
    },
    use: async (profile) => begin(profile, { way: "use", step: "source" }),
    readPicture: async () => {
      await pause(600);
      set({ step: "device", fingerprint: "9f2c41d077abe310", devices: [`${ARN}alice`, `${ARN}alice-phone`] });
    },
    readText: async (text) => {
      await pause(600);
      if (text === "bad")
        throw failure({
          message: "That is no secret key.",
          hint: "It has the letters A to Z and the digits 2 to 7.",
        });
      set({ step: "device", fingerprint: "9f2c41d077abe310", devices: [] });
    },
    choose: async () => set({ step: "device", devices: [`${ARN}alice`], fingerprint: "9f2c41d077abe310" }),
    chooseDevice: async (device) => {
      set({ device });
      void prove();
    },
    giveCode: async (_serial, code) => {
      await pause(600);
      if (code === "000000")
        throw failure({ code: "code-rejected", message: "AWS did not accept that code.", wait_seconds: 17 });
      void make();
    },
    showPicture: async () => pause(300).then(() => undefined),
    goOn: async () => void prove(),
    stop: async () => {
      turn += 1;
      change({ enrolment: null });
    },
  };
}
