//! The organiser's evening before: import, correct, import again, invite. The real binary on real files, with the hub
//! stopped and running.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::venue::{Process, sample, usher, usher_ok, wait_for};

fn roster(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rosters").join(name)
}

/// The hub's folder of one test.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Desk {
        Desk(tempfile::tempdir().expect("a temporary folder"))
    }

    fn hub(&self) -> String {
        self.0.path().join("hub").display().to_string()
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("our own folder");
        path
    }

    fn import(&self, meeting: &Path, guests: &Path, more: &[&str]) -> Output {
        let mut command = usher();
        command.arg("import").arg(meeting).arg(guests).args(["--lang", "en", "--data", &self.hub()]).args(more);
        command.output().expect("the binary starts")
    }

    fn import_ok(&self, guests: &Path) -> String {
        let output = self.import(&sample("meeting.toml"), guests, &["--yes"]);
        assert!(output.status.success(), "{}", words(&output.stderr));
        words(&output.stdout)
    }

    fn codes(&self) -> Vec<Vec<String>> {
        let file = self.0.path().join("codes.csv");
        usher_ok(&["invite", "--data", &self.hub(), "--codes", &file.display().to_string()]);
        let text = std::fs::read_to_string(&file).expect("the codes");
        text.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    }

    /// Number, firm and name of everybody invited.
    fn invited(&self) -> Vec<Vec<String>> {
        self.codes().into_iter().map(|row| row[..3].to_vec()).collect()
    }

    fn start_hub(&self) -> Process {
        let mut command = usher();
        command.args(["hub", "--listen", "127.0.0.1:0", "--data", &self.hub()]);
        let process = Process::start("hub", command);
        let address = Path::new(&self.hub()).join("address");
        wait_for("the hub's address", || address.exists().then_some(()));
        process
    }
}

fn words(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn import_shows_first_applies_on_yes_and_knows_it_the_second_time() {
    let desk = Desk::new();
    let (meeting, guests) = (sample("meeting.toml"), sample("guests.csv"));
    let dry = desk.import(&meeting, &guests, &["--dry-run"]);
    assert!(dry.status.success() && words(&dry.stdout).contains("guests: 260 added"), "{}", words(&dry.stderr));
    let unasked = desk.import(&meeting, &guests, &[]);
    assert!(!unasked.status.success() && words(&unasked.stderr).contains("--yes"), "nobody to ask");
    assert!(desk.import_ok(&guests).contains("guests: 260 added"), "neither of the two imported anything");
    assert!(desk.import_ok(&guests).contains("the hub knows all this already"));
}

#[test]
fn one_list_in_four_files_invites_the_same_guests() {
    let check = |name: &str| {
        let desk = Desk::new();
        desk.import_ok(&roster(name));
        desk.invited()
    };
    let utf8 = check("common.utf8.csv");
    assert_eq!(utf8.len(), 60);
    for name in ["common.gb18030.csv", "common.euckr.csv", "common.xlsx"] {
        assert_eq!(check(name), utf8, "{name}");
    }
}

#[test]
fn bad_rows_are_told_one_by_one_and_nothing_is_imported() {
    let desk = Desk::new();
    let output = desk.import(&sample("meeting.toml"), &roster("bad.csv"), &["--yes"]);
    assert_eq!(output.status.code(), Some(1));
    let golden = std::fs::read_to_string(roster("bad.en.txt")).expect("a stored text");
    assert_eq!(words(&output.stderr).trim_start_matches("usher: ").trim_end(), golden.trim_end());
    let invite = usher().args(["invite", "--data", &desk.hub()]).output().expect("the binary starts");
    assert!(words(&invite.stderr).contains("run usher import first"), "{}", words(&invite.stderr));
}

#[test]
fn broken_meeting_file_names_line_and_remedy() {
    let desk = Desk::new();
    let text = std::fs::read_to_string(sample("meeting.toml")).expect("the sample");
    let line = text.lines().position(|line| line.starts_with("phone_check")).expect("in the sample") + 1;
    let meeting = desk.file("meeting.toml", &text.replace("phone_check = \"confirm\"", "phone_check = \"perhaps\""));
    let output = desk.import(&meeting, &sample("guests.csv"), &["--yes"]);
    assert_eq!(output.status.code(), Some(1));
    let told = words(&output.stderr);
    assert!(told.contains(&format!("meeting.toml: line {line}, ")) && told.contains("confirm"), "{told}");
}

#[test]
fn running_hub_takes_a_list_through_its_socket_and_keeps_it() {
    let desk = Desk::new();
    desk.import_ok(&roster("common.utf8.csv"));
    let before = desk.invited();
    let mut hub = desk.start_hub();
    let text = std::fs::read_to_string(roster("common.utf8.csv")).expect("the fixture");
    let without_one: Vec<&str> = text.lines().filter(|line| !line.contains("C059")).collect();
    let told = desk.import_ok(&desk.file("less.csv", &without_one.join("\n")));
    assert!(told.contains("0 added, 0 changed, 1 cancelled, 59 unchanged"), "{told}");
    assert_eq!(desk.invited(), before[..59]);
    hub.kill();
    assert_eq!(desk.invited(), before[..59], "what the socket took was on the disk");
}

#[test]
fn invitations_are_private_distinct_and_read_by_another_decoder() {
    let desk = Desk::new();
    desk.import_ok(&sample("guests.csv"));
    let codes = desk.codes();
    let distinct: BTreeSet<&String> = codes.iter().filter_map(|row| row.last()).collect();
    assert_eq!((codes.len(), distinct.len()), (260, 260));
    let plain = |code: &String| {
        code.len() == 122 && code.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
    };
    assert!(distinct.into_iter().all(plain));
    let out = desk.0.path().join("cards");
    let only = ["invite", "--data", &desk.hub(), "--png", "--only", "1,190,240", "--out", &out.display().to_string()];
    usher_ok(&only);
    let pdf = std::fs::read(out.join("invitations.pdf")).expect("the cards");
    assert!(pdf.starts_with(b"%PDF-"));
    for number in ["0001", "0190", "0240"] {
        let file = out.join(format!("invitation-{number}.png"));
        let mode = std::fs::metadata(&file).expect("the picture").permissions().mode();
        assert_eq!(mode & 0o077, 0, "an invitation lets people in");
        let decoded =
            Command::new("zbarimg").args(["--quiet", "--raw"]).arg(&file).output().expect("zbar-tools is installed");
        let code = codes.iter().find(|row| format!("{:0>4}", row[0]) == number).and_then(|row| row.last());
        assert_eq!(Some(words(&decoded.stdout).trim()), code.map(String::as_str), "{number}");
    }
    let nobody = usher().args(["invite", "--data", &desk.hub(), "--only", "9999"]).output().expect("the binary starts");
    assert!(words(&nobody.stderr).contains("has the number 9999"));
}

#[test]
fn keys_that_others_can_read_stop_the_import() {
    let desk = Desk::new();
    desk.import_ok(&roster("common.utf8.csv"));
    let file = Path::new(&desk.hub()).join("keys/meeting.json");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).expect("our own file");
    let output = desk.import(&sample("meeting.toml"), &roster("common.utf8.csv"), &["--yes"]);
    assert!(words(&output.stderr).contains("chmod 600"), "{}", words(&output.stderr));
}
