use super::*;

fn chosen() -> Choices {
    Choices::default().for_account("111122223333").unwrap()
}

/// Every choice that changes which statements there are.
fn variants() -> Vec<(&'static Group, Choices)> {
    let boundary = "arn:aws:iam::111122223333:policy/boundary";
    let mut variants: Vec<_> = groups().iter().map(|group| (group, chosen())).collect();
    for (name, set) in [
        ("ManageMFA", vec![("AccessKeys", "yes")]),
        ("ForceMFA", vec![("ChangePassword", "yes")]),
        ("ReadOnly", vec![("ObjectContents", "yes")]),
        (
            "Ec2RestrictAccess",
            vec![("NamePattern", "prod ?-*"), ("Region", "eu-west-1")],
        ),
        ("CreateIamRole", vec![("Boundary", boundary)]),
        ("CreateIamRole", vec![("Attachments", "yes")]),
        ("CreateIamRole", vec![("Boundary", boundary), ("Attachments", "yes")]),
    ] {
        let choices = set
            .iter()
            .fold(chosen(), |choices, (name, value)| choices.with(name, value));
        variants.push((group(name).unwrap(), choices));
    }
    variants
}

#[test]
fn every_text_is_read_and_named_once() {
    let names: Vec<_> = groups().iter().map(Group::name).collect();
    let expected = [
        "ManageMFA",
        "ForceMFA",
        "ForceMFA-classic",
        "ReadOnly",
        "Ec2RestrictAccess",
        "CreateIamRole",
    ];
    assert_eq!(names, expected);
}

#[test]
fn every_document_is_whole_and_within_the_limits() {
    for (group, choices) in variants() {
        let text = group.document(&choices).unwrap().text();
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["Version"], "2012-10-17");
        assert!(
            length(&text) <= INLINE_LIMIT,
            "{} has {} characters",
            group.name(),
            length(&text)
        );
        assert!(!text.contains("$("), "a gap was left in {}:\n{text}", group.name());
        let sids: std::collections::BTreeSet<_> = value["Statement"]
            .as_array()
            .unwrap()
            .iter()
            .map(|of| of["Sid"].as_str())
            .collect();
        assert_eq!(
            sids.len(),
            value["Statement"].as_array().unwrap().len(),
            "names are told once"
        );
        for statement in value["Statement"].as_array().unwrap() {
            assert!(statement.get("Action").is_some() != statement.get("NotAction").is_some());
        }
    }
}

#[test]
fn every_gap_and_condition_of_the_texts_names_a_parameter() {
    for group in groups() {
        let known = |name: &String| group.parameters().iter().any(|parameter| parameter.name == *name);
        for part in &group.0.statements {
            assert!(part.when.iter().chain(&part.unless).all(known), "{}", group.name());
            assert!(part.also.iter().all(|also| known(&also.when)), "{}", group.name());
        }
    }
}

#[test]
fn everything_is_said_in_both_languages() {
    for group in groups() {
        let words = [group.summary()].into_iter().chain(group.notes());
        let words = words.chain(group.parameters().iter().map(|parameter| &parameter.about));
        for words in words.chain(group.0.statements.iter().map(|part| &part.about)) {
            assert!(!words.en.is_empty() && words.en.is_ascii(), "{words:?}");
            assert!(
                words
                    .zh
                    .chars()
                    .any(|letter| ('\u{4e00}'..='\u{9fff}').contains(&letter)),
                "{words:?}"
            );
        }
    }
}

#[test]
fn account_and_partition_are_filled_in() {
    let choices = Choices::default()
        .for_account("444455556666")
        .unwrap()
        .in_partition("aws-cn")
        .unwrap();
    let text = group("managemfa").unwrap().document(&choices).unwrap().text();
    assert!(
        text.contains("arn:aws-cn:iam::444455556666:user/${aws:username}"),
        "{text}"
    );
    assert!(!text.contains("arn:aws:"), "{text}");
}

#[test]
fn without_an_account_the_documents_fit_any() {
    let text = group("ForceMFA").unwrap().document(&Choices::default()).unwrap().text();
    assert!(!text.contains("iam::"), "{text}");
    let text = group("ManageMFA")
        .unwrap()
        .document(&Choices::default())
        .unwrap()
        .text();
    assert!(text.contains("arn:aws:iam::*:user/${aws:username}"), "{text}");
}

#[test]
fn a_switch_adds_what_it_says() {
    let of = |value| {
        let choices = chosen().with("ChangePassword", value);
        group("ForceMFA").unwrap().document(&choices).unwrap().text()
    };
    assert!(of("yes").contains("iam:ChangePassword"));
    assert!(!of("no").contains("iam:ChangePassword"));
}

#[test]
fn hostile_and_wrong_choices_are_refused() {
    for (name, parameter, value) in [
        ("Ec2RestrictAccess", "NamePattern", ""),
        ("Ec2RestrictAccess", "NamePattern", "a\"b"),
        ("Ec2RestrictAccess", "NamePattern", "${aws:username}"),
        ("Ec2RestrictAccess", "NamePattern", "a\nb"),
        ("Ec2RestrictAccess", "Region", ""),
        ("Ec2RestrictAccess", "Region", "US-EAST-1"),
        ("Ec2RestrictAccess", "Region", "us-*"),
        ("CreateIamRole", "Path", "app"),
        ("CreateIamRole", "Path", "/app/"),
        ("CreateIamRole", "Path", "*/"),
        ("CreateIamRole", "Path", ""),
        ("CreateIamRole", "Boundary", "boundary"),
        (
            "CreateIamRole",
            "Boundary",
            "arn:aws-cn:iam::111122223333:policy/boundary",
        ),
        ("CreateIamRole", "Boundary", "arn:aws:iam::111122223333:role/boundary"),
        ("CreateIamRole", "Boundary", "arn:aws:iam::*:policy/boundary"),
        ("CreateIamRole", "Boundary", "arn:aws:iam::111122223333:policy/*"),
        ("CreateIamRole", "Attachments", "true"),
        ("ForceMFA", "NoSuchThing", "yes"),
        ("ForceMFA", "account", "yes"),
    ] {
        let refused = group(name).unwrap().document(&chosen().with(parameter, value));
        let error = refused.unwrap_err();
        assert!(
            !error.problem().hint.unwrap_or_default().is_empty(),
            "{parameter}={value:?}: {error}"
        );
    }
    for account in ["", "12", "11112222333a", "1111222233334", "*"] {
        Choices::default().for_account(account).unwrap_err();
    }
    Choices::default().in_partition("aws-moon").unwrap_err();
    group("Administrators").unwrap_err();
}

#[test]
fn one_choice_of_several_groups_reaches_those_that_have_it() {
    let choices = chosen().with("Region", "eu-west-1");
    group("ForceMFA")
        .unwrap()
        .document(&choices.of(group("ForceMFA").unwrap()))
        .unwrap();
    let restricted = group("Ec2RestrictAccess").unwrap();
    assert!(
        restricted
            .document(&choices.of(restricted))
            .unwrap()
            .text()
            .contains("arn:aws:ec2:eu-west-1:")
    );
}

#[test]
fn documents_are_compared_by_what_they_say() {
    assert!(is_same("{\"a\": 1, \"b\": [2]}", "{\"b\":[2],\n\"a\":1}"));
    assert!(!is_same("{\"a\": 1}", "{\"a\": 2}"));
    assert!(!is_same("no json", "no json"));
    assert_eq!(length("{ \"a\": 1 }"), 7);
}
