/** Takes the keyboard to a heading or control that has just appeared. */
export function takeFocus(node: HTMLElement) {
  node.focus();
}

/** Whether the keyboard's place went away with what was there. */
export function focusIsLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";

/**
 * Remembers which control of `root` has the keyboard, for when the same view is drawn anew: what is returned gives the
 * keyboard to the control with its id, else to the one in its place. Null where none has it.
 */
export function keptFocus(root: HTMLElement): (() => void) | null {
  const controls = () => [...root.querySelectorAll<HTMLElement>(CONTROLS)];
  const before = controls();
  const held = before.find((control) => control === document.activeElement);
  if (!held) return null;
  const { id, tagName } = held;
  const place = before.indexOf(held);
  return () => {
    const after = controls();
    const same = after.length === before.length ? after[place] : undefined;
    const found = (id && document.getElementById(id)) || same;
    if (found && found.tagName === tagName) found.focus({ preventScroll: true });
  };
}
