//! Keeps this process's memory to itself.

/// Asks the system not to write the memory of this process, nor of any that it starts, into a core file, nor to let
/// other programs of the same user read this one's. Best effort: a system that cannot is no reason not to work, and
/// root can read everything anyway.
#[cfg(target_os = "linux")]
pub fn keep_memory_private() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    let _ = setrlimit(Resource::Core, none);
    keep_own_memory_private();
}

/// The same for this process alone: the command it becomes keeps the limits that the person gave it.
#[cfg(target_os = "linux")]
pub fn keep_own_memory_private() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    let _ = set_dumpable_behavior(DumpableBehavior::NotDumpable);
}

/// Other systems keep core files off by default.
#[cfg(not(target_os = "linux"))]
pub fn keep_memory_private() {}

/// Other systems keep core files off by default.
#[cfg(not(target_os = "linux"))]
pub fn keep_own_memory_private() {}
