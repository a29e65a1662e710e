//! What trust policies look at reaches AWS as the profile says it.

use std::collections::BTreeMap;

use mfa_tray_practice::Trust;

use crate::people::{Profile, arn, erin_with_mfa, role, stage};

#[test]
fn everything_a_profile_says_of_its_role_reaches_aws() {
    let wanted = Trust {
        external_id: Some("x-1/2".to_owned()),
        session_name: Some("erin@laptop".to_owned()),
        source_identity: Some("erin".to_owned()),
        tags: BTreeMap::from([
            ("team".to_owned(), "web".to_owned()),
            ("cost".to_owned(), "a b".to_owned()),
        ]),
        ..erin_with_mfa()
    };
    let lines = "external_id = x-1/2\nrole_session_name = erin@laptop\nsource_identity = erin\nsession_tags = team=web, cost=a b\n";
    let without = |key: &str| -> String {
        lines
            .split_inclusive('\n')
            .filter(|line| !line.starts_with(key))
            .collect()
    };
    for (left_out, more) in [
        "nothing",
        "external_id",
        "role_session_name",
        "source_identity",
        "session_tags",
    ]
    .map(|key| (key, without(key)))
    {
        let stage = stage(&[Profile {
            name: "owner",
            source: "dev",
            more: &more,
        }]);
        role(&stage, "owner", 4, wanted.clone());
        let is_let_in = stage.typing("owner").is_ok();
        assert_eq!(is_let_in, left_out == "nothing", "without {left_out}");
    }
}

#[test]
fn transitive_tags_and_the_source_identity_go_down_the_chain() {
    for (transitive, is_let_in) in [("transitive_session_tags = team\n", true), ("", false)] {
        let stage = stage(&[
            Profile {
                name: "second",
                source: "first",
                more: "",
            },
            Profile {
                name: "first",
                source: "dev",
                more: &format!("source_identity = erin\nsession_tags = team=web\n{transitive}"),
            },
        ]);
        role(&stage, "first", 4, erin_with_mfa());
        let wanted = Trust {
            principals: vec![arn("first")],
            source_identity: Some("erin".to_owned()),
            tags: BTreeMap::from([("team".to_owned(), "web".to_owned())]),
            ..Trust::default()
        };
        role(&stage, "second", 4, wanted);
        assert_eq!(stage.typing("second").is_ok(), is_let_in, "{transitive:?}");
    }
}

#[test]
fn a_role_of_another_partition_is_refused_without_a_call() {
    let stage = stage(&[Profile {
        name: "owner",
        source: "dev",
        more: "",
    }]);
    let config = stage
        .config()
        .replace("arn:aws:iam::111122223333:role", "arn:aws-cn:iam::111122223333:role");
    crate::stage::put(&stage.world.paths.config, &config);
    let error = stage.typing("owner").unwrap_err();
    assert!(
        error.to_string().contains("the role is in the partition aws-cn"),
        "{error}"
    );
    assert!(stage.calls().is_empty());
}
