//! A6 and A4 papers as PDF and PNG, set by Typst from templates in `assets/`. Knows texts and codes only:
//! what a guest, a firm or a meeting is stays with the caller, and thermal paper is `ui/paper`.

mod invitation;
mod qr;
mod typesetter;

pub use invitation::{InvitationCard, InvitationSheet, LocalTime, TwoTexts};
pub use qr::QR_MAX_CHARS;
pub use typesetter::{DocumentError, Fonts};
