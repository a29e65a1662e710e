//! What a launch agent's file says
//! (<https://developer.apple.com/library/archive/documentation/MacOSX/Conceptual/BPSystemStartup/Chapters/CreatingLaunchdJobs.html>).

/// A launch agent that starts a program once, at login. `label` is the bundle's identifier, under whose name the system's
/// settings list it.
pub(super) fn launch_agent(label: &str, arguments: &[&str]) -> String {
    let arguments: String = arguments
        .iter()
        .map(|argument| format!("    <string>{}</string>\n", escaped(argument)))
        .collect();
    let label = escaped(label);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>{label}</string>
  <key>AssociatedBundleIdentifiers</key>
  <array>
    <string>{label}</string>
  </array>
  <key>ProgramArguments</key>
  <array>
{arguments}  </array>
  <key>ProcessType</key>
  <string>Interactive</string>
  <key>RunAtLoad</key>
  <true/>
</dict>
</plist>
"#
    )
}

fn escaped(text: &str) -> String {
    let escaped = text.replace('&', "&amp;");
    escaped.replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_text_and_no_markup() {
        let agent = launch_agent("dev.example", &["/Applications/R&D <new>/app", "--hidden"]);
        assert!(
            agent.contains("<string>/Applications/R&amp;D &lt;new&gt;/app</string>\n    <string>--hidden</string>"),
            "{agent}"
        );
        assert_eq!(agent.matches("<string>dev.example</string>").count(), 2);
    }
}
