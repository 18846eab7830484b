//! The hub as a child of its own, and what it runs.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use hub::{Hub, HubLog, HubOptions, HubSecrets};

use super::MEETING;

const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [0xa3; 32] };

pub(super) fn options() -> HubOptions {
    HubOptions { meeting: Some(MEETING), ..HubOptions::new(SECRETS) }
}

/// The child's side: a hub that serves until it is killed.
///
/// # Errors
/// In words, why it cannot start.
pub fn serve(data: &Path, port: u16) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let log = HubLog::open(data, options()).map_err(|error| words(&error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| words(&error))?;
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| words(&error))?;
        println!("{}", listener.local_addr().map_err(|error| words(&error))?.port());
        hub::serve(listener, Hub::start(log), std::future::pending()).await.map_err(|error| words(&error))
    })
}

pub(super) struct HubProcess {
    child: Child,
    out: BufReader<ChildStdout>,
    port: Option<u16>,
}

impl HubProcess {
    pub(super) fn start(program: &Path, data: &Path, port: u16) -> HubProcess {
        let mut command = Command::new(program);
        command.args(["serve", "--port", &port.to_string(), "--data"]).arg(data);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the hub's program starts");
        let out = BufReader::new(child.stdout.take().expect("it is piped"));
        HubProcess { child, out, port: None }
    }

    /// The port; none when it ended instead.
    pub(super) fn wait_until_listening(&mut self) -> Option<u16> {
        if self.port.is_none() {
            let mut line = String::new();
            self.out.read_line(&mut line).ok()?;
            self.port = line.trim().parse().ok();
        }
        self.port
    }

    pub(super) fn words(&mut self) -> String {
        self.kill();
        let mut words = String::new();
        if let Some(mut errors) = self.child.stderr.take() {
            let _ = errors.read_to_string(&mut words);
        }
        words
    }

    /// SIGKILL; it may have ended already.
    pub(super) fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        self.kill();
    }
}
