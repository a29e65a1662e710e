/** Where the keyboard is when a key goes down. */
export type Place = "search" | "row" | "field" | "elsewhere";

/** What a key means for the whole panel; everything else is the browser's. */
export type KeyAction =
  | { type: "move"; to: "next" | "previous" | "first" | "last" }
  | { type: "search" }
  | { type: "type"; text: string }
  | { type: "open-first" }
  | { type: "back" };

type Key = Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "isComposing">;

const MOVES: Record<string, "next" | "previous" | "first" | "last"> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  Home: "first",
  End: "last",
};

export function placeOf(target: EventTarget | null): Place {
  if (!(target instanceof Element)) return "elsewhere";
  if (target.matches("[type=search]")) return "search";
  if (target.matches("input, textarea, select")) return "field";
  return target.closest("[data-profile]") ? "row" : "elsewhere";
}

export function keyAction(event: Key, place: Place): KeyAction | null {
  const { key } = event;
  // An input method's Escape, Enter and arrows belong to its own list of candidates.
  if (event.isComposing) return null;
  if (key.toLowerCase() === "f" && (event.ctrlKey || event.metaKey)) return { type: "search" };
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  if (key === "Escape") return { type: "back" };
  if (place === "field") return null;
  if (key === "Enter" && place === "search") return { type: "open-first" };
  const to = MOVES[key];
  if (to) return place === "search" && (to === "first" || to === "last") ? null : { type: "move", to };
  if (place === "search") return null;
  if (key === "/") return { type: "search" };
  if (key.length === 1 && key !== " ") return { type: "type", text: key };
  return null;
}
