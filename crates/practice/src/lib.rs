//! Practice AWS: a server on loopback that behaves like STS and IAM, for the demo and the tests.
//!
//! Invariants: it listens on 127.0.0.1 alone, knows only the people and keys it invented, and shares no code with the
//! product, so that its judgement of a signature or a code is its own. Deliberately absent: policies beyond the few
//! rules a session depends on. What it imitates is written beside the code that imitates it.

mod options;
mod random;
mod time;

mod cast;
mod device;
mod seed;
mod state;

mod answer;
mod check;
mod query;
mod signature;

mod access_keys;
mod assume_role;
mod iam;
mod identity;
mod listing;
mod mfa_devices;
mod picture;
mod session_token;
mod sts;

mod connection;
mod control;
mod delivery;
mod exchange;
mod faults;
mod journal;
mod report;
mod server;

mod client;
mod home;

pub use crate::{
    client::{CodeError, current_code},
    device::CurrentCode,
    faults::{CannedAnswer, Delivery, Encoding, Fault, FaultOrder},
    home::{Home, HomeError},
    options::Options,
    server::{Practice, PracticeError},
    state::{LongTermKey, Role, Trust},
    time::Clock,
};
