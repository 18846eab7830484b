//! Pictures that somebody once looked at and found good. `UPDATE_GOLDEN=1 cargo test -p documents` renews them.

use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The share of pixels that may differ: fonts of the same version differ by nothing, a changed word by more.
const TOLERATED: f64 = 0.000_3;
/// A colour's part differs visibly beyond this.
const VISIBLE: u8 = 40;

/// Eight steps for a colour's part: edges of letters compress to a third.
const STEP: u16 = 36;

struct Pixels {
    width: u32,
    height: u32,
    rgb: Vec<[u8; 3]>,
}

impl Pixels {
    fn read(bytes: &[u8]) -> Option<Pixels> {
        let mut decoder = png::Decoder::new(Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().ok()?;
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut bytes).ok()?;
        let size = info.color_type.samples();
        let coarse = |part: u8| u8::try_from((u16::from(part) + STEP / 2) / STEP * STEP).unwrap_or(u8::MAX);
        let colour = |pixel: &[u8]| if size < 3 { [pixel[0]; 3] } else { [pixel[0], pixel[1], pixel[2]] };
        let rgb = bytes.chunks_exact(size).map(|pixel| colour(pixel).map(coarse));
        Some(Pixels { width: info.width, height: info.height, rgb: rgb.collect() })
    }

    /// Without the transparency that a page does not have.
    fn write(&self, path: &Path) {
        std::fs::create_dir_all(path.parent().expect("a file in a folder")).expect("the folder can be made");
        let file = std::fs::File::create(path).expect("the picture can be written");
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_compression(png::Compression::High);
        encoder.set_color(png::ColorType::Rgb);
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(self.rgb.as_flattened()).expect("the picture can be written");
    }

    fn differs(&self, other: &Pixels) -> f64 {
        if (self.width, self.height) != (other.width, other.height) {
            return 1.0;
        }
        let visible = |(one, two): &(&[u8; 3], &[u8; 3])| one.iter().zip(*two).any(|(a, b)| a.abs_diff(*b) > VISIBLE);
        self.rgb.iter().zip(&other.rgb).filter(visible).count() as f64 / self.rgb.len() as f64
    }
}

/// The picture is the stored one, or is stored when `UPDATE_GOLDEN` is set.
pub(crate) fn check(name: &str, png: &[u8]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/fixtures/golden/document")
        .join(format!("{name}.png"));
    let drawn = Pixels::read(png).expect("a picture of ours");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        return drawn.write(&path);
    }
    let stored = std::fs::read(&path).ok().and_then(|bytes| Pixels::read(&bytes));
    let stored = stored.unwrap_or_else(|| panic!("{name}: no golden picture; look at a new one after UPDATE_GOLDEN=1"));
    let share = drawn.differs(&stored);
    if share > TOLERATED {
        let seen = std::env::temp_dir().join(format!("usher-golden-{name}.png"));
        drawn.write(&seen);
        panic!("{name}: {:.2} % of the pixels differ, see {}", share * 100.0, seen.display());
    }
}
