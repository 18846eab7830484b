//! The scenes of the hall and the operator's window as generated from the .slint files. It deliberately knows no meeting:
//! data come in as properties, touches and keys go out as callbacks.

#[allow(clippy::all, clippy::unwrap_used, clippy::todo, unused_qualifications)]
mod generated {
    slint::include_modules!();
}
pub use generated::*;

impl Lang {
    /// Every language that the scenes speak.
    pub const ALL: [Lang; 3] = [Lang::Zh, Lang::Ko, Lang::En];

    /// The code of the bundled translation: `zh`, `ko`, `en`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::Zh => "zh",
            Lang::Ko => "ko",
            Lang::En => "en",
        }
    }
}

/// Lets every component of this thread speak `lang`. Call it after a component was created on this thread, and set
/// `Language.current` too: fonts and grounds follow that.
pub fn speak(lang: Lang) {
    slint::select_bundled_translation(lang.code())
        .expect("a component exists on this thread and every language of Lang is bundled");
}
