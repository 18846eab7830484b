//! What the seating takes: a whole plan, a chain of the search, a seat at the door of a full hall, and a walk-in's whole way
//! through `Meeting::decide`. `cargo bench -p domain --bench seating`; figures of CPU seconds and of the hundredth part
//! (p99) come first as plain lines.
#![expect(clippy::disallowed_methods, reason = "rooms are files")]

mod meeting;

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, Throughput, criterion_group};
use domain::event::{Party, ReleaseReason, SeatReason, SeatReleased};
use domain::seating::{Arrivals, Door, Instance, NOWHERE, Plan, Room, Search, chain, explain, seat_one, solve};
use domain::{Actor, Command};

fn text(name: &str) -> String {
    let path = format!("{}/../../tests/fixtures/seating/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).expect("the room is in the fixtures")
}

fn instance(name: &str) -> Instance {
    Instance::parse(&text(name)).expect("the room of the fixtures is right")
}

/// CPU seconds of this process so far; 0 where the system does not tell. proc(5): utime and stime are fields 14 and 15.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
    let ticks: Vec<u64> = after_name.map(|field| field.parse().unwrap_or(0)).collect();
    ticks.iter().skip(11).take(2).sum::<u64>() as f64 / 100.0
}

/// The usual search of each room, four chains one after the other.
fn whole_plans() {
    for name in ["om100-s1", "om300-s1", "om300t-s1", "om600-s1", "om600t-s1", "om5000-s1"] {
        let instance = instance(name);
        let begin = cpu_seconds();
        let found = solve(&instance.room, &Search::usual(&instance.room));
        println!("plan {name}: cost {} in {:.2} CPU s", found.cost, cpu_seconds() - begin);
    }
}

/// Every arrival of the live files, and as many commands of the meeting itself: walk-ins, displacing somebody or not.
fn seats_at_the_door() {
    for name in ["om600-s1", "om600t-s1", "om5000-s1"] {
        let instance = instance(name);
        let plan = solve(&instance.room, &Search { iterations: 100_000, seed: 1 }).plan;
        let arrivals = Arrivals::parse(&text(&format!("{name}.live"))).expect("arrivals");
        let mut door = Door::new(instance.clone(), plan.clone());
        let admit = |number| _ = black_box(door.admit(&arrivals, number).expect("the fixtures are right"));
        told(&format!("seat_one {name}"), timed(arrivals.len(), admit));
        told(&format!("Meeting::decide {name}"), decisions(&instance, &plan));
    }
}

/// One household after the other loses its seat and is seated again as a walk-in, by staff who reach the hub.
fn decisions(instance: &Instance, plan: &[u16]) -> Vec<Duration> {
    let mut meeting = meeting::meeting_of(instance, plan);
    let many = plan.len().min(300);
    let mut took = Vec::with_capacity(many);
    for number in 0..many {
        let party = Party::Household(meeting::household(number));
        let at = meeting.table_spot(party).map(|spot| spot.id);
        if let Some(table) = at {
            let released = SeatReleased { party, table, reason: ReleaseReason::Staff }.into();
            meeting::apply(&mut meeting, 100 + 4 * number, Actor::System, &released);
        }
        let command = Command::SeatParty { party, table: None, reason: SeatReason::WalkIn };
        let mut ctx = meeting::reception(100 + 4 * number);
        let begin = Instant::now();
        let events = meeting.decide(black_box(&command), &mut ctx).expect("reception may");
        took.push(begin.elapsed());
        for (place, event) in events.iter().enumerate() {
            meeting::apply(&mut meeting, 101 + 4 * number + place, Actor::Staff { id: "r1".into() }, event);
        }
    }
    took
}

fn timed(many: usize, mut act: impl FnMut(usize)) -> Vec<Duration> {
    let one = |number| {
        let begin = Instant::now();
        act(number);
        begin.elapsed()
    };
    (0..many).map(one).collect()
}

fn told(what: &str, mut took: Vec<Duration>) {
    took.sort_unstable();
    let at = |hundredths: usize| took[(took.len() * hundredths / 100).min(took.len() - 1)].as_secs_f64() * 1_000.0;
    println!("{what}: {} times, p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms", took.len(), at(50), at(99), at(100));
}

fn chains(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("chain of 100,000 moves");
    group.sample_size(10).throughput(Throughput::Elements(100_000));
    for name in ["om300-s1", "om600-s1", "om5000-s1"] {
        let instance = instance(name);
        let search = Search { iterations: 100_000, seed: 1 };
        group.bench_function(name, |bencher| bencher.iter(|| chain(black_box(&instance.room), &search, 0)));
    }
    group.finish();
}

/// The last household of a full hall: nobody may be moved, or anybody.
fn door(criterion: &mut Criterion) {
    for name in ["om600t-s1", "om5000-s1"] {
        let instance = instance(name);
        let (room, plan) = full(&instance);
        let who = (0..plan.len()).find(|one| plan[*one] == NOWHERE).unwrap_or(0) as u16;
        let mut group = criterion.benchmark_group(format!("seat_one {name}"));
        group.sample_size(20);
        group.bench_function("direct or none", |bencher| {
            bencher.iter(|| seat_one(black_box(&room), &plan, who, None, |_| true));
        });
        group.bench_function("displacing", |bencher| {
            bencher.iter(|| seat_one(black_box(&room), &plan, who, None, |_| false));
        });
        group.bench_function("with the room laid out anew", |bencher| {
            let laid_out = || Room::new(&instance.question).expect("within the bounds");
            bencher.iter_batched(
                || (),
                |()| seat_one(&laid_out(), &plan, who, None, |_| false),
                BatchSize::PerIteration,
            );
        });
        group.bench_function("explain", |bencher| bencher.iter(|| explain(black_box(&room), &plan, 0)));
        group.finish();
    }
}

/// Every table as full as it gets: a household of the largest size finds none without somebody making room.
fn full(instance: &Instance) -> (Room, Plan) {
    let mut question = instance.question.clone();
    let mut plan = solve(&instance.room, &Search { iterations: 20_000, seed: 1 }).plan;
    let mut heads = vec![0_u16; question.tables.len()];
    plan.iter().zip(&question.households).for_each(|(table, one)| heads[usize::from(*table)] += one.heads);
    for (table, heads) in question.tables.iter_mut().zip(heads) {
        table.places = heads.max(2) + u16::from(heads < 3);
    }
    let largest = (0..plan.len()).max_by_key(|one| question.households[*one].heads).unwrap_or(0);
    plan[largest] = NOWHERE;
    question.households[largest].heads += 1;
    (Room::new(&question).expect("within the bounds"), plan)
}

criterion_group!(benches, chains, door);

fn main() {
    // `cargo test` runs benches only to see that they do.
    if std::env::args().any(|argument| argument == "--bench") {
        whole_plans();
        seats_at_the_door();
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
