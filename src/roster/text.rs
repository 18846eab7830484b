//! Cleans what people type into spreadsheets: exotic blanks, full-width digits, decomposed letters. Judges nothing.

use unicode_normalization::UnicodeNormalization;

/// The text for people: NFC, every run of blanks one space, no invisible or control characters, trimmed.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.nfc() {
        if character.is_whitespace() {
            if !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        } else if !is_invisible(character) {
            out.push(character);
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// A person's name: [`clean`], and `王　伟`, padded to line up with longer names, becomes `王伟`.
pub fn clean_name(text: &str) -> String {
    let name = clean(text);
    let han_only = name.chars().all(|character| character == ' ' || is_han(character));
    if han_only { name.replace(' ', "") } else { name }
}

/// The text for machines: NFKC, so that `１３８` reads as `138` and `（` as `(`.
pub fn plain(text: &str) -> String {
    clean(&text.nfkc().collect::<String>())
}

/// The text for comparing names: [`plain`], lower case, letters and digits only.
pub fn key(text: &str) -> String {
    text.nfkc().flat_map(char::to_lowercase).filter(|character| character.is_alphanumeric()).collect()
}

/// Whether bytes were lost when somebody saved the file in a wrong encoding.
pub fn is_garbled(text: &str) -> bool {
    text.contains('\u{fffd}')
}

fn is_invisible(character: char) -> bool {
    character.is_control()
        || matches!(character, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

fn is_han(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{323af}' | '\u{3007}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cleaned_for_people() {
        let check = |text: &str, expected: &str| assert_eq!(clean(text), expected, "{text:?}");
        check("  晨光\u{3000}\u{a0}建材 ", "晨光 建材");
        check("\u{feff}Zoe\u{301}\t Kim\n", "Zoé Kim");
        check("a\u{200b}b\u{7}c", "abc");
        check("\u{1100}\u{1161}", "가");
        check(" \u{3000} ", "");
    }

    #[test]
    fn padded_chinese_names_close_and_others_keep_their_space() {
        let check = |text: &str, expected: &str| assert_eq!(clean_name(text), expected, "{text:?}");
        check("王\u{3000}伟", "王伟");
        check("김 민수", "김 민수");
        check("Anna  Li", "Anna Li");
    }

    #[test]
    fn keys_ignore_width_case_blanks_and_brackets() {
        let check = |a: &str, b: &str| assert_eq!(key(a), key(b), "{a} / {b}");
        check("晨光建材（苏州）有限公司", "晨光建材(苏州) 有限公司");
        check("ＡＢＣ Windows", "abc windows");
        check("㈜한빛", "(주)한빛");
    }
}
