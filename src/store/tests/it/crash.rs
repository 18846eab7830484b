//! kill -9 at any moment: what was acknowledged is there. (A power cut is another suite: the kernel keeps
//! what a killed process wrote.)

use std::io::{BufRead, BufReader, Write};
use std::process::Stdio;

use print::JobState;

use crate::support::{Author, child, child_folder, job, open, private_folder};

/// Kills of the loop; `USHER_KILLS=1000` for a long one.
fn kills() -> u64 {
    std::env::var("USHER_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20)
}

#[test]
fn killed_process_has_everything_that_it_acknowledged() {
    let folder = private_folder();
    let mut acknowledged = 0_u64;
    for round in 0..kills() {
        let mut child = child("crash::appends_until_killed", folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let wanted = 1 + round * 37 % 90;
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        // After the kill the pipe still holds acknowledgements: they count.
        while let Some(Ok(line)) = lines.next() {
            if let Some(count) = line.strip_prefix("acknowledged ") {
                acknowledged = count.parse().unwrap();
                seen += 1;
            }
            if seen == wanted {
                child.kill().unwrap();
            }
        }
        child.wait().unwrap();
        assert!(seen >= wanted, "the child ended by itself");

        let store = open(folder.path());
        let loaded = store.load().unwrap();
        assert!(loaded.pending.len() as u64 >= acknowledged, "round {round}");
        assert_eq!(loaded.pending.len(), loaded.journal.len(), "an event and its job are one commit");
    }
    println!("{} kills, {acknowledged} acknowledged, none lost", kills());
}

#[test]
#[ignore = "child of killed_process_has_everything_that_it_acknowledged"]
fn appends_until_killed() {
    let Some(folder) = child_folder() else {
        return;
    };
    let mut store = open(&folder);
    let mut author = Author::own();
    author.head = store.progress().unwrap().own_head;
    let mut out = std::io::stdout();
    loop {
        let events = author.run(1);
        let count = events[0].seq + 1;
        store.append(&events, &[job(count, JobState::Queued)]).unwrap();
        writeln!(out, "acknowledged {count}").unwrap();
        out.flush().unwrap();
    }
}
