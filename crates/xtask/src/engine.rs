//! The public policy engine that the tests ask about the IAM policies.

use anyhow::Result;

use crate::{places, tools};

/// Installs the engine when the lock file changed.
pub(crate) fn install() -> Result<()> {
    tools::install("policy-engine", &places::root().join("tests").join("engine")).map(drop)
}
