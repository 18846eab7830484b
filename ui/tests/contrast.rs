//! Text reaches contrast AA (4.5 : 1) on every ground it stands on, edges and icons 3 : 1, in every language's colours.

mod common;

use common::kiosk;
use slint::{Color, ComponentHandle};
use ui::{Colour, Lang};

/// WCAG 2.2, relative luminance.
fn luminance(colour: Color) -> f64 {
    let part = |value: u8| {
        let share = f64::from(value) / 255.0;
        if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(colour.red()) + 0.7152 * part(colour.green()) + 0.0722 * part(colour.blue())
}

fn contrast(one: Color, two: Color) -> f64 {
    let (one, two) = (luminance(one), luminance(two));
    (one.max(two) + 0.05) / (one.min(two) + 0.05)
}

fn check(what: &str, colour: Color, ground: Color, least: f64) {
    let reached = contrast(colour, ground);
    assert!(reached >= least, "{what}: {reached:.2} : 1 instead of {least} : 1");
}

#[test]
fn every_colour_can_be_read_on_its_ground() {
    const TEXT: f64 = 4.5;
    const SHAPE: f64 = 3.0;
    for lang in Lang::ALL {
        let window = kiosk(lang, 540, 960);
        let colour = window.global::<Colour>();
        let (paper, card, pressed) = (colour.get_paper(), colour.get_card(), colour.get_pressed());
        for (name, ground) in [("paper", paper), ("card", card), ("pressed", pressed)] {
            check(&format!("ink on {name}"), colour.get_ink(), ground, TEXT);
            check(&format!("ink-soft on {name}"), colour.get_ink_soft(), ground, TEXT);
            check(&format!("edge on {name}"), colour.get_edge(), ground, SHAPE);
        }
        for (name, text, ground) in [
            ("on-primary", colour.get_on_primary(), colour.get_primary()),
            ("on-primary pressed", colour.get_on_primary(), colour.get_primary_deep()),
            ("primary-deep", colour.get_primary_deep(), colour.get_primary_mist()),
            ("ink on a ticked card", colour.get_ink(), colour.get_primary_mist()),
            ("ink-soft on a ticked card", colour.get_ink_soft(), colour.get_primary_mist()),
            ("green-deep", colour.get_green_deep(), colour.get_green_mist()),
            ("gold-deep", colour.get_gold_deep(), colour.get_gold_mist()),
            ("gold-deep on a ticked card", colour.get_gold_deep(), colour.get_primary_mist()),
            ("amber-deep", colour.get_amber_deep(), colour.get_amber_mist()),
            ("amber-deep on card", colour.get_amber_deep(), card),
            ("red on paper", colour.get_red(), paper),
            ("red on red-mist", colour.get_red(), colour.get_red_mist()),
            ("line on the bar", colour.get_line(), colour.get_ink()),
            ("on-primary on the bar", colour.get_on_primary(), colour.get_ink()),
            ("festive-gold on the bar", colour.get_festive_gold(), colour.get_ink()),
            ("ink on a table to look at", colour.get_ink(), colour.get_amber_mist()),
            ("ink-soft on a table to look at", colour.get_ink_soft(), colour.get_amber_mist()),
            ("red on a table to look at", colour.get_red(), colour.get_amber_mist()),
            ("ink on a good table", colour.get_ink(), colour.get_green_mist()),
            ("ink-soft on a good table", colour.get_ink_soft(), colour.get_green_mist()),
            ("green-deep on card", colour.get_green_deep(), card),
            ("ink on a table that cannot be", colour.get_ink(), colour.get_red_mist()),
            ("festive-gold", colour.get_festive_gold(), colour.get_festive()),
            ("festive-cream", colour.get_festive_cream(), colour.get_festive()),
        ] {
            check(name, text, ground, TEXT);
        }
        for (name, shape, ground) in [
            ("primary on mist", colour.get_primary(), colour.get_primary_mist()),
            ("primary on card", colour.get_primary(), card),
            ("amber on paper", colour.get_amber(), paper),
        ] {
            check(name, shape, ground, SHAPE);
        }
    }
}
