import { Attempt } from "./attempt.svelte";

/**
 * Something a person can choose and the host keeps. What is chosen shows at once; when the host has answered, what it
 * says shows again, so that a wish that failed goes back by itself.
 */
export class Wish<T> {
  readonly attempt = new Attempt();
  readonly #send: (value: T) => Promise<void>;
  readonly #look: () => Promise<void>;
  #wanted = $state.raw<{ value: T; send: () => Promise<void> } | null>(null);

  constructor(send: (value: T) => Promise<void>, look: () => Promise<void>) {
    this.#send = send;
    this.#look = look;
  }

  /** What to show where the host says `said`. */
  over(said: T): T {
    return this.#wanted ? this.#wanted.value : said;
  }

  /**
   * Sends one wish after another; of those that come while one is under way, only the last. `send` is for a wish that
   * is told otherwise than by its value.
   */
  async choose(value: T, send = () => this.#send(value)) {
    const sending = this.#wanted !== null;
    this.#wanted = { value, send };
    if (sending) return;
    for (let next = this.#wanted; ; next = this.#wanted) {
      const kept = await this.attempt.run(() => next.send());
      if (kept) await this.#look();
      if (this.#wanted === next) break;
    }
    this.#wanted = null;
  }
}
