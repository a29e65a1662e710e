//! The panel: made when first opened, hidden when closed, gone a minute later.

mod life;
mod place;

use tauri::webview::PageLoadEvent;
use tauri::{
    AppHandle, DragDropEvent, Manager as _, PhysicalPosition, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
};

use crate::desk::Desk;
use crate::{tray, wizard};

pub(crate) use life::Life;

/// The label the panel's capability names.
pub(crate) const PANEL: &str = "panel";
const SIZE: (f64, f64) = (380.0, 560.0);
const SMALLEST: (f64, f64) = (320.0, 360.0);

/// Shows the panel, in front. Main thread only.
pub(crate) fn show(app: &AppHandle) {
    show_near(app, None);
}

/// Shows the panel soon, from any thread.
pub(crate) fn show_soon(app: &AppHandle) {
    soon(app, show);
}

/// Shows the panel soon, or hides it if it is in front, from any thread.
pub(crate) fn toggle_soon(app: &AppHandle) {
    soon(app, |app| toggle(app, None));
}

fn soon(app: &AppHandle, work: impl FnOnce(&AppHandle) + Send + 'static) {
    let on_main = app.clone();
    if let Err(error) = app.run_on_main_thread(move || work(&on_main)) {
        tracing::error!(%error, "the panel could not be shown");
    }
}

/// Shows the panel, near where the person has clicked, or hides it if it is in front. Main thread only.
pub(crate) fn toggle(app: &AppHandle, click: Option<PhysicalPosition<f64>>) {
    let panel = app.get_webview_window(PANEL);
    let visible = panel.filter(|panel| panel.is_visible().unwrap_or(false));
    let in_front = |panel: WebviewWindow| panel.is_focused().unwrap_or(false) || app.state::<Life>().was_in_front();
    if visible.is_some_and(in_front) {
        hide(app);
    } else {
        show_near(app, click);
    }
}

fn show_near(app: &AppHandle, click: Option<PhysicalPosition<f64>>) {
    let opening = app.state::<Life>().turn();
    app.state::<Desk>().used();
    let shown = match app.get_webview_window(PANEL) {
        Some(panel) => raise(&panel),
        // It shows itself once there is something to see.
        None => make(app, click, opening),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the panel could not be shown");
    }
}

/// Puts the panel away: into the tray, or, without one, where the desktop still shows it.
pub(crate) fn hide(app: &AppHandle) {
    let Some(panel) = app.get_webview_window(PANEL) else {
        return;
    };
    place::remember(&panel);
    put_questions_away(app);
    let hidden = if tray::is_missing(app) {
        panel.minimize()
    } else {
        life::close_soon(app);
        panel.hide()
    };
    if let Err(error) = hidden {
        tracing::error!(%error, "the panel could not be hidden");
    }
}

/// A question that is closed is answered.
fn put_questions_away(app: &AppHandle) {
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || app.state::<Desk>().put_away());
}

/// Ends the program, which knows the next time where the panel was. Main thread only.
pub(crate) fn quit(app: &AppHandle) {
    let place = app.get_webview_window(PANEL).as_ref().and_then(place::of);
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        if let Some(place) = place {
            place::keep(&app, place);
        }
        app.exit(0);
    });
}

fn raise(panel: &WebviewWindow) -> tauri::Result<()> {
    panel.unminimize()?;
    panel.show()?;
    panel.set_focus()
}

fn make(app: &AppHandle, click: Option<PhysicalPosition<f64>>, opening: u64) -> tauri::Result<()> {
    let panel = WebviewWindowBuilder::new(app, PANEL, WebviewUrl::App("index.html".into()))
        .title("MFA Tray")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .visible(false)
        .on_navigation(is_ours)
        .on_page_load(move |panel, load| {
            // Whoever has closed it meanwhile does not want it back.
            let wanted = load.event() == PageLoadEvent::Finished && panel.state::<Life>().is(opening);
            if wanted && let Err(error) = raise(&panel) {
                tracing::error!(%error, "the panel could not be shown");
            }
        })
        .build()?;
    place::restore(&panel, click);
    let app = app.clone();
    panel.on_window_event(move |event| {
        match event {
            WindowEvent::CloseRequested { api, .. } if !tray::is_missing(&app) => {
                api.prevent_close();
                hide(&app);
            }
            WindowEvent::Focused(false) => app.state::<Life>().lost_the_keyboard(),
            // Dropped files never reach the page; a picture is of use while the wizard waits for one.
            WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) if wizard::wants_picture(&app) => {
                if let Some(path) = paths.first() {
                    wizard::read_dropped(&app, path.clone());
                }
            }
            _ => {}
        }
    });
    Ok(())
}

/// The page itself and nothing else: no link, no redirect, no dropped file leads elsewhere.
fn is_ours(url: &Url) -> bool {
    match url.scheme() {
        "tauri" => url.host_str() == Some("localhost"),
        "http" | "https" => cfg!(windows) && url.host_str() == Some("tauri.localhost"),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_panel_goes_nowhere_else() {
        let ours = |text: &str| is_ours(&Url::parse(text).unwrap());
        assert!(ours("tauri://localhost/index.html"));
        for elsewhere in [
            "https://example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "data:text/html,x",
            "http://localhost/",
            "tauri://elsewhere/",
        ] {
            assert!(!ours(elsewhere), "{elsewhere}");
        }
    }
}
