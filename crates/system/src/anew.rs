//! Starting anew in one's own place: the same process, with none of the memory that libraries have taken.

use std::convert::Infallible;
use std::io;
use std::process::Command;

/// Becomes this program again, with `argument`. Comes back only when that failed.
///
/// What is open beside the standard streams is closed: libraries have files open that nobody would ever close.
///
/// # Errors
/// Why it failed, such as that the program's file was replaced by another version.
#[cfg(target_os = "linux")]
pub fn start_anew(argument: &str) -> io::Result<Infallible> {
    use std::os::unix::process::CommandExt as _;
    let program = std::env::current_exe()?;
    close_fds::set_fds_cloexec(3, &[]);
    Err(Command::new(program).arg(argument).exec())
}

/// Takes leave of the children that the program before this one has left, as they end; else they would stay as zombies.
/// Called before this program has children of its own.
#[cfg(target_os = "linux")]
pub fn take_leave_of_children() {
    use rustix::process::{Pid, WaitOptions, getpid, waitpid};
    let own = getpid().as_raw_nonzero();
    // The kernel's list; a kernel without it leaves a zombie or two.
    let children = std::fs::read_to_string(format!("/proc/self/task/{own}/children")).unwrap_or_default();
    let children: Vec<Pid> = children
        .split_whitespace()
        .filter_map(|child| Pid::from_raw(child.parse().ok()?))
        .collect();
    if children.is_empty() {
        return;
    }
    let wait = move || {
        for child in children {
            // It may have been somebody else's to take leave of.
            let _ = waitpid(Some(child), WaitOptions::empty());
        }
    };
    // Without a thread there are zombies, which is no reason not to start.
    let _ = std::thread::Builder::new().name("farewell".to_owned()).spawn(wait);
}
