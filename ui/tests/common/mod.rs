//! What the tests of screens share: a window without a display, its elements and its picture. No test lives here.
#![allow(dead_code)]

pub mod cashier;
pub mod counter;
pub mod desk;
pub mod elements;
pub mod group;
pub mod guests;
pub mod hall;
pub mod party;
pub mod pictures;
pub mod scenes;
pub mod slip;
pub mod walk_in;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::{ComponentHandle, PhysicalSize};
use std::cell::Cell;
use ui::{KioskWindow, Lang, Language};

thread_local!(static READY: Cell<bool> = const { Cell::new(false) });

/// Gives this thread a backend that draws into memory; time stands still unless told.
pub fn without_display() {
    if !READY.replace(true) {
        let options =
            TestingBackendOptions { mock_time: true, threading: false, renderer_name: Some("software".into()) };
        slint::platform::set_platform(Box::new(TestingBackend::new(options)))
            .expect("the first platform of this thread");
    }
}

/// A kiosk of the given size that speaks `lang`.
pub fn kiosk(lang: Lang, width: u32, height: u32) -> KioskWindow {
    without_display();
    let window = KioskWindow::new().expect("a window in memory");
    ui::speak(lang);
    window.global::<Language>().set_current(lang);
    window.window().set_size(PhysicalSize::new(width, height));
    window.show().expect("a window in memory");
    window
}
