//! Scans and invitation tokens: told apart, and every change refused.

use std::collections::BTreeMap;

use domain::ids::GuestNo;
use domain::invitation::{InvitationFault, TOKEN_LETTERS, Token};
use domain::scan::Scan;
use domain::{Command, event::*};
use ed25519_dalek::{SigningKey, VerifyingKey};
use proptest::prelude::*;

use crate::venue::*;

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn keys() -> BTreeMap<u8, VerifyingKey> {
    [(1, key(1).verifying_key()), (2, key(2).verifying_key())].into()
}

fn token() -> Token {
    Token { key: 1, meeting: 7, guest: GuestNo(11), serial: 1, expires_day: 2530 }
}

fn read(text: &str) -> Result<Token, InvitationFault> {
    Token::read(text, &keys(), 7, 2520)
}

#[test]
fn token_is_122_upper_case_letters_and_reads_back() {
    let text = token().sign(&key(1));
    assert_eq!(text.len(), TOKEN_LETTERS);
    assert!(text.bytes().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit()));
    assert_eq!(read(&text), Ok(token()));
    assert_eq!(read(&format!(" {}\r\n", text.to_lowercase())), Ok(token()));
    assert_eq!(Scan::of(&format!("]Q1{text}\r")), Scan::Invitation(text.clone()));
}

#[test]
fn each_fault_has_its_own_name() {
    let check = |text: &str, fault| assert_eq!(read(text), Err(fault), "{text}");
    let good = token().sign(&key(1));
    check("", InvitationFault::Garbage);
    check("https://example.org/win", InvitationFault::Garbage);
    check("0123456789", InvitationFault::Garbage);
    check(&good[..60], InvitationFault::CutOff);
    check(&good[30..], InvitationFault::CutOff);
    check(&format!("{good}A"), InvitationFault::Garbage);
    check(&token().sign(&key(3)), InvitationFault::Forged);
    check(&Token { key: 3, ..token() }.sign(&key(3)), InvitationFault::Forged);
    check(&Token { meeting: 8, ..token() }.sign(&key(1)), InvitationFault::Foreign);
    check(&Token { expires_day: 2519, ..token() }.sign(&key(1)), InvitationFault::Expired);
    assert!(read(&Token { expires_day: 2520, ..token() }.sign(&key(1))).is_ok(), "good on its last day");
}

#[test]
fn every_change_of_a_single_letter_is_refused() {
    let good = token().sign(&key(1));
    for at in 0..good.len() {
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018".chars() {
            let changed: String =
                good.char_indices().map(|(place, old)| if place == at { letter } else { old }).collect();
            assert_eq!(read(&changed).is_ok(), changed == good, "letter {at} became {letter}");
        }
    }
}

#[test]
fn every_beginning_is_cut_off() {
    let good = token().sign(&key(1));
    for length in 2..good.len() {
        assert_eq!(read(&good[..length]), Err(InvitationFault::CutOff), "{length} letters");
    }
}

#[test]
fn scans_tell_themselves_apart() {
    let check = |text: &str, expected: Scan| assert_eq!(Scan::of(text), expected, "{text:?}");
    let badge = || "0K7ZQ4M8T2".parse().expect("a badge id");
    check("0K7ZQ4M8T2", Scan::Badge(badge()));
    check("0k7zq4m8t2\r\n", Scan::Badge(badge()));
    check("]Q10K7ZQ4M8T2", Scan::Badge(badge()));
    check("USLD2-0042", Scan::Slip("D2-0042".into()));
    check("USL:D2-0042", Scan::Slip("D2-0042".into()));
    check("USPS07", Scan::Crew("S07".into()));
    check("usp:s07", Scan::Crew("S07".into()));
    check("USL", Scan::Garbage);
    check("USP:", Scan::Garbage);
    check("USPé", Scan::Garbage);
    check("", Scan::Garbage);
    check("   ", Scan::Garbage);
    check("]Q", Scan::Garbage);
    check("6901234567892", Scan::Garbage);
    check("https://example.org", Scan::Garbage);
    check("你好", Scan::Garbage);
    check(&"A".repeat(201), Scan::Garbage);
    check(&token().sign(&key(1))[..100], Scan::CutOff);
}

#[test]
fn invitation_finds_its_guest_or_says_why_not() {
    let mut venue = Venue::new();
    let read =
        |venue: &Venue, token: Token| venue.meeting.read_invitation(&token.sign(&key(1)), 2520).map(|guest| guest.id);
    assert_eq!(read(&venue, token()), Err(ScanFault::Forged), "no key is published yet");
    let public_hex = data_encoding::HEXLOWER.encode(key(1).verifying_key().as_bytes());
    venue.happens(InvitationKeyPublished { key: 9, public_hex: "no key".into() });
    venue.happens(InvitationKeyPublished { key: 1, public_hex });
    assert_eq!(read(&venue, token()), Ok(guest(11)));
    assert_eq!(read(&venue, Token { serial: 0, ..token() }), Err(ScanFault::Expired), "a newer invitation is out");
    assert_eq!(read(&venue, Token { serial: 9, ..token() }), Ok(guest(11)), "newer than this node's list");
    assert_eq!(read(&venue, Token { guest: GuestNo(999), ..token() }), Err(ScanFault::UnknownGuest));
    assert_eq!(read(&venue, Token { meeting: 8, ..token() }), Err(ScanFault::Foreign));
}

#[test]
fn refused_scan_is_logged_without_the_code() {
    let mut venue = Venue::new();
    let code = token().sign(&key(1));
    let refuse = Command::RefuseScan { fault: ScanFault::Forged, scanned: code.clone(), guest: None };
    let events = venue.check(guest_actor(), refuse, &["ScanRefused"]);
    let expected = ScanRefused { fault: ScanFault::Forged, head: code[..8].into(), length: 122, guest: None };
    assert_eq!(events, [expected.into()]);
}

proptest! {
    #[test]
    fn garbage_never_panics_and_is_never_a_token(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = Scan::of(&text);
        prop_assert!(read(&text).is_err());
        let text = String::from_utf8_lossy(&bytes);
        let _ = Scan::of(&text);
        prop_assert!(read(&text).is_err());
    }

    #[test]
    fn letters_of_the_alphabet_never_panic(text in "[A-Z2-7]{0,130}") {
        let _ = Scan::of(&text);
        prop_assert!(read(&text).is_err());
    }

    #[test]
    fn any_token_reads_back(number in any::<u32>(), serial in any::<u16>(), expires_day in 2520_u16..) {
        let token = Token { guest: GuestNo(number), serial, expires_day, ..token() };
        prop_assert_eq!(read(&token.sign(&key(1))), Ok(token));
    }
}
