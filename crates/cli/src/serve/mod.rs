//! The container-credentials endpoint for one command, for as long as that lives
//! (<https://docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html>).
//!
//! It listens on loopback alone, on a port of its own, and answers only who shows the token that lies in a file for the
//! command's user. A web page can make a browser call loopback, and a name can be made to point here: neither gets an
//! answer, because a page says where it comes from, and a foreign name stands in `Host`.

mod answer;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use mfa_tray_core::variables::Variables;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{Semaphore, oneshot};
use zeroize::Zeroizing;

use crate::exit::Failure;
use answer::{Answer, Head};

/// What the session is asked of for each answer. Blocks.
pub(crate) type Sessions = Box<dyn Fn() -> Result<Variables, Failure> + Send + Sync>;

/// The SDKs give up after two seconds; a request that takes longer than this is none of theirs.
const PATIENCE: Duration = Duration::from_secs(10);
/// A request that has not arrived whole by then never will.
const ARRIVAL: Duration = Duration::from_secs(5);
/// The longest a connection is kept: one request arrives and is answered.
const CONNECTION: Duration = Duration::from_secs(20);
/// Connections at once; more wait.
const CONNECTIONS: usize = 64;
/// Headers of a request; the SDKs send about ten.
const HEADERS: usize = 64;
/// Bytes that are read of a request's head.
const HEAD: usize = 16 * 1024;
/// Where the credentials are.
const PATH: &str = "/credentials";
/// Bytes of the token.
const TOKEN: usize = 32;

/// A running endpoint; ends when dropped.
pub(crate) struct Endpoint {
    address: SocketAddr,
    folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// What an answer is judged by.
struct Server {
    host: String,
    token: Zeroizing<String>,
    sessions: Sessions,
}

impl Endpoint {
    /// Opens the endpoint; `sessions` is asked for each answer.
    ///
    /// # Errors
    /// No port, folder or thread was to be had.
    pub(crate) fn open(sessions: Sessions) -> io::Result<Endpoint> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let token = token()?;
        let folder = private_folder()?;
        write_private(&folder.path().join("token"), token.as_bytes())?;
        write_private(&folder.path().join("empty"), b"")?;
        let server = Arc::new(Server {
            host: address.to_string(),
            token,
            sessions,
        });
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("endpoint".to_owned())
            .spawn(move || run(runtime, listener, server, stopped))?;
        Ok(Endpoint {
            address,
            folder,
            stop: Some(stop),
            thread: Some(thread),
        })
    }

    /// `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub(crate) fn uri(&self) -> String {
        format!("http://{}{PATH}", self.address)
    }

    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
    pub(crate) fn token_file(&self) -> PathBuf {
        self.folder.path().join("token")
    }

    /// An AWS file without a profile: one with credentials would win over the endpoint.
    pub(crate) fn empty_file(&self) -> PathBuf {
        self.folder.path().join("empty")
    }
}

impl Drop for Endpoint {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(runtime: Runtime, listener: TcpListener, server: Arc<Server>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async move {
        // Fails only outside a runtime; then nobody answers, which the command tells.
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        tokio::select! {
            () = accept(&listener, &server) => {}
            _ = stopped => {}
        }
    });
    // Open connections are not waited for.
    runtime.shutdown_background();
}

/// Takes connections, each for one request, within bounds of number, size and time.
async fn accept(listener: &tokio::net::TcpListener, server: &Arc<Server>) {
    let permits = Arc::new(Semaphore::new(CONNECTIONS));
    // The semaphore is never closed.
    while let Ok(permit) = Arc::clone(&permits).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            // Out of files, say: what is open ends soon.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let server = Arc::clone(server);
        tokio::spawn(async move {
            let service = service_fn(move |request| {
                let server = Arc::clone(&server);
                async move { Ok::<_, Infallible>(serve(server, &request).await) }
            });
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(ARRIVAL)
                .max_headers(HEADERS)
                .max_buf_size(HEAD)
                .keep_alive(false)
                .serve_connection(TokioIo::new(stream), service);
            // Who does not keep to it is not told why.
            let _ = tokio::time::timeout(CONNECTION, connection).await;
            drop(permit);
        });
    }
}

/// Answers by the head alone: a body is not read.
async fn serve(server: Arc<Server>, request: &Request<Incoming>) -> Answer {
    let head = Head {
        method: request.method(),
        uri: request.uri(),
        headers: request.headers(),
    };
    if let Err(refused) = answer::check(&head, PATH, &server.host, &server.token) {
        return refused.into();
    }
    // A renewal blocks on files, keychain and network.
    let asked = tokio::task::spawn_blocking(move || (server.sessions)());
    match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(session)) => answer::of(session),
        _ => answer::failed("the session could not be read in time"),
    }
}

fn token() -> io::Result<Zeroizing<String>> {
    let mut bytes = Zeroizing::new([0_u8; TOKEN]);
    getrandom::fill(&mut *bytes).map_err(|error| io::Error::other(error.to_string()))?;
    Ok(Zeroizing::new(data_encoding::HEXLOWER.encode(&*bytes)))
}

fn private_folder() -> io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("mfa-tray-serve-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir()
}

fn write_private(path: &PathBuf, bytes: &[u8]) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create_new(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    io::Write::write_all(&mut options.open(path)?, bytes)
}
