//! Round and entry files: one spelling of each, a clear error for any other, and no byte that could be changed.

use domain::draw::*;

use crate::core::{chain_of, entries, facts};

#[track_caller]
fn check_list(bytes: &[u8], says: &str) {
    let fault = Entries::parse(bytes).expect_err("not canonical");
    assert!(fault.to_string().contains(says), "{fault}");
}

#[test]
fn list_in_another_spelling_is_refused_with_its_line() {
    check_list(b"", "line 1: the last line has no line feed");
    check_list(b"OLP1-ENTRIES\t0\t0\n", "nobody");
    check_list(b"OLP1-ENTRIES\t1\t3\nA\t3", "line 2: the last line");
    check_list(b"\xef\xbb\xbfOLP1-ENTRIES\t1\t3\nA\t3\n", "line 1: the header");
    check_list(b"OLP1-ENTRIES\t1\t3\r\nA\t3\r\n", "line 2: tickets");
    check_list(b"OLP1-ENTRIES\t2\t3\nA\t3\n", "line 1: the header");
    check_list(b"OLP1-ENTRIES\t1\t4\nA\t3\n", "line 1: the header");
    check_list(b"OLP1-ENTRIES\t2\t4\nB\t3\nA\t1\n", "line 3: ids are not");
    check_list(b"OLP1-ENTRIES\t2\t4\nA\t3\nA\t1\n", "line 3: ids are not");
    check_list(b"OLP1-ENTRIES\t1\t3\nA\t03\n", "line 2: tickets");
    check_list(b"OLP1-ENTRIES\t1\t3\nA\t+3\n", "line 2: tickets");
    check_list(b"OLP1-ENTRIES\t1\t0\nA\t0\n", "line 2: tickets");
    check_list(b"OLP1-ENTRIES\t1\t4294967296\nA\t4294967296\n", "line 2: tickets");
    check_list(b"OLP1-ENTRIES\t1\t3\nA-1\t3\n", "line 2: the id");
    check_list(b"OLP1-ENTRIES\t1\t3\n\t3\n", "line 2: the id");
    check_list(b"OLP1-ENTRIES\t1\t3\nA 3\n", "line 2: no tab");
    check_list(b"OLP1-ENTRIES\t1\t3\nA\t3\n\n", "line 3: no tab");
    check_list(b"\xff\n", "letters and digits");
    check_list(&vec![b'A'; MOST_BYTES + 1], "longer than");
    assert!(Entries::parse(b"OLP1-ENTRIES\t1\t4294967295\nA\t4294967295\n").is_ok());
}

#[test]
fn round_in_another_spelling_is_refused_with_its_field() {
    let list = entries([("A", 1), ("B", 2)]);
    let chain = chain_of(Hash256::of(b"root"), 3);
    let secret = chain.secret_of(1).expect("a link");
    let good = RoundProof::draw(facts(&list, 1, ""), secret, &list, &[]).to_string();
    assert!(RoundProof::parse(good.as_bytes()).is_ok());
    let check = |from: &str, to: &str, field: &str| {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good);
        let fault = RoundProof::parse(changed.as_bytes()).expect_err(to);
        assert!(fault.to_string().starts_with(&format!("round file: {field}:")), "{to}: {fault}");
    };
    check("event=", "Event=", "event");
    check("event=SPRING-2027", "event=SPRING 2027", "event");
    check("round=1", "round=01", "round");
    check("round=1", "round=1000000", "round");
    check("qty=1\n", "qty=0\n", "qty");
    check("qty=1\n", "", "qty");
    check("audience=", "audience=DICE", "audience");
    check("prev=", "prev=0", "prev");
    check("seed=", "seed=A", "seed");
    check("picks=", "picks=,", "picks");
    check("picks=", "picks=!", "picks");
    let fault = RoundProof::parse(format!("{good}\n").as_bytes()).expect_err("an empty line");
    assert!(fault.to_string().contains("nothing may follow"));
    assert!(RoundProof::parse(good.trim_end().as_bytes()).is_err());
    assert!(RoundProof::parse(&vec![b'A'; MOST_BYTES + 1]).is_err());
    assert!(RoundProof::parse(b"\xff").is_err());
}

#[test]
fn more_or_fewer_winners_than_prizes_are_refused() {
    let list = entries([("A", 1), ("B", 2), ("C", 3), ("D", 4)]);
    let chain = chain_of(Hash256::of(b"root"), 3);
    let draw = |quantity, forfeited: &[u32]| {
        RoundProof::draw(facts(&list, quantity, ""), chain.secret_of(1).expect("a link"), &list, forfeited)
    };
    let verify = |proof: &RoundProof| proof.verify(list.text().as_bytes());
    let mut all = draw(4, &[]);
    assert_eq!(verify(&all).map(|winners| winners.len()), Ok(4));
    all.facts.quantity = 2;
    assert!(verify(&all).is_err(), "another quantity is another key");
    let mut short = draw(2, &[]);
    short.picks.pop();
    assert_eq!(verify(&short), Err(DrawFault::PrizesLeft { missing: 1 }));
    let mut long = draw(2, &[0]);
    assert_eq!(long.picks.len(), 3);
    long.picks[0].forfeited = false;
    assert_eq!(verify(&long), Err(DrawFault::PickTooMany { place: 3 }));
    let nobody_came = draw(2, &[0, 1, 2, 3]);
    assert_eq!(verify(&nobody_came), Ok(vec![]));
}

/// A hundred winners of five thousand households, seven of the first absent.
fn large_round() -> (String, String) {
    let names: Vec<String> = (0..5_000).map(|n| format!("{n:04}")).collect();
    let list = entries(names.iter().zip(0_u32..).map(|(id, n)| (id.as_str(), 1 + n * 7 % 20)));
    let dice = Audience::of_dice(&[1, 6, 2, 5, 3, 4, 4, 3, 5, 2, 6, 1, 1, 2, 3]).expect("fifteen dice");
    let secret = chain_of(Hash256::of(b"a large round"), 64).secret_of(1).expect("a link");
    let absent = [0, 3, 17, 55, 99, 100, 104];
    let proof = RoundProof::draw(facts(&list, 100, dice.as_str()), secret, &list, &absent);
    assert_eq!(proof.picks.len(), 107);
    (proof.to_string(), list.text().to_owned())
}

fn is_accepted(round: &[u8], list: &Entries) -> bool {
    RoundProof::parse(round).is_ok_and(|proof| proof.verify_list(list).is_ok())
}

#[test]
fn proof_with_any_one_byte_changed_is_refused() {
    let (round, list) = large_round();
    let list = Entries::parse(list.as_bytes()).expect("the list reads");
    assert!(is_accepted(round.as_bytes(), &list));
    let mut bytes = round.into_bytes();
    for at in 0..bytes.len() {
        let was = bytes[at];
        for change in [1, 0x20, was ^ b'\n', was ^ b'0', was ^ b','].into_iter().filter(|change| *change != 0) {
            bytes[at] = was ^ change;
            assert!(!is_accepted(&bytes, &list), "byte {at}: {was:#x} to {:#x}", bytes[at]);
        }
        bytes[at] = was;
    }
}

#[test]
fn list_with_any_one_byte_changed_is_refused() {
    let (proof, list) = crate::vectors::V2;
    let proof = RoundProof::parse(proof).expect("the round reads");
    let mut bytes = list.to_vec();
    for at in 0..bytes.len() {
        bytes[at] ^= 1;
        assert_eq!(proof.verify(&bytes), Err(DrawFault::NotTheFrozenList), "byte {at}");
        bytes[at] ^= 1;
    }
    assert!(proof.verify(&bytes).is_ok());
}
