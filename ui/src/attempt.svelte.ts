import { asFailure } from "./api/host";
import type { Failure } from "./api/types";

/** One thing a person asked for: whether it is under way, and how it ended. */
export class Attempt {
  busy = $state(false);
  failure = $state.raw<Failure | null>(null);

  /** What the call answers, or null when it failed or another one is under way. */
  async run<T>(call: () => Promise<T>): Promise<{ answer: T } | null> {
    if (this.busy) return null;
    this.busy = true;
    this.failure = null;
    try {
      return { answer: await call() };
    } catch (reason) {
      const failure = asFailure(reason);
      // Who closed the system's question knows that.
      if (failure.code !== "dismissed") this.failure = failure;
      return null;
    } finally {
      this.busy = false;
    }
  }
}
