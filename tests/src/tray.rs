use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;

use crate::desktop::Desktop;
use crate::wait;

const ITEM: &str = "org.kde.StatusNotifierItem";
const MENU: &str = "com.canonical.dbusmenu";

/// A tray item as the desktop's panel sees it: an object on the bus that can be clicked and has a menu.
#[derive(Debug)]
pub struct TrayItem<'a> {
    desktop: &'a Desktop,
    service: String,
    path: String,
}

/// One line of the tray menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    id: i64,
    /// Its text, without the underscore that marks an access key.
    pub label: String,
    /// Whether it can be clicked.
    pub enabled: bool,
}

impl<'a> TrayItem<'a> {
    /// Waits until the one tray item of this desktop is registered.
    pub fn find(desktop: &'a Desktop) -> Result<Self> {
        Self::find_within(desktop, wait::PROGRAM)
    }

    /// The same with another patience.
    pub fn find_within(desktop: &'a Desktop, limit: Duration) -> Result<Self> {
        let name = wait::until("a tray item", limit, || Ok(registered(desktop)?.pop()))?;
        // Watchers write `:1.7/StatusNotifierItem` or `:1.7@/StatusNotifierItem`; some only `:1.7`.
        let (service, path) = match name.find('/') {
            Some(slash) => name.split_at(slash),
            None => (name.as_str(), "/StatusNotifierItem"),
        };
        Ok(Self {
            desktop,
            service: service.trim_end_matches('@').to_owned(),
            path: path.to_owned(),
        })
    }

    /// Clicks the item.
    pub fn click(&self) -> Result<()> {
        self.desktop
            .bus(&["call", &self.service, &self.path, ITEM, "Activate", "ii", "1200", "10"])?;
        Ok(())
    }

    /// A text property of the item, such as its `Id` or `Title`.
    pub fn text(&self, property: &str) -> Result<String> {
        let answer = self.property(property)?;
        Ok(answer["data"].as_str().with_context(|| answer.to_string())?.to_owned())
    }

    /// What the item says under the pointer.
    pub fn tooltip(&self) -> Result<String> {
        let answer = self.property("ToolTip")?;
        Ok(answer["data"][3]
            .as_str()
            .with_context(|| answer.to_string())?
            .to_owned())
    }

    /// The item's picture: width, height, and the bytes of its pixels (ARGB).
    pub fn picture(&self) -> Result<(u64, u64, Vec<u64>)> {
        let answer = self.property("IconPixmap")?;
        let picture = &answer["data"][0];
        let bytes = picture[2].as_array().with_context(|| answer.to_string())?;
        let bytes = bytes.iter().filter_map(Value::as_u64).collect();
        let side = |index: usize| picture[index].as_u64().context("a picture without a size");
        Ok((side(0)?, side(1)?, bytes))
    }

    fn property(&self, name: &str) -> Result<Value> {
        self.desktop
            .bus(&["get-property", &self.service, &self.path, ITEM, name])
    }

    /// The lines of the menu, without separators.
    pub fn menu(&self) -> Result<Vec<Line>> {
        let path = self.menu_path()?;
        let answer = self
            .desktop
            .bus(&["call", &self.service, &path, MENU, "GetLayout", "iias", "0", "-1", "0"])?;
        // data: [revision, [0, {properties}, [children]]], each child a variant of the same triple.
        let children = answer["data"][1][2].as_array().with_context(|| answer.to_string())?;
        Ok(children.iter().filter_map(|child| line(&child["data"])).collect())
    }

    /// Clicks a line of the menu.
    pub fn choose(&self, line: &Line) -> Result<()> {
        let path = self.menu_path()?;
        let id = line.id.to_string();
        self.desktop.bus(&[
            "call",
            &self.service,
            &path,
            MENU,
            "Event",
            "isvu",
            &id,
            "clicked",
            "s",
            "",
            "0",
        ])?;
        Ok(())
    }

    fn menu_path(&self) -> Result<String> {
        self.text("Menu")
    }
}

/// The tray items that are registered now.
pub fn registered(desktop: &Desktop) -> Result<Vec<String>> {
    let answer = desktop.bus(&[
        "get-property",
        "org.kde.StatusNotifierWatcher",
        "/StatusNotifierWatcher",
        "org.kde.StatusNotifierWatcher",
        "RegisteredStatusNotifierItems",
    ])?;
    let items = answer["data"].as_array().with_context(|| answer.to_string())?;
    Ok(items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect())
}

fn line(triple: &Value) -> Option<Line> {
    let properties = &triple[1];
    let label = properties["label"]["data"].as_str()?;
    if properties["type"]["data"] == "separator" || label.is_empty() {
        return None;
    }
    Some(Line {
        id: triple[0].as_i64()?,
        label: label.replace('_', ""),
        enabled: properties["enabled"]["data"] != false,
    })
}
