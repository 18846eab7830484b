//! Invitation cards: A6, two languages, a code. Chooses no language, phone or notice itself: the caller says what stands on each card.

use serde::Serialize;
use typst_layout::PagedDocument;
use typst_render::RenderOptions;

use crate::qr;
use crate::text::{breakable, known_language};
use crate::typesetter::{self, DocumentError, Fonts};

const TEMPLATE: &str = include_str!("../../../assets/invitation.typ");
/// Pixels per point of a PNG: 1191 × 1678 for A6, 288 dpi, and a code's module is 7 whole pixels.
const PNG_SCALE: f64 = 4.0;

/// A text in the card's language and in its second one; an empty or equal second is left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TwoTexts {
    /// In the card's language.
    pub first: String,
    /// In the second language.
    pub second: String,
}

/// A moment as the clocks at the venue show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LocalTime {
    /// Year of the common era.
    pub year: i16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// 0 to 59.
    pub minute: u8,
}

/// What stands on one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationCard {
    /// `zh`, `ko` or `en`: the guest's.
    pub language: String,
    /// The other language, if there is one.
    pub second: Option<String>,
    /// The guest's name.
    pub name: String,
    /// Form of address; may be empty.
    pub title: String,
    /// Firm; empty for guests without one.
    pub firm: String,
    /// The meeting's name.
    pub meeting: TwoTexts,
    /// Its theme; may be empty.
    pub theme: TwoTexts,
    /// When guests are expected.
    pub starts: LocalTime,
    /// Venue and address.
    pub place: TwoTexts,
    /// Who looks after the guest; empty leaves the line out.
    pub salesperson: String,
    /// Whether the line stands on it that orders and payment are expected: not for press and experts.
    pub orders: bool,
    /// Printed only if the organiser wants it.
    pub salesperson_phone: Option<String>,
    /// The organiser's own privacy notice; empty takes the template's.
    pub privacy: TwoTexts,
    /// The signed token: at most 122 upper-case letters and digits.
    pub token: String,
    /// Number printed on the card.
    pub number: String,
}

/// Cards that share a look.
#[derive(Debug, Clone, Default)]
pub struct InvitationSheet {
    /// Title in the PDF's properties.
    pub title: String,
    /// `#RRGGBB` of the band; none takes the language's own.
    pub colour: Option<String>,
    /// One page each, in this order.
    pub cards: Vec<InvitationCard>,
}

impl InvitationSheet {
    /// One PDF, a page of A6 per card.
    ///
    /// # Errors
    /// A text that fits its place in no size, a token that fits no code, an unknown language or colour.
    pub fn pdf(&self, fonts: &Fonts) -> Result<Vec<u8>, DocumentError> {
        typesetter::pdf(&self.set(fonts)?)
    }

    /// One PNG per card, in the order of the cards, handed over one by one: 600 of them need not be in memory together.
    ///
    /// # Errors
    /// As [`InvitationSheet::pdf`], and whatever `take` reports.
    pub fn pngs<E: From<DocumentError>>(
        &self,
        fonts: &Fonts,
        mut take: impl FnMut(&InvitationCard, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        let document = self.set(fonts)?;
        let options = RenderOptions { pixel_per_pt: PNG_SCALE.into(), ..RenderOptions::default() };
        for (card, page) in self.cards.iter().zip(document.pages()) {
            let picture = typst_render::render(page, &options);
            let png = picture.encode_png().map_err(|fault| DocumentError::Picture(fault.to_string()))?;
            take(card, png)?;
        }
        Ok(())
    }

    fn set(&self, fonts: &Fonts) -> Result<PagedDocument, DocumentError> {
        let document = typesetter::set(fonts, TEMPLATE, self.data(&self.cards)?);
        let Err(DocumentError::Template(_)) = &document else { return document };
        // Typst says what did not fit, not whose card it is: set them one by one to find it.
        for card in &self.cards {
            if let Err(DocumentError::Template(what)) =
                typesetter::set(fonts, TEMPLATE, self.data(std::slice::from_ref(card))?)
            {
                return Err(blame(card, what));
            }
        }
        document
    }

    fn data(&self, cards: &[InvitationCard]) -> Result<Vec<u8>, DocumentError> {
        if let Some(colour) = &self.colour
            && !is_colour(colour)
        {
            return Err(DocumentError::Colour(colour.clone()));
        }
        let cards = cards.iter().map(CardData::of).collect::<Result<Vec<_>, _>>()?;
        let sheet = SheetData { title: &self.title, colour: self.colour.as_deref(), cards };
        serde_json::to_vec(&sheet).map_err(|fault| DocumentError::Template(fault.to_string()))
    }
}

#[derive(Serialize)]
struct SheetData<'a> {
    title: &'a str,
    colour: Option<&'a str>,
    cards: Vec<CardData>,
}

#[derive(Serialize)]
struct CardData {
    language: String,
    second: Option<String>,
    name: String,
    title: String,
    firm: String,
    meeting: TwoTexts,
    theme: TwoTexts,
    starts: LocalTime,
    place: TwoTexts,
    salesperson: String,
    orders: bool,
    salesperson_phone: Option<String>,
    privacy: TwoTexts,
    number: String,
    qr: String,
}

impl CardData {
    fn of(card: &InvitationCard) -> Result<CardData, DocumentError> {
        for language in std::iter::once(&card.language).chain(&card.second) {
            known_language(language, &card.number)?;
        }
        Ok(CardData {
            language: card.language.clone(),
            second: card.second.clone().filter(|second| *second != card.language),
            name: breakable(&card.name),
            title: breakable(&card.title),
            firm: breakable(&card.firm),
            meeting: both_breakable(&card.meeting),
            theme: both_breakable(&card.theme),
            starts: card.starts,
            place: both_breakable(&card.place),
            salesperson: breakable(&card.salesperson),
            orders: card.orders,
            salesperson_phone: card.salesperson_phone.clone(),
            privacy: both_breakable(&card.privacy),
            number: card.number.clone(),
            qr: qr::svg(&card.token)?,
        })
    }
}

fn blame(card: &InvitationCard, what: String) -> DocumentError {
    match what.split_once("too long for the card: ") {
        Some((_, text)) => DocumentError::TooLong {
            card: card.number.clone(),
            what: format!("the {} does not fit in the smallest size", text.trim_end_matches('"')),
        },
        None => DocumentError::Template(what),
    }
}

fn is_colour(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn both_breakable(texts: &TwoTexts) -> TwoTexts {
    TwoTexts { first: breakable(&texts.first), second: breakable(&texts.second) }
}

#[cfg(test)]
mod tests;
