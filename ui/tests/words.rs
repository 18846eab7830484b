//! Every word of screens and papers is translated, nothing is left over, and the fonts have every character.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDERS: [&str; 5] = ["widgets", "kiosk", "desk", "paper", "dock"];

fn sources() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<PathBuf> = FOLDERS
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).expect("a folder of screens"))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|end| end == "slint"))
        .collect();
    files.sort();
    files
}

/// Text between quotation marks at the beginning of `rest`, and what follows it.
fn quoted(rest: &str) -> Option<(&str, &str)> {
    let inner = rest.trim_start().strip_prefix('"')?;
    let end = inner.find('"')?;
    Some((&inner[..end], &inner[end + 1..]))
}

/// Every message of `@tr` with its plural form, if it has one.
fn messages() -> BTreeMap<String, Option<String>> {
    let mut messages = BTreeMap::new();
    for path in sources() {
        let text = fs::read_to_string(&path).expect("a readable screen");
        for call in text.split("@tr(").skip(1) {
            let (message, rest) = quoted(call).unwrap_or_else(|| panic!("{}: @tr without a text", path.display()));
            let plural = rest.trim_start().strip_prefix('|').and_then(quoted).map(|(plural, _)| plural.to_owned());
            messages.insert(message.to_owned(), plural);
        }
    }
    assert!(messages.len() > 100, "the screens were found");
    messages
}

fn catalogue(lang: &str) -> rspolib::POFile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("lang/{lang}/LC_MESSAGES/ui.po"));
    rspolib::pofile(path.as_path()).expect("a readable catalogue")
}

/// What stands between braces, in any order.
fn places(message: &str) -> BTreeSet<String> {
    message.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_message_is_translated_with_the_same_values() {
    for lang in ["zh", "ko"] {
        let catalogue = catalogue(lang);
        for (message, plural) in messages() {
            let entry = catalogue.entries.iter().find(|entry| entry.msgid == message);
            let entry = entry.unwrap_or_else(|| panic!("{lang}: {message:?} is not translated"));
            assert_eq!(entry.msgid_plural, plural, "{lang}: {message:?}");
            assert!(!entry.flags.contains(&"fuzzy".to_owned()), "{lang}: {message:?} is fuzzy");
            let wording = match &plural {
                Some(_) => entry.msgstr_plural.first().cloned(),
                None => entry.msgstr.clone(),
            };
            let wording = wording.unwrap_or_default();
            assert!(!wording.is_empty(), "{lang}: {message:?} is empty");
            assert_eq!(places(&wording), places(&message), "{lang}: {wording:?}");
        }
    }
}

#[test]
fn catalogues_hold_nothing_that_no_screen_says() {
    let said = messages();
    for lang in ["zh", "ko"] {
        for entry in catalogue(lang).entries {
            assert!(said.contains_key(&entry.msgid), "{lang}: {:?} is obsolete", entry.msgid);
        }
    }
}

/// Characters of the catalogues of a language, of the .slint files, and the marks that data bring along.
fn characters(lang: &str) -> BTreeSet<char> {
    let written = catalogue(lang)
        .entries
        .into_iter()
        .flat_map(|entry| entry.msgstr.into_iter().chain(entry.msgstr_plural))
        .chain(messages().into_keys())
        .chain(sources().iter().map(|path| literals(path)))
        .collect::<String>();
    written
        .chars()
        .chain("0123456789*·-:¥₩★●−".chars())
        // Invisible by definition; no font needs to have it.
        .filter(|character| !character.is_control() && *character != '\u{2060}')
        .collect()
}

fn literals(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("a readable screen");
    text.lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .collect()
}

#[test]
fn fonts_have_every_character_that_is_written() {
    let mut fonts = fontdb::Database::new();
    fonts.load_system_fonts();
    for (lang, family) in [("zh", "Noto Sans CJK SC"), ("ko", "Noto Sans CJK KR")] {
        for weight in [fontdb::Weight::NORMAL, fontdb::Weight::BOLD] {
            let query = fontdb::Query { families: &[fontdb::Family::Name(family)], weight, ..Default::default() };
            let id = fonts.query(&query).unwrap_or_else(|| panic!("{family} is missing: apt install fonts-noto-cjk"));
            let missing = fonts.with_face_data(id, |data, index| {
                let face = ttf_parser::Face::parse(data, index).expect("a readable font");
                characters(lang)
                    .into_iter()
                    .filter(|character| face.glyph_index(*character).is_none())
                    .collect::<String>()
            });
            assert_eq!(missing.as_deref(), Some(""), "{family} {weight:?} lacks characters");
        }
    }
}
