import { strings } from "./strings";
import { language } from "./tongue.svelte";
import { advice, headlines } from "./words/zh/headlines";

/** What went wrong: the host's words with their code, or words of the window's own, which have none. */
export type Trouble = { code: string | null; about?: string | null; message: string; hint: string | null };

/** How trouble is shown: one line that stands out, and what is said more quietly below it. */
export type Told = { headline: string; below: string[]; headlineLang?: "en"; belowLang?: "en" };

/**
 * The host speaks English, and its words name the very profile, file or line. In another language they are marked as
 * English, under a headline in that language where their code has one; where that language can say all of it, alone.
 */
export function told({ code, about, message, hint }: Trouble): Told {
  const headline = message || strings.noAnswer;
  const below = hint ? [hint] : [];
  if (language.now === "en" || code === null || message === "") return { headline, below };
  // What it is about says more than what the window does about it.
  const own = (about && headlines[about]) || headlines[code];
  const next = advice[code];
  if (own && next) return { headline: own, below: [next] };
  return own
    ? { headline: own, below: [message, ...below], belowLang: "en" }
    : { headline, below, headlineLang: "en", belowLang: "en" };
}
