//! How long a 576 × 800 badge takes from 8-bit grey to ESC/POS bytes.

use criterion::{Criterion, criterion_group, criterion_main};
use print::escpos::{EscposOptions, encode};
use print::{Bitmap, Grey};

fn badge() -> Grey {
    let (width, height) = (576u32, 800u32);
    let pixels = (0..width * height).map(|i| if (i / 7 + i / width / 5) % 3 == 0 { 20 } else { 240 }).collect();
    Grey::new(width, height, pixels).expect("576 × 800 is a picture")
}

fn badge_to_bytes(criterion: &mut Criterion) {
    let grey = badge();
    criterion.bench_function("threshold 576x800", |bench| bench.iter(|| Bitmap::from_grey(&grey, 128)));
    let bitmap = Bitmap::from_grey(&grey, 128);
    criterion.bench_function("encode 576x800", |bench| {
        bench.iter(|| encode(&bitmap, &EscposOptions::default()).map(|piece| piece.len()).sum::<usize>());
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = badge_to_bytes
}
criterion_main!(benches);
