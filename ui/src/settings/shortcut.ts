type Pressed = Pick<KeyboardEvent, "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">;

/** Keys by their place on the keyboard, so that a combination is the same in every layout. */
function keyOf(code: string): string | null {
  const letter = /^(?:Key|Digit)([A-Z0-9])$/.exec(code);
  if (letter?.[1]) return letter[1];
  if (/^F([1-9]|1\d|2[0-4])$/.test(code)) return code;
  if (/^(Arrow(Up|Down|Left|Right)|Space|Enter|Home|End|PageUp|PageDown|Insert|Delete|Backspace)$/.test(code))
    return code;
  if (
    /^(Comma|Period|Slash|Semicolon|Quote|BracketLeft|BracketRight|Backslash|Minus|Equal|Backquote)$/.test(
      code,
    )
  )
    return code;
  return null;
}

/** The combination that was pressed; `plain` where the key is needed for typing, null where it is none yet. */
export function combination(event: Pressed): { keys: string } | "plain" | null {
  const key = keyOf(event.code);
  if (key === null) return null;
  const held = [
    event.ctrlKey && "Ctrl",
    event.altKey && "Alt",
    event.shiftKey && "Shift",
    event.metaKey && "Super",
  ].filter((name) => name !== false);
  const alone = held.length === 0 || (held.length === 1 && event.shiftKey);
  if (alone && !/^F\d+$/.test(key)) return "plain";
  return { keys: [...held, key].join("+") };
}
