//! What is written, when, and what is left alone.

use mfa_tray_core::refresh::{RefreshError, Request};

use crate::aws::Call;
use crate::stage::{NEW_SECRET, SERIAL, Stage, TOKEN, always, ask, keys, name, with_code};

#[test]
fn a_right_code_writes_the_session_and_nothing_else() {
    let config =
        format!("# mine\n[profile dev]\nregion=eu-west-1\noutput = json\nmfa_serial = {SERIAL}\ncli_pager =\n");
    let credentials = format!(
        "# keep\r\n[dev]\n{}\n[other]\n{}",
        keys("AKIAIOSFODNN7EXAMPLE"),
        keys("AKIAOTHERXXXEXAMPLE0")
    );
    let stage = Stage::new(&config, &credentials);
    let refreshed = stage.refresh(&with_code("dev", "123456")).unwrap();

    assert!(refreshed.made && refreshed.warnings.is_empty(), "{refreshed:?}");
    assert_eq!(refreshed.target, name("dev-mfa"));
    assert_eq!(refreshed.access_key_id.as_str(), "ASIAIOSFODNN00000001");
    assert_eq!(
        stage.credentials(),
        format!(
            "{credentials}\n[dev-mfa]\naws_access_key_id = ASIAIOSFODNN00000001\naws_secret_access_key = {NEW_SECRET}\n\
             aws_session_token = {TOKEN}\nx_security_token_expires = 2026-11-25T00:00:10Z\nmanager = mfa-tray\n"
        )
    );
    assert_eq!(
        stage.config(),
        format!("{config}\n[profile dev-mfa]\nregion = eu-west-1\noutput = json\n")
    );
    let sent = Call::SessionToken {
        key: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        serial: SERIAL.to_owned(),
        code: "123456".to_owned(),
        duration: 43_200,
        region: "eu-west-1".to_owned(),
    };
    assert_eq!(stage.aws.calls(), [sent, Call::CallerIdentity]);
}

#[test]
fn a_pair_gets_the_keys_of_aws_mfa_and_no_others() {
    let credentials = format!(
        "[ops-long-term]\n{}aws_mfa_device = {SERIAL}\n\n[ops]\nassumed_role = True\nassumed_role_arn = arn:aws:iam::1:role/x\n\
         aws_access_key_id = ASIAOLDXXXXXEXAMPLE0\nmine = kept\n",
        keys("AKIAIOSFODNN7EXAMPLE")
    );
    for asked in ["ops", "ops-long-term"] {
        let stage = Stage::new("[profile ops]\nregion = us-east-1\n", &credentials);
        let refreshed = stage.refresh(&with_code(asked, "123456")).unwrap();
        assert_eq!((refreshed.profile, refreshed.target), (name("ops"), name("ops")));
        assert_eq!(
            stage.credentials(),
            format!(
                "[ops-long-term]\n{}aws_mfa_device = {SERIAL}\n\n[ops]\nassumed_role = False\n\
                 aws_access_key_id = ASIAIOSFODNN00000001\nmine = kept\naws_secret_access_key = {NEW_SECRET}\n\
                 aws_session_token = {TOKEN}\naws_security_token = {TOKEN}\nexpiration = 2026-11-25 00:00:10\n",
                keys("AKIAIOSFODNN7EXAMPLE")
            )
        );
        assert_eq!(
            stage.config(),
            "[profile ops]\nregion = us-east-1\n",
            "the profile is there already"
        );
    }
}

#[test]
fn the_targets_config_section_is_made_once_and_only_if_absent() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "111111")).unwrap();
    let made = stage.config();
    stage.refresh(&always("dev", "222222")).unwrap();
    assert_eq!(stage.config(), made);

    let own =
        format!("[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n[profile dev-mfa]\nregion = us-west-2\n");
    let stage = Stage::new(&own, &stage.credentials());
    stage.refresh(&always("dev", "333333")).unwrap();
    assert_eq!(stage.config(), own, "what the person wrote stays");

    let bare = format!("[profile dev]\nmfa_serial = {SERIAL}\n");
    let stage = Stage::new(&bare, &stage.credentials());
    stage.refresh(&always("dev", "444444")).unwrap();
    assert_eq!(stage.config(), bare, "nothing to say is no section");
}

#[test]
fn a_good_session_is_kept_until_its_margin() {
    let stage = Stage::dev();
    let first = stage.refresh(&with_code("dev", "111111")).unwrap();
    let written = stage.credentials();

    stage.clock.forward(43_200 - 901);
    let kept = stage.refresh(&with_code("dev", "222222")).unwrap();
    assert!(!kept.made);
    assert_eq!(
        (kept.access_key_id, kept.expires_at),
        (first.access_key_id, first.expires_at)
    );
    assert_eq!((stage.aws.codes_sent(), stage.credentials()), (1, written));

    stage.clock.forward(1);
    assert!(
        matches!(stage.refused(&ask("dev")), RefreshError::CodeNeeded(_)),
        "inside the margin"
    );
    assert!(stage.refresh(&with_code("dev", "222222")).unwrap().made);
    assert_eq!(stage.aws.codes_sent(), 2);
}

#[test]
fn always_makes_another_session() {
    let stage = Stage::dev();
    let first = stage.refresh(&with_code("dev", "111111")).unwrap();
    let second = stage.refresh(&always("dev", "222222")).unwrap();
    assert!(second.made && second.access_key_id != first.access_key_id);
    assert!(
        !stage.credentials().contains(first.access_key_id.as_str()),
        "the old one is replaced"
    );
}

#[test]
fn the_same_session_again_does_not_touch_the_file() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "111111")).unwrap();
    let modified = || {
        std::fs::metadata(&stage.world.paths.credentials)
            .unwrap()
            .modified()
            .unwrap()
    };
    let before = modified();
    stage.refresh(&ask("dev")).unwrap();
    assert_eq!(modified(), before);
}

#[test]
fn the_duration_is_the_callers_the_profiles_or_twelve_hours() {
    let duration = |line: &str, asked| {
        let config = format!("[profile dev]\nmfa_serial = {SERIAL}\n{line}");
        let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
        let request = Request {
            duration: asked,
            ..with_code("dev", "123456")
        };
        stage.refresh(&request).map(|_| match &stage.aws.calls()[0] {
            Call::SessionToken { duration, .. } => *duration,
            other => panic!("{other:?}"),
        })
    };
    assert_eq!(duration("", None).unwrap(), 43_200);
    assert_eq!(duration("duration_seconds = 1200\n", None).unwrap(), 1200);
    assert_eq!(duration("duration_seconds = 1200\n", Some(900)).unwrap(), 900);
    assert_eq!(duration("", Some(129_600)).unwrap(), 129_600);
    for asked in [0, 899, 129_601, u32::MAX] {
        assert!(
            matches!(duration("", Some(asked)), Err(RefreshError::Duration(_))),
            "{asked}"
        );
    }
}

#[test]
fn an_answer_that_is_already_over_is_refused() {
    let stage = Stage::dev();
    stage.aws.expire_in(-1);
    let error = stage.refused(&with_code("dev", "123456"));
    assert!(error.to_string().contains("already over"), "{error}");
}

#[test]
fn a_wrong_clock_is_told_when_a_code_is_refused() {
    let stage = Stage::dev();
    stage.aws.set_server_ahead(600);
    stage.aws.reject_code_once();
    let RefreshError::Aws { hint, .. } = stage.refused(&with_code("dev", "123456")) else {
        panic!("not AWS's refusal");
    };
    assert!(hint.contains("10 min slow"), "{hint}");
}

#[test]
fn who_the_user_is_is_asked_once() {
    let stage = Stage::dev();
    for (number, code) in ["111111", "222222", "333333"].iter().enumerate() {
        stage.refresh(&always("dev", code)).unwrap();
        let asked = stage
            .aws
            .calls()
            .iter()
            .filter(|call| **call == Call::CallerIdentity)
            .count();
        assert_eq!(asked, 1, "after {} sessions", number + 1);
    }
    let known = stage.world.state.known_keys();
    assert_eq!(
        known["AKIAIOSFODNN7EXAMPLE"].arn.as_deref(),
        Some("arn:aws:iam::111122223333:user/alice")
    );
}

#[test]
fn profiles_that_are_no_users_are_told_what_they_are() {
    let config = "[profile lost]\nrole_arn = arn:aws:iam::111122223333:role/admin\nsource_profile = gone\n\
                  [profile sso]\nsso_session = x\n[profile empty]\nregion = eu-west-1\n";
    let stage = Stage::new(config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    for (profile, code) in [("lost", "missing-source"), ("sso", "managed"), ("empty", "no-keys")] {
        match stage.refused(&with_code(profile, "123456")) {
            RefreshError::Profile(problem) => assert_eq!(problem.code, code, "{profile}"),
            other => panic!("{profile}: {other:?}"),
        }
    }
    assert!(matches!(stage.refused(&ask("nobody")), RefreshError::UnknownProfile(_)));
    assert_eq!(stage.aws.calls(), [], "nothing of this needs a call");
}
