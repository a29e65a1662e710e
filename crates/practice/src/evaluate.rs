//! Judges a request by policies, as
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html> says: an explicit deny wins,
//! else something must allow. What it does not understand denies, so that no test passes by an oversight.

use std::collections::BTreeMap;

use serde_json::Value;

/// What is judged.
pub(crate) struct Request<'a> {
    pub(crate) action: &'a str,
    pub(crate) resource: &'a str,
    /// Condition keys, in small letters, and their values.
    pub(crate) context: &'a BTreeMap<String, String>,
}

/// What comes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Allowed,
    /// A statement forbids it.
    ExplicitDeny,
    /// No statement allows it.
    ImplicitDeny,
}

/// Judges a request by all policies of a principal.
pub(crate) fn evaluate<'a>(policies: impl IntoIterator<Item = &'a Value>, request: &Request<'_>) -> Decision {
    let mut decision = Decision::ImplicitDeny;
    for statement in policies.into_iter().flat_map(statements) {
        match (applies(statement, request), statement["Effect"].as_str()) {
            (Some(false), _) => {}
            (Some(true), Some("Allow")) => decision = Decision::Allowed,
            (Some(true), _) | (None, _) => return Decision::ExplicitDeny,
        }
    }
    decision
}

/// A policy's statements, of which there may be one without a list around it.
pub(crate) fn statements(policy: &Value) -> Vec<&Value> {
    match &policy["Statement"] {
        Value::Array(statements) => statements.iter().collect(),
        Value::Object(_) => vec![&policy["Statement"]],
        _ => Vec::new(),
    }
}

/// Whether a statement is about a request; `None`: it has something that is not understood here.
fn applies(statement: &Value, request: &Request<'_>) -> Option<bool> {
    let action = |pattern: &str| matches(&pattern.to_ascii_lowercase(), &request.action.to_ascii_lowercase());
    let resource = |pattern: &str| matches(&filled(pattern, request.context), request.resource);
    let about =
        one_of(statement, "Action", "NotAction", action)? && one_of(statement, "Resource", "NotResource", resource)?;
    Some(about && conditions(statement, request.context)?)
}

fn one_of(statement: &Value, with: &str, without: &str, is: impl Fn(&str) -> bool) -> Option<bool> {
    match (texts(&statement[with]), texts(&statement[without])) {
        (Some(patterns), None) => Some(patterns.iter().any(|pattern| is(pattern))),
        (None, Some(patterns)) => Some(!patterns.iter().any(|pattern| is(pattern))),
        _ => None,
    }
}

fn conditions(statement: &Value, context: &BTreeMap<String, String>) -> Option<bool> {
    let operators = match &statement["Condition"] {
        Value::Null => return Some(true),
        operators => operators.as_object()?,
    };
    let mut holds = true;
    for (operator, keys) in operators {
        for (key, values) in keys.as_object()? {
            let there = context.get(&key.to_ascii_lowercase()).map(String::as_str);
            holds &= condition(operator, there, &texts(values)?, context)?;
        }
    }
    Some(holds)
}

fn condition(
    operator: &str,
    there: Option<&str>,
    wanted: &[String],
    context: &BTreeMap<String, String>,
) -> Option<bool> {
    if operator == "Null" {
        return Some(wanted.iter().any(|value| (value == "true") == there.is_none()));
    }
    let (operator, if_exists) = match operator.strip_suffix("IfExists") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let is_negative = operator.contains("Not");
    let Some(there) = there else {
        // A missing key is unlike every value.
        return Some(if_exists || is_negative);
    };
    let is = |value: &String| {
        let value = filled(value, context);
        let number = || Some((there.parse::<f64>().ok()?, value.parse::<f64>().ok()?));
        Some(match operator {
            "Bool" | "StringEqualsIgnoreCase" | "StringNotEqualsIgnoreCase" => there.eq_ignore_ascii_case(&value),
            "StringEquals" | "StringNotEquals" => there == value,
            "StringLike" | "StringNotLike" | "ArnLike" | "ArnEquals" | "ArnNotLike" | "ArnNotEquals" => {
                matches(&value, there)
            }
            "NumericEquals" => number().is_some_and(|(there, value)| there == value),
            "NumericLessThan" => number().is_some_and(|(there, value)| there < value),
            "NumericLessThanEquals" => number().is_some_and(|(there, value)| there <= value),
            "NumericGreaterThan" => number().is_some_and(|(there, value)| there > value),
            "NumericGreaterThanEquals" => number().is_some_and(|(there, value)| there >= value),
            _ => return None,
        })
    };
    let found: Option<Vec<bool>> = wanted.iter().map(is).collect();
    Some(found?.contains(&true) != is_negative)
}

/// Fills `${key}` in. A variable without a value matches nothing.
fn filled(pattern: &str, context: &BTreeMap<String, String>) -> String {
    let mut text = String::new();
    let mut rest = pattern;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, after)) = after.split_once('}') else {
            break;
        };
        let value = context.get(&name.to_ascii_lowercase());
        text.push_str(before);
        text.push_str(value.map_or("\u{0}", String::as_str));
        rest = after;
    }
    text + rest
}

/// Whether a text is what a pattern with `*` and `?` describes.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                back = Some((p, t));
                p += 1;
            }
            Some(letter) if *letter == '?' || *letter == text[t] => (p, t) = (p + 1, t + 1),
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    (p, t) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|letter| *letter == '*')
}

/// A text or a list of them.
fn texts(value: &Value) -> Option<Vec<String>> {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    match value {
        Value::Array(values) => values.iter().map(text).collect(),
        value => Some(vec![text(value)?]),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn judge(policies: &[Value], action: &str, resource: &str, context: &[(&str, &str)]) -> Decision {
        let context = context
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect();
        let request = Request {
            action,
            resource,
            context: &context,
        };
        evaluate(policies, &request)
    }

    fn one(statement: Value) -> Vec<Value> {
        vec![json!({ "Version": "2012-10-17", "Statement": statement })]
    }

    #[test]
    fn wildcards_stand_for_anything_and_for_one_letter() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "abc", true),
            ("a*c", "abcbc", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*mfa/*", "arn:aws:iam::1:mfa/x", true),
            ("abc", "abcd", false),
            ("", "a", false),
            ("a**b", "ab", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_deny_wins_and_nothing_said_is_no() {
        let allow = json!({ "Effect": "Allow", "Action": "s3:*", "Resource": "*" });
        let deny = json!({ "Effect": "Deny", "NotAction": ["s3:List*"], "Resource": "*" });
        assert_eq!(judge(&one(allow.clone()), "S3:GetObject", "x", &[]), Decision::Allowed);
        assert_eq!(
            judge(&one(allow.clone()), "ec2:RunInstances", "x", &[]),
            Decision::ImplicitDeny
        );
        let both = one(json!([allow, deny]));
        assert_eq!(judge(&both, "s3:GetObject", "x", &[]), Decision::ExplicitDeny);
        assert_eq!(judge(&both, "s3:ListAllMyBuckets", "x", &[]), Decision::Allowed);
        assert_eq!(judge(&[], "s3:GetObject", "x", &[]), Decision::ImplicitDeny);
    }

    #[test]
    fn conditions_hold_as_aws_says() {
        let mfa = "aws:multifactorauthpresent";
        for (condition, context, expected) in [
            (
                json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
                vec![(mfa, "true")],
                true,
            ),
            (
                json!({ "Bool": { "aws:MultiFactorAuthPresent": "true" } }),
                vec![],
                false,
            ),
            (
                json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }),
                vec![],
                true,
            ),
            (
                json!({ "BoolIfExists": { "aws:MultiFactorAuthPresent": "false" } }),
                vec![(mfa, "true")],
                false,
            ),
            (json!({ "Null": { "aws:MultiFactorAuthAge": "true" } }), vec![], true),
            (
                json!({ "Null": { "aws:MultiFactorAuthAge": "true" } }),
                vec![("aws:multifactorauthage", "5")],
                false,
            ),
            (
                json!({ "StringLike": { "ec2:ResourceTag/Name": "CSR*" } }),
                vec![("ec2:resourcetag/name", "CSR1")],
                true,
            ),
            (
                json!({ "StringLike": { "ec2:ResourceTag/Name": "CSR*" } }),
                vec![("ec2:resourcetag/name", "csr1")],
                false,
            ),
            (
                json!({ "StringNotEquals": { "iam:PermissionsBoundary": "b" } }),
                vec![],
                true,
            ),
            (
                json!({ "StringNotEquals": { "iam:PermissionsBoundary": ["a", "b"] } }),
                vec![("iam:permissionsboundary", "b")],
                false,
            ),
            (
                json!({ "StringEqualsIgnoreCase": { "aws:username": "ANNA" } }),
                vec![("aws:username", "anna")],
                true,
            ),
            (
                json!({ "NumericLessThan": { "aws:MultiFactorAuthAge": "3600" } }),
                vec![("aws:multifactorauthage", "60")],
                true,
            ),
            (
                json!({ "NumericGreaterThanEqualsIfExists": { "aws:MultiFactorAuthAge": 60 } }),
                vec![],
                true,
            ),
            (
                json!({ "ArnLike": { "aws:PrincipalArn": "arn:aws:iam::*:user/*" } }),
                vec![("aws:principalarn", "arn:aws:iam::1:user/a")],
                true,
            ),
            (
                json!({ "StringEquals": { "aws:username": "${aws:username}" } }),
                vec![("aws:username", "x")],
                true,
            ),
        ] {
            let policy = one(json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": condition }));
            let decision = judge(&policy, "a:B", "r", &context);
            assert_eq!(decision == Decision::Allowed, expected, "{policy:?} {context:?}");
        }
    }

    #[test]
    fn what_is_not_understood_denies() {
        for statement in [
            json!({ "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { "DateGreaterThan": { "aws:username": "x" } } }),
            json!({ "Effect": "Allow", "Resource": "*" }),
            json!({ "Effect": "Allow", "Action": "*" }),
            json!({ "Effect": "allow", "Action": "*", "Resource": "*" }),
        ] {
            let decision = judge(&one(statement.clone()), "a:B", "r", &[("aws:username", "y")]);
            assert_eq!(decision, Decision::ExplicitDeny, "{statement}");
        }
    }

    #[test]
    fn variables_are_filled_in_and_an_unknown_one_matches_nothing() {
        let policy = one(json!({ "Effect": "Allow", "Action": "*", "Resource": "arn:x:user/${aws:username}" }));
        let anna = [("aws:username", "anna")];
        assert_eq!(judge(&policy, "a:B", "arn:x:user/anna", &anna), Decision::Allowed);
        assert_eq!(judge(&policy, "a:B", "arn:x:user/bob", &anna), Decision::ImplicitDeny);
        assert_eq!(judge(&policy, "a:B", "arn:x:user/", &[]), Decision::ImplicitDeny);
    }
}
