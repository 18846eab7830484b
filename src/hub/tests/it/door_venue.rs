//! A hub over TLS, nodes that were paired with it, and bare connections that say what they like.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use ed25519_dalek::SigningKey;
use hub::client::{Client, Paired};
use hub::{Hub, HubLog, HubSecrets, tls};
use rustls::StreamOwned;
use sync::ids::Key;
use sync::pairing::KeyHash;
use sync::wire::{EnrolRequest, NetFault, PullRequest, PushReply, PushRequest, Role};
use sync::{BootId, Draft, Event, EventId, Grant, Hash, Hlc, LogEpoch};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::venue::{SECRETS, folder, open};

pub struct TlsHub {
    pub hub: Hub,
    pub address: SocketAddr,
    _folder: TempDir,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl TlsHub {
    pub fn start() -> TlsHub {
        TlsHub::start_with(open)
    }

    pub fn start_with(open: impl FnOnce(&Path) -> HubLog) -> TlsHub {
        let folder = folder();
        let hub = Hub::start(open(folder.path()));
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (stop, stopped) = oneshot::channel();
        let serving = hub.clone();
        let server = std::thread::spawn(move || {
            let shutdown = async { stopped.await.unwrap_or(()) };
            runtime.block_on(hub::serve_tls(listener, serving, &SECRETS, shutdown)).expect("it served");
        });
        TlsHub { hub, address, _folder: folder, stop: Some(stop), server: Some(server) }
    }

    pub fn url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub fn ticket(&self) -> sync::PairingTicket {
        self.hub.open_pairing(&self.url(), pin())
    }

    /// A new node, let in with a fresh ticket.
    pub fn pair(&self, seed: u8) -> Node {
        let mut node = Node::new(seed);
        node.pair(self).expect("the ticket is good");
        node
    }

    /// What the hub answers to these bytes on a connection of their own.
    pub fn ask(&self, seed: Option<u8>, request: &[u8]) -> (u16, Vec<u8>) {
        let mut line = self.connect(seed);
        line.write_all(request).expect("the hub reads");
        answer(&mut line)
    }

    /// A bare connection, showing a key or none.
    pub fn connect(&self, seed: Option<u8>) -> Line {
        let stream = TcpStream::connect(self.address).expect("the hub accepts");
        handshake(stream, Some(pin()), seed)
    }

    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
            self.server.take().expect("it runs").join().expect("the server ends");
        }
    }
}

impl Drop for TlsHub {
    fn drop(&mut self) {
        self.stop();
    }
}

pub type Line = StreamOwned<rustls::ClientConnection, TcpStream>;

pub fn handshake(stream: TcpStream, pin: Option<KeyHash>, seed: Option<u8>) -> Line {
    stream.set_read_timeout(Some(Duration::from_secs(40))).expect("a timeout");
    let (config, _) = tls::client_config(pin, seed.map(|seed| [seed; 32]).as_ref());
    let name = rustls::pki_types::ServerName::try_from("usher").expect("a name");
    StreamOwned::new(rustls::ClientConnection::new(config, name).expect("a client"), stream)
}

/// A connection of its own source address, so that it is counted apart.
pub fn connect_from(from: Ipv4Addr, to: SocketAddr) -> std::io::Result<TcpStream> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let stream = runtime.block_on(async {
        let socket = tokio::net::TcpSocket::new_v4()?;
        socket.bind((from, 0).into())?;
        socket.connect(to).await
    })?;
    let stream = stream.into_std()?;
    stream.set_nonblocking(false)?;
    Ok(stream)
}

/// Status and body of one HTTP answer; 0 when the connection was closed without one.
pub fn answer(line: &mut impl Read) -> (u16, Vec<u8>) {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n\r\n") {
        match line.read(&mut byte) {
            Ok(1) => bytes.push(byte[0]),
            _ => return (0, bytes),
        }
    }
    let head = String::from_utf8_lossy(&bytes).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let length = head.lines().find_map(|header| header.strip_prefix("content-length: "));
    let mut body = vec![0; length.map_or(0, |length| length.trim().parse().expect("a length"))];
    line.read_exact(&mut body).expect("the whole body");
    (status, body)
}

pub fn pin() -> KeyHash {
    tls::pin_of(&SECRETS)
}

/// Another hub's keys.
pub const EVIL: HubSecrets = HubSecrets { phone_key: [7; 32], pin_pepper: [8; 32], signing_seed: [9; 32] };

pub fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(work)
}

/// A machine with a key, a log and a way to the hub.
pub struct Node {
    pub seed: u8,
    pub epoch: LogEpoch,
    pub events: Vec<Event>,
    pub grant: Option<Grant>,
    pub client: Option<Client>,
}

impl Node {
    pub fn new(seed: u8) -> Node {
        Node { seed, epoch: LogEpoch([seed; 16]), events: Vec::new(), grant: None, client: None }
    }

    pub fn request(&self) -> EnrolRequest {
        let public_key = Key(SigningKey::from_bytes(&[self.seed; 32]).verifying_key().to_bytes());
        EnrolRequest { public_key, epoch: self.epoch, role: Role::Kiosk, name: "entrance".to_owned() }
    }

    pub fn client_at(&self, url: &str, pin: Option<KeyHash>) -> Client {
        Client::new(url, pin, None).expect("an address").with_key(&[self.seed; 32])
    }

    pub fn pair(&mut self, hub: &TlsHub) -> Result<Paired, NetFault> {
        let ticket = sync::PairingTicket::parse(&hub.ticket().text()).expect("the hub's own ticket");
        let client = self.client_at(&ticket.url, Some(ticket.pin));
        let paired = run(client.pair(ticket.code, &self.request()))?;
        (self.grant, self.client) = (Some(paired.grant.clone()), Some(client));
        Ok(paired)
    }

    pub fn client(&self) -> &Client {
        self.client.as_ref().expect("it is paired")
    }

    pub fn grant(&self) -> &Grant {
        self.grant.as_ref().expect("it is paired")
    }

    pub fn write(&mut self, count: u64) {
        for _ in 0..count {
            let seq = self.events.len() as u64;
            let draft = Draft {
                event_id: EventId((u128::from(seq) << 8 | u128::from(self.seed)).to_be_bytes()),
                meeting_id: self.grant().meeting_id,
                device_id: self.grant().device_id,
                log_epoch: self.epoch,
                seq,
                hlc: Hlc::at(1_800_000_000_000 + seq),
                boot_id: BootId([5; 16]),
                clock_offset_ms: 0,
                actor: "guest".to_owned(),
                kind: "UnknownToday".to_owned(),
                kind_version: 1,
                roster_rev: 0,
                payload: b"{}".to_vec(),
                prev_hash: self.events.last().map_or(Hash::ZERO, Event::hash),
            };
            self.events.push(draft.seal().expect("a small draft seals"));
        }
    }

    pub fn push_request(&self) -> PushRequest {
        PushRequest::gather(self.grant().device_id, self.epoch, self.events.clone())
    }

    pub fn push(&self) -> Result<PushReply, NetFault> {
        run(self.client().push(&self.push_request()))
    }

    pub fn pull_request(&self, cursor: u64, wait_ms: u32) -> PullRequest {
        PullRequest { cursor, incarnation: self.grant().incarnation, wait_ms }
    }

    /// The bytes of a request with this node's token.
    pub fn raw(&self, method: &str, path: &str, body: &[u8]) -> Vec<u8> {
        let token = &self.grant().token;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nhost: hub\r\nauthorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    }
}
