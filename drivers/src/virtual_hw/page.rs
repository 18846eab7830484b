//! Paper of the virtual printer as numbered PNG files: written beside and renamed, so that nobody sees half a page.

use std::fs::File;
use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use print::Bitmap;
use print::escpos::Cut;

/// How a page left the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Cut(Cut),
    /// A whole label, for a person to take off.
    Label,
    /// The paper or the power ended before the cut.
    Torn,
}

/// A piece of paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPage {
    pub bitmap: Bitmap,
    pub how: How,
}

impl PrintedPage {
    /// `page-0007.png`, or `page-0007-torn.png`.
    pub fn file_name(&self, number: u32) -> String {
        match self.how {
            How::Cut(_) | How::Label => format!("page-{number:04}.png"),
            How::Torn => format!("page-{number:04}-torn.png"),
        }
    }

    /// Writes the page into `folder`, whole or not at all. The PNG's text `Cut` says how it left the printer.
    pub fn write(&self, folder: &Path, number: u32) -> io::Result<PathBuf> {
        let name = self.file_name(number);
        let (draft, path) = (folder.join(format!(".{name}.part")), folder.join(name));
        self.encode(BufWriter::new(File::create(&draft)?))?;
        std::fs::rename(&draft, &path)?;
        Ok(path)
    }

    fn encode(&self, writer: impl io::Write) -> io::Result<()> {
        let mut encoder = png::Encoder::new(writer, self.bitmap.width_dots(), self.bitmap.height_dots());
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        // 203 dpi.
        encoder.set_pixel_dims(Some(png::PixelDimensions { xppu: 7_992, yppu: 7_992, unit: png::Unit::Meter }));
        let how = match self.how {
            How::Cut(Cut::Full) => "full",
            How::Cut(Cut::Partial) => "partial",
            How::Label => "label",
            How::Torn => "torn",
        };
        encoder.add_text_chunk("Cut".to_owned(), how.to_owned())?;
        let mut writer = encoder.write_header()?;
        let white_is_one: Vec<u8> = self.bitmap.bytes().iter().map(|byte| !byte).collect();
        writer.write_image_data(&white_is_one)?;
        writer.finish()?;
        Ok(())
    }
}

/// The highest page number in `folder`, 0 when there is none.
pub(super) fn last_number(folder: &Path) -> io::Result<u32> {
    let numbers = std::fs::read_dir(folder)?.filter_map(|entry| {
        let name = entry.ok()?.file_name().into_string().ok()?;
        name.strip_prefix("page-")?.get(..4)?.parse::<u32>().ok()
    });
    Ok(numbers.max().unwrap_or(0))
}
