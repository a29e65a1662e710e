//! What tray and notices say, in both languages. The window has words of its own.

use jiff::SignedDuration;
use mfa_tray_core::settings::{Language, Settings};

use crate::dto::Tongue;

/// The language in force: the one that was chosen, else the system's, else English.
pub(crate) fn tongue(settings: &Settings, system: Option<&str>) -> Tongue {
    match settings.language() {
        Language::English => Tongue::English,
        Language::Chinese => Tongue::Chinese,
        Language::Auto if system.is_some_and(|system| system.to_ascii_lowercase().starts_with("zh")) => Tongue::Chinese,
        Language::Auto => Tongue::English,
    }
}

/// A text that stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    NoProfiles,
    More,
    RefreshAll,
    Open,
    Settings,
    Quit,
    Managed,
    Incomplete,
    Expired,
    NoSession,
    UnknownLength,
    Refresh,
    Snooze,
    Several,
    Clock,
    ClockHint,
    NoTray,
    NoTrayHint,
}

impl Tongue {
    /// A text that stands alone.
    pub(crate) fn say(self, word: Word) -> &'static str {
        let (english, chinese) = match word {
            Word::NoProfiles => ("No profiles yet", "还没有配置文件"),
            Word::More => ("More profiles", "更多配置文件"),
            Word::RefreshAll => ("Refresh all", "全部刷新"),
            Word::Open => ("Open MFA Tray", "打开 MFA Tray"),
            Word::Settings => ("Settings", "设置"),
            Word::Quit => ("Quit", "退出"),
            Word::Managed => ("managed elsewhere", "由其他工具管理"),
            Word::Incomplete => ("incomplete", "不完整"),
            Word::Expired => ("expired", "已过期"),
            Word::NoSession => ("no session", "没有会话"),
            Word::UnknownLength => ("session of unknown length", "时长未知的会话"),
            Word::Refresh => ("Refresh", "刷新"),
            Word::Snooze => ("Later", "稍后"),
            Word::Several => ("AWS sessions need you", "AWS 会话需要您处理"),
            Word::Clock => ("This computer's clock is wrong", "这台电脑的时钟不准"),
            Word::ClockHint => (
                "Until it is set, codes may be refused and times shown wrong.",
                "校准之前，验证码可能被拒绝，显示的时间也可能有误。",
            ),
            Word::NoTray => ("This desktop shows no tray icons", "此桌面不显示托盘图标"),
            Word::NoTrayHint => (
                "MFA Tray works as a window here: start it again to bring it back. On GNOME, the extension \
                   “AppIndicator and KStatusNotifierItem Support” gives tray icons a place.",
                "MFA Tray 在这里以窗口方式运行：再次启动即可打开窗口。在 GNOME 上，安装扩展\
                   “AppIndicator and KStatusNotifierItem Support”后即可显示托盘图标。",
            ),
        };
        match self {
            Tongue::English => english,
            Tongue::Chinese => chinese,
        }
    }

    /// A stretch of time, to the minute.
    pub(crate) fn duration(self, time: SignedDuration) -> String {
        let minutes = time.as_mins().max(0);
        let (hours, minutes) = (minutes / 60, minutes % 60);
        match (self, hours, minutes) {
            (Tongue::English, 0, 0) => "under a minute".to_owned(),
            (Tongue::English, 0, _) => format!("{minutes} min"),
            (Tongue::English, _, _) => format!("{hours} h {minutes:02} m"),
            (Tongue::Chinese, 0, 0) => "不到 1 分钟".to_owned(),
            (Tongue::Chinese, 0, _) => format!("{minutes} 分钟"),
            (Tongue::Chinese, _, _) => format!("{hours} 小时 {minutes:02} 分"),
        }
    }

    /// What follows a time that is left of a session inside its margin.
    pub(crate) fn expiring(self, left: &str) -> String {
        match self {
            Tongue::English => format!("{left}, expiring"),
            Tongue::Chinese => format!("{left}，即将过期"),
        }
    }

    /// A session that ends.
    pub(crate) fn ends_in(self, profile: &str, left: &str) -> String {
        match self {
            Tongue::English => format!("{profile} ends in {left}"),
            Tongue::Chinese => format!("{profile} 将在 {left}后过期"),
        }
    }

    /// A session that is over.
    pub(crate) fn is_over(self, profile: &str) -> String {
        match self {
            Tongue::English => format!("The session of {profile} is over"),
            Tongue::Chinese => format!("{profile} 的会话已过期"),
        }
    }

    /// What a session that ends soon means.
    pub(crate) fn until_then(self) -> &'static str {
        match self {
            Tongue::English => "AWS commands that use it fail from then on.",
            Tongue::Chinese => "此后使用它的 AWS 命令会失败。",
        }
    }

    /// What a session that is over means.
    pub(crate) fn until_a_new_one(self) -> &'static str {
        match self {
            Tongue::English => "AWS commands that use it fail until there is a new one.",
            Tongue::Chinese => "在获取新会话之前，使用它的 AWS 命令会失败。",
        }
    }

    /// A renewal that failed.
    pub(crate) fn not_renewed(self, profile: &str) -> String {
        match self {
            Tongue::English => format!("The session of {profile} was not renewed"),
            Tongue::Chinese => format!("{profile} 的会话未能续期"),
        }
    }

    /// Several sessions: those that are over and those that end soon.
    pub(crate) fn over_and_soon(self, over: &[String], soon: &[String]) -> String {
        let (over, soon) = (self.list(over), self.list(soon));
        match (self, over, soon) {
            (Tongue::English, Some(over), Some(soon)) => format!("Over: {over}. Ending soon: {soon}."),
            (Tongue::English, Some(over), None) => format!("Over: {over}."),
            (Tongue::English, None, soon) => format!("Ending soon: {}.", soon.unwrap_or_default()),
            (Tongue::Chinese, Some(over), Some(soon)) => format!("已过期：{over}。即将过期：{soon}。"),
            (Tongue::Chinese, Some(over), None) => format!("已过期：{over}。"),
            (Tongue::Chinese, None, soon) => format!("即将过期：{}。", soon.unwrap_or_default()),
        }
    }

    /// Names, few enough to be read.
    fn list(self, names: &[String]) -> Option<String> {
        const SHOWN: usize = 4;
        let (comma, more) = match self {
            Tongue::English => (", ", " and more"),
            Tongue::Chinese => ("、", " 等"),
        };
        let first = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(comma);
        let rest = if names.len() > SHOWN { more } else { "" };
        (!names.is_empty()).then(|| first + rest)
    }

    /// How wrong the clock is.
    pub(crate) fn clock_is(self, seconds: i64) -> String {
        let amount = self.duration(SignedDuration::from_secs(seconds.abs()));
        match (self, seconds > 0) {
            (Tongue::English, true) => format!("It is {amount} slow, AWS says."),
            (Tongue::English, false) => format!("It is {amount} fast, AWS says."),
            (Tongue::Chinese, true) => format!("AWS 显示它慢了{amount}。"),
            (Tongue::Chinese, false) => format!("AWS 显示它快了{amount}。"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_decides_where_nobody_chose() {
        let chosen = Settings::default();
        for (system, expected) in [
            (Some("zh-CN"), Tongue::Chinese),
            (Some("zh_CN.UTF-8"), Tongue::Chinese),
            (Some("de-DE"), Tongue::English),
            (None, Tongue::English),
        ] {
            assert_eq!(tongue(&chosen, system), expected, "{system:?}");
        }
    }

    #[test]
    fn no_text_of_one_language_stands_in_the_other() {
        let words = [
            Word::NoProfiles,
            Word::More,
            Word::RefreshAll,
            Word::Open,
            Word::Settings,
            Word::Quit,
            Word::Managed,
            Word::Incomplete,
            Word::Expired,
            Word::NoSession,
            Word::UnknownLength,
            Word::Refresh,
            Word::Snooze,
            Word::Several,
            Word::Clock,
            Word::ClockHint,
            Word::NoTray,
            Word::NoTrayHint,
        ];
        let has_han = |text: &String| text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        let said = |tongue: Tongue| {
            let names = [String::from("dev")];
            let mut all = words.map(|word| tongue.say(word).to_owned()).to_vec();
            all.extend([
                tongue.duration(SignedDuration::from_secs(5)),
                tongue.duration(SignedDuration::from_mins(5)),
                tongue.duration(SignedDuration::from_hours(5)),
                tongue.expiring("1"),
                tongue.ends_in("dev", "1"),
                tongue.is_over("dev"),
                tongue.until_then().to_owned(),
                tongue.until_a_new_one().to_owned(),
                tongue.not_renewed("dev"),
                tongue.over_and_soon(&names, &names),
                tongue.over_and_soon(&names, &[]),
                tongue.over_and_soon(&[], &names),
                tongue.clock_is(90),
                tongue.clock_is(-90),
            ]);
            all
        };
        for text in said(Tongue::Chinese) {
            assert!(has_han(&text), "{text:?} is not Chinese");
        }
        for text in said(Tongue::English) {
            assert!(!has_han(&text) && !text.is_empty(), "{text:?} is not English");
        }
    }
}
