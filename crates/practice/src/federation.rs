//! The console's federation endpoint: a role's session becomes a token, and the token a signed-in browser
//! (<https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_enable-console-custom-url.html>).

use axum::response::Response;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::json;

use crate::{
    delivery::whole,
    exchange::Server,
    query::Parameters,
    random,
    signature::Received,
    state::{Principal, SignIn, World},
};

/// Where it is.
pub(crate) const PATH: &str = "/federation";
/// A token signs in for a quarter of an hour.
const SECONDS: i64 = 900;

/// The session, as the contract names its parts.
#[derive(Deserialize)]
struct Session {
    #[serde(rename = "sessionId")]
    id: String,
    #[serde(rename = "sessionKey")]
    secret: String,
    #[serde(rename = "sessionToken")]
    token: String,
}

/// Answers a request.
pub(crate) fn answer(server: &Server, received: &Received) -> Response {
    let parameters = Parameters::parse(received.uri.query().unwrap_or_default(), &received.body);
    let mut state = server.state();
    let now = server.now(&state);
    match parameters.action() {
        // In an address the session would be written down on its way.
        "getSigninToken" if received.method == Method::POST && received.uri.query().is_none() => {
            let session = parameters.value("Session").map(serde_json::from_str::<Session>);
            let who = match session {
                Some(Ok(session)) => role(&state.world, &session, now),
                _ => None,
            };
            let (Some(who), Ok(token)) = (who, random::token()) else {
                return refused();
            };
            let until = now + jiff::SignedDuration::from_secs(SECONDS);
            state.world.sign_ins.insert(token.clone(), SignIn { who, until });
            let answer = json!({ "SigninToken": token }).to_string();
            whole(StatusCode::OK, "application/json", answer)
        }
        "login" if received.method == Method::GET => {
            let token = parameters.value("SigninToken").unwrap_or_default();
            match state.world.sign_ins.get(token).filter(|sign_in| sign_in.until > now) {
                Some(sign_in) => {
                    let text = format!("signed in as {}", sign_in.who);
                    state.world.sign_ins.remove(token);
                    whole(StatusCode::OK, "text/plain", text)
                }
                None => refused(),
            }
        }
        _ => refused(),
    }
}

/// The ARN of a role's session that is good; the session of a user signs nobody in.
fn role(world: &World, session: &Session, now: jiff::Timestamp) -> Option<String> {
    let known = world.sessions.get(&session.id)?;
    let good = known.secret == session.secret && known.token == session.token && known.expires > now;
    let is_role = matches!(known.principal, Principal::Role { .. });
    (good && is_role).then(|| world.arn(&known.principal))
}

fn refused() -> Response {
    whole(StatusCode::BAD_REQUEST, "text/html", "<html>Bad Request</html>")
}
