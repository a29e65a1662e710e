use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use crate::wait;

/// A program that runs until it is stopped or dropped, with everything it started in turn.
///
/// It leads a process group of its own, so that ending it ends its helpers too and nothing else.
#[derive(Debug)]
pub struct Running {
    name: String,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts `command` with its output in `folder/name.log`.
    pub fn start(name: &str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("{}", log.display()))?;
        command.stdin(Stdio::null()).stdout(file.try_clone()?);
        Self::spawn(name, command.stderr(file), log)
    }

    /// Starts `command` and hands its standard output to the caller; the rest goes to `folder/name.log`.
    pub fn start_piped(name: &str, command: &mut Command, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("{}", log.display()))?;
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        Self::spawn(name, command.stderr(file), log)
    }

    /// Starts `command`, says `text` on its standard input, and closes that.
    pub fn start_told(name: &str, command: &mut Command, text: &str, folder: &Path) -> Result<Self> {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).with_context(|| format!("{}", log.display()))?;
        command.stdin(Stdio::piped()).stdout(file.try_clone()?);
        let mut running = Self::spawn(name, command.stderr(file), log)?;
        let mut stdin = running.child.stdin.take().context("no standard input")?;
        stdin.write_all(text.as_bytes())?;
        Ok(running)
    }

    fn spawn(name: &str, command: &mut Command, log: PathBuf) -> Result<Self> {
        let child = command
            .process_group(0)
            .spawn()
            .with_context(|| format!("{name} does not start: {}", shown(command)))?;
        Ok(Self {
            name: name.to_owned(),
            child,
            log,
        })
    }

    /// Takes the standard output of a program started with [`Running::start_piped`].
    pub fn stdout(&mut self) -> Result<std::process::ChildStdout> {
        self.child
            .stdout
            .take()
            .with_context(|| format!("{} has no output to read", self.name))
    }

    /// The process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// What the program has said so far.
    pub fn said(&self) -> Result<String> {
        Ok(String::from_utf8_lossy(&fs::read(&self.log)?).into_owned())
    }

    /// Fails, with the program's last words, when it has ended.
    pub fn check(&mut self) -> Result<()> {
        if let Some(status) = self.child.try_wait()? {
            anyhow::bail!("{} ended ({status}):\n{}", self.name, self.said()?);
        }
        Ok(())
    }

    /// Waits until the program ends by itself.
    pub fn ended(&mut self, limit: Duration) -> Result<ExitStatus> {
        let name = format!("{} ends", self.name);
        wait::until(&name, limit, || Ok(self.child.try_wait()?))
    }

    /// Asks the program to end, as Ctrl-C in a terminal does, and waits for it.
    pub fn interrupt(&mut self, limit: Duration) -> Result<ExitStatus> {
        kill_process(self.pid(), Signal::INT)?;
        self.ended(limit)
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    fn stop(&mut self) {
        // The group may outlive its leader, so it is told to end in any case; a group that is gone says so.
        let _gone = kill_process_group(self.pid(), Signal::TERM);
        let ended = self.ended(Duration::from_secs(3));
        let _gone = kill_process_group(self.pid(), Signal::KILL);
        if ended.is_err() {
            let _status = self.child.wait();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Runs `command` to its end and returns what it printed; fails with its error text.
pub fn output(command: &mut Command) -> Result<String> {
    let Output { status, stdout, stderr } = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{} does not start", shown(command)))?;
    ensure!(
        status.success(),
        "{} ended with {status}:\n{}",
        shown(command),
        String::from_utf8_lossy(&stderr)
    );
    Ok(String::from_utf8(stdout)?)
}

/// The command as one would type it, without its surroundings.
fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
