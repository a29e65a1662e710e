//! What stands in the way of profiles, and what mending it leaves.

use mfa_tray_core::aws_files::FileKind;
use mfa_tray_core::file::Backup;
use mfa_tray_core::lint::{self, Environment, Finding, Severity};

use crate::stage::{SERIAL, Stage, keys, name, with_code};

fn lint(stage: &Stage) -> Vec<Finding> {
    lint::lint(&stage.world, &Environment::default(), None).unwrap()
}

fn codes(found: &[Finding]) -> Vec<&str> {
    found.iter().map(|finding| finding.code).collect()
}

/// Mends what can be, and says what is left.
fn mend(stage: &Stage) -> Vec<Finding> {
    let found = lint(stage);
    let draft = lint::draft(&stage.world, &found).unwrap();
    draft
        .write(&stage.world, FileKind::Credentials, Backup::OnFirstTouch)
        .unwrap();
    lint::make_private(&lint::too_open(&found)).unwrap();
    lint(stage)
}

fn stage(config: &str, credentials: &str) -> Stage {
    let stage = Stage::new(config, credentials);
    lint::make_private(&[&stage.world.paths.credentials, &stage.world.paths.config]).unwrap();
    stage
}

const SESSION: &str = "aws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = s\naws_session_token = new\n";

#[test]
fn files_without_a_fault_have_no_finding() {
    let stage = Stage::dev();
    lint::make_private(&[&stage.world.paths.credentials]).unwrap();
    stage.refresh(&with_code("dev", "123456")).unwrap();
    assert_eq!(codes(&lint(&stage)), Vec::<&str>::new());
}

#[test]
fn each_fault_is_found_where_it_stands() {
    let user = format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE"));
    let arn = "role_arn = arn:aws:iam::111122223333:role/Admin\n";
    let dev = format!("[profile dev]\nmfa_serial = {SERIAL}\n");
    let cases: Vec<(String, String, &str, Severity, Option<usize>)> = vec![
        (
            format!("[profile r]\n{arn}source_profile = dev-mfa\n"),
            format!("{user}[r]\n{}", keys("AKIAOTHERXXXXEXAMPLE")),
            "shadowed",
            Severity::Note,
            Some(2),
        ),
        (
            "[profile p]\ncredential_process = /bin/c\n".into(),
            format!("[p]\n{SESSION}"),
            "shadowed",
            Severity::Problem,
            Some(2),
        ),
        (
            String::new(),
            format!("[p]\naws_security_token = old\n{SESSION}"),
            "stale-token",
            Severity::Problem,
            Some(2),
        ),
        (
            format!("[profile c]\n{}", keys("AKIAIOSFODNN7EXAMPLE")),
            String::new(),
            "keys-in-config",
            Severity::Note,
            Some(3),
        ),
        (
            format!("[profile dev]\nregion = cn-north-1\nmfa_serial = {SERIAL}\n"),
            user.clone(),
            "partition",
            Severity::Problem,
            Some(3),
        ),
        (
            String::new(),
            format!("[p]\n{SESSION}manager = awsume\nexpiration = 2020-01-01 00:00:00\n"),
            "expired",
            Severity::Note,
            Some(2),
        ),
        (
            format!("{dev}[profile r]\n{arn}source_profile = dev\n"),
            user.clone(),
            "role-source",
            Severity::Note,
            Some(5),
        ),
        (
            format!("{dev}[profile r]\n{arn}source_profile = dev-mfa\nmfa_serial = {SERIAL}\n"),
            user.clone(),
            "role-mfa-serial",
            Severity::Note,
            Some(6),
        ),
        (
            format!("[profile r]\n{arn}source_profile = gone\n"),
            String::new(),
            "missing-source",
            Severity::Problem,
            Some(3),
        ),
        (
            String::new(),
            format!("{user}[dev]\nregion = x\n"),
            "file-warning",
            Severity::Note,
            Some(4),
        ),
    ];
    for (config, credentials, code, severity, line) in cases {
        let stage = stage(&config, &credentials);
        let found = lint(&stage);
        let finding = found.iter().find(|finding| finding.code == code);
        let finding = finding.unwrap_or_else(|| panic!("no {code} in {:?}\n{config}{credentials}", codes(&found)));
        assert_eq!(
            (finding.severity, finding.place.as_ref().and_then(|place| place.line)),
            (severity, line),
            "{code}"
        );
        assert!(!finding.hint.is_empty(), "{code} says what to do");
        for text in [&finding.message, &finding.hint] {
            assert!(!text.contains("wJalr"), "{text}");
        }
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_others_may_read_is_closed() {
    use std::os::unix::fs::PermissionsExt as _;

    let stage = Stage::dev();
    let mode =
        |mode| std::fs::set_permissions(&stage.world.paths.credentials, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    assert_eq!(codes(&lint(&stage)), ["permissions"]);
    assert_eq!(codes(&mend(&stage)), Vec::<&str>::new());
    let now = std::fs::metadata(&stage.world.paths.credentials)
        .unwrap()
        .permissions()
        .mode()
        & 0o777;
    assert_eq!(now, 0o600);
}

#[test]
fn variables_that_win_are_told_by_name() {
    let stage = stage("", &format!("[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE")));
    let environment = Environment {
        set: vec!["AWS_ACCESS_KEY_ID".into(), "HOME".into(), "AWS_SESSION_TOKEN".into()],
        profile: Some("gone".into()),
    };
    let found = lint::lint(&stage.world, &environment, None).unwrap();
    assert_eq!(codes(&found), ["environment", "environment"]);
    assert_eq!(found[0].hint, "unset AWS_ACCESS_KEY_ID AWS_SESSION_TOKEN");
}

#[test]
fn mending_takes_away_only_what_is_never_used() {
    let user = format!("# top\n[dev]\n{}", keys("AKIAIOSFODNN7EXAMPLE"));
    let config = format!(
        "[profile dev]\nmfa_serial = {SERIAL}\n# admin\n[profile r]\nrole_arn = arn:aws:iam::111122223333:role/Admin\n\
         source_profile = dev\nmfa_serial = {SERIAL}\n[profile p]\ncredential_process = /bin/c\n"
    );
    let stage = stage(
        &config,
        &format!("{user}[p]\n{SESSION}[q]\naws_security_token = old\n{SESSION}"),
    );
    let left = mend(&stage);
    assert!(left.iter().all(|finding| finding.fix.is_none()), "{:?}", codes(&left));
    assert_eq!(stage.credentials(), format!("{user}[q]\n{SESSION}"));
    assert_eq!(
        stage.config(),
        config
            .replace("source_profile = dev\n", "source_profile = dev-mfa\n")
            .replace(
                &format!("source_profile = dev-mfa\nmfa_serial = {SERIAL}\n"),
                "source_profile = dev-mfa\n"
            )
    );
    assert!(
        stage.refresh(&with_code("r", "123456")).is_ok(),
        "the role is still taken"
    );
}

#[test]
fn only_one_profile_is_looked_at_when_it_is_named() {
    let stage = stage(
        "[profile a]\ncredential_process = /bin/c\n[profile b]\ncredential_process = /bin/c\n",
        &format!("[a]\n{SESSION}[b]\n{SESSION}"),
    );
    let found = lint::lint(&stage.world, &Environment::default(), Some(&name("a"))).unwrap();
    assert!(
        found.iter().all(|finding| finding.profile == Some(name("a"))),
        "{:?}",
        codes(&found)
    );
    let files = stage.world.load().unwrap().files;
    assert_eq!(
        lint::ways(&files, &name("a")),
        ["keys in the credentials file", "credential_process"]
    );
}
