//! Several at once: the same target, and one file for ten profiles.

use std::thread;

use mfa_tray_core::aws_files::AwsFiles;
use mfa_tray_core::refresh::RefreshError;

use crate::stage::{SERIAL, Stage, always, keys, name, with_code};

#[test]
fn two_who_need_one_session_make_it_once() {
    for _ in 0..10 {
        let stage = Stage::dev();
        let made: Vec<bool> = thread::scope(|scope| {
            let threads = ["111111", "222222"].map(|code| {
                let request = with_code("dev", code);
                let stage = &stage;
                scope.spawn(move || stage.refresh(&request).unwrap().made)
            });
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(stage.aws.codes_sent(), 1, "the second one looks again");
        assert_eq!(made.iter().filter(|&&made| made).count(), 1);
        assert_eq!(stage.credentials().matches("[dev-mfa]").count(), 1);
    }
}

#[test]
fn two_with_the_same_code_send_it_once() {
    for _ in 0..10 {
        let stage = Stage::dev();
        let results: Vec<_> = thread::scope(|scope| {
            let threads = [(); 2].map(|()| scope.spawn(|| stage.refresh(&always("dev", "123456"))));
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(stage.aws.codes_sent(), 1);
        let refused = results
            .iter()
            .filter(|result| matches!(result, Err(RefreshError::Code(_))))
            .count();
        assert_eq!(refused, 1);
    }
}

#[test]
fn ten_profiles_of_one_file_all_get_their_session() {
    let names: Vec<String> = (0..10).map(|number| format!("p{number}")).collect();
    let config: String = names
        .iter()
        .map(|name| format!("[profile {name}]\nregion = eu-west-1\nmfa_serial = {SERIAL}-{name}\n"))
        .collect();
    let credentials: String = names
        .iter()
        .map(|name| format!("[{name}]\n{}\n", keys(&format!("AKIAIOSFODNNEXAMPL{name}"))))
        .collect();
    let stage = Stage::new(&config, &credentials);
    thread::scope(|scope| {
        for name in &names {
            let request = with_code(name, "123456");
            let stage = &stage;
            scope.spawn(move || {
                let refreshed = stage.refresh(&request).unwrap();
                assert!(refreshed.made && refreshed.warnings.is_empty(), "{refreshed:?}");
            });
        }
    });
    assert!(stage.credentials().starts_with(&credentials), "what was there stays");
    let files = AwsFiles::read(
        Some(stage.config().into_bytes()),
        Some(stage.credentials().into_bytes()),
    )
    .unwrap();
    for profile in &names {
        let target = name(&format!("{profile}-mfa"));
        let properties = files.profile(&target).unwrap_or_else(|| panic!("{target} is lost"));
        assert!(
            properties.has("aws_session_token") && properties.text("region") == Some("eu-west-1"),
            "{target}"
        );
    }
}
