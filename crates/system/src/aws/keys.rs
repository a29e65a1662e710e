//! IAM's calls about a user's long-term access keys.

use aws_sdk_iam::operation::create_access_key::CreateAccessKeyOutput;
use aws_sdk_iam::operation::list_access_keys::ListAccessKeysOutput;
use aws_sdk_iam::types::StatusType;
use jiff::Timestamp;
use mfa_tray_core::aws_error::AwsError;
use mfa_tray_core::ports::{Caller, KeyStatus, ListedKey, Reply};
use mfa_tray_core::profile::AccessKeyId;
use mfa_tray_core::secret::AccessKey;

use super::{Service, done, with_call};
use crate::failure::aws_error;

pub(super) fn create(caller: &Caller) -> Reply<AccessKey> {
    with_call(caller, Service::Iam, |call| {
        call.run(async {
            let answer = aws_sdk_iam::Client::new(&call.config).create_access_key().send().await;
            let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
            made(answer)
        })
    })
}

/// The key in an answer, if it can be used.
pub(super) fn made(answer: CreateAccessKeyOutput) -> Result<AccessKey, AwsError> {
    let missing = || AwsError::NotAws("there is no access key in it");
    let key = answer.access_key.ok_or_else(missing)?;
    let usable = !key.secret_access_key.is_empty() && key.secret_access_key.bytes().all(|byte| byte.is_ascii_graphic());
    let id = AccessKeyId::parse(&key.access_key_id).ok().filter(|_| usable);
    Ok(AccessKey {
        id: id.ok_or_else(missing)?,
        secret: key.secret_access_key.as_str().into(),
        session_token: None,
    })
}

/// The keys in an answer. A user has two at most: the first page holds them all.
pub(super) fn listed(answer: &ListAccessKeysOutput) -> Vec<ListedKey> {
    let listed = answer.access_key_metadata.iter().filter_map(|key| {
        Some(ListedKey {
            id: AccessKeyId::parse(key.access_key_id()?).ok()?,
            is_active: key.status() == Some(&StatusType::Active),
            created_at: Timestamp::from_second(key.create_date()?.secs()).ok()?,
        })
    });
    listed.collect()
}

pub(super) fn list(caller: &Caller) -> Reply<Vec<ListedKey>> {
    with_call(caller, Service::Iam, |call| {
        call.run(async {
            let answer = aws_sdk_iam::Client::new(&call.config).list_access_keys().send().await;
            let answer = answer.map_err(|error| aws_error(&error, &call.host))?;
            Ok(listed(&answer))
        })
    })
}

pub(super) fn last_used(caller: &Caller, id: &AccessKeyId) -> Reply<Option<Timestamp>> {
    with_call(caller, Service::Iam, |call| {
        call.run(async {
            let request = aws_sdk_iam::Client::new(&call.config)
                .get_access_key_last_used()
                .access_key_id(id.as_str());
            let answer = request.send().await.map_err(|error| aws_error(&error, &call.host))?;
            let used = answer.access_key_last_used.and_then(|used| used.last_used_date);
            Ok(used.and_then(|at| Timestamp::from_second(at.secs()).ok()))
        })
    })
}

pub(super) fn set_status(caller: &Caller, id: &AccessKeyId, status: KeyStatus) -> Reply<()> {
    with_call(caller, Service::Iam, |call| {
        call.run(async {
            let request = aws_sdk_iam::Client::new(&call.config)
                .update_access_key()
                .access_key_id(id.as_str())
                .status(match status {
                    KeyStatus::Active => StatusType::Active,
                    KeyStatus::Inactive => StatusType::Inactive,
                });
            done(request.send().await, call)
        })
    })
}

pub(super) fn delete(caller: &Caller, id: &AccessKeyId) -> Reply<()> {
    with_call(caller, Service::Iam, |call| {
        call.run(async {
            let request = aws_sdk_iam::Client::new(&call.config)
                .delete_access_key()
                .access_key_id(id.as_str());
            done(request.send().await, call)
        })
    })
}
