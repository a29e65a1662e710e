//! Other programs rewrite the same file all the time, without our lock: nothing is torn, and nobody's update is lost
//! but in the instant between our last look and the rename.
#![allow(clippy::panic, clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use mfa_tray_core::aws_files::{self, AwsFiles};
use mfa_tray_core::ini::Change;
use mfa_tray_core::profile::ProfileName;

const OURS: u32 = 300;

fn counter(text: &str, section: &str) -> Option<u32> {
    let body = text.split(&format!("[{section}]\n")).nth(1)?;
    body.lines().next()?.strip_prefix("counter = ")?.parse().ok()
}

fn numbered(section: &str, number: u32) -> String {
    format!("[{section}]\ncounter = {number}\n")
}

/// Writes as a careful stranger does: the whole file, with its own section changed, renamed into place.
fn rewrite(path: &Path, text: &str, section: &str, number: u32) {
    let before = numbered(section, counter(text, section).unwrap());
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap()).unwrap();
    file.write_all(text.replace(&before, &numbered(section, number)).as_bytes())
        .unwrap();
    file.persist(path).unwrap();
}

#[test]
#[expect(clippy::disallowed_macros, reason = "counts for whoever reads the run")]
fn strangers_and_we_write_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    let start = format!(
        "# top\n{}{}{}# end\n",
        numbered("a", 0),
        numbered("b", 0),
        numbered("ours", 0)
    );
    fs::File::create(&path).unwrap().write_all(start.as_bytes()).unwrap();

    let done = AtomicBool::new(false);
    let (by_strangers, lost_by_us, reads) = (AtomicU32::new(0), AtomicU32::new(0), AtomicU32::new(0));
    // The two strangers take turns, so that whatever they find set back was set back by us.
    let turn = Mutex::new(());
    let mut lost_by_strangers = 0;
    thread::scope(|scope| {
        for section in ["a", "b"] {
            let (path, done, turn, by_strangers, lost_by_us) = (&path, &done, &turn, &by_strangers, &lost_by_us);
            scope.spawn(move || {
                let mut written = 0;
                while !done.load(Ordering::SeqCst) {
                    {
                        let _turn = turn.lock().unwrap();
                        let text = fs::read_to_string(path).unwrap();
                        let found = counter(&text, section).unwrap_or_else(|| panic!("[{section}] is gone: {text}"));
                        lost_by_us.fetch_add(u32::from(found < written), Ordering::SeqCst);
                        written += 1;
                        rewrite(path, &text, section, written);
                    }
                    by_strangers.fetch_add(1, Ordering::SeqCst);
                    thread::sleep(Duration::from_millis(2));
                }
            });
        }
        let (path, done, reads) = (&path, &done, &reads);
        scope.spawn(move || {
            while !done.load(Ordering::SeqCst) {
                let bytes = fs::read(path).unwrap();
                assert!(
                    bytes.starts_with(b"# top\n") && bytes.ends_with(b"# end\n"),
                    "a torn read"
                );
                let files = AwsFiles::read(None, Some(bytes)).unwrap();
                assert_eq!(files.names().len(), 3, "a profile is missing or there twice");
                reads.fetch_add(1, Ordering::SeqCst);
            }
        });
        let ours = || {
            for number in 1..=OURS {
                let before = counter(&fs::read_to_string(path).unwrap(), "ours").unwrap();
                lost_by_strangers += u32::from(before < number - 1);
                let value = number.to_string();
                aws_files::edit(path, "ours", &[Change::Set("counter", &value)], aws_files::no_conflict).unwrap();
            }
        };
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(ours));
        done.store(true, Ordering::SeqCst);
        result.unwrap();
    });

    let text = fs::read_to_string(&path).unwrap();
    let files = AwsFiles::read(None, Some(text.clone().into_bytes())).unwrap();
    for name in ["a", "b", "ours"] {
        assert!(
            files.profile(&ProfileName::parse(name).unwrap()).is_some(),
            "[{name}] is lost: {text}"
        );
    }
    let (strangers, lost_by_us) = (by_strangers.into_inner(), lost_by_us.into_inner());
    println!(
        "{OURS} updates of ours and {strangers} of strangers, {} reads, none torn; lost by us {lost_by_us}, by the strangers {lost_by_strangers}",
        reads.into_inner()
    );
    assert!(strangers > 50, "the strangers hardly wrote");
    // The window is a comparison and a rename wide, and wider where other programs take the processor in it; a writer
    // that does not look again loses far more.
    assert!(
        lost_by_us * 10 <= strangers,
        "{lost_by_us} of {strangers} updates of others were lost by us"
    );
}
