//! What nodes and hubs tell each other, and what people scan and type: any bytes are refused or read, and what was
//! read is written as the same again.

use std::collections::BTreeMap;

use domain::draw::{Entries, RoundProof, picks};
use domain::invitation::Token;
use domain::scan::Scan;
use sync::pairing::{PairingCode, PairingTicket};
use sync::wire::{
    EnrolReply, EnrolRequest, Enrolment, Grant, NetFault, Offer, OfferReply, PullReply, PullRequest, PushReply,
    PushRequest, Snapshot, Status,
};

/// The frozen envelope: whoever reads an event can write the very same bytes.
pub fn envelope(bytes: &[u8]) {
    let Ok(event) = sync::Event::decode(bytes) else { return };
    assert_eq!(event.bytes(), bytes);
    let again = event.draft().clone().seal().expect("what was short enough once is it twice");
    assert!(again.bytes() == bytes && again.hash() == event.hash());
}

/// Every body of the wire; the first byte chooses it.
pub fn message(bytes: &[u8]) {
    let Some((choice, body)) = bytes.split_first() else { return };
    macro_rules! same {
        ($kind:ty) => {
            if let Ok(message) = <$kind>::decode(body) {
                assert_eq!(<$kind>::decode(&message.encode()), Ok(message));
            }
        };
    }
    match choice % 12 {
        0 => {
            same!(PushRequest);
            if let Ok(request) = PushRequest::decode(body) {
                request.signed_bytes();
            }
        }
        1 => same!(PushReply),
        2 => same!(PullReply),
        3 => {
            same!(Snapshot);
            if let Ok(snapshot) = Snapshot::decode(body) {
                snapshot.signed_bytes();
            }
        }
        4 => same!(EnrolRequest),
        5 => same!(Enrolment),
        6 => same!(EnrolReply),
        7 => same!(Grant),
        8 => same!(Offer),
        9 => same!(OfferReply),
        10 => same!(Status),
        _ => http_answer(body),
    }
}

/// An answer with any status: a reply or a fault.
fn http_answer(body: &[u8]) {
    for status in [200, 400, 401, 404, 409, 413, 429, 500, 503] {
        let faults: [Option<NetFault>; 4] = [
            PushReply::from_http(status, body).err(),
            PullReply::from_http(status, body).err(),
            Grant::from_http(status, body).err(),
            OfferReply::from_http(status, body).err(),
        ];
        faults.into_iter().flatten().for_each(|fault| drop(fault.to_string()));
    }
}

/// Payloads of all kinds: the kind in the first line, JSON below it. What was read folds and reads again.
pub fn payload(bytes: &[u8]) {
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else { return };
    let Ok(kind) = std::str::from_utf8(&bytes[..end]) else { return };
    let Some((kind, version)) = domain::Event::KINDS.iter().find(|(name, _)| *name == kind) else {
        domain::Event::from_payload(kind, 1, &bytes[end + 1..]).expect_err("nobody knows it");
        return;
    };
    if let Ok(event) = domain::Event::from_payload(kind, *version, &bytes[end + 1..]) {
        let written = event.to_payload();
        assert_eq!(domain::Event::from_payload(kind, *version, &written), Ok(event));
    }
}

/// What scanners and keyboards give: tickets, codes, invitations, badges, and the query of a pull.
pub fn text(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(ticket) = PairingTicket::parse(text) {
        assert_eq!(PairingTicket::parse(&ticket.text()), Ok(ticket));
    }
    if let Ok(code) = text.parse::<PairingCode>() {
        assert_eq!(code.grouped().parse(), Ok(code));
    }
    if let Ok(request) = PullRequest::decode(text) {
        assert_eq!(PullRequest::decode(&request.encode()), Ok(request));
    }
    Scan::of(text).slip_id();
    Token::read(text, &BTreeMap::new(), 1, 1).expect_err("there is no key");
}

/// Files of a draw, one after the other: the round, and from its first word on the list.
pub fn draw(bytes: &[u8]) {
    let list_at = bytes.windows(12).position(|word| word == b"OLP1-ENTRIES").unwrap_or(bytes.len());
    let (round, list) = bytes.split_at(list_at);
    let entries = Entries::parse(list);
    if let Ok(entries) = &entries {
        assert_eq!(entries.text().as_bytes(), list);
    }
    let Ok(proof) = RoundProof::parse(round) else { return };
    assert_eq!(proof.to_string().as_bytes(), round);
    let _ = (proof.verify(list), proof.facts.audience.check());
    if let Ok(entries) = &entries {
        let drawn = picks(&proof.facts.key(&proof.secret), entries, 50);
        assert_eq!(drawn.len(), entries.count().min(50));
    }
}
