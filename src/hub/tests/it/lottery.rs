//! The root of the lottery at a real hub: made with the commitment, sealed in its file, taken along by standby and
//! backup, and used for nothing but a reveal that the rules allow.

use std::fs;

use domain::draw::{Root, Secret};
use domain::event::{AudienceEntered, MeetingConfigured, RosterChanged, RoundLocked};
use domain::{Actor, DrawAsk, Event, RoundId};
use hub::{Authored, HubLog, backup, relay_token};
use serde_json::json;
use sync::MeetingId;
use sync::wire::{MAX_STEP_BYTES, PATH_DRAW, PATH_ROOTS, Role, StepReply, StepRequest};

use crate::cluster::Cluster;
use crate::linked::{Link, following, same_log, settle};
use crate::venue::{Device, Place, SECRETS, Venue, client, options, sent};

const DRAW: &str = "SPRING-2027";

fn write(venue: &Venue, events: Vec<Event>) {
    let authored = |event| Authored { actor: "staff:h1".into(), roster_rev: 0, event };
    venue.hub().author_blocking(events.into_iter().map(authored).collect()).expect("the hub writes");
}

/// Two parties that are present, so that they enter the quiz.
fn equip(venue: &Venue) {
    let config = serde_json::from_value(json!({
        "meeting": { "id": "it", "token_number": 1, "time_zone": "Asia/Shanghai", "languages": ["zh"] },
        "staff": [{ "id": "h1", "name": "Host", "roles": ["host"] }],
        "prizes": [{
            "id": "quiz", "tier": 5, "name": { "zh": "竞猜奖" }, "quantity": 1, "market_value_minor": 100, "pool": "checked_in",
        }],
    }));
    let mut change = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
    let mut arrivals = Vec::new();
    for number in 1..=2_u8 {
        let id = |kind: u8| domain::HouseholdId::from_bytes([kind + number; 16]).to_string();
        let (household, dealer, guest) = (id(10), id(50), id(100));
        let party = json!({ "id": household, "name": "Firm", "lead": dealer, "draw_id": format!("000{number}") });
        let firm =
            json!({ "id": dealer, "household": household, "firm": "Firm", "region": "east", "salesperson": "S07" });
        let person = json!({ "id": guest, "guest_no": number, "household": household, "dealer": dealer, "name": "Wang",
            "role": "owner", "decides": true });
        change.households.push(serde_json::from_value(party).expect("a party"));
        change.dealers.push(serde_json::from_value(firm).expect("a firm"));
        change.guests.push(serde_json::from_value(person).expect("a person"));
        let seen = json!({ "guest": guest, "household": household, "via": "scan", "assurance": "witnessed" });
        arrivals.push(seen);
    }
    let configured = MeetingConfigured { rev: 1, config: Box::new(config.expect("facts")) };
    write(venue, vec![configured.into(), change.into()]);
    let checked_in = |payload: serde_json::Value| {
        let text = payload.to_string();
        Event::from_payload("GuestCheckedIn", 1, text.as_bytes()).expect("a check-in")
    };
    write(venue, arrivals.into_iter().map(checked_in).collect());
}

fn stage(venue: &Venue) -> Device {
    let mut stage = Device::new(7);
    stage.role = Role::Stage;
    stage.enrol(venue);
    stage
}

fn ask(stage: &Device, venue: &Venue, ask: &DrawAsk, stored: u64) -> StepReply {
    let request = StepRequest {
        actor: Actor::Staff { id: "h1".into() }.to_string(),
        step: serde_json::to_string(ask).expect("JSON"),
        incarnation: venue.hub().status().incarnation,
        stored,
    };
    let (status, body) = stage.post(venue, PATH_DRAW, request.encode());
    StepReply::from_http(status, &body).expect("an answer")
}

#[track_caller]
fn refused(reply: StepReply, code: &str) {
    assert!(matches!(&reply, StepReply::Refused { code: said, .. } if said == code), "{reply:?}, not {code}");
}

fn done(reply: StepReply) -> u64 {
    match reply {
        StepReply::Done { cursor } => cursor,
        StepReply::Refused { code, message } => panic!("{code}: {message}"),
    }
}

fn commit() -> DrawAsk {
    DrawAsk::Commit { draw: DRAW.into(), rules: "1 ticket per party\n".into() }
}

fn freeze() -> DrawAsk {
    let (draw, round, prize) = (DRAW.into(), RoundId::new("r1"), "quiz".into());
    DrawAsk::Freeze { draw, round, prize, quantity: 1, without_those_behind: true }
}

fn reveal() -> DrawAsk {
    DrawAsk::Reveal { draw: DRAW.into(), round: RoundId::new("r1") }
}

/// Committed, frozen and locked; gives the stage and how many events there are.
fn locked(venue: &Venue) -> (Device, u64) {
    equip(venue);
    let stage = stage(venue);
    done(ask(&stage, venue, &commit(), 0));
    done(ask(&stage, venue, &freeze(), 0));
    refused(ask(&stage, venue, &reveal(), u64::MAX), "wrong_step");
    let (draw, round) = (DRAW.to_owned(), RoundId::new("r1"));
    let audience = AudienceEntered { draw: draw.clone(), round: round.clone(), audience: String::new() };
    write(venue, vec![audience.into(), RoundLocked { draw, round, audience: String::new() }.into()]);
    let cursor = venue.hub().status().cursor;
    (stage, cursor)
}

fn revealed(venue: &Venue) -> Vec<String> {
    let events = venue.hub().events_blocking().expect("the log");
    let read = events.iter().filter_map(|(_, event)| Event::from_payload(&event.kind, 1, &event.payload).ok());
    read.filter_map(|event| match event {
        Event::RoundRevealed(revealed) => Some(revealed.secret_hex),
        _ => None,
    })
    .collect()
}

#[test]
fn root_made_with_the_commitment_draws_the_round_and_shows_in_no_file() {
    let venue = Venue::start();
    let (stage, stored) = locked(&venue);
    refused(ask(&stage, &venue, &commit(), stored), "already_done");
    refused(ask(&stage, &venue, &reveal(), stored - 1), "on_one_machine");
    let other_life = StepRequest {
        actor: "staff:h1".into(),
        step: serde_json::to_string(&reveal()).expect("JSON"),
        incarnation: sync::Incarnation([9; 16]),
        stored,
    };
    let (status, body) = stage.post(&venue, PATH_DRAW, other_life.encode());
    refused(StepReply::from_http(status, &body).expect("an answer"), "on_one_machine");
    assert_eq!(revealed(&venue), [] as [String; 0]);
    let roots = venue.hub().roots_blocking().expect("one root");
    let root = roots.values().next().expect("one root").clone();
    done(ask(&stage, &venue, &reveal(), stored));
    assert_eq!(revealed(&venue), [root.secret_of(1).expect("a link").reveal_hex()]);
    for entry in fs::read_dir(venue.folder.path()).expect("the folder") {
        let path = entry.expect("a file").path();
        let bytes = fs::read(&path).unwrap_or_default();
        assert!(!bytes.windows(32).any(|window| window == root.secret().bytes()), "{}", path.display());
    }
}

#[test]
fn standby_and_backup_have_the_root_and_go_on_with_the_draw() {
    let mut leader = Venue::start();
    let early = stage(&leader);
    let standby = following(early.grant().meeting_id);
    let link = Link::standby(&leader, &standby);
    let (stage, stored) = locked(&leader);
    same_log(&leader, &standby);
    settle(&standby, "it has the root", |_| standby.hub().roots_blocking().is_ok_and(|roots| roots.len() == 1));
    let root = leader.hub().roots_blocking().expect("roots");
    assert_eq!(standby.hub().roots_blocking().expect("roots"), root);
    let copy = leader.folder.path().join("backup.db");
    backup(leader.folder.path(), &copy).expect("a backup");
    drop(link);
    leader.stop();

    standby.hub().promote_blocking().expect("it takes over");
    let now = standby.hub().status().cursor;
    done(ask(&stage, &standby, &reveal(), now));
    leader.restart_with(HubLog::restore(leader.folder.path(), &copy, options()).expect("it is whole"));
    done(ask(&stage, &leader, &reveal(), stored));
    assert_eq!(revealed(&leader), revealed(&standby), "whichever goes on, the same winners");
}

#[test]
fn roots_are_for_hubs_of_the_meeting_and_steps_for_stage_and_desks() {
    let venue = Venue::start();
    equip(&venue);
    let (stage, kiosk) = (stage(&venue), Device::enrolled(&venue, 1, 0));
    done(ask(&stage, &venue, &commit(), 0));
    let relay = relay_token(&SECRETS, venue.hub().meeting());
    let (status, body) = sent(client().get(venue.url(PATH_ROOTS)).bearer_auth(relay));
    assert!(status == 200 && String::from_utf8_lossy(&body).contains("secret_hex"));
    for path in [PATH_ROOTS, PATH_DRAW] {
        assert_eq!(sent(client().get(venue.url(path))).0, 404, "{path}");
    }
    assert_eq!(stage.get(&venue, PATH_ROOTS).0, 401);
    let operator = hub::operator_token(&SECRETS, venue.hub().meeting());
    assert_eq!(sent(client().get(venue.url(PATH_ROOTS)).bearer_auth(operator)).0, 401);
    let step = StepRequest {
        actor: "staff:h1".into(),
        step: serde_json::to_string(&freeze()).expect("JSON"),
        incarnation: kiosk.grant().incarnation,
        stored: 0,
    };
    assert_eq!(kiosk.post(&venue, PATH_DRAW, step.encode()).0, 409);
    for (actor, words) in
        [("root", "{}"), ("staff:h1", "{}"), ("staff:h1", "not JSON"), ("staff:h1", r#"{"step":"win"}"#)]
    {
        let step = StepRequest { actor: actor.into(), step: words.into(), ..step.clone() };
        assert_eq!(stage.post(&venue, PATH_DRAW, step.encode()).0, 400, "{actor} {words}");
    }
    assert_eq!(stage.post(&venue, PATH_DRAW, vec![b'x'; MAX_STEP_BYTES + 1]).0, 413);
    assert_eq!(stage.post(&venue, PATH_DRAW, b"\xff\xff".to_vec()).0, 400);
}

fn check_roots_kept(place: Place) {
    let mut venue = Venue::at(place);
    let roots = [5, 6].map(|seed| Root::new(Secret::new([seed; 32]), 64));
    for root in [&roots[0], &roots[1], &roots[0]] {
        venue.hub().keep_roots_blocking(vec![root.clone()]).expect("it is kept, a second time without effect");
    }
    venue.restart();
    let kept = venue.hub().roots_blocking().expect("roots");
    assert_eq!(kept, roots.into_iter().map(|root| (root.commitment(), root)).collect());
}

#[test]
fn roots_from_a_sealed_backup_are_kept_beside_each_other_across_a_restart() {
    check_roots_kept(Place::Folder);
    let Some(cluster) = Cluster::shared() else { return };
    check_roots_kept(Place::Database { url: cluster.database(), meeting: MeetingId([1; 16]) });
}
