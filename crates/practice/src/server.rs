//! The server on its own thread, and the handle that ends it.

use std::{
    fmt, io,
    net::{Ipv4Addr, TcpListener},
    sync::{Arc, Mutex},
    thread::JoinHandle,
};

use axum::Router;
use serde_json::Value;
use tokio::{
    runtime::{Builder, Runtime},
    sync::oneshot,
};

use crate::{
    cast::{self, Cast},
    client::{self, CodeError},
    connection::{Door, Line},
    control,
    device::{CurrentCode, Device},
    exchange::{self, Server, ServerState},
    faults::{FaultOrder, Faults},
    journal::Journal,
    keychain::{Keychain, KeychainFaultOrder},
    options::Options,
    random,
    seed::Seed,
    state::{LongTermKey, Role},
    time::Clock,
};

/// Practice AWS, running. Ends when dropped.
pub struct Practice {
    endpoint: String,
    server: Arc<Server>,
    pub(crate) cast: Cast,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Why practice AWS did not start.
#[derive(Debug, thiserror::Error)]
pub enum PracticeError {
    /// The port is taken, or loopback is not there.
    #[error("practice AWS cannot listen on 127.0.0.1")]
    Listen(#[source] io::Error),
    /// The system gave no thread or no event loop.
    #[error("practice AWS cannot start its thread")]
    Thread(#[source] io::Error),
    /// The system gave no random bytes.
    #[error("the system gives no random bytes")]
    Random(#[from] getrandom::Error),
    /// It listens and does not answer.
    #[error("practice AWS does not answer")]
    Silent(#[source] CodeError),
}

impl Practice {
    /// Starts the server with the standard people and returns once it answers.
    pub fn start(options: Options) -> Result<Self, PracticeError> {
        Self::start_with_clock(options, Clock::system())
    }

    /// Starts it with a clock of the caller's, for tests that turn it.
    pub fn start_with_clock(options: Options, clock: Clock) -> Result<Self, PracticeError> {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, options.port.unwrap_or(0))).map_err(PracticeError::Listen)?;
        listener.set_nonblocking(true).map_err(PracticeError::Listen)?;
        let endpoint = format!("http://{}", listener.local_addr().map_err(PracticeError::Listen)?);
        let (world, cast) = cast::assemble(options, clock.now())?;
        let state = ServerState {
            world,
            faults: Faults::default(),
            journal: Journal::default(),
        };
        let server = Arc::new(Server {
            clock,
            state: Mutex::new(state),
            keychain: Keychain::new()?,
        });
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(PracticeError::Thread)?;
        let (stop, stopped) = oneshot::channel();
        let shared = Arc::clone(&server);
        let thread = std::thread::Builder::new()
            .name("practice-aws".to_owned())
            .spawn(move || run(runtime, listener, shared, stopped))
            .map_err(PracticeError::Thread)?;
        let practice = Self {
            endpoint,
            server,
            cast,
            stop: Some(stop),
            thread: Some(thread),
        };
        client::get(&practice.endpoint, "/_practice/state").map_err(PracticeError::Silent)?;
        Ok(practice)
    }

    /// Returns where it listens, as `AWS_ENDPOINT_URL` wants it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the code a device shows, `step` steps from now; `None` without such a device.
    pub fn code(&self, serial: &str, step: i64) -> Option<CurrentCode> {
        control::code(&self.server, serial, step)
    }

    /// Describes users, keys, devices, sessions and requests, without any secret.
    pub fn state(&self) -> Value {
        control::state(&self.server)
    }

    /// Orders faults, to be served after those already ordered.
    pub fn order_faults(&self, orders: Vec<FaultOrder>) {
        self.server.state().faults.order(orders);
    }

    /// Forgets all orders and sets the server's time right.
    pub fn clear_faults(&self) {
        self.server.state().faults.clear();
    }

    /// Returns the token that opens the keychain.
    pub fn keychain_token(&self) -> &str {
        self.server.keychain.token()
    }

    /// Returns the names of the keychain's entries.
    pub fn keychain_names(&self) -> Vec<String> {
        self.server.keychain.names()
    }

    /// Returns an entry of the keychain.
    pub fn keychain_entry(&self, name: &str) -> Option<Vec<u8>> {
        self.server.keychain.entry(name)
    }

    /// Changes an entry of the keychain behind everybody's back, as another program may.
    pub fn put_keychain_entry(&self, name: &str, secret: &[u8]) {
        self.server.keychain.put(name, secret.to_vec());
    }

    /// Removes an entry of the keychain behind everybody's back; says whether there was one.
    pub fn remove_keychain_entry(&self, name: &str) -> bool {
        self.server.keychain.remove(name)
    }

    /// Orders faults of the keychain, to be served after those already ordered.
    pub fn order_keychain_faults(&self, orders: Vec<KeychainFaultOrder>) {
        self.server.keychain.order(orders);
    }

    /// Forgets all orders for the keychain.
    pub fn clear_keychain_faults(&self) {
        self.server.keychain.clear_orders();
    }

    /// Adds a user with a key; the name `root` stands for the account's root.
    pub fn add_user(&self, account: &str, name: &str) -> Result<LongTermKey, PracticeError> {
        let mut state = self.server.state();
        let now = self.server.now(&state);
        state.world.add_user(account, name, now)?;
        Ok(state.world.add_key(name, now)?)
    }

    /// Adds an enabled virtual MFA device that STS knows already.
    pub fn add_device(&self, user: &str, serial: &str) -> Result<(), PracticeError> {
        let seed = Seed::new(random::seed()?);
        self.server.insert_device(user, serial, Some(seed));
        Ok(())
    }

    /// Adds an enabled virtual MFA device with a seed of the caller's, as base32: one whose picture or codes the caller
    /// has. `None` if the text is no base32.
    pub fn add_device_with_seed(&self, user: &str, serial: &str, base32: &str) -> Option<()> {
        let seed = Seed::from_base32(base32)?;
        self.server.insert_device(user, serial, Some(seed));
        Some(())
    }

    /// Adds a virtual MFA device that is nobody's.
    pub fn add_unassigned_device(&self, serial: &str) -> Result<(), PracticeError> {
        let device = Device::unassigned(Some(Seed::new(random::seed()?)));
        self.server.state().world.devices.insert(serial.to_owned(), device);
        Ok(())
    }

    /// Adds a security key, which IAM lists and STS cannot use.
    pub fn add_security_key(&self, user: &str, serial: &str) {
        self.server.insert_device(user, serial, None);
    }

    /// Adds a role, or replaces the one of that ARN.
    pub fn add_role(&self, role: Role) -> Result<(), PracticeError> {
        Ok(self.server.state().world.add_role(role)?)
    }
}

impl fmt::Debug for Practice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Practice")
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The thread may have ended by itself; then nobody listens, and that is fine.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(runtime: Runtime, listener: TcpListener, server: Arc<Server>, stopped: oneshot::Receiver<()>) {
    runtime.block_on(async move {
        // Fails only outside a runtime; the handle then finds that nobody answers.
        let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
            return;
        };
        let app = Router::new().fallback(exchange::serve).with_state(server);
        let serving = axum::serve(Door(listener), app.into_make_service_with_connect_info::<Line>());
        tokio::select! {
            _ = serving.into_future() => {}
            _ = stopped => {}
        }
    });
    // Open connections, slow answers among them, are not waited for.
    runtime.shutdown_background();
}
