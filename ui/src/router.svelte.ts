/** A view that fills the window. */
export type Page =
  | { at: "list" | "policies" | "backup" | "settings" | "round" | "new-profile" }
  | { at: "profile" | "enrol"; profile: string }
  /** Of one profile or, with null, of all. */
  | { at: "activity"; profile: string | null };

const LIST: Page = { at: "list" };

/** Which page is shown, and how one came there. */
export class Router {
  #trail = $state.raw<Page[]>([LIST]);
  /** The page from which one came back, so that the one returned to can put the keyboard where it was. */
  left: Page | null = null;

  get page(): Page {
    return this.#trail.at(-1) ?? LIST;
  }

  go(page: Page) {
    this.left = null;
    this.#trail = [...this.#trail, page];
  }

  /** Goes on to a page instead of this one: back leads to where this one was opened from. */
  replace(page: Page) {
    this.left = this.page;
    this.#trail = [...this.#trail.slice(0, -1), page];
  }

  /** Shows a page that something outside the window asks for: back leads to the list. */
  jump(page: Page) {
    if (this.page.at === page.at) return;
    this.left = null;
    this.#trail = [LIST, page];
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
