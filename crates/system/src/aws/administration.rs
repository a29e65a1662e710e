//! IAM's calls about the users and groups of an account.

use aws_sdk_iam::Client;
use aws_sdk_iam::error::ProvideErrorMetadata as _;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum, PolicyEvaluationDecisionType, ReportStateType};
use jiff::Timestamp;
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::ports::{Administration, Caller, ListedKey, ListedUser, Probe, Reply, Simulated};
use mfa_tray_core::profile::{AccessKeyId, Arn};
use mfa_tray_core::secret::AccessKey;

use super::{Call, PAGES, SdkAws, Service, done, keys, probe, with_call};
use crate::failure::aws_error;

/// How old a simulated code is, in seconds.
const MFA_AGE: &str = "60";
/// Names of a user are in these keys of a request.
const USER_NAME: &str = "aws:username";

fn iam<T>(caller: &Caller, work: impl AsyncFnOnce(Client, &Call) -> Result<T, AwsError>) -> Reply<T> {
    with_call(caller, Service::Iam, |call| {
        call.run(async { work(Client::new(&call.config), call).await })
    })
}

/// Reads a list page by page, to its end.
macro_rules! pages {
    ($call:expr, $request:expr, |$answer:ident| $take:expr) => {{
        let mut found = Vec::new();
        let mut marker: Option<String> = None;
        for _ in 0..PAGES {
            let answer = $request.set_marker(marker).send().await;
            let $answer = answer.map_err(|error| aws_error(&error, &$call.host))?;
            found.extend($take);
            marker = $answer.marker().map(str::to_owned);
            if !$answer.is_truncated() || marker.is_none() {
                return Ok(found);
            }
        }
        Err(AwsError::NotAws("the list does not end"))
    }};
}

impl Administration for SdkAws {
    fn users(&self, caller: &Caller) -> Reply<Vec<ListedUser>> {
        iam(caller, async |client, call| {
            pages!(call, client.list_users(), |answer| answer.users().iter().map(|user| {
                ListedUser {
                    name: user.user_name().to_owned(),
                    created_at: Timestamp::from_second(user.create_date().secs()).ok(),
                }
            }))
        })
    }

    fn credential_report(&self, caller: &Caller) -> Reply<Option<String>> {
        iam(caller, async |client, call| {
            let made = client.generate_credential_report().send().await;
            let made = made.map_err(|error| aws_error(&error, &call.host))?;
            if made.state() != Some(&ReportStateType::Complete) {
                return Ok(None);
            }
            match client.get_credential_report().send().await {
                Ok(answer) => {
                    let content = answer.content.map(|blob| String::from_utf8(blob.into_inner()));
                    let unreadable = || AwsError::NotAws("there is no report in it");
                    content.and_then(Result::ok).ok_or_else(unreadable).map(Some)
                }
                // As sure as IAM is of what it has just said.
                Err(error)
                    if matches!(
                        error.code(),
                        Some("ReportNotPresent" | "ReportInProgress" | "ReportExpired")
                    ) =>
                {
                    Ok(None)
                }
                Err(error) => Err(aws_error(&error, &call.host)),
            }
        })
    }

    fn devices_of(&self, caller: &Caller, user: &str) -> Reply<usize> {
        iam(caller, async |client, call| {
            // A user has eight devices at most: the first page holds them all.
            let answer = client.list_mfa_devices().user_name(user).send().await;
            let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
            Ok(answer.mfa_devices.len())
        })
    }

    fn keys_of(&self, caller: &Caller, user: &str) -> Reply<Vec<ListedKey>> {
        iam(caller, async |client, call| {
            let answer = client.list_access_keys().user_name(user).send().await;
            Ok(keys::listed(&answer.map_err(|error| aws_error(&error, &call.host))?))
        })
    }

    fn create_user(&self, caller: &Caller, name: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            done(client.create_user().user_name(name).send().await, call)
        })
    }

    fn delete_user(&self, caller: &Caller, name: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            done(client.delete_user().user_name(name).send().await, call)
        })
    }

    fn create_key_of(&self, caller: &Caller, user: &str) -> Reply<AccessKey> {
        iam(caller, async |client, call| {
            let answer = client.create_access_key().user_name(user).send().await;
            keys::made(answer.map_err(|error| aws_error(&error, &call.host))?)
        })
    }

    fn delete_key_of(&self, caller: &Caller, user: &str, id: &AccessKeyId) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.delete_access_key().user_name(user).access_key_id(id.as_str());
            done(request.send().await, call)
        })
    }

    fn members(&self, caller: &Caller, group: &str) -> Reply<Vec<String>> {
        iam(caller, async |client, call| {
            pages!(call, client.get_group().group_name(group), |answer| {
                answer.users().iter().map(|user| user.user_name().to_owned())
            })
        })
    }

    fn create_group(&self, caller: &Caller, name: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            done(client.create_group().group_name(name).send().await, call)
        })
    }

    fn delete_group(&self, caller: &Caller, name: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            done(client.delete_group().group_name(name).send().await, call)
        })
    }

    fn add_member(&self, caller: &Caller, group: &str, user: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.add_user_to_group().group_name(group).user_name(user);
            done(request.send().await, call)
        })
    }

    fn remove_member(&self, caller: &Caller, group: &str, user: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.remove_user_from_group().group_name(group).user_name(user);
            done(request.send().await, call)
        })
    }

    fn inline_policies(&self, caller: &Caller, group: &str) -> Reply<Vec<String>> {
        iam(caller, async |client, call| {
            pages!(call, client.list_group_policies().group_name(group), |answer| {
                answer.policy_names().iter().cloned()
            })
        })
    }

    fn inline_policy(&self, caller: &Caller, group: &str, policy: &str) -> Reply<String> {
        iam(caller, async |client, call| {
            let answer = client
                .get_group_policy()
                .group_name(group)
                .policy_name(policy)
                .send()
                .await;
            let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
            document(answer.policy_document())
        })
    }

    fn put_inline_policy(&self, caller: &Caller, group: &str, policy: &str, document: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.put_group_policy().group_name(group).policy_name(policy);
            done(request.policy_document(document).send().await, call)
        })
    }

    fn delete_inline_policy(&self, caller: &Caller, group: &str, policy: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.delete_group_policy().group_name(group).policy_name(policy);
            done(request.send().await, call)
        })
    }

    fn managed_policy(&self, caller: &Caller, arn: &str) -> Reply<String> {
        iam(caller, async |client, call| {
            let missing = || AwsError::NotAws("there is no policy in it");
            let found = client.get_policy().policy_arn(arn).send().await;
            let found = found.map_err(|error| aws_error(&error, &call.host))?;
            let version = found
                .policy
                .and_then(|policy| policy.default_version_id)
                .ok_or_else(missing)?;
            let answer = client
                .get_policy_version()
                .policy_arn(arn)
                .version_id(version)
                .send()
                .await;
            let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
            let version = answer.policy_version.ok_or_else(missing)?;
            document(version.document().ok_or_else(missing)?)
        })
    }

    fn create_managed_policy(&self, caller: &Caller, name: &str, document: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.create_policy().policy_name(name).policy_document(document);
            done(request.send().await, call)
        })
    }

    fn delete_managed_policy(&self, caller: &Caller, arn: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            done(client.delete_policy().policy_arn(arn).send().await, call)
        })
    }

    fn attached_policies(&self, caller: &Caller, group: &str) -> Reply<Vec<String>> {
        iam(caller, async |client, call| {
            pages!(
                call,
                client.list_attached_group_policies().group_name(group),
                |answer| {
                    let policies = answer.attached_policies().iter();
                    policies.filter_map(|policy| policy.policy_arn().map(str::to_owned))
                }
            )
        })
    }

    fn attach_policy(&self, caller: &Caller, group: &str, arn: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.attach_group_policy().group_name(group).policy_arn(arn);
            done(request.send().await, call)
        })
    }

    fn detach_policy(&self, caller: &Caller, group: &str, arn: &str) -> Reply<()> {
        iam(caller, async |client, call| {
            let request = client.detach_group_policy().group_name(group).policy_arn(arn);
            done(request.send().await, call)
        })
    }

    fn probe(&self, caller: &Caller, probe: Probe) -> Reply<()> {
        match probe {
            Probe::ListAccountAliases => iam(caller, async |client, call| {
                done(client.list_account_aliases().send().await, call)
            }),
            Probe::DescribeRegions => probe::describe_regions(caller),
            Probe::ListAllMyBuckets => probe::list_buckets(caller),
        }
    }

    fn simulate(&self, caller: &Caller, arn: &str, actions: &[Simulated<'_>], mfa: bool) -> Reply<Vec<bool>> {
        iam(caller, async |client, call| {
            let mut allowed = Vec::with_capacity(actions.len());
            for wanted in actions {
                let request = client.simulate_principal_policy().policy_source_arn(arn);
                let request = request.action_names(wanted.action).resource_arns(&wanted.resource);
                let request = request.set_context_entries(Some(context(arn, mfa)?));
                let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
                let result = answer.evaluation_results().first();
                let result = result.ok_or(AwsError::NotAws("there is no judgement in it"))?;
                allowed.push(*result.eval_decision() == PolicyEvaluationDecisionType::Allowed);
            }
            Ok(allowed)
        })
    }
}

/// What a request carries: with a long-term key the two about MFA are not there at all.
fn context(arn: &str, mfa: bool) -> Result<Vec<ContextEntry>, AwsError> {
    let name = Arn::parse(arn).map_or("", |arn| arn.name());
    let mut keys = vec![(USER_NAME, ContextKeyTypeEnum::String, name)];
    if mfa {
        keys.push(("aws:MultiFactorAuthPresent", ContextKeyTypeEnum::Boolean, "true"));
        keys.push(("aws:MultiFactorAuthAge", ContextKeyTypeEnum::Numeric, MFA_AGE));
    }
    let entry = |(key, kind, value): (&str, ContextKeyTypeEnum, &str)| {
        ContextEntry::builder()
            .context_key_name(key)
            .context_key_type(kind)
            .context_key_values(value)
            .build()
    };
    Ok(keys.into_iter().map(entry).collect())
}

/// A document as people write it: IAM hands it out percent-encoded
/// (<https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html>).
fn document(encoded: &str) -> Result<String, AwsError> {
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(rest.next()).zip(digit(rest.next()));
        let value = value.and_then(|(high, low)| u8::try_from(high * 16 + low).ok());
        bytes.push(value.ok_or(AwsError::NotAws("the policy in it cannot be read"))?);
    }
    String::from_utf8(bytes).map_err(|_| AwsError::NotAws("the policy in it cannot be read"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_decoded() {
        let text = document("%7B%22Version%22%3A%222012-10-17%22%2C%22x%22%3A%22%2B%20%C3%A9+%22%7D").unwrap();
        assert_eq!(text, "{\"Version\":\"2012-10-17\",\"x\":\"+ é+\"}");
        for damaged in ["%", "%4", "%zz", "%ff"] {
            document(damaged).unwrap_err();
        }
    }
}
