import { asFailure, type Host } from "./api/host";
import type { Ask, Failure, Notice, Profile, Snapshot, Tongue } from "./api/types";
import { Attempt } from "./attempt.svelte";
import { Clock } from "./clock.svelte";
import { endOf, stateAt, tickFor, untilWhen } from "./countdown";
import { hasSessions } from "./identity";
import { type Page, Router } from "./router.svelte";
import { strings } from "./strings";
import { language } from "./tongue.svelte";

/** The open row, and what it shows. At most one row is open. */
export type Open =
  | { profile: string; view: "details" | "code" }
  | { profile: string; view: "failed"; failure: Failure };

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
  /** The beginning of a round over all profiles. */
  readonly beginning = new Attempt();
  readonly clock = new Clock();
  readonly router = new Router();
  readonly host: Host;
  #asked: number | null = null;
  #renewing = new Set<string>();

  constructor(host: Host, page: Page) {
    this.host = host;
    if (page.at !== "list") this.router.go(page);
  }

  async start() {
    await this.host.onSnapshot((snapshot) => this.adopt(snapshot)).catch(() => undefined);
    await this.load();
  }

  async load() {
    this.unreachable = false;
    const tooLate = setTimeout(() => this.#lost(), PATIENCE);
    await this.host.snapshot().then(
      (snapshot) => this.adopt(snapshot),
      () => this.#lost(),
    );
    clearTimeout(tooLate);
  }

  /** Asks for the snapshot after something was done, rather than wait for the event that tells of it. */
  async look() {
    await this.host.snapshot().then(
      (snapshot) => this.adopt(snapshot),
      () => undefined,
    );
  }

  #lost() {
    this.unreachable = this.snapshot === null;
  }

  /** Takes a new snapshot; one that asks for a row or a page gets it opened once per sequence. */
  adopt(snapshot: Snapshot) {
    this.#speak(snapshot.language === "zh-CN" ? "zh-CN" : "en");
    this.snapshot = snapshot;
    this.unreachable = false;
    this.clock.correct(snapshot.now);
    this.clock.every(tickFor(snapshot.profiles, this.clock.now));
    const { ask } = snapshot;
    if (ask && ask.sequence !== this.#asked) {
      this.#asked = ask.sequence;
      if (ask.at === "row") this.#openRow(ask);
      else this.router.jump({ at: ask.at });
    }
  }

  /** What was announced was said in the language of then. */
  #speak(tongue: Tongue) {
    if (tongue === language.now) return;
    language.now = tongue;
    this.announcement = "";
  }

  #openRow(ask: Ask) {
    const profile = this.profile(ask.profile);
    if (!profile) return;
    this.query = "";
    const { name } = profile;
    if (ask.failure) this.open = { profile: name, view: "failed", failure: ask.failure };
    else this.open = { profile: name, view: hasSessions(profile) ? "code" : "details" };
    this.router.home();
  }

  profile(name: string): Profile | undefined {
    return this.snapshot?.profiles.find((profile) => profile.name === name);
  }

  /** The row's own action: what is most useful there, at once where nothing has to be asked; or closes the row. */
  toggle(profile: Profile) {
    if (this.open?.profile === profile.name) this.#close();
    else if (this.#renewable(profile)) void this.renew(profile.name);
    else this.open = { profile: profile.name, view: this.#firstView(profile) };
  }

  #renewable(profile: Profile): boolean {
    return profile.one_click && this.#firstView(profile) === "code";
  }

  #firstView(profile: Profile): "details" | "code" {
    if (!hasSessions(profile) || profile.problem) return "details";
    return stateAt(profile, this.clock.now) === "active" ? "details" : "code";
  }

  enterCode(profile: string) {
    this.open = { profile, view: "code" };
  }

  /** A new session for which nobody types a code. A second click while it is under way is no second wish. */
  async renew(profile: string) {
    if (this.#renewing.has(profile) || this.profile(profile)?.refreshing) return;
    this.#renewing.add(profile);
    if (this.open?.profile === profile) this.open = null;
    if (this.missed?.profile === profile) this.missed = null;
    const failure = await this.refresh(profile, null, null);
    this.#renewing.delete(profile);
    if (failure) this.#showFailure(profile, failure);
  }

  /** In the row, unless a person is busy in another one. */
  #showFailure(profile: string, failure: Failure) {
    if (this.open !== null || this.router.page.at !== "list") this.missed = { profile, failure };
    else if (["code-needed", "choose-device", "serial-needed"].includes(failure.code))
      this.enterCode(profile);
    else this.open = { profile, view: "failed", failure };
  }

  /**
   * Sends a code; without one the host makes it, or says what is missing. Null when there is a session now; the entry
   * has then been closed.
   */
  async refresh(profile: string, code: string | null, serial: string | null): Promise<Failure | null> {
    try {
      await this.host.refresh(profile, code, serial);
    } catch (reason) {
      return asFailure(reason);
    }
    await this.look();
    const now = this.profile(profile);
    const end = now ? endOf(now) : null;
    this.announcement =
      end === null ? strings.done(profile) : strings.doneUntil(profile, untilWhen(end, this.clock.now));
    if (this.open?.profile === profile) this.open = null;
    return null;
  }

  async setFavourite(profile: string, favourite: boolean) {
    await this.host.setFavourite(profile, favourite).catch((reason) => {
      this.missed = { profile, failure: asFailure(reason) };
    });
  }

  /** Begins a round over all profiles, or shows the one that runs. */
  async refreshAll() {
    this.router.jump({ at: "round" });
    if (this.snapshot?.round?.running) return;
    await this.beginning.run(() => this.host.refreshAll().then(() => this.look()));
  }

  /** A banner that cannot be put away stays, which says enough. */
  async dismissBanner(about: Notice) {
    await this.host.dismissBanner(about).catch(() => undefined);
    await this.look();
  }

  /** Closes the open row. A question of a waiting program is answered with that: not now. */
  #close() {
    const asked = this.open && this.profile(this.open.profile)?.asked_until;
    this.open = null;
    if (asked) void this.host.putAway().catch(() => undefined);
  }

  /** Escape in the list: one step back at a time, and at the end the window. Says which row was closed. */
  back(): string | null {
    if (this.open) {
      const { profile } = this.open;
      this.#close();
      return profile;
    }
    if (this.query !== "") this.query = "";
    else void this.host.hideWindow().catch(() => undefined);
    return null;
  }
}
