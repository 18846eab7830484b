//! A virtual display with a window manager, real clicks and pictures.

use super::process::Process;
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

pub struct Screen {
    name: String,
    width: u32,
    height: u32,
    _manager: Process,
    _server: Process,
}

impl Screen {
    pub fn start(width: u32, height: u32) -> Screen {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = Command::new("Xvfb");
        command
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0", &format!("{width}x{height}x24")])
            .stdout(writer)
            .stderr(Stdio::null());
        let server = Process::start("Xvfb (apt install xvfb)", command);
        let mut number = String::new();
        BufReader::new(reader).read_line(&mut number).expect("Xvfb tells its display");
        let name = format!(":{}", number.trim());
        let mut command = Command::new("openbox");
        command.env("DISPLAY", &name).stdout(Stdio::null()).stderr(Stdio::null());
        let manager = Process::start("openbox (apt install openbox)", command);
        Screen { name, width, height, _manager: manager, _server: server }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// A real click at a share of the screen, in per mille from the left and the top.
    pub fn click(&self, x_per_mille: u32, y_per_mille: u32) {
        let x = (self.width * x_per_mille / 1000).to_string();
        let y = (self.height * y_per_mille / 1000).to_string();
        let status = Command::new("xdotool")
            .env("DISPLAY", &self.name)
            .args(["mousemove", "--sync", &x, &y, "click", "1"])
            .status()
            .expect("xdotool starts (apt install xdotool)");
        assert!(status.success(), "xdotool could not click");
    }
}
