//! One request and its answer on the wire: orders for faults come first, then the services.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    answer::AwsError,
    connection::Line,
    control, delivery,
    device::Device,
    dispatch::{self, Answer, Asked},
    faults::{Fault, FaultOrder, Faults},
    federation,
    journal::Journal,
    keychain::{self, Keychain},
    seed::Seed,
    signature::Received,
    state::World,
    time::{Clock, http_date, shift},
};

/// Bodies of the query protocol are small; a larger one is a mistake or an attack.
const LARGEST_BODY: usize = 1024 * 1024;

/// What all requests share.
pub(crate) struct Server {
    pub(crate) clock: Clock,
    pub(crate) state: Mutex<ServerState>,
    pub(crate) keychain: Keychain,
}

/// The world, and what is not part of it.
pub(crate) struct ServerState {
    pub(crate) world: World,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
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

    /// Adds a device that is enabled and known to STS.
    pub(crate) fn insert_device(&self, user: &str, serial: &str, seed: Option<Seed>) {
        let mut state = self.state();
        let now = self.now(&state);
        state.world.devices.insert(serial.to_owned(), Device::unassigned(seed));
        state.world.assign(serial, user, 0, now);
    }

    fn answer(&self, asked: &Asked, fault: Option<&'static str>) -> Answer {
        let mut state = self.state();
        let now = self.now(&state);
        dispatch::answer(&mut state, asked, fault, now)
    }
}

/// Serves a request.
pub(crate) async fn serve(
    State(server): State<Arc<Server>>,
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
    if received.uri.path().starts_with(keychain::PREFIX) {
        return keychain::answer(&server.keychain, &received).await;
    }
    if received.uri.path().starts_with(control::PREFIX) {
        return control::answer(&server, &received);
    }
    if received.uri.path() == federation::PATH {
        return federation::answer(&server, &received);
    }
    let (asked, order) = {
        let mut state = server.state();
        let asked = Asked::new(received, state.journal.next_number());
        let order = state.faults.take(asked.action());
        (asked, order)
    };
    let mut response = match order {
        None => send(server.answer(&asked, None)),
        Some(order) => spoilt(&server, &asked, order, &line).await,
    };
    let headers = response.headers_mut();
    let date = http_date(server.now(&server.state())).and_then(|date| HeaderValue::try_from(date).ok());
    if let Some(date) = date {
        headers.entry(header::DATE).or_insert(date);
    }
    if let Ok(id) = HeaderValue::try_from(asked.request_id) {
        headers.entry("x-amzn-requestid").or_insert(id);
    }
    response
}

/// Answers a request that a fault was ordered for.
async fn spoilt(server: &Server, asked: &Asked, order: FaultOrder, line: &Line) -> Response {
    let kind = order.fault.kind();
    let process = || server.answer(asked, Some(kind));
    match order.fault {
        // Half an answer needs an answer.
        Fault::Truncated => {
            let Answer { status, xml } = process();
            delivery::truncated(status, &xml)
        }
        // Who hangs up while waiting was not served, unless that was ordered.
        Fault::Slow { milliseconds } => {
            let early = order.processed.then(process);
            sleep(Duration::from_millis(milliseconds)).await;
            send(early.unwrap_or_else(process))
        }
        fault => {
            if order.processed {
                process();
            } else {
                server.state().journal.write(asked.entry(Some(kind)));
            }
            instead(asked, fault, line).await
        }
    }
}

/// Sends something in place of the answer.
async fn instead(asked: &Asked, fault: Fault, line: &Line) -> Response {
    match fault {
        Fault::Throttle => send(asked.refuse(&AwsError::throttled())),
        Fault::Error500 => send(asked.refuse(&AwsError::internal())),
        Fault::Error503 => send(asked.refuse(&AwsError::unavailable())),
        Fault::Garbage => delivery::whole(
            StatusCode::OK,
            "text/xml",
            vec![0xff, 0x00, 0x3c, 0xfe, 0x80, 0x3c, 0x0a],
        ),
        Fault::Html => delivery::whole(StatusCode::OK, "text/html", "<html><title>Wi-Fi login</title></html>"),
        Fault::Silent => delivery::silent().await,
        Fault::Answer(answer) => delivery::canned(answer, line).await,
        Fault::Reset | Fault::Truncated | Fault::Slow { .. } | Fault::DateSkew { .. } => delivery::reset(line),
    }
}

fn send(answer: Answer) -> Response {
    delivery::whole(answer.status, "text/xml", answer.xml)
}
