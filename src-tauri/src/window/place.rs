//! Where the panel is: where it was left, else near the click that opens it.

use mfa_tray_core::state::WindowPlace;
use tauri::{AppHandle, Manager as _, Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};

use crate::desk::Desk;

/// Between the panel and what was clicked, or the edge of the screen.
const GAP: i32 = 8;

/// Writes down where the panel is.
pub(super) fn remember(panel: &WebviewWindow) {
    let app = panel.app_handle().clone();
    if let Some(place) = of(panel) {
        // A file's lock is no business of the main thread.
        tauri::async_runtime::spawn_blocking(move || keep(&app, place));
    }
}

/// Where the panel is, if it is to be seen.
pub(super) fn of(panel: &WebviewWindow) -> Option<WindowPlace> {
    panel.is_visible().ok().filter(|visible| *visible)?;
    let (at, size) = (panel.outer_position().ok()?, panel.inner_size().ok()?);
    Some(WindowPlace {
        x: at.x,
        y: at.y,
        width: size.width,
        height: size.height,
    })
}

/// Writes a place down. Blocks on a file's lock.
pub(super) fn keep(app: &AppHandle, place: WindowPlace) {
    if let Err(error) = app.state::<Desk>().world.state.remember_window(place) {
        tracing::warn!(%error, "where the window is could not be written down");
    }
}

/// Puts the panel where it was left, if there is still a screen; else near `click`. On Wayland the desktop decides.
pub(super) fn restore(panel: &WebviewWindow, click: Option<PhysicalPosition<f64>>) {
    let monitors = panel.available_monitors().unwrap_or_default();
    let screens: Vec<Screen> = monitors.iter().map(Screen::of).collect();
    let kept = panel.app_handle().state::<Desk>().world.state.window();
    let kept = kept.filter(|place| is_reachable(place, &screens));
    let moved = match (kept, click) {
        // Where the tray is clicked, its panel opens there: the system's way.
        (Some(place), Some(click)) if cfg!(not(target_os = "linux")) => {
            panel.set_size(PhysicalSize::new(place.width, place.height)).ok();
            near(panel, click, &screens)
        }
        (Some(place), _) => {
            panel.set_size(PhysicalSize::new(place.width, place.height)).ok();
            panel.set_position(PhysicalPosition::new(place.x, place.y))
        }
        (None, Some(click)) => near(panel, click, &screens),
        (None, None) => Ok(()),
    };
    if let Err(error) = moved {
        tracing::warn!(%error, "the window could not be moved");
    }
}

fn near(panel: &WebviewWindow, click: PhysicalPosition<f64>, screens: &[Screen]) -> tauri::Result<()> {
    let click = (click.x as i32, click.y as i32);
    let size = panel.outer_size()?;
    match beside(click, (size.width as i32, size.height as i32), screens) {
        Some((x, y)) => panel.set_position(PhysicalPosition::new(x, y)),
        None => Ok(()),
    }
}

/// A screen's left, upper, right and lower edge.
#[derive(Debug, Clone, Copy)]
struct Screen(i32, i32, i32, i32);

impl Screen {
    fn of(monitor: &Monitor) -> Screen {
        let (at, size) = (monitor.position(), monitor.size());
        Screen(at.x, at.y, at.x + size.width as i32, at.y + size.height as i32)
    }

    fn holds(&self, (x, y): (i32, i32)) -> bool {
        (self.0..self.2).contains(&x) && (self.1..self.3).contains(&y)
    }
}

/// Whether enough of the panel's upper edge is on a screen to take hold of it.
fn is_reachable(place: &WindowPlace, screens: &[Screen]) -> bool {
    let middle = place
        .x
        .saturating_add(i32::try_from(place.width / 2).unwrap_or_default());
    screens
        .iter()
        .any(|screen| screen.holds((middle, place.y.saturating_add(GAP))))
}

/// Where a panel of that size goes: under what was clicked in the upper half of a screen, over it in the lower, and
/// wholly on it. Nowhere, where the click has no place: some desktops tell none.
fn beside(click: (i32, i32), (width, height): (i32, i32), screens: &[Screen]) -> Option<(i32, i32)> {
    let screen = screens
        .iter()
        .find(|screen| screen.holds(click))
        .filter(|_| click != (0, 0))?;
    let Screen(left, upper, right, lower) = *screen;
    let fit = |at: i32, low: i32, high: i32| at.min(high - GAP).max(low + GAP);
    let x = fit(click.0 - width / 2, left, right - width);
    let y = if click.1 < (upper + lower) / 2 {
        click.1 + 3 * GAP
    } else {
        click.1 - height - 3 * GAP
    };
    Some((x, fit(y, upper, lower - height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCREENS: [Screen; 2] = [Screen(0, 0, 1280, 800), Screen(1280, 0, 3200, 1080)];

    #[test]
    fn a_panel_opens_beside_the_click_and_wholly_on_its_screen() {
        let size = (380, 560);
        for (click, place) in [
            ((600, 10), Some((410, 34))),
            ((1270, 10), Some((892, 34))),
            ((5, 10), Some((8, 34))),
            ((600, 790), Some((410, 206))),
            ((3100, 1070), Some((2812, 486))),
            ((0, 0), None),
            ((-5, 10), None),
        ] {
            assert_eq!(beside(click, size, &SCREENS), place, "{click:?}");
        }
    }

    #[test]
    fn a_place_on_a_screen_that_is_gone_is_forgotten() {
        let place = |x, y| WindowPlace {
            x,
            y,
            width: 380,
            height: 560,
        };
        assert!(is_reachable(&place(100, 100), &SCREENS));
        assert!(is_reachable(&place(2000, 100), &SCREENS));
        assert!(!is_reachable(&place(2000, 100), &SCREENS[..1]));
        assert!(!is_reachable(&place(100, -500), &SCREENS));
    }
}
