//! A command that is waited for: its signals and its ending are its own.

use std::io;
use std::process::{Command, ExitCode, ExitStatus};

/// Runs the command to its end and ends as it did.
#[cfg(unix)]
pub(super) fn run_beside(command: &mut Command) -> io::Result<ExitCode> {
    use std::os::unix::process::ExitStatusExt as _;

    use signal_hook::consts::{SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
    use signal_hook::iterator::Signals;

    // The terminal says Ctrl+C to both of us; it is the command's to answer, and so is what only we are told.
    let mut signals = Signals::new([SIGINT, SIGQUIT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2])?;
    let mut child = command.spawn()?;
    let pid = rustix::process::Pid::from_child(&child);
    let handle = signals.handle();
    let forwarding = std::thread::spawn(move || {
        for signal in signals.forever().filter(|signal| ![SIGINT, SIGQUIT].contains(signal)) {
            if let Some(signal) = rustix::process::Signal::from_named_raw(signal) {
                // It may have ended by itself.
                let _ = rustix::process::kill_process(pid, signal);
            }
        }
    });
    let status = child.wait()?;
    handle.close();
    let _ = forwarding.join();
    if let Some(signal) = status.signal() {
        // Whoever waits for us sees what became of the command; a core dump would hold the session.
        let _ = signal_hook::low_level::emulate_default_handler(signal);
        return Ok(ExitCode::from(128_u8.saturating_add(u8::try_from(signal).unwrap_or(0))));
    }
    Ok(code(status))
}

/// Runs the command to its end. Ctrl+C is said to both: it is the command's to answer.
#[cfg(not(unix))]
pub(super) fn run_beside(command: &mut Command) -> io::Result<ExitCode> {
    let told = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    signal_hook::flag::register(signal_hook::consts::SIGINT, told)?;
    let status = command.spawn()?.wait()?;
    Ok(code(status))
}

/// Codes of Windows have 32 bits, of which eight are kept.
fn code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or(1);
    ExitCode::from(u8::try_from(code & 0xff).unwrap_or(1))
}
