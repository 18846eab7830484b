//! What one machine may take from the hub, so that the others do not notice. Each limit is here once,
//! with its reason and its answer. Whoever is enrolled is counted by device, everybody else
//! ("strangers") by address, so that a flood of strangers never takes an enrolled node's place.

mod buckets;
mod lobby;
mod steady;

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

pub(crate) use buckets::{Buckets, Rate};
pub(crate) use lobby::{Lobby, Seat};
pub(crate) use steady::Steady;

/// Connections of strangers, in all. Whoever enters beyond that takes the place of the one that has
/// been there longest (which is closed without an answer): a node needs some milliseconds to show its
/// key, so a flood would have to bring 512 connections within that time to keep it out.
pub(crate) const MAX_STRANGERS: usize = 512;
/// Connections of strangers from one address; beyond, the oldest of that address is closed.
pub(crate) const MAX_STRANGERS_PER_ADDRESS: usize = 64;
/// Connections of enrolled devices, in all; beyond, the new one is closed. With the strangers 1,024.
pub(crate) const MAX_KNOWN: usize = 512;
/// Connections of one device, which needs three (push, pull, one that is just closing); beyond, its
/// oldest is closed.
pub(crate) const MAX_PER_DEVICE: usize = 16;
/// Open files that the process asks for: every connection, the log, and room.
pub(crate) const OPEN_FILES: u64 = 4_096;

/// From accept to the end of the TLS handshake, which takes milliseconds; then closed.
pub(crate) const HANDSHAKE_TIME: Duration = Duration::from_secs(5);
/// A stranger's whole visit: handshake, request, answer; then closed.
pub(crate) const STRANGER_TIME: Duration = Duration::from_secs(20);
/// From the beginning of a request's head to its end, and how long a connection may be idle; then
/// closed.
pub(crate) const HEAD_TIME: Duration = Duration::from_secs(10);
/// A request's whole body: 272 KiB in 10 s is what a bad wireless link still does. Then 408 `slow`.
pub(crate) const BODY_TIME: Duration = Duration::from_secs(10);
/// Bytes beyond a body's limit that are read and thrown away, so that the answer is seen.
pub(crate) const THROWN_AWAY_BYTES: usize = 512 * 1024;
/// How long that is done for a body that nobody wants.
pub(crate) const LINGER_TIME: Duration = Duration::from_secs(2);
/// An answer of which nothing could be sent for so long is given up: closed.
pub(crate) const STALL_TIME: Duration = Duration::from_secs(15);
/// Bytes of a request's head, of which ours need some 500; then 431 without a body.
pub(crate) const MAX_HEAD_BYTES: usize = 16 * 1024;
/// Headers of a request, of which ours have five; then 431 without a body.
pub(crate) const MAX_HEADERS: usize = 32;

/// Requests of one device: a node catching up asks some hundred times a second, never longer than a
/// moment. Then 429 `busy`.
pub(crate) const DEVICE_RATE: Rate = Rate { burst: 600, per_second: 300 };
/// Requests of strangers from one address: health checks and enrolments. Then 429 `busy`.
pub(crate) const STRANGER_RATE: Rate = Rate { burst: 100, per_second: 20 };
/// Wrong tokens from one address: a node that was taken out asks once in some seconds. They cannot be
/// guessed; this keeps the log short. Then 429 `busy`, and right tokens still pass.
pub(crate) const WRONG_TOKEN_RATE: Rate = Rate { burst: 30, per_second: 1 };
/// Bytes of bodies that one device sends: a day's work of a kiosk is some MB. Then 429 `busy`, and after
/// how many seconds to ask again. Hubs of the meeting, which relay whole logs, are not counted.
pub(crate) const DEVICE_BYTES_IN: Rate = Rate { burst: 16 << 20, per_second: 2 << 20 };
/// Bytes of answers to one device, counted once they are known, so that it may get into debt, up to as much
/// again: a snapshot of 100,000 events has 50 MB. Then as above.
pub(crate) const DEVICE_BYTES_OUT: Rate = Rate { burst: 64 << 20, per_second: 4 << 20 };
/// A whole snapshot, which a client waits for as long. Then the connection is closed, and another one gets
/// its place.
pub(crate) const SNAPSHOT_TIME: Duration = Duration::from_secs(120);
/// Addresses, and devices, whose requests are counted at one time; beyond, the longest silent are
/// forgotten.
pub(crate) const MAX_COUNTED: usize = 4_096;

/// One machine as strangers are counted: an IPv4 address, or the /64 network that every IPv6 machine
/// has for itself.
pub(crate) fn counted(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from(u128::from(v6) & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_in_one_ipv6_network_count_as_one() {
        let counted_text = |text: &str| counted(text.parse().unwrap()).to_string();
        assert_eq!(counted_text("fd00:1:2:3:4:5:6:7"), "fd00:1:2:3::");
        assert_eq!(counted_text("::ffff:10.0.0.7"), "10.0.0.7");
        assert_eq!(counted_text("10.0.0.7"), "10.0.0.7");
    }
}
