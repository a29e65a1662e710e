//! The enrolment picture: a seed as a QR code and as text, for a copy on the phone.
//!
//! The one place where a seed leaves the program. It stands in a window of its own that may call nothing and runs no
//! script. The page is drawn here and served once, to that window alone, while it is wanted.

use std::borrow::Cow;
use std::sync::{Mutex, PoisonError};

use data_encoding::BASE64;
use mfa_tray_core::enroll::ISSUER;
use mfa_tray_core::profile::MfaSerial;
use mfa_tray_core::secret::ExposeSecret as _;
use mfa_tray_core::totp::Seed;
use qrcode::{Color, QrCode};
use sha2::{Digest as _, Sha256};
use tauri::http::{Response, StatusCode, header};
use tauri::{AppHandle, Manager as _, Runtime, UriSchemeContext, WebviewUrl, WebviewWindowBuilder};
use zeroize::Zeroizing;

use crate::desk::Desk;

/// The label of its window, which no capability names.
pub(crate) const WINDOW: &str = "picture";
/// The scheme that serves the page.
pub(crate) const SCHEME: &str = "enrolment";
const SIZE: (f64, f64) = (360.0, 520.0);
/// The quiet zone around the code, in modules: readers want four.
const MARGIN: usize = 4;

const STYLE: &str = "\
:root{color-scheme:light dark;font:13px/1.45 system-ui,sans-serif}\
body{margin:0;padding:20px;text-align:center;background:Canvas;color:CanvasText}\
h1{margin:0 0 4px;font-size:17px}\
p{margin:0 0 14px}\
svg{width:260px;height:260px;border-radius:10px;background:#fff}\
details{margin:14px 0}\
summary{cursor:pointer;padding:4px}\
code{display:block;margin-top:8px;font:14px/1.7 ui-monospace,monospace;user-select:all;overflow-wrap:anywhere}";

/// The page that waits to be fetched.
#[derive(Default)]
pub(crate) struct Sheet(Mutex<Option<Zeroizing<String>>>);

impl Sheet {
    fn put(&self, page: Option<Zeroizing<String>>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = page;
    }

    fn take(&self) -> Option<Zeroizing<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Shows the seed of `serial` in the picture's window; brings that to the front if it is there.
///
/// # Errors
/// The window system's.
pub(crate) fn show(app: &AppHandle, serial: &MfaSerial, seed: &Seed) -> tauri::Result<()> {
    if let Some(window) = app.get_webview_window(WINDOW) {
        window.unminimize()?;
        return window.set_focus();
    }
    app.state::<Sheet>().put(page(serial, seed));
    let built = build(app);
    if built.is_err() {
        app.state::<Sheet>().put(None);
    }
    built
}

fn build(app: &AppHandle) -> tauri::Result<()> {
    let address = format!("{SCHEME}://localhost/");
    let url = address.parse().map_err(|_| tauri::Error::WindowNotFound)?;
    WebviewWindowBuilder::new(app, WINDOW, WebviewUrl::CustomProtocol(url))
        .title("Scan with your phone – MFA Tray")
        .inner_size(SIZE.0, SIZE.1)
        .resizable(false)
        // Where the system can, no screenshot and no shared screen shows it.
        .content_protected(true)
        // Nothing of it on the disk, and nothing that runs. The folder is never made: it only tells Tauri that this
        // window shares nothing with the panel, for whose web context it would else take the scheme as known already.
        .incognito(true)
        .data_directory(app.state::<Desk>().world.state.path().join(WINDOW))
        .disable_javascript()
        .devtools(false)
        .on_navigation(|url| url.scheme() == SCHEME)
        .build()?;
    Ok(())
}

/// Whether the picture stands there.
pub(crate) fn is_open(app: &AppHandle) -> bool {
    app.get_webview_window(WINDOW).is_some()
}

/// Takes the picture away.
pub(crate) fn close(app: &AppHandle) {
    app.state::<Sheet>().put(None);
    if let Some(window) = app.get_webview_window(WINDOW)
        && let Err(error) = window.destroy()
    {
        tracing::warn!(%error, "the picture's window could not be closed");
    }
}

/// Answers the scheme: the page, once, to its own window.
pub(crate) fn serve<R: Runtime>(context: &UriSchemeContext<'_, R>) -> Response<Cow<'static, [u8]>> {
    let page = if context.webview_label() == WINDOW {
        context.app_handle().state::<Sheet>().take()
    } else {
        None
    };
    answer(page)
}

fn answer(page: Option<Zeroizing<String>>) -> Response<Cow<'static, [u8]>> {
    let (status, body) = match page {
        Some(page) => (StatusCode::OK, page.as_bytes().to_vec()),
        None => (StatusCode::NOT_FOUND, Vec::new()),
    };
    let hash = BASE64.encode(&Sha256::digest(STYLE.as_bytes()));
    let mut response = Response::new(Cow::Owned(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    let policy = format!("default-src 'none'; style-src 'sha256-{hash}'");
    for (name, value) in [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
    ] {
        if let Ok(value) = value.parse() {
            headers.insert(name, value);
        }
    }
    response
}

fn page(serial: &MfaSerial, seed: &Seed) -> Option<Zeroizing<String>> {
    let account = serial.arn().map_or("", |arn| arn.account);
    // A serial has no character that means anything in a page.
    let label = format!("{}@{account}", serial.device_name());
    let code = QrCode::new(seed.uri(ISSUER, &label).expose_secret()).ok()?;
    let drawing = drawing(&code);
    let base32 = seed.base32();
    let mut page = Zeroizing::new(String::with_capacity(drawing.len() + 4096));
    page.push_str(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Scan with your phone</title><style>",
    );
    page.push_str(STYLE);
    page.push_str("</style></head><body><h1>Scan this with your phone</h1><p>Any authenticator app will do. Nobody else should see it: whoever has it has your codes.</p>");
    page.push_str(&drawing);
    page.push_str("<details><summary>Show the secret as text</summary><code>");
    for (index, letter) in base32.expose_secret().chars().enumerate() {
        if index > 0 && index % 4 == 0 {
            page.push(' ');
        }
        page.push(letter);
    }
    page.push_str("</code></details><p>");
    page.push_str(&label);
    page.push_str("</p></body></html>");
    Some(page)
}

/// The code as one path of squares.
fn drawing(code: &QrCode) -> Zeroizing<String> {
    use std::fmt::Write as _;
    let side = code.width() + 2 * MARGIN;
    let mut svg = Zeroizing::new(String::with_capacity(side * side * 12));
    // Writing to a string does not fail.
    let _ = write!(
        svg,
        "<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"QR code\" shape-rendering=\"crispEdges\"><path d=\""
    );
    for (y, row) in (0..code.width()).map(|y| (y, (0..code.width()).filter(move |&x| code[(x, y)] == Color::Dark))) {
        for x in row {
            let _ = write!(svg, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
        }
    }
    svg.push_str("\"/></svg>");
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seed() -> Seed {
        Seed::from_base32(&"JBSWY3DPEHPK3PXP".repeat(4)).unwrap()
    }

    fn serial() -> MfaSerial {
        MfaSerial::parse("arn:aws:iam::111122223333:mfa/alice").unwrap()
    }

    #[test]
    fn the_page_is_a_drawing_and_text_and_runs_nothing() {
        let page = page(&serial(), &seed()).unwrap();
        for forbidden in ["<script", "javascript:", "onload", "http:", "https:", "<img", "<a "] {
            assert!(!page.contains(forbidden), "{forbidden} in the page");
        }
        assert!(page.contains("JBSW Y3DP EHPK 3PXP") && page.contains("alice@111122223333"));
        let answer = answer(Some(page));
        let policy = answer.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(
            policy.starts_with("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
    }

    #[test]
    fn the_drawing_is_the_code() {
        let code = QrCode::new(seed().uri(ISSUER, "alice@111122223333").expose_secret()).unwrap();
        let drawing = drawing(&code);
        let dark = (0..code.width())
            .flat_map(|y| (0..code.width()).map(move |x| (x, y)))
            .filter(|&place| code[place] == Color::Dark)
            .count();
        assert_eq!(drawing.matches("h1v1h-1z").count(), dark);
    }

    #[test]
    fn a_page_is_given_once() {
        let sheet = Sheet::default();
        sheet.put(page(&serial(), &seed()));
        assert!(sheet.take().is_some());
        assert!(sheet.take().is_none());
        assert_eq!(answer(None).status(), StatusCode::NOT_FOUND);
        assert!(answer(None).body().is_empty());
    }
}
