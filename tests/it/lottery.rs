//! Story 7: an order lottery with dice. The stage dies between lock and reveal, and again during the animation; another
//! machine shows the stored winners; the proof verifies with the stand-alone script.

use crate::venue::{Kiosk, NetworkPrinter, Stage, Venue, list_of_parties, usher_ok, visit, wait_for};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const DICE: &str = "416253361254613";

/// Four parties are here, two prizes wait for them.
fn venue_with_parties() -> Venue {
    let list = tempfile::NamedTempFile::with_suffix(".csv").expect("a file");
    std::fs::write(list.path(), list_of_parties(6)).expect("a list");
    let mut venue = Venue::imported_with(list.path(), |meeting| meeting.replace("quantity = 30", "quantity = 2"));
    venue.start_hub();
    let printer = NetworkPrinter::switch_on(&venue, "K1");
    let mut kiosk = Kiosk::start(&venue, "K1", &printer.spec());
    for party in 0..4 {
        visit(&mut kiosk, venue.code(1 + party * 4));
    }
    venue
}

#[test]
fn stage_dies_at_lock_and_in_the_animation_and_the_same_winners_stand_with_a_proof() {
    let mut venue = venue_with_parties();
    let (host, deputy) = (venue.pin_of("host"), venue.pin_of("deputy_commander"));
    let mut stage = Stage::start(&venue, "S1");
    let other = Stage::start(&venue, "S2");
    stage.wait_state("the window of the hall", |state| state["audience"] == "InStep");

    stage.sign_in(&host);
    stage.perform("Commit");
    stage.perform("Freeze");
    stage.wait_state("the list", |state| state["hall"]["step"] == "Frozen");
    stage.keys(DICE);
    stage
        .wait_state("the dice in the hall", |state| state["hall"]["faces"].as_array().is_some_and(|it| it.len() == 15));
    stage.perform("ConfirmDice");
    stage.perform("Lock");
    stage.wait_state("the lock", |state| state["hall"]["step"] == "Locked");

    stage.kill();
    other.wait_state("the lock", |state| state["hall"]["step"] == "Locked");
    stage.start_again();
    stage.sign_in(&host);
    let ready = |state: &serde_json::Value| state["hall"]["step"] == "Locked" && state["audience"] == "InStep";
    stage.wait_state("the lock in the hall", ready);
    stage.perform("Reveal");
    stage.wait_state("the animation", |state| state["hall"]["phase"] == "Spinning");

    stage.kill_operator();
    let died = Instant::now();
    let winners = other.winners();
    assert!(died.elapsed() < Duration::from_secs(10), "another machine took {:?}", died.elapsed());
    assert_eq!(stage.halls().len(), 1, "the hall's window outlives the operator");
    stage.start_again();
    assert_eq!(stage.winners(), winners);
    stage.wait_state("the window of the hall", |state| state["audience"] == "InStep");
    assert_eq!(stage.halls().len(), 1, "and is not opened twice");

    stage.kill_hall();
    let died = Instant::now();
    wait_for("the end of the window", || stage.wait_state("a state", |_| true)["audience"].eq("Gone").then_some(()));
    stage.wait_state("the window again", |state| state["audience"] == "InStep");
    assert!(died.elapsed() < Duration::from_secs(10), "the window came back after {:?}", died.elapsed());
    println!("the hall's window came back after {:?}", died.elapsed());

    stage.sign_in(&host);
    for _ in &winners {
        stage.perform("Claim");
        stage.keys(&deputy);
    }
    stage.wait_state("the end of the round", |state| state["hall"]["step"] == "Finished");
    assert_eq!(stage.winners(), winners, "none twice, none lost");
    drop((stage, other));
    venue.stop_hub();
    verify(&venue, &winners);
}

/// The draw file holds a proof that the stand-alone script accepts, with the winners that the hall saw.
fn verify(venue: &Venue, winners: &[String]) {
    let folder = venue.folder().join("draw");
    let archive = venue.folder().join("draw.tar");
    std::fs::create_dir(&folder).expect("a folder");
    usher_ok(&["draw", "export", path(&archive), "--data", path(&venue.hub_folder())]);
    let unpacked = Command::new("tar").args(["-xf", path(&archive), "-C", path(&folder)]).status();
    assert!(unpacked.is_ok_and(|status| status.success()));
    let commitment = std::fs::read_to_string(folder.join("commitment.txt")).expect("a commitment");
    let commitment = commitment.lines().find_map(|line| line.strip_prefix("commitment=")).expect("its line");
    let (round, entries) = (folder.join("001-R1.round.txt"), folder.join("001-R1.entries.txt"));
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/verify-draw.py");
    let checked = Command::new("python3").args([path(&script), path(&round), path(&entries), commitment]).output();
    let checked = checked.expect("python3 runs");
    let said = String::from_utf8_lossy(&checked.stdout).into_owned();
    assert!(checked.status.success(), "{said}{}", String::from_utf8_lossy(&checked.stderr));
    let proof = std::fs::read_to_string(round).expect("a proof");
    for winner in winners {
        assert!(proof.contains(winner.as_str()), "{winner} is not in the proof:\n{proof}");
    }
}

fn path(path: &Path) -> &str {
    path.to_str().expect("a path is text")
}
