//! Whole sections: another name, gone, or there twice under two names. Every line outside stays byte for byte.

use std::ops::Range;

use crate::ini::edit::{EditError, check_name, close_line};
use crate::ini::scan::{Document, LineKind, Section};

impl Document {
    /// The file's bytes with section `from` called `to` (the texts between the brackets).
    ///
    /// # Errors
    /// [`EditError`]: there is no such section, `to` is there, or readers would not agree which is meant.
    pub fn renamed(&self, from: &str, to: &str) -> Result<Vec<u8>, EditError> {
        let section = self.existing(from)?;
        self.free(to)?;
        let header = &self.lines[section.header];
        let LineKind::Header(name) = &header.kind else {
            return Err(EditError::NotAsAsked);
        };
        let mut out = self.bytes[..name.start].to_vec();
        out.extend_from_slice(to.as_bytes());
        out.extend_from_slice(&self.bytes[name.end..]);
        self.checked(out, section.header..section.header + 1)
    }

    /// The file's bytes without section `header`. A comment behind its last setting stays: it may be about what follows.
    ///
    /// # Errors
    /// As [`Document::renamed`].
    pub fn without_section(&self, header: &str) -> Result<Vec<u8>, EditError> {
        let section = self.existing(header)?;
        let mut lines = section.header..self.end_of_settings(section);
        while lines.end < section.body.end && self.lines[lines.end].kind == LineKind::Blank {
            lines.end += 1;
        }
        let mut out = self.bytes[..self.lines[lines.start].span.start].to_vec();
        out.extend_from_slice(&self.bytes[self.lines[lines.end - 1].span.end..]);
        self.checked(out, lines)
    }

    /// The file's bytes with a copy of section `from` at the end, called `to`.
    ///
    /// # Errors
    /// As [`Document::renamed`].
    pub fn duplicated(&self, from: &str, to: &str) -> Result<Vec<u8>, EditError> {
        let section = self.existing(from)?;
        self.free(to)?;
        let eol = self.line_end();
        let mut out = self.bytes.to_vec();
        close_line(&mut out, &eol);
        if self.lines.last().is_some_and(|line| line.kind != LineKind::Blank) {
            out.extend_from_slice(&eol);
        }
        out.extend_from_slice(format!("[{to}]").as_bytes());
        out.extend_from_slice(&eol);
        let body = section.header + 1..self.end_of_settings(section);
        if let (Some(first), Some(last)) = (self.lines.get(body.start), self.lines.get(body.end.wrapping_sub(1)))
            && !body.is_empty()
        {
            out.extend_from_slice(&self.bytes[first.span.start..last.span.end]);
            close_line(&mut out, &eol);
        }
        self.checked(out, self.lines.len()..self.lines.len())
    }

    fn existing(&self, header: &str) -> Result<&Section, EditError> {
        self.only_section(header)?
            .ok_or_else(|| EditError::Missing(header.to_owned()))
    }

    fn free(&self, header: &str) -> Result<(), EditError> {
        check_name(header)?;
        match self.only_section(header)? {
            Some(_) => Err(EditError::Exists(header.to_owned())),
            None => Ok(()),
        }
    }

    /// Behind the last line that sets something.
    fn end_of_settings(&self, section: &Section) -> usize {
        let is_setting = |at: &usize| {
            matches!(
                self.lines[*at].kind,
                LineKind::Property { .. } | LineKind::Continuation(_)
            )
        };
        let last = section.body.clone().rev().find(is_setting);
        last.unwrap_or(section.header) + 1
    }

    /// Reads the new bytes back: the lines outside `touched` are all there, in their order, first in the file.
    fn checked(&self, out: Vec<u8>, touched: Range<usize>) -> Result<Vec<u8>, EditError> {
        let new = Document::scan(out)?;
        let own = self.lines.iter().enumerate();
        let outside = own.filter(|(at, _)| !touched.contains(at));
        let mut new_lines = new.lines.iter();
        let all_there = outside.into_iter().all(|(_, line)| {
            let text = self.bytes[line.span.clone()].trim_ascii_end();
            new_lines.any(|line| new.bytes[line.span.clone()].trim_ascii_end() == text)
        });
        if all_there {
            Ok(new.into_bytes())
        } else {
            Err(EditError::NotAsAsked)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "; top\r\n[a]\r\nx = 1\r\n  more\r\n\r\n# of b\r\n[b]\r\n\ty: 2 # why\r\n[c]\nz=3";

    fn document() -> Document {
        Document::scan(FILE.as_bytes().to_vec()).unwrap()
    }

    fn text(result: Result<Vec<u8>, EditError>) -> String {
        String::from_utf8(result.unwrap()).unwrap()
    }

    #[test]
    fn a_section_gets_another_name_and_keeps_every_byte() {
        assert_eq!(
            text(document().renamed("b", "profile b2")),
            FILE.replace("[b]", "[profile b2]")
        );
        assert_eq!(
            document().renamed("gone", "x"),
            Err(EditError::Missing("gone".to_owned()))
        );
        assert_eq!(document().renamed("a", "c"), Err(EditError::Exists("c".to_owned())));
        assert!(matches!(document().renamed("a", "x]y"), Err(EditError::UnsafeName(_))));
    }

    #[test]
    fn a_section_goes_and_the_comment_of_the_next_stays() {
        assert_eq!(
            text(document().without_section("a")),
            "; top\r\n# of b\r\n[b]\r\n\ty: 2 # why\r\n[c]\nz=3"
        );
        assert_eq!(
            text(document().without_section("c")),
            FILE.strip_suffix("[c]\nz=3").unwrap()
        );
    }

    #[test]
    fn a_copy_stands_at_the_end() {
        assert_eq!(
            text(document().duplicated("a", "a2")),
            format!("{FILE}\r\n\r\n[a2]\r\nx = 1\r\n  more\r\n")
        );
        let twice = Document::scan(b"[a]\nx=1\n[a]\ny=2\n".to_vec()).unwrap();
        assert!(matches!(twice.duplicated("a", "b"), Err(EditError::Twice { .. })));
        assert!(matches!(twice.without_section("a"), Err(EditError::Twice { .. })));
    }
}
