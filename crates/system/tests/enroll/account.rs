//! An administrator's work against practice AWS, through the real SDK: groups, members and users, made, made again, cut
//! short, taken back; and what a user finds out about himself.

use std::cell::RefCell;
use std::time::Duration;

use mfa_tray_core::account::{
    AccountError, Enforced, MadeKey, Placement, Plan, Step, Wanted, apply, coverage, people, plan, undo, undo_plan,
};
use mfa_tray_core::policy::{Choices, is_same};
use mfa_tray_core::refresh::{CodeFrom, Request, refresh};
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_practice::Fault;
use serde_json::Value;

use crate::stage::{ACCOUNT, Stage, name, put};

/// Practice knows no policies of `fresh`'s user, who therefore may everything.
const ADMIN: &str = "fresh";
const GROUPS: [&str; 3] = ["ManageMFA", "ForceMFA", "ReadOnly"];

fn wanted() -> Wanted {
    Wanted {
        groups: GROUPS.map(str::to_owned).to_vec(),
        members: vec!["erin".to_owned()],
        ..Wanted::default()
    }
}

fn planned(stage: &Stage, wanted: &Wanted) -> Plan {
    plan(&stage.world, &name(ADMIN), wanted).unwrap()
}

fn done(stage: &Stage, wanted: &Wanted) -> Vec<Step> {
    try_apply(stage, wanted).unwrap()
}

fn try_apply(stage: &Stage, wanted: &Wanted) -> Result<Vec<Step>, AccountError> {
    let shown = plan(&stage.world, &name(ADMIN), wanted)?;
    apply(&stage.world, &name(ADMIN), wanted, &shown, &|_| (), &|_| Ok(())).map(|applied| applied.done)
}

/// Groups, members and policies as practice AWS has them.
fn held(stage: &Stage) -> Value {
    let state = stage.practice.state();
    let users: Vec<_> = state["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| user["name"].clone())
        .collect();
    serde_json::json!({ "groups": state["groups"], "policies": state["policies"], "users": users })
}

fn group<'a>(held: &'a Value, name: &str) -> &'a Value {
    held["groups"]
        .as_array()
        .unwrap()
        .iter()
        .find(|group| group["name"] == name)
        .unwrap()
}

#[test]
fn groups_are_made_once_and_taken_back() {
    let stage = Stage::new();
    let before = held(&stage);
    let plan = planned(&stage, &wanted());
    assert_eq!(plan.account, ACCOUNT);
    assert_eq!(plan.steps.len(), 9, "{:?}", plan.steps);
    assert_eq!(held(&stage), before, "a plan changes nothing");
    assert_eq!(done(&stage, &wanted()), plan.steps);

    let after = held(&stage);
    for group_name in GROUPS {
        let group = group(&after, group_name);
        assert_eq!(group["members"], serde_json::json!(["erin"]));
        let document = group["inline"][group_name].as_str().unwrap();
        let choices = Choices::default().for_account(ACCOUNT).unwrap();
        let expected = mfa_tray_core::policy::group(group_name)
            .unwrap()
            .document(&choices)
            .unwrap();
        assert!(is_same(document, &expected.text()), "{document}");
    }
    assert!(planned(&stage, &wanted()).steps.is_empty(), "it is as wanted");

    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    assert_eq!(shown.steps.len(), 9);
    let undone = undo(&stage.world, &name(ADMIN), &shown).unwrap();
    assert_eq!((undone.done.len(), undone.left.len()), (9, 0));
    assert_eq!(held(&stage), before);
    assert!(matches!(
        undo_plan(&stage.world, &name(ADMIN)),
        Err(AccountError::NothingToUndo)
    ));
}

#[test]
fn a_cut_at_any_call_is_gone_on_from_and_taken_back_whole() {
    let actions = [
        "CreateUser",
        "CreateAccessKey",
        "CreateGroup",
        "PutGroupPolicy",
        "AddUserToGroup",
    ];
    for action in actions {
        for processed in [false, true] {
            let stage = Stage::new();
            let before = held(&stage);
            let mut wanted = Wanted {
                new_users: vec!["newbie".to_owned()],
                with_keys: true,
                ..wanted()
            };
            stage.order(action, 1, processed, Fault::Reset);
            let error = try_apply(&stage, &wanted).unwrap_err();
            assert_eq!(error.problem().code, "network", "{action}: {error}");
            // Who was made meanwhile is only a member from now on.
            if held(&stage)["users"].as_array().unwrap().contains(&"newbie".into()) {
                wanted.members.append(&mut wanted.new_users);
            }
            done(&stage, &wanted);
            assert_eq!(held(&stage)["groups"].as_array().unwrap().len(), 3, "{action}");
            assert_eq!(
                group(&held(&stage), "ReadOnly")["members"],
                serde_json::json!(["erin", "newbie"])
            );
            // A key whose id never arrived cannot be told from others, so that it and its user stay.
            let is_lost = action == "CreateAccessKey" && processed;
            while let Ok(shown) = undo_plan(&stage.world, &name(ADMIN)) {
                let undone = undo(&stage.world, &name(ADMIN), &shown).unwrap();
                assert!(undone.left.is_empty() || is_lost, "{:?}", undone.left);
            }
            assert_eq!(held(&stage) == before, !is_lost, "{action} {processed}");
            assert_eq!(held(&stage)["groups"], before["groups"], "{action} {processed}");
        }
    }
}

#[test]
fn a_policy_that_was_there_is_shown_and_comes_back() {
    let stage = Stage::new();
    let choices = |pattern| Choices::default().with("NamePattern", pattern);
    let restricted = |pattern| Wanted {
        groups: vec!["Ec2RestrictAccess".to_owned()],
        choices: choices(pattern),
        ..Wanted::default()
    };
    done(&stage, &restricted("old*"));
    let first = held(&stage);
    let steps = planned(&stage, &restricted("new*")).steps;
    let [
        Step::PutPolicy {
            before: Some(before),
            document,
            ..
        },
    ] = &steps[..]
    else {
        panic!("{steps:?}");
    };
    assert!(before.contains("old*") && document.contains("new*"));
    stage.clock.forward(5);
    done(&stage, &restricted("new*"));
    stage.clock.forward(5);
    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    undo(&stage.world, &name(ADMIN), &shown).unwrap();
    assert!(is_same(
        group(&held(&stage), "Ec2RestrictAccess")["inline"]["Ec2RestrictAccess"]
            .as_str()
            .unwrap(),
        group(&first, "Ec2RestrictAccess")["inline"]["Ec2RestrictAccess"]
            .as_str()
            .unwrap(),
    ));
}

#[test]
fn what_others_changed_or_use_is_left() {
    let stage = Stage::new();
    done(&stage, &wanted());
    // Somebody else edits one policy by hand, and puts another user into a group.
    let iam = stage.world.aws.administration();
    let caller = caller(&stage);
    let theirs =
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}";
    iam.put_inline_policy(&caller, "ReadOnly", "ReadOnly", theirs)
        .result
        .unwrap();
    iam.add_member(&caller, "ForceMFA", "alice").result.unwrap();
    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    let undone = undo(&stage.world, &name(ADMIN), &shown).unwrap();
    let left: Vec<_> = undone.left.iter().map(|(step, _)| step.sentence()).collect();
    assert_eq!(
        left,
        [
            "give ReadOnly the inline policy ReadOnly",
            "make the group ReadOnly",
            "make the group ForceMFA"
        ]
    );
    let after = held(&stage);
    assert_eq!(group(&after, "ForceMFA")["members"], serde_json::json!(["alice"]));
    assert_eq!(group(&after, "ReadOnly")["inline"]["ReadOnly"], theirs);
}

fn caller(stage: &Stage) -> mfa_tray_core::ports::Caller {
    let loaded = stage.world.load().unwrap();
    let properties = loaded.files.profile(&name(ADMIN)).unwrap();
    mfa_tray_core::ports::Caller {
        key: mfa_tray_core::secret::AccessKey {
            id: properties.text("aws_access_key_id").unwrap().parse_id(),
            secret: properties.secret("aws_secret_access_key").unwrap().clone(),
            session_token: None,
        },
        endpoint: loaded.endpoint(&stage.world, properties, None).unwrap(),
    }
}

trait ParseId {
    fn parse_id(&self) -> mfa_tray_core::profile::AccessKeyId;
}

impl ParseId for str {
    fn parse_id(&self) -> mfa_tray_core::profile::AccessKeyId {
        mfa_tray_core::profile::AccessKeyId::parse(self).unwrap()
    }
}

#[test]
fn managed_policies_are_made_attached_and_never_edited() {
    let stage = Stage::new();
    let before = held(&stage);
    let managed = Wanted {
        placement: Placement::Managed,
        ..wanted()
    };
    done(&stage, &managed);
    assert_eq!(held(&stage)["policies"].as_array().unwrap().len(), 3);
    assert!(planned(&stage, &managed).steps.is_empty());
    let other = Wanted {
        choices: Choices::default().with("ObjectContents", "yes"),
        ..managed
    };
    let error = plan(&stage.world, &name(ADMIN), &other).unwrap_err();
    assert!(matches!(error, AccountError::Differs(_)), "{error}");
    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    undo(&stage.world, &name(ADMIN), &shown).unwrap();
    assert_eq!(held(&stage), before);
}

#[test]
fn what_cannot_be_meant_or_is_not_allowed_changes_nothing() {
    let stage = Stage::new();
    let before = held(&stage);
    let with = |members: &[&str], new_users: &[&str], groups: &[&str]| Wanted {
        groups: groups.iter().map(|name| (*name).to_owned()).collect(),
        members: members.iter().map(|name| (*name).to_owned()).collect(),
        new_users: new_users.iter().map(|name| (*name).to_owned()).collect(),
        ..Wanted::default()
    };
    for (wanted, says) in [
        (with(&["nobody"], &[], &["ForceMFA"]), "no user nobody"),
        (with(&[], &["erin"], &["ForceMFA"]), "a user erin already"),
        (with(&[], &["ERIN"], &["ForceMFA"]), "already"),
        (with(&["erin", "erin"], &[], &["ForceMFA"]), "named twice"),
        (with(&[], &[], &["ForceMFA", "forcemfa"]), "named twice"),
        (with(&[], &["a b"], &["ForceMFA"]), "no name"),
        (with(&[], &["../x"], &["ForceMFA"]), "no name"),
        (with(&[], &[], &[]), "no group"),
        (with(&[], &[], &["Admins"]), "no group \"Admins\""),
    ] {
        let error = plan(&stage.world, &name(ADMIN), &wanted).unwrap_err();
        assert!(error.to_string().contains(says), "{error}");
        assert!(error.problem().hint.is_some());
    }
    // The account changes between the showing and the doing.
    let shown = planned(&stage, &wanted());
    stage
        .world
        .aws
        .administration()
        .create_group(&caller(&stage), "ForceMFA")
        .result
        .unwrap();
    let late = apply(&stage.world, &name(ADMIN), &wanted(), &shown, &|_| (), &|_| Ok(()));
    assert!(matches!(late, Err(AccountError::Changed)), "{late:?}");
    stage
        .world
        .aws
        .administration()
        .delete_group(&caller(&stage), "ForceMFA")
        .result
        .unwrap();
    assert_eq!(held(&stage), before);
    // A user whom policies bind is no administrator.
    done(&stage, &wanted());
    let error = plan(&stage.world, &name("dev"), &with(&[], &[], &["CreateIamRole"])).unwrap_err();
    assert_eq!(error.problem().code, "denied", "{error}");
}

#[test]
fn a_full_group_is_told() {
    let stage = Stage::new();
    let (iam, caller) = (stage.world.aws.administration(), caller(&stage));
    iam.create_group(&caller, "ReadOnly").result.unwrap();
    let actions: Vec<String> = (0..220)
        .map(|number| format!("\"s3:GetNumber{number:04}Of\""))
        .collect();
    let long = format!(
        "{{\"Version\":\"2012-10-17\",\"Statement\":{{\"Effect\":\"Deny\",\"Action\":[{}],\"Resource\":\"*\"}}}}",
        actions.join(",")
    );
    iam.put_inline_policy(&caller, "ReadOnly", "long", &long)
        .result
        .unwrap();
    let error = plan(&stage.world, &name(ADMIN), &wanted()).unwrap_err();
    assert!(matches!(error, AccountError::TooLong { .. }), "{error}");
    let managed = Wanted {
        placement: Placement::Managed,
        ..wanted()
    };
    done(&stage, &managed);
}

#[test]
fn a_new_users_key_is_kept_or_taken_back() {
    let stage = Stage::new();
    let wanted = Wanted {
        new_users: vec!["newbie".to_owned()],
        with_keys: true,
        members: Vec::new(),
        ..wanted()
    };
    let shown = planned(&stage, &wanted);
    let full = |_: &MadeKey<'_>| Err("the disk is full".to_owned());
    let error = apply(&stage.world, &name(ADMIN), &wanted, &shown, &|_| (), &full).unwrap_err();
    assert!(error.to_string().contains("the disk is full"), "{error}");
    let keys = |user: &str| {
        let state = stage.practice.state();
        state["access_keys"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|key| key["user"] == user)
            .count()
    };
    assert_eq!(keys("newbie"), 0, "the key that could not be saved is gone");
    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    assert_eq!(undo(&stage.world, &name(ADMIN), &shown).unwrap().done.len(), 1);

    stage.clock.forward(5);
    let kept = RefCell::new(None);
    let keep = |made: &MadeKey<'_>| {
        *kept.borrow_mut() = Some((made.key.id.to_string(), made.key.secret.expose_secret().to_owned()));
        Ok(())
    };
    let shown = planned(&stage, &wanted);
    apply(&stage.world, &name(ADMIN), &wanted, &shown, &|_| (), &keep).unwrap();
    let (id, secret) = kept.into_inner().unwrap();
    let record = std::fs::read_to_string(stage.world.state.path().join("account-changes.json")).unwrap();
    assert!(
        record.contains(&id) && !record.contains(&secret),
        "the record holds no secret"
    );

    // The new user enrols, and is then covered; without MFA there is nothing else to be done.
    add_profile(&stage, "newbie", &id, &secret);
    let denied = coverage(&stage.world, &name("newbie")).unwrap_err();
    assert!(matches!(denied, AccountError::SessionNeeded(_)), "{denied}");
    let mut creation = stage.begin("newbie").unwrap();
    stage.drive(&mut creation).unwrap();
    let covered = coverage(&stage.world, &name("newbie")).unwrap();
    assert_eq!(
        covered.enforced,
        Enforced::Yes {
            action: "ec2:DescribeRegions"
        }
    );
    let allowed: Vec<_> = covered.permissions.iter().map(|known| known.allowed).collect();
    // ReadOnly lists and reads IAM, but nobody gave the right to simulate: only what reads can be tried.
    assert_eq!(allowed, [None, None, Some(true), Some(true), None, None, None]);
    let shown = undo_plan(&stage.world, &name(ADMIN)).unwrap();
    let undone = undo(&stage.world, &name(ADMIN), &shown).unwrap();
    assert_eq!(undone.left.len(), 1, "a user with a device is left: {:?}", undone.left);
}

fn add_profile(stage: &Stage, profile: &str, id: &str, secret: &str) {
    let mut text = std::fs::read_to_string(&stage.world.paths.credentials).unwrap();
    text.push_str(&format!(
        "[{profile}]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"
    ));
    put(&stage.world.paths.credentials, &text);
}

#[test]
fn coverage_is_tried_and_says_what_is_missing() {
    let stage = Stage::new();
    let session = |stage: &Stage| {
        let code = stage.code(&format!("arn:aws:iam::{ACCOUNT}:mfa/erin"));
        let request = Request {
            code: CodeFrom::Person(code),
            ..Request::of(&name("dev"))
        };
        refresh(&stage.world, &request).unwrap();
    };
    session(&stage);
    let of = || coverage(&stage.world, &name("dev")).unwrap();
    let open = of();
    assert_eq!(
        open.enforced,
        Enforced::No {
            action: "ec2:DescribeRegions"
        }
    );
    assert!(open.permissions.iter().all(|known| known.allowed == Some(true)));

    done(
        &stage,
        &Wanted {
            groups: vec!["ForceMFA-classic".to_owned()],
            ..wanted()
        },
    );
    let nothing = of();
    assert!(matches!(nothing.enforced, Enforced::Unknown { .. }), "{nothing:?}");
    stage.clock.forward(5);
    // With the right to list the account's name, IAM's hole shows: the classic form lets it pass without MFA.
    done(
        &stage,
        &Wanted {
            groups: vec!["ManageMFA".to_owned()],
            ..wanted()
        },
    );
    assert_eq!(
        of().enforced,
        Enforced::No {
            action: "iam:ListAccountAliases"
        }
    );
    stage.clock.forward(5);
    done(
        &stage,
        &Wanted {
            groups: vec!["ForceMFA".to_owned()],
            ..wanted()
        },
    );
    assert_eq!(
        of().enforced,
        Enforced::Yes {
            action: "iam:ListAccountAliases"
        }
    );
    // A role, and a user without a session, have nothing to find out.
    assert!(matches!(
        coverage(&stage.world, &name(ADMIN)),
        Err(AccountError::SessionNeeded(_))
    ));
}

#[test]
fn simulation_names_what_is_missing_where_it_may_be_asked() {
    let stage = Stage::new();
    let (iam, caller) = (stage.world.aws.administration(), caller(&stage));
    iam.create_group(&caller, "few").result.unwrap();
    let few = "{\"Version\":\"2012-10-17\",\"Statement\":{\"Effect\":\"Allow\",\"Action\":[\"iam:ListMFADevices\",\"iam:SimulatePrincipalPolicy\",\"iam:CreateVirtualMFADevice\"],\"Resource\":\"*\"}}";
    iam.put_inline_policy(&caller, "few", "few", few).result.unwrap();
    iam.add_member(&caller, "few", "erin").result.unwrap();
    let code = stage.code(&format!("arn:aws:iam::{ACCOUNT}:mfa/erin"));
    let request = Request {
        code: CodeFrom::Person(code),
        ..Request::of(&name("dev"))
    };
    refresh(&stage.world, &request).unwrap();
    let covered = coverage(&stage.world, &name("dev")).unwrap();
    let missing: Vec<_> = covered
        .permissions
        .iter()
        .filter(|known| known.allowed == Some(false))
        .map(|known| known.action)
        .collect();
    assert_eq!(
        missing,
        [
            "iam:EnableMFADevice",
            "iam:ListVirtualMFADevices",
            "iam:ResyncMFADevice",
            "iam:DeactivateMFADevice",
            "iam:DeleteVirtualMFADevice"
        ]
    );
    let enable = covered
        .permissions
        .iter()
        .find(|known| known.action == "iam:EnableMFADevice")
        .unwrap();
    assert!(
        enable.statement.contains("user/${aws:username}"),
        "{}",
        enable.statement
    );
}

#[test]
fn people_are_listed_with_their_mfa_and_their_keys() {
    let stage = Stage::new();
    let waits = RefCell::new(0);
    let pause = |_: Duration| *waits.borrow_mut() += 1;
    let told = people(&stage.world, &name(ADMIN), &pause).unwrap();
    assert!(told.by_report && *waits.borrow() > 0);
    let of = |people: &mfa_tray_core::account::People, name: &str| {
        people.users.iter().find(|person| person.name == name).unwrap().clone()
    };
    assert_eq!(of(&told, "erin").has_mfa, Some(true));
    assert_eq!(
        (of(&told, "dana").has_mfa, of(&told, "dana").keys),
        (Some(false), Some(1))
    );
    assert!(of(&told, "dana").oldest_key.is_some());
    // Without the report each is asked about.
    stage.refuse("GenerateCredentialReport", 1, 403, "AccessDenied", "no");
    let asked = people(&stage.world, &name(ADMIN), &pause).unwrap();
    assert!(!asked.by_report);
    assert_eq!(asked.users, told.users);
}
