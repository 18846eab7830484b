//! The order in which somebody at the door looks for a name: pinyin, hangul or Latin, by Unicode's collation for the
//! language, and the letter under which a name stands.

use std::cmp::Ordering;

use anyhow::{Context, Result};
use domain::config::Language;
use icu_collator::CollatorBorrowed;
use icu_collator::options::CollatorOptions;
use icu_locale_core::locale;

/// The first character of each pinyin letter in the collation's own order (CLDR, collation `pinyin`, index exemplars).
const PINYIN: [(char, char); 23] = [
    ('A', '阿'),
    ('B', '八'),
    ('C', '嚓'),
    ('D', '咑'),
    ('E', '妸'),
    ('F', '发'),
    ('G', '旮'),
    ('H', '哈'),
    ('J', '丌'),
    ('K', '咔'),
    ('L', '垃'),
    ('M', '妈'),
    ('N', '拏'),
    ('O', '噢'),
    ('P', '妑'),
    ('Q', '七'),
    ('R', '呥'),
    ('S', '仨'),
    ('T', '他'),
    ('W', '屲'),
    ('X', '夕'),
    ('Y', '丫'),
    ('Z', '帀'),
];
/// Surnames that are read otherwise than their character usually is, each with one that is always read so.
const SURNAMES: [(&str, &str); 15] = [
    ("万俟", "莫奇"),
    ("尉迟", "玉迟"),
    ("长孙", "掌孙"),
    ("曾", "增"),
    ("单", "善"),
    ("解", "谢"),
    ("仇", "求"),
    ("区", "欧"),
    ("查", "渣"),
    ("盖", "葛"),
    ("缪", "妙"),
    ("覃", "秦"),
    ("乐", "月"),
    ("朴", "飘"),
    ("折", "舌"),
];
/// Initial consonants of hangul syllables in Unicode's order; doubled ones stand under the single.
const CONSONANTS: [char; 19] =
    ['ㄱ', 'ㄱ', 'ㄴ', 'ㄷ', 'ㄷ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅂ', 'ㅅ', 'ㅅ', 'ㅇ', 'ㅈ', 'ㅈ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];
/// Under which everything stands that begins with no letter of ours.
const OTHER: &str = "#";

/// The order of one language.
pub(super) struct Alphabet {
    language: Language,
    collator: CollatorBorrowed<'static>,
}

impl Alphabet {
    /// # Errors
    /// The collation's data are missing in this build.
    pub fn of(language: Language) -> Result<Alphabet> {
        let locale = match language {
            Language::Zh => locale!("zh"),
            Language::Ko => locale!("ko"),
            Language::En => locale!("en"),
        };
        let collator = CollatorBorrowed::try_new(locale.into(), CollatorOptions::default());
        Ok(Alphabet { language, collator: collator.context("the order of names is missing in this build")? })
    }

    /// Which of two names stands first; equal only for the same name.
    pub fn compare(&self, one: &str, other: &str) -> Ordering {
        self.collator.compare(&self.read(one), &self.read(other)).then_with(|| one.cmp(other))
    }

    /// The letter under which a name stands: `W`, `ㄱ`, `#`.
    pub fn initial(&self, name: &str) -> String {
        let name = self.read(name);
        let Some(first) = name.trim_start().chars().next() else { return OTHER.into() };
        let letter = match first {
            '가'..='힣' => CONSONANTS.get((first as usize - '가' as usize) / 588).copied(),
            '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => self.pinyin(first),
            _ => first.to_uppercase().next().filter(|letter| letter.is_alphabetic()),
        };
        letter.map_or(OTHER.into(), |letter| self.plain(letter))
    }

    /// `É` stands under E.
    fn plain(&self, letter: char) -> String {
        use unicode_normalization::UnicodeNormalization;
        letter.nfd().next().filter(|_| !('가'..='힣').contains(&letter)).unwrap_or(letter).to_string()
    }

    fn pinyin(&self, character: char) -> Option<char> {
        if self.language != Language::Zh {
            return None;
        }
        let text = character.to_string();
        let stands_before =
            |(_, first): &&(char, char)| self.collator.compare(&first.to_string(), &text) != Ordering::Greater;
        PINYIN.iter().rev().find(stands_before).map(|(letter, _)| *letter)
    }

    /// The name with its surname as it is read.
    fn read<'a>(&self, name: &'a str) -> std::borrow::Cow<'a, str> {
        let special =
            SURNAMES.iter().find(|(surname, _)| name.starts_with(surname)).filter(|_| self.language == Language::Zh);
        match special {
            Some((surname, read)) => format!("{read}{}", &name[surname.len()..]).into(),
            None => name.into(),
        }
    }
}

/// Table numbers as people count: 2 before 10, A2 before A10, figures before letters.
pub(super) fn by_number(one: &str, other: &str) -> Ordering {
    parts(one).cmp(&parts(other)).then_with(|| one.cmp(other))
}

/// Runs of figures and of other letters; figures stand first.
fn parts(label: &str) -> Vec<(bool, u64, String)> {
    let mut parts: Vec<(bool, u64, String)> = Vec::new();
    for letter in label.chars() {
        let figure = letter.to_digit(10);
        if parts.last().is_none_or(|(letters, ..)| *letters == figure.is_some()) {
            parts.push((figure.is_none(), 0, String::new()));
        }
        let Some((_, number, letters)) = parts.last_mut() else { continue };
        match figure {
            Some(figure) => *number = number.saturating_mul(10).saturating_add(figure.into()),
            None => letters.push(letter),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(language: Language, sorted: &[(&str, &str)]) {
        let alphabet = Alphabet::of(language).expect("the data are built in");
        let mut names: Vec<&str> = sorted.iter().map(|(name, _)| *name).rev().collect();
        names.sort_by(|a, b| alphabet.compare(a, b));
        let letters: Vec<(&str, String)> = names.iter().map(|name| (*name, alphabet.initial(name))).collect();
        let wanted: Vec<(&str, String)> = sorted.iter().map(|(name, letter)| (*name, (*letter).to_owned())).collect();
        assert_eq!(letters, wanted);
    }

    #[test]
    fn names_stand_in_the_order_of_their_language() {
        check(
            Language::Zh,
            &[
                ("艾丽", "A"),
                ("白雪", "B"),
                ("陈海棠", "C"),
                ("范冰", "F"),
                ("黄河", "H"),
                ("李秀英", "L"),
                ("欧阳慕容", "O"),
                ("秦岭", "Q"),
                ("覃梅", "Q"),
                ("单雄", "S"),
                ("王建国", "W"),
                ("王丽", "W"),
                ("谢安", "X"),
                ("解珍", "X"),
                ("杨光", "Y"),
                ("尉迟恭", "Y"),
                ("曾国", "Z"),
                ("周立", "Z"),
                ("John Smith", "J"),
                ("Ōta", "O"),
            ],
        );
        check(
            Language::Ko,
            &[
                ("강하늘", "ㄱ"),
                ("김민수", "ㄱ"),
                ("남궁민", "ㄴ"),
                ("박지훈", "ㅂ"),
                ("이서연", "ㅇ"),
                ("황보영", "ㅎ"),
                ("Ada", "A"),
            ],
        );
        check(Language::En, &[("42", "#"), ("Ada Byron", "A"), ("Émile", "E"), ("lindqvist", "L"), ("Smith", "S")]);
    }

    #[test]
    fn table_numbers_stand_as_people_count() {
        let mut labels = ["B1", "10", "A10", "2", "A2", "1", "VIP"];
        labels.sort_by(|a, b| by_number(a, b));
        assert_eq!(labels, ["1", "2", "10", "A2", "A10", "B1", "VIP"]);
    }
}
