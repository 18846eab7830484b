//! Settings of the rules in the meeting file, with their usual values. Applies none of them.

use serde::{Deserialize, Serialize};

use super::seating::SeatingWeights;
use super::text::Text;
use crate::roster::is_false;
use crate::time::LocalTime;

/// Settings of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// How phone numbers are checked at check-in.
    pub phone_check: PhoneCheckRule,
    /// What may be shown of amounts and people, where the dealer allows it too.
    pub disclosure: Disclosure,
    /// Attendance asked of a region, in percent of its valid customers.
    pub attendance_target_percent: u8,
    /// One confirmed receipt of this size opens the green channel; none: no green channel.
    pub green_threshold_minor: Option<i64>,
    /// Fairness at the counters.
    pub queue: QueueRule,
    /// What a deposit means; the slip prints it.
    pub deposit_kind: DepositKind,
    /// Orders close here; later slips stay drafts.
    pub orders_close: Option<LocalTime>,
    /// When closed orders open again.
    pub orders_reopen: Option<LocalTime>,
    /// Same dealer and amount on two nodes within this time is a suspected duplicate.
    pub duplicate_payment_minutes: u16,
    /// A receipt above this, in minor units, is asked about again.
    #[serde(skip_serializing_if = "is_usual_large")]
    pub large_payment_minor: i64,
    /// No-shows lose their seat here.
    pub release_no_shows: Option<LocalTime>,
    /// Weights of the seating plan.
    pub seating: SeatingWeights,
    /// The order lottery.
    pub draw: DrawRules,
    /// Badges whose printer fails.
    #[serde(skip_serializing_if = "PrintingRule::is_usual")]
    pub printing: PrintingRule,
    /// Places that each node may give away while it does not reach the hub.
    #[serde(skip_serializing_if = "LeaseRule::is_usual")]
    pub leases: LeaseRule,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            phone_check: PhoneCheckRule::default(),
            disclosure: Disclosure::default(),
            attendance_target_percent: 80,
            green_threshold_minor: None,
            queue: QueueRule::default(),
            deposit_kind: DepositKind::default(),
            orders_close: None,
            orders_reopen: None,
            duplicate_payment_minutes: 10,
            large_payment_minor: LARGE_PAYMENT_MINOR,
            release_no_shows: None,
            seating: SeatingWeights::default(),
            draw: DrawRules::default(),
            printing: PrintingRule::default(),
            leases: LeaseRule::default(),
        }
    }
}

/// 20 million yuan, 2 thousand million won.
const LARGE_PAYMENT_MINOR: i64 = 2_000_000_000;

fn is_usual_large(minor: &i64) -> bool {
    *minor == LARGE_PAYMENT_MINOR
}

/// How phone numbers are checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneCheckRule {
    /// Not at all.
    Off,
    /// "138****1234, still your number?"
    #[default]
    Confirm,
    /// The guest types it.
    Type,
}

/// What may be shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Disclosure {
    /// Amounts of orders.
    pub amounts: bool,
    /// Ranks of dealers.
    pub ranks: bool,
    /// Green-channel ribbon on badges.
    pub ribbon: bool,
    /// Signing bulletins.
    pub bulletin: bool,
    /// Photos.
    pub photo: bool,
}

impl Disclosure {
    /// What both sides allow.
    pub fn and(self, other: Disclosure) -> Disclosure {
        Disclosure {
            amounts: self.amounts && other.amounts,
            ranks: self.ranks && other.ranks,
            ribbon: self.ribbon && other.ribbon,
            bulletin: self.bulletin && other.bulletin,
            photo: self.photo && other.photo,
        }
    }
}

/// Fairness at the counters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct QueueRule {
    /// Green tickets called before one normal ticket.
    pub greens_before_one_normal: u8,
    /// Whether the order desk has tickets too.
    pub order_desk: bool,
}

impl Default for QueueRule {
    fn default() -> QueueRule {
        QueueRule { greens_before_one_normal: 3, order_desk: false }
    }
}

/// Who prints the badges that wait for a printer with a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PrintingRule {
    /// Who takes over.
    pub take_over: TakeOver,
    /// How long a badge waits for its own printer first, in seconds.
    pub take_over_after_s: u16,
}

impl Default for PrintingRule {
    fn default() -> PrintingRule {
        PrintingRule { take_over: TakeOver::default(), take_over_after_s: 15 }
    }
}

impl PrintingRule {
    fn is_usual(&self) -> bool {
        *self == PrintingRule::default()
    }
}

/// Places that a node keeps for guests without a table while it is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeaseRule {
    /// At how many tables.
    pub tables: u16,
    /// How many places at each; 0 = none anywhere.
    pub places: u16,
    /// For how long, renewed at half-time; above 4, because it is not used in its last two minutes.
    pub minutes: u16,
}

impl Default for LeaseRule {
    fn default() -> LeaseRule {
        LeaseRule { tables: 2, places: 4, minutes: 120 }
    }
}

impl LeaseRule {
    fn is_usual(&self) -> bool {
        *self == LeaseRule::default()
    }
}

/// Who prints for a printer with a fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakeOver {
    /// Nobody: badges wait for their own printer.
    Off,
    /// The nearest kiosk whose printer is well.
    #[default]
    Neighbour,
    /// A desk.
    Desk,
}

/// What a deposit means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DepositKind {
    /// 订金: given back when the order falls through.
    #[default]
    Refundable,
    /// 定金: forfeited by whoever breaks the contract.
    Forfeit,
}

/// The order lottery's rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct DrawRules {
    /// The printed rules.
    pub rules: Text,
    /// One ticket per so much signed, when there are no bands.
    pub ticket_unit_minor: Option<i64>,
    /// Tickets per household at most.
    pub cap: u32,
    /// Tickets by amount.
    pub bands: Vec<TicketBand>,
    /// Rounds planned; the chain has three times as many links, at least 64.
    pub planned_rounds: u16,
    /// Dice thrown for the top prizes; fewer than 10 are refused on the day.
    pub dice: u8,
    /// Prize tiers (1 to this) drawn with dice.
    pub dice_tiers: u8,
    /// A prize above this warns; 50,000.00 CNY by law.
    pub legal_cap_minor: i64,
    /// Which orders enter.
    #[serde(skip_serializing_if = "DrawCondition::is_usual")]
    pub condition: DrawCondition,
    /// Tickets by unit as they come, not lowered to 1, 2, 3, 5, 8, 12, 20: the public list then tells orders.
    #[serde(skip_serializing_if = "is_false")]
    pub exact_tickets: bool,
    /// Whoever won may win again in a later round of the same pool.
    #[serde(skip_serializing_if = "is_false")]
    pub win_again: bool,
    /// Prizes are handed to the winners themselves only.
    #[serde(skip_serializing_if = "is_false")]
    pub no_proxies: bool,
}

impl Default for DrawRules {
    fn default() -> DrawRules {
        DrawRules {
            rules: Text::default(),
            ticket_unit_minor: None,
            cap: 20,
            bands: Vec::new(),
            planned_rounds: 10,
            dice: 15,
            dice_tiers: 1,
            legal_cap_minor: 5_000_000,
            condition: DrawCondition::default(),
            exact_tickets: false,
            win_again: false,
            no_proxies: false,
        }
    }
}

/// Which orders enter the lottery; the printed rules say so.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawCondition {
    /// Signed, and the deposit on the slip covered by confirmed payments.
    #[default]
    Confirmed,
    /// Signed.
    Signed,
}

impl DrawCondition {
    fn is_usual(&self) -> bool {
        *self == DrawCondition::default()
    }
}

/// Tickets from an amount on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketBand {
    /// Signed amount from which the band applies.
    pub from_minor: i64,
    /// Tickets in it.
    pub tickets: u32,
}
