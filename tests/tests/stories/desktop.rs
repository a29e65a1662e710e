//! The stage itself: what the other stories stand on has to be there.

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::tray;

#[test]
fn a_desktop_has_a_tray_or_has_none() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    assert_eq!(
        tray::registered(&desktop).unwrap(),
        Vec::<String>::new(),
        "a fresh tray is empty"
    );
    drop(desktop);

    let desktop = Desktop::start(Tray::Missing).unwrap();
    assert!(tray::registered(&desktop).is_err(), "nobody watches for tray items");
}
