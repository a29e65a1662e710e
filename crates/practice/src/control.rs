//! What tests and `mfa-tray practice code` ask beside AWS's own protocol: codes, the state, faults.
//!
//! A web page can make a browser call loopback, and a name can be made to point here. Neither gets an answer: a page's
//! request says where it comes from, and a foreign name stands in `Host`.

use axum::response::Response;
use http::{HeaderMap, Method, StatusCode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    delivery::whole, device::CurrentCode, exchange::Server, query::Parameters, report::report, seed::Seed,
    signature::Received,
};

/// Where these routes begin. AWS's protocol knows only `/`.
pub(crate) const PREFIX: &str = "/_practice/";

/// Answers a control request.
pub(crate) fn answer(server: &Server, received: &Received) -> Response {
    let (status, value) = match is_local(&received.headers) {
        true => route(server, received),
        false => (
            StatusCode::FORBIDDEN,
            json!({ "error": "only programs on this machine may ask" }),
        ),
    };
    whole(status, "application/json", value.to_string())
}

fn route(server: &Server, received: &Received) -> (StatusCode, Value) {
    let query = Parameters::parse(received.uri.query().unwrap_or_default(), b"");
    let path = received.uri.path().strip_prefix(PREFIX).unwrap_or_default();
    match (&received.method, path) {
        (&Method::GET, "code") => {
            let step = query.value("step").map_or(Ok(0), str::parse);
            let Ok(step) = step else {
                return refused("step is not a whole number");
            };
            match code(server, query.value("serial").unwrap_or_default(), step) {
                Some(code) => (StatusCode::OK, json!(code)),
                None => (StatusCode::NOT_FOUND, json!({ "error": "no such device" })),
            }
        }
        (&Method::GET, "state") => (StatusCode::OK, state(server)),
        (&Method::POST, "faults") => order(received, |orders| server.state().faults.order(orders)),
        (&Method::DELETE, "faults") => {
            server.state().faults.clear();
            (StatusCode::OK, json!({}))
        }
        (&Method::POST, "devices") => add_device(server, received),
        (&Method::POST, "keychain-faults") => order(received, |orders| server.keychain.order(orders)),
        (&Method::DELETE, "keychain-faults") => {
            server.keychain.clear_orders();
            (StatusCode::OK, json!({}))
        }
        _ => (StatusCode::NOT_FOUND, json!({ "error": "no such route" })),
    }
}

/// Returns the code a device shows, `step` steps from now.
pub(crate) fn code(server: &Server, serial: &str, step: i64) -> Option<CurrentCode> {
    let state = server.state();
    let now = server.now(&state);
    state.world.devices.get(serial)?.code(step, now)
}

/// Describes everything a test may want to see.
pub(crate) fn state(server: &Server) -> Value {
    let state = server.state();
    let mut value = report(&state.world, server.now(&state));
    value["keychain"] = server.keychain.report();
    value["requests"] = json!(state.journal);
    value["faults"] = json!({ "open": state.faults.open(), "skew_seconds": state.faults.skew() });
    value
}

/// A virtual MFA device as somebody has it: with a seed that is known.
#[derive(Deserialize)]
struct KnownDevice {
    user: String,
    serial: String,
    seed: String,
}

/// Enables a device whose seed the caller knows, as if its user had done so in the console long ago.
fn add_device(server: &Server, received: &Received) -> (StatusCode, Value) {
    let Ok(device) = serde_json::from_slice::<KnownDevice>(&received.body) else {
        return refused("a device has a user, a serial and a seed");
    };
    let Some(seed) = Seed::from_base32(&device.seed) else {
        return refused("the seed is no base32");
    };
    server.insert_device(&device.user, &device.serial, Some(seed));
    (StatusCode::OK, json!({}))
}

/// Hands on the orders that a request brings.
fn order<T: DeserializeOwned>(received: &Received, take: impl FnOnce(Vec<T>)) -> (StatusCode, Value) {
    match serde_json::from_slice(&received.body) {
        Ok(orders) => {
            take(orders);
            (StatusCode::OK, json!({}))
        }
        Err(error) => refused(&error.to_string()),
    }
}

fn refused(why: &str) -> (StatusCode, Value) {
    (StatusCode::BAD_REQUEST, json!({ "error": why }))
}

/// Says whether a request comes from a program on this machine, and not from a page in its browser.
pub(crate) fn is_local(headers: &HeaderMap) -> bool {
    let host = headers
        .get("host")
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    !headers.contains_key("origin") && ["127.0.0.1", "localhost", "[::1]"].contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_without_an_origin_is_local() {
        let check = |host: &'static str, origin: Option<&'static str>, local: bool| {
            let mut headers = HeaderMap::new();
            headers.insert("host", host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert("origin", origin.parse().unwrap());
            }
            assert_eq!(is_local(&headers), local, "{host} {origin:?}");
        };
        check("127.0.0.1:4000", None, true);
        check("localhost:4000", None, true);
        check("127.0.0.1:4000", Some("https://example.com"), false);
        check("127.0.0.1:4000", Some("null"), false);
        check("rebound.example.com:4000", None, false);
        check("127.0.0.1.example.com", None, false);
        assert!(!is_local(&HeaderMap::new()));
    }
}
