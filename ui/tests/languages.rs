//! The choice of a language, and the words of a name that a badge keeps whole.

use ui::{Lang, longest_word};

#[test]
fn locales_of_every_form_give_the_language() {
    for (code, lang) in [
        ("zh", Some(Lang::Zh)),
        ("zh_CN.UTF-8", Some(Lang::Zh)),
        ("ko-KR", Some(Lang::Ko)),
        ("en_GB@euro", Some(Lang::En)),
        ("C", None),
        ("", None),
    ] {
        assert_eq!(Lang::of_code(code), lang, "{code}");
    }
}

#[test]
fn longest_word_leaves_out_what_may_break_anywhere() {
    for (name, word) in [
        ("Alexandra Konstantinopoulos-Featherstone", "Konstantinopoulos-"),
        ("Li", "Li"),
        ("王海棠", "王海棠"),
        ("买买提阿布都热合曼江", ""),
        ("", ""),
    ] {
        assert_eq!(longest_word(name), word, "{name}");
    }
}
