//! Texts of others, made fit to be shown.

/// The longest text that is shown, in characters. AWS's longest names have 256.
const LONGEST: usize = 300;

/// A text of somebody else's so that it can be shown anywhere: on one line, in its own direction, not endless.
pub(super) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, c) in text.chars().enumerate() {
        if index == LONGEST {
            shown.push('…');
            break;
        }
        if c.is_control() || is_line_end(c) || turns_writing(c) {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}

/// Whether there is more than one line in `text`, or something that is no text.
pub(super) fn breaks_lines(text: &str) -> bool {
    text.contains(|c: char| c.is_control() || is_line_end(c))
}

/// Unicode's own line ends, which are no control characters.
fn is_line_end(c: char) -> bool {
    matches!(c, '\u{2028}' | '\u{2029}')
}

/// The characters that change the direction of the writing around them (Unicode, `Bidi_Control`).
pub(super) fn turns_writing(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_others_are_shown_on_one_line_and_cut() {
        assert_eq!(shown("a\nb\u{202e}c\u{7f}"), "a\\nb\\u{202e}c\\u{7f}");
        assert_eq!(shown("日本 <b>é"), "日本 <b>é");
        assert_eq!(shown(&"é".repeat(10_000)).chars().count(), LONGEST + 1);
    }
}
