//! What the seating takes: a chain of the search, and a seat at the door of a full hall.
//! `cargo bench -p domain --bench seating`.
#![expect(clippy::disallowed_methods, reason = "rooms are files")]

use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use domain::seating::{Instance, NOWHERE, Plan, Room, Search, chain, explain, seat_one, solve};

fn instance(name: &str) -> Instance {
    let path = format!("{}/../../tests/fixtures/seating/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).expect("the room is in the fixtures");
    Instance::parse(&text).expect("the room of the fixtures is right")
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
criterion_main!(benches);
