//! Practice AWS: a server on loopback that behaves like STS and IAM, for the demo and the tests.
//!
//! Invariants: it listens on 127.0.0.1 alone, knows only the people and keys it invented, and shares no code with the
//! product, so that its judgement of a signature or a code is its own. Deliberately absent: policies beyond the few
//! rules a session depends on. What it imitates is written beside the code that imitates it.

/// What whoever starts it may choose.
mod options;
/// Invented identifiers and secrets.
mod random;
/// The server's clock, and the three ways AWS writes a time.
mod time;

/// The people it starts with.
mod cast;
/// MFA devices, and whether STS takes a code.
mod device;
/// A device's secret and its codes.
mod seed;
/// What it knows: people, keys, roles, sessions.
mod state;

/// AWS's XML and AWS's errors.
mod answer;
/// Parameters against their schema.
mod check;
/// Forms and query strings.
mod query;
/// Who signed a request.
mod signature;

/// The life of an access key.
mod access_keys;
/// AssumeRole.
mod assume_role;
/// Who may call what.
mod authorize;
/// EC2 and S3, a call each.
mod elsewhere;
/// What policies say to a request.
mod evaluate;
/// Groups and their policies.
mod groups;
/// IAM, action by action.
mod iam;
/// GetCallerIdentity and GetAccessKeyInfo.
mod identity;
/// IAM's lists.
mod listing;
/// The life of a virtual MFA device.
mod mfa_devices;
/// Its QR code.
mod picture;
/// GetSessionToken.
mod session_token;
/// STS, action by action, and how a session is issued.
mod sts;
/// Users and the report about them.
mod users;

/// The wire, which can be cut.
mod connection;
/// The routes beside AWS's protocol.
mod control;
/// How answers go out, whole or spoilt.
mod delivery;
/// From a request to the words of its answer.
mod dispatch;
/// One request on the wire.
mod exchange;
/// What shall go wrong.
mod faults;
mod federation;
/// What was asked.
mod journal;
/// The keychain in its memory.
mod keychain;
/// The state as tests see it.
mod report;
/// The thread, and the handle that ends it.
mod server;

/// The small client behind `mfa-tray practice code`.
mod client;
/// The temporary home.
mod home;

pub use crate::{
    client::{CodeError, current_code},
    device::CurrentCode,
    faults::{CannedAnswer, Delivery, Encoding, Fault, FaultOrder},
    home::{Home, HomeError},
    keychain::{KeychainFault, KeychainFaultOrder},
    options::Options,
    server::{Practice, PracticeError},
    state::{LongTermKey, Role, Trust},
    time::Clock,
};
