//! Tells every story of a device to our drivers, one line each: `ok  paper_out_during_badge_keeps_job  1.2 s`.
//! Runs inside the lab's guest (`tests/hw/run`), where emulated devices may be plugged into the kernel.
//! `hw-stories [NAME…]` tells only stories whose names contain one of the names.

mod badge;
mod bench;
mod blocked;
mod cable;
mod camera;
mod enumeration;
mod faults;
mod gadget;
mod harness;
mod labels;
mod permissions;
mod scanners;
mod survey;

use std::process::ExitCode;

use harness::Story;

fn stories() -> Vec<Story> {
    [
        enumeration::STORIES,
        badge::STORIES,
        labels::STORIES,
        faults::STORIES,
        blocked::STORIES,
        cable::STORIES,
        gadget::STORIES,
        scanners::STORIES,
        camera::STORIES,
        survey::STORIES,
        permissions::STORIES,
    ]
    .concat()
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words[..] {
        [first, devices @ ..] if first == permissions::OPEN => permissions::open(devices),
        wanted => harness::tell(&stories(), wanted),
    }
}
