import type { Entry } from "./listing";

/** Measured heights in pixels. All closed rows are equally high; the open one is measured by itself. */
export type Heights = { row: number; heading: number; open: number };

/** A line that is to be drawn, and the height of what was left out above it. */
export type Drawn = { index: number; gap: number };

/** Rows drawn beyond each edge, so that a quick scroll does not show a hole before the next frame. */
const SPARE = 8;

/** The top of each entry, and at the end the height of the whole list. */
export function tops(entries: readonly Entry[], openKey: string | null, heights: Heights): Float64Array {
  const all = new Float64Array(entries.length + 1);
  entries.forEach((entry, index) => {
    const usual = entry.kind === "heading" ? heights.heading : heights.row;
    all[index + 1] = (all[index] ?? 0) + (entry.key === openKey ? heights.open : usual);
  });
  return all;
}

/** The last entry whose top is at or above `y`. */
export function entryAt(all: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, all.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((all[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * What to draw of a list scrolled to `top`: what is in view, and `kept` (the open row and the one with the keyboard
 * focus), which must survive being scrolled away or typed digits and the focus would be lost.
 */
export function drawn(all: Float64Array, top: number, height: number, kept: readonly number[]): Drawn[] {
  const count = all.length - 1;
  if (count <= 0) return [];
  const first = Math.max(0, entryAt(all, top) - SPARE);
  const last = Math.min(count - 1, entryAt(all, top + height) + SPARE);
  const indices = new Set(kept.filter((index) => index >= 0 && index < count));
  for (let index = first; index <= last; index += 1) indices.add(index);
  let bottom = 0;
  return [...indices]
    .sort((a, b) => a - b)
    .map((index) => {
      const gap = (all[index] ?? 0) - bottom;
      bottom = all[index + 1] ?? 0;
      return { index, gap };
    });
}
