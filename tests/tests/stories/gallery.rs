//! Every view, in both languages and both themes, looked at by axe-core and kept as pictures for people to look at.

use std::fs;
use std::io::Write as _;

use anyhow::{Context as _, Result, ensure};
use mfa_tray_tests::built;
use mfa_tray_tests::desktop::{Desktop, Tray};
use mfa_tray_tests::panel::{Panel, Theme};
use mfa_tray_tests::practice::Practice;
use mfa_tray_tests::process::output;
use mfa_tray_tests::wait;

/// A view's name and how one gets there from the view before.
type View = (&'static str, fn(&Tour) -> Result<()>);

const VIEWS: &[View] = &[
    ("list", |_| Ok(())),
    ("code", |tour| tour.panel.ask_for_code("dev")),
    ("code-wrong", |tour| {
        tour.panel.type_keys(&tour.practice.wrong_code(&tour.device)?)?;
        tour.panel.wait_for_error().map(drop)
    }),
    ("round-asking", |tour| {
        tour.panel.click_row("dev")?;
        tour.press("round.begin")?;
        tour.wait_for("round.skip")
    }),
    ("round-over", |tour| {
        tour.type_code()?;
        tour.skip_the_rest()
    }),
    ("details", |tour| {
        tour.press("round.close")?;
        tour.panel.click_row("dev")?;
        tour.wait_for("list.newSession")
    }),
    ("details-managed", |tour| tour.panel.click_row("sso")),
    ("profile", |tour| tour.profile("dev")),
    ("profile-target", |tour| {
        tour.press("session.target")?;
        tour.wait_for("session.targetSave")
    }),
    ("profile-change", |tour| {
        tour.press("profile.cancel")?;
        tour.press("arrange.serve")?;
        tour.wait_for("arrange.serveWhat")
    }),
    ("profile-role", |tour| {
        tour.press("profile.cancel")?;
        tour.press("profile.back")?;
        tour.profile("admin")
    }),
    ("new-profile", |tour| {
        tour.press("profile.back")?;
        tour.press("list.addProfile")?;
        tour.wait_for("arrange.addIt")
    }),
    ("settings", |tour| {
        tour.press("profile.back")?;
        tour.press("settings.title")?;
        tour.wait_for("settings.pattern")
    }),
    ("settings-end", |tour| {
        tour.panel
            .script("document.querySelector('main').scrollTo(0, 9999);")
            .map(drop)
    }),
    ("activity", |tour| {
        tour.press("settings.activity")?;
        tour.wait_for("activity.export")
    }),
    ("backup", |tour| {
        tour.press("profile.back")?;
        tour.press("settings.backup")?;
        tour.wait_for("backup.restoreIt")
    }),
    ("policies", |tour| {
        tour.press("profile.back")?;
        tour.press("policies.title")?;
        tour.wait_for("policies.preview")
    }),
    ("policies-plan", |tour| {
        tour.panel
            .script("document.querySelectorAll('main details')[1].open = true; document.querySelectorAll('main .head input')[1].click();")?;
        tour.press("policies.preview")?;
        tour.wait_for("policies.apply")
    }),
    ("enrol-choice", |tour| {
        tour.press("profile.back")?;
        tour.press("profile.back")?;
        tour.panel.click_row("fresh")?;
        tour.press("enrol.setUpDevice")?;
        tour.wait_for("enrol.create")
    }),
    ("enrol-offer", |tour| {
        tour.press("enrol.create")?;
        tour.wait_for("enrol.createIt")
    }),
    ("enrol-picture", |tour| {
        tour.press("enrol.createIt")?;
        tour.wait_for("enrol.skip")
    }),
    ("enrol-stop", |tour| {
        tour.press("profile.back")?;
        tour.wait_for("enrol.stopNot")
    }),
    ("enrol-done", |tour| {
        tour.press("enrol.stopNot")?;
        tour.press("enrol.skip")?;
        tour.wait_for("enrol.backup")
    }),
    ("profile-enrolled", |tour| {
        tour.press("enrol.close")?;
        tour.profile("fresh")?;
        tour.press("profile.showCode")?;
        tour.wait_for("profile.copyCode")
    }),
    ("profile-forget", |tour| {
        tour.press("profile.forget")?;
        tour.wait_for("profile.forgetYes")
    }),
    ("enrol-source", |tour| {
        tour.press("profile.cancel")?;
        tour.press("profile.back")?;
        tour.profile("dev")?;
        tour.press("enrol.offer")?;
        tour.press("enrol.use")?;
        tour.wait_for("enrol.textSend")
    }),
    ("refresh-failed", |tour| {
        tour.back_to_the_list()?;
        output(tour.practice.cli()?.args(["clear", "fresh"]))?;
        tour.panel.wait_for_state("fresh", "none")?;
        tour.practice
            .order_keychain_faults(r#"[{"kind":"locked","times":9}]"#)?;
        tour.panel.click_row("dev")?;
        tour.panel.click_row("fresh")?;
        tour.wait_for("list.tryAgain")
    }),
    ("settings-broken", |tour| {
        tour.broken.set(true);
        Ok(())
    }),
    ("nothing-found", |tour| {
        tour.broken.set(false);
        tour.wear(Theme::Light)?;
        tour.panel.wait_until_page_lacks("margin_minutes")?;
        tour.panel.type_keys("/zzz")?;
        tour.wait_for("list.clearSearch")
    }),
    ("empty", |tour| {
        tour.press("list.clearSearch")?;
        fs::remove_file(tour.practice.credentials()?)?;
        fs::remove_file(tour.practice.variable("AWS_CONFIG_FILE")?)?;
        tour.wait_for("list.noFilesTitle")
    }),
];

#[test]
fn every_view_is_fine_in_english() {
    walk("en", "en").unwrap();
}

#[test]
fn every_view_is_fine_in_chinese() {
    walk("zh-CN", "zh").unwrap();
}

fn walk(language: &'static str, words: &'static str) -> Result<()> {
    let desktop = Desktop::start(Tray::Shown)?;
    let practice = super::practice(&desktop);
    add_profiles(&practice)?;
    practice.write_settings(&format!("language = \"{language}\"\ntheme = \"light\"\n"))?;
    let panel = Panel::open(&desktop, &practice, Theme::Light)?;
    panel.script(&fs::read_to_string(
        built::repository().join("ui/node_modules/axe-core/axe.min.js"),
    )?)?;
    let tour = Tour {
        device: practice.plain_user()?.1,
        practice,
        panel,
        language,
        words,
        broken: false.into(),
    };
    let mut objections = Vec::new();
    for (name, go) in VIEWS {
        go(&tour).with_context(|| format!("on the way to {name}"))?;
        for theme in [Theme::Light, Theme::Dark] {
            tour.wear(theme)?;
            let name = format!("{name}-{words}-{}", theme.name());
            tour.panel.picture(&desktop, &name)?;
            objections.extend(tour.objections()?.into_iter().map(|each| format!("{name}: {each}")));
        }
        tour.wear(Theme::Light)?;
        tour.panel.script("document.documentElement.style.fontSize = '200%';")?;
        let name = format!("{name}-{words}-large");
        tour.panel.picture(&desktop, &name)?;
        objections.extend(tour.objections()?.into_iter().map(|each| format!("{name}: {each}")));
        objections.extend(tour.outside()?.into_iter().map(|each| format!("{name}: {each}")));
        tour.panel.script("document.documentElement.style.fontSize = '';")?;
        tour.panel.wait_until_painted()?;
    }
    ensure!(objections.is_empty(), "{}", objections.join("\n"));
    Ok(())
}

/// Sessions that end soon and are over, and a name that is too long for its row.
fn add_profiles(practice: &Practice) -> Result<()> {
    let append = |file: &str, text: &str| {
        fs::OpenOptions::new()
            .append(true)
            .open(file)?
            .write_all(text.as_bytes())
    };
    append(
        practice.variable("AWS_CONFIG_FILE")?,
        "\n[profile billing]\nregion = us-west-2\nmfa_serial = arn:aws:iam::777788889999:mfa/bob\n\
         \n[profile staging]\nregion = eu-central-1\nmfa_serial = arn:aws:iam::222233334444:mfa/alice\n\
         \n[profile data-platform-production-readonly]\nrole_arn = arn:aws:iam::444455556666:role/ReadOnlyAnalyst\n\
         source_profile = dev\n",
    )?;
    for (name, end) in [("billing", "2 hours ago"), ("staging", "7 minutes")] {
        let end = output(std::process::Command::new("date").args(["-u", "+%Y-%m-%dT%H:%M:%SZ", "-d", end]))?;
        let id = name.to_uppercase();
        let keys = |kind| format!("aws_access_key_id = {kind}{id:X<16}\naws_secret_access_key = not a key\n");
        append(
            practice.variable("AWS_SHARED_CREDENTIALS_FILE")?,
            &format!(
                "\n[{name}]\n{}\n[{name}-mfa]\n{}aws_session_token = token\nmanager = mfa-tray\n\
                 x_security_token_expires = {end}\n",
                keys("AKIA"),
                keys("ASIA")
            ),
        )?;
    }
    Ok(())
}

struct Tour {
    // Ended in this order: the app first, or it would go on writing into a home that is being removed.
    panel: Panel,
    practice: Practice,
    device: String,
    /// As the settings call it, and the folder of its words.
    language: &'static str,
    words: &'static str,
    /// Whether the settings file has a mistake in it.
    broken: std::cell::Cell<bool>,
}

impl Tour {
    /// What the app says for `file.key` of the words in this language.
    fn word(&self, name: &str) -> Result<String> {
        let (file, key) = name.split_once('.').context("file.key")?;
        let path = built::repository().join(format!("ui/src/words/{}/{file}.ts", self.words));
        let text = fs::read_to_string(path)?;
        let found = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(&format!("{key}: \"")))
            .and_then(|rest| rest.strip_suffix("\","));
        Ok(found.with_context(|| format!("no words {name}"))?.to_owned())
    }

    fn press(&self, name: &str) -> Result<()> {
        self.panel.press(&self.word(name)?)
    }

    fn wait_for(&self, name: &str) -> Result<()> {
        self.panel.wait_for_page_text(&self.word(name)?).map(drop)
    }

    fn type_code(&self) -> Result<()> {
        self.panel.type_keys(&self.practice.code(&self.device)?)
    }

    /// Opens the page of a profile from its row.
    fn profile(&self, name: &str) -> Result<()> {
        self.panel.click_row(name)?;
        self.press("profile.open")?;
        self.wait_for("session.renew")
    }

    /// From any page. What is under way at AWS takes a moment to stop.
    fn back_to_the_list(&self) -> Result<()> {
        wait::until_true("the list", wait::PROGRAM, || {
            let step = self.panel.script(
                "const back = document.querySelector('[data-page] header button');
                 back?.click();
                 return back === null;",
            );
            step.is_ok_and(|there| there == true)
        })
    }

    /// Skips every device that the round asks for after the first, until it is over.
    fn skip_the_rest(&self) -> Result<()> {
        wait::until_true("the round is over", wait::PROGRAM, || {
            let step = self.panel.script(
                "const skip = document.querySelector('main section .actions .button:enabled');
                 if (document.querySelector('fieldset:enabled')) skip?.click();
                 return document.querySelector('main > .actions .primary') !== null;",
            );
            step.is_ok_and(|over| over == true)
        })
    }

    /// Chooses a theme as a person does with an editor, and makes the mistake where one is wanted.
    fn wear(&self, theme: Theme) -> Result<()> {
        let (language, name) = (self.language, theme.name());
        let settings = format!("language = \"{language}\"\ntheme = \"{name}\"\n");
        self.practice.write_settings(&settings)?;
        wait::until_true(name, wait::ANSWER, || {
            let worn = self.panel.script("return document.documentElement.dataset.theme;");
            worn.is_ok_and(|worn| worn == name)
        })?;
        if !self.broken.get() {
            return Ok(());
        }
        // Language and theme are the system's while nobody can read what was chosen.
        self.practice
            .write_settings(&format!("{settings}margin_minutes = 500\n"))?;
        self.panel.wait_for_page_text("margin_minutes").map(drop)
    }

    /// What axe-core says against the view as it stands.
    fn objections(&self) -> Result<Vec<String>> {
        self.list(
            "axe.run(document).then((result) => done(result.violations.map((each) =>
               `${each.id}: ${each.nodes.map((node) => `${node.html} ${node.failureSummary}`).join(' ')}`)));",
        )
    }

    /// Controls that stand outside the window, and whatever can be scrolled sideways.
    fn outside(&self) -> Result<Vec<String>> {
        self.list(
            "const told = (node, why) => `${why}: ${node.outerHTML.slice(0, 120)}`;
             const all = [...document.querySelectorAll('body *')].filter((node) => node.checkVisibility());
             const wide = [document.documentElement, ...all].filter((node) =>
               node.scrollWidth > node.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(node).overflowX));
             const out = all.filter((node) => node.matches('a[href], button, input, select, textarea, label, h1, h2'))
               .filter((node) => !node.matches('.unseen') && !node.closest('.unseen')).filter((node) => {
                 const { left, right } = node.getBoundingClientRect();
                 return left < 0 || right > innerWidth + 0.5;
               });
             requestAnimationFrame(() => done([...wide.map((node) => told(node, 'scrolls sideways')),
               ...out.map((node) => told(node, 'outside'))]));",
        )
    }

    fn list(&self, script: &str) -> Result<Vec<String>> {
        Ok(serde_json::from_value(self.panel.script_until_done(script)?)?)
    }
}
