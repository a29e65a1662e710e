//! Changes to one section of a file; every other line stays byte for byte.

use crate::ini::scan::{Document, LineKind, ScanError, Section};

/// What should become of one key of the section.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// The key has this value, once, whatever it had before.
    Set(&'a str, &'a str),
    /// The key is gone. A section left with nothing in it goes too.
    Remove(&'a str),
}

impl Change<'_> {
    pub(super) fn key(&self) -> &str {
        match self {
            Change::Set(key, _) | Change::Remove(key) => key,
        }
    }
}

/// Why a section cannot be edited. The text never holds a value.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum EditError {
    /// Writing the name between brackets would not give this section back.
    #[error("\"{0}\" cannot stand as a section name that every AWS tool reads")]
    UnsafeName(String),
    /// The value would not be read back as it is.
    #[error("the value of {0} holds characters that an AWS file cannot keep")]
    UnsafeValue(String),
    /// Readers of AWS's would each take another one.
    #[error("section [{name}] stands more than once, on lines {first} and {second}")]
    Twice {
        /// The section.
        name: String,
        /// One-based line of the first header.
        first: usize,
        /// One-based line of the second header.
        second: usize,
    },
    /// A header that some reader takes for the section and another does not.
    #[error("line {line} looks like section [{name}] to some AWS tools and not to others")]
    Ambiguous {
        /// The section.
        name: String,
        /// One-based.
        line: usize,
    },
    /// There is no such section.
    #[error("there is no section [{0}]")]
    Missing(String),
    /// The name is taken.
    #[error("there is a section [{0}] already")]
    Exists(String),
    /// The edit did not come out as asked; the file is better left alone.
    #[error("the file would not read back as it should after the change")]
    NotAsAsked,
    /// The result is no longer a file of lines.
    #[error(transparent)]
    Scan(#[from] ScanError),
}

impl Document {
    /// Returns the file's bytes with `changes` made to section `header` (the text between the brackets).
    ///
    /// # Errors
    /// [`EditError`] when the result would not mean the same to every reader; nothing is changed then.
    pub fn edited(&self, header: &str, changes: &[Change<'_>]) -> Result<Vec<u8>, EditError> {
        check_name(header)?;
        for change in changes {
            check_change(change)?;
        }
        let edited = match self.only_section(header)? {
            Some(section) => self.edit_section(section, changes),
            None => self.append_section(header, changes),
        };
        let edited = Document::scan(edited)?;
        self.verify(&edited, header, changes)?;
        Ok(edited.into_bytes())
    }

    /// Finds the one section called `header`, or none.
    ///
    /// # Errors
    /// [`EditError::Twice`] and [`EditError::Ambiguous`] when readers would not agree which one that is.
    pub fn only_section(&self, header: &str) -> Result<Option<&Section>, EditError> {
        for (index, line) in self.lines.iter().enumerate() {
            let looks_alike = match &line.kind {
                LineKind::BadHeader => {
                    let written = self.text(&line.span);
                    unquoted(written.trim().trim_start_matches('[')).starts_with(header)
                }
                // The SDKs trim the name between the brackets, the AWS CLI does not, and quotes only count in `config`.
                LineKind::Header(name) => {
                    let name = self.text(name);
                    (name == header && !self.text(&line.span).starts_with(&format!("[{header}]")))
                        || (name != header
                            && name.contains(['"', '\'', ' ', '\t'])
                            && unquoted(&name) == unquoted(header))
                }
                _ => false,
            };
            if looks_alike {
                return Err(EditError::Ambiguous {
                    name: header.to_owned(),
                    line: index + 1,
                });
            }
        }
        let mut found = self.sections().iter().filter(|section| section.name == header);
        match (found.next(), found.next()) {
            (Some(first), Some(second)) => Err(EditError::Twice {
                name: header.to_owned(),
                first: first.header + 1,
                second: second.header + 1,
            }),
            (found, _) => Ok(found),
        }
    }

    fn edit_section(&self, section: &Section, changes: &[Change<'_>]) -> Vec<u8> {
        let eol = self.line_end();
        let style = self.style(section);
        let mut dropped = vec![false; self.lines.len()];
        let mut replaced: Vec<Option<Vec<u8>>> = vec![None; self.lines.len()];
        let mut added = Vec::new();
        for change in changes {
            let found: Vec<usize> = section
                .body
                .clone()
                .filter(|&at| self.is_key(at, change.key()))
                .collect();
            for &at in &found {
                for part in self.extent(at, section) {
                    dropped[part] = true;
                }
            }
            match (change, found.last()) {
                (Change::Set(key, value), Some(&last)) => {
                    dropped[last] = false;
                    replaced[last] = Some(self.replacement(last, key, value, &eol));
                }
                (Change::Set(key, value), None) => added.push(style.line(key, value, &eol)),
                (Change::Remove(_), _) => {}
            }
        }
        let holds_text = |at: usize| self.lines[at].kind != LineKind::Blank;
        let emptied = added.is_empty()
            && dropped.contains(&true)
            && !section.body.clone().any(|at| !dropped[at] && holds_text(at));
        if emptied {
            dropped[section.header] = true;
            dropped[section.body.clone()].fill(true);
        }
        let is_setting = |at: usize| {
            matches!(
                self.lines[at].kind,
                LineKind::Property { .. } | LineKind::Continuation(_)
            )
        };
        let last_setting = section
            .body
            .clone()
            .rev()
            .find(|&at| !dropped[at] && is_setting(at))
            .unwrap_or(section.header);

        let mut out = Vec::with_capacity(self.bytes.len() + 2048);
        out.extend_from_slice(&self.bytes[..self.lines.first().map_or(self.bytes.len(), |line| line.span.start)]);
        for (at, line) in self.lines.iter().enumerate() {
            match &replaced[at] {
                Some(new) => out.extend_from_slice(new),
                None if dropped[at] => {}
                None => out.extend_from_slice(&self.bytes[line.span.clone()]),
            }
            if at == last_setting && !added.is_empty() {
                close_line(&mut out, &eol);
                added.iter().for_each(|line| out.extend_from_slice(line));
            }
        }
        out
    }

    fn append_section(&self, header: &str, changes: &[Change<'_>]) -> Vec<u8> {
        let mut out = self.bytes.to_vec();
        let eol = self.line_end();
        let style = Style {
            indent: String::new(),
            delimiter: " = ".to_owned(),
        };
        let lines: Vec<_> = changes
            .iter()
            .filter_map(|change| match change {
                Change::Set(key, value) => Some(style.line(key, value, &eol)),
                Change::Remove(_) => None,
            })
            .collect();
        if lines.is_empty() {
            return out;
        }
        close_line(&mut out, &eol);
        if self.lines.last().is_some_and(|line| line.kind != LineKind::Blank) {
            out.extend_from_slice(&eol);
        }
        out.extend_from_slice(format!("[{header}]").as_bytes());
        out.extend_from_slice(&eol);
        lines.iter().for_each(|line| out.extend_from_slice(line));
        out
    }

    /// The new text for the property at `at`. An inline comment moves to a line of its own: behind the value the
    /// AWS CLI would read it as part of the value.
    fn replacement(&self, at: usize, key: &str, value: &str, eol: &[u8]) -> Vec<u8> {
        let LineKind::Property {
            key: key_span,
            value: value_span,
            comment,
        } = &self.lines[at].kind
        else {
            return Vec::new();
        };
        let line = &self.lines[at].span;
        let indent = &self.bytes[line.start..key_span.start];
        let mut out = Vec::new();
        if let Some(comment) = comment {
            out.extend_from_slice(indent);
            out.extend_from_slice(&self.bytes[comment.clone()]);
            out.extend_from_slice(eol);
        }
        out.extend_from_slice(indent);
        let written = self.text(key_span);
        let colon = !self.bytes[key_span.end..value_span.start].contains(&b'=');
        out.extend_from_slice(if written == key {
            written.as_bytes()
        } else {
            key.as_bytes()
        });
        if colon || value_span.is_empty() {
            out.extend_from_slice(b" = ");
        } else {
            out.extend_from_slice(&self.bytes[key_span.end..value_span.start]);
        }
        out.extend_from_slice(value.as_bytes());
        let own_end = self.bytes[line.clone()]
            .iter()
            .rposition(|&b| !matches!(b, b'\r' | b'\n'))
            .map_or(0, |at| at + 1);
        out.extend_from_slice(&self.bytes[line.start + own_end..line.end]);
        out
    }

    /// The lines a property takes: its own and its continuations, but not comments or blank lines between them.
    pub(super) fn extent(&self, at: usize, section: &Section) -> Vec<usize> {
        let mut lines = vec![at];
        for next in at + 1..section.body.end {
            match self.lines[next].kind {
                LineKind::Continuation(_) => lines.push(next),
                LineKind::Blank | LineKind::Comment => {}
                _ => break,
            }
        }
        lines
    }

    /// Whether the line sets `key` for any reader: the AWS CLI ends a key at `=` or `:`, the SDKs at `=`.
    pub(super) fn is_key(&self, at: usize, key: &str) -> bool {
        let LineKind::Property { key: span, .. } = &self.lines[at].kind else {
            return false;
        };
        let written = self.text(span);
        let for_the_cli = written.split(':').next().unwrap_or_default().trim_end();
        written.eq_ignore_ascii_case(key) || for_the_cli.eq_ignore_ascii_case(key)
    }

    fn style(&self, section: &Section) -> Style {
        let last = section.body.clone().rev().find_map(|at| match &self.lines[at].kind {
            LineKind::Property { key, value, .. } => Some((at, key, value)),
            _ => None,
        });
        let Some((at, key, value)) = last else {
            return Style {
                indent: String::new(),
                delimiter: " = ".to_owned(),
            };
        };
        let between = self.text(&(key.end..value.start)).into_owned();
        let usable = between.contains('=') && !value.is_empty();
        Style {
            indent: self.text(&(self.lines[at].span.start..key.start)).into_owned(),
            delimiter: if usable { between } else { " = ".to_owned() },
        }
    }

    /// The line end most lines have.
    pub(super) fn line_end(&self) -> Vec<u8> {
        let crlf = self
            .lines
            .iter()
            .filter(|line| self.bytes[line.span.clone()].ends_with(b"\r\n"))
            .count();
        if crlf * 2 > self.lines.len() {
            b"\r\n".to_vec()
        } else {
            b"\n".to_vec()
        }
    }
}

struct Style {
    indent: String,
    delimiter: String,
}

impl Style {
    fn line(&self, key: &str, value: &str, eol: &[u8]) -> Vec<u8> {
        let mut line = format!("{}{key}{}{value}", self.indent, self.delimiter).into_bytes();
        line.extend_from_slice(eol);
        line
    }
}

pub(super) fn close_line(out: &mut Vec<u8>, eol: &[u8]) {
    let only_bom = out.as_slice() == b"\xef\xbb\xbf";
    if !out.is_empty() && !only_bom && !out.ends_with(b"\n") {
        out.extend_from_slice(eol);
    }
}

fn unquoted(name: &str) -> String {
    name.chars()
        .filter(|c| !matches!(c, '"' | '\''))
        .collect::<String>()
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Accepts the names every reader gives back: letters, digits and the SDKs' signs, with single spaces inside, in a
/// header that may begin `profile ` and quote the name.
pub(super) fn check_name(header: &str) -> Result<(), EditError> {
    let unsafe_name = || EditError::UnsafeName(header.to_owned());
    let name = header.strip_prefix("profile ").unwrap_or(header);
    let name = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .unwrap_or(name);
    let allowed = |c: char| c.is_alphanumeric() || "_-/.%@:+ ".contains(c);
    // configparser keeps DEFAULT for itself; `__proto__` breaks every user of the JavaScript SDK.
    let reserved = matches!(name, "DEFAULT" | "__proto__");
    let spaced = name.trim() != name || name.contains("  ");
    if name.is_empty() || name.len() > 256 || reserved || spaced || !name.chars().all(allowed) {
        return Err(unsafe_name());
    }
    Ok(())
}

fn check_change(change: &Change<'_>) -> Result<(), EditError> {
    let Change::Set(key, value) = change else { return Ok(()) };
    let unsafe_value = || EditError::UnsafeValue((*key).to_owned());
    let hidden = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let comment = value.starts_with(['#', ';']) || [" #", " ;", "\t#", "\t;"].iter().any(|mark| value.contains(mark));
    if value.is_empty() || value.trim() != *value || value.chars().any(hidden) || comment {
        return Err(unsafe_value());
    }
    Ok(())
}

/// Whether `header` may be written as a section name.
pub(crate) fn is_safe_name(header: &str) -> bool {
    check_name(header).is_ok()
}
