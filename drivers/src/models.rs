//! The printer models that ship with Usher: one TOML file each, read once and checked by tests.
//! A new model is a new file and a line here, no code.

use std::sync::OnceLock;

use print::Model;

use crate::spec::PrinterSpec;
use crate::transport::usb::{choose, list_usb_printers};

const FILES: [(&str, &str); 13] = [
    ("generic-escpos-80", include_str!("../models/generic-escpos-80.toml")),
    ("generic-tspl", include_str!("../models/generic-tspl.toml")),
    ("generic-zpl", include_str!("../models/generic-zpl.toml")),
    ("epson-tm-t20iii", include_str!("../models/epson-tm-t20iii.toml")),
    ("epson-tm-t88vi", include_str!("../models/epson-tm-t88vi.toml")),
    ("epson-tm-t88vii", include_str!("../models/epson-tm-t88vii.toml")),
    ("epson-tm-m30", include_str!("../models/epson-tm-m30.toml")),
    ("xprinter-xp80", include_str!("../models/xprinter-xp80.toml")),
    ("xprinter-xp-s260m", include_str!("../models/xprinter-xp-s260m.toml")),
    ("gprinter-gp-1324d", include_str!("../models/gprinter-gp-1324d.toml")),
    ("tsc-te200", include_str!("../models/tsc-te200.toml")),
    ("zebra-zd421", include_str!("../models/zebra-zd421.toml")),
    ("brother-ql-820nwb", include_str!("../models/brother-ql-820nwb.toml")),
];

/// The model for a printer that nobody named.
pub const GENERIC: &str = "generic-escpos-80";

/// A model's text that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ModelFileError {
    #[error("the model file is not valid: {0}")]
    Syntax(#[from] Box<toml::de::Error>),
    #[error(transparent)]
    Facts(#[from] print::model::ModelError),
}

/// Reads and checks a model file's text.
pub fn parse(text: &str) -> Result<Model, ModelFileError> {
    let model: Model = toml::from_str(text).map_err(Box::new)?;
    model.check()?;
    Ok(model)
}

/// All models, the generic one first.
pub fn all() -> &'static [Model] {
    static MODELS: OnceLock<Vec<Model>> = OnceLock::new();
    MODELS.get_or_init(|| {
        let read = |(_, text): &(&str, &str)| parse(text).expect("shipped models are checked by a test");
        FILES.iter().map(read).collect()
    })
}

/// The model with this id.
pub fn find(id: &str) -> Option<&'static Model> {
    all().iter().find(|model| model.id == id)
}

/// The model for a USB printer, by its ids; the generic one for a stranger.
pub fn for_usb(vendor: u16, product: u16) -> &'static Model {
    let known = all().iter().find(|model| model.usb.iter().any(|id| (id.vendor, id.product) == (vendor, product)));
    known.unwrap_or_else(|| generic())
}

/// The model for a printer whose model nobody named: by its ids on USB, else the generic one.
pub fn suggest(spec: &PrinterSpec) -> &'static Model {
    let PrinterSpec::Usb(choice) = spec else { return generic() };
    let found = list_usb_printers().and_then(|printers| choose(choice, &printers).cloned());
    found.map_or_else(|_| generic(), |printer| for_usb(printer.vendor, printer.product))
}

/// Any 80 mm ESC/POS printer.
pub fn generic() -> &'static Model {
    find(GENERIC).expect("the generic model ships")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shipped_models_are_valid_and_named_like_their_files() {
        for (name, text) in FILES {
            let model = parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(model.id, name);
        }
    }

    #[test]
    fn every_model_file_is_shipped() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models");
        let mut files: Vec<String> = std::fs::read_dir(folder)
            .expect("the folder of the models")
            .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
            .collect();
        files.sort_unstable();
        let mut shipped: Vec<String> = FILES.iter().map(|(name, _)| format!("{name}.toml")).collect();
        shipped.sort_unstable();
        assert_eq!(files, shipped);
    }

    #[test]
    fn every_fact_that_a_model_states_has_a_source_that_names_it() {
        let check = |model: &Model, fact: &str, stated: bool| {
            let named = model.sources.iter().any(|source| source.split(':').next().is_some_and(|to| to.contains(fact)));
            assert!(named || !stated, "{}: no source names {fact}", model.id);
        };
        for model in all() {
            check(model, "width_dots", true);
            check(model, "dpi", true);
            check(model, "speed_mm_per_s", model.speed_mm_per_s.is_some());
            check(model, "roll_mm", model.roll_mm.is_some());
            check(model, "label", model.label.is_some());
            check(model, "usb", !model.usb.is_empty());
            check(model, "status", model.status != print::model::StatusDialect::default());
            check(model, "quirks", model.quirks != print::model::Quirks::default());
        }
    }

    #[test]
    fn label_models_take_the_badge_for_labels() {
        for model in all().iter().filter(|model| model.label.is_some()) {
            assert!(model.width_dots >= 100 * model.dots_per_mm(), "{} is narrower than 100 mm", model.id);
        }
    }

    #[test]
    fn usb_ids_name_one_model_each() {
        let mut ids: Vec<_> = all().iter().flat_map(|model| &model.usb).map(|id| (id.vendor, id.product)).collect();
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count);
    }

    #[test]
    fn stranger_on_usb_is_printed_to_as_generic() {
        assert_eq!(for_usb(0x04B8, 0x0E28).id, "epson-tm-t20iii");
        assert_eq!(for_usb(0x04F9, 0x209D).id, "brother-ql-820nwb");
        assert_eq!(for_usb(0x0A5F, 0x0187).id, "zebra-zd421");
        assert_eq!(for_usb(0x0471, 0x0055).id, "gprinter-gp-1324d");
        assert_eq!(for_usb(0xFFFF, 1).id, GENERIC);
    }

    #[test]
    fn unknown_fact_in_a_model_file_is_refused() {
        let text = include_str!("../models/generic-escpos-80.toml").replace("dpi = 203", "dpi = 203\nddpi = 3");
        assert!(matches!(parse(&text), Err(ModelFileError::Syntax(_))));
    }

    proptest! {
        #[test]
        fn any_text_is_a_model_or_refused(text: String) {
            let _ = parse(&text);
        }
    }
}
