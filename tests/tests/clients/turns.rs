//! aws-mfa, awsume, the AWS CLI and MFA Tray on the same files, in turn: each changes the sections it owns, and no other
//! byte. The first two rewrite the whole file in their own way, so the files begin as they would write them; comments,
//! which they drop, are another test's.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use mfa_tray_tests::practice::Practice;

use crate::{ours, practice, refresh};

const ALICE: &str = "arn:aws:iam::111122223333:mfa/alice";
const CAROL: &str = "arn:aws:iam::111122223333:mfa/carol-phone";

/// A file as its sections, each with its bytes.
type Sections = BTreeMap<String, String>;

fn sections(text: &str) -> Sections {
    let mut found = Sections::new();
    let mut name = String::new();
    for line in text.split_inclusive('\n') {
        if let Some(header) = line.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name = header.to_owned();
        }
        found.entry(name.clone()).or_default().push_str(line);
    }
    found
}

/// The files that all of them use.
struct Files {
    practice: Practice,
    _folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Files {
        let (practice, folder) = practice(&["--no-limits"]);
        let files = Files {
            practice,
            _folder: folder,
        };
        // A blank line behind each section, as Python's writer of such files leaves it.
        let tidy = |path: &PathBuf| {
            let text = fs::read_to_string(path).unwrap();
            let text: String = sections(&text)
                .values()
                .map(|section| format!("{}\n\n", section.trim()))
                .collect();
            fs::write(path, text).unwrap();
        };
        tidy(&files.credentials());
        files
    }

    fn credentials(&self) -> PathBuf {
        self.practice.credentials().unwrap()
    }

    fn config(&self) -> PathBuf {
        PathBuf::from(self.practice.variable("AWS_CONFIG_FILE").unwrap())
    }

    fn read(&self) -> (Sections, Sections) {
        let read = |path| sections(&fs::read_to_string(path).unwrap());
        (read(self.credentials()), read(self.config()))
    }

    fn asked(&self, action: &str) -> u64 {
        let state = self.practice.state().unwrap();
        state["requests"]["by_action"][action].as_u64().unwrap_or(0)
    }

    /// Lets `tool` do its work, and looks that nothing changed but the sections `owned`.
    fn turn(&self, tool: &str, owned: &[&str], work: impl FnOnce(&Files)) {
        let (before, config_before) = self.read();
        work(self);
        let (after, config_after) = self.read();
        let others = |sections: &Sections| -> Sections {
            let mut others = sections.clone();
            others.retain(|name, _| !owned.contains(&name.trim_start_matches("profile ")));
            // Where a section comes to stand last, the blank line behind it is nobody's.
            others.values_mut().for_each(|text| *text = text.trim_end().to_owned());
            others
        };
        assert_eq!(others(&before), others(&after), "{tool} and the credentials file");
        assert_eq!(
            others(&config_before),
            others(&config_after),
            "{tool} and the config file"
        );
    }

    /// A program of Python's, with a line on its standard input; what it said.
    fn python(&self, program: &str, arguments: &[&str], input: &str) -> String {
        let mut command = self.practice.python(program).unwrap();
        command
            .args(arguments)
            .env("HOME", self.practice.home().unwrap())
            .env("AWS_DEFAULT_REGION", "us-east-1");
        run(&mut command, input)
    }

    fn aws_mfa(&self, profile: &str, serial: &str) -> String {
        let code = self.practice.code(serial).unwrap();
        self.python("aws-mfa", &["--profile", profile], &format!("{code}\n"))
    }

    fn awsume(&self) -> String {
        let code = self.practice.code(ALICE).unwrap();
        self.python(
            "awsumepy",
            &["dev", "--output-profile", "awsumed", "--mfa-token", &code, "--refresh"],
            "",
        )
    }
}

fn run(command: &mut Command, input: &str) -> String {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A program that asks for nothing does not read.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    assert!(output.status.success(), "{command:?}: {said}");
    said
}

#[test]
fn each_changes_its_own_sections_and_no_other_byte() {
    let files = Files::new();
    let start = files.read();
    for round in 0..2 {
        files.turn("aws-mfa", &["ops"], |files| {
            let said = files.aws_mfa("ops", CAROL);
            assert!(round > 0 || said.contains("Success"), "{said}");
        });
        files.turn("awsume", &["awsumed"], |files| {
            files.awsume();
        });
        files.turn("MFA Tray", &["dev-mfa"], |files| {
            if round == 0 {
                refresh(&files.practice, "dev", ALICE);
            }
        });
        files.turn("the AWS CLI", &["cli"], |files| {
            files.python(
                "aws",
                &["configure", "set", "region", "eu-west-3", "--profile", "cli"],
                "",
            );
            files.python(
                "aws",
                &[
                    "configure",
                    "set",
                    "aws_access_key_id",
                    "AKIACLIXXXXXXEXAMPLE",
                    "--profile",
                    "cli",
                ],
                "",
            );
        });
        files.turn("a role of MFA Tray", &["admin-mfa"], |files| {
            ours(&files.practice, &["refresh", "admin"]);
        });
        for profile in ["dev-mfa", "ops", "admin-mfa", "awsumed"] {
            let said = files.python("aws", &["sts", "get-caller-identity", "--profile", profile], "");
            assert!(said.contains("arn:aws:"), "{profile}: {said}");
        }
        files.turn("clearing", &["dev-mfa", "admin-mfa"], |files| {
            ours(&files.practice, &["clear", "admin"]);
        });
    }
    ours(&files.practice, &["clear", "dev"]);
    // What none of them owns is what it was, byte for byte.
    let end = files.read();
    let nobodys = |(credentials, config): &(Sections, Sections)| -> Vec<String> {
        let keep = ["dev", "fresh", "ops-long-term"].map(|name| credentials[name].trim_end().to_owned());
        let config = config
            .iter()
            .filter(|(name, _)| !["profile cli", "profile dev-mfa", "profile admin-mfa"].contains(&name.as_str()));
        keep.into_iter()
            .chain(config.map(|(_, text)| text.trim_end().to_owned()))
            .collect()
    };
    assert_eq!(nobodys(&start), nobodys(&end));
}

#[test]
fn a_session_of_aws_mfa_is_ours_and_one_of_ours_is_its() {
    let files = Files::new();
    files.aws_mfa("ops", CAROL);
    let asked = files.asked("GetSessionToken");
    assert!(ours(&files.practice, &["refresh", "ops"]).contains("There is a good session"));
    assert_eq!(files.asked("GetSessionToken"), asked, "nobody had to type a code");

    ours(&files.practice, &["clear", "ops"]);
    let code = files.practice.code(CAROL).unwrap();
    ours(&files.practice, &["refresh", "ops", "--code", &code]);
    let asked = files.asked("GetSessionToken");
    let said = files.aws_mfa("ops", CAROL);
    assert!(said.contains("still valid"), "{said}");
    assert_eq!(files.asked("GetSessionToken"), asked);
}

#[test]
fn awsume_cleans_up_without_touching_what_is_ours() {
    let files = Files::new();
    refresh(&files.practice, "dev", ALICE);
    files.awsume();
    files.turn("awsume --clean", &["awsumed"], |files| {
        files.python("awsumepy", &["--clean"], "");
    });
    ours(&files.practice, &["refresh", "dev"]);
    // And what is awsume's is not for us to take.
    files.awsume();
    files.turn("clear --all", &["dev-mfa"], |files| {
        ours(&files.practice, &["clear", "--all"]);
    });
}

#[test]
fn comments_and_odd_spaces_survive_us_if_not_the_others() {
    let files = Files::new();
    let text = fs::read_to_string(files.credentials()).unwrap();
    let odd = format!("# who reads this?\r\n{text}\n[ odd ]\n\tkey:value\n; the end");
    fs::write(files.credentials(), &odd).unwrap();
    refresh(&files.practice, "dev", ALICE);
    let after = fs::read_to_string(files.credentials()).unwrap();
    assert!(after.starts_with(&odd), "{after}");
    ours(&files.practice, &["clear", "dev"]);
    assert!(fs::read_to_string(files.credentials()).unwrap().starts_with(&odd));
}
