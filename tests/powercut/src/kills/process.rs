//! The hub as a child of its own, and what it runs.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use hub::client::Client;
use hub::{Database, Hub, HubError, HubLog, HubOptions, HubSecrets, operator_token, relay_token};

use super::MEETING;

const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [0xa3; 32] };

fn options() -> HubOptions {
    HubOptions { meeting: Some(MEETING), ..HubOptions::new(SECRETS) }
}

/// Where the hub keeps its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite in this folder.
    Folder(PathBuf),
    /// PostgreSQL at this address.
    Database(String),
}

impl Place {
    /// A path, or an address of PostgreSQL.
    pub fn of(text: &str) -> Place {
        if text.starts_with("postgres:") { Place::Database(text.to_owned()) } else { Place::Folder(text.into()) }
    }

    fn text(&self) -> String {
        match self {
            Place::Folder(folder) => folder.display().to_string(),
            Place::Database(url) => url.clone(),
        }
    }
}

/// What a hub is in its venue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    pub place: Place,
    /// 0: a free one.
    pub port: u16,
    /// The hub above, which follows this one.
    pub relay_to: Option<String>,
    /// It orders nothing itself.
    pub follows: bool,
}

impl Post {
    /// A hub that orders, with nobody above.
    pub fn alone(place: Place) -> Post {
        Post { place, port: 0, relay_to: None, follows: false }
    }

    pub(super) fn open(&self) -> Result<HubLog, HubError> {
        let options = if self.follows { HubOptions::following(MEETING, SECRETS) } else { options() };
        match &self.place {
            Place::Folder(folder) => HubLog::open(folder, options),
            Place::Database(url) => HubLog::open_in(&Database::connect(url)?, options),
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn arguments(&self) -> Vec<String> {
        let mut arguments = ["serve", "--log"].map(str::to_owned).to_vec();
        arguments.extend([self.place.text(), "--port".to_owned(), self.port.to_string()]);
        arguments.extend(self.relay_to.iter().flat_map(|url| ["--relay-to".to_owned(), url.clone()]));
        arguments.extend(self.follows.then(|| "--follows".to_owned()));
        arguments
    }
}

/// The child's side: a hub that serves until it is killed.
///
/// # Errors
/// In words, why it cannot start.
pub fn serve(post: &Post) -> Result<(), String> {
    let words = |error: &dyn std::fmt::Display| error.to_string();
    let log = post.open().map_err(|error| words(&error))?;
    let runtime = tokio::runtime::Runtime::new().map_err(|error| words(&error))?;
    runtime.block_on(async {
        let address = SocketAddr::from(([127, 0, 0, 1], post.port));
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|error| words(&error))?;
        println!("{}", listener.local_addr().map_err(|error| words(&error))?.port());
        let hub = Hub::start(log);
        if let Some(url) = &post.relay_to {
            let above = Client::new(url, None, Some(relay_token(&SECRETS, MEETING))).map_err(|error| words(&error))?;
            tokio::spawn(hub::relay::run(hub.clone(), above, url.clone()));
        }
        hub::serve(listener, hub, std::future::pending()).await.map_err(|error| words(&error))
    })
}

/// Asks a hub for its cursor, as its operator may.
pub(super) async fn cursor_of(url: &str) -> Option<u64> {
    let client = Client::new(url, None, Some(operator_token(&SECRETS, MEETING))).ok()?;
    client.status().await.ok().map(|status| status.cursor)
}

pub(super) struct HubProcess {
    child: Child,
    out: BufReader<ChildStdout>,
    port: Option<u16>,
}

impl HubProcess {
    pub(super) fn start(program: &Path, post: &Post) -> HubProcess {
        let mut command = Command::new(program);
        command.args(post.arguments());
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
