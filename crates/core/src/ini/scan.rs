//! From bytes to lines: what each line of a file is, and where its parts stand.

use std::collections::HashSet;
use std::io::BufRead as _;
use std::ops::Range;

use zeroize::Zeroizing;

/// Files above this size are refused: nobody's credentials are 16 MiB, and everything here is kept in memory.
const LARGEST: usize = 16 * 1024 * 1024;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// A file that cannot be read as lines of text at all. Nothing in it may be guessed at.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum ScanError {
    /// Windows tools (PowerShell's `>`) write this; every AWS reader rejects it.
    #[error("the file is UTF-16, not UTF-8")]
    Utf16,
    /// A NUL byte: a binary file, or a damaged one.
    #[error("line {line} holds a NUL byte")]
    Nul {
        /// One-based.
        line: usize,
    },
    /// Python's reader takes a lone carriage return for a line end, the SDKs do not.
    #[error("line {line} holds a carriage return that is not part of a line end")]
    CarriageReturn {
        /// One-based.
        line: usize,
    },
    /// Larger than anything a person keeps here.
    #[error("the file is larger than 16 MiB")]
    TooLarge,
}

/// Something a reader of AWS's rejects or reads differently. The file can still be edited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// One-based.
    pub line: usize,
    /// What is wrong and who minds, as a sentence.
    pub message: &'static str,
}

/// What one line is. Spans are byte offsets into the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LineKind {
    /// Nothing but white space.
    Blank,
    /// `#` or `;` first.
    Comment,
    /// `[name]`, with the span of the trimmed name.
    Header(Range<usize>),
    /// Begins like a header but is none that all readers agree on.
    BadHeader,
    /// `key = value`.
    Property {
        /// The key as written.
        key: Range<usize>,
        /// The trimmed value without an inline comment.
        value: Range<usize>,
        /// An inline comment (` # …`), from its mark on. Part of the value for the AWS CLI, not for the SDKs.
        comment: Option<Range<usize>>,
    },
    /// An indented line that belongs to the property before it, with the span of its trimmed text.
    Continuation(Range<usize>),
    /// Anything else. Kept as it is.
    Garbage,
}

#[derive(Debug)]
pub(super) struct Line {
    /// The whole line, line end included.
    pub(super) span: Range<usize>,
    pub(super) kind: LineKind,
}

/// One `[section]` with the lines up to the next header.
#[derive(Debug, Clone)]
pub struct Section {
    /// The name between the brackets, trimmed; not UTF-8 becomes U+FFFD.
    pub name: String,
    /// Index of the header line.
    pub(super) header: usize,
    /// Indices of the lines after it.
    pub(super) body: Range<usize>,
}

/// A file as bytes and lines.
#[derive(Debug)]
pub struct Document {
    pub(super) bytes: Zeroizing<Vec<u8>>,
    pub(super) lines: Vec<Line>,
    sections: Vec<Section>,
}

impl Document {
    /// Reads `bytes` as an AWS file. Never fails on a single odd line: see [`Document::warnings`].
    ///
    /// # Errors
    /// [`ScanError`] when the bytes are not lines of text that all readers split alike.
    pub fn scan(bytes: Vec<u8>) -> Result<Document, ScanError> {
        let bytes = Zeroizing::new(bytes);
        check(&bytes)?;
        // Few lines are shorter: moving them to ever larger places would take longer than reading them.
        let mut lines = Vec::with_capacity(bytes.len() / 24 + 1);
        let mut start = if bytes.starts_with(BOM) { BOM.len() } else { 0 };
        // The indentation of the property that an indented line may continue.
        let mut open: Option<usize> = None;
        while start < bytes.len() {
            let end = start + line_length(&bytes[start..]);
            let kind = line_kind(&bytes, start..end, open);
            match &kind {
                LineKind::Property { key, .. } => open = Some(key.start - start),
                LineKind::Header(_) | LineKind::BadHeader | LineKind::Garbage => open = None,
                LineKind::Blank | LineKind::Comment | LineKind::Continuation(_) => {}
            }
            lines.push(Line { span: start..end, kind });
            start = end;
        }
        let sections = sections(&bytes, &lines);
        Ok(Document { bytes, lines, sections })
    }

    /// The bytes the document was made from.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        std::mem::take(&mut *self.bytes)
    }

    /// All sections in file order; a name may come more than once.
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The lines of `section` with their kinds.
    pub fn lines(&self, section: &Section) -> impl Iterator<Item = &LineKind> {
        self.lines[section.body.clone()].iter().map(|line| &line.kind)
    }

    /// The one-based line of a section's header, or of the last line in it that sets `key`.
    pub fn line_of(&self, header: &str, key: Option<&str>) -> Option<usize> {
        let section = self.sections.iter().find(|section| section.name == header)?;
        let Some(key) = key else {
            return Some(section.header + 1);
        };
        let sets = |at: &usize| match &self.lines[*at].kind {
            LineKind::Property { key: span, .. } => self.text(span).eq_ignore_ascii_case(key),
            _ => false,
        };
        section.body.clone().rev().find(sets).map(|at| at + 1)
    }

    /// The text at `span`; bytes that are not UTF-8 become U+FFFD.
    pub fn text(&self, span: &Range<usize>) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(&self.bytes[span.clone()])
    }

    /// What readers of AWS's mind about this file.
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = Vec::new();
        if self.bytes.starts_with(BOM) {
            warnings.push(Warning {
                line: 1,
                message: "the file begins with a byte order mark, which the AWS CLI rejects",
            });
        }
        if std::str::from_utf8(&self.bytes).is_err() {
            warnings.push(Warning {
                line: 1,
                message: "the file is not UTF-8, which the AWS CLI rejects",
            });
        }
        for (index, line) in self.lines.iter().enumerate() {
            let message = match &line.kind {
                LineKind::BadHeader => "this section header is not one that all AWS tools accept",
                LineKind::Garbage => {
                    "this line is neither a setting nor a comment; most AWS tools reject the whole file"
                }
                _ => continue,
            };
            warnings.push(Warning {
                line: index + 1,
                message,
            });
        }
        warnings.extend(self.repeated());
        warnings
    }

    /// Sections and keys that stand twice: the SDKs merge them, the AWS CLI rejects the whole file.
    fn repeated(&self) -> Vec<Warning> {
        let mut repeated = Vec::new();
        let mut sections = HashSet::new();
        for section in &self.sections {
            if !sections.insert(section.name.as_str()) {
                let message = "this section stands twice; the AWS CLI rejects the whole file";
                repeated.push(Warning {
                    line: section.header + 1,
                    message,
                });
            }
            // A section has a handful of keys: comparing them costs less than a set.
            let mut keys: Vec<&[u8]> = Vec::new();
            for at in section.body.clone() {
                let LineKind::Property { key, .. } = &self.lines[at].kind else {
                    continue;
                };
                let key = &self.bytes[key.clone()];
                let again = keys.iter().any(|known| known.eq_ignore_ascii_case(key));
                keys.push(key);
                if again {
                    let message = "this setting stands twice in its section; the AWS CLI rejects the whole file";
                    repeated.push(Warning { line: at + 1, message });
                }
            }
        }
        repeated
    }
}

fn check(bytes: &[u8]) -> Result<(), ScanError> {
    if bytes.len() > LARGEST {
        return Err(ScanError::TooLarge);
    }
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ScanError::Utf16);
    }
    let line_of = |at: usize| bytes[..at].iter().filter(|&&b| b == b'\n').count() + 1;
    if bytes.contains(&0) {
        let at = bytes.iter().position(|&b| b == 0).unwrap_or_default();
        return Err(ScanError::Nul { line: line_of(at) });
    }
    if !bytes.contains(&b'\r') {
        return Ok(());
    }
    let lone = bytes
        .iter()
        .enumerate()
        .find(|&(at, &b)| b == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    match lone {
        Some((at, _)) => Err(ScanError::CarriageReturn { line: line_of(at) }),
        None => Ok(()),
    }
}

/// The length of the first line, its end included.
fn line_length(mut bytes: &[u8]) -> usize {
    // A slice is a reader that cannot fail, and this is the fastest search for a byte there is.
    bytes.skip_until(b'\n').unwrap_or(bytes.len())
}

/// AWS's white space: space and tab only (the line end counts as white space at a line's end).
fn trim(bytes: &[u8], mut span: Range<usize>) -> Range<usize> {
    let is_space = |b: u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
    while span.start < span.end && is_space(bytes[span.start]) {
        span.start += 1;
    }
    while span.end > span.start && is_space(bytes[span.end - 1]) {
        span.end -= 1;
    }
    span
}

fn line_kind(bytes: &[u8], line: Range<usize>, open: Option<usize>) -> LineKind {
    let text = trim(bytes, line.clone());
    let Some(&first) = bytes[text.clone()].first() else {
        return LineKind::Blank;
    };
    let indent = text.start - line.start;
    if matches!(first, b'#' | b';') {
        return LineKind::Comment;
    }
    if open.is_some_and(|property| indent > property) {
        return LineKind::Continuation(text);
    }
    if first == b'[' {
        return if indent == 0 {
            header(bytes, text)
        } else {
            LineKind::BadHeader
        };
    }
    property(bytes, text)
}

fn header(bytes: &[u8], text: Range<usize>) -> LineKind {
    let Some(close) = bytes[text.clone()]
        .iter()
        .position(|&b| b == b']')
        .map(|at| text.start + at)
    else {
        return LineKind::BadHeader;
    };
    let rest = trim(bytes, close + 1..text.end);
    let name = trim(bytes, text.start + 1..close);
    let marks = bytes[name.clone()].iter().any(|b| matches!(b, b'#' | b';' | b'['));
    match bytes[rest.clone()].first() {
        // A comment that holds another `]` reads as part of the name to Python's greedy pattern.
        None | Some(b'#' | b';') if !name.is_empty() && !marks && !bytes[rest.clone()].contains(&b']') => {
            LineKind::Header(name)
        }
        _ => LineKind::BadHeader,
    }
}

fn property(bytes: &[u8], text: Range<usize>) -> LineKind {
    let line = &bytes[text.clone()];
    // The AWS CLI also takes `key: value`; the SDKs reject it. Reading it is harmless, and editing must know of it.
    let Some(mark) = line
        .iter()
        .position(|&b| b == b'=')
        .or_else(|| line.iter().position(|&b| b == b':'))
    else {
        return LineKind::Garbage;
    };
    let key = trim(bytes, text.start..text.start + mark);
    if key.is_empty() {
        return LineKind::Garbage;
    }
    let after = text.start + mark + 1..text.end;
    let rest = &bytes[after.clone()];
    // Asked first because it is quick: hardly a value has one, and tokens are long.
    let may_have_comment = rest.contains(&b'#') || rest.contains(&b';');
    let comment = may_have_comment
        .then(|| {
            let mut pairs = rest.windows(2);
            pairs.position(|pair| matches!(pair, [b' ' | b'\t', b'#' | b';']))
        })
        .flatten()
        .map(|at| after.start + at + 1..text.end);
    let value = trim(
        bytes,
        after.start..comment.as_ref().map_or(after.end, |comment| comment.start),
    );
    LineKind::Property { key, value, comment }
}

fn sections(bytes: &[u8], lines: &[Line]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut open = false;
    for (index, line) in lines.iter().enumerate() {
        match &line.kind {
            LineKind::Header(name) => {
                let name = String::from_utf8_lossy(&bytes[name.clone()]).into_owned();
                sections.push(Section {
                    name,
                    header: index,
                    body: index + 1..index + 1,
                });
                open = true;
            }
            // What follows a header nobody can name belongs to no section we know.
            LineKind::BadHeader => open = false,
            _ if open => {
                if let Some(section) = sections.last_mut() {
                    section.body.end = index + 1;
                }
            }
            _ => {}
        }
    }
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let document = Document::scan(text.as_bytes().to_vec()).unwrap();
        let show = |line: &Line| match &line.kind {
            LineKind::Blank => "blank".to_owned(),
            LineKind::Comment => "comment".to_owned(),
            LineKind::Header(name) => format!("[{}]", document.text(name)),
            LineKind::BadHeader => "bad header".to_owned(),
            LineKind::Property { key, value, .. } => format!("{}={}", document.text(key), document.text(value)),
            LineKind::Continuation(text) => format!("+{}", document.text(text)),
            LineKind::Garbage => "garbage".to_owned(),
        };
        document.lines.iter().map(show).collect()
    }

    #[test]
    fn lines_are_told_apart() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("\u{feff}[a]\r\nk = v\r\n", &["[a]", "k=v"]),
            ("[a] # c\n[ b ]\n[c];x\n", &["[a]", "[b]", "[c]"]),
            ("[a\n[a]b\n[]\n[a # b]\n[a] # ]\n", &["bad header"; 5]),
            ("[a]\n  [b]\n", &["[a]", "bad header"]),
            ("[a]\nk = v\n  [b]\n", &["[a]", "k=v", "+[b]"]),
            ("k = v # c\nk=v#c\nk =\t; c\n", &["k=v", "k=v#c", "k="]),
            (
                "[a]\ns3 =\n  x = y\n\n  # c\n  z = w\n",
                &["[a]", "s3=", "+x = y", "blank", "comment", "+z = w"],
            ),
            ("[a]\n  k = v\n  l = w\n    more\n", &["[a]", "k=v", "l=w", "+more"]),
            ("mess\n= v\nk : v\n", &["garbage", "garbage", "k=v"]),
            ("# c\n; c\n \t\n", &["comment", "comment", "blank"]),
        ];
        for (text, expected) in cases {
            assert_eq!(&kinds(text), expected, "{text:?}");
        }
    }

    #[test]
    fn files_that_readers_split_differently_are_refused() {
        let cases: &[(&[u8], ScanError)] = &[
            (b"\xff\xfe[\0a\0]\0", ScanError::Utf16),
            (b"[a]\nk = \0\n", ScanError::Nul { line: 2 }),
            (b"[a]\rk = v\r", ScanError::CarriageReturn { line: 1 }),
        ];
        for (bytes, error) in cases {
            assert_eq!(Document::scan(bytes.to_vec()).unwrap_err(), *error);
        }
    }

    #[test]
    fn lines_after_a_bad_header_belong_to_no_section() {
        let document = Document::scan(b"[a]\nk = v\n[b\naws_session_token = x\n[c]\n".to_vec()).unwrap();
        let names: Vec<_> = document
            .sections()
            .iter()
            .map(|s| (s.name.as_str(), s.body.len()))
            .collect();
        assert_eq!(names, [("a", 1), ("c", 0)]);
    }
}
