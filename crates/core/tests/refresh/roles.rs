//! Sessions of roles: whose code, how often, from which keys, and what is written.

use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::problem::Problem;
use mfa_tray_core::refresh::{CodeFrom, RefreshError, Request, refresh_all};
use mfa_tray_core::session::State;
use mfa_tray_core::testing::FakePerson;

use crate::aws::{Call, refusal, unreachable};
use crate::stage::{NEW_SECRET, SERIAL, Stage, TOKEN, always, ask, keys, name, with_code};

const ADMIN: &str = "arn:aws:iam::111122223333:role/admin";

/// `dev` is a user with a device; `admin` and `audit` are roles of hers, `deep` is taken from `audit`.
fn config(more: &str) -> String {
    let role = |name: &str, source: &str| {
        format!(
            "[profile {name}]\nregion = eu-west-1\nrole_arn = arn:aws:iam::111122223333:role/{name}\nsource_profile = {source}\n"
        )
    };
    format!(
        "[profile dev]\nregion = eu-west-1\nmfa_serial = {SERIAL}\n{}{}{}{more}",
        role("deep", "audit"),
        role("audit", "dev"),
        role("admin", "dev-mfa")
    )
}

fn stage(more: &str) -> Stage {
    Stage::new(&config(more), &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")))
}

fn denied() -> AwsError {
    let message =
        "User: arn:aws:iam::111122223333:user/alice is not authorized to perform: sts:AssumeRole on resource: x";
    refusal("AccessDenied", message)
}

fn too_long() -> AwsError {
    let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
    refusal("ValidationError", message)
}

/// The calls, each as a word or two; who is who is no matter here.
fn calls(stage: &Stage) -> Vec<String> {
    let word = |call: Call| match call {
        Call::SessionToken { code, .. } => Some(format!("session {code}")),
        Call::AssumeRole {
            signed_with,
            role,
            code,
            duration,
            ..
        } => {
            let with = if signed_with == "long-term" { "key" } else { "session" };
            let code = code.map_or(String::new(), |code| format!(" {code}"));
            Some(format!("{role} {duration} {with}{code}"))
        }
        Call::Role(name) => Some(format!("limit of {name}")),
        _ => None,
    };
    stage.aws.calls().into_iter().filter_map(word).collect()
}

fn problem(error: &RefreshError) -> Problem {
    error.problem()
}

#[test]
fn one_code_opens_the_session_of_all_roles() {
    let stage = stage("");
    let needed = stage.refused(&ask("admin"));
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    assert!(!stage.row("admin").one_click);

    let refreshed = stage.refresh(&with_code("admin", "123456")).unwrap();
    assert_eq!(
        (refreshed.profile, refreshed.target),
        (name("admin"), name("admin-mfa"))
    );
    assert!(refreshed.warnings.is_empty(), "{:?}", refreshed.warnings);
    assert!(stage.row("audit").one_click);
    stage.refresh(&ask("audit")).unwrap();
    stage.clock.forward(3_600);
    stage.refresh(&ask("admin")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "session 123456",
            "admin 3600 session",
            "audit 3600 session",
            "admin 3600 session"
        ]
    );
    assert!(!stage.refresh(&ask("admin")).unwrap().made, "it is good");
    let admin = stage.row("admin");
    assert_eq!((admin.kind_word(), admin.state), ("role", State::Active));
    assert_eq!((admin.target, admin.problem), (Some(name("admin-mfa")), None));
    assert_eq!((admin.account.as_deref(), admin.user), (Some("111122223333"), None));
    assert_eq!(stage.row("dev").state, State::Active);
}

#[test]
fn the_session_goes_to_a_section_of_its_own_in_our_format() {
    let stage = stage("");
    let before = stage.credentials();
    stage.refresh(&with_code("admin", "123456")).unwrap();
    let written = stage.credentials();
    assert!(written.starts_with(&before));
    assert!(written.ends_with(&format!(
        "\n[admin-mfa]\naws_access_key_id = ASIAIOSFODNN00000002\naws_secret_access_key = {NEW_SECRET}\n\
         aws_session_token = {TOKEN}\nx_security_token_expires = 2026-11-24T13:00:10Z\nmanager = mfa-tray\n"
    )));
    assert!(stage.config().contains("[profile admin-mfa]\nregion = eu-west-1\n"));
    let elsewhere = Request {
        target: Some(name("admin")),
        ..ask("admin")
    };
    let error = stage.refused(&Request {
        when: mfa_tray_core::refresh::When::Always,
        ..elsewhere
    });
    assert!(error.to_string().contains("role_arn"), "{error}");
}

#[test]
fn a_role_named_anew_is_another_sessions_owner() {
    let stage = stage("");
    stage.refresh(&with_code("admin", "123456")).unwrap();
    let other = stage.config().replace("role/admin", "role/owner");
    crate::stage::put(&stage.world.paths.config, &other);
    assert_eq!(stage.row("admin").state, State::Unknown);
    assert!(stage.refresh(&ask("admin")).unwrap().made);
}

#[test]
fn a_role_that_refuses_an_old_session_gets_a_code_of_its_own_and_is_remembered() {
    let stage = stage("");
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.clock.forward(901);
    stage.aws.answer_roles([Some(denied()), Some(denied()), None]);
    let needed = stage.refused(&ask("admin"));
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    stage.refresh(&with_code("admin", "222222")).unwrap();
    assert!(stage.world.state.known_roles()[ADMIN].wants_fresh_mfa);
    assert!(!stage.row("admin").one_click && stage.row("audit").one_click);
    stage.clock.forward(3_600);
    let needed = stage.refused(&ask("admin"));
    assert!(matches!(needed, RefreshError::CodeNeeded(_)), "{needed}");
    stage.refresh(&with_code("admin", "333333")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "session 111111",
            "admin 3600 session",
            "admin 3600 session",
            "admin 3600 key 222222",
            "admin 3600 key 333333"
        ],
        "no call whose refusal can be foreseen"
    );
}

#[test]
fn a_young_session_that_is_refused_costs_no_code() {
    let stage = stage("");
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.aws.answer_roles([Some(denied())]);
    let error = problem(&stage.refused(&with_code("admin", "222222")));
    assert!(
        error.message.contains("AWS does not let the user take the role admin"),
        "{error:?}"
    );
    assert!(error.hint.unwrap().contains("external_id"));
    assert_eq!(calls(&stage), ["session 111111", "admin 3600 session"]);
    assert!(stage.world.state.known_roles().is_empty());
}

#[test]
fn beyond_an_hour_the_long_term_key_takes_the_role_with_a_code() {
    let stage = stage("");
    let long = |seconds, code: &str| Request {
        duration: Some(seconds),
        ..always("admin", code)
    };
    stage.aws.tell_limit(ADMIN, 14_400);
    stage.refresh(&long(14_400, "111111")).unwrap();
    stage.aws.tell_limit(ADMIN, 14_400);
    let capped = stage.refresh(&long(43_200, "222222")).unwrap();
    assert!(
        capped.warnings[0].message.contains("lasts 14400 s, not 43200 s"),
        "{:?}",
        capped.warnings
    );
    // Another account's role of that name says nothing.
    stage.aws.tell_limit("arn:aws:iam::999988887777:role/admin", 3_600);
    stage.clock.forward(180);
    stage.refresh(&long(7_200, "333333")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "limit of admin",
            "admin 14400 key 111111",
            "limit of admin",
            "admin 14400 key 222222",
            "limit of admin",
            "admin 7200 key 333333"
        ]
    );
    for seconds in [899, 43_201] {
        let error = stage.refused(&long(seconds, "444444"));
        assert!(matches!(error, RefreshError::RoleDuration(_)), "{error}");
    }
}

#[test]
fn what_is_too_long_becomes_an_hour_and_never_costs_a_second_typed_code() {
    let stage = stage("duration_seconds = 7200\n");
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.aws.answer_roles([Some(too_long())]);
    // The last profile of the file is `admin`.
    let refreshed = stage.refresh(&with_code("admin", "222222")).unwrap();
    assert!(
        refreshed.warnings[0].message.contains("lasts an hour, not 7200 s"),
        "{:?}",
        refreshed.warnings
    );
    stage.clock.forward(3_600);
    assert!(stage.row("admin").one_click, "no code is spent on what was refused");
    stage.refresh(&ask("admin")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "session 111111",
            "limit of admin",
            "admin 7200 key 222222",
            "admin 3600 session",
            "limit of admin",
            "admin 3600 session"
        ]
    );
    stage.clock.forward(8 * 24 * 3_600);
    assert!(!stage.row("admin").one_click, "a limit may have been raised since");
}

#[test]
fn without_a_shared_session_the_fall_back_asks_for_another_code() {
    let stage = stage("duration_seconds = 7200\n");
    stage.aws.answer_roles([Some(too_long())]);
    let another = stage.refused(&with_code("admin", "111111"));
    assert!(matches!(another, RefreshError::AnotherCode { .. }), "{another}");
    assert!(
        another.to_string().contains("does not allow sessions of 7200 s"),
        "{another}"
    );
    stage.refresh(&with_code("admin", "222222")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "limit of admin",
            "admin 7200 key 111111",
            "limit of admin",
            "session 222222",
            "admin 3600 session"
        ]
    );
}

#[test]
fn later_hops_have_no_mfa_and_an_hour() {
    let stage = stage("");
    let long = Request {
        duration: Some(7_200),
        ..with_code("deep", "111111")
    };
    let refreshed = stage.refresh(&long).unwrap();
    assert!(
        refreshed.warnings[0].message.contains("a role taken from another role"),
        "{:?}",
        refreshed.warnings
    );
    assert_eq!(
        calls(&stage),
        ["session 111111", "audit 900 session", "deep 3600 session"]
    );

    let last = |call: Option<Call>| match call {
        Some(Call::AssumeRole { signed_with, .. }) => signed_with,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        last(stage.aws.calls().pop()),
        "ASIAIOSFODNN00000002",
        "signed with the first role"
    );
    stage.aws.answer_roles([None, Some(denied())]);
    let error = problem(&stage.refused(&always("deep", "222222")));
    assert!(
        error
            .message
            .contains("the role audit take the role deep: its trust policy may demand MFA"),
        "{error:?}"
    );
    assert_eq!(stage.aws.codes_sent(), 1, "no code can help there");
}

#[test]
fn without_any_device_no_code_is_asked_for() {
    let config = config("").replace(&format!("mfa_serial = {SERIAL}\n"), "");
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    assert!(stage.row("admin").one_click);
    stage.refresh(&ask("admin")).unwrap();
    stage.aws.answer_roles([Some(denied())]);
    let error = problem(&stage.refused(&ask("audit")));
    assert!(error.message.contains("no MFA device is known"), "{error:?}");
    assert!(error.hint.unwrap().contains("mfa_serial"));
    assert_eq!(calls(&stage), ["admin 3600 key", "audit 3600 key"]);
}

#[test]
fn the_device_may_stand_with_the_role() {
    let config = config(&format!("mfa_serial = {SERIAL}\n")).replacen(&format!("mfa_serial = {SERIAL}\n"), "", 1);
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    stage.refresh(&with_code("admin", "111111")).unwrap();
    assert_eq!(calls(&stage), ["session 111111", "admin 3600 session"]);
    assert_eq!(stage.settings(), "", "nobody has chosen anything");
}

#[test]
fn a_section_with_keys_and_a_role_is_its_own_source() {
    let config = format!("[profile both]\nmfa_serial = {SERIAL}\nrole_arn = {ADMIN}\nsource_profile = both\n");
    let stage = Stage::new(&config, &format!("[both]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    stage.refresh(&with_code("both", "111111")).unwrap();
    stage.clock.forward(3_600);
    stage.refresh(&with_code("both", "222222")).unwrap();
    assert_eq!(
        calls(&stage),
        ["admin 3600 key 111111", "admin 3600 key 222222"],
        "its target is the role's, so there is no place for the user's session"
    );
}

#[test]
fn a_pairs_session_serves_the_roles_of_its_user() {
    let config = format!("[profile admin]\nrole_arn = {ADMIN}\nsource_profile = ops\n");
    let credentials = format!(
        "[ops-long-term]\n{}aws_mfa_device = {SERIAL}\n",
        keys("AKIAIOSFODNN7EXAMPLE")
    );
    let stage = Stage::new(&config, &credentials);
    let refreshed = stage.refresh(&with_code("admin", "111111")).unwrap();
    assert_eq!(refreshed.target, name("admin-mfa"));
    assert!(stage.credentials().contains("[ops]\n"), "the user's session");
    stage.clock.forward(3_600);
    stage.refresh(&ask("admin")).unwrap();
    assert_eq!(
        calls(&stage),
        ["session 111111", "admin 3600 session", "admin 3600 session"]
    );
}

#[test]
fn a_users_session_that_has_no_place_costs_each_role_a_code() {
    let stage = stage("");
    let more = format!("{}[dev-mfa]\n{}", stage.credentials(), keys("AKIAOTHERXXXEXAMPLE0"));
    crate::stage::put(&stage.world.paths.credentials, &more);
    stage.refresh(&with_code("audit", "111111")).unwrap();
    assert_eq!(calls(&stage), ["audit 3600 key 111111"]);
}

#[test]
fn a_security_key_gives_no_code_for_a_role_either() {
    let fido = "arn:aws:iam::111122223333:u2f/user/alice/k";
    let config =
        format!("[profile dev]\n[profile admin]\nmfa_serial = {fido}\nrole_arn = {ADMIN}\nsource_profile = dev\n");
    let stage = Stage::new(&config, &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    assert_eq!(stage.row("admin").problem.unwrap().code, "fido-only");
    assert_eq!(problem(&stage.refused(&with_code("admin", "111111"))).code, "fido-only");
    assert!(stage.aws.calls().is_empty());
}

#[test]
fn the_session_is_called_as_the_profile_says_else_as_the_user() {
    let called = |more: &str| {
        let stage = stage(more);
        stage.refresh(&with_code("admin", "111111")).unwrap();
        let calls = stage.aws.calls().into_iter();
        let names = calls.filter_map(|call| match call {
            Call::AssumeRole { session_name, .. } => Some(session_name),
            _ => None,
        });
        names.collect::<Vec<_>>()
    };
    assert_eq!(called(""), ["alice"]);
    assert_eq!(called("role_session_name = me@laptop\n"), ["me@laptop"]);
    let stage = stage("role_session_name = two words\n");
    let error = problem(&stage.refused(&with_code("admin", "111111")));
    assert_eq!((error.code, stage.aws.codes_sent()), ("role", 0));
}

#[test]
fn each_role_is_called_in_the_region_of_its_profile() {
    let stage = stage("");
    let config = stage.config().replace(
        "[profile audit]\nregion = eu-west-1\n",
        "[profile audit]\nregion = us-west-2\n",
    );
    crate::stage::put(&stage.world.paths.config, &config);
    stage.refresh(&with_code("deep", "111111")).unwrap();
    let calls = stage.aws.calls().into_iter();
    let regions = calls.filter_map(|call| match call {
        Call::SessionToken { region, .. } | Call::AssumeRole { region, .. } => Some(region),
        _ => None,
    });
    assert_eq!(regions.collect::<Vec<_>>(), ["eu-west-1", "us-west-2", "eu-west-1"]);
}

#[test]
fn a_shared_session_that_aws_does_not_know_is_made_anew() {
    let stage = stage("");
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.clock.forward(1_000);
    let dead = refusal("ExpiredToken", "The security token included in the request is expired");
    stage.aws.answer_roles([Some(dead), None]);
    stage.refresh(&with_code("admin", "222222")).unwrap();
    assert_eq!(
        calls(&stage),
        [
            "session 111111",
            "admin 3600 session",
            "session 222222",
            "admin 3600 session"
        ]
    );
}

#[test]
fn a_network_that_is_away_leaves_everything_as_it_was() {
    let stage = stage("");
    stage.refresh(&with_code("dev", "111111")).unwrap();
    stage.aws.answer_roles([Some(unreachable())]);
    let error = problem(&stage.refused(&ask("admin")));
    assert_eq!(error.hint.as_deref(), Some("check the network, then try again"));
}

#[test]
fn the_device_of_a_role_is_set_up_for_its_user() {
    let stage = stage("");
    let error = mfa_tray_core::enroll::offer(&stage.world, &name("deep"), "laptop").unwrap_err();
    let problem = error.problem();
    assert_eq!(problem.hint.as_deref(), Some("set the device up for dev"));
    assert!(stage.aws.calls().is_empty());
}

#[test]
fn all_at_once_takes_one_code_per_device() {
    let stage = stage(&format!(
        "[profile other]\nmfa_serial = {}\n[profile lost]\nregion = eu-west-1\n",
        SERIAL.replace("alice", "bob")
    ));
    let more = format!("{}[other]\n{}", stage.credentials(), keys("AKIAOTHERXXXEXAMPLE0"));
    crate::stage::put(&stage.world.paths.credentials, &more);
    let mut asked = Vec::new();
    let answer = |serial: &mfa_tray_core::profile::MfaSerial| {
        asked.push(serial.device_name().to_owned());
        match &with_code("dev", "123456").code {
            CodeFrom::Person(code) if serial.device_name() == "alice" => Some(code.clone()),
            _ => None,
        }
    };
    let mut person = FakePerson::new(answer);
    refresh_all(&stage.world, &mut person).unwrap();
    let shown: Vec<_> = person
        .outcomes
        .iter()
        .map(|outcome| format!("{} {}", outcome.profile, outcome.result.is_ok()))
        .collect();
    assert_eq!(
        shown,
        ["dev true", "other false", "deep true", "audit true", "admin true"]
    );
    assert_eq!(asked, ["alice", "bob"]);
    assert_eq!(stage.aws.codes_sent(), 1);
    let mut again = FakePerson::new(|_: &_| None);
    refresh_all(&stage.world, &mut again).unwrap();
    assert_eq!(
        again.outcomes.len(),
        1,
        "what is good is left alone: {:?}",
        again.outcomes
    );
}
