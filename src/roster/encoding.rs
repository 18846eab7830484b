//! Finds out in which encoding a CSV was saved: UTF-8, UTF-16 with its mark, GB18030 or EUC-KR. Splits no cells.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{EUC_KR, Encoding, GB18030, UTF_8};

/// The text of a file, and how it was read.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without its byte order mark.
    pub text: String,
    /// `UTF-8`, `GB18030`, `EUC-KR` …
    pub encoding: &'static str,
    /// Another encoding would have read it too and its headers decided: worth telling.
    pub guessed: bool,
}

/// Why a file has no readable text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingFault {
    /// Neither UTF-8 nor one of the two legacy encodings.
    #[error("the file is neither UTF-8 nor GB18030 nor EUC-KR; save it as \"CSV UTF-8\" or as XLSX")]
    Unknown,
    /// Several encodings give sensible text.
    #[error(
        "the file can be read as GB18030 and as EUC-KR; say which with --encoding gb18030 or --encoding euc-kr, or save it as \"CSV UTF-8\""
    )]
    Ambiguous,
    /// Named on the command line, but the bytes are not of that encoding.
    #[error("the file is not {0}: leave --encoding away, or save it as \"CSV UTF-8\"")]
    NotThat(&'static str),
    /// An encoding that is not supported.
    #[error("the encoding \"{0}\" is not supported; there are utf-8, gb18030 and euc-kr")]
    Unsupported(String),
}

/// Decodes `bytes`. `familiar` counts the headers in a text that the import knows: the best witness there is.
///
/// # Errors
/// See [`EncodingFault`].
pub fn decode(bytes: &[u8], named: Option<&str>, familiar: impl Fn(&str) -> usize) -> Result<Decoded, EncodingFault> {
    if let Some(name) = named {
        return decode_named(bytes, name);
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return whole(encoding, &bytes[mark..]).ok_or(EncodingFault::Unknown).map(|text| found(text, encoding, false));
    }
    if let Some(text) = whole(UTF_8, bytes) {
        return Ok(found(text, UTF_8, false));
    }
    let mut readings: Vec<(usize, &'static Encoding, String)> = [GB18030, EUC_KR]
        .into_iter()
        .filter_map(|encoding| whole(encoding, bytes).map(|text| (familiar(&text), encoding, text)))
        .collect();
    readings.sort_by_key(|(headers, _, _)| std::cmp::Reverse(*headers));
    let mut readings = readings.into_iter();
    match (readings.next(), readings.next()) {
        (None, _) => Err(EncodingFault::Unknown),
        (Some((_, encoding, text)), None) => Ok(found(text, encoding, false)),
        (Some((most, encoding, text)), Some((fewer, _, _))) if most > fewer => Ok(found(text, encoding, true)),
        (Some(one), Some(other)) => by_detector(bytes, [one, other]),
    }
}

fn by_detector(bytes: &[u8], readings: [(usize, &'static Encoding, String); 2]) -> Result<Decoded, EncodingFault> {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // The detector names GB18030 by its subset GBK.
    let guess = if guess == encoding_rs::GBK { GB18030 } else { guess };
    let agreed = readings.into_iter().find(|(_, encoding, _)| *encoding == guess);
    agreed.map(|(_, encoding, text)| found(text, encoding, true)).ok_or(EncodingFault::Ambiguous)
}

fn decode_named(bytes: &[u8], name: &str) -> Result<Decoded, EncodingFault> {
    let encoding = match name.to_ascii_lowercase().as_str() {
        "utf-8" | "utf8" => UTF_8,
        "gb18030" | "gbk" | "gb2312" => GB18030,
        "euc-kr" | "cp949" => EUC_KR,
        _ => return Err(EncodingFault::Unsupported(name.to_owned())),
    };
    let body = bytes.strip_prefix(b"\xef\xbb\xbf").filter(|_| encoding == UTF_8).unwrap_or(bytes);
    whole(encoding, body).map(|text| found(text, encoding, false)).ok_or(EncodingFault::NotThat(encoding.name()))
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    // Private-use characters come out of GB18030 for bytes of other encodings; no guest list means them.
    let private = text.chars().any(|character| matches!(character, '\u{e000}'..='\u{f8ff}'));
    (!private).then(|| text.into_owned())
}

fn found(text: String, encoding: &'static Encoding, guessed: bool) -> Decoded {
    Decoded { text, encoding: encoding.name(), guessed }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn familiar(text: &str) -> usize {
        ["公司", "姓名", "업체", "성명"].iter().filter(|word| text.contains(**word)).count()
    }

    fn check(bytes: &[u8], expected: Result<(&str, &str), EncodingFault>) {
        let decoded = decode(bytes, None, familiar);
        assert_eq!(decoded.as_ref().map(|d| (d.text.as_str(), d.encoding)), expected.as_ref().map(|pair| *pair));
    }

    #[test]
    fn encodings_are_told_apart_by_mark_validity_and_headers() {
        let chinese = "公司,姓名\n晨光,王伟\n";
        let korean = "업체,성명\n한빛,김민수\n";
        check(chinese.as_bytes(), Ok((chinese, "UTF-8")));
        check(format!("\u{feff}{chinese}").as_bytes(), Ok((chinese, "UTF-8")));
        check(&GB18030.encode(chinese).0, Ok((chinese, "gb18030")));
        check(&EUC_KR.encode(korean).0, Ok((korean, "EUC-KR")));
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(chinese.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        check(&utf16, Ok((chinese, "UTF-16LE")));
        check(b"a,\xff\xff\x80\n", Err(EncodingFault::Unknown));
    }

    #[test]
    fn encoding_named_on_the_command_line_is_obeyed_or_refused() {
        let bytes = GB18030.encode("甲,乙").0;
        assert_eq!(decode(&bytes, Some("GBK"), familiar).map(|d| d.text), Ok("甲,乙".to_owned()));
        assert_eq!(decode(&bytes, Some("utf-8"), familiar), Err(EncodingFault::NotThat("UTF-8")));
        assert_eq!(decode(&bytes, Some("big5"), familiar), Err(EncodingFault::Unsupported("big5".into())));
    }
}
