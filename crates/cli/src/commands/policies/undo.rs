//! `mfa-tray policies undo`.

use mfa_tray_core::account;
use mfa_tray_core::profile::ProfileName;
use mfa_tray_core::world::World;

use crate::exit::{Exit, Failure};
use crate::{output, prompt};

pub(super) fn run(world: &World, profile: &ProfileName, dry_run: bool, yes: bool) -> Result<(), Failure> {
    let plan = account::undo_plan(world, profile)?;
    let at = plan.at.strftime("%Y-%m-%d %H:%M");
    output::say(&format!(
        "In the account {}, what was done on {at} (UTC):",
        plan.account
    ));
    plan.steps
        .iter()
        .for_each(|step| output::say(&format!("- {}", step.undoing())));
    if dry_run {
        return Ok(());
    }
    if !yes && !prompt::agreed("Take it back?")? {
        return Err(Failure::new(Exit::Failed, "nothing was changed"));
    }
    let undone = account::undo(world, profile, &plan)?;
    for (step, reason) in &undone.left {
        output::say(&format!("left as it is: {} ({reason})", step.undoing()));
    }
    output::say(&format!(
        "Done: {} taken back, {} left.",
        undone.done.len(),
        undone.left.len()
    ));
    Ok(())
}
