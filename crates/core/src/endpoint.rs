//! Where a profile's calls go: region, overrides, FIPS and dual-stack.

use crate::aws_files::{AwsFiles, Properties};
use crate::problem::Problem;
use crate::profile::{Arn, Region, default_region, partition_of};

/// What the environment says about endpoints. Keys in the environment are deliberately not here: they never replace
/// a named profile's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EndpointEnvironment {
    /// `AWS_ENDPOINT_URL`.
    pub url: Option<String>,
    /// `AWS_ENDPOINT_URL_STS`.
    pub sts_url: Option<String>,
    /// `AWS_ENDPOINT_URL_IAM`.
    pub iam_url: Option<String>,
    /// `AWS_ENDPOINT_URL_EC2`.
    pub ec2_url: Option<String>,
    /// `AWS_ENDPOINT_URL_S3`.
    pub s3_url: Option<String>,
    /// `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS` is true.
    pub ignore_configured: bool,
    /// `AWS_STS_REGIONAL_ENDPOINTS`.
    pub sts_regional_endpoints: Option<String>,
    /// `AWS_USE_FIPS_ENDPOINT` is true.
    pub fips: Option<bool>,
    /// `AWS_USE_DUALSTACK_ENDPOINT` is true.
    pub dual_stack: Option<bool>,
    /// `AWS_CA_BUNDLE`.
    pub ca_bundle: Option<String>,
}

/// Where calls go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoint {
    /// Signs the request and, without an override, names the host.
    pub region: Region,
    /// Replaces the host of STS.
    pub sts_url: Option<String>,
    /// Replaces the host of IAM.
    pub iam_url: Option<String>,
    /// Replaces the host of EC2.
    pub ec2_url: Option<String>,
    /// Replaces the host of S3.
    pub s3_url: Option<String>,
    /// `sts_regional_endpoints = legacy`: the global host `sts.amazonaws.com` for the older regions.
    pub legacy_global: bool,
    /// FIPS hosts.
    pub fips: bool,
    /// Dual-stack hosts.
    pub dual_stack: bool,
    /// A file with the certificate authorities that are trusted, instead of the system's.
    pub ca_bundle: Option<String>,
    /// The proxy of the settings; one that the environment names goes before it.
    pub proxy: Option<Proxy>,
}

/// A proxy as the settings have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proxy {
    /// Its address, without a password.
    pub url: String,
    /// Hosts that are called without it, as in `NO_PROXY`.
    pub except: Option<String>,
}

/// Whether a text is the address of a proxy, without a password in it; `http://` may be left out.
pub fn is_proxy(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.unwrap_or(text).trim_end_matches('/');
    let allowed = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    !host.is_empty() && host.len() <= 255 && host.chars().all(allowed)
}

/// The endpoint for a profile whose MFA device or role is `arn`.
///
/// # Errors
/// A [`Problem`] for a region that is none, an override that is not safe, or a device of another partition: before a
/// code is spent on it.
pub fn endpoint(
    environment: &EndpointEnvironment,
    files: &AwsFiles,
    properties: &Properties,
    arn: Option<Arn<'_>>,
) -> Result<Endpoint, Problem> {
    let region = match properties.text("region") {
        Some(text) => Region::parse(text).map_err(|error| {
            Problem::new(
                "region",
                format!("the region \"{text}\" is not one: {error}"),
                "correct `region` in the profile",
            )
        })?,
        None => default_region(arn.map_or("aws", |arn| arn.partition)),
    };
    let known = ["aws", "aws-cn", "aws-us-gov", "aws-eusc"];
    if let Some(arn) = arn
        && known.contains(&arn.partition)
        && arn.partition != partition_of(&region)
    {
        let (what, key) = if arn.resource.starts_with("role/") {
            ("role", "role_arn")
        } else {
            ("MFA device", "mfa_serial")
        };
        let message = format!(
            "the {what} is in the partition {}, the region {region} is not",
            arn.partition
        );
        return Err(Problem::new(
            "partition",
            message,
            format!("correct `region` or `{key}` in the profile"),
        ));
    }
    let ignore_configured = environment.ignore_configured
        || properties
            .text("ignore_configured_endpoint_urls")
            .is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let override_for = |service: &str, specific: &Option<String>| {
        let configured = || {
            let services = properties.text("services").and_then(|name| files.services(name));
            let own = services.and_then(|services| services.nested(service, "endpoint_url"));
            own.or_else(|| properties.text("endpoint_url"))
                .map(str::to_owned)
                .filter(|_| !ignore_configured)
        };
        specific.clone().or_else(|| environment.url.clone()).or_else(configured)
    };
    let sts_url = override_for("sts", &environment.sts_url);
    let iam_url = override_for("iam", &environment.iam_url);
    let ec2_url = override_for("ec2", &environment.ec2_url);
    let s3_url = override_for("s3", &environment.s3_url);
    for url in [&sts_url, &iam_url, &ec2_url, &s3_url].into_iter().flatten() {
        check_url(url)?;
    }
    let flag = |set: Option<bool>, key: &str| {
        set.unwrap_or_else(|| properties.text(key).is_some_and(|v| v.eq_ignore_ascii_case("true")))
    };
    let regional = environment
        .sts_regional_endpoints
        .as_deref()
        .or_else(|| properties.text("sts_regional_endpoints"));
    Ok(Endpoint {
        region,
        sts_url,
        iam_url,
        ec2_url,
        s3_url,
        legacy_global: regional == Some("legacy"),
        fips: flag(environment.fips, "use_fips_endpoint"),
        dual_stack: flag(environment.dual_stack, "use_dualstack_endpoint"),
        ca_bundle: environment
            .ca_bundle
            .clone()
            .or_else(|| properties.text("ca_bundle").map(str::to_owned)),
        proxy: None,
    })
}

/// Plain http carries a signed request with a code in it: to this machine only.
fn check_url(url: &str) -> Result<(), Problem> {
    let host = |rest: &str| rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned();
    let bad = |message: &str| {
        Problem::new(
            "endpoint",
            format!("the endpoint URL {message}"),
            "correct endpoint_url or AWS_ENDPOINT_URL",
        )
    };
    if let Some(rest) = url.strip_prefix("https://") {
        return if host(rest).is_empty() || host(rest).contains('@') {
            Err(bad("is not a URL"))
        } else {
            Ok(())
        };
    }
    let Some(rest) = url.strip_prefix("http://") else {
        return Err(bad("is not a URL"));
    };
    let host = host(rest);
    let name = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host.as_str(), |(name, _)| name),
    };
    let loopback = name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if loopback {
        Ok(())
    } else {
        Err(bad("is plain http; only this computer may be called so"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::ProfileName;

    fn of(config: &str, environment: &EndpointEnvironment, arn: Option<&str>) -> Result<Endpoint, Problem> {
        let files = AwsFiles::read(Some(config.as_bytes().to_vec()), None).unwrap();
        let name = ProfileName::parse("p").unwrap();
        endpoint(
            environment,
            &files,
            files.profile(&name).unwrap(),
            arn.and_then(Arn::parse),
        )
    }

    #[test]
    fn the_region_comes_from_the_profile_else_from_the_partition() {
        let none = EndpointEnvironment::default();
        let cases = [
            ("[profile p]\nregion = eu-west-1\n", None, "eu-west-1"),
            ("[profile p]\n", None, "us-east-1"),
            (
                "[profile p]\n",
                Some("arn:aws-cn:iam::111122223333:mfa/a"),
                "cn-northwest-1",
            ),
            (
                "[profile p]\n",
                Some("arn:aws-us-gov:iam::111122223333:mfa/a"),
                "us-gov-west-1",
            ),
            (
                "[profile p]\n",
                Some("arn:aws-eusc:iam::111122223333:mfa/a"),
                "eusc-de-east-1",
            ),
        ];
        for (config, arn, region) in cases {
            assert_eq!(
                of(config, &none, arn).unwrap().region.as_str(),
                region,
                "{config} {arn:?}"
            );
        }
        assert_eq!(
            of("[profile p]\nregion = evil.com/#\n", &none, None).unwrap_err().code,
            "region"
        );
        let wrong = of(
            "[profile p]\nregion = eu-west-1\n",
            &none,
            Some("arn:aws-cn:iam::111122223333:mfa/a"),
        );
        assert_eq!(wrong.unwrap_err().code, "partition");
    }

    #[test]
    fn overrides_come_in_aws_order_and_never_leave_this_machine_in_the_clear() {
        let config = "[profile p]\nendpoint_url = https://profile.example\nservices = s\n[services s]\nsts =\n  endpoint_url = https://service.example\n";
        let mut environment = EndpointEnvironment::default();
        let plain = of(config, &environment, None).unwrap();
        assert_eq!(plain.sts_url.as_deref(), Some("https://service.example"));
        assert_eq!(plain.iam_url.as_deref(), Some("https://profile.example"));
        environment.url = Some("http://127.0.0.1:4566".to_owned());
        assert_eq!(of(config, &environment, None).unwrap().sts_url, environment.url);
        environment.sts_url = Some("http://localhost:1/".to_owned());
        assert_eq!(of(config, &environment, None).unwrap().sts_url, environment.sts_url);
        for url in [
            "http://sts.example.com",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "https://",
            "https://a@b",
        ] {
            environment.sts_url = Some(url.to_owned());
            assert_eq!(of(config, &environment, None).unwrap_err().code, "endpoint", "{url}");
        }
        let ignoring = EndpointEnvironment {
            ignore_configured: true,
            ..EndpointEnvironment::default()
        };
        assert_eq!(of(config, &ignoring, None).unwrap().sts_url, None);
    }
}
