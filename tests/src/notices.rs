use std::fs;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::desktop::{CHOICE, Desktop};
use crate::wait;

const SERVICE: &str = "org.freedesktop.Notifications";
const OBJECT: &str = "/org/freedesktop/Notifications";
/// What `dunstctl` speaks.
const CONTROL: &str = "org.dunstproject.cmd0";

/// How many notices stand on the screen.
pub fn shown(desktop: &Desktop) -> Result<u64> {
    let answer = desktop.bus(&["get-property", SERVICE, OBJECT, CONTROL, "displayedLength"])?;
    answer["data"].as_u64().with_context(|| answer.to_string())
}

/// Waits until so many notices stand there.
pub fn wait_for(desktop: &Desktop, count: u64, limit: Duration) -> Result<()> {
    wait::until_true(&format!("{count} notices"), limit, || {
        shown(desktop).is_ok_and(|shown| shown == count)
    })
}

/// Clicks the newest notice.
pub fn click(desktop: &Desktop) -> Result<()> {
    desktop.bus(&["call", SERVICE, OBJECT, CONTROL, "NotificationAction", "u", "0"])?;
    Ok(())
}

/// Chooses an action from the menu of the newest notice.
pub fn choose(desktop: &Desktop, label: &str) -> Result<()> {
    fs::write(desktop.folder().join(CHOICE), label)?;
    desktop.bus(&["call", SERVICE, OBJECT, CONTROL, "ContextMenuCall"])?;
    Ok(())
}

/// Closes all notices; says the title and the text of everything that was ever shown and closed, the newest first.
pub fn close_all(desktop: &Desktop) -> Result<Vec<(String, String)>> {
    desktop.bus(&["call", SERVICE, OBJECT, CONTROL, "NotificationCloseAll"])?;
    let answer = desktop.bus(&["call", SERVICE, OBJECT, CONTROL, "NotificationListHistory"])?;
    let list = answer["data"][0].as_array().with_context(|| answer.to_string())?;
    let text = |notice: &serde_json::Value, key: &str| notice[key]["data"].as_str().unwrap_or_default().to_owned();
    Ok(list
        .iter()
        .map(|notice| (text(notice, "summary"), text(notice, "body")))
        .collect())
}
