//! *Use as default*: `[default]` as a second target.

use mfa_tray_core::clear::clear;
use mfa_tray_core::session::State;
use mfa_tray_core::standing_in::{self, StandingInError, use_as_default};

use crate::stage::{Stage, TOKEN, always, keys, name, put, with_code};

fn section<'a>(credentials: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = credentials.split_once(&format!("[{name}]\n"))?;
    Some(rest.split("\n[").next().unwrap())
}

#[test]
fn the_session_stands_in_both_from_then_on_and_in_none_after_clearing() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    let draft = standing_in::plan(&stage.world, Some(&name("dev"))).unwrap();
    stage.does_what_was_shown(&draft, || {
        use_as_default(&stage.world, Some(&name("dev"))).unwrap();
    });
    assert!(
        section(&stage.credentials(), "default").unwrap().contains(TOKEN),
        "the one there is"
    );
    assert!(stage.settings().contains("default_profile = \"dev\""));
    let loaded = stage.world.load().unwrap();
    let shown: Vec<_> = loaded.catalog.entries.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(shown, ["dev"], "it is no profile of its own");

    stage.clock.forward(60);
    stage.refresh(&always("dev", "654321")).unwrap();
    let credentials = stage.credentials();
    let id = |name| section(&credentials, name).unwrap().lines().next().unwrap();
    assert_eq!(id("default"), id("dev-mfa"));

    let loaded = stage.world.load().unwrap();
    clear(&stage.world, &loaded, &name("dev-mfa")).unwrap().unwrap();
    assert!(!stage.credentials().contains(TOKEN), "{}", stage.credentials());
    assert_eq!(stage.row("dev").state, State::None);
}

#[test]
fn a_default_that_is_somebody_elses_is_refused_and_stays() {
    for (config, credentials, reason) in [
        ("", format!("[default]\n{}", keys("AKIAOTHERXXXXEXAMPLE")), "long-term"),
        ("[default]\nsso_session = corp\n", String::new(), "Identity Center"),
        (
            "[default]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = dev\n",
            String::new(),
            "role_arn",
        ),
    ] {
        let stage = Stage::dev();
        put(&stage.world.paths.config, &format!("{}{config}", stage.config()));
        put(
            &stage.world.paths.credentials,
            &format!("{}{credentials}", stage.credentials()),
        );
        let before = (stage.config(), stage.credentials());
        standing_in::plan(&stage.world, Some(&name("dev"))).unwrap_err();
        let error = use_as_default(&stage.world, Some(&name("dev"))).unwrap_err();
        let StandingInError::Refused(problem) = error else {
            panic!("{error}")
        };
        assert!(problem.message.contains(reason), "{}", problem.message);
        assert_eq!(
            (stage.config(), stage.credentials(), stage.settings()),
            (before.0, before.1, String::new())
        );
        // Chosen by hand, it is no less somebody else's: the session itself is made.
        stage.choose("default_profile = \"dev\"\n");
        let default = section(&stage.credentials(), "default").map(str::to_owned);
        let refreshed = stage.refresh(&with_code("dev", "123456")).unwrap();
        assert!(refreshed.made);
        assert_eq!(section(&stage.credentials(), "default").map(str::to_owned), default);
    }
}

#[test]
fn going_back_takes_out_what_we_wrote_and_nothing_else() {
    let stage = Stage::dev();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    use_as_default(&stage.world, Some(&name("dev"))).unwrap();
    let draft = standing_in::plan(&stage.world, None).unwrap();
    stage.does_what_was_shown(&draft, || use_as_default(&stage.world, None).unwrap());
    assert_eq!(
        section(&stage.credentials(), "default"),
        None,
        "a section that we made goes with it"
    );
    assert!(section(&stage.credentials(), "dev-mfa").unwrap().contains(TOKEN));
    assert!(!stage.settings().contains("default_profile"));

    let foreign =
        "[default]\naws_access_key_id = ASIAOTHERXXXXEXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";
    put(
        &stage.world.paths.credentials,
        &format!("[dev]\n{}{foreign}", keys("AKIAIOSFODNN7EXAMPLE")),
    );
    assert!(standing_in::plan(&stage.world, None).unwrap().is_empty());
    use_as_default(&stage.world, None).unwrap();
    assert!(stage.credentials().contains(foreign));
    assert!(use_as_default(&stage.world, Some(&name("nobody"))).is_err());
}
