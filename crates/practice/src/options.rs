//! What whoever starts practice AWS may choose.

/// The choices practice AWS is started with.
#[derive(Clone, Debug)]
pub struct Options {
    /// The loopback port; any free one when `None`.
    pub port: Option<u16>,
    /// The lifetime of every session, whatever the caller asked for; what was asked for when `None`.
    pub session_seconds: Option<u64>,
    /// Whether used counters and the budget of attempts are enforced. Codes are checked either way.
    pub limits: bool,
    /// How long after EnableMFADevice STS does not know the device yet. AWS takes about ten seconds.
    pub propagation_seconds: u64,
    /// Whether a signature may be of any time: for a clock that a test turns, which the SDK's signer does not follow.
    pub any_date: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: None,
            session_seconds: None,
            limits: true,
            propagation_seconds: 10,
            any_date: false,
        }
    }
}
