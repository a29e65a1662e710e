import type { Wish } from "./wish.svelte";

/** The value that holds for every profile without one of its own, and how a profile goes back to it. */
export type General<T> = { value: T; text: string; send: () => Promise<void> };

/** The offer to go back, where there is something to go back from. */
export function wayBack<T>(wish: Wish<T>, said: T, general: General<T> | undefined) {
  if (!general || wish.over(said) === general.value) return null;
  return { text: general.text, take: () => void wish.choose(general.value, general.send) };
}
