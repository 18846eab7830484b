//! Programs by others render our bytes: what a real printer would show must be the badge, dot for dot, and zbar must
//! read its code. Nothing of our own readers has a part in it. Each comparison is also given two deliberate mistakes,
//! wrong polarity and rows moved by one, and must notice them.
//!
//! TSPL and ZPL are rendered by `labelize`, ESC/POS by `emupos`, Brother's raster by `brother_ql`; the last two are
//! Python packages that are installed into the cache folder of the user, never into the checkout.

mod labels;
mod python;
mod scripts;
mod sight;
