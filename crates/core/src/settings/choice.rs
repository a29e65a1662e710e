//! Settings that are one of a few words.

/// The language of window, tray and notices.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Language {
    /// The system's, as far as it is one of ours.
    #[default]
    Auto,
    /// English.
    English,
    /// 简体中文.
    Chinese,
}

/// The window's look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Theme {
    /// The desktop's.
    #[default]
    Auto,
    /// Dark text on white.
    Light,
    /// Light text on black.
    Dark,
}

impl Language {
    pub(super) const WORDS: &'static str = "\"auto\", \"en\" or \"zh-CN\"";

    /// The word the file uses.
    pub fn word(self) -> &'static str {
        match self {
            Language::Auto => "auto",
            Language::English => "en",
            Language::Chinese => "zh-CN",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Language> {
        [Language::Auto, Language::English, Language::Chinese]
            .into_iter()
            .find(|language| language.word() == text)
    }
}

impl Theme {
    pub(super) const WORDS: &'static str = "\"auto\", \"light\" or \"dark\"";

    /// The word the file uses.
    pub fn word(self) -> &'static str {
        match self {
            Theme::Auto => "auto",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Theme> {
        [Theme::Auto, Theme::Light, Theme::Dark]
            .into_iter()
            .find(|theme| theme.word() == text)
    }
}
