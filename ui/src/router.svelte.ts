/** A view that fills the window. */
export type Page = { at: "list" } | { at: "profile" | "enrol"; profile: string } | { at: "backup" };

const LIST: Page = { at: "list" };

/** Which page is shown, and how one came there. */
export class Router {
  #trail = $state.raw<Page[]>([LIST]);
  /** The page that was left last, so that the one returned to can put the keyboard where it was. */
  left: Page | null = null;

  get page(): Page {
    return this.#trail.at(-1) ?? LIST;
  }

  go(page: Page) {
    this.#trail = [...this.#trail, page];
  }

  /** Goes on to a page instead of this one: back leads to where this one was opened from. */
  replace(page: Page) {
    this.left = this.page;
    this.#trail = [...this.#trail.slice(0, -1), page];
  }

  back() {
    this.left = this.page;
    if (this.#trail.length > 1) this.#trail = this.#trail.slice(0, -1);
  }

  home() {
    if (this.page.at !== "list") this.left = this.page;
    this.#trail = [LIST];
  }
}
