//! Python packages of given versions, installed once into a folder of the user's cache.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Mutex;

use crate::sight::{cache, missing};

/// What pip installs, in several runs, and under which name it is kept.
pub struct Packages {
    pub folder: &'static str,
    pub runs: &'static [&'static [&'static str]],
}

/// Runs a script of this folder with the packages; `None` when Python, pip or the registry cannot be had.
pub fn run(script: &str, packages: &Packages, arguments: &[&Path], words: &[&str]) -> Option<Output> {
    let library = match installed(packages) {
        Ok(library) => library,
        Err(problem) => {
            missing(&format!("Python 3.11 or newer with pip (Debian package python3-pip): {problem}"));
            return None;
        }
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join(script);
    let mut command = Command::new("python3");
    command.arg(script).args(arguments).args(words).env("PYTHONPATH", library);
    Some(command.output().expect("python3 was there a moment ago"))
}

/// The folder with the packages. Installed beside it first, so that a broken installation is never used.
fn installed(packages: &Packages) -> Result<PathBuf, String> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _one = ONE_AT_A_TIME.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let library = cache().join(packages.folder);
    if library.is_dir() {
        return Ok(library);
    }
    std::fs::create_dir_all(cache()).map_err(|error| error.to_string())?;
    let beside = tempfile::tempdir_in(cache()).map_err(|error| error.to_string())?;
    for run in packages.runs {
        let mut command = Command::new("python3");
        command.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"]);
        let output = command.arg(beside.path()).args(*run).output().map_err(|error| error.to_string())?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
    }
    match std::fs::rename(beside.keep(), &library) {
        // Another process was quicker.
        Err(_) if library.is_dir() => Ok(library),
        result => result.map(|()| library).map_err(|error| error.to_string()),
    }
}
