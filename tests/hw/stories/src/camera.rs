//! A camera of the class UVC: from its bulk endpoint through the kernel's driver to the code on a phone.

use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use drivers::camera::{CameraEvent, CameraThread, list_cameras, start};
use drivers::spec::CameraSpec;
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma};
use print::Fault;
use qrcode::{Color, QrCode};
use usbemu::Camera;

use crate::bench::wait_until;
use crate::harness::{Story, note};

pub const STORIES: &[Story] = &[
    ("camera_of_two_nodes_is_listed_once", camera_of_two_nodes_is_listed_once),
    ("code_held_before_the_camera_is_read_once", code_held_before_the_camera_is_read_once),
    ("next_guests_code_is_read_and_an_empty_view_tells_none", next_guests_code_is_read_and_an_empty_view_tells_none),
    ("camera_unplugged_is_told_and_reads_again_when_it_is_back", camera_unplugged_is_told_and_reads_again),
    ("frozen_camera_is_told_as_stalled", frozen_camera_is_told_as_stalled),
];

const WIDTH: u16 = 320;
const HEIGHT: u16 = 240;
const CODE: &str = "DLR-2026:0042";
const PATIENCE: Duration = Duration::from_secs(30);

fn plug(view: &GrayImage) -> Camera {
    let camera = Camera::plug((0x1d6c, 0x0103), WIDTH, HEIGHT, yuy2(view), jpeg(view)).expect("the kernel takes it");
    wait_until("the camera in the list", || list_cameras().iter().any(|node| node.trouble.is_none()));
    camera
}

fn phone_with(code: &str) -> GrayImage {
    let code = QrCode::new(code).expect("a short code");
    let side = code.width() as u32;
    let dot = u32::from(HEIGHT) / (side + 12);
    let (left, top) = ((u32::from(WIDTH) - side * dot) / 2, (u32::from(HEIGHT) - side * dot) / 2);
    GrayImage::from_fn(WIDTH.into(), HEIGHT.into(), |x, y| {
        let inside = |at: u32, start: u32| at.checked_sub(start).map(|at| at / dot).filter(|at| *at < side);
        let is_dark = match (inside(x, left), inside(y, top)) {
            (Some(column), Some(row)) => code[(column as usize, row as usize)] == Color::Dark,
            _ => false,
        };
        Luma([if is_dark { 30 } else { 220 }])
    })
}

fn empty_hall() -> GrayImage {
    GrayImage::from_fn(WIDTH.into(), HEIGHT.into(), |x, y| Luma([(x / 8 + y / 6) as u8]))
}

fn yuy2(picture: &GrayImage) -> Vec<u8> {
    picture.pixels().flat_map(|pixel| [pixel.0[0], 128]).collect()
}

fn jpeg(picture: &GrayImage) -> Vec<u8> {
    // Cameras send colours, even of a grey world.
    let colours = image::DynamicImage::from(picture.clone()).to_rgb8();
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 85).encode_image(&colours).expect("it fits into memory");
    bytes
}

struct Eyes {
    events: Receiver<CameraEvent>,
    _thread: CameraThread,
}

impl Eyes {
    fn open() -> Eyes {
        let (sender, events) = mpsc::channel();
        Eyes { events, _thread: start(CameraSpec::Auto, sender).expect("a thread") }
    }

    /// The next event that is no picture for the screen, and that one's outline if it had one.
    fn next(&self, within: Duration) -> Option<CameraEvent> {
        let deadline = Instant::now() + within;
        loop {
            match self.events.recv_timeout(deadline.saturating_duration_since(Instant::now())).ok()? {
                CameraEvent::View(view) => {
                    assert_eq!(view.luma.len(), (view.width * view.height) as usize);
                }
                event => return Some(event),
            }
        }
    }

    #[track_caller]
    fn expect(&self, expected: &CameraEvent) {
        let event = self.next(PATIENCE);
        assert_eq!(event.as_ref(), Some(expected));
    }

    /// Passes over faults of the time when it was missing.
    #[track_caller]
    fn wait_until_ready(&self) {
        while self.next(PATIENCE).expect("the camera tells something") != CameraEvent::Ready {}
    }

    #[track_caller]
    fn expect_fault(&self, expected: Fault) {
        match self.next(PATIENCE) {
            Some(CameraEvent::Fault(trouble)) => assert_eq!(trouble.fault, expected, "{trouble}"),
            other => panic!("expected {expected:?}, got {other:?}"),
        }
    }
}

fn code_event(code: &str) -> CameraEvent {
    CameraEvent::Code(code.to_owned())
}

fn camera_of_two_nodes_is_listed_once() {
    let _camera = plug(&empty_hall());
    let nodes = std::fs::read_dir("/sys/class/video4linux").expect("the kernel's list").count();
    assert_eq!(nodes, 2, "pictures and metadata");
    let listed = list_cameras();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert!(listed[0].title.contains("LAB UVC Camera"), "{listed:?}");
}

fn code_held_before_the_camera_is_read_once() {
    let _camera = plug(&phone_with(CODE));
    let begun = Instant::now();
    let eyes = Eyes::open();
    eyes.wait_until_ready();
    eyes.expect(&code_event(CODE));
    note(format!("{} ms after opening", begun.elapsed().as_millis()));
    assert_eq!(eyes.next(Duration::from_secs(2)), None, "it is still the same code");
}

fn next_guests_code_is_read_and_an_empty_view_tells_none() {
    let camera = plug(&empty_hall());
    let eyes = Eyes::open();
    eyes.wait_until_ready();
    assert_eq!(eyes.next(Duration::from_secs(1)), None, "nobody is there");
    for guest in ["DLR-2026:0043", "DLR-2026:0044"] {
        let phone = phone_with(guest);
        camera.show(yuy2(&phone), jpeg(&phone));
        eyes.expect(&code_event(guest));
    }
}

fn camera_unplugged_is_told_and_reads_again() {
    let camera = plug(&phone_with(CODE));
    let eyes = Eyes::open();
    eyes.wait_until_ready();
    eyes.expect(&code_event(CODE));
    drop(camera);
    eyes.expect_fault(Fault::Disconnected);
    let _camera = plug(&phone_with("DLR-2026:0043"));
    eyes.wait_until_ready();
    eyes.expect(&code_event("DLR-2026:0043"));
}

fn frozen_camera_is_told_as_stalled() {
    let camera = plug(&empty_hall());
    let eyes = Eyes::open();
    eyes.wait_until_ready();
    camera.freeze(true);
    eyes.expect_fault(Fault::Stalled);
    camera.freeze(false);
    eyes.wait_until_ready();
}
