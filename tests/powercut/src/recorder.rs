//! Runs this program again as a child under the shim, and reads what it did to its disk.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::tape::{self, Step};
use crate::work::Work;

/// A child's disk: everything below `root()` is watched.
#[derive(Debug)]
pub struct Bench {
    folder: TempDir,
    shim: PathBuf,
    program: PathBuf,
}

/// What one child did.
#[derive(Debug)]
pub struct Run {
    pub steps: Vec<Step>,
    /// The child came to its end by itself.
    pub ended_well: bool,
    pub words: String,
}

impl Bench {
    /// An empty disk for children of `program`, which is this crate's binary.
    ///
    /// # Panics
    /// When there is no C compiler (`cc`), which the bundled SQLite needs too.
    pub fn new(program: &Path) -> Bench {
        Bench { folder: quick_folder(), shim: shim().to_owned(), program: program.to_owned() }
    }

    /// The watched folder.
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("disk")
    }

    /// Runs `work` on the empty disk; `fail` is what the shim lets fail.
    ///
    /// # Panics
    /// When the child does not start or tells nothing.
    pub fn run(&self, work: &Work, fail: Option<&str>) -> Run {
        let place = |name: &str| self.folder.path().join(name);
        for folder in ["disk", "shadow"] {
            let _ = fs::remove_dir_all(place(folder));
            fs::create_dir(place(folder)).expect("the temporary folder takes folders");
        }
        let (tape, marks) = (place("tape"), place("marks"));
        let _ = fs::remove_file(&tape);
        fs::write(&marks, "").expect("the temporary folder takes files");
        let mut command = Command::new(&self.program);
        command.args(work.arguments(&self.root().join("data"), &place("shadow").join("data"), &marks));
        command.env("LD_PRELOAD", &self.shim).env("USHER_DISK_ROOT", self.root());
        command.env("USHER_DISK_TAPE", &tape).env("USHER_DISK_MARKS", &marks).stdin(Stdio::null());
        command.envs(fail.map(|fail| ("USHER_DISK_FAIL", fail)));
        let output = command.output().expect("the child starts");
        let steps = tape::read(&fs::read(&tape).expect("the shim wrote a tape"));
        Run { steps, ended_well: output.status.success(), words: words_of(&output) }
    }
}

/// A folder that forgets quickly where the machine has one: the real disk would only be slower.
pub fn quick_folder() -> TempDir {
    let mut builder = tempfile::Builder::new();
    builder.prefix("usher-power-").permissions(fs::Permissions::from_mode(0o700));
    let memory = Path::new("/dev/shm");
    let made = if memory.is_dir() { builder.tempdir_in(memory) } else { builder.tempdir() };
    made.or_else(|_| builder.tempdir()).expect("a temporary folder")
}

/// The shim, built once per process.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &SHIM
        .get_or_init(|| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let library = folder.path().join("disk.so");
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("shim/disk.c");
            let mut command = Command::new("cc");
            command.args(["-shared", "-fPIC", "-O2", "-o"]).arg(&library).arg(&source).arg("-ldl");
            let output = command.output().expect("a C compiler starts (apt install gcc)");
            assert!(output.status.success(), "the shim does not compile: {}", words_of(&output));
            (folder, library)
        })
        .1
}

fn words_of(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    format!("{}{}", text(&output.stdout), text(&output.stderr))
}
