//! What an administrator does to an account: groups with their policies, members and new users, planned and shown first,
//! then made one call after the other, and taken back. And what anybody can find out about himself: whether MFA is
//! demanded, and what he may.
//!
//! Invariant: nothing is deleted or changed but what a run of ours made, and only while it still is what we made of it.

mod administrator;
mod apply;
mod coverage;
mod error;
mod people;
mod plan;
mod record;
mod undo;

pub use apply::{Applied, MadeKey, apply};
pub use coverage::{Coverage, Enforced, Permission, coverage};
pub use error::AccountError;
pub use people::{People, Person, people};
pub use plan::{Placement, Plan, Wanted, plan};
pub use record::Step;
pub use undo::{Undo, Undone, undo, undo_plan};
