//! Reads an edited file back before anybody writes it: what was asked is there, and nothing else changed.

use crate::ini::edit::{Change, EditError};
use crate::ini::scan::{Document, LineKind, Section};

impl Document {
    /// Says whether `after` is this document with `changes` made to section `header`, and nothing else.
    ///
    /// # Errors
    /// [`EditError`] when it is not; the edit is then not to be used.
    pub(super) fn verify(&self, after: &Document, header: &str, changes: &[Change<'_>]) -> Result<(), EditError> {
        let (old, new) = (self.only_section(header)?, after.only_section(header)?);
        let as_asked = changes.iter().all(|change| {
            let values = after.settings(new, |at| after.is_key(at, change.key()));
            match change {
                Change::Set(_, value) => matches!(&values[..], [only] if only[1..] == [value.as_bytes()]),
                Change::Remove(_) => values.is_empty(),
            }
        });
        let others = |document: &Document, at| !changes.iter().any(|change| document.is_key(at, change.key()));
        let same_inside = self.settings(old, |at| others(self, at)) == after.settings(new, |at| others(after, at));
        if as_asked && same_inside && self.outside(old).eq(after.outside(new)) {
            Ok(())
        } else {
            Err(EditError::NotAsAsked)
        }
    }

    /// The wanted settings of `section`: key, value, and the lines that continue it. A line may be none of its own
    /// and become one by what is written before it.
    fn settings(&self, section: Option<&Section>, wanted: impl Fn(usize) -> bool) -> Vec<Vec<&[u8]>> {
        let Some(section) = section else { return Vec::new() };
        let body = section.body.clone().filter(|&at| wanted(at));
        body.filter_map(|at| {
            let LineKind::Property { key, value, .. } = &self.lines[at].kind else {
                return None;
            };
            let more = self.extent(at, section).into_iter().skip(1);
            let more = more.map(|at| self.bytes[self.lines[at].span.clone()].trim_ascii());
            let own = [&self.bytes[key.clone()], &self.bytes[value.clone()]];
            Some(own.into_iter().chain(more).collect())
        })
        .collect()
    }

    /// The lines outside `section` without their line ends (the last line may gain one), blank lines left out (one
    /// may stand before a new section).
    fn outside(&self, section: Option<&Section>) -> impl Iterator<Item = &[u8]> {
        let inside = section.map_or(0..0, |section| section.header..section.body.end);
        self.lines
            .iter()
            .enumerate()
            .filter(move |(at, line)| !inside.contains(at) && line.kind != LineKind::Blank)
            .map(|(_, line)| self.bytes[line.span.clone()].trim_ascii_end())
    }
}
