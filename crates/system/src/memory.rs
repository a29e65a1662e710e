//! Keeps this process's memory to itself.

/// Asks the system not to write this process's memory into a core file, nor to let other programs of the same user
/// read it. Best effort: a system that cannot is no reason not to work, and root can read everything anyway.
#[cfg(target_os = "linux")]
pub fn keep_memory_private() {
    use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Other systems keep core files off by default.
#[cfg(not(target_os = "linux"))]
pub fn keep_memory_private() {}
