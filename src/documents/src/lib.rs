//! A6 and A4 papers as PDF and PNG, set by Typst from templates in `assets/`. Knows texts and codes only:
//! what a guest, a firm or a meeting is stays with the caller. Badges are `ui/paper`.

#[cfg(test)]
mod golden;
mod invitation;
mod list;
mod qr;
mod room_plan;
mod slip;
mod table_card;
mod text;
mod typesetter;
mod voucher;

pub use invitation::{InvitationCard, InvitationSheet, LocalTime, TwoTexts};
pub use list::{Column, ListDocument, Section};
pub use qr::QR_MAX_CHARS;
pub use room_plan::{Mark, Place, PlanTable, RoomPlan};
pub use slip::{DepositWord, PartName, SlipForm, SlipPaper, SlipPart, SlipRow, SlipStanding};
pub use table_card::{CardParty, TableCard, TableCards};
pub use typesetter::{DocumentError, Fonts, GreyPage};
pub use voucher::{NumberedAmount, TenderRow, VoucherKind, VoucherPaper};
