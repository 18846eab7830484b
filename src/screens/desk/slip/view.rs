//! What the screen of a slip shows, as plain values: codes, names and figures as their reader writes them.

use super::deeds::{Ask, Deed, first_waiting};
use super::lines::name_of;
use super::{FIELDS, Problem, Slip, Venue};
use crate::screens::money::{amount, count, percent};
use domain::config::{DepositKind, Language, PolicyTier};
use domain::event::{Party, SlipContent, SlipCopy, SlipLine};
use domain::meeting::{LineAuthority, Slip as SlipRecord, SlipPaper, SlipStatus};
use domain::{DiscountId, HouseholdId, Meeting, Sku, SlipId, StaffId};
use ui::{LineMark, SlipAsk, SlipField as Field, SlipNotice, SlipState};

/// One slip, whole.
#[derive(Debug, Clone, PartialEq)]
pub struct SlipPage {
    pub number: String,
    pub state: SlipState,
    pub revision: u32,
    pub firm: String,
    /// Owner, county, table.
    pub about: Vec<String>,
    pub salesperson: String,
    pub green: bool,
    pub currency: String,
    pub notice: Notice,
    /// Whether stub and finance copy of signed paper are back; none: nothing signed was printed.
    pub back: Option<(bool, bool)>,
    pub lines: Vec<LineRow>,
    pub changing: String,
    pub entries: Vec<EntryRow>,
    pub hints: Vec<HintRow>,
    pub details: Vec<EntryRow>,
    /// It may be changed.
    pub open: bool,
    pub turn: i32,
    pub policy: Vec<PolicyLine>,
    pub totals: Totals,
    pub deeds: Vec<Deed>,
    pub asking: SlipAsk,
    pub proposed: String,
    pub pin_wrong: bool,
    pub problem: Option<Problem>,
    pub busy: bool,
}

/// What stands above the lines.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notice {
    pub code: SlipNotice,
    pub line: u16,
    pub price: String,
    /// A lowest price, a person, a reason, a number: what the words name.
    pub other: String,
    pub since: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct LineRow {
    /// Its number on the slip; none for what is added free.
    pub line: Option<u16>,
    pub sku: Sku,
    pub product: String,
    pub quantity: String,
    pub unit: String,
    pub list_price: String,
    pub price: String,
    pub amount: String,
    pub mark: LineMark,
    pub who: String,
    pub off: String,
    pub short: String,
    pub lead_days: Option<u16>,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    pub field: Field,
    pub text: String,
    pub hint: String,
    /// Typed, and not in the log yet.
    pub open: bool,
    pub current: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct HintRow {
    pub sku: String,
    pub name: String,
    pub chosen: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub struct PolicyLine {
    pub reached: bool,
    pub product: String,
    pub quantity: String,
    pub unit: String,
    pub percent: String,
    pub free: String,
    pub gift: String,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub struct Totals {
    pub list: String,
    pub policy_off: String,
    pub special_off: String,
    pub total: String,
    pub deposit: String,
    pub forfeit: bool,
    /// The part of a forfeit deposit without effect.
    pub beyond: String,
    pub balance: String,
    pub due: String,
}

/// A slip on the page of its party.
#[derive(Debug, Clone, PartialEq)]
pub struct PartySlip {
    pub id: SlipId,
    pub number: String,
    pub state: SlipState,
    pub lines: usize,
    pub total: String,
}

/// The slips of a party, the newest first; void ones at the end.
pub fn of_party(household: HouseholdId, meeting: &Meeting, language: Language) -> Vec<PartySlip> {
    let mut slips: Vec<&SlipRecord> = super::slips_of(meeting, household).collect();
    slips.sort_by_key(|slip| {
        let gone = matches!(slip.status(), SlipStatus::Void | SlipStatus::Superseded { .. });
        (gone, std::cmp::Reverse(slip.version().stamp.at), slip.id)
    });
    let row = |slip: &SlipRecord| PartySlip {
        id: slip.id,
        number: slip.number.clone(),
        state: state(Some(slip)),
        lines: slip.version().content.lines.len(),
        total: amount(slip.version().content.total_minor, slip.version().content.currency, language),
    };
    slips.into_iter().map(row).collect()
}

/// What every row is made with.
struct Look<'a> {
    venue: &'a Venue<'a>,
    language: Language,
    content: &'a SlipContent,
}

impl Slip {
    /// The page as it is now; none when the party is not in the list any more.
    pub fn page(&self, venue: &Venue, language: Language, busy: bool) -> Option<SlipPage> {
        let meeting = venue.meeting;
        let content = self.content(meeting);
        let look = Look { venue, language, content: &content };
        let record = self.record(meeting);
        let household = meeting.household_view(self.household)?;
        let deeds = self.deeds(venue);
        Some(SlipPage {
            number: record.map(|record| record.number.clone()).unwrap_or_default(),
            state: state(record),
            revision: record.map_or(0, |record| record.version().revision),
            firm: meeting.dealer(content.dealer).map(|firm| firm.firm.clone()).unwrap_or_default(),
            about: self.about(venue),
            salesperson: household.salesperson_name.clone(),
            green: meeting.has_green_channel(self.household),
            currency: content.currency.code().to_owned(),
            notice: self.paper_notice().unwrap_or_else(|| self.notice(record, &look)),
            back: record.and_then(back),
            lines: self.rows(record, &look),
            changing: self.line.filter(|_| self.changing).map(|line| line.to_string()).unwrap_or_default(),
            entries: self.entries(&look),
            hints: self.hint_rows(&look),
            details: self.details(&look),
            open: self.is_open(meeting),
            turn: self.turn,
            policy: look.policy(),
            totals: look.totals(),
            deeds,
            asking: self.asking(),
            proposed: self.signer.clone(),
            pin_wrong: self.pin_wrong,
            problem: self.problem.clone(),
            busy,
        })
    }

    fn about(&self, venue: &Venue) -> Vec<String> {
        let meeting = venue.meeting;
        let mut about = vec![self.usual_signer(meeting)];
        about.extend(meeting.lead(self.household).map(|lead| lead.county.clone()));
        about.extend(meeting.table_spot(Party::Household(self.household)).map(|spot| spot.label));
        about.retain(|part| !part.is_empty());
        about
    }

    fn rows(&self, record: Option<&SlipRecord>, look: &Look) -> Vec<LineRow> {
        let mut rows = Vec::new();
        for line in &look.content.lines {
            let authority = record.map_or(LineAuthority::Own, |record| look.venue.meeting.line_authority(record, line));
            rows.push(LineRow { chosen: self.line == Some(line.line), ..look.bought(line, authority) });
            rows.extend(line.free_goods.iter().map(|(sku, units)| look.free(sku, *units)));
            rows.extend(line.gift.iter().map(|gift| look.gift(gift.as_str())));
        }
        rows
    }

    fn entries(&self, look: &Look) -> Vec<EntryRow> {
        let product = self.product.as_ref().and_then(|sku| look.venue.meeting.product(sku));
        let hint = |field| match (field, product) {
            (Field::Product, Some(product)) => product.name.get(look.language).to_owned(),
            (Field::Quantity, Some(product)) => product.unit.get(look.language).to_owned(),
            (Field::Price, Some(product)) => look.money(product.list_price_minor),
            _ => String::new(),
        };
        let row = |field: Field| EntryRow {
            field,
            text: match (field, product) {
                (Field::Product, Some(product)) => product.sku.as_str().to_owned(),
                _ => self.text(field).unwrap_or_default().to_owned(),
            },
            hint: hint(field),
            open: false,
            current: self.field == field && self.ask.is_none(),
        };
        FIELDS[..3].iter().copied().map(row).collect()
    }

    fn hint_rows(&self, look: &Look) -> Vec<HintRow> {
        let hints = self.hints(look.venue.meeting).into_iter().enumerate();
        hints
            .map(|(at, product)| HintRow {
                sku: product.sku.as_str().to_owned(),
                name: product.name.get(look.language).to_owned(),
                chosen: at == self.hint,
            })
            .collect()
    }

    fn details(&self, look: &Look) -> Vec<EntryRow> {
        let row = |field: Field| {
            let known = look.known(field, &self.address);
            let typed = self.text(field);
            EntryRow {
                field,
                open: typed.is_some_and(|typed| typed.trim() != known),
                text: typed.map_or_else(|| known.clone(), str::to_owned),
                hint: look.found(field, typed.unwrap_or_default()),
                current: self.field == field && self.ask.is_none(),
            }
        };
        FIELDS[3..].iter().copied().map(row).collect()
    }

    fn asking(&self) -> SlipAsk {
        match &self.ask {
            None => SlipAsk::Nothing,
            Some(Ask::Signer) => SlipAsk::Signer,
            Some(Ask::PriceWhy(_)) => SlipAsk::PriceWhy,
            Some(Ask::ApprovePin(_)) => SlipAsk::ApprovePin,
            Some(Ask::RefuseWhy(_)) => SlipAsk::RefuseWhy,
            Some(Ask::RefusePin(..)) => SlipAsk::RefusePin,
            Some(Ask::VoidWhy) => SlipAsk::VoidWhy,
            Some(Ask::VoidPin(_)) => SlipAsk::VoidPin,
            Some(Ask::ReplaceWhy(_)) => SlipAsk::ReplaceWhy,
        }
    }

    /// What the paper is that was scanned.
    fn paper_notice(&self) -> Option<Notice> {
        let plain = |code| Notice { code, ..Notice::default() };
        Some(match self.paper? {
            SlipPaper::Signed { copy: None, .. } | SlipPaper::Closed { copy: None, .. } => plain(SlipNotice::WhichCopy),
            SlipPaper::Signed { copy: Some(copy), returned, .. }
            | SlipPaper::Closed { copy: Some(copy), returned, .. } => plain(match copy {
                SlipCopy::Customer => SlipNotice::CustomerCopy,
                _ if returned => SlipNotice::BackBefore,
                SlipCopy::Stub => SlipNotice::StubBack,
                SlipCopy::Finance => SlipNotice::FinanceBack,
            }),
            SlipPaper::OtherRevision { printed, stands, .. } => Notice {
                line: u16::try_from(printed).unwrap_or(u16::MAX),
                other: stands.to_string(),
                ..plain(SlipNotice::OtherRevision)
            },
            SlipPaper::Altered { .. } => plain(SlipNotice::Altered),
            SlipPaper::NotSigned { .. } => plain(SlipNotice::NotSigned),
            SlipPaper::Unknown => return None,
        })
    }

    fn notice(&self, record: Option<&SlipRecord>, look: &Look) -> Notice {
        let meeting = look.venue.meeting;
        let closed = meeting.orders_closed().filter(|_| look.content.ticket.is_none());
        let since = |at: domain::UnixMillis| look.venue.time.clock(at.0);
        let closed =
            closed.map(|closed| Notice { code: SlipNotice::Closed, since: since(closed.at), ..Notice::default() });
        let Some(record) = record else { return closed.unwrap_or_default() };
        let plain = |code| Notice { code, ..Notice::default() };
        match record.status() {
            SlipStatus::TwoVersions => plain(SlipNotice::TwoVersions),
            SlipStatus::Void => plain(SlipNotice::Void),
            SlipStatus::Superseded { by } => Notice {
                other: meeting.slip(by).map(|slip| slip.number.clone()).unwrap_or_default(),
                ..plain(SlipNotice::Superseded)
            },
            SlipStatus::Signed => {
                let at = record.signed().map(|stamp| since(stamp.at)).unwrap_or_default();
                Notice { since: at, ..plain(SlipNotice::Signed) }
            }
            SlipStatus::Draft => match self.asked_notice(record, look) {
                Some(notice) => notice,
                None => closed.unwrap_or_default(),
            },
        }
    }

    fn asked_notice(&self, record: &SlipRecord, look: &Look) -> Option<Notice> {
        let own = self.asked_line(record, look.venue.meeting);
        let open = |(_, authority): &(u16, LineAuthority)| {
            !matches!(authority, LineAuthority::Own | LineAuthority::Approved { .. })
        };
        let (number, authority) = own.filter(open).or_else(|| first_waiting(record, look.venue.meeting))?;
        let line = look.content.lines.iter().find(|line| line.line == number)?;
        let notice = Notice { line: number, price: look.money(line.unit_price_minor), ..Notice::default() };
        let lowest = look.lowest(&line.sku);
        Some(match authority {
            LineAuthority::Own | LineAuthority::Approved { .. } => return None,
            LineAuthority::Unasked { lowest_minor } => {
                Notice { code: SlipNotice::Unasked, other: look.money(lowest_minor), ..notice }
            }
            LineAuthority::Waiting { discount } => {
                Notice { code: SlipNotice::Waiting, other: lowest, since: look.asked_at(discount), ..notice }
            }
            LineAuthority::Refused { by, reason, .. } => {
                Notice { code: SlipNotice::Refused, other: reason, since: look.staff(&by), ..notice }
            }
            LineAuthority::Outdated { .. } => Notice { code: SlipNotice::Outdated, other: lowest, ..notice },
        })
    }
}

fn back(record: &SlipRecord) -> Option<(bool, bool)> {
    let told = record.signed().is_some() && !record.prints().is_empty();
    let is_back = |copy| record.returned().contains(&copy);
    told.then(|| (is_back(SlipCopy::Stub), is_back(SlipCopy::Finance)))
}

fn state(record: Option<&SlipRecord>) -> SlipState {
    match record.map(SlipRecord::status) {
        None => SlipState::Fresh,
        Some(SlipStatus::Draft) => SlipState::Draft,
        Some(SlipStatus::TwoVersions) => SlipState::TwoVersions,
        Some(SlipStatus::Signed) => SlipState::Signed,
        Some(SlipStatus::Superseded { .. }) => SlipState::Superseded,
        Some(SlipStatus::Void) => SlipState::Void,
    }
}

impl Look<'_> {
    fn money(&self, minor: i64) -> String {
        amount(minor, self.content.currency, self.language)
    }

    fn staff(&self, id: &StaffId) -> String {
        self.venue.meeting.staff(id).map_or_else(|| id.to_string(), |staff| staff.name.clone())
    }

    fn lowest(&self, sku: &Sku) -> String {
        let product = self.venue.meeting.product(sku);
        product
            .map(|product| self.money(product.lowest_price_minor.unwrap_or(product.list_price_minor)))
            .unwrap_or_default()
    }

    fn asked_at(&self, discount: DiscountId) -> String {
        let known = self.venue.meeting.discount(discount);
        known.map(|known| self.venue.time.clock(known.requested.at.0)).unwrap_or_default()
    }

    fn bought(&self, line: &SlipLine, authority: LineAuthority) -> LineRow {
        let meeting = self.venue.meeting;
        let product = meeting.product(&line.sku);
        let word = meeting.policy_word(&line.sku, line.quantity).ok();
        let short = word.as_ref().and_then(|word| word.short_of_stock).filter(|short| *short > 0);
        let (mark, who) = match authority {
            LineAuthority::Own => (LineMark::Normal, String::new()),
            LineAuthority::Unasked { .. } => (LineMark::Unasked, String::new()),
            LineAuthority::Waiting { .. } => (LineMark::Waiting, String::new()),
            LineAuthority::Approved { by, .. } => (LineMark::Approved, self.staff(&by)),
            LineAuthority::Refused { by, .. } => (LineMark::Refused, self.staff(&by)),
            LineAuthority::Outdated { .. } => (LineMark::Outdated, String::new()),
        };
        LineRow {
            line: Some(line.line),
            sku: line.sku.clone(),
            product: name_of(&line.sku, self.venue, self.language),
            quantity: count(line.quantity, self.language),
            unit: product.map(|product| product.unit.get(self.language).to_owned()).unwrap_or_default(),
            list_price: product.map(|product| self.money(product.list_price_minor)).unwrap_or_default(),
            price: self.money(line.unit_price_minor),
            amount: self.money(line.amount_minor),
            mark,
            who,
            off: if line.policy_basis_points == 0 {
                String::new()
            } else {
                percent(line.policy_basis_points, self.language)
            },
            short: short
                .map(|short| count(i64::try_from(short).unwrap_or(i64::MAX), self.language))
                .unwrap_or_default(),
            lead_days: word.and_then(|word| word.lead_days),
            chosen: false,
        }
    }

    fn free(&self, sku: &Sku, units: u32) -> LineRow {
        let product = self.venue.meeting.product(sku);
        LineRow {
            line: None,
            sku: sku.clone(),
            product: name_of(sku, self.venue, self.language),
            quantity: count(units, self.language),
            unit: product.map(|product| product.unit.get(self.language).to_owned()).unwrap_or_default(),
            list_price: String::new(),
            price: self.money(0),
            amount: self.money(0),
            mark: LineMark::Free,
            who: String::new(),
            off: String::new(),
            short: String::new(),
            lead_days: None,
            chosen: false,
        }
    }

    fn gift(&self, id: &str) -> LineRow {
        let product = self.gift_name(id);
        let sku = Sku::new(id);
        LineRow {
            product,
            mark: LineMark::Gift,
            quantity: count(1, self.language),
            unit: String::new(),
            ..self.free(&sku, 1)
        }
    }

    fn gift_name(&self, id: &str) -> String {
        let gifts = &self.venue.meeting.config().gifts;
        let gift = gifts.iter().find(|gift| gift.id.as_str() == id);
        gift.map_or_else(|| id.to_owned(), |gift| gift.name.get(self.language).to_owned())
    }

    /// What the lines have reached, then what a little more would reach; the last three of these.
    fn policy(&self) -> Vec<PolicyLine> {
        let meeting = self.venue.meeting;
        let words = self.content.lines.iter().rev().filter_map(|line| {
            let word = meeting.policy_word(&line.sku, line.quantity).ok()?;
            Some((line, word))
        });
        let (mut reached, mut next) = (Vec::new(), Vec::new());
        for (line, word) in words {
            if let Some(tier) = &word.tier {
                reached.push(self.tier(&line.sku, true, tier.at_least_quantity, tier));
            }
            if let Some(missing) = &word.next {
                next.push((missing.missing, self.tier(&line.sku, false, missing.missing, &missing.tier)));
            }
        }
        reached.dedup();
        reached.truncate(MOST_REACHED);
        next.truncate(MOST_NEXT);
        reached.into_iter().chain(next.into_iter().map(|(_, line)| line)).collect()
    }

    fn tier(&self, sku: &Sku, reached: bool, quantity: u32, tier: &PolicyTier) -> PolicyLine {
        let product = self.venue.meeting.product(sku);
        let free = tier.free_goods.iter().map(|free| {
            let name = name_of(&free.sku, self.venue, self.language);
            format!("{name} × {}", count(free.quantity, self.language))
        });
        PolicyLine {
            reached,
            product: name_of(sku, self.venue, self.language),
            quantity: count(quantity, self.language),
            unit: product.map(|product| product.unit.get(self.language).to_owned()).unwrap_or_default(),
            percent: match tier.discount_basis_points {
                0 => String::new(),
                points => percent(points, self.language),
            },
            free: free.collect::<Vec<_>>().join(" · "),
            gift: tier.gift.as_ref().map(|gift| self.gift_name(gift.as_str())).unwrap_or_default(),
        }
    }

    fn totals(&self) -> Totals {
        let content = self.content;
        let at = |price: &dyn Fn(&SlipLine) -> i64| {
            let sum = content.lines.iter().map(|line| i128::from(price(line)) * i128::from(line.quantity));
            i64::try_from(sum.sum::<i128>()).unwrap_or(i64::MAX)
        };
        let list_price = |line: &SlipLine| {
            self.venue.meeting.product(&line.sku).map_or(line.unit_price_minor, |product| product.list_price_minor)
        };
        let list = at(&list_price);
        let agreed = at(&|line| line.unit_price_minor);
        let less = |minor: i64| if minor > 0 { format!("−{}", self.money(minor)) } else { String::new() };
        let beyond = content.beyond_forfeit_minor();
        Totals {
            list: self.money(list),
            policy_off: less(agreed.saturating_sub(content.total_minor)),
            special_off: less(list.saturating_sub(agreed)),
            total: self.money(content.total_minor),
            deposit: self.money(content.deposit_minor),
            forfeit: content.deposit_kind == DepositKind::Forfeit,
            beyond: if beyond > 0 { self.money(beyond) } else { String::new() },
            balance: self.money(content.balance_minor()),
            due: content.due_on.as_ref().map(|due| due.as_str().to_owned()).unwrap_or_default(),
        }
    }

    /// What stands in the log for a field.
    fn known(&self, field: Field, address: &str) -> String {
        let content = self.content;
        let firm = |id: Option<domain::DealerId>| {
            id.and_then(|id| self.venue.meeting.dealer(id)).map(|firm| firm.firm.clone()).unwrap_or_default()
        };
        match field {
            Field::Product | Field::Quantity | Field::Price => String::new(),
            Field::Deposit if content.deposit_minor == 0 => String::new(),
            Field::Deposit => self.money(content.deposit_minor),
            Field::Due => content.due_on.as_ref().map(|due| due.as_str().to_owned()).unwrap_or_default(),
            Field::SuppliedBy => firm(content.supplied_by),
            Field::PaidTo => firm(content.paid_to),
            Field::Address if !address.is_empty() => address.to_owned(),
            // Sealed: this desk cannot read it.
            Field::Address => content.address.as_ref().map(|_| SEALED.to_owned()).unwrap_or_default(),
            Field::Phone => content.phone.as_ref().map(|phone| phone.phone_mask.clone()).unwrap_or_default(),
            Field::Note => content.note.clone(),
        }
    }

    /// The firm that fits what is typed.
    fn found(&self, field: Field, typed: &str) -> String {
        let wants_firm = matches!(field, Field::SuppliedBy | Field::PaidTo) && !typed.trim().is_empty();
        let firm = wants_firm.then(|| super::details::firms(typed, self.venue.meeting)).flatten();
        firm.map(|firm| firm.firm.clone()).unwrap_or_default()
    }
}

/// Lines of the policy beside a slip.
const MOST_REACHED: usize = 4;
const MOST_NEXT: usize = 3;
/// An address that is recorded and cannot be read here.
const SEALED: &str = "••••••";
