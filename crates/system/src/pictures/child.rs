//! The child's side: bound, read, decode, answer, end.

use std::io::{self, Read as _};

use mfa_tray_core::secret::SecretString;
use mfa_tray_qr::PictureError;

use crate::clipboard::{self, Pasted};
use crate::pictures::wire::{self, Fault};
use crate::pictures::{LARGEST, Task};

/// If this process was started to read a picture, does that and returns `true`: it must then end.
///
/// The first thing `main` calls: nothing else of the program is of any use here.
pub fn serve_if_asked() -> bool {
    let mut arguments = std::env::args_os().skip(1);
    let Some(first) = arguments.next().filter(|_| arguments.len() == 0) else {
        return false;
    };
    let Some(task) = Task::ALL.into_iter().find(|task| first == task.argument()) else {
        return false;
    };
    bind();
    // A panic of a decoder tells the parent enough by leaving it without an answer.
    std::panic::set_hook(Box::new(|_| {}));
    let found = match task {
        Task::Picture => picture(),
        Task::Clipboard => pasted(),
    };
    // The parent sees that there is no answer.
    let _ = wire::tell(&found, &mut io::stdout().lock());
    true
}

fn picture() -> Result<Vec<SecretString>, Fault> {
    let mut bytes = Vec::new();
    let most = LARGEST as u64 + 1;
    let heard = io::stdin().lock().take(most).read_to_end(&mut bytes);
    heard.map_err(|_| Fault::Damaged)?;
    found(mfa_tray_qr::texts(&bytes))
}

fn pasted() -> Result<Vec<SecretString>, Fault> {
    match clipboard::paste()? {
        Pasted::Text(text) => Ok(vec![text]),
        Pasted::Rgba { width, height, bytes } => found(mfa_tray_qr::texts_of_rgba(width, height, &bytes)),
    }
}

fn found(texts: Result<Vec<SecretString>, PictureError>) -> Result<Vec<SecretString>, Fault> {
    texts.map_err(|error| Fault::of(&error))
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
    // Memory of the address space, seconds of the processor; no file is written.
    let _ = setrlimit(Resource::As, limit(1536 * 1024 * 1024));
    let _ = setrlimit(Resource::Cpu, limit(10));
    let _ = setrlimit(Resource::Fsize, limit(0));
    let _ = rustix::thread::set_no_new_privs(true);
}

/// See above.
#[cfg(not(target_os = "linux"))]
fn bind() {}
