//! Whether what was typed names a text: by its own letters, by pinyin in full or by initials, by hangul's initial consonants.

use pinyin::ToPinyinMulti;

/// First of the hangul syllables.
const HANGUL: u32 = 0xAC00;
const HANGUL_SYLLABLES: u32 = 11_172;
/// Vowels times finals, and finals: how syllables are counted (Unicode 16, section 3.12).
const PER_CONSONANT: u32 = 588;
const PER_VOWEL: u32 = 28;
/// The initial consonants in the syllables' order, as a keyboard types them.
const CONSONANTS: [char; 19] =
    ['ㄱ', 'ㄲ', 'ㄴ', 'ㄷ', 'ㄸ', 'ㄹ', 'ㅁ', 'ㅂ', 'ㅃ', 'ㅅ', 'ㅆ', 'ㅇ', 'ㅈ', 'ㅉ', 'ㅊ', 'ㅋ', 'ㅌ', 'ㅍ', 'ㅎ'];

/// A text as it is compared: small letters and figures, nothing else.
pub fn plain(text: &str) -> Vec<char> {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Where in a text what was typed begins, in letters; both plain. Nothing typed is nowhere.
pub fn found_at(text: &[char], typed: &[char]) -> Option<usize> {
    if typed.is_empty() {
        return None;
    }
    (0..text.len()).find(|start| begins(&text[*start..], typed))
}

fn begins(text: &[char], typed: &[char]) -> bool {
    let Some((first, rest)) = typed.split_first() else { return true };
    let Some((letter, after)) = text.split_first() else { return false };
    if letter == first {
        return begins(after, rest);
    }
    if let Some((consonant, open)) = syllable(*letter) {
        // A syllable that is still being typed has no final yet.
        return (consonant == *first && begins(after, rest)) || (rest.is_empty() && open == *first);
    }
    if !first.is_ascii_lowercase() || letter.is_ascii() {
        return false;
    }
    let Some(readings) = letter.to_pinyin_multi() else { return false };
    readings.into_iter().any(|reading| spelt(reading.plain(), after, typed))
}

/// A reading typed as one letter, as `zh`, `ch` or `sh`, in full, or as far as somebody has come.
fn spelt(reading: &str, after: &[char], typed: &[char]) -> bool {
    let same = reading.chars().map(|letter| if letter == 'ü' { 'v' } else { letter });
    let same = same.zip(typed).take_while(|(letter, typed)| letter == *typed).count();
    let two = ["zh", "ch", "sh"].iter().any(|initial| reading.starts_with(initial));
    let whole = reading.chars().count();
    (1..=same).rev().any(|count| {
        let enough = count == 1 || (two && count == 2) || count == whole || count == typed.len();
        enough && begins(after, &typed[count..])
    })
}

/// The initial consonant of a hangul syllable, and the syllable without its final.
fn syllable(letter: char) -> Option<(char, char)> {
    let at = u32::from(letter).checked_sub(HANGUL).filter(|at| *at < HANGUL_SYLLABLES)?;
    let consonant = CONSONANTS[(at / PER_CONSONANT) as usize];
    Some((consonant, char::from_u32(HANGUL + at / PER_VOWEL * PER_VOWEL)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, typed: &str, at: Option<usize>) {
        assert_eq!(found_at(&plain(text), &plain(typed)), at, "{typed} in {text}");
    }

    #[test]
    fn name_is_found_as_people_type_it() {
        check("白杨", "白", Some(0));
        check("白杨", "by", Some(0));
        check("白杨", "baiyang", Some(0));
        check("白杨", "baiy", Some(0));
        check("白杨", "ba", Some(0));
        check("赵志强", "zhzq", Some(0));
        check("赵志强", "zzq", Some(0));
        check("云泽金谷穗供销社", "jgs", Some(2));
        check("吕布", "lvbu", Some(0));
        check("单雄信", "shan", Some(0));
        check("单雄信", "dxx", Some(0));
        check("김하늘", "ㄱㅎㄴ", Some(0));
        check("김하늘", "기", Some(0));
        check("김하늘", "하늘", Some(1));
        check("까치", "ㄲㅊ", Some(0));
        check("Kim Ha-neul", "kim haneul", Some(0));
        check("O’Brien Trading", "TRAD", Some(6));
    }

    #[test]
    fn what_is_somebody_elses_is_not_found() {
        check("白杨", "yb", None);
        check("白杨", "bx", None);
        check("白杨", "baiyangx", None);
        check("赵志强", "zhh", None);
        check("김하늘", "ㄱㄴ", None);
        check("김하늘", "기하", None);
        check("白杨", "", None);
        check("", "b", None);
    }
}
