// Every command the window may call. Read by the build script, which declares them, and by the test that compares them
// with the handlers, the capability and the window's client.
const COMMANDS: &[&str] = &["snapshot", "refresh", "set_favourite", "hide_window"];
