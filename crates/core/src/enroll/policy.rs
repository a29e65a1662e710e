//! The statement that is missing when IAM says no, ready to be handed to an administrator.
//!
//! Resources are those of AWS's own self-management policies
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage.html>).

/// A call to IAM that enrolment makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Action {
    ListMfaDevices,
    ListVirtualMfaDevices,
    CreateVirtualMfaDevice,
    EnableMfaDevice,
    ResyncMfaDevice,
    DeactivateMfaDevice,
    DeleteVirtualMfaDevice,
}

impl Action {
    /// As policies name it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Action::ListMfaDevices => "iam:ListMFADevices",
            Action::ListVirtualMfaDevices => "iam:ListVirtualMFADevices",
            Action::CreateVirtualMfaDevice => "iam:CreateVirtualMFADevice",
            Action::EnableMfaDevice => "iam:EnableMFADevice",
            Action::ResyncMfaDevice => "iam:ResyncMFADevice",
            Action::DeactivateMfaDevice => "iam:DeactivateMFADevice",
            Action::DeleteVirtualMfaDevice => "iam:DeleteVirtualMFADevice",
        }
    }

    fn resource(self, partition: &str, account: &str) -> String {
        match self {
            // Has no resource-level permission: anything narrower allows nothing.
            Action::ListVirtualMfaDevices => "*".to_owned(),
            Action::CreateVirtualMfaDevice | Action::DeleteVirtualMfaDevice => {
                format!("arn:{partition}:iam::{account}:mfa/*")
            }
            _ => format!("arn:{partition}:iam::{account}:user/${{aws:username}}"),
        }
    }

    /// The resource it is about when `user` calls it, for a simulation.
    pub(crate) fn own_resource(self, partition: &str, account: &str, user: &str) -> String {
        let resource = self.resource(partition, account);
        let device = resource
            .strip_suffix("mfa/*")
            .map(|before| format!("{before}mfa/{user}"));
        device.unwrap_or_else(|| resource.replace("${aws:username}", user))
    }

    /// The statement that allows it to the users of an account for themselves.
    pub(crate) fn statement(self, partition: &str, account: &str) -> String {
        format!(
            "{{\n  \"Effect\": \"Allow\",\n  \"Action\": \"{}\",\n  \"Resource\": \"{}\"\n}}",
            self.name(),
            self.resource(partition, account)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_json_for_the_account() {
        for (action, resource) in [
            (Action::ListVirtualMfaDevices, "*"),
            (Action::CreateVirtualMfaDevice, "arn:aws-cn:iam::111122223333:mfa/*"),
            (
                Action::EnableMfaDevice,
                "arn:aws-cn:iam::111122223333:user/${aws:username}",
            ),
        ] {
            let statement: serde_json::Value =
                serde_json::from_str(&action.statement("aws-cn", "111122223333")).unwrap();
            assert_eq!(statement["Action"], action.name());
            assert_eq!(statement["Resource"], resource);
            assert_eq!(statement["Effect"], "Allow");
        }
    }
}
