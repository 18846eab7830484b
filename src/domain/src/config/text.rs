//! Texts in several languages, and secrets that only the organiser's file holds. Translates nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// A language of screens and paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Chinese, simplified.
    #[default]
    Zh,
    /// Korean.
    Ko,
    /// English.
    En,
}

impl Language {
    /// Every language there is.
    pub const ALL: [Language; 3] = [Language::Zh, Language::Ko, Language::En];

    /// `zh`, `ko` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Language::Zh => "zh",
            Language::Ko => "ko",
            Language::En => "en",
        }
    }
}

/// A text per language. In the file one plain string stands for all languages.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Text(BTreeMap<Language, String>);

impl Text {
    /// The same words in every language.
    pub fn same(words: &str) -> Text {
        Text(Language::ALL.into_iter().map(|language| (language, words.to_owned())).collect())
    }

    /// Adds or replaces one language.
    pub fn with(mut self, language: Language, words: &str) -> Text {
        self.0.insert(language, words.to_owned());
        self
    }

    /// The words in `language`, else in any language there is, else nothing.
    pub fn get(&self, language: Language) -> &str {
        self.0.get(&language).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// Whether this very language is there.
    pub fn has(&self, language: Language) -> bool {
        self.0.get(&language).is_some_and(|words| !words.trim().is_empty())
    }

    /// Whether there are no words at all.
    pub fn is_empty(&self) -> bool {
        self.0.values().all(|words| words.trim().is_empty())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "a text, or a text per language such as { zh = \"…\", en = \"…\" }")]
        enum Written {
            Same(String),
            PerLanguage(BTreeMap<Language, String>),
        }
        Ok(match Written::deserialize(from)? {
            Written::Same(words) => Text::same(&words),
            Written::PerLanguage(words) => Text(words),
        })
    }
}

/// A PIN or phone number as the organiser's file holds it. Never serialised, never shown by `Debug`:
/// the importer replaces it by its hash or sealed form.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct FileSecret(String);

impl FileSecret {
    /// Wraps a secret.
    pub fn new(secret: &str) -> FileSecret {
        FileSecret(secret.to_owned())
    }
    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for FileSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileSecret(…)")
    }
}
