//! Where a seed comes from: a picture, the clipboard, the screen, or text on standard input.

use std::io::Read as _;
use std::path::Path;

use mfa_tray_core::otpauth::{self, Found};
use mfa_tray_core::secret::SecretString;
use mfa_tray_system::pictures;
use mfa_tray_system::screenshot;

use crate::args::EnrollWay;
use crate::exit::{Exit, Failure};
use crate::{output, prompt};

/// No picture or text comes near this.
const LARGEST: u64 = 64 * 1024 * 1024 + 1;

/// Everything the chosen source holds.
pub(super) fn read(way: &EnrollWay) -> Result<Vec<Found>, Failure> {
    let texts = if let Some(path) = &way.from_qr {
        of_picture(&file(path)?)?
    } else if way.from_clipboard {
        pictures::read_clipboard().map_err(|error| failure(&error.problem()))?
    } else if way.from_screen {
        output::say("Mark the QR code on the screen.");
        let picture = screenshot::photograph().map_err(|error| failure(&error.problem()))?;
        of_picture(&picture)?
    } else if let Some(argument) = &way.uri {
        vec![asked(argument, "otpauth URI: ")?]
    } else {
        vec![asked(
            way.secret.as_deref().unwrap_or("-"),
            "Secret of the MFA device: ",
        )?]
    };
    of_texts(&texts)
}

/// A secret that is typed or piped. One in the argument itself is refused, and not repeated: other programs could see it.
fn asked(argument: &str, question: &str) -> Result<SecretString, Failure> {
    if argument == "-" {
        return prompt::secret_text(question);
    }
    let message = "a secret on the command line can be seen by other programs";
    Err(Failure::new(Exit::Usage, message).with_hint("give - and type the secret, or pipe it"))
}

/// What a file or standard input holds: a picture, or text if it is none.
pub(super) fn inspect(from: &Path) -> Result<Vec<Found>, Failure> {
    let bytes = if from == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().lock().take(LARGEST).read_to_end(&mut bytes)?;
        bytes
    } else {
        file(from)?
    };
    match text(bytes) {
        Ok(text) => of_texts(&[text]),
        Err(bytes) => of_texts(&of_picture(&bytes)?),
    }
}

/// Text that may hold a secret; bytes that no text has come back as they are.
fn text(bytes: Vec<u8>) -> Result<SecretString, Vec<u8>> {
    let is_text =
        bytes.len() <= otpauth::LONGEST_TEXT && std::str::from_utf8(&bytes).is_ok_and(|text| !is_markup(text));
    if !is_text || bytes.is_empty() {
        return Err(bytes);
    }
    String::from_utf8(bytes)
        .map(SecretString::from)
        .map_err(std::string::FromUtf8Error::into_bytes)
}

/// A page or a drawing is somebody's picture that went wrong, and no seed.
fn is_markup(text: &str) -> bool {
    text.trim_start().starts_with('<')
}

fn file(path: &Path) -> Result<Vec<u8>, Failure> {
    pictures::load(path).map_err(|error| failure(&error.problem()))
}

fn of_picture(bytes: &[u8]) -> Result<Vec<SecretString>, Failure> {
    pictures::read(bytes).map_err(|error| failure(&error.problem()))
}

fn of_texts(texts: &[SecretString]) -> Result<Vec<Found>, Failure> {
    otpauth::read_secrets(texts).map_err(|error| failure(&error.problem()))
}

fn failure(problem: &mfa_tray_core::problem::Problem) -> Failure {
    Failure::of_problem(Exit::Failed, problem)
}
