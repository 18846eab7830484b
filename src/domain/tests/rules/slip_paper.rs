//! Signed paper that comes back, and paper that is none of ours.

use domain::event::*;
use domain::meeting::SlipPaper;
use domain::slip_code::SlipCode;
use domain::{Actor, Command, DeskCommand, SlipId};

use crate::slips::content;
use crate::venue::*;

fn drafted(venue: &mut Venue, total_minor: i64) -> SlipId {
    let draft = Command::DraftSlip { content: Box::new(content(total_minor)) };
    let events = venue.check(staff("o1"), draft, &["SlipDrafted"]);
    let Event::SlipDrafted(drafted) = &events[0] else { panic!("{events:?}") };
    drafted.slip
}

fn sign(slip: SlipId) -> Command {
    Command::SignSlip { slip, signer: "王海棠".into(), sealed: true }
}

/// The text on the paper of a slip as it stands.
fn printed(venue: &Venue, slip: SlipId, copy: Option<SlipCopy>) -> String {
    venue.meeting.slip_code(venue.meeting.slip(slip).expect("known"), copy).to_string()
}

#[track_caller]
fn check(venue: &Venue, text: &str, expected: Option<SlipPaper>) {
    assert_eq!(venue.meeting.read_slip_paper(text), expected, "{text}");
}

#[test]
fn signed_copy_that_comes_back_is_known_marked_once_and_missing_no_more() {
    let mut venue = Venue::new();
    let slip = drafted(&mut venue, 50_000);
    let stub = printed(&venue, slip, Some(SlipCopy::Stub));
    check(&venue, &stub, Some(SlipPaper::NotSigned { slip }));
    venue.check(staff("o1"), sign(slip), &["SlipSigned"]);
    let copy = Some(SlipCopy::Stub);
    check(&venue, &stub, Some(SlipPaper::Signed { slip, copy, returned: false }));
    // As scanners send it.
    check(&venue, &format!("]Q1{}\r", stub.to_lowercase()), Some(SlipPaper::Signed { slip, copy, returned: false }));
    let back = Command::Desk(DeskCommand::ReturnCopy { slip, copy: SlipCopy::Stub });
    venue.check(staff("o1"), back, &["SlipCopyReturned"]);
    check(&venue, &stub, Some(SlipPaper::Signed { slip, copy, returned: true }));
    let every = printed(&venue, slip, None);
    check(&venue, &every, Some(SlipPaper::Signed { slip, copy: None, returned: false }));
    assert_eq!(venue.meeting.missing_copies(), [(slip, SlipCopy::Finance)]);
    let void = Command::VoidSlip { slip, reason: "wrong firm".into(), second: Some("d1".into()) };
    venue.check(staff("o1"), void, &["SlipVoided"]);
    check(&venue, &stub, Some(SlipPaper::Closed { slip, copy, returned: true }));
}

#[test]
fn paper_of_before_a_change_altered_and_foreign_paper_have_their_own_answers() {
    let mut venue = Venue::new();
    let slip = drafted(&mut venue, 50_000);
    let first = printed(&venue, slip, Some(SlipCopy::Finance));
    let base = venue.meeting.slip(slip).expect("known").version().stamp.event;
    let revise = Command::ReviseSlip { slip, base, content: Box::new(content(60_000)) };
    venue.check(staff("o1"), revise, &["SlipRevised"]);
    check(&venue, &first, Some(SlipPaper::OtherRevision { slip, printed: 1, stands: 2 }));
    let other_words = SlipCode::of(slip, 2, &content(60_001), None).to_string();
    check(&venue, &other_words, Some(SlipPaper::Altered { slip }));
    let foreign = SlipCode::of(SlipId::from_bytes([7; 16]), 1, &content(50_000), None).to_string();
    check(&venue, &foreign, Some(SlipPaper::Unknown));
}

#[test]
fn texts_that_are_no_code_of_a_slips_paper_are_none() {
    let mut venue = Venue::new();
    let slip = drafted(&mut venue, 50_000);
    let good = printed(&venue, slip, Some(SlipCopy::Customer));
    assert_eq!(good.len(), 57, "{good}");
    assert!(SlipCode::read(&good).is_some_and(|code| code.to_string() == good));
    let longer = format!("{good}.X");
    let bad = ["USLD2-0042", "USL", "", "USL-1.2.3.4", &good[..56], &longer, &good.replace(".C.", ".Q."), &good[4..]];
    for text in bad {
        check(&venue, text, None);
    }
}

#[test]
fn code_does_not_change_when_people_are_forgotten() {
    let slip = SlipId::from_bytes([7; 16]);
    let noted = SlipContent { note: "call before ten".into(), ..content(50_000) };
    assert_eq!(SlipCode::of(slip, 1, &noted, None), SlipCode::of(slip, 1, &content(50_000), None));
    // Stored: paper of an older program stays readable.
    assert_eq!(
        SlipCode::of(slip, 1, &content(50_000), None).to_string(),
        "USL-07070707070707070707070707070707.1.E.GRNRYM42KTDV3DAF"
    );
}

#[test]
fn printing_is_wanted_first_told_once_and_counted_by_revision() {
    use SlipCopy::{Customer, Finance, Stub};
    let mut venue = Venue::new();
    let slip = drafted(&mut venue, 50_000);
    let print = |copies: &[SlipCopy]| Command::Desk(DeskCommand::PrintSlip { slip, copies: copies.to_vec() });
    let told = |print, copy, by| {
        Command::Desk(DeskCommand::ReportSlipPrinted(SlipPrinted { slip, revision: 1, copy, print, by }))
    };
    let prints = |venue: &Venue| -> Vec<(u32, u32, usize)> {
        let slip = venue.meeting.slip(slip).expect("known");
        slip.prints().iter().map(|print| (print.revision, print.print, print.printed.len())).collect()
    };
    venue.check_refused(sales("S07"), print(&[Stub]), "not_authorised");
    venue.check_refused(staff("o1"), print(&[]), "record_broken");
    venue.check_refused(staff("o1"), print(&[Stub, Stub]), "record_broken");
    venue.check_refused(Actor::System, told(1, Stub, PrintWord::Printer), "record_broken");
    venue.check(staff("o1"), print(&[Stub, Customer, Finance]), &["SlipPrintRequested"]);
    venue.check(Actor::System, told(1, Stub, PrintWord::Printer), &["SlipPrinted"]);
    venue.check(Actor::System, told(1, Stub, PrintWord::Unconfirmed), &[]);
    venue.check(staff("o1"), told(1, Finance, PrintWord::Staff), &["SlipPrinted"]);
    assert_eq!(prints(&venue), [(1, 1, 2)]);
    venue.check(staff("o1"), print(&[Finance]), &["SlipPrintRequested"]);
    venue.check_refused(Actor::System, told(2, Stub, PrintWord::Printer), "record_broken");
    assert_eq!(prints(&venue), [(1, 1, 2), (1, 2, 0)]);
    let base = venue.meeting.slip(slip).expect("known").version().stamp.event;
    venue.check(staff("o1"), Command::ReviseSlip { slip, base, content: Box::new(content(60_000)) }, &["SlipRevised"]);
    venue.check(staff("o1"), print(&[Stub]), &["SlipPrintRequested"]);
    assert_eq!(prints(&venue).last(), Some(&(2, 1, 0)), "a new revision begins anew");
}
