//! A code that a program of the settings prints: a security key's, a password manager's.

use mfa_tray_core::activity::By;
use mfa_tray_core::ledger::CodeRefused;
use mfa_tray_core::ports::CodeCommandError;
use mfa_tray_core::refresh::RefreshError;

use crate::stage::{Stage, ask, with_code};

const COMMAND: &str = "[profile.dev]\ncode_command = [\"key\", \"dev\"]\n";

#[test]
fn its_code_makes_the_session_and_counts_as_a_typed_one() {
    let stage = Stage::dev().with_settings(COMMAND);
    assert!(stage.row("dev").one_click && !stage.row("dev").renewable);
    stage.commands.answer(Ok("123456"));
    assert!(stage.refresh(&ask("dev")).unwrap().made);
    assert_eq!(stage.aws.codes_sent(), 1);
    // A key that shows the same code again within its step.
    stage.clock.forward(5);
    stage.commands.answer(Ok("123456"));
    let again = mfa_tray_core::refresh::Request {
        when: mfa_tray_core::refresh::When::Always,
        ..ask("dev")
    };
    let error = stage.refused(&again);
    assert!(
        matches!(error, RefreshError::Code(CodeRefused::Used { .. })),
        "{error:?}"
    );
    assert_eq!(stage.aws.codes_sent(), 1);
}

#[test]
fn what_gives_no_code_is_told_and_a_typed_code_goes_before_it() {
    for (answer, says) in [
        (Err(CodeCommandError::NotFound("key".into())), "was not found"),
        (Err(CodeCommandError::Failed("it ended with 1".into())), "ended with 1"),
        (Err(CodeCommandError::TimedOut), "30 s"),
        (Ok("no code"), "six digits"),
    ] {
        let stage = Stage::dev().with_settings(COMMAND);
        stage.commands.answer(answer);
        let error = stage.refused(&ask("dev"));
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.problem().hint.unwrap().contains("code_command"));
        assert_eq!(stage.aws.codes_sent(), 0);
        assert!(stage.refresh(&with_code("dev", "654321")).unwrap().made);
    }
}

#[test]
fn nobody_is_made_to_touch_a_key_by_a_renewal_unless_the_settings_say_so() {
    let stage = Stage::dev().with_settings(COMMAND).asked(By::Automatic);
    stage.commands.answer(Ok("123456"));
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::CodeNeeded(_)));
    stage.choose(&format!("code_command_quiet = true\n{COMMAND}"));
    assert!(stage.row("dev").renewable);
    assert!(stage.refresh(&ask("dev")).unwrap().made);
}

#[test]
fn a_command_in_the_aws_files_is_never_run() {
    let stage = Stage::dev();
    let config = format!("{}code_command = key\nmfa_process = key\n", stage.config());
    crate::stage::put(&stage.world.paths.config, &config);
    stage.commands.answer(Ok("123456"));
    assert!(matches!(stage.refused(&ask("dev")), RefreshError::CodeNeeded(_)));
}

#[test]
fn a_command_that_is_no_list_of_words_makes_the_settings_unusable() {
    for text in [
        "code_command = \"key\"\n",
        "code_command = [1]\n",
        "code_command = { a = 1 }\n",
    ] {
        let stage = Stage::dev().with_settings(text);
        let error = stage.refused(&ask("dev"));
        assert!(error.to_string().contains("a program and its arguments"), "{error}");
    }
}
