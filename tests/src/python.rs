use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use anyhow::Result;

use crate::built;
use crate::process::Running;
use crate::wait;

/// A port of loopback that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// moto's server: STS and IAM as somebody else understands them.
#[derive(Debug)]
pub struct Moto {
    _running: Running,
    /// Where it listens.
    pub endpoint: String,
}

impl Moto {
    /// Starts the server and waits until it answers.
    pub fn start(folder: &Path) -> Result<Self> {
        let port = free_port()?;
        let mut command = Command::new(built::python("moto_server")?);
        command
            .args(["-H", "127.0.0.1", "-p", &port.to_string()])
            .env_clear()
            .env("HOME", folder)
            .current_dir(folder);
        let mut running = Running::start("moto", &mut command, folder)?;
        wait::until("moto's server", wait::PROGRAM, || {
            running.check()?;
            Ok(std::net::TcpStream::connect(("127.0.0.1", port)).ok())
        })?;
        Ok(Self {
            _running: running,
            endpoint: format!("http://127.0.0.1:{port}"),
        })
    }
}
