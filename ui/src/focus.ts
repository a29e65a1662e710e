/** Takes the keyboard to a heading or control that has just appeared. */
export function takeFocus(node: HTMLElement) {
  node.focus();
}

/** Whether the keyboard's place went away with what was there. */
export function focusIsLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
