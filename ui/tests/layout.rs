//! Nothing overlaps, leaves the window, is too small for a finger or is cut, at every size, in every state and language.

mod common;

use common::elements::{self, Found};
use common::{desk, kiosk, scenes};
use std::time::Duration;
use ui::Lang;

/// What may end in an ellipsis: (scene, beginning of the text). Everything else must fit.
const MAY_BE_ELIDED: [(&str, &str); 4] = [
    // A firm beside a name on a coach's list, a title beside "Owner".
    ("group-list", ""),
    ("group-list-few", ""),
    ("household-12", "Owner"),
    ("household-17", "Owner"),
];

fn faults_of(scene: &scenes::Scene, found: &[Found], width: f32, height: f32, scale: f32) -> Vec<String> {
    let mut faults = Vec::new();
    let targets: Vec<&Found> = found.iter().filter(|found| found.is_target()).collect();
    let texts: Vec<&Found> = found.iter().filter(|found| found.is_text()).collect();
    for thing in targets.iter().chain(&texts) {
        if !thing.inside(width, height) {
            faults.push(format!("leaves the window: {thing:?}"));
        }
    }
    for target in &targets {
        if target.width < 80.0 * scale - 1.0 || target.height < 80.0 * scale - 1.0 {
            faults.push(format!("too small for a finger: {target:?}"));
        }
    }
    for text in &texts {
        if text.height < 28.0 * 1.2 * scale {
            faults.push(format!("too small to read: {text:?}"));
        }
        let allowed = MAY_BE_ELIDED.iter().any(|(name, start)| *name == scene.name && text.label.starts_with(start));
        if text.elided && !allowed {
            faults.push(format!("cut: {text:?}"));
        }
    }
    // The overlay of the idle warning lies over everything on purpose.
    if !scene.name.starts_with("idle") {
        faults.extend(overlaps(&targets, &texts));
    }
    faults
}

fn overlaps(targets: &[&Found], texts: &[&Found]) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, target) in targets.iter().enumerate() {
        for other in &targets[index + 1..] {
            if target.meets(other) {
                faults.push(format!("two touch targets overlap: {target:?} and {other:?}"));
            }
        }
    }
    for (index, text) in texts.iter().enumerate() {
        for other in &texts[index + 1..] {
            if text.ink().meets(&other.ink()) {
                faults.push(format!("two texts overlap: {text:?} and {other:?}"));
            }
        }
    }
    faults
}

fn check(lang: Lang, width: u32, height: u32) {
    let (w, h) = (width as f32, height as f32);
    let scale = if width > height { (w / 1920.0).min(h / 1080.0) } else { (w / 1080.0).min(h / 1920.0) };
    let mut faults = Vec::new();
    for scene in scenes::all() {
        let window = kiosk(lang, width, height);
        scene.show(&window, lang);
        i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1));
        let found = elements::on(&window);
        assert!(found.iter().any(Found::is_text), "{}: nothing to read", scene.name);
        faults.extend(
            faults_of(&scene, &found, w, h, scale)
                .into_iter()
                .map(|fault| format!("{} in {} at {width}×{height}: {fault}", scene.name, lang.code())),
        );
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

fn check_all(width: u32, height: u32) {
    for lang in Lang::ALL {
        check(lang, width, height);
    }
}

#[test]
fn portrait_full_size_fits() {
    check_all(1080, 1920);
}

#[test]
fn landscape_full_size_fits() {
    check_all(1920, 1080);
}

#[test]
fn small_landscape_screens_fit() {
    check_all(1280, 800);
    check_all(1024, 768);
}

#[test]
fn small_portrait_screen_fits() {
    check_all(800, 1280);
}

/// What the desk may elide: a long firm in a list's line stands whole on the page beside it.
fn is_list_line(found: &Found, width: f32) -> bool {
    found.x < width * 0.42 || found.x > width * 0.75
}

/// On the smallest screen the longest warning takes the room of who works here and where, and a button cannot hold the longest
/// firm.
fn gives_way(scene: &str, width: u32) -> bool {
    width == 1024 && ["desk-storage-failed", "slip-new"].contains(&scene)
}

fn check_desk(width: u32, height: u32) {
    let (w, h) = (width as f32, height as f32);
    let scale = (w / 1920.0).min(h / 1080.0).max(0.6);
    let mut faults = Vec::new();
    for lang in Lang::ALL {
        for scene in desk::all() {
            let window = desk::desk(lang, width, height);
            scene.show(&window, lang);
            i_slint_backend_testing::mock_elapsed_time(Duration::from_millis(1));
            let found = elements::on(&window);
            // What a list has scrolled out of sight is not on the screen.
            let scrolls = !scene.name.starts_with("pairing") && !scene.name.starts_with("sign-in");
            let seen: Vec<&Found> = found.iter().filter(|found| !scrolls || found.y < h - 56.0 * scale).collect();
            let mut fault = |what: &str, found: &Found| {
                faults.push(format!("{} in {} at {width}×{height}: {what}: {found:?}", scene.name, lang.code()));
            };
            for text in seen.iter().filter(|found| found.is_text()) {
                if text.x < -1.0 || text.x + text.width > w + 1.0 || (!scrolls && !text.inside(w, h)) {
                    fault("leaves the window", text);
                }
                if text.height < 16.0 * scale {
                    fault("too small to read", text);
                }
                if text.elided && !is_list_line(text, w) && !gives_way(&scene.name, width) {
                    fault("cut", text);
                }
            }
            for target in found.iter().filter(|found| found.is_target() && found.y < h) {
                if target.width < 60.0 * scale || target.height < 60.0 * scale {
                    fault("too small for a finger", target);
                }
                if !scene.name.starts_with("tasks") && !target.inside(w, h) {
                    fault("leaves the window", target);
                }
            }
        }
    }
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn desk_fits_at_every_size() {
    for (width, height) in [(1920, 1080), (1366, 768), (1024, 768)] {
        check_desk(width, height);
    }
}
