//! The fuzzer's committed corpus of the wire and of what people type, on the stable toolchain: whatever was found once
//! stays found.

use std::path::Path;

#[path = "../../../../fuzz/messages.rs"]
mod messages;

type Target = (&'static str, fn(&[u8]));

#[test]
fn corpus_of_every_message_is_read_without_a_panic() {
    let all: [Target; 5] = [
        ("envelope", messages::envelope),
        ("message", messages::message),
        ("payload", messages::payload),
        ("text", messages::text),
        ("draw", messages::draw),
    ];
    for (name, target) in all {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus")).join(name);
        let files: Vec<_> = std::fs::read_dir(&folder).expect("the corpus is committed").collect();
        assert!(files.len() >= 3, "{name} has too few");
        for file in files {
            let seed = std::fs::read(file.expect("readable").path()).expect("readable");
            target(&seed);
            // Cut anywhere it is refused, and nothing else.
            (0..seed.len()).for_each(|len| target(&seed[..len]));
        }
    }
}

/// A corpus of what is refused at once would lead the fuzzer nowhere.
#[test]
fn messages_of_the_corpus_are_read() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/message"));
    let seed = |name: &str| std::fs::read(folder.join(name)).expect("the corpus is committed")[1..].to_vec();
    sync::PushRequest::decode(&seed("push")).expect("a push");
    sync::PushReply::decode(&seed("push-reply")).expect("a reply to a push");
    sync::PullReply::decode(&seed("pull")).expect("a pull");
    sync::Snapshot::decode(&seed("snapshot")).expect("a snapshot");
    sync::wire::Enrolment::decode(&seed("enrolment")).expect("an enrolment");
    sync::Grant::decode(&seed("grant")).expect("a grant");
    sync::wire::Offer::decode(&seed("offer")).expect("an offer");
    sync::wire::OfferReply::decode(&seed("offer-reply")).expect("a reply to an offer");
    sync::Status::decode(&seed("status")).expect("a status");
}
