//! Files of `usher seating`: bounded, and every mistake named with its file.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use domain::seating::Instance;
use serde::Serialize;

/// A file at most; 20,000 households need about 10 MB.
const MOST_BYTES: u64 = 64 << 20;

/// The text of a file.
pub(super) fn read_text(path: &Path) -> Result<String> {
    let name = path.display();
    let size = std::fs::metadata(path).with_context(|| format!("{name} cannot be read; is the path right?"))?.len();
    ensure!(size <= MOST_BYTES, "{name} has {} MB, at most {} are read", size >> 20, MOST_BYTES >> 20);
    std::fs::read_to_string(path).with_context(|| format!("{name} cannot be read as text"))
}

/// Reads a room.
pub(super) fn read(path: &Path) -> Result<Instance> {
    Instance::parse(&read_text(path)?).with_context(|| path.display().to_string())
}

/// Writes an answer.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let mut text = serde_json::to_string_pretty(value).context("the answer as JSON")?;
    text.push('\n');
    let name = path.display();
    std::fs::write(path, text).with_context(|| format!("{name} cannot be written; is there such a folder?"))
}
