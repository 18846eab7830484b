//! A kiosk whose disk is full never shows green, says so, and recovers when there is room again.

use crate::venue::{Kiosk, Venue, text};
use drivers::virtual_hw::{VirtualPrinter, serve_tcp};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A small disk of its own; unmounted when dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// None where mounting is not allowed.
    fn mount(folder: &Path) -> Option<SmallDisk> {
        std::fs::create_dir_all(folder).expect("a folder to mount on");
        let status =
            Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m,mode=700", "tmpfs", text(folder)]).status();
        status.is_ok_and(|status| status.success()).then(|| SmallDisk(folder.to_path_buf()))
    }

    fn filler(&self) -> PathBuf {
        self.0.join("filler")
    }

    /// Takes all the room there is.
    fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.filler()).expect("a file");
        let block = vec![1; 4096];
        while file.write_all(&block).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazy: the kiosk that is just being ended may still hold a file.
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn full_disk_tells_nobody_that_they_are_in_and_recovers_with_room() {
    let venue = Venue::open();
    let Some(disk) = SmallDisk::mount(&venue.folder().join("K1")) else {
        assert!(std::env::var_os("CI").is_none(), "a full disk needs leave to mount a small one");
        return println!("skipped: needs leave to mount a small disk");
    };
    let mode = std::fs::metadata(&disk.0).expect("the mounted folder").permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
    let printer = VirtualPrinter::in_folder(&venue.folder().join("printer")).expect("a folder for the paper");
    let server = serve_tcp("127.0.0.1:0".parse().expect("an address"), &printer).expect("a free port");
    let mut kiosk = Kiosk::start(&venue, "K1", &format!("tcp:{}", server.address()));
    kiosk.wait_page("attract");
    disk.fill();

    let guests = venue.guests_of_parties(2);
    let (guest, next) = (guests[0], guests[1]);
    kiosk.scan(venue.code(guest));
    // Some acts may still fit into the log's file; sooner or later one does not.
    let state = kiosk.wait_state("an answer", |state| state["page"] != "attract" && state["page"] != "looking");
    if state["page"] == "phone_check" {
        kiosk.tap("still_mine");
    }
    if kiosk.state()["page"] == "household" {
        kiosk.tap("household_confirmed");
    }
    let state = kiosk.wait_state("the full disk", |state| {
        assert_ne!(state["page"], "done", "green over a full disk");
        state["page"] == "out_of_order" && state["code"] == "DB"
    });
    assert_eq!(state["guests_in"], 0);
    assert_eq!(printer.pages(), 0);

    std::fs::remove_file(disk.filler()).expect("the filler goes");
    kiosk.wait_page("attract");
    kiosk.tap("leave");
    kiosk.scan(venue.code(next));
    let state = kiosk.wait_state("a guest", |state| state["page"] == "phone_check" || state["page"] == "household");
    if state["page"] == "phone_check" {
        kiosk.tap("still_mine");
    }
    kiosk.tap("household_confirmed");
    kiosk.wait_state("a badge that is out", |state| state["badges"]["stage"] == "take_it");
}
