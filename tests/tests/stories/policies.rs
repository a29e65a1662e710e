//! An administrator sets an account up in the window; what AWS then holds binds the new user, who enrols and works.

use std::collections::BTreeMap;
use std::fs;
use std::process::Stdio;

use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::policy_engine::{Request, judge};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::screen;
use serde_json::Value;

const USER: &str = "newbie";
const GROUPS: [&str; 3] = ["ManageMFA", "ForceMFA", "ReadOnly"];

#[test]
fn groups_and_a_new_user_are_set_up_who_then_enrols() {
    let desktop = Desktop::start(Tray::Shown).unwrap();
    let practice = super::practice(&desktop);
    let panel = Panel::open(&desktop, &practice, Theme::Light).unwrap();
    panel.record_messages().unwrap();
    let before = practice.state().unwrap();
    assert!(before["groups"].as_array().unwrap().is_empty(), "the account is empty");

    panel.press("Settings").unwrap();
    panel.press("IAM policies").unwrap();
    panel.wait_for_page_text("Ec2RestrictAccess").unwrap();
    assert!(
        panel.document().unwrap().contains("arn:aws:iam::111122223333:"),
        "filled in for the account of the profile"
    );
    panel.picture(&desktop, "policies-light").unwrap();
    for group in GROUPS {
        let choose = format!(
            "[...document.querySelectorAll('main label')].find((label) => label.textContent.trim() === '{group}').click()"
        );
        panel.script(&choose).unwrap();
    }
    panel.press("Show users").unwrap();
    panel.wait_for_page_text("no MFA").unwrap();
    panel.fill("New user", USER).unwrap();
    panel.press("Show what would be done").unwrap();
    let shown = panel.wait_for_page_text("Do this").unwrap();
    for step in [
        "Make the user newbie",
        "Make an access key for newbie",
        "Make the group ForceMFA",
        "Put newbie into ReadOnly",
    ] {
        assert!(shown.contains(step), "{step} is not in: {shown}");
    }
    panel
        .script("[...document.querySelectorAll('main button')].at(-1).scrollIntoView()")
        .unwrap();
    panel.picture(&desktop, "policies-plan-light").unwrap();
    assert_eq!(
        practice.state().unwrap()["groups"],
        before["groups"],
        "nothing has happened yet"
    );
    panel.press("Do this").unwrap();
    let file = desktop.folder().join("newbie.csv");
    let dialog = screen::titled(&desktop, panel.process(), "Save the access key").unwrap();
    dialog.save_file(&desktop, file.to_str().unwrap()).unwrap();
    panel.wait_for_page_text("Done: 11 steps.").unwrap();
    panel.picture(&desktop, "policies-done-light").unwrap();

    let key = fs::read_to_string(&file).unwrap();
    let (id, secret) = key.lines().nth(1).unwrap().split_once(',').unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let told = panel.messages().unwrap().join("\n");
    assert!(
        told.contains("ForceMFA") && !told.contains(secret),
        "the page never sees the key"
    );
    assert!(!panel.log().unwrap().contains(secret));

    what_is_held_binds_the_user(&practice);

    // The user takes the key over, and enrols in the same window.
    let mut add = practice.cli().unwrap();
    add.args(["profile", "--yes", "add", USER, "--keys", "-"])
        .stdin(Stdio::piped());
    let mut child = add.spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), format!("{id}\n{secret}\n").as_bytes()).unwrap();
    assert!(child.wait().unwrap().success());
    panel.press("Back").unwrap();
    panel.press("Back").unwrap();
    panel.wait_for_profile(USER).unwrap();
    panel.click_row(USER).unwrap();
    panel.press("Set up an MFA device").unwrap();
    panel.press("Create a new virtual device").unwrap();
    panel.wait_for_page_text("Create the device").unwrap();
    panel.press("Create the device").unwrap();
    panel.wait_for_page_text("Keep a copy on your phone").unwrap();
    panel.press("Skip the phone").unwrap();
    panel.wait_for_page_text("is set up").unwrap();
    panel.press("Close").unwrap();
    panel.wait_for_state(USER, "active").unwrap();

    // And finds out that MFA is demanded.
    let mut check = practice.cli().unwrap();
    let found = mfa_tray_tests::process::output(check.args(["policies", "check", USER])).unwrap();
    assert!(
        found.contains("MFA is demanded of") && found.contains("ec2:DescribeRegions"),
        "{found}"
    );
}

/// A public engine judges the documents that practice AWS holds of the user's groups.
fn what_is_held_binds_the_user(practice: &Practice) {
    let state = practice.state().unwrap();
    let groups = state["groups"].as_array().unwrap().iter();
    let own = groups.filter(|group| group["members"].as_array().unwrap().contains(&USER.into()));
    let policies: Vec<Value> = own
        .flat_map(|group| group["inline"].as_object().unwrap().values())
        .map(|text| serde_json::from_str(text.as_str().unwrap()).unwrap())
        .collect();
    assert_eq!(policies.len(), GROUPS.len());
    let user = format!("arn:aws:iam::111122223333:user/{USER}");
    let device = format!("arn:aws:iam::111122223333:mfa/{USER}");
    let enrolling = [
        ("iam:CreateVirtualMFADevice", device.as_str()),
        ("iam:EnableMFADevice", &user),
        ("iam:ListMFADevices", &user),
    ];
    let reading = [
        ("ec2:DescribeRegions", "*"),
        ("s3:ListAllMyBuckets", "*"),
        ("iam:ListRoles", "*"),
        ("cloudtrail:DescribeTrails", "*"),
    ];
    let never = [
        ("iam:CreateUser", user.as_str()),
        ("s3:GetObject", "arn:aws:s3:::data/secret"),
    ];
    let ask = |(action, resource): (&str, &str), mfa: bool| Request {
        policies: policies.clone(),
        user: USER.to_owned(),
        partition: "aws".to_owned(),
        account: "111122223333".to_owned(),
        action: action.to_owned(),
        resource: resource.to_owned(),
        context: if mfa {
            BTreeMap::from([
                ("aws:MultiFactorAuthPresent".to_owned(), "true".to_owned()),
                ("aws:MultiFactorAuthAge".to_owned(), "5".to_owned()),
            ])
        } else {
            BTreeMap::new()
        },
    };
    let judged = |requests: &[(&str, &str)], mfa: bool| {
        judge(&requests.iter().map(|request| ask(*request, mfa)).collect::<Vec<_>>()).unwrap()
    };
    assert_eq!(
        judged(&enrolling, false),
        [true; 3],
        "enrolling works before there is a device"
    );
    assert_eq!(judged(&reading, false), [false; 4], "nothing else works without MFA");
    assert_eq!(judged(&reading, true), [true; 4], "with MFA, what ReadOnly says");
    assert_eq!(judged(&never, false), [false; 2]);
    assert_eq!(judged(&never, true), [false; 2]);
}
