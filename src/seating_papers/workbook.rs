//! The lists as an XLSX workbook: a sheet each, ready to be read on a screen and printed on A4.

use anyhow::{Context, Result};
use domain::config::Language;
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::Sheet;

/// Widths in characters of the font; CJK characters count twice.
const NARROWEST: usize = 6;
const WIDEST: usize = 44;
const A4: u8 = 9;
/// Margins in inches.
const SIDE: f64 = 0.5;
const TOP: f64 = 0.6;
const HEADER: f64 = 0.3;

/// A workbook with a sheet per list.
///
/// # Errors
/// A cell longer than the format's 32,767 characters.
pub fn workbook(sheets: &[Sheet]) -> Result<Vec<u8>> {
    let mut book = Workbook::new();
    for sheet in sheets {
        let page = book.add_worksheet();
        fill(page, sheet).with_context(|| format!("the sheet \"{}\"", sheet.title))?;
    }
    book.save_to_buffer().context("the workbook")
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let plain = Format::new().set_font_name(font(sheet.language)).set_text_wrap().set_align(FormatAlign::Top);
    let bold = plain.clone().set_bold();
    let head = bold.clone().set_background_color(0x00F1_EEE6).set_border_bottom(FormatBorder::Thin);
    page.set_name(&sheet.title)?;
    for (column, shown) in (0..).zip(&sheet.columns) {
        page.write_string_with_format(0, column, &shown.title, &head)?;
        page.set_column_width(column, width(sheet, usize::from(column)) as f64)?;
    }
    let rows = sheet.sections.iter().flat_map(|section| &section.rows);
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            let strong = sheet.columns.get(usize::from(column)).is_some_and(|column| column.strong);
            let format = if strong { &bold } else { &plain };
            match number(cell) {
                Some(number) => {
                    page.write_number_with_format(row, column, number, &format.clone().set_align(FormatAlign::Left))?
                }
                None => page.write_string_with_format(row, column, cell, format)?,
            };
        }
    }
    let last_row = u32::try_from(sheet.len()).unwrap_or(u32::MAX).max(1);
    let last_column = u16::try_from(sheet.columns.len().saturating_sub(1)).unwrap_or(u16::MAX);
    page.autofilter(0, 0, last_row, last_column)?;
    page.set_freeze_panes(1, 0)?;
    page.set_repeat_rows(0, 0)?;
    page.set_paper_size(A4).set_print_fit_to_pages(1, 0).set_margins(SIDE, SIDE, TOP, TOP, HEADER, HEADER);
    page.set_footer("&L&A&R&P / &N");
    Ok(())
}

/// Table numbers and counts are numbers for a spreadsheet too; `007` and `A1` are not.
fn number(cell: &str) -> Option<f64> {
    let plain = !cell.is_empty() && cell.len() <= 9 && cell.bytes().all(|byte| byte.is_ascii_digit());
    if plain && (cell == "0" || !cell.starts_with('0')) { cell.parse().ok() } else { None }
}

fn width(sheet: &Sheet, column: usize) -> usize {
    let cells = sheet.sections.iter().flat_map(|section| &section.rows).filter_map(|row| row.get(column));
    // The arrow of the filter takes its place beside the head.
    let head = sheet.columns.get(column).map_or(0, |column| wide(&column.title) + 3);
    cells.map(|cell| wide(cell) + 1).max().unwrap_or(0).max(head).clamp(NARROWEST, WIDEST)
}

fn wide(text: &str) -> usize {
    text.chars().map(|letter| if letter as u32 >= 0x1100 { 2 } else { 1 }).sum()
}

/// Fonts that every office program of the language has.
fn font(language: Language) -> &'static str {
    match language {
        Language::Zh => "Microsoft YaHei",
        Language::Ko => "Malgun Gothic",
        Language::En => "Calibri",
    }
}
