//! Declares the commands: Tauri denies every one that is not declared here and allowed by a capability.

include!("src/commands/names.rs");

fn main() {
    let manifest = tauri_build::AppManifest::new().commands(COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    if let Err(error) = tauri_build::try_build(attributes) {
        // The way a build script reports: cargo shows it and stops.
        let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{error:#}\n"));
        std::process::exit(1);
    }
}
