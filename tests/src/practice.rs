use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::built;
use crate::process::{Running, output};

/// Practice AWS and its temporary home, as `mfa-tray practice` makes them.
#[derive(Debug)]
pub struct Practice {
    running: Running,
    /// What the ready line said, as it stands.
    pub ready: Value,
    env: BTreeMap<String, String>,
}

impl Practice {
    /// Starts `mfa-tray practice` with `arguments` and waits for its ready line. `command` chooses the surroundings.
    pub fn start(mut command: Command, arguments: &[&str], folder: &Path) -> Result<Self> {
        command.arg("practice").args(arguments);
        let mut running = Running::start_piped("practice", &mut command, folder)?;
        let mut line = String::new();
        BufReader::new(running.stdout()?).read_line(&mut line)?;
        let ready: Value = serde_json::from_str(&line)
            .with_context(|| format!("not a ready line: {line:?}\n{}", running.said().unwrap_or_default()))?;
        let env = serde_json::from_value(ready["env"].clone()).context("no env in the ready line")?;
        Ok(Self { running, ready, env })
    }

    /// The environment in which every other program talks to practice AWS.
    #[must_use]
    pub fn env(&self) -> &BTreeMap<String, String> {
        &self.env
    }

    /// One value of that environment.
    pub fn variable(&self, name: &str) -> Result<&str> {
        self.env
            .get(name)
            .map(String::as_str)
            .with_context(|| format!("no {name} in env"))
    }

    /// The temporary home.
    pub fn home(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(
            self.ready["home"].as_str().context("no home in the ready line")?,
        ))
    }

    /// The credentials file.
    pub fn credentials(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.variable("AWS_SHARED_CREDENTIALS_FILE")?))
    }

    /// Name and MFA serial of the profiles, in the ready line's order.
    pub fn profiles(&self) -> Result<Vec<(String, Option<String>)>> {
        let profiles = self.ready["profiles"]
            .as_array()
            .context("no profiles in the ready line")?;
        profiles
            .iter()
            .map(|profile| {
                let name = profile["name"].as_str().context("a profile without a name")?;
                Ok((name.to_owned(), profile["mfa_serial"].as_str().map(str::to_owned)))
            })
            .collect()
    }

    /// The plain IAM user, always the first, and its device.
    pub fn plain_user(&self) -> Result<(String, String)> {
        let (name, serial) = self.profiles()?.into_iter().next().context("no profiles")?;
        Ok((name, serial.context("the plain IAM user has no mfa_serial")?))
    }

    /// A command of `mfa-tray` on practice AWS.
    pub fn cli(&self) -> Result<Command> {
        let mut command = Command::new(built::cli()?);
        self.dress(command.env_clear());
        Ok(command)
    }

    /// A program of the Python environment on practice AWS, such as `aws`.
    pub fn python(&self, program: &str) -> Result<Command> {
        let mut command = Command::new(built::python(program)?);
        self.dress(command.env_clear());
        // The AWS CLI pages long answers otherwise.
        command.env("AWS_PAGER", "").env("PATH", "/usr/bin:/bin");
        Ok(command)
    }

    /// Puts the environment of practice AWS over a command's.
    pub fn dress(&self, command: &mut Command) {
        command.envs(&self.env);
    }

    /// The code that the device shows now.
    pub fn code(&self, serial: &str) -> Result<String> {
        Ok(output(self.cli()?.args(["practice", "code", serial]))?
            .trim()
            .to_owned())
    }

    /// A code that no device shows now, nor in the steps around it that AWS takes as well.
    ///
    /// Half a million away from the current one could still be the code of a neighbouring step, once in a few hundred
    /// thousand times; what the test then sees is a success where it waits for an error.
    pub fn wrong_code(&self, serial: &str) -> Result<String> {
        let right: u32 = self.code(serial)?.parse()?;
        Ok(format!("{:06}", (right + 500_000) % 1_000_000))
    }

    /// What a key of a section of the credentials file says.
    pub fn written(&self, section: &str, key: &str) -> Result<Option<String>> {
        Ok(value(&fs::read_to_string(self.credentials()?)?, section, key))
    }

    /// Enables a device whose seed is known, as its user would have done in the console long ago.
    pub fn add_device(&self, user: &str, serial: &str, seed: &str) -> Result<()> {
        let device = json!({ "user": user, "serial": serial, "seed": seed });
        let answer = self.ask("POST", "/_practice/devices", "", &device.to_string())?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Ok(())
    }

    /// The seed that practice's keychain keeps for a device, as base32.
    pub fn seed(&self, serial: &str) -> Result<String> {
        let name = format!("seed/{serial}").replace('/', "%2F").replace(':', "%3A");
        let token = format!(
            "Authorization: Bearer {}\r\n",
            self.variable("MFA_TRAY_PRACTICE_KEYCHAIN")?
        );
        let answer = self.ask("GET", &format!("/_practice/keychain/{name}"), &token, "")?;
        let entry = answer.split("\r\n\r\n").nth(1).context("no entry")?;
        let entry: Value = serde_json::from_str(entry).with_context(|| answer.clone())?;
        Ok(entry["secret"].as_str().context("no seed in the entry")?.to_owned())
    }

    /// Orders faults of practice AWS, such as `[{"kind":"error503","times":1}]`.
    pub fn order_faults(&self, orders: &str) -> Result<()> {
        let answer = self.ask("POST", "/_practice/faults", "", orders)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Ok(())
    }

    /// The settings file.
    pub fn settings(&self) -> Result<PathBuf> {
        Ok(PathBuf::from(self.variable("XDG_CONFIG_HOME")?).join("mfa-tray/settings.toml"))
    }

    /// Writes the settings file, as a person does with an editor.
    pub fn write_settings(&self, text: &str) -> Result<()> {
        let file = self.settings()?;
        fs::create_dir_all(file.parent().context("a file without a folder")?)?;
        fs::write(&file, text)?;
        Ok(())
    }

    /// Orders faults of practice's keychain, such as `[{"kind":"locked","times":1}]`.
    pub fn order_keychain_faults(&self, orders: &str) -> Result<()> {
        let answer = self.ask("POST", "/_practice/keychain-faults", "", orders)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        Ok(())
    }

    /// What practice AWS says of itself.
    pub fn state(&self) -> Result<Value> {
        let answer = self.ask("GET", "/_practice/state", "", "")?;
        Ok(serde_json::from_str(
            answer.split("\r\n\r\n").nth(1).unwrap_or_default(),
        )?)
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Result<String> {
        let address = self
            .variable("AWS_ENDPOINT_URL")?
            .trim_start_matches("http://")
            .to_owned();
        let mut stream = TcpStream::connect(&address)?;
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    }

    /// Ends practice AWS as Ctrl-C does.
    pub fn interrupt(&mut self) -> Result<ExitStatus> {
        self.running.interrupt(Duration::from_secs(20))
    }

    /// The process id of `mfa-tray practice`.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.running.id()
    }

    /// What practice has said on standard error.
    pub fn said(&self) -> Result<String> {
        self.running.said()
    }
}

/// Reads one value of a file that is known to be plain: `[section]` lines and `key = value` lines.
fn value(text: &str, section: &str, key: &str) -> Option<String> {
    let header = format!("[{section}]");
    text.lines()
        .skip_while(|line| line.trim() != header)
        .skip(1)
        .take_while(|line| !line.trim_start().starts_with('['))
        .filter_map(|line| line.split_once('='))
        .find(|(name, _)| name.trim() == key)
        .map(|(_, value)| value.trim().to_owned())
}
