//! The ports of `mfa-tray-core` for real: AWS through its SDK, the keychain, the wall clock, and this machine's places.
//!
//! Invariant: the AWS SDK, the keychain, the environment and the clock are touched here and nowhere else in the product.

pub mod browser;
pub mod clipboard;
pub mod environment;
pub mod login;
pub mod machine;
pub mod notices;
pub mod pictures;
pub mod screenshot;

#[cfg(target_os = "linux")]
mod anew;
mod aws;
#[cfg(all(unix, not(target_os = "macos")))]
mod bus;
mod clock;
mod code_command;
mod failure;
mod host;
mod http;
mod keychain;
mod language;
mod memory;
mod places;

#[cfg(target_os = "linux")]
pub use anew::{start_anew, take_leave_of_children};
pub use aws::{SdkAws, cancel_calls};
pub use clock::WallClock;
pub use code_command::Programs;
pub use host::{host_name, own_program};
pub use http::way_out;
pub use keychain::{OsKeychain, keychain};
pub use language::language;
pub use memory::{keep_memory_private, keep_own_memory_private};
pub use places::{PlaceError, Places};

use std::sync::Arc;

use mfa_tray_core::activity::By;
use mfa_tray_core::aws_files::AwsPaths;
use mfa_tray_core::state::StateFolder;
use mfa_tray_core::world::World;

/// The world this process runs in; `by` is who asks in it.
///
/// # Errors
/// [`PlaceError`] when there is no home directory to find files in.
pub fn world(by: By) -> Result<World, PlaceError> {
    let places = Places::find()?;
    Ok(World {
        clock: Arc::new(WallClock),
        aws: Arc::new(SdkAws::new()),
        keychain: keychain(),
        commands: Arc::new(Programs),
        paths: AwsPaths {
            config: places.config,
            credentials: places.credentials,
        },
        state: StateFolder::new(places.state),
        settings: places.settings,
        endpoints: environment::endpoints(),
        by,
    })
}
