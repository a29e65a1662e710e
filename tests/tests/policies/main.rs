//! What our IAM policies say, by the word of a public policy engine and a public linter, and not by ours.
#![allow(
    clippy::panic,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on stops"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::{Command, Stdio};

use mfa_tray_tests::built;
use mfa_tray_tests::policy_engine::{Request, judge};
use mfa_tray_tests::python::Moto;
use serde_json::{Value, json};

const ACCOUNT: &str = "111122223333";
const BOUNDARY: &str = "Boundary=arn:aws:iam::111122223333:policy/boundary";

/// A row of the table in `docs/policies.md`.
struct Row {
    line: String,
    request: Request,
    allowed: bool,
}

fn page() -> String {
    std::fs::read_to_string(built::repository().join("docs/policies.md")).unwrap()
}

fn rows() -> Vec<Row> {
    let page = page();
    let (_, table) = page.split_once("| Groups | MFA |").unwrap();
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    lines.map(row).collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<&str> = line
        .trim_matches('|')
        .split('|')
        .map(|cell| cell.trim().trim_matches('`'))
        .collect();
    let [groups, mfa, partition, action, resource, with, answer, why] = cells[..] else {
        panic!("a row has eight cells: {line}");
    };
    assert!(!why.is_empty(), "a row says why: {line}");
    let mut context: BTreeMap<String, String> = with
        .split(", ")
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    match mfa {
        "yes" => {
            context.insert("aws:MultiFactorAuthPresent".to_owned(), "true".to_owned());
            context.insert("aws:MultiFactorAuthAge".to_owned(), "60".to_owned());
        }
        // A long-term key carries neither of the two.
        "no" => {}
        _ => panic!("MFA is yes or no: {line}"),
    }
    Row {
        line: line.to_owned(),
        request: Request {
            policies: groups.split(" + ").map(|group| policy(group, partition)).collect(),
            user: "anna".to_owned(),
            partition: partition.to_owned(),
            account: ACCOUNT.to_owned(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            context,
        },
        allowed: match answer {
            "allowed" => true,
            "denied" => false,
            _ => panic!("the answer is allowed or denied: {line}"),
        },
    }
}

/// The document of `NAME` or `NAME (PARAMETER=VALUE, …)`, as the product prints it.
fn policy(group: &str, partition: &str) -> Value {
    if group == "Administrator" {
        return json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": "*", "Resource": "*" }],
        });
    }
    let (name, settings) = group.split_once(" (").unwrap_or((group, ""));
    let settings: Vec<&str> = settings
        .trim_end_matches(')')
        .split(", ")
        .filter(|text| !text.is_empty())
        .collect();
    serde_json::from_str(&document(name, partition, &settings)).unwrap()
}

fn document(name: &str, partition: &str, settings: &[&str]) -> String {
    let mut command = Command::new(built::cli().unwrap());
    command.args([
        "policies",
        "show",
        name,
        "--json",
        "--account",
        ACCOUNT,
        "--partition",
        partition,
    ]);
    for setting in settings {
        command.args(["--set", setting]);
    }
    let out = command.output().unwrap();
    assert!(
        out.status.success(),
        "{name} {settings:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn every_row_of_the_page_is_what_the_engine_answers() {
    let rows = rows();
    assert!(rows.len() >= 60, "only {} rows", rows.len());
    let requests: Vec<Request> = rows.iter().map(|row| row.request.clone()).collect();
    let answers = judge(&requests).unwrap();
    let wrong: Vec<&str> = rows
        .iter()
        .zip(&answers)
        .filter(|(row, allowed)| row.allowed != **allowed)
        .map(|(row, _)| row.line.as_str())
        .collect();
    assert!(wrong.is_empty(), "the engine answers otherwise:\n{}", wrong.join("\n"));
    // The table asks about every group, in every partition, and knows both answers of each group.
    for name in names() {
        for allowed in [true, false] {
            let asked = rows
                .iter()
                .any(|row| row.line.contains(&name) && row.allowed == allowed);
            assert!(asked, "no row about {name} is {allowed}");
        }
    }
    for partition in ["aws", "aws-cn", "aws-us-gov", "aws-eusc"] {
        assert!(rows.iter().any(|row| row.request.partition == partition), "{partition}");
    }
}

#[test]
fn the_engine_notices_a_policy_with_a_hole() {
    let asked = |row: &&Row| {
        row.line.contains("| Administrator + ForceMFA |") && row.line.contains("iam:CreateUser") && !row.allowed
    };
    let mut request = rows().iter().find(asked).expect("a row about the hole").request.clone();
    assert_eq!(judge(std::slice::from_ref(&request)).unwrap(), [false]);
    let text = request.policies[1].to_string().replace("\"iam:GetUser\"", "\"iam:*\"");
    assert_ne!(text, request.policies[1].to_string());
    request.policies[1] = serde_json::from_str(&text).unwrap();
    assert_eq!(judge(&[request]).unwrap(), [true]);
}

fn names() -> Vec<String> {
    let out = Command::new(built::cli().unwrap())
        .args(["policies", "list", "--json"])
        .output()
        .unwrap();
    let list: Value = serde_json::from_slice(&out.stdout).unwrap();
    list.as_array()
        .unwrap()
        .iter()
        .map(|group| group["name"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn the_page_names_every_group_and_what_can_be_chosen() {
    let page = page();
    let out = Command::new(built::cli().unwrap())
        .args(["policies", "list", "--json"])
        .output()
        .unwrap();
    let list: Value = serde_json::from_slice(&out.stdout).unwrap();
    for group in list.as_array().unwrap() {
        assert!(
            page.contains(&format!("| `{}` |", group["name"].as_str().unwrap())),
            "{group}"
        );
        for parameter in group["parameters"].as_array().unwrap() {
            assert!(page.contains(parameter["name"].as_str().unwrap()), "{parameter}");
        }
    }
}

/// What the linter says and we do not follow, each with its reason.
const ACCEPTED: &[(&str, &str)] = &[
    // Whoever may read all roles and policies is given them all.
    ("RESOURCE_STAR", "ReadOnly"),
    ("RESOURCE_STAR", "CreateIamRole"),
    // Objects behind an access point have ARNs of their own; buckets are what is meant.
    ("RESOURCE_MISMATCH", "ReadOnly"),
    // AWS's own examples compare a boundary as text.
    ("MISMATCHED_TYPE_BUT_USABLE", "CreateIamRole"),
];

#[test]
fn a_public_linter_finds_nothing_in_any_form_of_any_document() {
    let script = "import json, sys\nfrom parliament import analyze_policy_string\n\
                  print(json.dumps([f.issue for f in analyze_policy_string(sys.stdin.read()).findings]))\n";
    let lint = |text: &str| -> Vec<String> {
        let mut child = Command::new(built::python("python").unwrap())
            .args(["-W", "ignore", "-c", script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success());
        serde_json::from_slice(&out.stdout).unwrap()
    };
    let broken = document("ForceMFA", "aws", &[])
        .replace("BoolIfExists", "BoolIfExist")
        .replace("ListMFADevices", "ListMFADevicez");
    assert!(!lint(&broken).is_empty(), "the linter says nothing of anything");
    let forms: &[(&str, &[&str])] = &[
        ("ManageMFA", &["AccessKeys=yes"]),
        ("ForceMFA", &["ChangePassword=yes"]),
        ("ForceMFA", &[]),
        ("ForceMFA-classic", &[]),
        ("ReadOnly", &["ObjectContents=yes"]),
        ("Ec2RestrictAccess", &[]),
        ("CreateIamRole", &[]),
        ("CreateIamRole", &["Attachments=yes"]),
        ("CreateIamRole", &[BOUNDARY, "Attachments=yes"]),
    ];
    assert_eq!(
        forms
            .iter()
            .map(|(name, _)| (*name).to_owned())
            .collect::<BTreeSet<_>>(),
        names().into_iter().collect()
    );
    for (name, settings) in forms {
        let found = lint(&document(name, "aws", settings));
        let left: Vec<_> = found
            .iter()
            .filter(|issue| !ACCEPTED.contains(&(issue.as_str(), name)))
            .collect();
        assert!(left.is_empty(), "{name} {settings:?}: {left:?}");
    }
}

/// The same calls to a server that is not ours.
#[test]
fn groups_are_made_and_taken_back_at_moto_too() {
    let folder = tempfile::tempdir().unwrap();
    let moto = Moto::start(folder.path()).unwrap();
    let key =
        "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    std::fs::create_dir(folder.path().join(".aws")).unwrap();
    std::fs::write(folder.path().join(".aws/credentials"), format!("[admin]\n{key}")).unwrap();
    let run = |program: &std::path::Path, arguments: &[&str]| {
        let mut command = Command::new(program);
        command.args(arguments).env_clear().env("HOME", folder.path());
        let out = command
            .env("AWS_ENDPOINT_URL", &moto.endpoint)
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&out.stderr).into_owned();
        assert!(out.status.success(), "{arguments:?}: {said}");
        (String::from_utf8(out.stdout).unwrap(), said)
    };
    let (cli, aws) = (built::cli().unwrap(), built::python("aws").unwrap());
    let ours = |arguments: &[&str]| run(&cli, &[&["policies"], arguments, &["--profile", "admin"]].concat()).1;
    let held = |kind: &str| run(&aws, &["iam", kind, "--profile", "admin", "--output", "json"]).0;
    let file = folder.path().join("bob.csv");
    let apply = [
        "apply",
        "ManageMFA",
        "ForceMFA",
        "--new-user",
        "bob",
        "--key-file",
        file.to_str().unwrap(),
        "--yes",
    ];
    ours(&apply);
    assert!(
        std::fs::read_to_string(&file)
            .unwrap()
            .starts_with("Access key ID,Secret access key\nAKIA")
    );
    assert!(held("list-groups").contains("ForceMFA") && held("list-users").contains("bob"));
    let members = run(
        &aws,
        &["iam", "get-group", "--group-name", "ForceMFA", "--profile", "admin"],
    )
    .0;
    assert!(members.contains("bob"), "{members}");
    let again = ours(&["apply", "ManageMFA", "ForceMFA", "--member", "bob", "--dry-run"]);
    assert!(again.contains("Nothing to do"), "{again}");
    ours(&["undo", "--yes"]);
    assert!(!held("list-groups").contains("ForceMFA") && !held("list-users").contains("bob"));
}
