//! Where words go: data to stdout, sentences to stderr.

use std::io::{self, Write as _};

use mfa_tray_core::draft::Draft;
use mfa_tray_core::problem::Problem;
use serde::Serialize;

use crate::exit::Failure;

/// Prints one line of data.
pub(crate) fn line(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Prints data that ends its own lines.
pub(crate) fn data(bytes: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()
}

/// Prints one JSON value.
pub(crate) fn json(value: &impl Serialize) -> io::Result<()> {
    line(&serde_json::to_string_pretty(value)?)
}

/// Tells the person something.
pub(crate) fn say(text: &str) {
    // Nobody to tell is nothing to fail for.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Asks the person something: the answer is typed behind it.
pub(crate) fn ask(question: &str) {
    // Nobody to ask gives no answer.
    let _ = write!(io::stderr(), "{question}").and_then(|()| io::stderr().flush());
}

/// Tells the person about something that went wrong beside the work itself.
pub(crate) fn warning(problem: &Problem) {
    say(&format!("warning: {}", problem.message));
    if let Some(hint) = &problem.hint {
        say(&format!("hint: {hint}"));
    }
}

/// Tells the person why the program ends.
pub(crate) fn failure(failure: &Failure) {
    if failure.is_broken_pipe() {
        return;
    }
    say(&format!("error: {}", failure.message));
    if let Some(hint) = &failure.hint {
        say(&format!("hint: {hint}"));
    }
}

/// Shows the person how files would change.
pub(crate) fn draft(draft: &Draft) {
    for file in draft.diff() {
        say(&format!("{}:", file.path.display()));
        for line in file.lines {
            say(format!("{} {}", line.sign, line.text).trim_end());
        }
    }
}

/// Prints a table.
pub(crate) fn table(rows: &[Vec<String>]) -> io::Result<()> {
    laid_out(rows).iter().try_for_each(|row| line(row))
}

/// Shows the person a table.
pub(crate) fn say_table(rows: &[Vec<String>]) {
    laid_out(rows).iter().for_each(|row| say(row));
}

/// Columns as wide as their widest cell.
fn laid_out(rows: &[Vec<String>]) -> Vec<String> {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let laid_out = |row: &Vec<String>| {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(laid_out).collect()
}
