//! Every word of the stage's windows is in both catalogues, with the same places for figures, and no catalogue holds another.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Message ids of the sources: ours, and the shared parts that our windows show.
fn written() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<_> = fs::read_dir(folder).expect("the crate").map(|it| it.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "slint"));
    files.extend(["../widgets/pairing.slint", "../desk/sign-in.slint"].map(|file| folder.join(file)));
    files.iter().flat_map(|file| ids(&fs::read_to_string(file).expect("a source"))).collect()
}

/// What stands in `@tr("…")`, without context and plural.
fn ids(source: &str) -> Vec<String> {
    let of_call = |call: &str| {
        let mut texts = call.split('"').skip(1);
        let first = texts.next()?.to_owned();
        let has_context = texts.next().is_some_and(|between| between.trim() == "=>");
        if has_context { texts.next().map(str::to_owned) } else { Some(first) }
    };
    source.split("@tr(").skip(1).filter_map(of_call).collect()
}

fn catalogue(lang: &str) -> BTreeMap<String, String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lang").join(lang).join("LC_MESSAGES/stage-ui.po");
    let text = fs::read_to_string(path).expect("a catalogue");
    let mut words = BTreeMap::new();
    let mut id = String::new();
    for line in text.lines() {
        let quoted =
            || line.split_once('"').and_then(|(_, rest)| rest.strip_suffix('"')).unwrap_or_default().to_owned();
        if line.starts_with("msgid ") {
            id = quoted();
        } else if line.starts_with("msgstr") && !id.is_empty() {
            words.insert(std::mem::take(&mut id), quoted());
        }
    }
    words
}

/// `{}`, `{0}` and `{n}`, in any order.
fn places(text: &str) -> usize {
    text.matches('{').count()
}

#[test]
fn every_word_is_translated_and_none_is_left_over() {
    let ids = written();
    assert!(ids.len() > 100, "the sources are read");
    for lang in ["zh", "ko"] {
        let words = catalogue(lang);
        for id in &ids {
            let word = words.get(id).unwrap_or_else(|| panic!("{lang} lacks {id:?}"));
            assert!(!word.is_empty(), "{lang}: nothing for {id:?}");
            // A plural may leave its figure out: the screen shows it beside.
            assert_eq!(places(word), places(id), "{lang}: {id:?} and {word:?}");
        }
        let over: Vec<&String> = words.keys().filter(|known| !ids.contains(known)).collect();
        assert!(over.is_empty(), "{lang} has words of nothing: {over:?}");
    }
}
