//! I12: whatever byte of a stored event flips in the hub's file, the next start says where. (The node's file: `store`'s
//! own test of damage.)

use std::path::Path;

use hub::{HubError, HubLog, HubOptions, HubSecrets};
use powercut::recorder::quick_folder;
use powercut::work::Device;
use sync::MeetingId;

const MEETING: MeetingId = MeetingId([9; 16]);

fn open(folder: &Path) -> Result<HubLog, HubError> {
    let secrets = HubSecrets { phone_key: [1; 32], pin_pepper: [2; 32], signing_seed: [0xa3; 32] };
    HubLog::open(folder, HubOptions { meeting: Some(MEETING), ..HubOptions::new(secrets) })
}

/// A closed log with the hub's own events and three of a device.
fn filled(folder: &Path) -> sync::wire::PushReply {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_all().build().expect("the hub and its folder are good");
    let hub = hub::Hub::start(open(folder).expect("the hub and its folder are good"));
    let mut device = Device::new(1, MEETING);
    let reply = runtime.block_on(async {
        hub.enrol(device.enrol_request()).await.expect("the hub and its folder are good");
        let events = (0..3).map(|_| device.chain.write()).collect();
        hub.push(device.push_request(events)).await.expect("the hub and its folder are good")
    });
    drop(hub.stop());
    reply
}

#[test]
fn flipped_byte_of_an_event_in_the_hubs_file_is_found_at_its_cursor() {
    let folder = quick_folder();
    let data = folder.path().join("hub");
    let last = filled(&data).cursor;
    let log = open(&data).expect("the hub and its folder are good");
    let events = log.events().expect("the hub and its folder are good");
    drop(log);
    let file = data.join("hub.db");
    let whole = std::fs::read(&file).expect("the hub and its folder are good");
    // Every byte of one of the device's, and some of one of the hub's own.
    for ((cursor, event), step) in [(&events[last as usize - 2], 1), (&events[0], 9)] {
        let bytes = event.bytes();
        let begin =
            whole.windows(bytes.len()).position(|window| window == bytes).expect("the hub and its folder are good");
        for place in (begin..begin + bytes.len()).step_by(step) {
            let mut damaged = whole.clone();
            damaged[place] ^= 1 << (place % 8);
            std::fs::write(&file, &damaged).expect("the hub and its folder are good");
            let found = open(&data).err();
            let is_there = matches!(&found, Some(HubError::Corrupt { cursor: Some(at), .. }) if at == cursor);
            assert!(is_there, "byte {} of cursor {cursor}: {found:?}", place - begin);
        }
    }
}
