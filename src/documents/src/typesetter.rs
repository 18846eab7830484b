//! Runs Typst on one embedded template and one JSON file. It reads no file but fonts, no clock and no network.

use std::fs;
use std::path::{Path, PathBuf};

use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;
use typst_render::RenderOptions;

/// The families that the templates name.
const FAMILIES: [&str; 2] = ["Noto Sans CJK SC", "Noto Sans CJK KR"];
/// Folders below a font root that are still searched.
const MAX_DEPTH: u8 = 6;

/// Why a document could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// A family that the templates name is on none of the searched folders.
    #[error(
        "the font \"{family}\" was not found in {searched}; install it (apt install fonts-noto-cjk) or name its folder in USHER_FONTS"
    )]
    FontMissing {
        /// The family's name.
        family: &'static str,
        /// The folders that were searched.
        searched: String,
    },
    /// The text of a code does not fit a version 5-M QR.
    #[error(
        "a code of {chars} characters does not fit the card: at most {} upper-case letters and digits",
        crate::QR_MAX_CHARS
    )]
    Code {
        /// How many characters it has.
        chars: usize,
    },
    /// A text is too long for its place on the card, even in the smallest size.
    #[error("card {card}: {what}; shorten it")]
    TooLong {
        /// Number of the card.
        card: String,
        /// Which text.
        what: String,
    },
    /// A colour that is not `#RRGGBB`.
    #[error("the colour \"{0}\" is not of the form #RRGGBB")]
    Colour(String),
    /// A card in a language for which the template has no words.
    #[error("card {card}: no template in the language \"{language}\"; there are zh, ko and en")]
    Language {
        /// Number of the card.
        card: String,
        /// The language asked for.
        language: String,
    },
    /// The template itself is at fault.
    #[error("the template could not be set: {0}")]
    Template(String),
    /// A picture could not be encoded.
    #[error("the picture could not be encoded: {0}")]
    Picture(String),
}

/// The fonts of this machine that the templates need, read once.
pub struct Fonts {
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
}

impl Fonts {
    /// Reads the Noto CJK fonts from `USHER_FONTS` (if set) and the system's font folders.
    ///
    /// # Errors
    /// [`DocumentError::FontMissing`] names the family, where it was looked for, and the package that has it.
    pub fn find() -> Result<Fonts, DocumentError> {
        let named = std::env::var_os("USHER_FONTS").map(PathBuf::from);
        let home = std::env::var_os("HOME").map(|home| Path::new(&home).join(".local/share/fonts"));
        let system = ["/usr/share/fonts", "/usr/local/share/fonts"].map(PathBuf::from);
        let folders: Vec<PathBuf> = named.into_iter().chain(system).chain(home).collect();
        Fonts::in_folders(&folders)
    }

    /// The same from given folders only.
    ///
    /// # Errors
    /// As [`Fonts::find`].
    pub fn in_folders(folders: &[PathBuf]) -> Result<Fonts, DocumentError> {
        let mut files = Vec::new();
        for folder in folders {
            font_files(folder, MAX_DEPTH, &mut files);
        }
        files.sort();
        let mut fonts: Vec<Font> = Vec::new();
        for file in files {
            let Ok(data) = fs::read(&file) else { continue };
            fonts.extend(Font::iter(Bytes::new(data)).filter(|font| FAMILIES.contains(&font.info().family.as_str())));
        }
        let book = FontBook::from_fonts(&fonts);
        for family in FAMILIES {
            if !book.contains_family(&family.to_lowercase()) {
                let searched: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
                return Err(DocumentError::FontMissing { family, searched: searched.join(", ") });
            }
        }
        Ok(Fonts { book: LazyHash::new(book), fonts })
    }
}

/// Regular and bold Noto Sans CJK only: a CJK collection has 20 MB, and reading every font of a desktop takes seconds.
fn font_files(folder: &Path, depth: u8, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if path.is_dir() {
            if depth > 0 {
                font_files(&path, depth - 1, found);
            }
        } else if name.starts_with("NotoSansCJK") && (name.contains("-Regular.") || name.contains("-Bold.")) {
            found.push(path);
        }
    }
}

/// Lays out `template` with `data` visible to it as `cards.json`.
pub(crate) fn set(fonts: &Fonts, template: &str, data: Vec<u8>) -> Result<PagedDocument, DocumentError> {
    let main = file_id("main.typ")?;
    let desk = Desk {
        library: LazyHash::new(Library::default()),
        fonts,
        main: Source::new(main, template.to_owned()),
        data_id: file_id("cards.json")?,
        data: Bytes::new(data),
    };
    let result = typst::compile::<PagedDocument>(&desk).output;
    // Typst keeps what it computed; a long-lived process must not grow by every sheet.
    typst::comemo::evict(0);
    result.map_err(|faults| DocumentError::Template(first_fault(&faults)))
}

fn file_id(name: &str) -> Result<FileId, DocumentError> {
    let path = VirtualPath::new(name).map_err(|fault| DocumentError::Template(fault.to_string()))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// The pages as one PDF.
pub(crate) fn pdf(document: &PagedDocument) -> Result<Vec<u8>, DocumentError> {
    typst_pdf::pdf(document, &PdfOptions::default()).map_err(|faults| DocumentError::Template(first_fault(&faults)))
}

/// A PNG per page.
pub(crate) fn pngs(document: &PagedDocument, pixels_per_point: f64) -> Result<Vec<Vec<u8>>, DocumentError> {
    let options = RenderOptions { pixel_per_pt: pixels_per_point.into(), ..RenderOptions::default() };
    let encoded = document.pages().iter().map(|page| typst_render::render(page, &options).encode_png());
    encoded.collect::<Result<_, _>>().map_err(|fault| DocumentError::Picture(fault.to_string()))
}

/// A page of grey dots, row by row, 0 black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GreyPage {
    /// Dots of a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width` × `height` of them.
    pub dots: Vec<u8>,
}

/// The pages as grey pictures.
pub(crate) fn greys(document: &PagedDocument, pixels_per_point: f64) -> Vec<GreyPage> {
    let options = RenderOptions { pixel_per_pt: pixels_per_point.into(), ..RenderOptions::default() };
    let grey = |page| {
        let drawn = typst_render::render(page, &options);
        let luma = |pixel: &[u8]| {
            // ITU-R BT.601 in integers; a page has no transparency.
            let sum = 299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]);
            u8::try_from(sum / 1000).unwrap_or(u8::MAX)
        };
        let dots = drawn.data().chunks_exact(4).map(luma).collect();
        GreyPage { width: drawn.width(), height: drawn.height(), dots }
    };
    document.pages().iter().map(grey).collect()
}

fn first_fault(faults: &[SourceDiagnostic]) -> String {
    faults.first().map(|fault| fault.message.to_string()).unwrap_or_default()
}

struct Desk<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    main: Source,
    data_id: FileId,
    data: Bytes,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main.id() { Ok(self.main.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data_id { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_without_fonts_names_family_folder_and_package() {
        let Err(error) = Fonts::in_folders(&[PathBuf::from("/nowhere")]) else { panic!("there are no fonts there") };
        let text = error.to_string();
        for part in ["Noto Sans CJK SC", "/nowhere", "fonts-noto-cjk", "USHER_FONTS"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
