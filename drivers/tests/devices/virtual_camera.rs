//! A camera that plays pictures: the whole way from a file to a code.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use drivers::spec::CameraSpec;
use drivers::{CameraEvent, CameraThread, camera};
use print::Fault;
use qrcode::{Color, QrCode};

fn look_at(folder: &Path) -> (CameraThread, Receiver<CameraEvent>) {
    let (events, received) = channel();
    let spec = CameraSpec::parse(&format!("virtual:{}", folder.display())).expect("a folder");
    (camera::start(spec, events).expect("a thread"), received)
}

/// Shows a picture of 640 × 480 with this code in it, or with none. Renamed when it is whole, as the camera asks.
fn show(folder: &Path, name: &str, text: Option<&str>) {
    let mut picture = image::GrayImage::from_pixel(640, 480, image::Luma([200]));
    if let Some(text) = text {
        let code = QrCode::new(text).expect("a short text");
        for (index, color) in code.to_colors().into_iter().enumerate() {
            let (x, y) = ((index % code.width()) as u32 * 5 + 200, (index / code.width()) as u32 * 5 + 100);
            let shade = if color == Color::Dark { 30 } else { 230 };
            (0..25).for_each(|i| picture.put_pixel(x + i % 5, y + i / 5, image::Luma([shade])));
        }
    }
    let unfinished = folder.join(format!("{name}.part"));
    picture.save_with_format(&unfinished, image::ImageFormat::Png).expect("written");
    std::fs::rename(unfinished, folder.join(format!("{name}.png"))).expect("renamed");
}

/// The next event that is no view.
#[track_caller]
fn expect(received: &Receiver<CameraEvent>, expected: &CameraEvent) {
    loop {
        match received.recv_timeout(Duration::from_secs(20)).expect("an event within 20 s") {
            CameraEvent::View(_) => {}
            event => return assert_eq!(&event, expected),
        }
    }
}

fn code(text: &str) -> CameraEvent {
    CameraEvent::Code(text.to_owned())
}

#[test]
fn codes_are_told_once_in_the_order_of_their_pictures() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    show(folder.path(), "1", None);
    show(folder.path(), "2", Some("FIRST"));
    show(folder.path(), "3", Some("FIRST"));
    show(folder.path(), "4", Some("]Q1SECOND"));
    std::fs::write(folder.path().join("5.png"), b"no picture").expect("written");
    let (_thread, received) = look_at(folder.path());
    expect(&received, &CameraEvent::Ready);
    expect(&received, &code("FIRST"));
    expect(&received, &code("SECOND"));
    // Added while it runs.
    show(folder.path(), "6", Some("胸卡"));
    expect(&received, &CameraEvent::Spoiled);
    show(folder.path(), "7", Some("THIRD"));
    expect(&received, &code("THIRD"));
}

#[test]
fn code_that_is_read_is_outlined_in_the_view() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    show(folder.path(), "1", Some("FIRST"));
    let (_thread, received) = look_at(folder.path());
    expect(&received, &CameraEvent::Ready);
    expect(&received, &code("FIRST"));
    let Ok(CameraEvent::View(view)) = received.recv_timeout(Duration::from_secs(20)) else {
        panic!("a view comes with the code");
    };
    assert_eq!((view.width, view.height, view.luma.len()), (640, 480, 640 * 480));
    let (x, y) = view.outline.expect("an outline")[0];
    assert!((x - 200.0).abs() < 8.0 && (y - 100.0).abs() < 8.0, "{x} {y}");
}

#[test]
fn missing_folder_is_awaited_and_a_lost_one_told() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path().join("guests");
    let (_thread, received) = look_at(&folder);
    let disconnected = |received: &Receiver<CameraEvent>| match received.recv_timeout(Duration::from_secs(20)) {
        Ok(CameraEvent::Fault(trouble)) => assert_eq!(trouble.fault, Fault::Disconnected, "{trouble}"),
        other => panic!("expected a fault, got {other:?}"),
    };
    disconnected(&received);
    std::fs::create_dir(&folder).expect("a folder");
    expect(&received, &CameraEvent::Ready);
    std::fs::remove_dir(&folder).expect("it is empty");
    disconnected(&received);
}
