//! The AWS console, signed in to with the session of a role
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>).
//!
//! The address that comes of it signs anybody in for a quarter of an hour: it is a secret.

use crate::catalog::{Entry, Kind, Role};
use crate::endpoint::Endpoint;
use crate::ports::Caller;
use crate::problem::Problem;
use crate::profile::{Arn, ProfileName, Region, partition_of};
use crate::refresh::error::{explain, without_a_code};
use crate::refresh::prepare;
use crate::refresh::{RefreshError, Request};
use crate::secret::{ExposeSecret as _, SecretString};
use crate::store;
use crate::world::World;

/// Where a partition's console is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleHosts {
    /// Takes a session and gives a token, and takes the token from a browser.
    pub federation: String,
    /// Where the browser goes then.
    pub console: String,
}

impl ConsoleHosts {
    /// Those of the endpoint's partition; practice AWS has its own beside its STS.
    ///
    /// # Errors
    /// A [`Problem`] for a partition whose console is not known.
    pub fn of(endpoint: &Endpoint) -> Result<ConsoleHosts, Problem> {
        // An override is of STS alone, but for one on this machine, which the endpoint was checked to be.
        if let Some(local) = endpoint.sts_url.as_deref().filter(|url| url.starts_with("http://")) {
            let base = local.trim_end_matches('/');
            return Ok(ConsoleHosts {
                federation: format!("{base}/federation"),
                console: format!("{base}/console"),
            });
        }
        let region = &endpoint.region;
        let (signin, console) = match partition_of(region) {
            "aws" if !region.as_str().starts_with("us-iso") => {
                ("signin.aws.amazon.com".to_owned(), "console.aws.amazon.com".to_owned())
            }
            "aws-cn" => ("signin.amazonaws.cn".to_owned(), "console.amazonaws.cn".to_owned()),
            "aws-us-gov" => (
                "signin.amazonaws-us-gov.com".to_owned(),
                "console.amazonaws-us-gov.com".to_owned(),
            ),
            "aws-eusc" => (
                format!("{region}.signin.amazonaws-eusc.eu"),
                format!("{region}.console.amazonaws-eusc.eu"),
            ),
            _ => {
                let message = format!("the console of the region {region} is not known");
                return Err(Problem::new("console", message, "open it in the browser yourself"));
            }
        };
        Ok(ConsoleHosts {
            federation: format!("https://{signin}/federation"),
            console: format!("https://{console}/"),
        })
    }
}

/// Whether the console can be opened as `profile` at all: before a session is made for it.
///
/// # Errors
/// [`RefreshError::Profile`] for a profile that is no role.
pub fn can_sign_in(world: &World, profile: &ProfileName) -> Result<(), RefreshError> {
    let loaded = world.load()?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    role_of(prepared.entry).map(drop)
}

fn role_of(entry: &Entry) -> Result<&Role, RefreshError> {
    let Kind::Role(role) = &entry.kind else {
        let message = format!(
            "{} is an IAM user, and AWS signs nobody in with the session of a user",
            entry.name
        );
        let hint = "name the profile of a role; as a user, sign in with your password and a code";
        return Err(RefreshError::Profile(Problem::new("console", message, hint)));
    };
    Ok(role)
}

/// The address that signs a browser in to the console as the role of `profile`, whose session is there and good.
/// Blocks on the network.
///
/// # Errors
/// [`RefreshError`]; [`RefreshError::Profile`] for a profile that is no role, or that has no session.
pub fn sign_in(world: &World, profile: &ProfileName, region: Option<&Region>) -> Result<SecretString, RefreshError> {
    let loaded = world.load()?;
    let prepared = prepare::prepare(&loaded, &Request::of(profile))?;
    let role = role_of(prepared.entry)?;
    let none = crate::aws_files::Properties::default();
    let properties = loaded.files.profile(&prepared.entry.section).unwrap_or(&none);
    let endpoint = loaded
        .endpoint(world, properties, Arn::parse(&role.arn))
        .map_err(RefreshError::Profile)?;
    let hosts = ConsoleHosts::of(&endpoint).map_err(RefreshError::Profile)?;
    let Some(key) = store::key(world, &loaded, &prepared.target)? else {
        let message = format!("{} has no session", prepared.entry.name);
        let hint = format!("get one first: mfa-tray refresh {}", prepared.entry.name);
        return Err(RefreshError::Profile(Problem::new("console", message, hint)));
    };
    let region = region.unwrap_or(&endpoint.region).clone();
    let caller = Caller { key, endpoint };
    let token = world.aws.signin_token(&caller, &hosts.federation).result;
    let token = token.map_err(|error| without_a_code(explain(world, &loaded, &prepared, error)))?;
    Ok(address(&hosts, &region, &token))
}

fn address(hosts: &ConsoleHosts, region: &Region, token: &SecretString) -> SecretString {
    let destination = format!("{}?region={region}", hosts.console);
    let mut address = zeroize::Zeroizing::new(format!(
        "{}?Action=login&Issuer=MFA%20Tray&Destination=",
        hosts.federation
    ));
    encode(&mut address, &destination);
    address.push_str("&SigninToken=");
    encode(&mut address, token.expose_secret());
    SecretString::from(address.as_str())
}

/// Writes text as a part of an address (RFC 3986, section 2.3).
fn encode(out: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws_files::{AwsFiles, Properties};
    use crate::endpoint::{EndpointEnvironment, endpoint};

    fn hosts(arn: &str) -> ConsoleHosts {
        let environment = EndpointEnvironment::default();
        let found = endpoint(
            &environment,
            &AwsFiles::default(),
            &Properties::default(),
            Arn::parse(arn),
        );
        ConsoleHosts::of(&found.unwrap()).unwrap()
    }

    #[test]
    fn every_partition_has_its_console() {
        for (partition, federation, console) in [
            (
                "aws",
                "https://signin.aws.amazon.com/federation",
                "https://console.aws.amazon.com/",
            ),
            (
                "aws-cn",
                "https://signin.amazonaws.cn/federation",
                "https://console.amazonaws.cn/",
            ),
            (
                "aws-us-gov",
                "https://signin.amazonaws-us-gov.com/federation",
                "https://console.amazonaws-us-gov.com/",
            ),
            (
                "aws-eusc",
                "https://eusc-de-east-1.signin.amazonaws-eusc.eu/federation",
                "https://eusc-de-east-1.console.amazonaws-eusc.eu/",
            ),
        ] {
            let found = hosts(&format!("arn:{partition}:iam::111122223333:role/x"));
            assert_eq!(
                (found.federation.as_str(), found.console.as_str()),
                (federation, console)
            );
        }
    }

    #[test]
    fn the_address_is_one_whatever_the_token_holds() {
        let hosts = hosts("arn:aws:iam::111122223333:role/x");
        let region = Region::parse("eu-west-1").unwrap();
        let address = address(&hosts, &region, &"a+/=&b".into());
        assert_eq!(
            address.expose_secret(),
            "https://signin.aws.amazon.com/federation?Action=login&Issuer=MFA%20Tray&Destination=\
             https%3A%2F%2Fconsole.aws.amazon.com%2F%3Fregion%3Deu-west-1&SigninToken=a%2B%2F%3D%26b"
        );
    }
}
