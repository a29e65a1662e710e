//! What is left of a text that is shown.

/// Characters a title, a body and a button have at most. Services cut earlier; this bounds what we send.
pub(super) const TITLE: usize = 200;
pub(super) const BODY: usize = 1000;
pub(super) const LABEL: usize = 60;

/// One harmless line: control characters and line breaks become spaces, marks that turn the direction of what follows
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>) go, and a long text ends in `…`.
pub(super) fn line(text: &str, most: usize) -> String {
    let mut kept = text.chars().filter(|character| !turns(*character)).map(|character| {
        let breaks = character.is_control() || matches!(character, '\u{2028}' | '\u{2029}');
        if breaks { ' ' } else { character }
    });
    let mut line: String = kept.by_ref().take(most).collect();
    if kept.next().is_some() {
        line.pop();
        line.push('…');
    }
    line
}

fn turns(character: char) -> bool {
    matches!(character, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The text as itself where a service reads markup
/// (<https://specifications.freedesktop.org/notification-spec/latest/markup.html>).
#[cfg(any(test, all(unix, not(target_os = "macos"))))]
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_a_line() {
        for (text, expected) in [
            ("work", "work"),
            ("", ""),
            ("Zürich 工作 🔑", "Zürich 工作 🔑"),
            ("two\nlines\r\n", "two lines  "),
            ("tab\tbell\u{7}nul\0", "tab bell nul "),
            ("\u{85}next\u{2028}line\u{2029}", " next line "),
            ("\u{202e}gnp.exe\u{202c}", "gnp.exe"),
            ("\u{2067}right\u{2069}", "right"),
        ] {
            assert_eq!(line(text, 20), expected, "{text:?}");
        }
    }

    #[test]
    fn a_long_text_ends_early() {
        for (text, expected) in [
            ("01234", "01234"),
            ("012345", "0123…"),
            ("ääääää", "ääää…"),
            ("\u{202e}01234", "01234"),
        ] {
            assert_eq!(line(text, 5), expected, "{text}");
        }
    }

    #[test]
    fn markup_is_shown_as_it_is_written() {
        for (text, expected) in [
            ("work", "work"),
            ("<b>R&D</b>", "&lt;b&gt;R&amp;D&lt;/b&gt;"),
            ("&amp;", "&amp;amp;"),
            (r#"a "b" 'c'"#, "a &quot;b&quot; &#39;c&#39;"),
        ] {
            assert_eq!(escaped(text), expected, "{text}");
        }
    }
}
