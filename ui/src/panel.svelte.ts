import { asFailure, type Host } from "./api/host";
import type { Failure, Profile, Snapshot } from "./api/types";
import { Clock } from "./clock.svelte";
import { endOf, stateAt, tickFor, untilWhen } from "./countdown";
import { strings } from "./strings";

/** The open row, and what it shows. At most one row is open. */
export type Open = { profile: string; view: "details" | "code" };

/** Something that failed after its row was closed, so that the message has no place of its own any more. */
export type Missed = { profile: string; failure: Failure };

/** How long the host may take for its first answer before the window says that there is none. */
const PATIENCE = 5_000;

/** Everything the window shows, and the few things a person can do. Holds no code: those stay in their boxes. */
export class Panel {
  snapshot = $state.raw<Snapshot | null>(null);
  unreachable = $state(false);
  query = $state("");
  open = $state.raw<Open | null>(null);
  missed = $state.raw<Missed | null>(null);
  announcement = $state("");
  readonly clock = new Clock();
  readonly #host: Host;
  #asked: number | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  async start() {
    await this.#host.onSnapshot((snapshot) => this.adopt(snapshot)).catch(() => undefined);
    await this.load();
  }

  async load() {
    this.unreachable = false;
    const tooLate = setTimeout(() => this.#lost(), PATIENCE);
    await this.#host.snapshot().then(
      (snapshot) => this.adopt(snapshot),
      () => this.#lost(),
    );
    clearTimeout(tooLate);
  }

  #lost() {
    this.unreachable = this.snapshot === null;
  }

  /** Takes a new snapshot; one that asks for a code entry gets it once per sequence. */
  adopt(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.unreachable = false;
    this.clock.correct(snapshot.now);
    this.clock.every(tickFor(snapshot.profiles, this.clock.now));
    const { ask } = snapshot;
    if (ask && ask.sequence !== this.#asked) {
      this.#asked = ask.sequence;
      const profile = this.profile(ask.profile);
      if (profile) {
        this.query = "";
        this.open = { profile: profile.name, view: profile.kind === "iam-user" ? "code" : "details" };
      }
    }
  }

  profile(name: string): Profile | undefined {
    return this.snapshot?.profiles.find((profile) => profile.name === name);
  }

  /** The row's own action: opens it at what is most useful there, or closes it. */
  toggle(profile: Profile) {
    if (this.open?.profile === profile.name) this.open = null;
    else this.open = { profile: profile.name, view: this.#firstView(profile) };
  }

  #firstView(profile: Profile): Open["view"] {
    if (profile.kind !== "iam-user" || profile.problem) return "details";
    return stateAt(profile, this.clock.now) === "active" ? "details" : "code";
  }

  enterCode(profile: string) {
    this.open = { profile, view: "code" };
  }

  /**
   * Sends a code; without one, only finds out what is missing. Null when there is a session now; the entry has then
   * been closed.
   */
  async refresh(profile: string, code: string | null, serial: string | null): Promise<Failure | null> {
    try {
      await this.#host.refresh(profile, code, serial);
    } catch (reason) {
      return asFailure(reason, strings.noAnswer);
    }
    await this.#host.snapshot().then(
      (snapshot) => this.adopt(snapshot),
      () => undefined,
    );
    const now = this.profile(profile);
    const end = now ? endOf(now) : null;
    this.announcement =
      end === null ? strings.done(profile) : strings.doneUntil(profile, untilWhen(end, this.clock.now));
    if (this.open?.profile === profile) this.open = null;
    return null;
  }

  async setFavourite(profile: string, favourite: boolean) {
    await this.#host.setFavourite(profile, favourite).catch((reason) => {
      this.missed = { profile, failure: asFailure(reason, strings.noAnswer) };
    });
  }

  /** Escape: one step back at a time, and at the end the window. Says which row was closed. */
  back(): string | null {
    if (this.open) {
      const { profile } = this.open;
      this.open = null;
      return profile;
    }
    if (this.query !== "") this.query = "";
    else void this.#host.hideWindow().catch(() => undefined);
    return null;
  }
}
