import type { Tongue } from "./api/types";
import { language } from "./tongue.svelte";
import { activity } from "./words/en/activity";
import { arrange } from "./words/en/arrange";
import { backup } from "./words/en/backup";
import { enrol } from "./words/en/enrol";
import { list } from "./words/en/list";
import { policies } from "./words/en/policies";
import { profile } from "./words/en/profile";
import { round } from "./words/en/round";
import { session } from "./words/en/session";
import { settings } from "./words/en/settings";
import { chinese } from "./words/zh";

const english = { ...list, profile, enrol, backup, settings, round, session, activity, arrange, policies };

export type Strings = typeof english;

/** Every word the window says, in every language. */
export const languages: Record<Tongue, Strings> = { en: english, "zh-CN": chinese };

/**
 * The words of the language in force, read anew each time. Who keeps some of them for longer than a component lives
 * keeps the language of then.
 */
export const strings: Strings = new Proxy(english, {
  get: (_, key) => Reflect.get(languages[language.now], key),
});
