//! `mfa-tray policies apply`.

use std::cell::RefCell;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;

use mfa_tray_core::account::{self, MadeKey, Placement, Plan, Step, Wanted};
use mfa_tray_core::draft::difference;
use mfa_tray_core::policy::{self, laid_out};
use mfa_tray_core::world::World;

use crate::args::Apply;
use crate::exit::{Exit, Failure};
use crate::{output, prompt};

pub(super) fn run(world: &World, arguments: &Apply) -> Result<(), Failure> {
    let wanted = wanted(arguments)?;
    let plan = account::plan(world, &arguments.profile, &wanted)?;
    show(&plan);
    if plan.steps.is_empty() || arguments.dry_run {
        return Ok(());
    }
    if !arguments.yes && !prompt::agreed("Do this?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    let keys = arguments.key_file.as_deref().map(KeyFile::create).transpose()?;
    let told = |step: &Step| output::say(&step.sentence());
    let keep = |made: &MadeKey<'_>| match &keys {
        Some(keys) => keys.write(made).map_err(|error| error.to_string()),
        None => Err("no file was named for it".to_owned()),
    };
    let applied = account::apply(world, &arguments.profile, &wanted, &plan, &told, &keep);
    if let Some(keys) = keys {
        keys.finish();
    }
    let applied = applied?;
    output::say(&format!(
        "Done in the account {}. To take it back: mfa-tray policies undo --profile {}",
        applied.account, arguments.profile
    ));
    Ok(())
}

fn wanted(arguments: &Apply) -> Result<Wanted, Failure> {
    let groups: Vec<_> = arguments
        .groups
        .iter()
        .map(|name| policy::group(name))
        .collect::<Result<_, _>>()?;
    let known = |name: &str| {
        let mut parameters = groups.iter().flat_map(|group| group.parameters());
        parameters.any(|parameter| parameter.name.eq_ignore_ascii_case(name))
    };
    if let Some(unknown) = arguments.setting.names().find(|name| !known(name)) {
        let message = format!("none of these groups has a parameter {unknown:?}");
        return Err(Failure::new(Exit::Usage, message).with_hint("mfa-tray policies show NAME lists them"));
    }
    if arguments.key_file.is_some() && arguments.new_user.len() != 1 {
        return Err(Failure::new(Exit::Usage, "--key-file is for the key of one new user"));
    }
    Ok(Wanted {
        groups: groups.iter().map(|group| group.name().to_owned()).collect(),
        choices: arguments.setting.choices(),
        placement: if arguments.managed {
            Placement::Managed
        } else {
            Placement::Inline
        },
        members: arguments.member.clone(),
        new_users: arguments.new_user.clone(),
        with_keys: arguments.key_file.is_some(),
    })
}

fn show(plan: &Plan) {
    if plan.steps.is_empty() {
        output::say(&format!("Nothing to do: the account {} is as wanted.", plan.account));
        return;
    }
    output::say(&format!("In the account {}, as {}:", plan.account, plan.arn));
    for step in &plan.steps {
        output::say(&format!("- {}", step.sentence()));
        let Some((before, after)) = step.documents() else {
            continue;
        };
        for line in difference(&laid_out(before), &laid_out(after)) {
            output::say(format!("  {} {}", line.sign, line.text).trim_end());
        }
    }
}

/// Where a new user's key is written, made before the key is so that it can be kept.
struct KeyFile<'a> {
    path: &'a Path,
    file: RefCell<File>,
    written: RefCell<bool>,
}

impl<'a> KeyFile<'a> {
    /// A new file that nobody else can read.
    fn create(path: &'a Path) -> Result<KeyFile<'a>, Failure> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path).map_err(|error| {
            Failure::new(Exit::Usage, format!("{} cannot be made: {error}", path.display()))
                .with_hint("nothing was changed; name a file that does not exist yet")
        })?;
        Ok(KeyFile {
            path,
            file: RefCell::new(file),
            written: RefCell::new(false),
        })
    }

    /// As the console writes it.
    fn write(&self, made: &MadeKey<'_>) -> std::io::Result<()> {
        let mut file = self.file.borrow_mut();
        file.write_all(made.text().as_bytes())?;
        file.sync_all()?;
        *self.written.borrow_mut() = true;
        output::say(&format!(
            "The access key of {} is in {}.",
            made.user,
            self.path.display()
        ));
        Ok(())
    }

    /// A file without a key is of no use.
    fn finish(self) {
        if !*self.written.borrow() {
            let _ = std::fs::remove_file(self.path);
        }
    }
}
