use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

/// How long a desktop program may take to appear on a busy machine with two cores.
pub const PROGRAM: Duration = Duration::from_secs(30);

/// How long something that is already running may take to answer.
pub const ANSWER: Duration = Duration::from_secs(10);

const PAUSE: Duration = Duration::from_millis(40);

/// Asks again and again until there is an answer, and fails with `what` when there is none within `limit`.
pub fn until<T>(what: &str, limit: Duration, mut probe: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let started = Instant::now();
    loop {
        if let Some(answer) = probe()? {
            return Ok(answer);
        }
        if started.elapsed() > limit {
            bail!("waited {} s in vain: {what}", limit.as_secs());
        }
        thread::sleep(PAUSE);
    }
}

/// Waits until `probe` is true.
pub fn until_true(what: &str, limit: Duration, mut probe: impl FnMut() -> bool) -> Result<()> {
    until(what, limit, || Ok(probe().then_some(())))
}
