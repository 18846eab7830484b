//! How long a 576 × 800 badge takes from 8-bit grey to the bytes of each printer language. Throughput counts packed
//! pixels: 57,600 bytes a badge.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use print::brother::{self, BrotherOptions};
use print::escpos::{self, EscposOptions};
use print::tspl::{self, TsplOptions};
use print::zpl::{self, ZplOptions};
use print::{Bitmap, Grey};

const ROLL: &[u8] = include_bytes!("../../../tests/fixtures/golden/badge/roll-zh.png");

/// The golden badge for a roll, with white below up to 800 rows.
fn badge() -> Grey {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(ROLL));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut pixels).expect("a picture");
    pixels.truncate(info.buffer_size());
    pixels.resize(576 * 800, 255);
    Grey::new(576, 800, pixels).expect("576 × 800 is a picture")
}

fn length(pieces: impl Iterator<Item = Vec<u8>>) -> usize {
    pieces.map(|piece| piece.len()).sum()
}

fn badge_to_bytes(criterion: &mut Criterion) {
    let grey = badge();
    let bitmap = Bitmap::from_grey(&grey, 128);
    let mut group = criterion.benchmark_group("badge 576x800");
    group.throughput(Throughput::Bytes(bitmap.bytes().len() as u64));
    group.bench_function("threshold", |bench| bench.iter(|| Bitmap::from_grey(&grey, 128)));
    group.bench_function("escpos", |bench| {
        bench.iter(|| length(escpos::encode(&bitmap, &EscposOptions::default())));
    });
    group.bench_function("tspl", |bench| bench.iter(|| length(tspl::encode(&bitmap, &TsplOptions::default()))));
    group.bench_function("zpl", |bench| bench.iter(|| length(zpl::encode(&bitmap, &ZplOptions::default()))));
    group.bench_function("brother_ql", |bench| {
        bench.iter(|| length(brother::encode(&bitmap, &BrotherOptions::default())));
    });
    group.finish();
    for (language, bytes) in [
        ("escpos", length(escpos::encode(&bitmap, &EscposOptions::default()))),
        ("tspl", length(tspl::encode(&bitmap, &TsplOptions::default()))),
        ("zpl", length(zpl::encode(&bitmap, &ZplOptions::default()))),
        ("brother_ql", length(brother::encode(&bitmap, &BrotherOptions::default()))),
    ] {
        println!("{language}: {bytes} bytes a badge");
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = badge_to_bytes
}
criterion_main!(benches);
