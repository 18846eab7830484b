//! `usher doctor page`: does the A4 printer print?

use crate::app::pages::{Page, Pages};
use anyhow::{Context, Result, anyhow};
use documents::{Column, ListDocument, Section};
use drivers::PageReport;
use std::path::Path;
use std::process::ExitCode;
use std::sync::mpsc::channel;

/// Follows the page to its end; fails where it is not known to be through.
pub fn print(queue: &str, file: Option<&Path>) -> Result<ExitCode> {
    let page = match file {
        Some(file) => Page::Pdf(std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?),
        None => Page::List(test_page(queue)),
    };
    let (tell, told) = channel();
    // The last report ends the command, and nobody listens to one behind it.
    let mut pages = Pages::start(Some(queue), move |_, report| drop(tell.send(report)))?;
    pages.order("Usher", page).map_err(|report| anyhow!(report.words()))?;
    for report in told {
        super::print(&format!("{}\n", report.words()))?;
        match report {
            PageReport::Completed { .. } => return Ok(ExitCode::SUCCESS),
            report if report.is_last() => return Ok(ExitCode::FAILURE),
            _ => {}
        }
    }
    Err(anyhow!("the thread of the pages ended"))
}

fn test_page(queue: &str) -> ListDocument {
    let column = |title: &str, share| Column { title: title.into(), share, strong: false };
    ListDocument {
        title: "Usher".into(),
        subtitle: queue.into(),
        language: "en".into(),
        columns: vec![column("A4", 1), column("210 × 297 mm", 3)],
        sections: vec![Section {
            heading: "Test page".into(),
            note: env!("CARGO_PKG_VERSION").into(),
            rows: [
                ["中文", "订货单 壹贰叁肆伍陆柒捌玖拾"],
                ["한국어", "주문서 가나다라마바사"],
                ["English", "Order slip 0123456789"],
            ]
            .map(|row| row.map(String::from).to_vec())
            .to_vec(),
        }],
    }
}
