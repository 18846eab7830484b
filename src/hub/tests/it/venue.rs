//! A hub in a folder of its own, and devices that write chains and ask over HTTP.

use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::thread::JoinHandle;
use std::time::Duration;

use domain::event::{DeviceRole, NodeStarted};
use ed25519_dalek::SigningKey;
use hub::{Authored, Database, Hub, HubLog, HubOptions, HubSecrets};
use sync::ids::Key;
use sync::wire::{
    EnrolRequest, NetFault, PATH_ENROL, PATH_PULL, PATH_PUSH, PATH_SNAPSHOT, PullReply, PullRequest, PushReply,
    PushRequest, Role, Snapshot,
};
use sync::{BootId, Draft, Event, EventId, Grant, Hash, Head, Hlc, LogEpoch, MeetingId};
use tempfile::TempDir;
use tokio::sync::oneshot;

pub const SECRETS: HubSecrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [3; 32] };

/// A folder that only its owner reads.
pub fn folder() -> TempDir {
    let permissions = std::fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().permissions(permissions).tempdir().expect("a folder for the test")
}

pub fn options() -> HubOptions {
    HubOptions::new(SECRETS)
}

pub fn open(folder: &Path) -> HubLog {
    HubLog::open(folder, options()).expect("the folder is good")
}

pub fn authored(words: &str) -> Authored {
    let event =
        NodeStarted { version: words.to_owned(), role: DeviceRole::Hub, clean: true, printers: Vec::new() }.into();
    Authored { actor: "organiser".to_owned(), roster_rev: 0, event }
}

/// Where a venue's hub keeps its log.
#[derive(Clone)]
pub enum Place {
    Folder,
    Database { url: String, meeting: MeetingId },
}

/// A running hub over HTTP.
pub struct Venue {
    pub folder: TempDir,
    place: Place,
    running: Option<Running>,
    /// Where a hub listens that runs in another process.
    elsewhere: Option<SocketAddr>,
}

struct Running {
    hub: Hub,
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Venue {
    pub fn start() -> Venue {
        Venue::at(Place::Folder)
    }

    pub fn start_with(open: impl FnOnce(&Path) -> HubLog) -> Venue {
        let folder = folder();
        let running = Some(Running::start(open(folder.path())));
        Venue { folder, place: Place::Folder, running, elsewhere: None }
    }

    pub fn at(place: Place) -> Venue {
        let mut venue = Venue { folder: folder(), place, running: None, elsewhere: None };
        venue.restart_with(venue.log());
        venue
    }

    /// A hub that runs in another process.
    pub fn elsewhere(folder: TempDir, address: SocketAddr) -> Venue {
        Venue { folder, place: Place::Folder, running: None, elsewhere: Some(address) }
    }

    /// The log of the stopped hub.
    pub fn log(&self) -> HubLog {
        match &self.place {
            Place::Folder => open(self.folder.path()),
            Place::Database { url, meeting } => {
                let database = Database::connect(url).expect("the database is there");
                let options = HubOptions { meeting: Some(*meeting), ..options() };
                HubLog::open_in(&database, options).expect("the log is good")
            }
        }
    }

    pub fn hub(&self) -> &Hub {
        &self.running.as_ref().expect("the hub runs").hub
    }

    pub fn url(&self, path: &str) -> String {
        let running = self.running.as_ref().map(|running| running.address);
        format!("http://{}{path}", running.or(self.elsewhere).expect("the hub runs"))
    }

    /// Stops the hub as a signal would; returns when its log is closed.
    pub fn stop(&mut self) {
        let running = self.running.take().expect("the hub runs");
        let _ = running.stop.send(());
        running.server.join().expect("the server ends");
    }

    pub fn restart(&mut self) {
        self.stop();
        self.restart_with(self.log());
    }

    pub fn restart_with(&mut self, store: HubLog) {
        self.running = Some(Running::start(store));
    }

    /// Stops the hub; returns where it listened.
    pub fn vanish(&mut self) -> SocketAddr {
        let address = self.running.as_ref().expect("the hub runs").address;
        self.stop();
        address
    }

    /// Another hub listens where one was before.
    pub fn restart_at(&mut self, address: SocketAddr, store: HubLog) {
        self.running = Some(Running::start_at(address, store));
    }

    pub fn enrol(&self, device: &Device) -> (u16, Vec<u8>) {
        let body = device.enrol_request().encode();
        sent(client().post(self.url(PATH_ENROL)).body(body))
    }
}

impl Drop for Venue {
    fn drop(&mut self) {
        if self.running.is_some() {
            self.stop();
        }
    }
}

impl Running {
    fn start(store: HubLog) -> Running {
        Running::start_at(SocketAddr::from(([127, 0, 0, 1], 0)), store)
    }

    fn start_at(address: SocketAddr, store: HubLog) -> Running {
        let runtime = tokio::runtime::Runtime::new().expect("a runtime");
        let listener = runtime.block_on(tokio::net::TcpListener::bind(address)).expect("a free port");
        let address = listener.local_addr().expect("an address");
        let hub = Hub::start(store);
        let (stop, stopped) = oneshot::channel();
        let serving = hub.clone();
        let server = std::thread::spawn(move || {
            let shutdown = async { stopped.await.unwrap_or(()) };
            runtime.block_on(hub::serve(listener, serving, shutdown)).expect("it served");
        });
        Running { hub, address, stop, server }
    }
}

pub fn client() -> reqwest::blocking::Client {
    let client = reqwest::blocking::Client::builder().no_proxy().timeout(Duration::from_secs(40));
    client.build().expect("a client")
}

pub fn sent(request: reqwest::blocking::RequestBuilder) -> (u16, Vec<u8>) {
    let response = request.send().expect("the hub answers");
    (response.status().as_u16(), response.bytes().expect("a body").to_vec())
}

/// A machine with a key and a chain.
pub struct Device {
    pub key: SigningKey,
    pub role: Role,
    pub epoch: LogEpoch,
    pub events: Vec<Event>,
    grant: Option<Grant>,
    client: reqwest::blocking::Client,
}

impl Device {
    pub fn new(seed: u8) -> Device {
        Device {
            key: SigningKey::from_bytes(&[seed; 32]),
            role: Role::Kiosk,
            epoch: LogEpoch([seed; 16]),
            events: Vec::new(),
            grant: None,
            client: client(),
        }
    }

    /// Enrolled, with a chain of `count` events.
    pub fn enrolled(venue: &Venue, seed: u8, count: u64) -> Device {
        let mut device = Device::new(seed);
        device.enrol(venue);
        device.write(count);
        device
    }

    pub fn enrol_request(&self) -> EnrolRequest {
        let public_key = Key(self.key.verifying_key().to_bytes());
        EnrolRequest { public_key, epoch: self.epoch, role: self.role, name: "entrance".to_owned() }
    }

    pub fn enrol(&mut self, venue: &Venue) -> Grant {
        let (status, body) = venue.enrol(self);
        let grant = Grant::from_http(status, &body).expect("it is granted");
        self.grant = Some(grant.clone());
        grant
    }

    pub fn grant(&self) -> &Grant {
        self.grant.as_ref().expect("it is enrolled")
    }

    pub fn write(&mut self, count: u64) {
        for _ in 0..count {
            let event = self.next("{}", self.grant().meeting_id);
            self.events.push(event);
        }
    }

    pub fn next(&self, payload: &str, meeting_id: MeetingId) -> Event {
        let seq = self.events.len() as u64;
        let draft = Draft {
            event_id: EventId((u128::from(seq) << 8 | u128::from(self.epoch.0[0])).to_be_bytes()),
            meeting_id,
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
            payload: payload.as_bytes().to_vec(),
            prev_hash: self.events.last().map_or(Hash::ZERO, Event::hash),
        };
        draft.seal().expect("a small draft seals")
    }

    pub fn request(&self, events: &[Event]) -> PushRequest {
        PushRequest::gather(self.grant().device_id, self.epoch, events.to_vec())
    }

    pub fn push(&self, venue: &Venue, events: &[Event]) -> Result<PushReply, NetFault> {
        self.push_request(venue, &self.request(events))
    }

    /// As `push`, of a hub that may be gone.
    pub fn push_if_up(&self, venue: &Venue, events: &[Event]) -> Result<PushReply, NetFault> {
        let request = self.client.post(venue.url(PATH_PUSH)).bearer_auth(&self.grant().token);
        let response = request.body(self.request(events).encode()).send().map_err(|_| NetFault::Unreachable)?;
        let status = response.status().as_u16();
        PushReply::from_http(status, &response.bytes().map_err(|_| NetFault::Unreachable)?)
    }

    /// As `pull_request`, of a hub that may be gone.
    pub fn pull_if_up(&self, venue: &Venue, request: PullRequest) -> Result<PullReply, NetFault> {
        let url = venue.url(&format!("{PATH_PULL}?{}", request.encode()));
        let response = self.client.get(url).bearer_auth(&self.grant().token).send();
        let response = response.map_err(|_| NetFault::Unreachable)?;
        let status = response.status().as_u16();
        PullReply::from_http(status, &response.bytes().map_err(|_| NetFault::Unreachable)?)
    }

    /// Pushes one run after another; each is acknowledged.
    pub fn push_by(&self, venue: &Venue, events: &[Event], count: usize) {
        for some in events.chunks(count) {
            let reply = self.push(venue, some).expect("it is taken");
            assert!(reply.acked >= some.last().map(Head::of), "{reply:?}");
        }
    }

    pub fn push_request(&self, venue: &Venue, request: &PushRequest) -> Result<PushReply, NetFault> {
        let (status, body) = self.post(venue, PATH_PUSH, request.encode());
        PushReply::from_http(status, &body)
    }

    pub fn post(&self, venue: &Venue, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        sent(self.client.post(venue.url(path)).bearer_auth(&self.grant().token).body(body))
    }

    pub fn get(&self, venue: &Venue, path: &str) -> (u16, Vec<u8>) {
        sent(self.client.get(venue.url(path)).bearer_auth(&self.grant().token))
    }

    pub fn pull(&self, venue: &Venue, cursor: u64, wait_ms: u32) -> Result<PullReply, NetFault> {
        self.pull_request(venue, PullRequest { cursor, incarnation: self.grant().incarnation, wait_ms })
    }

    pub fn pull_request(&self, venue: &Venue, request: PullRequest) -> Result<PullReply, NetFault> {
        let (status, body) = self.get(venue, &format!("{PATH_PULL}?{}", request.encode()));
        PullReply::from_http(status, &body)
    }

    pub fn snapshot(&self, venue: &Venue) -> Result<Snapshot, NetFault> {
        let (status, body) = self.get(venue, PATH_SNAPSHOT);
        Snapshot::from_http(status, &body)
    }
}
