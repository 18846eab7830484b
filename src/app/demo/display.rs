//! A display for the demo's windows: the one at hand, or a virtual one (Xvfb with openbox).

use super::process::{Child, guarded};
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// A virtual display; it ends when dropped.
pub struct Display {
    /// Value of `DISPLAY`, as in `:99`.
    pub name: String,
    /// The window manager and the server, in the order in which they end.
    _children: [Child; 2],
}

/// Whether this session has a display of its own.
pub fn present() -> bool {
    ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// Starts Xvfb on a free number with one screen, and openbox, without which nothing becomes fullscreen.
pub fn start_virtual(width: u32, height: u32) -> Result<Display> {
    let mut command = guarded("Xvfb");
    command
        .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")])
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut server = Child::start("Xvfb", command).context("a virtual display needs Xvfb: apt install xvfb openbox")?;
    let output = server.take_stdout().context("Xvfb gave no output")?;
    let mut number = String::new();
    BufReader::new(output).read_line(&mut number).context("Xvfb did not tell its display number")?;
    if number.trim().is_empty() {
        bail!("Xvfb ended before it had a display: apt install xvfb openbox, or run `Xvfb -displayfd 1` to see why");
    }
    let name = format!(":{}", number.trim());

    let mut command = guarded("openbox");
    command.env("DISPLAY", &name).stdout(Stdio::null()).stderr(Stdio::null());
    let manager = Child::start("openbox", command).context("a virtual display needs openbox: apt install openbox")?;
    Ok(Display { name, _children: [manager, server] })
}
