//! Every system call of the write path fails once: success is reported only when the new file is in place.

use crate::kills::points;
use crate::scene::{Outcome, Scene, Shape, Verb};
use crate::strace::{is_here, say, under_strace};

#[test]
fn a_full_disk_is_never_taken_for_success() {
    sweep("ENOSPC");
}

#[test]
fn a_broken_disk_is_never_taken_for_success() {
    sweep("EIO");
}

#[test]
fn a_refusal_is_never_taken_for_success() {
    sweep("EACCES");
}

#[test]
fn an_interruption_is_never_taken_for_success() {
    sweep("EINTR");
}

fn sweep(error: &str) {
    if !is_here() {
        return;
    }
    let scene = Scene::new();
    let points = points(&scene, Verb::Clear, Shape::Plain);
    let (mut told, mut done, mut wrong) = (0, 0, Vec::new());
    for point in &points {
        let take = scene.take(Shape::Plain);
        let inject = format!("{}:error={error}:when={}", point.syscall, point.nth);
        let output = under_strace(&scene.command(&take, Verb::Clear), &take.log, Some(&inject))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        match (output.status.code(), scene.outcome(&take, Verb::Clear)) {
            (Some(0), Ok(Outcome::New)) => done += 1,
            (Some(6), Ok(_)) if said.starts_with("error: ") && said.contains("hint: ") => told += 1,
            (exit, outcome) => wrong.push(format!("{point:?}: exit {exit:?}, {outcome:?}, {said}")),
        }
        if let Err(error) = scene.check_rest(&take, Shape::Plain) {
            wrong.push(format!("{point:?}: {error}"));
        }
    }
    say(&format!(
        "{error} at {} points: {told} failures told, {done} done all the same, {} wrong",
        points.len(),
        wrong.len()
    ));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(told > 0 && done > 0);
}
