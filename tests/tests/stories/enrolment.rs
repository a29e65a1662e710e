//! A person lets this computer make the codes: with a new device, and with one they have.

use std::fs;
use std::path::{Path, PathBuf};

use mfa_tray_tests::built;
use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use mfa_tray_tests::tray::TrayItem;
use mfa_tray_tests::{screen, wait};
use serde_json::Value;

/// The user without a device, in practice AWS's home.
const PROFILE: &str = "fresh";
const USER: &str = "bob";
const DEVICE: &str = "arn:aws:iam::111122223333:mfa/bob";
const PICTURE: &str = "Scan with your phone";

#[test]
fn a_new_device_is_enrolled_and_one_click_is_enough_from_then_on() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.record_messages().unwrap();

    panel.click_row(PROFILE).unwrap();
    panel.press("Set up an MFA device").unwrap();
    panel.wait_for_page_text("second factor").unwrap();
    panel.picture(&desktop, "enrol-choice-light").unwrap();
    panel.press("Create a new virtual device").unwrap();
    let text = panel.wait_for_page_text("Create the device").unwrap();
    assert!(
        text.contains("mfa_serial = arn:aws:iam::111122223333:mfa/bob"),
        "{text}"
    );
    panel.picture(&desktop, "enrol-offer-light").unwrap();
    panel.press("Create the device").unwrap();

    panel.wait_for_page_text("Keep a copy on your phone").unwrap();
    panel.picture(&desktop, "enrol-picture-light").unwrap();
    panel.press("Show the QR code").unwrap();
    let fingerprint = a_phone_can_scan(&desktop, &practice, &panel);
    let shown = panel.wait_for_page_text("Fingerprint").unwrap();
    assert!(
        shown.replace(' ', "").contains(&fingerprint),
        "{fingerprint} is not in: {shown}"
    );

    panel.press("I have scanned it").unwrap();
    screen::none_titled(&desktop, panel.process(), PICTURE).unwrap();
    panel.wait_for_page_text("knows the device").unwrap();
    panel.picture(&desktop, "enrol-waiting-light").unwrap();
    panel.wait_for_page_text("is set up").unwrap();
    panel.picture(&desktop, "enrol-done-light").unwrap();
    panel.press("Close").unwrap();
    panel.wait_for_state(PROFILE, "active").unwrap();
    let config = fs::read_to_string(practice.variable("AWS_CONFIG_FILE").unwrap()).unwrap();
    assert!(
        config.contains(&format!("[profile fresh]\nregion = us-east-1\nmfa_serial = {DEVICE}\n")),
        "{config}"
    );

    the_seed_went_nowhere(&desktop, &practice, &panel);

    // Another day: the session is over, the app is started anew.
    drop(panel);
    output(practice.cli().unwrap().args(["clear", PROFILE])).unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Dark).unwrap();
    panel.wait_for_state(PROFILE, "none").unwrap();
    panel.picture(&desktop, "enrolled-dark").unwrap();
    panel.click_row(PROFILE).unwrap();
    panel.wait_for_state(PROFILE, "active").unwrap();

    // And by the tray's menu, without a window to look at.
    let before = practice.written("fresh-mfa", "aws_access_key_id").unwrap();
    let item = TrayItem::find(&desktop).unwrap();
    let menu = item.menu().unwrap();
    item.choose(menu.iter().find(|line| line.label.contains(PROFILE)).unwrap())
        .unwrap();
    wait::until_true("the tray's click makes another session", wait::PROGRAM, || {
        practice.written("fresh-mfa", "aws_access_key_id").unwrap() != before
    })
    .unwrap();

    the_profile_page_shows_the_code(&desktop, &practice, &panel);
}

/// Photographs the picture's window as a phone would, and reads the code in the photograph.
fn a_phone_can_scan(desktop: &Desktop, practice: &Practice, panel: &Panel) -> String {
    let window = screen::titled(desktop, panel.process(), PICTURE).unwrap();
    let photograph = built::pictures().join("enrol-qr.png");
    let read = wait::until("the QR code is drawn", wait::PROGRAM, || {
        window.picture(desktop, &photograph)?;
        let mut inspect = practice.cli()?;
        inspect.args(["enroll", "--json", "--inspect"]).arg(&photograph);
        Ok(output(&mut inspect).ok())
    })
    .unwrap();
    screen::whole(desktop, &built::pictures().join("enrol-qr-desktop.png")).unwrap();
    let found: Value = serde_json::from_str(&read).unwrap();
    assert_eq!(found[0]["account"], "bob@111122223333");
    assert_eq!(found[0]["issuer"], "Amazon Web Services");
    assert_eq!(found[0]["problem"], Value::Null);
    found[0]["fingerprint"].as_str().unwrap().to_owned()
}

/// No log, no message to or from the page, no file but the keychain, no argument has the seed, in any form.
fn the_seed_went_nowhere(desktop: &Desktop, practice: &Practice, panel: &Panel) {
    let seed = practice.seed(DEVICE).unwrap();
    assert_eq!(seed.len(), 64);
    let messages = panel.messages().unwrap();
    let told = messages.iter().filter(|text| text.contains("enrolment")).count();
    assert!(
        told > 5,
        "only {told} of {} messages tell of the enrolment",
        messages.len()
    );
    let log = panel.log().unwrap();
    assert!(
        log.contains("enrolment"),
        "the log tells of the enrolment, or this proves nothing:\n{log}"
    );

    let mut places = vec![("the log".to_owned(), log.into_bytes())];
    places.extend(
        messages
            .into_iter()
            .map(|text| ("a message".to_owned(), text.into_bytes())),
    );
    places.push(("the document".to_owned(), panel.document().unwrap().into_bytes()));
    for file in ["cmdline", "environ"] {
        places.push((
            file.to_owned(),
            fs::read(format!("/proc/{}/{file}", panel.process())).unwrap(),
        ));
    }
    for folder in [practice.home().unwrap(), desktop.folder().to_owned()] {
        files_below(&folder, &mut places);
    }
    assert!(places.len() > 20, "only {} places were searched", places.len());
    let forms = forms(&seed);
    for (place, bytes) in &places {
        for form in &forms {
            let found = bytes.windows(form.len()).any(|part| part.eq_ignore_ascii_case(form));
            assert!(!found, "the seed is in {place}");
        }
        assert!(
            !a_picture_of_it(practice, place, bytes),
            "a picture of the seed is in {place}"
        );
    }
}

/// The seed as base32, in groups, as hex, and as it is.
fn forms(seed: &str) -> Vec<Vec<u8>> {
    let mut bits = 0_u64;
    let mut count = 0;
    let mut raw = Vec::new();
    for letter in seed.bytes() {
        let value = if letter.is_ascii_uppercase() {
            letter - b'A'
        } else {
            letter - b'2' + 26
        };
        bits = (bits << 5) | u64::from(value);
        count += 5;
        if count >= 8 {
            count -= 8;
            raw.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    let groups: Vec<&str> = (0..seed.len()).step_by(4).map(|at| &seed[at..at + 4]).collect();
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    vec![
        seed.as_bytes().to_vec(),
        groups.join(" ").into_bytes(),
        // The beginning alone would be enough to give it away.
        seed.as_bytes()[..24].to_vec(),
        hex.into_bytes(),
        raw,
    ]
}

/// Whether a message or a file has a picture in it that shows the seed.
fn a_picture_of_it(practice: &Practice, place: &str, bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let is_picture =
        bytes.starts_with(b"\x89PNG") || text.contains("data:image") || text.contains("<svg viewBox=\"0 0 5");
    if !is_picture || place == "the document" {
        assert!(
            !text.contains("data:image"),
            "a picture in {place} that nobody expected"
        );
        return false;
    }
    let mut inspect = practice.cli().unwrap();
    let file = std::env::temp_dir().join(format!("mfa-tray-picture-{}", std::process::id()));
    fs::write(&file, bytes).unwrap();
    let found = output(inspect.args(["enroll", "--inspect"]).arg(&file)).is_ok();
    fs::remove_file(&file).unwrap();
    found
}

fn files_below(folder: &Path, places: &mut Vec<(String, Vec<u8>)>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(|entry| entry.ok()).map(|entry| entry.path()) {
        let kind = fs::symlink_metadata(&path).map(|data| data.file_type());
        match kind {
            Ok(kind) if kind.is_dir() => files_below(&path, places),
            Ok(kind) if kind.is_file() => {
                if let Ok(bytes) = fs::read(&path) {
                    places.push((path.display().to_string(), bytes));
                }
            }
            _ => {}
        }
    }
}

fn the_profile_page_shows_the_code(desktop: &Desktop, practice: &Practice, panel: &Panel) {
    panel.wait_for_state(PROFILE, "active").unwrap();
    panel.click_row(PROFILE).unwrap();
    panel.press("Profile…").unwrap();
    panel.wait_for_page_text("MFA device").unwrap();
    panel.press("Show code").unwrap();
    wait::until_true("the code of now is shown", wait::PROGRAM, || {
        let code = practice.code(DEVICE).unwrap();
        let page = panel.script("return document.querySelector('main').innerText;");
        page.is_ok_and(|page| page.to_string().contains(&format!("{} {}", &code[..3], &code[3..])))
    })
    .unwrap();
    panel.picture(desktop, "profile-dark").unwrap();

    panel.press("Copy").unwrap();
    panel.wait_for_page_text("leaves the clipboard").unwrap();
    let clipboard = || output(desktop.command("xclip").args(["-selection", "clipboard", "-o"])).unwrap_or_default();
    let copied = clipboard();
    assert!(
        copied.len() == 6 && copied.bytes().all(|byte| byte.is_ascii_digit()),
        "{copied:?} is no code"
    );
    wait::until_true(
        "the code leaves the clipboard",
        std::time::Duration::from_secs(40),
        || clipboard() != copied,
    )
    .unwrap();
}

#[test]
fn a_device_i_have_is_read_from_a_picture_and_used() {
    let Some((picture, seed)) = picture_of_the_corpus() else {
        println!("skipped: no corpora; set MFA_TRAY_CORPORA");
        return;
    };
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let phone = "arn:aws:iam::111122223333:mfa/bob-phone";
    practice.add_device(USER, phone, &seed).unwrap();
    let panel = Panel::open(&desktop, &practice, Theme::Dark).unwrap();

    panel.click_row(PROFILE).unwrap();
    // What the row asks AWS first changes what it shows.
    panel.wait_for_page_text("bob-phone").unwrap();
    panel.press("Let this computer make the codes").unwrap();
    panel.press("Use one I have").unwrap();
    panel.wait_for_page_text("Where is its QR code?").unwrap();
    panel.picture(&desktop, "enrol-source-dark").unwrap();

    // A mistake first: text that is no secret.
    panel.fill("Or its secret key", "hello").unwrap();
    panel.press("Read it").unwrap();
    panel.wait_for_page_text("too short").unwrap();
    panel.picture(&desktop, "enrol-source-wrong-dark").unwrap();

    panel.press("A picture file…").unwrap();
    let dialog = screen::titled(&desktop, panel.process(), "Picture of the QR code").unwrap();
    dialog.open_file(&desktop, picture.to_str().unwrap()).unwrap();
    panel.wait_for_page_text("is set up").unwrap();
    panel.press("Close").unwrap();
    panel.wait_for_state(PROFILE, "active").unwrap();

    let refreshed = output(practice.cli().unwrap().args(["refresh", PROFILE, "--force", "--json"])).unwrap();
    assert!(
        refreshed.contains("ASIA"),
        "the command line has the seed too: {refreshed}"
    );
    let list = output(practice.cli().unwrap().args(["enroll", "--list"])).unwrap();
    assert!(list.contains(phone), "{list}");

    a_backup_brings_the_seed_back(&desktop, &practice, &panel);
}

fn a_backup_brings_the_seed_back(desktop: &Desktop, practice: &Practice, panel: &Panel) {
    let passphrase = "four words of mine";
    let file = practice.home().unwrap().join("seeds.age");
    panel.press("Settings").unwrap();
    panel.press("Backup of seeds").unwrap();
    panel.fill("Passphrase", passphrase).unwrap();
    panel.fill("The same again", passphrase).unwrap();
    panel.picture(desktop, "backup-dark").unwrap();
    panel.press("Write backup…").unwrap();
    let dialog = screen::titled(desktop, panel.process(), "Write the backup").unwrap();
    dialog.save_file(desktop, file.to_str().unwrap()).unwrap();
    panel.wait_for_page_text("bob-phone written to").unwrap();
    let sealed = fs::read(&file).unwrap();
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    assert!(
        !panel.document().unwrap().contains(passphrase),
        "the passphrase left the page"
    );

    output(practice.cli().unwrap().args(["enroll", PROFILE, "--forget"])).unwrap();
    // The page changes under a person's hands when there is nothing to back up any more: not before they go on.
    panel.wait_until_page_lacks("Write backup…").unwrap();
    assert!(output(practice.cli().unwrap().args(["refresh", PROFILE, "--force"])).is_err());
    panel.fill_last("Passphrase", passphrase).unwrap();
    panel.press("Restore…").unwrap();
    let dialog = screen::titled(desktop, panel.process(), "Backup to restore").unwrap();
    dialog.open_file(desktop, file.to_str().unwrap()).unwrap();
    panel.wait_for_page_text("Restored: bob-phone.").unwrap();
    output(practice.cli().unwrap().args(["refresh", PROFILE, "--force"])).unwrap();
}

#[test]
fn the_clipboard_and_the_screen_are_read_too() {
    let Some((picture, seed)) = picture_of_the_corpus() else {
        println!("skipped: no corpora; set MFA_TRAY_CORPORA");
        return;
    };
    let desktop = Desktop::start(Tray::Missing).unwrap();
    let practice = super::practice(&desktop);
    practice
        .add_device(USER, "arn:aws:iam::111122223333:mfa/bob-phone", &seed)
        .unwrap();
    let enroll = |way: &str| {
        let mut command = desktop.command(built::cli().unwrap());
        practice.dress(&mut command);
        command.args(["enroll", PROFILE, way]);
        command
    };

    let mut copy = desktop.command("xclip");
    copy.args(["-selection", "clipboard", "-t", "image/png", "-i"])
        .arg(&picture);
    let _holder = mfa_tray_tests::process::Running::start("clipboard", copy.arg("-quiet"), desktop.folder()).unwrap();
    wait::until_true("the picture is in the clipboard", wait::ANSWER, || {
        let targets = output(
            desktop
                .command("xclip")
                .args(["-selection", "clipboard", "-o", "-t", "TARGETS"]),
        );
        targets.is_ok_and(|targets| targets.contains("image/png"))
    })
    .unwrap();
    output(&mut enroll("--from-clipboard")).unwrap();

    output(practice.cli().unwrap().args(["enroll", PROFILE, "--forget"])).unwrap();
    let mut display = desktop.command("display");
    let _shown = mfa_tray_tests::process::Running::start("picture", display.arg(&picture), desktop.folder()).unwrap();
    wait::until_true("the picture is on the screen", wait::ANSWER, || {
        output(
            desktop
                .command("xdotool")
                .args(["search", "--onlyvisible", "--name", "ImageMagick"]),
        )
        .is_ok()
    })
    .unwrap();
    std::thread::sleep(std::time::Duration::from_secs(1));
    let mut photograph = enroll("--from-screen");
    let mut asking = mfa_tray_tests::process::Running::start("asking", &mut photograph, desktop.folder()).unwrap();
    std::thread::sleep(std::time::Duration::from_secs(2));
    // The person marks the whole screen.
    for step in [
        "mousemove 5 5",
        "mousedown 1",
        "mousemove 600 400",
        "mousemove 1270 790",
        "mouseup 1",
    ] {
        output(desktop.command("xdotool").args(step.split(' '))).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(300));
    }
    let ended = asking.ended(wait::PROGRAM).unwrap();
    assert!(ended.success(), "{}", asking.said().unwrap());
    let left: Vec<PathBuf> = fs::read_dir(std::env::temp_dir())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.join("screen.png").exists())
        .collect();
    assert!(left.is_empty(), "photographs of the screen are left: {left:?}");
}

/// A clear picture of the corpora and the seed in it.
fn picture_of_the_corpus() -> Option<(PathBuf, String)> {
    let folder = std::env::var_os("MFA_TRAY_CORPORA")
        .map_or_else(|| built::repository().join("../shared/corpora"), PathBuf::from)
        .join("qr");
    let truth: Value = serde_json::from_str(&fs::read_to_string(folder.join("truth.json")).ok()?).unwrap();
    let case = truth["cases"]
        .as_array()
        .unwrap()
        .iter()
        .find(|case| case["group"] == "scale")
        .unwrap();
    let uri = case["expect"]["uri"].as_str().unwrap();
    let seed = uri.split("secret=").nth(1).unwrap().split('&').next().unwrap();
    Some((
        folder.join(case["file"].as_str().unwrap()).canonicalize().unwrap(),
        seed.to_owned(),
    ))
}
