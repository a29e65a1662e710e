//! Killed at every system call of the write path: the file is the old one or the new one, whole.

use crate::scene::{Outcome, Scene, Shape, Verb};
use crate::strace::{Point, is_here, say, under_strace, was_killed, write_path};

#[test]
fn a_kill_while_clearing_leaves_the_old_file_or_the_new_one() {
    sweep(Verb::Clear, Shape::Plain);
}

#[test]
fn a_kill_while_clearing_through_a_link_leaves_the_old_file_or_the_new_one() {
    sweep(Verb::Clear, Shape::Symlink);
}

#[test]
fn a_kill_while_refreshing_leaves_the_old_file_or_the_new_one() {
    sweep(Verb::Refresh, Shape::Plain);
}

#[test]
fn a_kill_while_refreshing_through_a_link_leaves_the_old_file_or_the_new_one() {
    sweep(Verb::Refresh, Shape::Symlink);
}

/// A file with a second name can only be written in place; then the backup has the old bytes until the new ones stand.
#[test]
fn a_kill_while_writing_in_place_leaves_the_old_file_the_new_one_or_its_backup() {
    sweep(Verb::Clear, Shape::HardLink);
}

/// The write path of a run that nothing disturbs.
pub(crate) fn points(scene: &Scene, verb: Verb, shape: Shape) -> Vec<Point> {
    let take = scene.take(shape);
    let output = under_strace(&scene.command(&take, verb), &take.log, None)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(scene.outcome(&take, verb), Ok(Outcome::New), "the undisturbed run");
    scene.check_rest(&take, shape).unwrap();
    let credentials = std::fs::canonicalize(take.home.credentials()).unwrap();
    write_path(&take.log, credentials.parent().unwrap())
}

fn sweep(verb: Verb, shape: Shape) {
    if !is_here() {
        return;
    }
    let scene = Scene::new();
    let points = points(&scene, verb, shape);
    assert!(points.len() > 15, "only {} calls were seen", points.len());
    let (mut old, mut new, mut from_backup, mut survived, mut wrong) = (0, 0, 0, 0, Vec::new());
    for point in &points {
        let take = scene.take(shape);
        let inject = format!("{}:signal=SIGKILL:when={}", point.syscall, point.nth);
        let output = under_strace(&scene.command(&take, verb), &take.log, Some(&inject))
            .output()
            .unwrap();
        if !was_killed(&take.log) {
            // The network did not take the same number of calls this time.
            survived += 1;
            assert!(output.status.success(), "{point:?}: {output:?}");
        }
        let outcome = scene.outcome(&take, verb);
        // A file that is neither is never taken for good: the next run names it and its backup.
        let expected = if outcome.is_ok() { 0 } else { 6 };
        match outcome {
            Ok(Outcome::Old) => old += 1,
            Ok(Outcome::New) => new += 1,
            Err(_) if shape == Shape::HardLink && scene.backup_is_old(&take) => from_backup += 1,
            Err(error) => wrong.push(format!("{point:?}: {error}")),
        }
        if let Err(error) = scene.check_rest(&take, shape) {
            wrong.push(format!("{point:?}: {error}"));
        }
        let listed = take.home.run(&["list", "--json"]);
        if listed.exit != Some(expected) {
            wrong.push(format!(
                "{point:?}: the next run ends otherwise than with {expected}: {listed:?}"
            ));
        }
    }
    say(&format!(
        "{verb:?}, {shape:?}: killed at {} points: {old} old, {new} new, {} damaged, {from_backup} kept by the backup; {survived} runs ended before their point",
        points.len() - survived,
        wrong.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(
        old > 0 && new > 0,
        "the sweep did not reach from before the change to after it"
    );
    assert!(
        survived * 5 < points.len(),
        "{survived} of {} points were missed",
        points.len()
    );
}
