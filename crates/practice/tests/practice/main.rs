//! Practice AWS judged by AWS's own client.
#![allow(missing_docs, reason = "tests are read, not used")]

mod stage;

mod access_keys;
mod devices;
mod faults;
mod home;
mod roles;
mod sessions;
mod signatures;
