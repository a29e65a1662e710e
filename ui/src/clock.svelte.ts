/** The time as the host has it, looked at only as often as something on the screen needs. */
export class Clock {
  now = $state(Date.now());
  #offset = 0;
  #every: number | null = null;
  #wanted = new Set<symbol>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener("visibilitychange", this.#wake);
  }

  /** Takes over the host's time, so that a web view with another idea of it still counts right. */
  correct(hostNow: string) {
    const parsed = Date.parse(hostNow);
    if (!Number.isNaN(parsed)) this.#offset = parsed - Date.now();
    this.#look();
  }

  /** Sets how often to look, or null for not at all. */
  every(ms: number | null) {
    if (ms === this.#every) return;
    this.#every = ms;
    this.#plan();
  }

  /** Asks for a look every second until the returned function is called. */
  keepTicking(): () => void {
    const key = Symbol();
    this.#wanted.add(key);
    this.#look();
    this.#plan();
    return () => {
      this.#wanted.delete(key);
      this.#plan();
    };
  }

  /** The time right now, for what begins between two looks. */
  exactly(): number {
    return Date.now() + this.#offset;
  }

  stop() {
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#wake);
  }

  #wake = () => {
    if (!document.hidden) this.#look();
    this.#plan();
  };

  #look() {
    this.now = this.exactly();
  }

  /** One timer for everything, set for just after the next full second or minute; none while nobody can see it. */
  #plan() {
    clearTimeout(this.#timer);
    const every = this.#wanted.size > 0 ? 1000 : this.#every;
    if (every === null || document.hidden) return;
    this.#timer = setTimeout(
      () => {
        this.#look();
        this.#plan();
      },
      every - (this.exactly() % every) + 5,
    );
  }
}
