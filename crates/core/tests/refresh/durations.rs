//! How long sessions last: what was chosen, what the profile says, and what cannot be.

use std::ops::RangeInclusive;

use mfa_tray_core::activity::What;
use mfa_tray_core::refresh::{RefreshError, Request};

use crate::aws::Call;
use crate::stage::{SERIAL, Stage, always, keys, with_code};

const ROOT: &str = "arn:aws:iam::111122223333:mfa/root-account-mfa-device";
const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";

/// `dev` is a user, `root` the root user, `admin` a role of the user, `deep` one that is taken from `admin`; `more` are
/// further lines of `admin`.
fn stage(more: &str) -> Stage {
    let config = format!(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\nduration_seconds = 1800\n\
         [profile root]\nmfa_serial = {ROOT}\n\
         [profile deep]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/deep\nsource_profile = admin\n\
         [profile admin]\nregion = eu-west-1\nrole_arn = {ADMIN}\nsource_profile = dev\n{more}"
    );
    let credentials = format!(
        "[dev]\n{}[root]\n{}",
        keys("AKIAIOSFODNN7EXAMPLE"),
        keys("AKIAROOTXXXXEXAMPLE0")
    );
    Stage::new(&config, &credentials)
}

/// How long the sessions were asked for, in order.
fn asked(stage: &Stage) -> Vec<u32> {
    let seconds = |call: Call| match call {
        Call::SessionToken { duration, .. } | Call::AssumeRole { duration, .. } => Some(duration),
        _ => None,
    };
    stage.aws.calls().into_iter().filter_map(seconds).collect()
}

#[test]
fn what_was_asked_goes_before_what_was_chosen_and_that_before_what_the_profile_says() {
    for (settings, request, expected) in [
        ("", None, 1800),
        ("[profile.dev]\nduration = 3600\n", None, 3600),
        ("[profile.dev]\nduration = 3600\n", Some(900), 900),
        ("[profile.dev]\nduration = 900\n", None, 900),
        ("[profile.dev]\nduration = 129600\n", None, 129_600),
        ("[profile.other]\nduration = 3600\n", None, 1800),
    ] {
        let stage = stage("").with_settings(settings);
        let shown = stage.row("dev").duration;
        let request = Request {
            duration: request,
            ..with_code("dev", "123456")
        };
        stage.refresh(&request).unwrap();
        assert_eq!(asked(&stage), [expected], "{settings}");
        if request.duration.is_none() {
            assert_eq!(shown, expected, "{settings}: what is shown is what is asked for");
        }
    }
}

#[test]
fn a_role_has_its_own_and_its_users_session_the_users() {
    for (settings, expected) in [
        ("", [1800, 1200]),
        ("[profile.admin]\nduration = 2400\n", [1800, 2400]),
        ("[profile.dev]\nduration = 7200\n", [7200, 1200]),
        (
            "[profile.dev]\nduration = 129600\n[profile.admin]\nduration = 900\n",
            [129_600, 900],
        ),
    ] {
        let stage = stage("duration_seconds = 1200\n").with_settings(settings);
        stage.refresh(&with_code("admin", "123456")).unwrap();
        assert_eq!(asked(&stage), expected, "{settings}");
        assert_eq!([stage.row("dev").duration, stage.row("admin").duration], expected);
    }
}

#[test]
fn a_pair_is_called_by_the_name_that_people_see() {
    let credentials = format!(
        "[ops-long-term]\n{}aws_mfa_device = {SERIAL}\n",
        keys("AKIAIOSFODNN7EXAMPLE")
    );
    let stage = Stage::new("", &credentials).with_settings("[profile.ops]\nduration = 3600\n");
    stage.refresh(&with_code("ops-long-term", "123456")).unwrap();
    assert_eq!(asked(&stage), [3600]);
}

#[test]
fn what_a_role_cannot_last_is_refused_before_a_code_is_spent() {
    let in_settings = |seconds| format!("[profile.admin]\nduration = {seconds}\n");
    for (seconds, profile, settings, place) in [
        (
            43_201,
            1200,
            in_settings(43_201),
            "`duration` of the profile admin in settings.toml",
        ),
        (
            129_600,
            1200,
            in_settings(129_600),
            "`duration` of the profile admin in settings.toml",
        ),
        (
            60,
            60,
            String::new(),
            "duration_seconds of the profile admin in the config file",
        ),
    ] {
        let stage = stage(&format!("duration_seconds = {profile}\n")).with_settings(&settings);
        let error = stage.refused(&with_code("admin", "123456"));
        let problem = error.problem();
        assert!(matches!(error, RefreshError::Profile(_)), "{error}");
        assert!(problem.message.contains(&seconds.to_string()), "{error}");
        assert_eq!(problem.hint, Some(format!("change {place}")));
        assert_eq!(stage.aws.calls(), [], "{seconds}: not even the user's session");
        assert_eq!(
            stage.events()[0].what,
            What::Failed,
            "or else nobody learns why it is not renewed"
        );
        assert_eq!(stage.settings(), settings);

        let shorter = Request {
            duration: Some(900),
            ..with_code("admin", "123456")
        };
        stage.refresh(&shorter).unwrap();
    }
}

#[test]
fn more_than_an_hour_is_chosen_like_any_other() {
    let stage = stage("duration_seconds = 900\n").with_settings("[profile.admin]\nduration = 14400\n");
    stage.aws.tell_limit(ADMIN, 7_200);
    let refreshed = stage.refresh(&with_code("admin", "123456")).unwrap();
    assert_eq!(asked(&stage), [7_200]);
    assert!(
        refreshed.warnings[0].message.contains("lasts 7200 s, not 14400 s"),
        "{:?}",
        refreshed.warnings
    );
}

#[test]
fn how_long_a_session_may_last_is_shown_as_far_as_it_is_known() {
    let stage = stage("");
    let may = |profile: &str| stage.row(profile).durations;
    let hour = 900..=3_600;
    assert_eq!(may("dev"), 900..=129_600, "a user");
    assert_eq!(may("root"), hour, "STS gives the root user no more");
    assert_eq!(may("admin"), 900..=43_200, "a role that nobody has told of");
    assert_eq!(may("deep"), hour, "a role that is taken from another");

    let long = |code: &str| Request {
        duration: Some(7_200),
        ..always("admin", code)
    };
    let tell = |arn: &str, seconds: u32, code: &str| -> RangeInclusive<u32> {
        stage.aws.tell_limit(arn, seconds);
        stage.refresh(&long(code)).unwrap();
        may("admin")
    };
    let elsewhere = "arn:aws:iam::999988887777:role/admin";
    assert_eq!(
        tell(elsewhere, 3_600, "111111"),
        900..=43_200,
        "another account's role of that name"
    );
    assert_eq!(tell(ADMIN, 14_400, "222222"), 900..=14_400, "IAM has told");
    assert_eq!(tell(ADMIN, 43_200, "333333"), 900..=43_200, "and that it was raised");
    stage.clock.forward(180);
    stage.refresh(&long("444444")).unwrap();
    assert_eq!(may("admin"), 900..=43_200, "what was told once stays known");
    assert_eq!(may("deep"), hour);
}
