import type { Tongue } from "./api/types";

const guess = (): Tongue => (navigator.language.toLowerCase().startsWith("zh") ? "zh-CN" : "en");

/** The language in force: the system's until the host has said which. Its name is also the locale that `Intl` knows. */
class Language {
  now = $state.raw<Tongue>(guess());
}

export const language = new Language();
