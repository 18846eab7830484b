//! How many made-up photographs each decoder reads, and how long one takes: `cargo bench -p drivers --bench decode`
//! writes `benches/DECODERS.md`. With `DECODE_PICTURES=FOLDER` the photographs are kept there.

mod scene;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use drivers::CameraSpec;
use drivers::decode::{CASCADE, Effort, Luma, decode, run_stage};
use scene::{HEIGHT, KINDS, Scene, WIDTH};

/// So long a camera looks at an empty table before and while its work is measured.
const CALM: Duration = Duration::from_secs(5);
const IDLE: Duration = Duration::from_secs(20);

/// What a decoder made of all photographs.
struct Row {
    name: String,
    read: Vec<bool>,
    ms: Vec<f64>,
}

fn main() {
    let scenes: Vec<Scene> = scene::all().collect();
    let folder = std::env::var_os("DECODE_PICTURES").map(PathBuf::from);
    let whole = Effort::Whole(Duration::from_secs(2));
    let rows = [
        measure("rqrr 0.11", &scenes, by_rqrr),
        folder.as_deref().and_then(|folder| by_zbar(folder, &scenes)),
        measure("rxing 0.9, one stage", &scenes, |luma| run_stage(luma, &CASCADE[0]).map(|found| found.text)),
        measure("first four stages", &scenes, first_four),
        measure("a camera's picture (4 + 2 stages)", &scenes, |luma| by_effort(luma, Effort::Frame { turn: 0 })),
        measure("the whole cascade", &scenes, |luma| by_effort(luma, whole)),
    ];
    let rows: Vec<Row> = rows.into_iter().flatten().collect();
    let mut page = page(&scenes, &rows, &stages(&scenes));
    let _ = write!(
        page,
        "\nA camera before which nothing moves takes {:.1} % of a core ({WIDTH} × {HEIGHT}).\n",
        idle_percent()
    );
    print!("{page}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/DECODERS.md");
    std::fs::write(&file, page).expect("benches/ can be written");
}

/// A camera that plays one noisy picture of a table over and over, after its first seconds.
fn idle_percent() -> f64 {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let table = image::GrayImage::from_fn(WIDTH as u32, HEIGHT as u32, |x, y| {
        image::Luma([(120 + (x * 7 + y * 13) % 23 + (x / 80 + y / 60) % 2 * 40) as u8])
    });
    table.save(folder.path().join("table.png")).expect("written");
    let (events, received) = std::sync::mpsc::channel();
    let spec = CameraSpec::Virtual { folder: folder.path().to_owned() };
    let _camera = drivers::camera::start(spec, events).expect("a thread");
    std::thread::sleep(CALM);
    let begin = process_ms();
    std::thread::sleep(IDLE);
    let used = process_ms() - begin;
    drop(received);
    used / IDLE.as_secs_f64() / 10.0
}

/// Milliseconds that all threads of this process have computed.
fn process_ms() -> f64 {
    let threads = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let times = threads.filter_map(|thread| std::fs::read_to_string(thread.path().join("schedstat")).ok());
    times.filter_map(|text| text.split(' ').next()?.parse::<f64>().ok()).sum::<f64>() / 1e6
}

fn by_effort(luma: &Luma, effort: Effort) -> Option<String> {
    decode(luma, effort).map(|found| found.text)
}

fn first_four(luma: &Luma) -> Option<String> {
    CASCADE[..4].iter().find_map(|stage| run_stage(luma, stage)).map(|found| found.text)
}

fn by_rqrr(luma: &Luma) -> Option<String> {
    let read = || {
        let at = |x: usize, y: usize| luma.pixels()[y * WIDTH + x];
        let mut picture = rqrr::PreparedImage::prepare_from_greyscale(WIDTH, HEIGHT, at);
        picture.detect_grids().into_iter().find_map(|grid| Some(grid.decode().ok()?.1))
    };
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read)).ok().flatten()
}

fn measure(name: &str, scenes: &[Scene], decoder: impl Fn(&Luma) -> Option<String>) -> Option<Row> {
    let mut row = Row { name: name.to_owned(), read: Vec::new(), ms: Vec::new() };
    for scene in scenes {
        let luma = luma(scene);
        let begin = busy_ms();
        let text = decoder(&luma);
        row.ms.push(busy_ms() - begin);
        row.read.push(text.as_deref() == Some(&scene.text));
    }
    Some(row)
}

fn luma(scene: &Scene) -> Luma<'_> {
    Luma::new(WIDTH as u32, HEIGHT as u32, &scene.luma[..]).expect("as many pixels")
}

/// Milliseconds that this thread has computed: others that compute at the same time do not count.
fn busy_ms() -> f64 {
    let schedule = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = schedule.split(' ').next().and_then(|field| field.parse::<f64>().ok());
    nanoseconds.map_or(f64::NAN, |nanoseconds| nanoseconds / 1e6)
}

/// The photographs as files, and zbar's program for them: as they are and inverted. Its time is not taken.
fn by_zbar(folder: &Path, scenes: &[Scene]) -> Option<Row> {
    Command::new("zbarimg").arg("--version").output().ok()?;
    let mut row = Row { name: "zbarimg, as it is and inverted".to_owned(), read: Vec::new(), ms: Vec::new() };
    for (index, scene) in scenes.iter().enumerate() {
        let file = folder.join(format!("{index:03}-{:?}.png", scene.kind));
        image::save_buffer(&file, &scene.luma, WIDTH as u32, HEIGHT as u32, image::ExtendedColorType::L8)
            .expect("the folder can be written");
        let options = ["--quiet", "--raw", "-Sdisable", "-Sqrcode.enable", "-Stest-inverted"];
        let output = Command::new("zbarimg").args(options).arg(&file).output().ok()?;
        row.read.push(String::from_utf8_lossy(&output.stdout).lines().any(|line| line == scene.text));
    }
    Some(row)
}

/// Each stage alone, and how many photographs it adds to those before it.
fn stages(scenes: &[Scene]) -> Vec<(Row, usize)> {
    let mut so_far = vec![false; scenes.len()];
    CASCADE
        .iter()
        .filter_map(|stage| {
            let name = format!(
                "{:?}, halved {}{}",
                stage.treatment,
                stage.halvings,
                if stage.inverted { ", inverted" } else { "" }
            );
            let row = measure(&name, scenes, |luma| run_stage(luma, stage).map(|found| found.text))?;
            let added = row.read.iter().zip(&so_far).filter(|(now, before)| **now && !**before).count();
            so_far.iter_mut().zip(&row.read).for_each(|(known, now)| *known |= now);
            Some((row, added))
        })
        .collect()
}

fn page(scenes: &[Scene], rows: &[Row], stages: &[(Row, usize)]) -> String {
    let mut page = format!(
        "# Decoders\n\n{} made-up photographs of {WIDTH} × {HEIGHT} pixels, {} of each kind from easy to hopeless; half \
         of the codes have an invitation's 122 characters. Milliseconds are those of computing, which the kernel may count in steps of 4. Measured on {} by `cargo bench -p drivers --bench decode`.\n\n",
        scenes.len(),
        scene::OF_EACH,
        machine(),
    );
    let kinds: Vec<String> = KINDS.iter().map(|kind| format!("{kind:?}")).collect();
    let _ = writeln!(page, "| decoder | read | p50 ms | p95 ms | {} |", kinds.join(" | "));
    let _ = writeln!(page, "|---|---|---|---|{}", "---|".repeat(kinds.len()));
    for row in rows {
        let of_kind = |kind| scenes.iter().zip(&row.read).filter(|(scene, read)| scene.kind == kind && **read).count();
        let by_kind: Vec<String> = KINDS.iter().map(|kind| of_kind(*kind).to_string()).collect();
        let _ = writeln!(page, "| {} | {} | {} |", row.name, figures(row), by_kind.join(" | "));
    }
    page.push_str("\nEach stage alone, and how many it adds to those before it:\n\n");
    page.push_str("| stage | read | p50 ms | p95 ms | adds |\n|---|---|---|---|---|\n");
    for (row, added) in stages {
        let _ = writeln!(page, "| {} | {} | {added} |", row.name, figures(row));
    }
    page
}

fn figures(row: &Row) -> String {
    let mut ms = row.ms.clone();
    ms.sort_by(f64::total_cmp);
    let read = row.read.iter().filter(|read| **read).count();
    if ms.is_empty() {
        return format!("{read} | - | -");
    }
    format!("{read} | {:.1} | {:.1}", ms[ms.len() / 2], ms[ms.len() * 95 / 100])
}

fn machine() -> String {
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model =
        cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": ")).map_or("?", |(_, name)| name);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let date = Command::new("date").args(["-u", "+%Y-%m-%d"]).output();
    let date = date.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned()).unwrap_or_default();
    format!("{date}, {cores} cores of {model}")
}
