//! Papers and the draw file: what is printed is what was drawn, and the exported files verify by themselves.

use domain::draw::{Entries, Hash256, RoundProof, hash_of_rules};
use domain::event::{DrawPaper, PrintWord};
use domain::meeting::{CODE_BYTES, RoundStep};
use domain::{Command, DrawCommand};

use crate::stage::*;
use crate::venue::{Venue, party, staff};

fn draw(venue: &Venue) -> &domain::meeting::Draw {
    venue.meeting.draw(DRAW).expect("committed")
}

#[test]
fn rules_sheet_names_what_the_law_wants_and_warns_above_the_cap() {
    let mut venue = open_draw();
    let mut gold = prize("gold", 2, 1, domain::config::PrizePool::CheckedIn);
    gold.market_value_minor = 5_000_001;
    step(&mut venue, DrawCommand::AddPrize { draw: DRAW.into(), prize: Box::new(gold) }, &["PrizeAdded"]);
    let sheet = venue.meeting.rules_sheet(draw(&venue));
    let prizes: Vec<(u8, u32, bool)> = sheet.prizes.iter().map(|it| (it.tier, it.quantity, it.above_cap)).collect();
    assert_eq!(prizes, [(1, 1, false), (2, 1, true), (3, 5, false), (5, 2, false)]);
    assert_eq!(hash_of_rules(&sheet.rules), sheet.rules_hash);
    assert_eq!((sheet.calls, sheet.dice, sheet.proxies, sheet.win_again), (3, 15, true, false));
    let slip = draw(&venue).commit_slip();
    assert_eq!(slip.commitment, root().commitment());
    assert!(slip.code.contains(&slip.commitment.to_string()) && slip.code.contains(&slip.rules_hash.to_string()));
}

#[test]
fn list_of_many_households_is_whole_again_from_its_codes() {
    let mut venue = hall();
    let mut config = draw_config();
    config.rules.draw.ticket_unit_minor = Some(1);
    venue.happens(domain::event::MeetingConfigured { rev: 7, config: Box::new(config) });
    step(&mut venue, commit(DRAW), &["DrawCommitted"]);
    let long_id = |number: u8| domain::Household { draw_id: Some(format!("{number:032}")), ..party(number) };
    let households = (0..=25).map(long_id).collect();
    venue.happens(domain::event::RosterChanged { rev: 7, households, ..Default::default() });
    (0..=25).for_each(|number| signs(&mut venue, number, number, 1_000, 0));
    step(&mut venue, freeze("r1", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    let list = round(&venue, "r1").entry_list(draw(&venue)).expect("whole");
    assert_eq!((list.lines.len(), list.codes.len()), (usize::try_from(list.totals.0).expect("small"), 2));
    let text: String = list.codes.iter().filter_map(|code| code.split_once('\n')).map(|(_, text)| text).collect();
    assert!(list.codes.iter().all(|code| code.len() < CODE_BYTES + 40 && code.starts_with("OLP1-LIST ")));
    assert_eq!(Entries::parse(text.as_bytes()).map(|list| list.hash()), Ok(list.entries_hash));
}

#[test]
fn archive_verifies_by_itself() {
    let mut venue = at(RoundStep::Drawn);
    step(&mut venue, forfeit("r1", 0, 3, Some("r1")), &["PrizeForfeited"]);
    step(&mut venue, claim("r1", 1, Some("r1")), &["PrizeClaimed"]);
    step(&mut venue, claim("r1", 2, Some("r1")), &["PrizeClaimed"]);
    step(&mut venue, freeze("r2", "third", 1), &["RoundFrozen", "RoundEntriesListed"]);
    step(&mut venue, audience("r2", ""), &["AudienceEntered"]);
    step(&mut venue, lock("r2"), &["RoundLocked"]);
    step(&mut venue, void("r2", Some(secret(2)), Some("c1")), &["RoundVoided"]);
    let slip = round(&venue, "r1").proof_slip(draw(&venue)).expect("drawn");
    assert_eq!((slip.substitutes.len(), slip.commitment_only), (1, false));
    assert_eq!(slip.code, slip.proof.to_string());
    let void_slip = round(&venue, "r2").void_slip(draw(&venue)).expect("void");
    assert_eq!(void_slip.secret_hex, Some(secret(2).reveal_hex()));
    let files = venue.meeting.draw_files(draw(&venue));
    let read = |name: &str| {
        let found = files.iter().find(|file| file.name == name);
        String::from_utf8(found.unwrap_or_else(|| panic!("{name} is missing")).bytes.clone()).expect("plain text")
    };
    let names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
    let rounds = ["001-r1.entries.txt", "001-r1.round.txt", "002-r2.entries.txt", "002-r2.void.txt"];
    assert_eq!(names[3..7], rounds);
    let proof = RoundProof::parse(read(rounds[1]).as_bytes()).expect("a round file");
    let kept = proof.verify(read(rounds[0]).as_bytes()).expect("true");
    let commitment: Hash256 = read("commitment.txt")
        .lines()
        .find_map(|line| line.strip_prefix("commitment="))
        .and_then(|hex| hex.parse().ok())
        .expect("a commitment");
    assert!(proof.secret.leads_to(&commitment, proof.facts.round));
    assert_eq!(hash_of_rules(&read("rules.txt")), proof.facts.rules);
    let winners = read("winners.tsv");
    assert_eq!(winners.lines().count(), 4, "{winners}");
    assert!(kept.iter().all(|id| winners.contains(&format!("\t{id}\tParty"))));
    assert!(winners.lines().nth(1).is_some_and(|line| line.ends_with("forfeited")));
}

#[test]
fn papers_that_came_out_are_known() {
    let mut venue = at(RoundStep::Drawn);
    let report = |round: Option<&str>, paper| DrawCommand::ReportPaper {
        draw: DRAW.into(),
        round: round.map(Into::into),
        paper,
        by: PrintWord::Printer,
    };
    let mut print = |command| venue.act(staff("h1"), &Command::Draw(Box::new(command)));
    assert!(print(report(None, DrawPaper::Commit)).is_ok() && print(report(Some("r1"), DrawPaper::Proof)).is_ok());
    assert_eq!(print(report(Some("r9"), DrawPaper::Proof)).map_err(|refusal| refusal.code()), Err("unknown_round"));
    let papers: Vec<_> = draw(&venue).papers.iter().cloned().collect();
    assert_eq!(papers, [(None, DrawPaper::Commit), (Some("r1".into()), DrawPaper::Proof)]);
}
