//! A session as environment variables: only one that works and is the profile's.

use mfa_tray_core::refresh::Request;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::variables::variables;

use crate::stage::{NEW_SECRET, Stage, TOKEN, keys, name, with_code};

fn assignments(stage: &Stage, profile: &str) -> Option<Vec<(&'static str, String)>> {
    let found = variables(&stage.world, &name(profile)).unwrap()?;
    let assignments = found.assignments().into_iter();
    Some(
        assignments
            .map(|(name, value)| (name, value.expose_secret().to_owned()))
            .collect(),
    )
}

fn value(stage: &Stage, wanted: &str) -> Option<String> {
    let found = assignments(stage, "dev")?;
    found
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .map(|(_, value)| value)
}

#[test]
fn a_session_is_said_in_full_until_it_ends() {
    let stage = Stage::dev();
    assert_eq!(assignments(&stage, "dev"), None, "long-term keys are no session");
    let request = Request {
        duration: Some(3_600),
        ..with_code("dev", "111111")
    };
    let id = stage.refresh(&request).unwrap().access_key_id.to_string();
    // By its own name or by that of the section it is in.
    for profile in ["dev", "dev-mfa"] {
        assert_eq!(
            assignments(&stage, profile).unwrap(),
            [
                ("AWS_ACCESS_KEY_ID", id.clone()),
                ("AWS_SECRET_ACCESS_KEY", NEW_SECRET.to_owned()),
                ("AWS_SESSION_TOKEN", TOKEN.to_owned()),
                ("AWS_CREDENTIAL_EXPIRATION", "2026-11-24T13:00:10Z".to_owned()),
                ("AWS_REGION", "eu-west-1".to_owned()),
                ("AWS_DEFAULT_REGION", "eu-west-1".to_owned()),
            ]
        );
    }
    let is_expiring = || {
        let found = variables(&stage.world, &name("dev")).unwrap();
        found.map(|found| found.is_expiring)
    };
    assert_eq!(is_expiring(), Some(false));
    stage.clock.forward(2_700);
    assert_eq!(is_expiring(), Some(true));
    stage.clock.forward(900);
    assert_eq!(is_expiring(), None, "it is over");
}

#[test]
fn a_region_is_said_where_there_is_one() {
    let device = "aws_mfa_device = arn:aws:iam::111122223333:mfa/alice\n";
    let session = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n\
                   x_security_token_expires = 2099-12-31T23:59:59Z\nmanager = mfa-tray\n";
    for (config, region) in [
        ("", None),
        ("[profile dev]\nregion = eu-west-1\n", Some("eu-west-1")),
        ("[profile dev-mfa]\nregion = eu-west-2\n", Some("eu-west-2")),
        (
            "[profile dev]\nregion = eu-west-1\n[profile dev-mfa]\nregion = eu-west-2\n",
            Some("eu-west-1"),
        ),
    ] {
        let own = keys("AKIAIOSFODNN7EXAMPLE");
        let stage = Stage::new(config, &format!("[dev]\n{own}{device}[dev-mfa]\n{session}"));
        assert_eq!(value(&stage, "AWS_REGION").as_deref(), region, "{config}");
        assert_eq!(value(&stage, "AWS_DEFAULT_REGION").as_deref(), region, "{config}");
    }
}

#[test]
fn a_session_that_nobody_vouches_for_is_not_the_profiles() {
    let foreign = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";
    for more in ["", "x_security_token_expires = 2099-12-31T23:59:59Z\n"] {
        let own = keys("AKIAIOSFODNN7EXAMPLE");
        let stage = Stage::new("", &format!("[dev]\n{own}[dev-mfa]\n{foreign}{more}"));
        assert_eq!(assignments(&stage, "dev"), None, "{more}");
    }
}
