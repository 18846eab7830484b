//! Golden badges, pictures made by renderers, and what is read from them.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use print::{Bitmap, Grey};

/// The invitation on every golden badge.
const CODE: &str = "QR-Code:7K3M9QXDT2";

/// A golden badge as the printer thread would send it.
pub fn badge(name: &str, width_dots: u32) -> Bitmap {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/golden/badge");
    let bitmap = read_png(&std::fs::read(folder.join(name)).expect("a golden badge"));
    assert!(bitmap.width_dots() <= width_dots, "{name} is wider than the paper");
    bitmap
}

/// A PNG of any depth; darker than half is black.
pub fn read_png(bytes: &[u8]) -> Bitmap {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("a picture");
    let channels = info.color_type.samples();
    let grey = pixels[..info.buffer_size()].chunks_exact(channels).map(|dot| dot[0]).collect();
    Bitmap::from_grey(&Grey::new(info.width, info.height, grey).expect("a picture"), 128)
}

/// The deliberate mistakes: black for white, and every row one lower.
pub fn mistakes(picture: &Bitmap) -> [(&'static str, Bitmap); 2] {
    let (width, height, stride) = (picture.width_dots(), picture.height_dots(), picture.stride_bytes());
    let inverse = picture.bytes().iter().map(|byte| !byte).collect();
    let mut moved = picture.bytes().to_vec();
    moved.rotate_right(stride);
    let made = |bytes| Bitmap::from_packed(width, height, bytes).expect("as large as before");
    [("wrong polarity", made(inverse)), ("rows moved by one", made(moved))]
}

/// Whether `seen` shows `wanted` in its upper left corner and nothing else.
pub fn compare(seen: &Bitmap, wanted: &Bitmap) -> Result<(), String> {
    for y in 0..seen.height_dots().max(wanted.height_dots()) {
        for x in 0..seen.width_dots().max(wanted.width_dots()) {
            if seen.is_black(x, y) != wanted.is_black(x, y) {
                let colour = if seen.is_black(x, y) { "black" } else { "white" };
                return Err(format!("the dot at {x}, {y} is {colour}: {seen:?} instead of {wanted:?}"));
            }
        }
    }
    Ok(())
}

/// Whether zbar reads the badge's code from the picture; without `zbarimg` this is said aloud, in CI it fails.
pub fn check_code(png: &Path) {
    let Ok(output) = Command::new("zbarimg").args(["--quiet", "-Sdisable", "-Sqrcode.enable"]).arg(png).output() else {
        return missing("zbarimg (Debian package zbar-tools)");
    };
    let read = String::from_utf8_lossy(&output.stdout);
    assert_eq!(read.trim(), CODE, "{}", png.display());
}

/// What is missing lets a test pass on a developer's machine, loudly, and never in CI.
pub fn missing(what: &str) {
    assert!(std::env::var("CI").as_deref() != Ok("true"), "needs {what}");
    // Not by `eprintln!`, which the test harness would keep to itself.
    writeln!(std::io::stderr(), "skipped: needs {what}").expect("standard error is open");
}

/// Where things are kept that belong to nobody's checkout.
pub fn cache() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_else(|| "/tmp".into())).join(".cache");
    std::env::var_os("XDG_CACHE_HOME").map_or_else(home, PathBuf::from).join("usher/oracle")
}
