//! Texts on their way to a template.

use crate::DocumentError;

/// A run of letters longer than this gets invisible places to break.
const LONGEST_WORD: usize = 18;

/// A word wider than its place would run over the edge unseen: long ones get zero-width spaces.
pub(crate) fn breakable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut run = 0;
    for character in text.chars() {
        run = if character.is_whitespace() || character == '-' { 0 } else { run + 1 };
        if run > LONGEST_WORD && character.is_alphanumeric() {
            out.push('\u{200b}');
            run = 1;
        }
        out.push(character);
    }
    out
}

/// Templates have words in three languages.
pub(crate) fn known_language(language: &str, of: &str) -> Result<(), DocumentError> {
    if ["zh", "ko", "en"].contains(&language) {
        return Ok(());
    }
    Err(DocumentError::Language { card: of.to_owned(), language: language.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::breakable;

    #[test]
    fn long_words_get_places_to_break_and_others_stay_as_they_are() {
        assert_eq!(breakable("晨光 Windows"), "晨光 Windows");
        assert_eq!(breakable(&"a".repeat(20)), format!("{}\u{200b}aa", "a".repeat(18)));
    }
}
