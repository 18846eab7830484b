//! CUPS's programs, started for one test and ended with it.

use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a program may take to listen, and a report to come.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A program that ends with the test.
pub struct Running(Child);

impl Running {
    pub fn start(command: &mut Command) -> Option<Running> {
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok().map(Running)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that is not there: said aloud, in CI it fails.
pub fn missing(program: &str, package: &str) {
    assert!(std::env::var_os("CI").is_none(), "{program} is missing: apt install {package}");
    eprintln!("skipped: {program} is missing (apt install {package})");
}

pub fn is_there(program: &str) -> bool {
    ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].iter().any(|folder| Path::new(folder).join(program).exists())
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").expect("a port is free").local_addr().expect("it has a number").port()
}

/// Waits until something listens.
pub fn wait_for(port: u16) {
    let begun = Instant::now();
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(begun.elapsed() < PATIENCE, "nothing listens at {port}");
        std::thread::yield_now();
    }
}

/// A printer of IPP Everywhere that keeps what it was sent.
pub struct IppPrinter {
    pub port: u16,
    folder: tempfile::TempDir,
    _printer: Running,
    _bus: Running,
}

impl IppPrinter {
    /// `at_work` is a shell script that stands for the printer's engine; `formats` what it takes.
    pub fn start(at_work: &str, formats: &str) -> Option<IppPrinter> {
        if !is_there("ippeveprinter") || !is_there("dbus-daemon") {
            missing("ippeveprinter", "cups-ipp-utils dbus");
            return None;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let engine = folder.path().join("engine");
        std::fs::write(&engine, format!("#!/bin/sh\ncd {}\n{at_work}\n", folder.path().display()))
            .expect("it is written");
        std::fs::set_permissions(&engine, std::fs::Permissions::from_mode(0o755)).expect("it may be run");
        let (bus, address) = bus();
        let port = free_port();
        let spool = folder.path().join("spool");
        std::fs::create_dir(&spool).expect("a folder");
        let printer = Command::new("ippeveprinter")
            .args(["-r", "off", "-k", "-n", "localhost", "-f", formats, "-p", &port.to_string()])
            .arg("-d")
            .arg(&spool)
            .arg("-c")
            .arg(&engine)
            .arg("Office")
            // It announces nothing, and yet does not start without a bus.
            .env("DBUS_SYSTEM_BUS_ADDRESS", address)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("ippeveprinter starts");
        let printer = IppPrinter { port, folder, _printer: Running(printer), _bus: bus };
        wait_for(port);
        Some(printer)
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The documents that it was sent, up to nine.
    pub fn received(&self) -> Vec<Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path().join("spool")).expect("the spool is there");
        let mut files: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|it| it == "pdf"))
            .collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).expect("it is readable")).collect()
    }
}

/// A message bus of the test's own.
fn bus() -> (Running, String) {
    let mut bus = Command::new("dbus-daemon")
        .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("dbus-daemon starts");
    let mut address = String::new();
    BufReader::new(bus.stdout.take().expect("it is a pipe")).read_line(&mut address).expect("it says where it is");
    (Running(bus), address.trim().to_owned())
}

/// What a page might be: the printer at the far end looks at nothing but its size.
pub fn document(bytes: usize) -> Vec<u8> {
    let mut pdf = b"%PDF-1.7\n".to_vec();
    pdf.extend((0..bytes).map(|place| (place * 31 % 251) as u8));
    pdf
}
