use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::json;
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::built;
use crate::process::Running;
use crate::python::free_port;
use crate::wait;

/// How long the driver or the web view may take for one answer.
const LIMIT: Duration = Duration::from_secs(60);

/// A program with a web view, started and driven by `tauri-driver` and WebKitWebDriver.
///
/// The tests read top to bottom, so this hides that the protocol's client is asynchronous.
#[derive(Debug)]
pub struct Session {
    runtime: Runtime,
    client: Option<Client>,
    driver: Running,
}

impl Session {
    /// Lets the driver start `program`; `surroundings` is a command whose environment program and driver get.
    ///
    /// On a loaded machine WebKit's driver now and then misses the program it started, and waits for it for ever; a
    /// second one, after the first has ended with all it started, finds it.
    pub fn start(program: &Path, surroundings: Command, folder: &Path) -> Result<Self> {
        Self::attempt(program, &surroundings, folder).or_else(|_missed| Self::attempt(program, &surroundings, folder))
    }

    fn attempt(program: &Path, surroundings: &Command, folder: &Path) -> Result<Self> {
        let (port, native) = (free_port()?, free_port()?);
        let mut command = Command::new(built::tauri_driver()?);
        command.env_clear().current_dir(folder);
        for (name, value) in surroundings.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command.args(["--port", &port.to_string(), "--native-port", &native.to_string()]);
        command.args(["--native-driver", "/usr/bin/WebKitWebDriver"]);
        let mut driver = Running::start("webdriver", &mut command, folder)?;
        for port in [port, native] {
            wait::until("the WebDriver", wait::PROGRAM, || {
                driver.check()?;
                Ok(TcpStream::connect(("127.0.0.1", port)).ok())
            })?;
        }

        let runtime = Builder::new_current_thread().enable_all().build()?;
        let mut capabilities = Capabilities::new();
        capabilities.insert("tauri:options".to_owned(), json!({ "application": program }));
        let client = runtime
            .block_on(async {
                let mut builder = ClientBuilder::new(HttpConnector::new());
                let url = format!("http://127.0.0.1:{port}");
                timeout(LIMIT, builder.capabilities(capabilities).connect(&url)).await
            })
            .with_context(|| format!("no session in time:\n{}", driver.said().unwrap_or_default()))?
            .with_context(|| format!("no session:\n{}", driver.said().unwrap_or_default()))?;
        Ok(Self {
            runtime,
            client: Some(client),
            driver,
        })
    }

    /// Does something with the web view and waits for the answer.
    pub fn ask<T, E: Into<anyhow::Error>>(&self, question: impl AsyncFnOnce(&Client) -> Result<T, E>) -> Result<T> {
        let client = self.client.as_ref().context("the session has ended")?;
        let answer = self.runtime.block_on(async { timeout(LIMIT, question(client)).await });
        answer.context("the web view does not answer")?.map_err(Into::into)
    }

    /// What the driver, and through it the program, has said.
    pub fn said(&self) -> Result<String> {
        self.driver.said()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            // The program may have ended already; then there is nothing to close.
            let _ended = self.runtime.block_on(async { timeout(LIMIT, client.close()).await });
        }
    }
}
