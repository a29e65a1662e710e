use std::fs;

use anyhow::{Context as _, Result};

/// What a process and those it has started hold.
#[derive(Debug, Clone, Copy)]
pub struct Holdings {
    /// Memory that is nobody's file, of the whole tree, in kB. What is shared with other programs hangs on how many of
    /// them run just now, so it does not count.
    pub memory: u64,
    /// Open files of the process itself.
    pub files: usize,
    /// Its children that have ended and of which it has not taken leave.
    pub zombies: usize,
}

/// Looks at `process` and everything below it.
pub fn of(process: u32) -> Result<Holdings> {
    let files = fs::read_dir(format!("/proc/{process}/fd"))?.count();
    let mut tree = vec![process];
    let (mut memory, mut zombies) = (0, 0);
    while let Some(process) = tree.pop() {
        for (child, is_zombie) in children(process)? {
            if is_zombie {
                zombies += 1;
            } else {
                tree.push(child);
            }
        }
        // It may have ended meanwhile.
        let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).unwrap_or_default();
        let line = rollup.lines().find_map(|line| line.strip_prefix("Anonymous:"));
        memory += line
            .and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok())
            .unwrap_or(0);
    }
    Ok(Holdings { memory, files, zombies })
}

fn children(process: u32) -> Result<Vec<(u32, bool)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc")? {
        let Some(child) = entry?.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        let Ok(stat) = fs::read_to_string(format!("/proc/{child}/stat")) else {
            continue;
        };
        // `pid (name) state parent …`; the name may hold anything.
        let rest = stat.rsplit_once(") ").context("not a stat line")?.1;
        let mut words = rest.split(' ');
        let (state, parent) = (words.next(), words.next());
        if parent == Some(process.to_string().as_str()) {
            found.push((child, state == Some("Z")));
        }
    }
    Ok(found)
}
