//! What the tests of the stage's windows share. No test lives here.
#![allow(dead_code)]

#[path = "../../../tests/common/elements.rs"]
pub mod elements;
pub mod hall;
pub mod operator;
#[path = "../../../tests/common/pictures.rs"]
pub mod pictures;
pub mod words;

use i_slint_backend_testing::{TestingBackend, TestingBackendOptions};
use slint::{ComponentHandle, ModelRc, PhysicalSize, SharedString, VecModel};
use stage_ui::{AudienceWindow, Lang, Language, OperatorWindow};
use std::cell::Cell;

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

/// The hall's window.
pub fn audience(lang: Lang, width: u32, height: u32) -> AudienceWindow {
    without_display();
    let window = AudienceWindow::new().expect("a window in memory");
    stage_ui::speak(lang);
    window.global::<Language>().set_current(lang);
    window.window().set_size(PhysicalSize::new(width, height));
    window.show().expect("a window in memory");
    window
}

/// The operator's window.
pub fn operator(lang: Lang, width: u32, height: u32) -> OperatorWindow {
    without_display();
    let window = OperatorWindow::new().expect("a window in memory");
    stage_ui::speak(lang);
    window.global::<Language>().set_current(lang);
    window.window().set_size(PhysicalSize::new(width, height));
    window.show().expect("a window in memory");
    window
}

pub fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

pub fn texts(values: &[&str]) -> ModelRc<SharedString> {
    model(values.iter().map(|text| SharedString::from(*text)).collect())
}
