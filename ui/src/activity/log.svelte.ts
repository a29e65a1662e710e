import type { Host } from "../api/host";
import type { Activity } from "../api/types";
import { Attempt } from "../attempt.svelte";

/** What the host has on record, newest first. */
export class Log {
  readonly attempt = new Attempt();
  entries = $state.raw<Activity[] | null>(null);
  readonly #host: Host;

  constructor(host: Host) {
    this.#host = host;
  }

  async load() {
    const got = await this.attempt.run(() => this.#host.activity());
    if (got) this.entries = got.answer;
  }
}
