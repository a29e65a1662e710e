import type { Tongue } from "./api/types";
import { language } from "./tongue.svelte";
import { backup } from "./words/en/backup";
import { enrol } from "./words/en/enrol";
import { list } from "./words/en/list";
import { profile } from "./words/en/profile";
import { backup as zhBackup } from "./words/zh/backup";
import { enrol as zhEnrol } from "./words/zh/enrol";
import { list as zhList } from "./words/zh/list";
import { profile as zhProfile } from "./words/zh/profile";

const english = { ...list, profile, enrol, backup };

export type Strings = typeof english;

/** Every word the window says, in every language. */
export const languages: Record<Tongue, Strings> = {
  en: english,
  "zh-CN": { ...zhList, profile: zhProfile, enrol: zhEnrol, backup: zhBackup },
};

/**
 * The words of the language in force, read anew each time. Who keeps some of them for longer than a component lives
 * keeps the language of then.
 */
export const strings: Strings = new Proxy(english, {
  get: (_, key) => Reflect.get(languages[language.now], key),
});
