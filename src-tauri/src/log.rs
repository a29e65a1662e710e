//! The log, on stderr: profile, operation, outcome.
//!
//! `RUST_LOG` sets how much of our own is told (`trace` to `error`). What libraries log stays at warnings whatever it
//! says: at `trace` the HTTP stack would write requests, and a request holds a code.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Starts the log. Called once.
pub(crate) fn start() {
    let own = mfa_tray_system::environment::log_filter()
        .and_then(|text| text.parse().ok())
        .unwrap_or(LevelFilter::INFO);
    let filter = Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target("mfa_tray", own);
    let lines = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false);
    tracing_subscriber::registry().with(lines).with(filter).init();
}
