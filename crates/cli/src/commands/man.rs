//! `mfa-tray man`, for whoever packages the program: a page for it and one for each verb.

use std::process::ExitCode;

use clap::CommandFactory as _;

use crate::args::{Arguments, Man};
use crate::exit::{Exit, Failure};

pub(crate) fn run(arguments: &Man) -> Result<ExitCode, Failure> {
    let folder = &arguments.folder;
    let unwritten = |error| {
        let message = format!("the pages cannot be written into {}: {error}", folder.display());
        Failure::new(Exit::File, message).with_hint("make the folder first, or name another")
    };
    clap_mangen::generate_to(Arguments::command(), folder).map_err(unwritten)?;
    Ok(ExitCode::SUCCESS)
}
