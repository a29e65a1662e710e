/** A hint cut into what is read and what is to be copied as it stands, such as an IAM policy. */
export type Hint = { text: string | null; block: string | null };

/** A hint of several lines, or one that is JSON, holds a block: from the first line that opens a brace, or all of it. */
export function cutHint(hint: string | null): Hint {
  if (hint === null) return { text: null, block: null };
  const whole = hint.trim();
  if (!whole.includes("\n") && !whole.startsWith("{")) return { text: hint, block: null };
  const begin = whole.search(/^\s*\{/m);
  if (begin <= 0) return { text: null, block: whole };
  return { text: whole.slice(0, begin).trim(), block: whole.slice(begin).trim() };
}
