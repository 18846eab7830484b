//! The replication state machine against the real hub: catch up after hours alone, new life of the hub.

use std::collections::VecDeque;

use hub::{HubLog, backup};
use sync::wire::PullRequest;
use sync::{Event, Head, Replica, ReplicaInput, Resume, SyncEffect};

use crate::venue::{Device, Venue, options};

/// The node around a replica: its events, what it pulled, a clock of its own.
struct Node {
    device: Device,
    replica: Replica,
    pulled: Vec<(u64, Event)>,
    /// A pull that the hub has not answered yet.
    waiting: Option<PullRequest>,
    now_ms: u64,
}

impl Node {
    fn new(device: Device) -> Node {
        let resume = Resume {
            meeting: device.grant().meeting_id,
            device: device.grant().device_id,
            epoch: device.epoch,
            incarnation: None,
            cursor: 0,
            own_head: device.events.last().map(Head::of),
            confirmed_seq: None,
        };
        Node { replica: Replica::new(resume, 0), device, pulled: Vec::new(), waiting: None, now_ms: 0 }
    }

    fn write(&mut self, count: u64) -> ReplicaInput {
        self.device.write(count);
        ReplicaInput::OwnCommitted(Head::of(self.device.events.last().expect("it wrote")))
    }

    /// Carries effects out until all is acknowledged and everything of the hub is here.
    fn settle(&mut self, venue: &Venue, first: ReplicaInput) {
        let mut inputs = VecDeque::from([first]);
        loop {
            while let Some(input) = inputs.pop_front() {
                for effect in self.replica.handle(input, self.now_ms) {
                    inputs.extend(self.carry_out(venue, effect));
                }
            }
            let hub = venue.hub().status();
            let there = (self.replica.cursor(), self.replica.incarnation()) == (hub.cursor, Some(hub.incarnation));
            if there && self.replica.state().waiting == 0 {
                return;
            }
            match self.waiting.take() {
                Some(request) => {
                    let answer = self.device.pull_request(venue, PullRequest { wait_ms: 0, ..request });
                    inputs.push_back(ReplicaInput::PullAnswered(answer));
                }
                None => {
                    self.now_ms = self.replica.poll_timeout().expect("it tries again");
                    inputs.push_back(ReplicaInput::Tick);
                }
            }
        }
    }

    fn carry_out(&mut self, venue: &Venue, effect: SyncEffect) -> Option<ReplicaInput> {
        match effect {
            SyncEffect::Push { from, question } => {
                let from = usize::try_from(from).expect("small");
                let events = if question { &[][..] } else { &self.device.events[from..] };
                Some(ReplicaInput::PushAnswered(self.device.push(venue, events)))
            }
            SyncEffect::Pull(request) => {
                self.waiting = Some(request);
                None
            }
            SyncEffect::FetchSnapshot => Some(ReplicaInput::SnapshotAnswered(self.device.snapshot(venue))),
            SyncEffect::StorePulled { cursor, events, .. } => {
                self.pulled.extend(events);
                Some(ReplicaInput::Stored { cursor })
            }
            SyncEffect::InstallSnapshot(snapshot) => {
                self.pulled = snapshot.events;
                Some(ReplicaInput::Stored { cursor: snapshot.cursor })
            }
            SyncEffect::Offer => panic!("nobody said that the hub lacks something of others"),
            SyncEffect::Stopped(reason) => panic!("stopped: {reason:?}"),
        }
    }
}

#[test]
fn node_alone_for_hours_catches_up_and_others_see_it() {
    let venue = Venue::start();
    let mut kiosk = Node::new(Device::enrolled(&venue, 1, 700));
    let mut desk = Node::new(Device::enrolled(&venue, 2, 0));
    desk.settle(&venue, ReplicaInput::Tick);
    assert_eq!(desk.pulled.len(), 3);
    kiosk.settle(&venue, ReplicaInput::Tick);
    desk.settle(&venue, ReplicaInput::Tick);
    assert_eq!(desk.pulled.len(), 703);
    assert_eq!(desk.pulled, kiosk.pulled);
    assert_eq!(desk.pulled, venue.hub().events_blocking().unwrap());
}

#[test]
fn restored_hub_gets_again_what_it_lost() {
    let mut venue = Venue::start();
    let mut kiosk = Node::new(Device::enrolled(&venue, 1, 5));
    kiosk.settle(&venue, ReplicaInput::Tick);
    let copy = venue.folder.path().join("backup.db");
    backup(venue.folder.path(), &copy).unwrap();
    let written = kiosk.write(10);
    kiosk.settle(&venue, written);
    venue.stop();
    let log = HubLog::restore(venue.folder.path(), &copy, options()).unwrap();
    let incarnation = log.life().incarnation;
    venue.restart_with(log);
    kiosk.settle(&venue, ReplicaInput::Tick);
    assert_eq!(kiosk.replica.incarnation(), Some(incarnation));
    let own = kiosk.pulled.iter().map(|(_, event)| event).filter(|event| event.log_epoch == kiosk.device.epoch);
    assert!(own.eq(&kiosk.device.events));
}
