//! From a request to the words of its answer: who asks, which service, what it says.

use http::StatusCode;
use jiff::Timestamp;

use crate::{
    answer::{AwsError, IAM_XMLNS, STS_XMLNS, Xml, failure, success},
    elsewhere,
    exchange::ServerState,
    iam,
    journal::Entry,
    query::Parameters,
    signature::{Authorization, Received},
    state::{LastUse, World},
    sts,
};

/// A request, read as far as can be without knowing who sent it.
pub(crate) struct Asked {
    pub(crate) received: Received,
    pub(crate) parameters: Parameters,
    pub(crate) request_id: String,
}

/// An answer in words, before it is sent.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) xml: String,
}

impl Asked {
    pub(crate) fn new(received: Received, number: u64) -> Self {
        let parameters = Parameters::parse(received.uri.query().unwrap_or_default(), &received.body);
        Self {
            received,
            parameters,
            request_id: format!("00000000-0000-4000-8000-{number:012x}"),
        }
    }

    pub(crate) fn action(&self) -> &str {
        self.parameters.action()
    }

    /// Words a refusal in the namespace of the service that was asked.
    pub(crate) fn refuse(&self, error: &AwsError) -> Answer {
        elsewhere::refuse(&self.service(), error).unwrap_or_else(|| Answer {
            status: error.status,
            xml: failure(self.xmlns(), error, &self.request_id),
        })
    }

    /// Starts the line of the journal that this request gets.
    pub(crate) fn entry(&self, fault: Option<&'static str>) -> Entry {
        Entry {
            service: self.service(),
            action: self.action().to_owned(),
            caller: None,
            status: None,
            error: None,
            fault,
        }
    }

    /// The credential scope names the service; nothing else in a request does.
    fn service(&self) -> String {
        let authorization = Authorization::parse(&self.received.headers);
        authorization
            .map(|authorization| authorization.service)
            .unwrap_or_default()
    }

    fn xmlns(&self) -> &'static str {
        if self.service() == "iam" { IAM_XMLNS } else { STS_XMLNS }
    }
}

/// Answers a request as AWS would, and writes it down.
pub(crate) fn answer(state: &mut ServerState, asked: &Asked, fault: Option<&'static str>, now: Timestamp) -> Answer {
    let mut entry = asked.entry(fault);
    let result = decide(&mut state.world, asked, &mut entry, now);
    let answer = match result {
        Ok(Decided::Whole(answer)) => answer,
        Ok(Decided::Result(result)) => Answer {
            status: StatusCode::OK,
            xml: success(asked.xmlns(), asked.action(), result, &asked.request_id),
        },
        Err(error) => {
            entry.error = Some(error.code.to_owned());
            asked.refuse(&error)
        }
    };
    entry.status = Some(answer.status.as_u16());
    state.journal.write(entry);
    answer
}

/// What a call comes to.
enum Decided {
    /// The result of an action of STS or IAM.
    Result(Option<Xml>),
    /// An answer of another service, in that one's shape.
    Whole(Answer),
}

fn decide(world: &mut World, asked: &Asked, entry: &mut Entry, now: Timestamp) -> Result<Decided, AwsError> {
    let authorization = Authorization::parse(&asked.received.headers)?;
    let caller = authorization.verify(world, &asked.received, now)?;
    entry.caller = Some(world.arn(&caller.principal));
    if let Some(key) = world.keys.get_mut(&caller.access_key_id) {
        let (service, region) = (authorization.service.clone(), authorization.region.clone());
        key.last_used = Some(LastUse {
            at: now,
            service,
            region,
        });
    }
    let parameters = &asked.parameters;
    let version = parameters.value("Version").unwrap_or_default();
    let service = authorization.service.as_str();
    if let Some(answer) = elsewhere::answer(world, &caller, service, asked.action(), now) {
        return answer.map(Decided::Whole);
    }
    let result = match (service, version) {
        ("sts", sts::VERSION) => sts::answer(world, &caller, parameters, now),
        ("iam", iam::VERSION) => iam::answer(world, &caller, parameters, now),
        ("sts" | "iam", _) => None,
        _ => {
            let message = "Credential should be scoped to correct service: 'sts' or 'iam'. ";
            return Err(AwsError::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message));
        }
    };
    let result = result.unwrap_or_else(|| {
        let message = format!("Could not find operation {} for version {version}", asked.action());
        Err(AwsError::new(StatusCode::BAD_REQUEST, "InvalidAction", message))
    });
    result.map(Decided::Result)
}
