//! The table on which the tests put their devices.

use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use drivers::transport::tcp::Tcp;
use drivers::virtual_hw::{Dialect, TcpPrinter, VirtualPrinter, VirtualState, serve_tcp};
use drivers::{Memories, Printer, Progress, Timing, Transport, models};
use print::{Bitmap, Fault, Model};
use tempfile::TempDir;

/// A virtual printer on a port, and its folder.
pub struct Bench {
    pub printer: VirtualPrinter,
    pub server: Option<TcpPrinter>,
    pub folder: TempDir,
    pub address: SocketAddr,
}

pub fn bench(change: impl FnOnce(&mut VirtualState)) -> Bench {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let printer = VirtualPrinter::in_folder(folder.path()).expect("a printer in it");
    printer.change(change);
    let server = serve_tcp(SocketAddr::from(([127, 0, 0, 1], 0)), &printer).expect("a free port");
    Bench { printer, address: server.address(), server: Some(server), folder }
}

impl Bench {
    /// A driver at the other end of the network, as patient as the printer's present dialect needs.
    pub fn driver(&self, model: &str) -> Printer {
        let transport = Tcp::new(self.address.ip().to_string(), self.address.port());
        driver_over(Box::new(transport), model).with_timing(timing(self.printer.state().dialect))
    }

    /// All pages so far, oldest first, with their file names.
    pub fn pages(&self) -> Vec<(String, Bitmap)> {
        let mut names: Vec<String> = std::fs::read_dir(self.folder.path())
            .expect("the folder is there")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .filter(|name| name.starts_with("page-"))
            .collect();
        names.sort();
        names.into_iter().map(|name| (name.clone(), read_png(&self.folder.path().join(name)))).collect()
    }
}

pub fn driver_over(transport: Box<dyn Transport>, model: &str) -> Printer {
    Printer::new(transport, find(model), Memories::new()).with_timing(timing(Dialect::Full))
}

/// The model, only faster: where a printer cannot confirm, its paper's time is waited for.
pub fn find(model: &str) -> Model {
    Model { speed_mm_per_s: Some(1_000), ..models::find(model).expect("a shipped model").clone() }
}

/// Short where a printer of this dialect stays silent, long where its answer comes: tests run on busy machines.
pub fn timing(dialect: Dialect) -> Timing {
    let wait = |answers: bool| if answers { Duration::from_secs(4) } else { Duration::from_millis(200) };
    Timing {
        answer: wait(dialect != Dialect::Mute),
        probe: wait(dialect == Dialect::Full),
        fence_probe: wait(matches!(dialect, Dialect::Full | Dialect::NoProcessId)),
        stall: Duration::from_secs(2),
        watch: Duration::from_millis(5),
        settle: Duration::from_secs(6),
    }
}

/// A picture that looks different in every row, codes of the printer's language included.
pub fn badge(rows: u32) -> Bitmap {
    let hostile = [0x10, 0x04, 0x1D, 0x56, 0x00, 0x10, 0x14, 0x1B, 0x40, 0xFF];
    let bytes = (0..72 * rows).map(|i| hostile[(i as usize + i as usize / 72 * 3) % hostile.len()] ^ (i / 720) as u8);
    Bitmap::from_packed(576, rows, bytes.collect()).expect("576 dots wide")
}

/// What of the picture survives the guard against real-time codes.
pub fn as_printed(picture: &Bitmap) -> Bitmap {
    print::escpos::guard::disarm(picture).0
}

pub fn nobody(_: Progress) {}

#[track_caller]
pub fn assert_fault<T: std::fmt::Debug>(result: Result<T, drivers::Trouble>, fault: Fault) {
    match result {
        Err(trouble) => assert_eq!(trouble.fault, fault, "{trouble}"),
        Ok(value) => panic!("expected {fault:?}, got {value:?}"),
    }
}

fn read_png(path: &Path) -> Bitmap {
    let file = std::io::BufReader::new(std::fs::File::open(path).expect("a page"));
    let mut reader = png::Decoder::new(file).read_info().expect("a PNG");
    let mut bytes = vec![0; reader.output_buffer_size().expect("its size")];
    reader.next_frame(&mut bytes).expect("its picture");
    let (width, height) = (reader.info().width, reader.info().height);
    Bitmap::from_packed(width, height, bytes.iter().map(|byte| !byte).collect()).expect("1 bit per dot")
}
