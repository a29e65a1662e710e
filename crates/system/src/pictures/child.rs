//! The child's side: bound, read, decode, answer, end.

use std::io;

use crate::pictures::wire::{self, Fault};
use crate::pictures::{ARGUMENT, Picture};

/// If this process was started to read a picture, does that and returns `true`: it must then end.
///
/// The first thing `main` calls: nothing else of the program is of any use here.
pub fn serve_if_asked() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    let asked = arguments.next().is_some_and(|argument| argument == ARGUMENT) && arguments.next().is_none();
    if asked {
        bind();
        // The parent sees that there is no answer.
        let _ = serve();
    }
    asked
}

fn serve() -> io::Result<()> {
    let Some(picture) = wire::hear(&mut io::stdin().lock())? else {
        return Ok(());
    };
    let found = match &picture {
        Picture::File(bytes) => mfa_tray_qr::texts(bytes),
        Picture::Rgba { width, height, bytes } => mfa_tray_qr::texts_of_rgba(*width, *height, bytes),
    };
    let found = found.map_err(|error| Fault::of(&error));
    wire::tell(&found, &mut io::stdout().lock())
}

/// Takes away what a decoder does not need. Best effort where a system has no such bounds: the parent's clock remains.
#[cfg(target_os = "linux")]
fn bind() {
    use rustix::process::{Resource, Rlimit, setrlimit};
    crate::keep_memory_private();
    let limit = |most| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    // Memory of the address space, seconds of the processor; no file is written, no further process started.
    let _ = setrlimit(Resource::As, limit(1536 * 1024 * 1024));
    let _ = setrlimit(Resource::Cpu, limit(10));
    let _ = setrlimit(Resource::Fsize, limit(0));
    let _ = setrlimit(Resource::Nproc, limit(0));
    let _ = rustix::thread::set_no_new_privs(true);
}

/// See above.
#[cfg(not(target_os = "linux"))]
fn bind() {}
