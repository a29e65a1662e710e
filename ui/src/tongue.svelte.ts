import type { Tongue } from "./api/types";

const guess = (): Tongue => (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");

/** How dates and times are written: in English with the day before the month. */
const LOCALES: Record<Tongue, string> = { en: "en-GB", "zh-CN": "zh-CN" };

/** The language in force: the system's until the host has said which. */
class Language {
  now = $state.raw<Tongue>(guess());

  get locale(): string {
    return LOCALES[this.now];
  }
}

export const language = new Language();
