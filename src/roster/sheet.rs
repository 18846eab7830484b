//! A guest list as rows of text, out of an XLSX or CSV file of any separator. Knows nothing of guests.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook_from_rs};

use super::columns::{self, Needs};
use super::encoding::{self, EncodingFault};

/// Largest file that is read, in bytes.
pub const MAX_FILE_BYTES: u64 = 64 * 1024 * 1024;
/// Most rows of a list, the header and empty ones included.
pub const MAX_ROWS: usize = 50_000;
/// Most columns of a list.
pub const MAX_COLUMNS: usize = 200;
/// The header may stand below a title.
const HEADER_WITHIN: usize = 10;

/// Rows of text with a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the worksheet, or of the file for CSV.
    pub name: String,
    /// The header cells.
    pub headers: Vec<String>,
    /// Row number of the header as a spreadsheet counts, from 1.
    pub header_row: usize,
    /// Rows below it that are not empty.
    pub rows: Vec<SheetRow>,
    /// What the reader should know: how the encoding was found, other worksheets that were not read.
    pub remarks: Vec<Remark>,
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// As a spreadsheet counts, from 1; in a CSV the line of the file.
    pub number: usize,
    /// The cells; there may be fewer or more than headers.
    pub cells: Vec<String>,
}

/// Worth telling, no fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remark {
    /// The headers decided between two encodings.
    EncodingGuessed(&'static str),
    /// Worksheets that were not read.
    SheetsLeftOut(Vec<String>),
}

/// Why a file gives no rows.
#[derive(Debug, thiserror::Error)]
pub enum SheetFault {
    /// It cannot be opened.
    #[error("{path} cannot be read: {source}")]
    Io {
        /// The file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Beyond [`MAX_FILE_BYTES`], [`MAX_ROWS`] or [`MAX_COLUMNS`].
    #[error("the list is too large: {0}; split it, or remove what is no guest")]
    TooLarge(String),
    /// The bytes are text in no known encoding.
    #[error(transparent)]
    Encoding(#[from] EncodingFault),
    /// A broken XLSX file.
    #[error(
        "the XLSX file cannot be read ({0}); open it in a spreadsheet program and save it again, or save it as \"CSV UTF-8\""
    )]
    Workbook(String),
    /// An old or foreign spreadsheet format.
    #[error("this is an {0} file; save it as XLSX or as \"CSV UTF-8\"")]
    OtherFormat(&'static str),
    /// No row looks like a header.
    #[error("columns are missing: {missing}; found in row {row}: {found}")]
    ColumnsMissing {
        /// What may be written above each missing column.
        missing: String,
        /// The row that looks most like a header.
        row: usize,
        /// Its cells.
        found: String,
    },
}

/// Reads `path`; `encoding` names a CSV's encoding when the guess would be wrong.
///
/// # Errors
/// See [`SheetFault`].
pub fn read(path: &Path, encoding: Option<&str>, needs: Needs) -> Result<Sheet, SheetFault> {
    let io = |source| SheetFault::Io { path: path.display().to_string(), source };
    let size = std::fs::metadata(path).map_err(io)?.len();
    if size > MAX_FILE_BYTES {
        return Err(SheetFault::TooLarge(format!("{} MB, at most {} MB are read", size >> 20, MAX_FILE_BYTES >> 20)));
    }
    let bytes = std::fs::read(path).map_err(io)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    read_bytes(&name, bytes, encoding, needs)
}

/// The same from memory; `name` is shown in faults.
///
/// # Errors
/// See [`SheetFault`].
pub fn read_bytes(name: &str, bytes: Vec<u8>, encoding: Option<&str>, needs: Needs) -> Result<Sheet, SheetFault> {
    match bytes.get(..4) {
        Some(b"PK\x03\x04") => read_workbook(bytes, needs),
        Some(b"\xd0\xcf\x11\xe0") => Err(SheetFault::OtherFormat("old Excel (XLS) or encrypted")),
        Some(b"%PDF") => Err(SheetFault::OtherFormat("PDF")),
        _ => read_text(name, &bytes, encoding, needs),
    }
}

fn read_text(name: &str, bytes: &[u8], named: Option<&str>, needs: Needs) -> Result<Sheet, SheetFault> {
    let mut decoded = encoding::decode(bytes, named, |text| best_separator(text).1)?;
    // The reader counts a line at `\n` only, and one late when `\r` stands before it.
    decoded.text = decoded.text.replace("\r\n", "\n").replace('\r', "\n");
    let (separator, _) = best_separator(&decoded.text);
    let rows = split(&decoded.text, separator)?;
    let mut sheet = with_header(name, rows, needs)?;
    if decoded.guessed {
        sheet.remarks.push(Remark::EncodingGuessed(decoded.encoding));
    }
    Ok(sheet)
}

/// The separator under which most headers are known, and how many.
fn best_separator(text: &str) -> (u8, usize) {
    let head: String = text.lines().take(HEADER_WITHIN).flat_map(|line| [line, "\n"]).collect();
    let known = |separator: u8| {
        let rows = split(&head, separator).unwrap_or_default();
        rows.iter().map(|row| columns::familiar(&row.cells)).max().unwrap_or_default()
    };
    let mut best = (b',', known(b','));
    for separator in [b';', b'\t'] {
        let count = known(separator);
        if count > best.1 {
            best = (separator, count);
        }
    }
    best
}

fn split(text: &str, separator: u8) -> Result<Vec<SheetRow>, SheetFault> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        // The text is valid UTF-8 and rows may have any length: nothing else can be wrong with a record.
        let Ok(record) = record else { continue };
        let number = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(usize::MAX));
        rows.push(SheetRow { number, cells: record.iter().map(str::to_owned).collect() });
        bound(rows.len(), record.len())?;
    }
    Ok(rows)
}

fn bound(rows: usize, columns: usize) -> Result<(), SheetFault> {
    if rows > MAX_ROWS {
        return Err(SheetFault::TooLarge(format!("more than {MAX_ROWS} rows")));
    }
    if columns > MAX_COLUMNS {
        return Err(SheetFault::TooLarge(format!("more than {MAX_COLUMNS} columns")));
    }
    Ok(())
}

fn read_workbook(bytes: Vec<u8>, needs: Needs) -> Result<Sheet, SheetFault> {
    let mut workbook: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(broken)?;
    let names = workbook.sheet_names();
    let mut first_fault = None;
    for name in &names {
        let rows = cells(&mut workbook, name)?;
        match with_header(name, rows, needs) {
            Ok(mut sheet) => {
                let others: Vec<String> = names.iter().filter(|other| *other != name).cloned().collect();
                if !others.is_empty() {
                    sheet.remarks.push(Remark::SheetsLeftOut(others));
                }
                return Ok(sheet);
            }
            Err(fault) => first_fault = first_fault.or(Some(fault)),
        }
    }
    Err(first_fault.unwrap_or_else(|| SheetFault::Workbook("it has no worksheet".into())))
}

/// Cell by cell: a table as wide and high as its outermost cells would let one stray cell fill the memory.
fn cells(workbook: &mut Xlsx<Cursor<Vec<u8>>>, name: &str) -> Result<Vec<SheetRow>, SheetFault> {
    let mut reader = workbook.worksheet_cells_reader(name).map_err(broken)?;
    let mut rows: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    while let Some(cell) = reader.next_cell().map_err(broken)? {
        let (row, column) = cell.get_position();
        let text = cell_text(&Data::from(cell.get_value().clone()));
        if text.trim().is_empty() {
            continue;
        }
        let (row, column) = (row as usize, column as usize);
        bound(row + 1, column + 1)?;
        let cells = rows.entry(row).or_default();
        if cells.len() <= column {
            cells.resize(column + 1, String::new());
        }
        cells[column] = text;
    }
    Ok(rows.into_iter().map(|(row, cells)| SheetRow { number: row + 1, cells }).collect())
}

fn broken(fault: calamine::XlsxError) -> SheetFault {
    SheetFault::Workbook(fault.to_string())
}

/// Numbers lose the `.0` that a spreadsheet's floats carry; dates and the like keep their written form.
fn cell_text(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

fn with_header(name: &str, rows: Vec<SheetRow>, needs: Needs) -> Result<Sheet, SheetFault> {
    let known = |index: &usize| columns::familiar(&rows[*index].cells);
    let at = (0..rows.len().min(HEADER_WITHIN)).rev().max_by_key(known).unwrap_or_default();
    let header: &[String] = rows.get(at).map_or(&[], |row| &row.cells);
    let missing = columns::missing(header, needs);
    if !missing.is_empty() {
        return Err(SheetFault::ColumnsMissing {
            missing: missing.iter().map(|group| columns::examples(group)).collect::<Vec<_>>().join("; "),
            row: rows.get(at).map_or(1, |row| row.number),
            found: header.join(" | ").chars().take(300).collect(),
        });
    }
    let mut rows = rows.into_iter().skip(at);
    let header = rows.next().unwrap_or(SheetRow { number: 1, cells: Vec::new() });
    let filled = |row: &SheetRow| row.cells.iter().any(|cell| !cell.trim().is_empty());
    Ok(Sheet {
        name: name.to_owned(),
        headers: header.cells,
        header_row: header.number,
        rows: rows.filter(filled).collect(),
        remarks: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, headers: &[&str], rows: &[(usize, &[&str])]) {
        let sheet = read_bytes("list.csv", text.as_bytes().to_vec(), None, columns::GUEST_LIST).expect("a list");
        assert_eq!(sheet.headers, headers, "{text}");
        let read: Vec<(usize, Vec<&str>)> =
            sheet.rows.iter().map(|row| (row.number, row.cells.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(usize, Vec<&str>)> = rows.iter().map(|(number, cells)| (*number, cells.to_vec())).collect();
        assert_eq!(read, expected, "{text}");
    }

    #[test]
    fn separators_titles_and_empty_rows_are_seen_through() {
        check("firm,name\nA,B\n", &["firm", "name"], &[(2, &["A", "B"])]);
        check("公司;姓名\r\n\"甲;乙\";王伟\r\n", &["公司", "姓名"], &[(2, &["甲;乙", "王伟"])]);
        check("업체명\t성명\n한빛\t김민수", &["업체명", "성명"], &[(2, &["한빛", "김민수"])]);
        check("2027 guest list\n\nfirm,name\n,\nA,B\n", &["firm", "name"], &[(5, &["A", "B"])]);
        check("firm,name\n\"two\nlines\",B\nC,D\n", &["firm", "name"], &[(2, &["two\nlines", "B"]), (4, &["C", "D"])]);
    }

    #[test]
    fn file_without_header_names_what_it_needs_and_what_it_found() {
        let fault = read_bytes("x.csv", b"a,b\n1,2\n".to_vec(), None, columns::GUEST_LIST).expect_err("no header");
        let text = fault.to_string();
        assert!(
            text.contains("a | b") && text.contains("公司") && text.contains("姓名") && text.contains("row 1"),
            "{text}"
        );
    }

    #[test]
    fn other_formats_say_how_to_save() {
        let check = |bytes: &[u8], part: &str| {
            let text = read_bytes("x", bytes.to_vec(), None, columns::GUEST_LIST).expect_err("no list").to_string();
            assert!(text.contains(part), "{text}");
        };
        check(b"\xd0\xcf\x11\xe0rest", "XLS");
        check(b"%PDF-1.7", "PDF");
        check(b"PK\x03\x04broken", "save it again");
        check(b"", "missing");
    }

    #[test]
    fn cells_of_a_workbook_lose_the_floats_of_phone_numbers() {
        let check = |cell: Data, expected: &str| assert_eq!(cell_text(&cell), expected);
        check(Data::Float(13800001234.0), "13800001234");
        check(Data::Float(2.5), "2.5");
        check(Data::Int(7), "7");
        check(Data::String("王伟".into()), "王伟");
        check(Data::Empty, "");
    }
}
