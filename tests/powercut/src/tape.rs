//! What the shim wrote down: every change of a disk in its order, and what the child told in between.

use std::path::{Path, PathBuf};

/// One thing that happened below the watched folder. Numbers name files as the kernel does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Opened, and made by this when `is_new`.
    Open {
        file: u64,
        path: PathBuf,
        is_new: bool,
    },
    Write {
        file: u64,
        at: u64,
        data: Vec<u8>,
    },
    Resize {
        file: u64,
        len: u64,
    },
    /// Everything of this file or folder is on the disk.
    Synced {
        file: u64,
    },
    /// The sync failed: what was waiting is lost to the disk, though reading still shows it.
    SyncFailed {
        file: u64,
    },
    Unlink {
        path: PathBuf,
    },
    Rename {
        from: PathBuf,
        to: PathBuf,
    },
    NewFolder {
        file: u64,
        path: PathBuf,
    },
    /// A call on this file was made to fail.
    Fault {
        file: u64,
    },
    /// A line of the child.
    Told(String),
}

const HEAD_BYTES: usize = 21;

/// Reads a tape. A child that was killed leaves a torn last record: it is left out.
///
/// # Panics
/// When the shim and this reader do not fit each other.
pub fn read(bytes: &[u8]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = bytes;
    while let Some((head, tail)) = rest.split_first_chunk::<HEAD_BYTES>() {
        let number = |at: usize| u64::from_le_bytes(head[at..at + 8].try_into().expect("eight bytes"));
        let len = u32::from_le_bytes(head[17..].try_into().expect("four bytes")) as usize;
        let Some((data, tail)) = tail.split_at_checked(len) else { break };
        rest = tail;
        told_apart(head[0], number(1), number(9), data, &mut steps);
    }
    steps
}

fn told_apart(op: u8, file: u64, at: u64, data: &[u8], steps: &mut Vec<Step>) {
    let path = || path_of(data);
    steps.push(match op {
        b'O' | b'o' => Step::Open { file, path: path(), is_new: op == b'O' },
        b'W' => Step::Write { file, at, data: data.to_vec() },
        b'T' => Step::Resize { file, len: at },
        b'S' => Step::Synced { file },
        b'X' => Step::SyncFailed { file },
        b'U' => Step::Unlink { path: path() },
        b'M' => Step::NewFolder { file, path: path() },
        b'F' => Step::Fault { file },
        b'R' => {
            let middle = data.iter().position(|byte| *byte == 0).expect("a rename has two names");
            Step::Rename { from: path_of(&data[..middle]), to: path_of(&data[middle + 1..]) }
        }
        b'A' => return steps.extend(String::from_utf8_lossy(data).lines().map(|line| Step::Told(line.to_owned()))),
        other => panic!("the shim wrote {other}, which nobody knows"),
    });
}

fn path_of(bytes: &[u8]) -> PathBuf {
    Path::new(std::str::from_utf8(bytes).expect("test folders are text")).to_owned()
}
