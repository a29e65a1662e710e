//! The calls an administrator makes about the users and groups of an account, and those that find out whether MFA is
//! demanded: a part of the [`Aws`](super::Aws) port.

use jiff::Timestamp;

use super::{Caller, ListedKey, Reply};
use crate::profile::AccessKeyId;
use crate::secret::AccessKey;

/// IAM for administrators. Each call is made once; lists are read to their end.
pub trait Administration: Send + Sync {
    /// IAM `ListUsers`.
    fn users(&self, caller: &Caller) -> Reply<Vec<ListedUser>>;
    /// IAM `GenerateCredentialReport` and `GetCredentialReport`: the CSV text; `None` while AWS is making it.
    fn credential_report(&self, caller: &Caller) -> Reply<Option<String>>;
    /// IAM `ListMFADevices` of a user: how many there are.
    fn devices_of(&self, caller: &Caller, user: &str) -> Reply<usize>;
    /// IAM `ListAccessKeys` of a user.
    fn keys_of(&self, caller: &Caller, user: &str) -> Reply<Vec<ListedKey>>;
    /// IAM `CreateUser`.
    fn create_user(&self, caller: &Caller, name: &str) -> Reply<()>;
    /// IAM `DeleteUser`: only one that has nothing left.
    fn delete_user(&self, caller: &Caller, name: &str) -> Reply<()>;
    /// IAM `CreateAccessKey` for a user. The only answer that ever holds the secret.
    fn create_key_of(&self, caller: &Caller, user: &str) -> Reply<AccessKey>;
    /// IAM `DeleteAccessKey` of a user.
    fn delete_key_of(&self, caller: &Caller, user: &str, id: &AccessKeyId) -> Reply<()>;
    /// IAM `GetGroup`: the names of its members.
    fn members(&self, caller: &Caller, group: &str) -> Reply<Vec<String>>;
    /// IAM `CreateGroup`.
    fn create_group(&self, caller: &Caller, name: &str) -> Reply<()>;
    /// IAM `DeleteGroup`: only one that has nothing left.
    fn delete_group(&self, caller: &Caller, name: &str) -> Reply<()>;
    /// IAM `AddUserToGroup`.
    fn add_member(&self, caller: &Caller, group: &str, user: &str) -> Reply<()>;
    /// IAM `RemoveUserFromGroup`.
    fn remove_member(&self, caller: &Caller, group: &str, user: &str) -> Reply<()>;
    /// IAM `ListGroupPolicies`: the names of a group's inline policies.
    fn inline_policies(&self, caller: &Caller, group: &str) -> Reply<Vec<String>>;
    /// IAM `GetGroupPolicy`: the document of an inline policy.
    fn inline_policy(&self, caller: &Caller, group: &str, policy: &str) -> Reply<String>;
    /// IAM `PutGroupPolicy`.
    fn put_inline_policy(&self, caller: &Caller, group: &str, policy: &str, document: &str) -> Reply<()>;
    /// IAM `DeleteGroupPolicy`.
    fn delete_inline_policy(&self, caller: &Caller, group: &str, policy: &str) -> Reply<()>;
    /// IAM `GetPolicy` and `GetPolicyVersion`: the document in effect of a managed policy.
    fn managed_policy(&self, caller: &Caller, arn: &str) -> Reply<String>;
    /// IAM `CreatePolicy`.
    fn create_managed_policy(&self, caller: &Caller, name: &str, document: &str) -> Reply<()>;
    /// IAM `DeletePolicy`: only one that is attached to nothing.
    fn delete_managed_policy(&self, caller: &Caller, arn: &str) -> Reply<()>;
    /// IAM `ListAttachedGroupPolicies`: the ARNs of the managed policies of a group.
    fn attached_policies(&self, caller: &Caller, group: &str) -> Reply<Vec<String>>;
    /// IAM `AttachGroupPolicy`.
    fn attach_policy(&self, caller: &Caller, group: &str, arn: &str) -> Reply<()>;
    /// IAM `DetachGroupPolicy`.
    fn detach_policy(&self, caller: &Caller, group: &str, arn: &str) -> Reply<()>;
    /// Makes a call that reads and changes nothing, to see whether it is allowed.
    fn probe(&self, caller: &Caller, probe: Probe) -> Reply<()>;
    /// IAM `SimulatePrincipalPolicy` for the user `arn`: for each of `actions`, whether policies allow it with MFA or
    /// without.
    fn simulate(&self, caller: &Caller, arn: &str, actions: &[Simulated<'_>], mfa: bool) -> Reply<Vec<bool>>;
}

/// A user as IAM lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// Its name.
    pub name: String,
    /// When it was made.
    pub created_at: Option<Timestamp>,
}

/// An action to be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Simulated<'a> {
    /// As policies name it.
    pub action: &'a str,
    /// The resource it is about, or `*`.
    pub resource: String,
}

/// Calls that many users may make, and that do nothing. `GetCallerIdentity` is none of them: no policy can deny it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Probe {
    /// `ec2:DescribeRegions`.
    DescribeRegions,
    /// `iam:ListAccountAliases`.
    ListAccountAliases,
    /// `s3:ListAllMyBuckets`.
    ListAllMyBuckets,
}

impl Probe {
    /// In the order in which they are tried.
    pub const ALL: [Probe; 3] = [
        Probe::DescribeRegions,
        Probe::ListAccountAliases,
        Probe::ListAllMyBuckets,
    ];

    /// As policies name it.
    pub fn action(self) -> &'static str {
        match self {
            Probe::DescribeRegions => "ec2:DescribeRegions",
            Probe::ListAccountAliases => "iam:ListAccountAliases",
            Probe::ListAllMyBuckets => "s3:ListAllMyBuckets",
        }
    }
}
