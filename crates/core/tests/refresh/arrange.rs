//! Profiles arranged by a person: every byte that is nobody's business stays.

use mfa_tray_core::arrange::{self, ArrangeError, NewProfile};
use mfa_tray_core::aws_files::FileKind;
use mfa_tray_core::draft::Draft;
use mfa_tray_core::file::Backup;
use mfa_tray_core::keys::Source;
use mfa_tray_core::profile::{MfaSerial, Region};
use mfa_tray_core::session::State;

use crate::stage::{SERIAL, Stage, TOKEN, ask, keys, name, put, with_code};

fn write(stage: &Stage, draft: &Draft) {
    draft
        .write(&stage.world, FileKind::Credentials, Backup::OnFirstTouch)
        .unwrap();
}

fn stage() -> Stage {
    let config = format!(
        "# mine\n[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n\n# the role\n[profile admin]\n\
         role_arn = arn:aws:iam::111122223333:role/Admin\nsource_profile = dev\n"
    );
    Stage::new(
        &config,
        &format!(
            "; keys\n[dev]\n{}\n[other]\n{}",
            keys("AKIAIOSFODNN7EXAMPLE"),
            keys("AKIAOTHERXXXXEXAMPLE")
        ),
    )
}

#[test]
fn a_conversion_gives_the_session_the_name_and_its_undoing_gives_every_byte_back() {
    let stage = stage();
    let before = (stage.config(), stage.credentials());
    write(&stage, &arrange::convert(&stage.world, &name("dev")).unwrap());
    arrange::settle_convert(&stage.world, &name("dev"), true).unwrap();
    assert!(
        stage.credentials().starts_with("; keys\n[dev-long-term]\n"),
        "{}",
        stage.credentials()
    );
    assert!(
        stage.credentials().contains(&format!("aws_mfa_device = {SERIAL}\n")),
        "aws-mfa finds it"
    );
    assert_eq!(stage.config(), before.0);
    let refreshed = stage.refresh(&with_code("dev", "123456")).unwrap();
    assert_eq!(refreshed.target, name("dev"));
    assert!(stage.refresh(&ask("admin")).unwrap().made, "the role is taken with it");
    assert!(matches!(
        arrange::convert(&stage.world, &name("dev")),
        Err(ArrangeError::Refused(_))
    ));

    let loaded = stage.world.load().unwrap();
    mfa_tray_core::clear::clear(&stage.world, &loaded, &name("admin-mfa")).unwrap();
    write(&stage, &arrange::undo_convert(&stage.world, &name("dev")).unwrap());
    arrange::settle_convert(&stage.world, &name("dev"), false).unwrap();
    // A blank line stays where a session's section was.
    assert_eq!(stage.credentials().trim_end(), before.1.trim_end());
    assert_eq!(stage.row("dev").target, Some(name("dev-mfa")));
    assert!(matches!(
        arrange::undo_convert(&stage.world, &name("dev")),
        Err(ArrangeError::Refused(_))
    ));
}

#[test]
fn a_session_that_is_there_goes_along() {
    let stage = stage();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    write(&stage, &arrange::convert(&stage.world, &name("dev")).unwrap());
    assert!(!stage.credentials().contains("[dev-mfa]") && stage.credentials().contains(TOKEN));
    assert_eq!(stage.row("dev").state, State::Active);
    assert!(!stage.refresh(&ask("dev")).unwrap().made);
}

#[test]
fn what_cannot_be_converted_is_left_alone() {
    let stage = stage();
    put(
        &stage.world.paths.credentials,
        &format!("{}[dev-long-term]\nregion = x\n", stage.credentials()),
    );
    let before = (stage.config(), stage.credentials());
    for profile in ["dev", "admin", "nobody"] {
        arrange::convert(&stage.world, &name(profile)).unwrap_err();
    }
    assert_eq!((stage.config(), stage.credentials()), before);
}

#[test]
fn a_renamed_profile_is_called_so_wherever_it_is_named() {
    let stage = stage().with_settings("default_profile = \"dev\"\n\n[profile.dev]\nfavourite = true # why\n");
    let before = (stage.config(), stage.credentials());
    write(
        &stage,
        &arrange::rename(&stage.world, &name("dev"), &name("my work")).unwrap(),
    );
    mfa_tray_core::settings::rename(
        &stage.world.settings,
        &stage.world.state.locks(),
        &name("dev"),
        &name("my work"),
    )
    .unwrap();
    assert_eq!(
        stage.config(),
        before
            .0
            .replace("[profile dev]", "[profile \"my work\"]")
            .replace("source_profile = dev", "source_profile = my work")
    );
    assert_eq!(stage.credentials(), before.1.replace("[dev]", "[my work]"));
    assert!(stage.row("my work").favourite);
    assert!(
        stage.settings().contains("favourite = true # why"),
        "{}",
        stage.settings()
    );
    assert!(stage.settings().contains("default_profile = \"my work\""));
    assert!(matches!(
        arrange::rename(&stage.world, &name("other"), &name("admin")),
        Err(ArrangeError::Refused(_))
    ));
    assert!(matches!(
        arrange::rename(&stage.world, &name("dev"), &name("x")),
        Err(ArrangeError::Unknown(_))
    ));
}

#[test]
fn a_renamed_profile_keeps_its_session() {
    let stage = stage();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    // A role that is taken with the session names it by its own name.
    let role = "[profile r]\nrole_arn = arn:aws:iam::111122223333:role/R\nsource_profile = dev-mfa\n";
    put(&stage.world.paths.config, &format!("{}\n{role}", stage.config()));
    write(
        &stage,
        &arrange::rename(&stage.world, &name("dev"), &name("work")).unwrap(),
    );
    assert!(
        stage.config().contains("source_profile = work-mfa\n"),
        "{}",
        stage.config()
    );
    assert_eq!(stage.row("work").state, State::Active);
    assert!(!stage.credentials().contains("[dev-mfa]") && !stage.config().contains("dev-mfa"));
    assert!(
        stage.refresh(&ask("admin")).unwrap().made,
        "and the role is taken with it"
    );
}

#[test]
fn a_copy_and_its_removal_leave_the_files_as_they_were() {
    let stage = stage();
    let before = (stage.config(), stage.credentials());
    write(
        &stage,
        &arrange::duplicate(&stage.world, &name("dev"), &name("dev2")).unwrap(),
    );
    assert!(stage.config().starts_with(&before.0) && stage.credentials().starts_with(&before.1));
    assert_eq!(stage.row("dev2").mfa_serial.as_deref(), Some(SERIAL));
    write(&stage, &arrange::remove(&stage.world, &name("dev2")).unwrap());
    assert_eq!(stage.config().trim_end(), before.0.trim_end());
    assert_eq!(stage.credentials().trim_end(), before.1.trim_end());
}

#[test]
fn removing_takes_the_session_along_and_nothing_of_others() {
    let stage = stage();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let loaded = stage.world.load().unwrap();
    assert_eq!(arrange::users_of(&loaded, &name("dev")), [name("admin")]);
    write(&stage, &arrange::remove(&stage.world, &name("dev")).unwrap());
    assert_eq!(
        stage.credentials().trim(),
        format!("; keys\n[other]\n{}", keys("AKIAOTHERXXXXEXAMPLE")).trim()
    );
    assert!(stage.config().contains("# the role\n[profile admin]"));
    assert!(matches!(
        arrange::remove(&stage.world, &name("dev")),
        Err(ArrangeError::Unknown(_))
    ));
}

#[test]
fn new_profiles_are_written_as_their_person_says() {
    let stage = stage();
    let before = (stage.config(), stage.credentials());
    let role = NewProfile {
        role: Some(("arn:aws:iam::444455556666:role/Ops".into(), name("dev"))),
        region: Some(Region::parse("eu-north-1").unwrap()),
        external_id: Some("42".into()),
        duration: Some(3600),
        ..NewProfile::default()
    };
    write(&stage, &arrange::add(&stage.world, &name("ops"), &role).unwrap());
    assert_eq!(
        stage.config(),
        format!(
            "{}\n[profile ops]\nrole_arn = arn:aws:iam::444455556666:role/Ops\nsource_profile = dev\nexternal_id = 42\n\
             duration_seconds = 3600\nregion = eu-north-1\n",
            before.0
        )
    );
    let Ok(Source::Given(key)) = Source::parse(&keys("AKIANEWXXXXXXEXAMPLE").into()) else {
        panic!("no key");
    };
    let user = NewProfile {
        key: Some(key),
        mfa_serial: Some(MfaSerial::parse(SERIAL).unwrap()),
        ..NewProfile::default()
    };
    let draft = arrange::add(&stage.world, &name("new"), &user).unwrap();
    let shown: Vec<String> = draft
        .diff()
        .iter()
        .flat_map(|diff| &diff.lines)
        .map(|line| line.text.clone())
        .collect();
    assert!(!shown.iter().any(|line| line.contains("wJalr")), "{shown:?}");
    write(&stage, &draft);
    assert_eq!(stage.row("new").mfa_serial.as_deref(), Some(SERIAL));
    let files = (stage.config(), stage.credentials());
    for (profile, new) in [
        (
            "dev",
            NewProfile {
                region: Some(Region::parse("x").unwrap()),
                ..NewProfile::default()
            },
        ),
        ("empty", NewProfile::default()),
        (
            "bad",
            NewProfile {
                role: Some(("arn:aws:iam::1:user/x".into(), name("dev"))),
                ..NewProfile::default()
            },
        ),
        (
            "lost",
            NewProfile {
                role: Some(("arn:aws:iam::1:role/x".into(), name("gone"))),
                ..NewProfile::default()
            },
        ),
    ] {
        arrange::add(&stage.world, &name(profile), &new).unwrap_err();
    }
    assert_eq!((stage.config(), stage.credentials()), files);
}

#[test]
fn a_profile_that_tools_ask_for_by_name_is_not_renamed() {
    let stage = stage();
    let program = std::path::Path::new("/usr/bin/mfa-tray");
    mfa_tray_core::setup::serve(&stage.world, &name("dev"), program).unwrap();
    let before = (stage.config(), stage.credentials());
    let error = arrange::rename(&stage.world, &name("dev"), &name("work")).unwrap_err();
    assert!(error.problem().hint.unwrap().contains("--undo"));
    assert!(
        arrange::remove(&stage.world, &name("dev")).is_err(),
        "its session would be left in the keychain"
    );
    assert_eq!((stage.config(), stage.credentials()), before);
}
