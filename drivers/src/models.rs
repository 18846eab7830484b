//! The printer models that ship with Usher: one TOML file each, read once and checked by tests.
//! A new model is a new file and a line here, no code.

use std::sync::OnceLock;

use print::Model;

use crate::spec::PrinterSpec;
use crate::transport::usb::{choose, list_usb_printers};

const FILES: [(&str, &str); 3] = [
    ("generic-escpos-80", include_str!("../models/generic-escpos-80.toml")),
    ("epson-tm-t20iii", include_str!("../models/epson-tm-t20iii.toml")),
    ("xprinter-xp80", include_str!("../models/xprinter-xp80.toml")),
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
