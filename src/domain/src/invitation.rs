//! Invitation tokens: 76 signed bytes as 122 letters. Knows no names; looking the guest up is the meeting's affair.

use std::collections::BTreeMap;

use data_encoding::BASE32_NOPAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::ids::GuestNo;

/// Letters of a whole token.
pub const TOKEN_LETTERS: usize = 122;

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 12;
const TOKEN_BYTES: usize = HEAD_BYTES + Signature::BYTE_SIZE;
const CONTEXT: &[u8] = b"usher/invitation/1\n";

/// What an invitation says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Which key signed it.
    pub key: u8,
    /// `MeetingFacts::token_number`.
    pub meeting: u16,
    /// Whose it is.
    pub guest: GuestNo,
    /// Raised when an invitation is replaced.
    pub serial: u16,
    /// Last day it is good for, in days since 2020-01-01.
    pub expires_day: u16,
}

/// What is wrong with an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum InvitationFault {
    /// Not an invitation at all.
    #[error("not an invitation")]
    Garbage,
    /// Only part of it was read.
    #[error("only part of the code was read")]
    CutOff,
    /// Not signed by a key of this organiser, or changed.
    #[error("not signed by the organiser")]
    Forged,
    /// For another meeting.
    #[error("for another meeting")]
    Foreign,
    /// Past its day.
    #[error("expired")]
    Expired,
}

impl Token {
    /// The 122 upper-case letters and digits of the signed token.
    pub fn sign(&self, key: &SigningKey) -> String {
        let head = self.head();
        let signature = key.sign(&signed_part(&head));
        BASE32_NOPAD.encode(&[&head[..], &signature.to_bytes()[..]].concat())
    }

    /// Reads and checks a scanned text; spaces around it and small letters are forgiven.
    ///
    /// # Errors
    /// The first fault found, in this order: garbage, cut off, forged, foreign, expired.
    pub fn read(
        text: &str,
        keys: &BTreeMap<u8, VerifyingKey>,
        meeting: u16,
        today: u16,
    ) -> Result<Token, InvitationFault> {
        let letters = text.trim().to_ascii_uppercase();
        let plain = letters.bytes().all(|b| b.is_ascii_uppercase() || (b'2'..=b'7').contains(&b));
        if !plain || letters.is_empty() {
            return Err(InvitationFault::Garbage);
        }
        if letters.len() != TOKEN_LETTERS {
            let fault = if is_part_of_a_token(&letters) { InvitationFault::CutOff } else { InvitationFault::Garbage };
            return Err(fault);
        }
        let bytes = BASE32_NOPAD.decode(letters.as_bytes()).map_err(|_| InvitationFault::Forged)?;
        let token = Token::checked(&bytes, keys)?;
        if token.meeting != meeting {
            return Err(InvitationFault::Foreign);
        }
        if today > token.expires_day {
            return Err(InvitationFault::Expired);
        }
        Ok(token)
    }

    fn head(&self) -> [u8; HEAD_BYTES] {
        let mut head = [0; HEAD_BYTES];
        head[0] = VERSION;
        head[1] = self.key;
        head[2..4].copy_from_slice(&self.meeting.to_be_bytes());
        head[4..8].copy_from_slice(&self.guest.0.to_be_bytes());
        head[8..10].copy_from_slice(&self.serial.to_be_bytes());
        head[10..12].copy_from_slice(&self.expires_day.to_be_bytes());
        head
    }

    fn checked(bytes: &[u8], keys: &BTreeMap<u8, VerifyingKey>) -> Result<Token, InvitationFault> {
        let bytes: &[u8; TOKEN_BYTES] = bytes.try_into().map_err(|_| InvitationFault::Garbage)?;
        let (head, signature) = bytes.split_at(HEAD_BYTES);
        let key = keys.get(&head[1]).ok_or(InvitationFault::Forged)?;
        let signature = Signature::from_slice(signature).map_err(|_| InvitationFault::Forged)?;
        key.verify_strict(&signed_part(head), &signature).map_err(|_| InvitationFault::Forged)?;
        if head[0] != VERSION {
            return Err(InvitationFault::Garbage);
        }
        let word = |at: usize| u16::from_be_bytes([head[at], head[at + 1]]);
        Ok(Token {
            key: head[1],
            meeting: word(2),
            guest: GuestNo(u32::from_be_bytes([head[4], head[5], head[6], head[7]])),
            serial: word(8),
            expires_day: word(10),
        })
    }
}

/// Whether letters of Base32 look like part of a token: its beginning, or so long a piece that nothing else it can be.
pub(crate) fn is_part_of_a_token(letters: &str) -> bool {
    let head = letters.as_bytes();
    // Version 1 and a key number up to 127 give `A` and then `E` or `F`.
    let begins = matches!(head, [b'A', b'E' | b'F', ..] | [b'A']);
    letters.len() < TOKEN_LETTERS && (begins || letters.len() >= 40)
}

fn signed_part(head: &[u8]) -> Vec<u8> {
    [CONTEXT, head].concat()
}
