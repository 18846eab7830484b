//! The code on a card: a version 5-M QR of upper-case letters and digits as one SVG path. It does not know what the text means.

use std::fmt::Write;

use qrcode::{Color, EcLevel, QrCode, Version};

use crate::DocumentError;

/// Most characters that a version 5-M code holds in alphanumeric mode (ISO/IEC 18004, table 7).
pub const QR_MAX_CHARS: usize = 122;
const MODULES: usize = 37;
/// Light border that readers need, in modules.
const QUIET: usize = 4;

/// A picture of 45 × 45 units, the quiet zone of 4 included.
///
/// # Errors
/// [`DocumentError::Code`] when the text is longer than [`QR_MAX_CHARS`] or not alphanumeric in the sense of QR.
pub(crate) fn svg(text: &str) -> Result<String, DocumentError> {
    let alphanumeric = |c: char| c.is_ascii_digit() || c.is_ascii_uppercase() || " $%*+-./:".contains(c);
    if text.is_empty() || text.len() > QR_MAX_CHARS || !text.chars().all(alphanumeric) {
        return Err(DocumentError::Code { chars: text.chars().count() });
    }
    let code = QrCode::with_version(text, Version::Normal(5), EcLevel::M)
        .map_err(|_| DocumentError::Code { chars: text.len() })?;
    let side = MODULES + 2 * QUIET;
    let mut path = String::with_capacity(16 * 1024);
    for (index, color) in code.to_colors().into_iter().enumerate() {
        if color == Color::Dark {
            let (x, y) = (index % MODULES + QUIET, index / MODULES + QUIET);
            write!(path, "M{x} {y}h1v1h-1z").expect("writing to a String cannot fail");
        }
    }
    Ok(format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges"><rect width="{side}" height="{side}" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, fits: bool) {
        assert_eq!(svg(text).is_ok(), fits, "{} characters", text.len());
    }

    #[test]
    fn texts_of_every_length_fit_up_to_the_limit_and_are_refused_beyond() {
        check("", false);
        check("A", true);
        check(&"A7".repeat(61), true);
        check(&"A7".repeat(62), false);
        check("lower case", false);
        check("王", false);
    }
}
