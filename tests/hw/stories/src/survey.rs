//! What a technician sees of everything that is attached: `usher doctor devices` prints this survey.

use std::path::Path;

use drivers::survey::{Kind, survey};
use usbemu::{Camera, HidPos, Printer, Recorder, SerialPort, Wedge};

use crate::bench::{settle, wait_for_printer, wait_until};
use crate::harness::Story;
use crate::permissions::as_user;
use crate::scanners::{SERIAL, WEDGE};

pub const STORIES: &[Story] =
    &[("survey_names_every_device_and_who_may_open_it", survey_names_every_device_and_who_may_open_it)];

const CAMERA: &str = "/dev/v4l/by-id/usb-LAB_LAB_UVC_Camera_C0001-video-index0";

/// One of each kind; they are unplugged together.
struct Everything {
    _printer: Printer,
    _hid_scanner: HidPos,
    _serial: SerialPort,
    _wedge: Wedge,
    _camera: Camera,
}

fn plug_everything() -> Everything {
    let taken = "the kernel takes it";
    let everything = Everything {
        _printer: Printer::plug(0x04B8, 0x0E28, "J8XF-0001", Recorder::default()).expect(taken),
        _hid_scanner: HidPos::plug(0x0c2e, 0x0b61).expect(taken),
        _serial: SerialPort::plug(0x1eab, 0x1a06, "SC1").expect(taken),
        _wedge: Wedge::plug(0x05e0, 0x1200).expect(taken),
        _camera: Camera::plug((0x1d6c, 0x0103), 320, 240, vec![128; 320 * 240 * 2], Vec::new()).expect(taken),
    };
    wait_for_printer("J8XF-0001");
    wait_until("the lasting names", || [SERIAL, WEDGE, CAMERA].iter().all(|path| Path::new(path).exists()));
    settle();
    everything
}

fn survey_names_every_device_and_who_may_open_it() {
    let _everything = plug_everything();
    let (serial, wedge) = (format!("--scanner serial:{SERIAL}"), format!("--scanner evdev:{WEDGE}"));
    let camera = format!("--camera {CAMERA}");
    let expected = [
        (Kind::Printer, "--printer usb:J8XF-0001", "GROUP=\"lp\""),
        (Kind::HidScanner, "--scanner hidpos:S0001", "GROUP=\"input\""),
        (Kind::SerialLine, &serial, "usermod -aG dialout"),
        (Kind::Keyboard, &wedge, "usermod -aG input"),
        (Kind::Camera, &camera, "usermod -aG video"),
    ];
    let devices = survey().expect("the bus is there").devices;
    let told_to_user = as_user(None, &[SURVEY]);
    assert_eq!((devices.len(), told_to_user.len()), (expected.len(), expected.len()), "{devices:?} {told_to_user:?}");
    for ((device, told), (kind, option, remedy)) in devices.iter().zip(&told_to_user).zip(expected) {
        assert_eq!((device.kind, device.option.as_str()), (kind, option));
        assert_eq!(device.denied, None, "root may open everything");
        assert!(told.starts_with(&kind.to_string()) && told.contains(remedy), "{told:?} lacks {remedy:?}");
    }
    assert!(devices[0].title.contains("model epson-tm-t20iii"), "{:?}", devices[0]);
}

/// Asks the user's half for a survey.
pub const SURVEY: &str = "survey";

/// The user's half: a line for each device.
pub fn tell() {
    for device in survey().expect("the bus is there").devices {
        let may_open = device.denied.map_or_else(|| "open".to_owned(), |denied| denied.remedy);
        println!("{}: {may_open}", device.kind);
    }
}
