//! The two calls of other services that many users may make: enough to find out whether MFA is demanded.

use http::StatusCode;
use jiff::Timestamp;

use crate::{
    answer::{AwsError, Xml},
    authorize::authorize,
    dispatch::Answer,
    signature::Caller,
    state::World,
};

/// Answers a call of EC2 or S3 as these do, or says `None` for any other service.
pub(crate) fn answer(
    world: &World,
    caller: &Caller,
    service: &str,
    action: &str,
    now: Timestamp,
) -> Option<Result<Answer, AwsError>> {
    let (action, body) = match (service, action) {
        ("ec2", "DescribeRegions") => ("ec2:DescribeRegions", regions()),
        ("s3", "") => ("s3:ListAllMyBuckets", buckets()),
        _ => return None,
    };
    Some(authorize(world, caller, action, "*", now).map(|()| Answer {
        status: StatusCode::OK,
        xml: body,
    }))
}

/// Words a refusal as the service does.
pub(crate) fn refuse(service: &str, error: &AwsError) -> Option<Answer> {
    let is_denied = error.code == "AccessDenied";
    let details = |code: &str| Xml::new().text("Code", code).text("Message", &error.message);
    let xml = match service {
        "ec2" => {
            let code = if is_denied { "UnauthorizedOperation" } else { error.code };
            Xml::new().nest(
                "Response",
                Xml::new().nest("Errors", Xml::new().nest("Error", details(code))),
            )
        }
        "s3" => Xml::new().nest("Error", details(error.code)),
        _ => return None,
    };
    Some(Answer {
        status: error.status,
        xml: xml.whole(),
    })
}

fn regions() -> String {
    let region = |name: &str| Xml::new().nest("item", Xml::new().text("regionName", name));
    let regions = ["eu-west-1", "us-east-1"];
    let list = regions.iter().fold(Xml::new(), |list, name| list.and(region(name)));
    Xml::new()
        .nest("DescribeRegionsResponse", Xml::new().nest("regionInfo", list))
        .whole()
}

fn buckets() -> String {
    Xml::new()
        .nest("ListAllMyBucketsResult", Xml::new().nest("Buckets", Xml::new()))
        .whole()
}
