//! Questions on a terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Read as _};

use mfa_tray_core::profile::{MfaCode, MfaSerial};
use mfa_tray_core::secret::SecretString;

use zeroize::Zeroizing;

use crate::exit::{Exit, Failure};
use crate::output;

/// No answer comes near this.
const LONGEST: u64 = 64 * 1024;

/// Whether a person is there to answer.
pub(crate) fn is_possible() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks for a code without showing it.
pub(crate) fn code(serial: &MfaSerial) -> Result<MfaCode, Failure> {
    loop {
        let dismissed = |_| Failure::new(Exit::CodeNeeded, "no code was typed");
        let typed = rpassword::prompt_password(format!("MFA code of {}: ", serial.device_name())).map_err(dismissed)?;
        if typed.trim().is_empty() {
            return Err(Failure::new(Exit::CodeNeeded, "no code was typed"));
        }
        match MfaCode::parse(&typed) {
            Ok(code) => return Ok(code),
            Err(error) => output::say(&format!("error: {error}")),
        }
    }
}

/// Asks which of several devices.
pub(crate) fn device(serials: &[MfaSerial]) -> Result<MfaSerial, Failure> {
    output::say("The user has several MFA devices:");
    for (number, serial) in serials.iter().enumerate() {
        output::say(&format!("  {}  {serial}", number + 1));
    }
    loop {
        let number = answer("Which one? ")?;
        match number
            .parse::<usize>()
            .ok()
            .and_then(|number| serials.get(number.checked_sub(1)?))
        {
            Some(serial) => return Ok(serial.clone()),
            None => output::say(&format!("error: type a number from 1 to {}", serials.len())),
        }
    }
}

/// Asks for a number of a list; `allowed` says which may be chosen. Counts from zero.
pub(crate) fn number(count: usize, allowed: impl Fn(usize) -> bool) -> Result<usize, Failure> {
    loop {
        let chosen = answer("Which one? ")?
            .parse::<usize>()
            .ok()
            .and_then(|number| number.checked_sub(1));
        match chosen.filter(|&index| index < count && allowed(index)) {
            Some(index) => return Ok(index),
            None => output::say("error: type the number of one that can be used"),
        }
    }
}

/// Asks whether to go on. Without a terminal the answer is no.
pub(crate) fn agreed(question: &str) -> Result<bool, Failure> {
    if !is_possible() {
        return Err(Failure::new(Exit::Usage, "there is nobody to ask").with_hint("say --yes if you mean it"));
    }
    output::ask(&format!("{question} [y/N] "));
    Ok(matches!(first_line()?.trim(), "y" | "Y" | "yes"))
}

/// A secret: asked for on a terminal without showing it, else the first line of standard input.
pub(crate) fn secret(question: &str) -> Result<SecretString, Failure> {
    if io::stdin().is_terminal() {
        unseen(question)
    } else {
        let line = Zeroizing::new(first_line()?);
        Ok(SecretString::from(line.trim_end_matches(['\r', '\n'])))
    }
}

/// The same for a text that may have several lines in a pipe.
pub(crate) fn secret_text(question: &str) -> Result<SecretString, Failure> {
    if io::stdin().is_terminal() {
        return unseen(question);
    }
    let mut text = Zeroizing::new(String::new());
    io::stdin().lock().take(LONGEST).read_to_string(&mut text)?;
    Ok(SecretString::from(text.as_str()))
}

/// Asks on the terminal itself, wherever our output goes: what is typed is never shown.
fn unseen(question: &str) -> Result<SecretString, Failure> {
    let typed = rpassword::prompt_password(question);
    typed
        .map(SecretString::from)
        .map_err(|_| Failure::new(Exit::Usage, "nothing was typed"))
}

/// A code that was given as an argument, `-` for standard input.
pub(crate) fn given_code(text: &str) -> Result<MfaCode, Failure> {
    if text == "-" {
        code_from_stdin()
    } else {
        parse_code(text)
    }
}

/// Asks for the serial itself.
pub(crate) fn serial() -> Result<MfaSerial, Failure> {
    loop {
        match MfaSerial::parse(&answer("ARN or serial number of the MFA device: ")?) {
            Ok(serial) => return Ok(serial),
            Err(error) => output::say(&format!("error: {error}")),
        }
    }
}

/// Reads a code from standard input.
fn code_from_stdin() -> Result<MfaCode, Failure> {
    parse_code(&first_line()?)
}

/// Reads a code from an argument.
fn parse_code(text: &str) -> Result<MfaCode, Failure> {
    MfaCode::parse(text).map_err(|error| Failure::new(Exit::Usage, error.to_string()))
}

/// A line that may be shown.
pub(crate) fn answer(question: &str) -> Result<String, Failure> {
    output::ask(question);
    let line = first_line()?;
    if line.trim().is_empty() {
        Err(Failure::new(Exit::CodeNeeded, "nothing was typed"))
    } else {
        Ok(line.trim().to_owned())
    }
}

fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    io::stdin().lock().take(LONGEST).read_line(&mut line)?;
    Ok(line)
}
