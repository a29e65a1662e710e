//! What a contributor runs: `cargo xtask run`, `cargo xtask test`, and three rarer ones.
//!
//! It installs what is missing, builds what changed and starts what was built; it knows nothing about the product.
//! It has no dependency but `anyhow`, so that the first command on a fresh machine begins within seconds.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a tool for a person at a terminal: it reads the environment, prints, and writes only below `target`"
)]

use std::env;
use std::process::ExitCode;

use anyhow::Result;

mod bench;
mod bundle;
mod command;
mod counts;
mod engine;
mod icons;
mod packages;
mod places;
mod product;
mod python;
mod run;
mod stamp;
mod test;
mod tools;
mod ui;
mod webdriver;

const HELP: &str = "\
cargo xtask run              build everything and open the app on practice AWS
cargo xtask test [FILTER…]   build and run every test, those on a desktop included
cargo xtask bench            run the benchmarks
cargo xtask bundle           build the package that people install (Debian, Ubuntu)
cargo xtask icons            draw every icon again from its source

Each installs what it needs first, and asks before it installs a system package
(not when CI is set, nor as root).
";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<ExitCode> {
    let (verb, rest) = arguments
        .split_first()
        .map_or(("help", arguments), |(verb, rest)| (verb.as_str(), rest));
    match (verb, rest) {
        ("run", []) => run::run(),
        ("test", filters) => test::test(filters),
        ("bench", []) => bench::bench(),
        ("bundle", []) => bundle::bundle(),
        ("icons", []) => icons::icons(),
        ("help" | "--help" | "-h", _) => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => {
            eprint!("{HELP}");
            Ok(ExitCode::from(2))
        }
    }
}
