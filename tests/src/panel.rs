use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};
use fantoccini::Locator;
use fantoccini::error::{CmdError, ErrorStatus};

use crate::built;
use crate::desktop::Desktop;
use crate::practice::Practice;
use crate::screen;
use crate::wait;
use crate::webdriver::Session;

/// The app with its window open, as a person sees and drives it.
#[derive(Debug)]
pub struct Panel {
    session: Session,
    process: u32,
    log: PathBuf,
}

/// Which of the two looks the desktop asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// Dark text on white.
    Light,
    /// Light text on black.
    Dark,
}

impl Theme {
    /// Its name, as files are called after it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

impl Panel {
    /// Opens the app on practice AWS and waits until the window shows the profiles.
    pub fn open(desktop: &Desktop, practice: &Practice, theme: Theme) -> Result<Self> {
        let mut surroundings = desktop.command(built::app()?);
        practice.dress(&mut surroundings);
        let panel = Self::start(desktop, surroundings, theme)?;
        panel.wait_for_profile(&practice.plain_user()?.0)?;
        Ok(panel)
    }

    /// Starts the app in the environment of `surroundings` and waits for its window, whatever that shows.
    pub fn start(desktop: &Desktop, mut surroundings: Command, theme: Theme) -> Result<Self> {
        let folder = desktop.folder();
        surroundings.env("RUST_LOG", "trace");
        if theme == Theme::Dark {
            surroundings.env("GTK_THEME", "Adwaita:dark");
        }
        let log = folder.join("app.log");
        let session = Session::start(&launcher(folder, &log)?, surroundings, folder)?;
        let process = fs::read_to_string(folder.join("app.pid"))?.trim().parse()?;
        Ok(Self { session, process, log })
    }

    /// The app's process id.
    #[must_use]
    pub fn process(&self) -> u32 {
        self.process
    }

    /// Everything the app has logged.
    pub fn log(&self) -> Result<String> {
        Ok(fs::read_to_string(&self.log)?)
    }

    /// The names of the listed profiles, from top to bottom.
    pub fn profiles(&self) -> Result<Vec<String>> {
        self.texts(PROFILE_NAMES)
    }

    /// Waits until a profile is listed.
    pub fn wait_for_profile(&self, name: &str) -> Result<()> {
        wait::until(&format!("{name} is listed"), wait::PROGRAM, || {
            Ok(self.profiles()?.iter().any(|listed| listed == name).then_some(()))
        })
    }

    /// Everything that a profile's row says.
    pub fn row(&self, name: &str) -> Result<String> {
        self.texts(&row(name))?
            .pop()
            .with_context(|| format!("{name} is not listed"))
    }

    /// Waits until a profile's row shows the sign of `state`, such as `active`.
    pub fn wait_for_state(&self, name: &str, state: &str) -> Result<()> {
        self.wait_for_state_within(name, state, wait::PROGRAM)
            .with_context(|| format!("the row says {:?}", self.row(name)))
    }

    /// The same for a state that time alone brings.
    pub fn wait_for_state_within(&self, name: &str, state: &str, limit: Duration) -> Result<()> {
        let wanted = format!("{}[data-state='{state}']", row(name));
        let script = format!("return document.querySelector({wanted:?}) !== null;");
        wait::until_true(&format!("{name} is {state}"), limit, || {
            self.script(&script).is_ok_and(|there| there == true)
        })
    }

    /// Clicks a profile's row.
    pub fn click_row(&self, name: &str) -> Result<()> {
        let button = format!("{} button[aria-expanded]", row(name));
        self.click(&format!("the row of {name}"), Locator::Css(&button))
    }

    /// Clicks a profile's row and waits for its code entry.
    pub fn ask_for_code(&self, name: &str) -> Result<()> {
        self.click_row(name)?;
        self.wait_for_boxes(name)
    }

    /// Waits until a profile's row asks for a code, with the cursor in the first box.
    pub fn wait_for_boxes(&self, name: &str) -> Result<()> {
        let boxes = format!("{} {BOXES}", row(name));
        // Not `:focus`: another window may have the keyboard, and this one gives it there when it comes back.
        let script = format!(
            "const first = document.querySelector({boxes:?}); return !!first && document.activeElement === first;"
        );
        wait::until_true("the first box has the focus", wait::PROGRAM, || {
            self.script(&script).is_ok_and(|has| has == true)
        })
    }

    /// Waits until the keyboard goes to what is called `label`.
    pub fn wait_for_focus(&self, label: &str) -> Result<()> {
        wait::until_true(&format!("{label} has the focus"), wait::ANSWER, || {
            self.focused().is_ok_and(|focused| focused == label)
        })
    }

    /// Waits for the error under the boxes and returns it.
    pub fn wait_for_error(&self) -> Result<String> {
        // The app waits ten seconds itself, for a keychain that asks a person.
        wait::until("an error", wait::PROGRAM, || {
            Ok(self.texts(ERROR)?.into_iter().find(|text| !text.is_empty()))
        })
    }

    /// Types with the keyboard, wherever the cursor is.
    pub fn type_keys(&self, keys: &str) -> Result<()> {
        self.session.ask(async |client| {
            for key in keys.chars() {
                // Each key goes to whatever has the focus at that moment, as on a keyboard.
                client.active_element().await?.send_keys(&key.to_string()).await?;
            }
            Ok::<_, anyhow::Error>(())
        })
    }

    /// What stands in the six boxes.
    pub fn boxes(&self) -> Result<Vec<String>> {
        self.all(BOXES, "value")
    }

    /// The accessible name of what has the keyboard focus.
    pub fn focused(&self) -> Result<String> {
        self.session.ask(async |client| {
            let label = client.active_element().await?.attr("aria-label").await?;
            Ok::<_, anyhow::Error>(label.unwrap_or_default())
        })
    }

    /// Waits for the button whose text begins with `name`, or that is called so, and clicks it.
    pub fn press(&self, name: &str) -> Result<()> {
        let path =
            format!("//button[not(@disabled)][starts-with(normalize-space(.), {name:?}) or @aria-label={name:?}]");
        self.click(&format!("the button {name:?}"), Locator::XPath(&path))
    }

    /// Waits for the last button of that name, and clicks it: the one that agrees to what the first has asked.
    pub fn press_last(&self, name: &str) -> Result<()> {
        // It cannot be pressed before what it agrees to is there.
        let buttons = format!("//button[starts-with(normalize-space(.), {name:?})]");
        let path = format!("({buttons})[last()][not(@disabled)][count({buttons}) > 1]");
        self.click(&format!("a second button {name:?}"), Locator::XPath(&path))
    }

    /// Fills the first field called `label`.
    pub fn fill(&self, label: &str, text: &str) -> Result<()> {
        self.fill_at(&format!("(//label[contains(normalize-space(.), {label:?})])[1]"), text)
    }

    /// Fills the last field called `label`.
    pub fn fill_last(&self, label: &str, text: &str) -> Result<()> {
        self.fill_at(
            &format!("(//label[contains(normalize-space(.), {label:?})])[last()]"),
            text,
        )
    }

    fn fill_at(&self, path: &str, text: &str) -> Result<()> {
        self.click(&format!("the field {path}"), Locator::XPath(path))?;
        self.session
            .ask(async |client| client.active_element().await?.send_keys(text).await)
            .with_context(|| format!("the field {path}"))
    }

    /// Records every message between the page and the program from now on: answers, and the snapshots it hears.
    pub fn record_messages(&self) -> Result<()> {
        self.script(
            "window.heard = [];
             const real = window.fetch;
             window.fetch = async (...call) => {
               window.heard.push(String(call[1]?.body ?? ''));
               const answer = await real(...call);
               const text = await answer.clone().text();
               window.heard.push(text);
               return answer;
             };
             const internals = window.__TAURI_INTERNALS__;
             const handler = internals.transformCallback((event) => window.heard.push(JSON.stringify(event)));
             internals.invoke('plugin:event|listen', { event: 'snapshot', target: { kind: 'Any' }, handler });",
        )
        .map(drop)
    }

    /// What was recorded.
    pub fn messages(&self) -> Result<Vec<String>> {
        let heard = self.script("return window.heard;")?;
        let heard = heard.as_array().context("nothing was recorded")?;
        Ok(heard
            .iter()
            .filter_map(|text| text.as_str().map(str::to_owned))
            .collect())
    }

    /// The document as the web view holds it.
    pub fn document(&self) -> Result<String> {
        self.session.ask(async |client| client.source().await)
    }

    /// Runs a script in the web view.
    pub fn script(&self, script: &str) -> Result<serde_json::Value> {
        self.session
            .ask(async |client| client.execute(script, Vec::new()).await)
    }

    /// Runs a script that ends by calling `done(answer)`.
    pub fn script_until_done(&self, script: &str) -> Result<serde_json::Value> {
        let script = format!("const done = arguments[arguments.length - 1];\n{script}");
        self.session
            .ask(async |client| client.execute_async(&script, Vec::new()).await)
    }

    /// Waits until the window shows what the page has become.
    pub fn wait_until_painted(&self) -> Result<()> {
        self.script_until_done("requestAnimationFrame(() => requestAnimationFrame(() => done(true)));")
            .map(drop)
    }

    /// Waits until the page says `text` and returns all it says.
    pub fn wait_for_page_text(&self, text: &str) -> Result<String> {
        wait::until(&format!("the page says {text:?}"), wait::PROGRAM, || {
            Ok(self.texts("body")?.pop().filter(|page| page.contains(text)))
        })
    }

    /// All that the page says.
    pub fn page_text(&self) -> Result<String> {
        Ok(self.texts("body")?.concat())
    }

    /// Waits until the page does not say `text` any more.
    pub fn wait_until_page_lacks(&self, text: &str) -> Result<()> {
        wait::until_true(&format!("the page says no {text:?}"), wait::PROGRAM, || {
            self.page_text().is_ok_and(|page| !page.contains(text))
        })
    }

    /// Saves pictures where people look for those of the tests.
    pub fn picture(&self, desktop: &Desktop, name: &str) -> Result<()> {
        self.picture_to(desktop, &built::pictures(), name)
    }

    /// Saves a picture of the window and one of the whole screen, once the window is painted.
    pub fn picture_to(&self, desktop: &Desktop, folder: &Path, name: &str) -> Result<()> {
        self.wait_until_painted()?;
        let window = screen::window(desktop, self.process)?;
        window.picture(desktop, &folder.join(format!("{name}.png")))?;
        screen::whole(desktop, &folder.join(format!("{name}-desktop.png")))
    }

    /// Waits until something can be clicked, and clicks it. The page may draw it anew at any moment: then it is looked
    /// for again.
    fn click(&self, what: &str, locator: Locator<'_>) -> Result<()> {
        let mut last = None;
        // The driver may lose the element while it clicks: when it does not come back, the click took it away.
        let mut may_be_made = false;
        let clicked = wait::until(what, wait::PROGRAM, || {
            self.session.ask(async |client| {
                let clicked = match client.find(locator).await {
                    Ok(element) => {
                        let listened = client.execute(LISTEN, vec![serde_json::to_value(&element)?]).await;
                        if listened.is_err() {
                            return Ok(None);
                        }
                        let clicked = element.click().await;
                        // What moved under the mouse was not hit. A page that is gone has been.
                        let heard = client.execute("return window.hit;", Vec::new()).await;
                        if clicked.is_ok() && heard.is_ok_and(|heard| heard == false) {
                            return Ok(None);
                        }
                        may_be_made |= clicked.as_ref().is_err_and(CmdError::is_stale_element_reference);
                        clicked
                    }
                    Err(missing) if may_be_made && missing.is_no_such_element() => Ok(()),
                    Err(missing) => Err(missing),
                };
                match clicked {
                    Err(CmdError::Standard(error)) if comes_before_a_click(&error.error) => {
                        last = Some(error);
                        Ok(None)
                    }
                    other => other.map(Some),
                }
            })
        });
        clicked.with_context(|| format!("{last:?}, on a page that says {:?}", self.page_text()))
    }

    fn texts(&self, css: &str) -> Result<Vec<String>> {
        // What is rendered; WebDriver's own idea of text leaves out what it takes for covered.
        self.all(css, "innerText")
    }

    /// A property of everything that `css` selects, trimmed; read in one go, as the page may be drawn anew in between.
    fn all(&self, css: &str, property: &str) -> Result<Vec<String>> {
        let script = format!("return [...document.querySelectorAll({css:?})].map((each) => each.{property}.trim());");
        Ok(serde_json::from_value(self.script(&script)?)?)
    }
}

/// Brings an element into sight and notes whether it hears a click. WebKit's driver does not scroll for what is partly in
/// sight, and says that it cannot be clicked when its middle is under the edge.
const LISTEN: &str = "window.hit = false;
    arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    arguments[0].addEventListener('click', () => { window.hit = true; }, { once: true, capture: true });";

// Only these lines know the page.
const PROFILE_NAMES: &str = "li[data-profile] button[aria-expanded]";
const BOXES: &str = "fieldset input[inputmode='numeric']";
const ERROR: &str = "li[data-profile] [role='alert']";

/// What a driver says of an element that is not there any more, or not yet to be clicked. The unknown one is WebKit's
/// when an element goes while it is looked for.
fn comes_before_a_click(error: &ErrorStatus) -> bool {
    use ErrorStatus::{
        ElementClickIntercepted, ElementNotInteractable, NoSuchElement, StaleElementReference, UnknownError,
    };
    matches!(
        error,
        ElementClickIntercepted | ElementNotInteractable | NoSuchElement | StaleElementReference | UnknownError
    )
}

fn row(name: &str) -> String {
    format!("li[data-profile='{name}']")
}

/// A program in front of the app that notes its process id and keeps its log, then becomes the app.
///
/// WebKitWebDriver starts the app, so nobody else could ask.
fn launcher(folder: &Path, log: &Path) -> Result<PathBuf> {
    let launcher = folder.join("launch-app");
    let (pid, app) = (folder.join("app.pid"), built::app()?);
    let text = format!(
        "#!/bin/sh\necho $$ > '{}'\nexec '{}' \"$@\" >> '{}' 2>&1\n",
        pid.display(),
        app.display(),
        log.display()
    );
    fs::write(&launcher, text)?;
    fs::set_permissions(&launcher, fs::Permissions::from_mode(0o700))?;
    Ok(launcher)
}
