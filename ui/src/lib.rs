//! Screens, papers and their words as generated from the .slint files, and the choice of a language. It deliberately
//! knows no meeting, no device and no file: data come in as properties, touches go out as callbacks.

#[allow(clippy::all, clippy::unwrap_used, clippy::todo, unused_qualifications)]
mod generated {
    slint::include_modules!();
}
pub use generated::*;

impl Lang {
    /// Every language that screens and papers speak.
    pub const ALL: [Lang; 3] = [Lang::Zh, Lang::Ko, Lang::En];

    /// The code of the bundled translation: `zh`, `ko`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::Ko => "ko",
            Lang::En => "en",
        }
    }

    /// The language of a code or locale such as `zh`, `zh_CN.UTF-8` or `ko-KR`; `None` for one that nobody here speaks.
    pub fn of_code(code: &str) -> Option<Lang> {
        let base = code.split(['-', '_', '.', '@']).next().unwrap_or_default();
        Lang::ALL.into_iter().find(|lang| lang.code() == base)
    }
}

/// Lets every component of this thread speak `lang`. Call it after a component was created on this thread, and set
/// `Language.current` (screens) or `language` (papers) too: fonts and colours follow that.
pub fn speak(lang: Lang) {
    slint::select_bundled_translation(lang.code())
        .expect("a component exists on this thread and every language of Lang is bundled");
}

impl BadgeSize {
    /// Width and height of the paper in dots, at 8 dots per millimetre.
    pub fn dots(self) -> (u32, u32) {
        match self {
            BadgeSize::Roll => (576, 760),
            BadgeSize::Label => (800, 640),
            BadgeSize::LabelUpright => (640, 800),
        }
    }
}

/// The longest word of `name` that a badge should not break, for `BadgePaper.name-longest-word`; empty when every word
/// may be broken. Words end at spaces and after hyphens; a long word of Han characters or Hangul may break anywhere.
pub fn longest_word(name: &str) -> &str {
    name.split_inclusive(['-', '‐', '·'])
        .flat_map(|part| part.split_whitespace())
        .filter(|word| word.chars().count() < 5 || word.chars().all(|letter| letter < '\u{2e80}'))
        .max_by_key(|word| word.chars().count())
        .unwrap_or_default()
}
