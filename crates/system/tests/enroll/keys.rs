//! Long-term keys against practice AWS: into the keychain, out of it, rotated, each killed at every call.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use mfa_tray_core::aws_files::{AwsFiles, Properties};
use mfa_tray_core::endpoint::endpoint;
use mfa_tray_core::keys::{self, KeysError, Source};
use mfa_tray_core::ports::{Caller, KeyStatus, Unavailable};
use mfa_tray_core::profile::AccessKeyId;
use mfa_tray_core::refresh::{CodeFrom, Request, refresh};
use mfa_tray_core::secret::AccessKey;
use mfa_tray_core::world::World;

use crate::kills::deadly;
use crate::stage::{ALICE, Stage, name, put};

fn credentials(stage: &Stage) -> String {
    fs::read_to_string(&stage.world.paths.credentials).unwrap()
}

/// The id and secret in a section of the credentials file.
fn in_file(stage: &Stage, section: &str) -> Option<(String, String)> {
    let text = credentials(stage);
    let (_, rest) = text.split_once(&format!("[{section}]\n"))?;
    let value = |key: &str| {
        let line = rest
            .lines()
            .take_while(|line| !line.starts_with('['))
            .find(|line| line.starts_with(key))?;
        Some(line.split_once(" = ")?.1.to_owned())
    };
    value("aws_access_key_id").zip(value("aws_secret_access_key"))
}

fn keys_of(stage: &Stage, user: &str) -> Vec<(String, String)> {
    let state = stage.practice.state();
    let keys = state["access_keys"].as_array().unwrap().iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    keys.filter(|key| key["user"] == user)
        .map(|key| (text(&key["id"]), text(&key["status"])))
        .collect()
}

fn rotate(world: &World, profile: &str) -> Result<keys::Rotated, KeysError> {
    keys::rotate(world, &name(profile), None, &|_: Duration| {})
}

/// erin, without the product.
fn caller(stage: &Stage) -> Caller {
    let (id, secret) = in_file(stage, "dev").unwrap();
    let files = AwsFiles::default();
    Caller {
        key: AccessKey {
            id: AccessKeyId::parse(&id).unwrap(),
            secret: secret.into(),
            session_token: None,
        },
        endpoint: endpoint(&stage.world.endpoints, &files, &Properties::default(), None).unwrap(),
    }
}

/// The profile's key signs: an MFA session can be had with it.
fn works(stage: &Stage, profile: &str) {
    stage.clock.forward(30);
    let request = Request {
        code: CodeFrom::Person(stage.code(&ALICE.replace("alice", "erin"))),
        when: mfa_tray_core::refresh::When::Always,
        ..Request::of(&name(profile))
    };
    assert!(refresh(&stage.world, &request).unwrap().made);
}

/// Nothing below the home holds the text, but for what lies in `apart`.
fn nowhere(stage: &Stage, secret: &str) {
    let mut folders = vec![stage.world.paths.config.parent().unwrap().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(&path).unwrap();
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "{} holds the secret", path.display());
            }
        }
    }
}

#[test]
fn an_imported_key_is_in_the_keychain_alone_and_signs_from_there() {
    let stage = Stage::new();
    let (id, secret) = in_file(&stage, "dev").unwrap();
    put(
        &stage.world.paths.config,
        &format!(
            "{}\n[profile r]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = dev\n",
            stage.config()
        ),
    );
    // A copy of ours from before.
    works(&stage, "dev");
    let before = credentials(&stage);
    let plan = keys::plan_import(&stage.world, &name("dev"), &Source::Files).unwrap();
    assert_eq!(credentials(&stage), before, "a plan changes nothing");
    assert_eq!(plan.used_by, [name("r")]);
    let shown: Vec<String> = plan
        .draft
        .diff()
        .iter()
        .flat_map(|diff| &diff.lines)
        .map(|line| line.text.clone())
        .collect();
    assert!(!shown.iter().any(|line| line.contains(&secret)), "{shown:?}");

    let done = keys::import(&stage.world, &name("dev"), &Source::Files).unwrap();
    assert_eq!(in_file(&stage, "dev"), None);
    assert_eq!(done.copies.len(), 1, "the copy of the first touch");
    assert_eq!(done.copies, plan.copies, "and it was named before");
    keys::remove_copies(&done.copies).unwrap();
    nowhere(&stage, &secret);
    works(&stage, "dev");
    nowhere(&stage, &secret);

    let shown = keys::plan_export(&stage.world, &name("dev")).unwrap().diff();
    let lines = shown.iter().flat_map(|file| &file.lines);
    let added: Vec<&str> = lines
        .filter(|line| line.sign == '+')
        .map(|line| line.text.as_str())
        .collect();
    assert!(
        added.contains(&format!("aws_access_key_id = {id}").as_str()),
        "{added:?}"
    );
    assert!(added.contains(&"aws_secret_access_key = ********"), "{added:?}");
    assert_eq!(in_file(&stage, "dev"), None, "it was only shown");
    assert_eq!(keys::export(&stage.world, &name("dev")).unwrap().as_str(), id);
    assert_eq!(in_file(&stage, "dev"), Some((id, secret)));
    assert!(stage.keychain.names().is_empty());
    works(&stage, "dev");
    assert!(matches!(
        keys::export(&stage.world, &name("dev")),
        Err(KeysError::Refused(_))
    ));
}

#[test]
fn a_key_that_does_not_work_or_a_keychain_that_does_not_keep_changes_nothing() {
    let stage = Stage::new();
    let before = credentials(&stage);
    let unchanged = |what: &str| {
        assert_eq!(credentials(&stage), before, "{what}");
        assert!(!stage.world.settings.exists(), "{what}");
        assert!(stage.keychain.names().is_empty(), "{what}");
    };
    stage.keychain.fail(Unavailable::Locked);
    let error = keys::import(&stage.world, &name("dev"), &Source::Files).unwrap_err();
    assert!(matches!(error, KeysError::Keychain(_)), "{error}");
    stage.keychain.work();
    unchanged("a locked keychain");
    stage.keychain.lose_writes();
    keys::import(&stage.world, &name("dev"), &Source::Files).unwrap_err();
    stage.keychain.work();
    unchanged("a keychain that forgets");
    stage.refuse(
        "GetCallerIdentity",
        1,
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    let error = keys::import(&stage.world, &name("dev"), &Source::Files).unwrap_err();
    assert!(matches!(error, KeysError::NotProved { .. }), "{error}");
    unchanged("a key that AWS does not know");
    let given = Source::parse(&"AKIAOTHERXXXXEXAMPLE\nwJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".into()).unwrap();
    let error = keys::import(&stage.world, &name("dev"), &given).unwrap_err();
    assert!(error.to_string().contains("another access key"), "{error}");
    unchanged("another key than the file's");
}

#[test]
fn a_key_is_given_to_a_profile_without_one() {
    let stage = Stage::new();
    let (id, secret) = in_file(&stage, "dev").unwrap();
    put(
        &stage.world.paths.config,
        "[profile new]\nregion = eu-west-1\nmfa_serial = arn:aws:iam::111122223333:mfa/erin\n",
    );
    put(&stage.world.paths.credentials, "");
    let given = Source::parse(&format!("{id}\n{secret}").into()).unwrap();
    keys::import(&stage.world, &name("new"), &given).unwrap();
    works(&stage, "new");
    nowhere(&stage, &secret);
}

#[test]
fn a_rotation_leaves_one_key_that_works_wherever_it_is() {
    for in_keychain in [false, true] {
        let stage = Stage::new();
        works(&stage, "dev");
        if in_keychain {
            keys::import(&stage.world, &name("dev"), &Source::Files).unwrap();
        }
        let old = keys_of(&stage, "erin");
        let rotated = rotate(&stage.world, "dev").unwrap();
        let left = keys_of(&stage, "erin");
        assert_eq!(left, [(rotated.new.to_string(), "Active".to_owned())]);
        assert_eq!(old[0].0, rotated.old.as_str());
        assert_eq!(
            in_file(&stage, "dev").map(|(id, _)| id),
            (!in_keychain).then(|| rotated.new.to_string())
        );
        if in_keychain {
            assert_eq!(stage.keychain.names(), [format!("key/{}", rotated.new)]);
        }
        let request = Request::of(&name("dev"));
        assert!(
            !refresh(&stage.world, &request).unwrap().made,
            "the session is the user's still"
        );
        works(&stage, "dev");
    }
}

#[test]
fn a_second_key_is_told_of_and_removed_only_when_it_is_off_and_named() {
    let stage = Stage::new();
    let mine = AccessKeyId::parse(&in_file(&stage, "dev").unwrap().0).unwrap();
    let caller = caller(&stage);
    let second = stage.world.aws.create_access_key(&caller).result.unwrap().id;
    let try_it = |replace: &AccessKeyId| keys::rotate(&stage.world, &name("dev"), Some(replace), &|_| {});
    for replace in [&mine, &second] {
        let error = try_it(replace).unwrap_err();
        let KeysError::TwoKeys { replaceable, .. } = &error else {
            panic!("{error}")
        };
        assert_eq!(*replaceable, None, "both are in use");
        assert!(error.to_string().contains(second.as_str()), "{error}");
    }
    let off = stage
        .world
        .aws
        .set_access_key_status(&caller, &second, KeyStatus::Inactive);
    off.result.unwrap();
    let error = rotate(&stage.world, "dev").unwrap_err();
    assert!(error.problem().hint.unwrap().contains(&format!("--replace {second}")));
    assert_eq!(keys_of(&stage, "erin").len(), 2);
    try_it(&second).unwrap();
    assert_eq!(keys_of(&stage, "erin").len(), 1);
    works(&stage, "dev");
}

#[test]
fn a_kill_at_any_moment_leaves_a_key_that_works_and_can_be_taken_up() {
    for in_keychain in [false, true] {
        let mut at = 0;
        loop {
            let stage = Stage::new();
            if in_keychain {
                keys::import(&stage.world, &name("dev"), &Source::Files).unwrap();
            }
            let deadly = deadly(&stage, at);
            let killed = catch_unwind(AssertUnwindSafe(|| rotate(&deadly, "dev").unwrap())).is_err();
            if !killed {
                break;
            }
            works(&stage, "dev");
            // What was killed may have been at its very end; then this is one more rotation.
            rotate(&stage.world, "dev").unwrap_or_else(|error| panic!("moment {at}: {error}"));
            assert_eq!(keys_of(&stage, "erin").len(), 1, "moment {at}");
            works(&stage, "dev");
            at += 1;
        }
        assert!(at > 10, "only {at} moments to kill at");
    }
}

#[test]
fn a_key_that_the_person_made_after_a_rotation_was_cut_short_is_theirs() {
    let asked_and_lost = |at| {
        let stage = Stage::new();
        let deadly = deadly(&stage, at);
        catch_unwind(AssertUnwindSafe(|| rotate(&deadly, "dev").unwrap())).unwrap_err();
        let begun = keys::begun(&stage.world.state, &name("dev"))?;
        let old = in_file(&stage, "dev").unwrap().0;
        let lost = keys_of(&stage, "erin").into_iter().find(|(id, _)| *id != old)?.0;
        (begun.step == keys::RotateStep::Asked && begun.old == old).then_some((stage, lost))
    };
    let (stage, lost) = (0..).find_map(asked_and_lost).unwrap();
    let caller = caller(&stage);
    let lost = AccessKeyId::parse(&lost).unwrap();
    stage.world.aws.delete_access_key(&caller, &lost).result.unwrap();
    stage.clock.forward(600);
    let theirs = stage.world.aws.create_access_key(&caller).result.unwrap().id;
    let error = rotate(&stage.world, "dev").unwrap_err();
    assert!(matches!(error, KeysError::TwoKeys { .. }), "{error}");
    let left = keys_of(&stage, "erin");
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(left.contains(&(theirs.to_string(), "Active".to_owned())), "{left:?}");
}

#[test]
fn a_kill_while_importing_leaves_a_key_that_works_and_can_be_taken_up() {
    let mut at = 0;
    loop {
        let stage = Stage::new();
        let deadly = deadly(&stage, at);
        let import = |world: &World| keys::import(world, &name("dev"), &Source::Files);
        if catch_unwind(AssertUnwindSafe(|| import(&deadly).map(drop).unwrap())).is_ok() {
            break;
        }
        works(&stage, "dev");
        import(&stage.world).unwrap();
        works(&stage, "dev");
        at += 1;
    }
    assert!(at > 4, "only {at} moments to kill at");
}

#[test]
fn a_new_key_that_never_works_is_deleted_and_the_old_one_stays() {
    let stage = Stage::new();
    let before = (credentials(&stage), keys_of(&stage, "erin"));
    stage.refuse(
        "GetCallerIdentity",
        20,
        403,
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    );
    let error = rotate(&stage.world, "dev").unwrap_err();
    assert!(matches!(error, KeysError::NotProved { .. }), "{error}");
    assert_eq!((credentials(&stage), keys_of(&stage, "erin")), before);
}

#[test]
fn what_iam_does_not_allow_is_told_with_what_to_ask_for() {
    let stage = Stage::new();
    stage.refuse(
        "CreateAccessKey",
        1,
        403,
        "AccessDenied",
        "User: arn:aws:iam::111122223333:user/erin is not authorized to perform: iam:CreateAccessKey",
    );
    let error = rotate(&stage.world, "dev").unwrap_err();
    assert!(error.problem().hint.unwrap().contains("iam:CreateAccessKey"));
    assert_eq!(keys_of(&stage, "erin").len(), 1);
    assert!(keys::begun(&stage.world.state, &name("dev")).is_none());
    rotate(&stage.world, "dev").unwrap();
}
