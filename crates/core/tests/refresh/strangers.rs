//! What other tools leave in the two files: shown as what it is, and never touched.

use mfa_tray_core::catalog::Kind;
use mfa_tray_core::clear::clear;
use mfa_tray_core::session::State;

use crate::stage::{Stage, keys, name};

const SESSION: &str = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = t\n";

/// The files as a tool writes them; what they are shown as, of which state; who it is managed by.
struct Case {
    config: &'static str,
    credentials: String,
    profile: &'static str,
    state: State,
    managed_by: Option<&'static str>,
}

fn cases() -> Vec<Case> {
    let case = |config, credentials, profile, state, managed_by| Case {
        config,
        credentials,
        profile,
        state,
        managed_by,
    };
    vec![
        // aws-mfa: a pair, with its own words for the end.
        case(
            "",
            format!(
                "[x-long-term]\n{}[x]\nassumed_role = False\n{SESSION}aws_security_token = t\nexpiration = 2026-11-24 20:00:00\n",
                keys("AKIAIOSFODNN7EXAMPLE")
            ),
            "x",
            State::Active,
            None,
        ),
        // awsume, autoawsume: its own manager, and an end in local time that nobody can read.
        case(
            "",
            format!("[autoawsume-x]\n{SESSION}manager = awsume\nautoawsume = true\nexpiration = 2026-11-24 13:00:00\n"),
            "autoawsume-x",
            State::Unknown,
            Some("awsume"),
        ),
        // aws-vault keeps keys in its own keychain, and is asked by AWS's tools.
        case(
            "[profile x]\ncredential_process = aws-vault export --format=json x\n",
            String::new(),
            "x",
            State::Unknown,
            Some("aws-vault"),
        ),
        // `aws configure mfa-login`: three keys, and nothing about the end.
        case(
            "",
            format!("[111122223333-alice]\n{SESSION}"),
            "111122223333-alice",
            State::Unknown,
            None,
        ),
        // saml2aws: an end in RFC 3339, and the principal.
        case(
            "",
            format!(
                "[saml]\n{SESSION}aws_security_token = t\nx_principal_arn = arn:aws:sts::111122223333:assumed-role/a/b\n\
                 x_security_token_expires = 2026-11-24T20:00:00+01:00\n"
            ),
            "saml",
            State::Unknown,
            None,
        ),
        // Leapp: the three keys and a region.
        case(
            "",
            format!("[default]\n{SESSION}region = eu-west-1\n"),
            "default",
            State::Unknown,
            None,
        ),
        // granted: a credential_process of its own.
        case(
            "[profile granted/admin]\ngranted_sso_start_url = https://example.com/start\n\
             credential_process = granted credential-process --profile granted/admin\n",
            String::new(),
            "granted/admin",
            State::Unknown,
            Some("granted"),
        ),
        // aws sso, aws login.
        case(
            "[profile s]\nsso_session = corp\n",
            String::new(),
            "s",
            State::Unknown,
            Some("IAM Identity Center"),
        ),
        case(
            "[profile l]\nlogin_session = arn:aws:iam::111122223333:user/alice\n",
            String::new(),
            "l",
            State::Unknown,
            Some("aws login"),
        ),
    ]
}

#[test]
fn each_tools_files_are_told_for_what_they_are_and_left_alone() {
    for case in cases() {
        let stage = Stage::new(case.config, &case.credentials);
        let row = stage.row(case.profile);
        assert_eq!(row.state, case.state, "{}", case.profile);
        let managed_by = match &row.kind {
            Kind::Managed { by } => Some(by.as_str()),
            _ => None,
        };
        assert_eq!(managed_by, case.managed_by, "{}", case.profile);
        // Neither ending all sessions nor a session of another profile goes near them.
        let loaded = stage.world.load().unwrap();
        let ours = row.state == State::Active;
        if !ours {
            assert!(
                clear(&stage.world, &loaded, &name(case.profile)).unwrap().is_none(),
                "{}",
                case.profile
            );
        }
        assert_eq!(
            (stage.config().as_str(), stage.credentials()),
            (case.config, case.credentials)
        );
    }
}
