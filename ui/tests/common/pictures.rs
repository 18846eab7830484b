//! Golden pictures: drawn, compared with a tolerance, renewed with `UPDATE_GOLDEN=1`.

use slint::{ComponentHandle, Rgba8Pixel, SharedPixelBuffer};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};

/// An 8-bit picture with at most 256 colours.
#[derive(Clone, PartialEq)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<[u8; 3]>,
}

impl Picture {
    pub fn of(component: &impl ComponentHandle) -> Picture {
        // Two rounds: handlers of changed properties run between frames.
        i_slint_backend_testing::mock_elapsed_time(std::time::Duration::from_millis(1));
        let shot: SharedPixelBuffer<Rgba8Pixel> =
            component.window().take_snapshot().expect("the software renderer draws");
        Picture {
            width: shot.width(),
            height: shot.height(),
            pixels: shot.as_slice().iter().map(|pixel| [pixel.r, pixel.g, pixel.b]).collect(),
        }
    }

    /// Black or white, as a thermal printer sees it.
    pub fn threshold(mut self) -> Picture {
        for pixel in &mut self.pixels {
            let light = pixel.iter().map(|part| u32::from(*part)).sum::<u32>() / 3;
            *pixel = if light < 128 { [0; 3] } else { [255; 3] };
        }
        self
    }

    /// The 256 most frequent colours, so that the files stay small; the others become their nearest.
    fn palette(mut self) -> Picture {
        let counted = self.colours();
        if counted.len() <= 256 {
            return self;
        }
        let kept: Vec<[u8; 3]> = counted[..256].iter().map(|(_, colour)| *colour).collect();
        let mut moved: Vec<([u8; 3], [u8; 3])> =
            counted[256..].iter().map(|(_, colour)| (*colour, nearest(&kept, *colour))).collect();
        moved.sort_unstable();
        for pixel in &mut self.pixels {
            if let Ok(place) = moved.binary_search_by_key(&*pixel, |(from, _)| *from) {
                *pixel = moved[place].1;
            }
        }
        self
    }

    /// Every colour with its count, the most frequent first.
    fn colours(&self) -> Vec<(usize, [u8; 3])> {
        let mut sorted = self.pixels.clone();
        sorted.sort_unstable();
        let mut counted: Vec<(usize, [u8; 3])> =
            sorted.chunk_by(|one, two| one == two).map(|run| (run.len(), run[0])).collect();
        counted.sort_unstable_by_key(|(count, colour)| (std::cmp::Reverse(*count), *colour));
        counted
    }

    fn read(path: &Path) -> Option<Picture> {
        let mut decoder = png::Decoder::new(BufReader::new(File::open(path).ok()?));
        decoder.set_transformations(png::Transformations::EXPAND);
        let mut reader = decoder.read_info().ok()?;
        let mut bytes = vec![0; reader.output_buffer_size()?];
        let info = reader.next_frame(&mut bytes).ok()?;
        let pixels = match info.color_type {
            png::ColorType::Grayscale => bytes.iter().map(|light| [*light; 3]).collect(),
            _ => bytes.chunks_exact(3).map(|part| [part[0], part[1], part[2]]).collect(),
        };
        Some(Picture { width: info.width, height: info.height, pixels })
    }

    /// Writes black and white with one bit, anything else with a palette.
    pub fn write(&self, path: &Path) {
        let picture = self.clone().palette();
        picture.write_palette(path);
    }

    fn write_palette(&self, path: &Path) {
        let folder = path.parent().expect("a file in a folder");
        fs::create_dir_all(folder).expect("the folder can be made");
        let file = BufWriter::new(File::create(path).expect("the picture can be written"));
        let mut colours: Vec<[u8; 3]> = self.pixels.clone();
        colours.sort_unstable();
        colours.dedup();
        let mut encoder = png::Encoder::new(file, self.width, self.height);
        encoder.set_compression(png::Compression::High);
        let bytes = if colours.iter().all(|colour| *colour == [0; 3] || *colour == [255; 3]) {
            encoder.set_color(png::ColorType::Grayscale);
            encoder.set_depth(png::BitDepth::One);
            self.packed()
        } else {
            encoder.set_color(png::ColorType::Indexed);
            encoder.set_palette(colours.concat());
            let places: BTreeMap<[u8; 3], u8> =
                colours.iter().enumerate().map(|(place, colour)| (*colour, place as u8)).collect();
            self.pixels.iter().map(|pixel| places[pixel]).collect()
        };
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&bytes).expect("the picture can be written");
    }

    fn packed(&self) -> Vec<u8> {
        self.pixels
            .chunks_exact(self.width as usize)
            .flat_map(|row| {
                row.chunks(8).map(|eight| {
                    let bits = eight.iter().fold(0u8, |bits, pixel| (bits << 1) | u8::from(pixel[0] > 0));
                    bits << (8 - eight.len())
                })
            })
            .collect()
    }

    /// The share of pixels that differ visibly, and a picture that marks them; `None` for another size.
    fn difference(&self, other: &Picture) -> Option<(f64, Picture)> {
        const VISIBLE: u8 = 40;
        if (self.width, self.height) != (other.width, other.height) {
            return None;
        }
        let mut marked = self.clone();
        let mut count = 0usize;
        for (pixel, (here, there)) in marked.pixels.iter_mut().zip(self.pixels.iter().zip(&other.pixels)) {
            let differs = here.iter().zip(there).any(|(here, there)| here.abs_diff(*there) > VISIBLE);
            count += usize::from(differs);
            *pixel = if differs { [255, 0, 0] } else { here.map(|part| 200 + part / 5) };
        }
        Some((count as f64 / self.pixels.len() as f64, marked))
    }
}

fn nearest(kept: &[[u8; 3]], colour: [u8; 3]) -> [u8; 3] {
    let distance = |other: &[u8; 3]| -> u32 {
        other.iter().zip(colour).map(|(here, there)| u32::from(here.abs_diff(there)).pow(2)).sum()
    };
    kept.iter().copied().min_by_key(distance).unwrap_or(colour)
}

/// One folder for the pictures of every crate with screens.
fn folder(kind: &str) -> PathBuf {
    let of_crate = Path::new(env!("CARGO_MANIFEST_DIR"));
    let golden = of_crate.ancestors().map(|folder| folder.join("tests/fixtures/golden"));
    golden.into_iter().find(|golden| golden.is_dir()).expect("the workspace has golden pictures").join(kind)
}

/// Compares with the stored picture, or stores it when `UPDATE_GOLDEN` is set. Says what is wrong, if anything is.
pub fn compare(kind: &str, name: &str, picture: &Picture) -> Result<(), String> {
    /// Fonts of the same version differ by nothing, a changed word by more.
    const TOLERATED: f64 = 0.000_3;
    let golden = folder(kind).join(format!("{name}.png"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        picture.write(&golden);
        return Ok(());
    }
    let Some(stored) = Picture::read(&golden) else {
        return Err(format!("{name}: no golden picture; look at a new one after UPDATE_GOLDEN=1"));
    };
    let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join("golden").join(kind);
    // A picture of many colours was stored with a palette: only one that differs is reduced too.
    let quick = picture.difference(&stored).is_some_and(|(share, _)| share <= TOLERATED);
    if quick {
        return Ok(());
    }
    match picture.clone().palette().difference(&stored) {
        Some((share, _)) if share <= TOLERATED => Ok(()),
        Some((share, marked)) => {
            let marked_at = seen.join(format!("{name}-difference.png"));
            picture.write(&seen.join(format!("{name}.png")));
            marked.write(&marked_at);
            Err(format!("{name}: {:.2} % of the pixels differ, see {}", share * 100.0, marked_at.display()))
        }
        None => {
            Err(format!("{name}: {}×{} instead of {}×{}", picture.width, picture.height, stored.width, stored.height))
        }
    }
}

/// Pictures in the folder that no test draws any more.
pub fn left_over(kind: &str, drawn: &[String]) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder(kind)) else { return Vec::new() };
    entries
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.strip_suffix(".png").map(str::to_owned))
        .filter(|name| !drawn.contains(name))
        .collect()
}
