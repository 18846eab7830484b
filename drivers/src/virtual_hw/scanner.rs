//! A serial scanner on a pseudo terminal: what is scanned comes out of a `/dev/pts/N` as from a real one.
//! Dropped, it is unplugged.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};

/// A scanner that is plugged in.
pub struct VirtualScanner {
    master: File,
    path: PathBuf,
    /// Holds the terminal open, so that its settings and unread bytes stay while nobody reads.
    _keeper: File,
    link: Option<PathBuf>,
}

impl VirtualScanner {
    /// Plugs a scanner in; see [`VirtualScanner::path`] for where.
    pub fn plug() -> io::Result<VirtualScanner> {
        let master: OwnedFd = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)?;
        grantpt(&master)?;
        unlockpt(&master)?;
        let name = ptsname(&master, Vec::new())?;
        let path = PathBuf::from(name.to_str().map_err(io::Error::other)?);
        let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
        let keeper = rustix::pty::ioctl_tiocgptpeer(&master, flags)?;
        let mut settings = tcgetattr(&keeper)?;
        settings.make_raw();
        tcsetattr(&keeper, OptionalActions::Now, &settings)?;
        Ok(VirtualScanner { master: master.into(), path, _keeper: keeper.into(), link: None })
    }

    /// Plugs a scanner in under a lasting name, as udev does it in `/dev/serial/by-id`.
    pub fn plug_as(link: &Path) -> io::Result<VirtualScanner> {
        let mut scanner = VirtualScanner::plug()?;
        if link.is_symlink() {
            std::fs::remove_file(link)?;
        }
        std::os::unix::fs::symlink(&scanner.path, link)?;
        scanner.link = Some(link.to_owned());
        Ok(scanner)
    }

    /// The terminal to read from.
    pub fn path(&self) -> &Path {
        self.link.as_deref().unwrap_or(&self.path)
    }

    /// Scans a code: its text and CR.
    pub fn scan(&mut self, code: &str) -> io::Result<()> {
        self.send(format!("{code}\r").as_bytes())
    }

    /// Sends bytes as they are.
    pub fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.master.write_all(bytes)
    }
}

impl Drop for VirtualScanner {
    fn drop(&mut self) {
        if let Some(link) = &self.link {
            let _ = std::fs::remove_file(link);
        }
    }
}
