import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const css = readFileSync("src/base.css", "utf8");
const found = [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];

/** The tokens of the light scheme are the first of each pair, those of the dark one the second. */
const tokensOf = (place: 2 | 3) => new Map(found.map((match) => [match[1] ?? "", match[place] ?? ""]));

/** WCAG 2 relative luminance. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dim + 0.05);
}

const pairs = [
  ["text", ["ground", "card", "hover", "amber-soft"]],
  ["quiet", ["ground", "card", "hover", "grey-soft"]],
  ["accent", ["ground", "card", "hover", "track"]],
  ["green", ["green-soft"]],
  ["amber", ["amber-soft"]],
  ["red", ["red-soft", "card", "ground", "hover", "track"]],
  ["on-accent", ["accent"]],
] as const;

test.each([
  ["light", tokensOf(2)],
  ["dark", tokensOf(3)],
])("text can be read on %s", (_, tokens) => {
  for (const [text, grounds] of pairs)
    for (const ground of grounds)
      expect(
        contrast(tokens.get(text) ?? "", tokens.get(ground) ?? ""),
        `${text} on ${ground}`,
      ).toBeGreaterThan(4.5);
});
