//! What staff carry from the hub to a new node: a one-time code, and the ticket that a scanner reads
//! from the hub's screen. Decoding is total; what the code proves is the hub's `pairing`.

use std::fmt;
use std::str::FromStr;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};

use crate::ids::Hash;

/// SHA-256 of a hub's SubjectPublicKeyInfo (RFC 5280, 4.1.2.7).
pub type KeyHash = Hash;

/// Longest address of a hub in a ticket, bytes.
pub const MAX_URL_BYTES: usize = 128;
/// Longest text that is read as a ticket, characters.
pub const MAX_TICKET_CHARS: usize = 400;
/// Characters of a code: 40 bits in Base32.
pub const CODE_CHARS: usize = 8;

const PREFIX: &str = "USHER1";
const VERSION: u8 = 1;
const CHECK_BYTES: usize = 4;

/// Why a text is no ticket, in words for the person who scanned or typed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TicketError {
    #[error("this is not a pairing code of a hub: scan the one that `usher hub enroll` shows")]
    NotATicket,
    #[error("the pairing code was read incompletely: scan it again, closer and straight")]
    Damaged,
    #[error("the pairing code is of a newer hub: update this machine")]
    Newer,
    #[error("a typed pairing code has 8 letters or digits, as in ABCD-EF23")]
    BadCode,
}

/// Eight characters that open the hub once, within ten minutes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PairingCode(pub [u8; 5]);

/// Where the hub is, which key it has, and the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PairingTicket {
    /// `https://192.168.1.20:7400`, at most 128 bytes.
    pub url: String,
    pub pin: KeyHash,
    pub code: PairingCode,
}

impl PairingCode {
    /// As a screen shows it: `ABCD-EF23`.
    pub fn grouped(&self) -> String {
        let text = self.to_string();
        let (front, back) = text.split_at(CODE_CHARS / 2);
        format!("{front}-{back}")
    }
}

impl fmt::Display for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE32_NOPAD.encode(&self.0))
    }
}

/// A code in a log would let its reader in.
impl fmt::Debug for PairingCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PairingCode(…)")
    }
}

impl FromStr for PairingCode {
    type Err = TicketError;

    /// Takes what people type: any case, spaces and hyphens, and the digits that Base32 lacks for
    /// the letters they look like.
    fn from_str(text: &str) -> Result<PairingCode, TicketError> {
        if text.len() > MAX_TICKET_CHARS {
            return Err(TicketError::BadCode);
        }
        let typed: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).map(meant).collect();
        let bytes = BASE32_NOPAD.decode(typed.as_bytes()).map_err(|_| TicketError::BadCode)?;
        bytes.try_into().map(PairingCode).map_err(|_| TicketError::BadCode)
    }
}

impl PairingTicket {
    /// The text of the QR code: upper-case letters, digits and one colon, so that it is dense and
    /// survives scanners that type.
    pub fn text(&self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend_from_slice(&self.pin.0);
        bytes.extend_from_slice(&self.code.0);
        bytes.extend_from_slice(self.url.as_bytes());
        bytes.extend_from_slice(&check(&bytes));
        format!("{PREFIX}:{}", BASE32_NOPAD.encode(&bytes))
    }

    /// Reads what a scanner gave. The sign between prefix and data may be any other or missing: it
    /// is the one character that another keyboard layout changes.
    ///
    /// # Errors
    /// Tells whether it is something else, was damaged, or is of a newer hub.
    pub fn parse(text: &str) -> Result<PairingTicket, TicketError> {
        let text = text.trim();
        if text.chars().nth(MAX_TICKET_CHARS).is_some() {
            return Err(TicketError::NotATicket);
        }
        let text = text.to_ascii_uppercase();
        let data = text.strip_prefix(PREFIX).ok_or(TicketError::NotATicket)?;
        let data = data.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let bytes = BASE32_NOPAD.decode(data.as_bytes()).map_err(|_| TicketError::Damaged)?;
        let (body, sum) = bytes.split_last_chunk::<CHECK_BYTES>().ok_or(TicketError::Damaged)?;
        if *sum != check(body) {
            return Err(TicketError::Damaged);
        }
        let (version, body) = body.split_first().ok_or(TicketError::Damaged)?;
        if *version != VERSION {
            return Err(TicketError::Newer);
        }
        let (pin, body) = body.split_first_chunk().ok_or(TicketError::Damaged)?;
        let (code, url) = body.split_first_chunk().ok_or(TicketError::Damaged)?;
        let url = std::str::from_utf8(url).map_err(|_| TicketError::Damaged)?;
        if url.is_empty() || url.len() > MAX_URL_BYTES || !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TicketError::Damaged);
        }
        Ok(PairingTicket { url: url.to_owned(), pin: Hash(*pin), code: PairingCode(*code) })
    }
}

fn meant(typed: char) -> char {
    match typed.to_ascii_uppercase() {
        '0' => 'O',
        '1' => 'I',
        '8' => 'B',
        other => other,
    }
}

fn check(bytes: &[u8]) -> [u8; CHECK_BYTES] {
    let digest = Sha256::new().chain_update(b"usher/ticket/1\n").chain_update(bytes).finalize();
    let mut sum = [0; CHECK_BYTES];
    sum.copy_from_slice(&digest[..CHECK_BYTES]);
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticket() -> PairingTicket {
        let url = "https://192.168.1.20:7400".to_owned();
        PairingTicket { url, pin: Hash([7; 32]), code: PairingCode([1, 2, 3, 4, 5]) }
    }

    #[test]
    fn ticket_reads_back_as_scanners_type_it() {
        let text = ticket().text();
        assert!(text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ':'), "{text}");
        for typed in [text.clone(), text.to_lowercase(), text.replace(':', ";"), text.replace(':', ""), text + "\r\n"] {
            assert_eq!(PairingTicket::parse(&typed), Ok(ticket()));
        }
    }

    #[test]
    fn ticket_with_any_other_character_or_cut_short_is_no_ticket() {
        let text = ticket().text();
        for at in 0..text.len() {
            let mut typed = text.clone().into_bytes();
            typed[at] = if typed[at] == b'A' { b'B' } else { b'A' };
            let typed = String::from_utf8(typed).unwrap();
            assert!(PairingTicket::parse(&typed).is_err(), "{typed}");
            assert!(PairingTicket::parse(&text[..at]).is_err(), "{at}");
        }
    }

    #[test]
    fn texts_that_are_none_say_why() {
        let newer = {
            let mut bytes = vec![VERSION + 1, 9, 9];
            bytes.extend_from_slice(&check(&bytes));
            format!("{PREFIX}:{}", BASE32_NOPAD.encode(&bytes))
        };
        let strange = PairingTicket { url: "https://a b".to_owned(), ..ticket() }.text();
        let empty = PairingTicket { url: String::new(), ..ticket() }.text();
        let long = PairingTicket { url: "h".repeat(MAX_URL_BYTES + 1), ..ticket() }.text();
        for (text, error) in [
            ("", TicketError::NotATicket),
            ("6901234567892", TicketError::NotATicket),
            (&"USHER1:".repeat(100), TicketError::NotATicket),
            ("USHER1:", TicketError::Damaged),
            ("USHER1:é", TicketError::Damaged),
            (&newer, TicketError::Newer),
            (&strange, TicketError::Damaged),
            (&empty, TicketError::Damaged),
            (&long, TicketError::Damaged),
        ] {
            assert_eq!(PairingTicket::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn code_is_read_as_people_type_it() {
        let code: PairingCode = "OIBA-EF23".parse().unwrap();
        assert_eq!((code.grouped().as_str(), code.to_string().as_str()), ("OIBA-EF23", "OIBAEF23"));
        for typed in ["oibaef23", " 01 8A-ef-23 "] {
            assert_eq!(typed.parse(), Ok(code), "{typed}");
        }
        for typed in ["", "ABCDEFG", "ABCDEFGHI", "ABCD9FGH", "ABCDÉFGH", &"A".repeat(500)] {
            assert_eq!(typed.parse::<PairingCode>(), Err(TicketError::BadCode), "{typed}");
        }
    }

    #[test]
    fn debug_text_hides_the_code() {
        assert!(!format!("{:?}", ticket()).contains(&ticket().code.to_string()));
    }
}
