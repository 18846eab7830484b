//! Several meetings in one process, each with keys and windows of its own, and several processes of one meeting.

use hub::{Database, Hub, HubLog, HubOptions, HubSecrets, Hubs, PairingState, link_client, tls};
use sync::pairing::PairingCode;
use sync::wire::{NetFault, ProblemCode};
use tempfile::TempDir;

use crate::cluster::Cluster;
use crate::door_venue::{EVIL, Node, TlsHub, run};
use crate::venue::{SECRETS, folder, options};

struct Process {
    hubs: [Hub; 2],
    url: String,
    _folders: [TempDir; 2],
    _runtime: tokio::runtime::Runtime,
}

/// The keys of both meetings.
const KEYS: [HubSecrets; 2] = [SECRETS, EVIL];

fn start() -> Process {
    let folders = [folder(), folder()];
    let open = |index: usize| {
        let options = HubOptions::new(KEYS[index].clone());
        Hub::start(HubLog::open(folders[index].path(), options).expect("the folder is good"))
    };
    let hubs = [open(0), open(1)];
    let both = Hubs::new();
    hubs.iter().for_each(|hub| drop(both.add(hub.clone())));
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a free port");
    let url = format!("https://{}", listener.local_addr().expect("an address"));
    runtime.spawn(async move { hub::serve_tls(listener, both, &SECRETS, std::future::pending()).await });
    Process { hubs, url, _folders: folders, _runtime: runtime }
}

impl Process {
    fn open(&self, index: usize) -> PairingCode {
        self.hubs[index].open_pairing(&self.url, tls::pin_of(&KEYS[index])).code
    }

    fn tries_left(&self) -> [u32; 2] {
        let left = |index: usize| match self.hubs[index].pairing() {
            PairingState::Open { tries_left, .. } => tries_left,
            PairingState::Closed => 0,
        };
        [left(0), left(1)]
    }
}

#[test]
fn nodes_of_both_meetings_see_their_own_hubs_key() {
    let process = start();
    for (index, keys) in KEYS.iter().enumerate() {
        let pin = tls::pin_of(keys);
        let mut node = Node::new(1 + u8::try_from(index).unwrap());
        let client = node.client_at(&process.url, Some(pin));
        let paired = run(client.pair(process.open(index), &node.request())).unwrap();
        assert_eq!(paired.pin, Some(pin));
        assert_eq!(paired.grant.meeting_id, process.hubs[index].meeting());
        (node.grant, node.client) = (Some(paired.grant), Some(client));
        node.write(3);
        assert_eq!(node.push().unwrap().acked.map(|head| head.seq), Some(2));
        let link = link_client(&process.url, keys, process.hubs[index].meeting()).unwrap();
        assert_eq!(run(link.status()).unwrap().meeting, process.hubs[index].meeting(), "hubs find each other too");
    }
}

#[test]
fn typed_code_leads_to_the_meeting_that_shows_it_and_to_its_key() {
    let process = start();
    let codes = [process.open(0), process.open(1)];
    for (index, code) in codes.into_iter().enumerate().rev() {
        let node = Node::new(1 + u8::try_from(index).unwrap());
        let paired = run(node.client_at(&process.url, None).pair(code, &node.request())).unwrap();
        assert_eq!(paired.grant.meeting_id, process.hubs[index].meeting());
        assert_eq!(paired.pin, Some(tls::pin_of(&KEYS[index])), "not the key that was shown to who named none");
    }
}

#[test]
fn wrong_code_counts_against_one_meetings_window_only() {
    let process = start();
    let codes = [process.open(0), process.open(1)];
    let node = Node::new(1);
    let attempt = |pin, code| match run(node.client_at(&process.url, pin).pair(code, &node.request())) {
        Err(NetFault::Refused(problem)) => problem.code,
        other => panic!("{other:?}"),
    };
    let wrong = PairingCode(codes[0].0.map(|byte| !byte));
    assert_eq!(attempt(Some(tls::pin_of(&KEYS[0])), wrong), ProblemCode::WrongCode);
    assert_eq!(process.tries_left(), [4, 5], "the one whose key was named");
    assert_eq!(attempt(None, wrong), ProblemCode::WrongCode);
    assert_eq!(process.tries_left(), [4, 4], "the one that was opened last");
    run(node.client_at(&process.url, None).pair(codes[0], &node.request())).unwrap();
    assert_eq!(process.tries_left(), [0, 4], "a right code costs the other nothing");
}

#[test]
fn code_that_one_process_shows_is_good_once_at_every_other_of_the_meeting() {
    let Some(cluster) = Cluster::shared() else { return };
    let url = cluster.database();
    let process = || {
        TlsHub::start_with(|_| {
            let database = Database::connect(&url).expect("the database is there");
            HubLog::open_in(&database, options()).expect("the log is good")
        })
    };
    let (first, second) = (process(), process());
    let code = first.ticket().code;
    let pin = tls::pin_of(&SECRETS);
    let attempt = |at: &TlsHub, seed: u8, code| {
        let node = Node::new(seed);
        run(node.client_at(&at.url(), Some(pin)).pair(code, &node.request())).map(|paired| paired.grant.prefix)
    };
    let is_refused = |result, wanted| matches!(result, Err(NetFault::Refused(problem)) if problem.code == wanted);
    let wrong = PairingCode(code.0.map(|byte| !byte));
    assert!(is_refused(attempt(&second, 1, wrong), ProblemCode::WrongCode));
    assert!(is_refused(attempt(&first, 1, wrong), ProblemCode::WrongCode));
    assert!(matches!(first.hub.pairing(), PairingState::Open { tries_left: 3, left_ms: 1..=600_000 }));
    assert_eq!(attempt(&second, 1, code), Ok("K1".to_owned()));
    assert_eq!((first.hub.pairing(), second.hub.pairing()), (PairingState::Closed, PairingState::Closed));
    assert!(is_refused(attempt(&first, 2, code), ProblemCode::PairingClosed), "it was used");

    let code = second.ticket().code;
    for _ in 0..5 {
        assert!(is_refused(attempt(&first, 2, wrong), ProblemCode::WrongCode));
    }
    assert!(is_refused(attempt(&second, 2, code), ProblemCode::PairingClosed), "five tries in all");
    second.ticket();
    first.hub.close_pairing();
    assert_eq!(second.hub.pairing(), PairingState::Closed);
}
