//! A printer for a story, and reading its paper as anybody would.

use super::Venue;
use drivers::virtual_hw::{TcpPrinter, VirtualPrinter, serve_tcp};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A network printer on a port of its own, and the paper that came out of it.
pub struct NetworkPrinter {
    pub printer: VirtualPrinter,
    server: TcpPrinter,
}

impl NetworkPrinter {
    pub fn switch_on(venue: &Venue, name: &str) -> NetworkPrinter {
        let folder = venue.folder().join(format!("{name}-printer"));
        let printer = VirtualPrinter::in_folder(&folder).expect("a folder for the paper");
        let server = serve_tcp("127.0.0.1:0".parse().expect("an address"), &printer).expect("a free port");
        NetworkPrinter { printer, server }
    }

    pub fn spec(&self) -> String {
        format!("tcp:{}", self.server.address())
    }

    pub fn pages(&self) -> Vec<PathBuf> {
        let folder = self.printer.folder().expect("it prints into a folder");
        let mut pages: Vec<_> = std::fs::read_dir(folder)
            .expect("the paper's folder")
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|ending| ending == "png"))
            .collect();
        pages.sort();
        pages
    }
}

/// What zbar, an independent decoder, reads on the paper.
pub fn decoded(page: &Path) -> String {
    let output = Command::new("zbarimg")
        .args(["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable"])
        .arg(page)
        .output()
        .expect("zbarimg starts (apt install zbar-tools)");
    String::from_utf8_lossy(&output.stdout).trim().to_string()
}
