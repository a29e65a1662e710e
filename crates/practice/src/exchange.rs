//! One request and its answer: orders for faults first, then the services.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    body::to_bytes,
    extract::{ConnectInfo, Request, State},
    response::Response,
};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use tokio::time::sleep;

use crate::{
    answer::{AwsError, IAM_XMLNS, STS_XMLNS, failure, success},
    connection::Line,
    control, delivery,
    faults::{Fault, FaultOrder, Faults},
    iam,
    journal::{Entry, Journal},
    query::Parameters,
    signature::{Authorization, Received},
    state::{LastUse, World},
    sts,
    time::{Clock, http_date, shift},
};

/// Bodies of the query protocol are small; IAM's own limit is of this order.
const LARGEST_BODY: usize = 1024 * 1024;

/// What all requests share.
pub(crate) struct Server {
    pub(crate) clock: Clock,
    pub(crate) state: Mutex<ServerState>,
}

/// The world, and what is not part of it.
pub(crate) struct ServerState {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
}

/// An answer in words, before it is sent.
struct Answer {
    status: StatusCode,
    xml: String,
}

impl Server {
    /// Takes the state. A panic in another request leaves it whole enough for a practice server.
    pub(crate) fn state(&self) -> MutexGuard<'_, ServerState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the server's idea of the time, which an order may have shifted.
    pub(crate) fn now(&self, state: &ServerState) -> Timestamp {
        shift(self.clock.now(), state.faults.skew())
    }
}

/// Serves a request.
pub(crate) async fn serve(
    State(server): State<std::sync::Arc<Server>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST_BODY).await else {
        return delivery::whole(StatusCode::PAYLOAD_TOO_LARGE, "text/plain", "too large");
    };
    let received = Received {
        method: parts.method,
        uri: parts.uri,
        headers: parts.headers,
        body,
    };
    if received.uri.path().starts_with(control::PREFIX) {
        return control::answer(&server, &received);
    }
    let parameters = Parameters::parse(received.uri.query().unwrap_or_default(), &received.body);
    let (order, request_id) = {
        let mut state = server.state();
        let number = state.journal.total() + 1;
        (
            state.faults.take(parameters.action()),
            format!("00000000-0000-4000-8000-{number:012x}"),
        )
    };
    let mut response = match order {
        None => answer(&server, &received, &parameters, &request_id, None).into_response(),
        Some(order) => spoilt(&server, &received, &parameters, &request_id, order, &line).await,
    };
    let headers = response.headers_mut();
    let date = http_date(server.now(&server.state())).and_then(|date| HeaderValue::try_from(date).ok());
    if let Some(date) = date {
        headers.entry(header::DATE).or_insert(date);
    }
    if let Ok(id) = HeaderValue::try_from(request_id) {
        headers.entry("x-amzn-requestid").or_insert(id);
    }
    response
}

impl Answer {
    fn into_response(self) -> Response {
        delivery::whole(self.status, "text/xml", self.xml)
    }
}

/// Answers a request that a fault was ordered for.
async fn spoilt(
    server: &Server,
    received: &Received,
    parameters: &Parameters,
    request_id: &str,
    order: FaultOrder,
    line: &Line,
) -> Response {
    let kind = order.fault.kind();
    let mut real = None;
    let process = || answer(server, received, parameters, request_id, Some(kind));
    if order.processed || matches!(order.fault, Fault::Truncated) {
        real = Some(process());
    }
    if let Fault::Slow { milliseconds } = order.fault {
        sleep(Duration::from_millis(milliseconds)).await;
        return real.unwrap_or_else(process).into_response();
    }
    let status = match &order.fault {
        Fault::Garbage | Fault::Html => Some(200),
        Fault::Throttle => Some(400),
        Fault::Error500 => Some(500),
        Fault::Error503 => Some(503),
        Fault::Answer(answer) => Some(answer.status),
        _ => None,
    };
    let xmlns = namespace(received);
    let refuse = |error: AwsError| Answer {
        status: error.status,
        xml: failure(xmlns, &error, request_id),
    };
    let truncated = real.as_ref().map(|real| delivery::truncated(real.status, &real.xml));
    if real.is_none() {
        let service = service(received).unwrap_or_default();
        let action = parameters.action().to_owned();
        let entry = Entry {
            service,
            action,
            caller: None,
            status,
            error: None,
            fault: Some(kind),
        };
        server.state().journal.write(entry);
    }
    match order.fault {
        Fault::Throttle => refuse(AwsError::throttled()).into_response(),
        Fault::Error500 => refuse(AwsError::internal()).into_response(),
        Fault::Error503 => refuse(AwsError::unavailable()).into_response(),
        Fault::Garbage => delivery::whole(
            StatusCode::OK,
            "text/xml",
            vec![0xff, 0x00, 0x3c, 0xfe, 0x80, 0x3c, 0x0a],
        ),
        Fault::Html => delivery::whole(StatusCode::OK, "text/html", "<html><title>Wi-Fi login</title></html>"),
        Fault::Silent => delivery::silent().await,
        Fault::Answer(answer) => delivery::canned(answer, line).await,
        Fault::Truncated => truncated.unwrap_or_else(|| delivery::reset(line)),
        Fault::Reset | Fault::Slow { .. } | Fault::DateSkew { .. } => delivery::reset(line),
    }
}

/// Answers a request as AWS would, and writes it down.
fn answer(
    server: &Server,
    received: &Received,
    parameters: &Parameters,
    request_id: &str,
    fault: Option<&'static str>,
) -> Answer {
    let mut guard = server.state();
    let state = &mut *guard;
    let now = server.now(state);
    let mut caller = None;
    let result = decide(&mut state.world, received, parameters, now, &mut caller);
    let xmlns = namespace(received);
    let (status, xml, error) = match result {
        Ok(result) => (
            StatusCode::OK,
            success(xmlns, parameters.action(), result, request_id),
            None,
        ),
        Err(error) => (
            error.status,
            failure(xmlns, &error, request_id),
            Some(error.code.to_owned()),
        ),
    };
    state.journal.write(Entry {
        service: service(received).unwrap_or_default(),
        action: parameters.action().to_owned(),
        caller,
        status: Some(status.as_u16()),
        error,
        fault,
    });
    Answer { status, xml }
}

fn decide(
    world: &mut World,
    received: &Received,
    parameters: &Parameters,
    now: Timestamp,
    who: &mut Option<String>,
) -> Result<Option<crate::answer::Xml>, AwsError> {
    let authorization = Authorization::parse(&received.headers)?;
    let caller = authorization.verify(world, received, now)?;
    *who = Some(world.arn(&caller.principal));
    if let Some(key) = world.keys.get_mut(&caller.access_key_id) {
        let (service, region) = (authorization.service.clone(), authorization.region.clone());
        key.last_used = Some(LastUse {
            at: now,
            service,
            region,
        });
    }
    let (version, answer) = match authorization.service.as_str() {
        "sts" => (sts::VERSION, sts::answer as fn(&mut _, &_, &_, _) -> _),
        "iam" => (iam::VERSION, iam::answer as fn(&mut _, &_, &_, _) -> _),
        _ => {
            let message = "Credential should be scoped to correct service: 'sts' or 'iam'. ";
            return Err(AwsError::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message));
        }
    };
    let asked = parameters.value("Version").unwrap_or_default();
    let result = if asked == version {
        answer(world, &caller, parameters, now)
    } else {
        None
    };
    result.unwrap_or_else(|| {
        let action = parameters.action();
        let message = format!("Could not find operation {action} for version {asked}");
        Err(AwsError::new(StatusCode::BAD_REQUEST, "InvalidAction", message))
    })
}

fn service(received: &Received) -> Option<String> {
    Authorization::parse(&received.headers)
        .ok()
        .map(|authorization| authorization.service)
}

fn namespace(received: &Received) -> &'static str {
    if service(received).as_deref() == Some("iam") {
        IAM_XMLNS
    } else {
        STS_XMLNS
    }
}
