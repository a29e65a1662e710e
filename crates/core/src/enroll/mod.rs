//! Virtual MFA devices: made here or taken over, kept in the keychain, proved by a real session.
//!
//! A new device goes through steps that are written down before each is taken ([`journal`]), so that a kill at any of
//! them can be taken up again or cleaned up. A device counts as enrolled only once its code has bought a session. Only
//! a device that an enrolment of ours has made is ever deleted without its name being typed.

mod adopt;
mod care;
mod create;
mod error;
mod ground;
mod journal;
mod offer;
mod pair;
pub(crate) mod policy;
mod settle;
mod steps;

pub use adopt::{adopt, devices, named_in};
pub use care::{CurrentCode, code, delete, forget, resync, seed};
pub use create::{Creation, Doing, Next, Tell, Waiting};
pub use error::EnrollError;
pub(crate) use error::vault_code;
pub use offer::{Offer, Unfinished, clean_up, offer};

/// Who issues AWS's devices, as AWS's own QR codes say it.
pub const ISSUER: &str = "Amazon Web Services";
