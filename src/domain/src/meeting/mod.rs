//! The meeting as known from its log: a fold over events, and the rules that make new ones.

mod arrival;
mod authority;
mod badge;
mod badging;
mod cash;
mod checkin;
mod counts;
mod decide;
mod desk;
mod discount_rules;
mod discounts;
mod door;
mod draw_papers;
mod draw_pool;
mod draw_round;
mod draw_rules;
mod draw_shown;
mod draws;
mod gift_rules;
mod gifts;
mod green;
mod hall;
mod leases;
mod machine_tasks;
mod machines;
mod materials;
mod money_report;
mod money_tasks;
mod moves;
mod notices;
mod paper;
mod party_notes;
mod payment_rules;
mod payments;
mod people;
mod policy;
mod purge;
mod queries;
mod queue_rules;
mod replan;
mod reports;
mod room;
mod roster;
mod scene;
mod seating;
mod seats;
mod sessions;
mod settled;
mod sharded;
mod slip_paper;
mod slip_print;
mod slip_rules;
mod slips;
mod standings;
mod tables;
mod task_kinds;
mod task_list;
mod tasks;
mod tickets;
mod two_people;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;

use ed25519_dalek::VerifyingKey;

pub use arrival::{CheckInRecord, Consent, PhoneState};
pub use badge::{Badge, BadgeStatus, BadgeWorth};
pub use cash::{CashAtDesk, CashHandover};
pub use checkin::MOST_UNLISTED;
pub use counts::Counts;
pub use discounts::{Discount, DiscountState, LineAuthority};
pub use draw_papers::{
    CODE_BYTES, CommitSlip, DrawFile, EntryList, PrizeLine, ProofSlip, RulesSheet, VoidSlip, WinnerLine,
};
pub use draw_round::{Claim, Forfeit, Round, RoundStep, SUBSTITUTES, Winner};
pub use draw_rules::FEWEST_CALLS;
pub use draw_shown::{PickState, PickView, RoundView};
pub use draws::{Draw, DrawDispute};
pub use gifts::{GiftRight, GiftState, GivenTwice, Handover};
pub use green::ArrivalAlert;
pub use hall::Hall;
pub use leases::Lease;
pub use machines::{CLOCK_AMBER_MS, CLOCK_RED_MS, Device, MOST_WRONG_PINS, PrinterAt};
pub use materials::Material;
pub use money_report::{
    CashRow, GiftRow, MaterialRow, MoneyReport, PaymentsReport, PriceRow, QueueRow, ReceiptRow, SlipRow, SlipSums, Sum,
    TenderSums,
};
pub use notices::ArrivalNotice;
pub use paper::PaperGap;
pub use party_notes::{MOST_NOTE_LETTERS, PartyNote};
pub use payments::{Payment, PaymentStatus};
pub use policy::{MOST_AMOUNT_MINOR, NextTier, PolicyWord, line_amount};
pub use purge::{PurgeReport, purge_report};
pub use queries::{PhoneMatch, PhoneQuestion};
pub use queue_rules::{CASHIER, GIFT_DESK, ORDER_DESK};
pub use replan::{Replan, Replanned};
pub use reports::{MissingProof, TenderTotal, TicketRow};
pub use seats::{PartySeat, SeatHow};
pub use settled::{SettledTask, Who};
pub use slip_paper::SlipPaper;
pub use slip_print::SlipPrint;
pub use slips::{Slip, SlipStatus, SlipVersion};
pub use standings::{DealerStanding, FEWEST_IN_A_SUM, RegionStanding, StageBulletin, WinnerCard};
pub use tables::TableNow;
pub use task_kinds::{Proposal, Severity, Task, TaskKind};
pub use tickets::{CalledNumber, ExpectedWait, Ticket, TicketState};
pub use two_people::{TWO_PERSON_RULES, TwoPersonAct, TwoPersonRule};
pub use views::{HouseholdView, Person, TableSpot};

use crate::actor::{Actor, Meta};
use crate::config::MeetingConfig;
use crate::event::{DeviceRole, Event, Party, ReleaseReason};
use crate::ids::{DeviceId, EventId, GuestId, HouseholdId};
use crate::time::UnixMillis;
use seats::Told;
use sharded::Sharded;

/// What the log says so far. Cloning copies no records: give it freely to readers and overlays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    config: Arc<MeetingConfig>,
    config_rev: u32,
    invitation_keys: Arc<BTreeMap<u8, VerifyingKey>>,
    contact_key: Option<[u8; 32]>,
    roster: roster::Roster,
    arrivals: arrival::Arrivals,
    badges: badge::Badges,
    seats: seats::Seats,
    tables: tables::SharedTables,
    plan_rev: u32,
    machines: Arc<machines::Machines>,
    notices: Arc<notices::Notices>,
    tasks: Arc<task_list::TaskList>,
    leases: Arc<leases::Leases>,
    moves: Arc<moves::Moves>,
    /// What staff said last about the weights, unless the meeting file changed them since.
    weights_chosen: Option<Arc<crate::event::WeightsChosen>>,
    policies: Arc<policy::Policies>,
    slips: Arc<slips::Slips>,
    discounts: Arc<discounts::Discounts>,
    tickets: Arc<tickets::Tickets>,
    cash: Arc<cash::Cash>,
    prepaid: Arc<green::Prepaid>,
    gifts: Arc<gifts::Gifts>,
    materials: Arc<materials::Materials>,
    party_notes: Arc<party_notes::PartyNotes>,
    payments: Arc<payments::Payments>,
    papers: Arc<paper::Papers>,
    draws: Arc<draws::Draws>,
    /// What the hall sees by the host's last word.
    scene: Option<Arc<(Stamp, crate::event::Scene)>>,
    purge: Option<purge::Purge>,
    /// The hub as an author: the first machine that took itself in as one.
    hub: Option<DeviceId>,
    tally: BTreeMap<&'static str, u64>,
    unknown: Arc<BTreeMap<String, u64>>,
    unknown_first: Option<Stamp>,
    seen: Sharded<EventId, ()>,
    folded: u64,
}

/// Which event it was, when, where and in which place of the fold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    /// The event.
    pub event: EventId,
    /// When, by its author's clock.
    pub at: UnixMillis,
    /// In whose log.
    pub device: DeviceId,
    /// By whom.
    pub actor: Actor,
    /// Place in this fold, from 1.
    pub order: u64,
}

impl Meeting {
    /// A meeting of which nothing is known yet.
    pub fn new() -> Meeting {
        Meeting::default()
    }

    /// Folds an event in; total: whatever the event, it never fails. An event whose id was folded before has no effect, and
    /// neither has one that only the hub may write from another machine.
    pub fn apply(&mut self, meta: &Meta, event: &Event) {
        if self.seen.insert(meta.event_id, ()).is_some() {
            return;
        }
        self.folded += 1;
        if event.is_the_hubs() && self.hub.is_some_and(|hub| hub != meta.device) {
            return;
        }
        *self.tally.entry(event.kind()).or_default() += 1;
        if let Event::DeviceEnrolled(enrolled) = event
            && (enrolled.role, enrolled.device) == (DeviceRole::Hub, meta.device)
        {
            self.hub.get_or_insert(meta.device);
        }
        let stamp = Stamp {
            event: meta.event_id,
            at: meta.at,
            device: meta.device,
            actor: meta.actor.clone(),
            order: self.folded,
        };
        let closing = self.task_closed_by(event, meta.device);
        self.fold(stamp.clone(), event);
        if let Some(task) = closing {
            self.note_settled(task, &stamp, event);
            self.forget_people();
        }
    }

    /// How many events were folded, those of unknown kinds among them, each id once.
    pub fn folded(&self) -> u64 {
        self.folded
    }

    /// Counts an event that this version cannot read; nothing may be finalised over it.
    pub fn apply_unknown(&mut self, meta: &Meta, kind: &str) {
        if self.seen.insert(meta.event_id, ()).is_some() {
            return;
        }
        self.folded += 1;
        self.unknown_first.get_or_insert_with(|| Stamp {
            event: meta.event_id,
            at: meta.at,
            device: meta.device,
            actor: meta.actor.clone(),
            order: self.folded,
        });
        let kind: String = kind.chars().take(60).collect();
        *Arc::make_mut(&mut self.unknown).entry(kind).or_default() += 1;
    }

    /// Kinds of a newer version in the log, with how many events of each.
    pub fn unknown_kinds(&self) -> &BTreeMap<String, u64> {
        &self.unknown
    }

    /// How many events of a kind there are.
    pub fn events_of(&self, kind: &str) -> u64 {
        self.tally.get(kind).copied().unwrap_or(0)
    }

    fn fold(&mut self, stamp: Stamp, event: &Event) {
        match event {
            Event::MeetingConfigured(configured) => {
                if self.config.rules.seating != configured.config.rules.seating {
                    self.weights_chosen = None;
                }
                self.config = Arc::new((*configured.config).clone());
                self.config_rev = configured.rev;
                Arc::make_mut(&mut self.policies).configure(configured.rev, &self.config);
                self.note_prepaid();
                Arc::make_mut(&mut self.tables).configure(&self.config);
                self.forget_people();
            }
            Event::InvitationKeyPublished(key) => {
                if let Some(public) = verifying_key(&key.public_hex) {
                    Arc::make_mut(&mut self.invitation_keys).insert(key.key, public);
                }
            }
            Event::ContactKeyPublished(key) => {
                self.contact_key = key_bytes(&key.public_hex).or(self.contact_key);
                self.forget_people();
            }
            Event::RosterChanged(_)
            | Event::WalkInRegistered(_)
            | Event::GuestAdded(_)
            | Event::GuestCorrected(_)
            | Event::DealerCorrected(_)
            | Event::HouseholdsJoined(_)
            | Event::DealerRegraded(_)
            | Event::ConflictDeclared(_)
            | Event::DisclosureSet(_) => {
                self.fold_roster(&stamp, event);
                if matches!(event, Event::RosterChanged(_) | Event::WalkInRegistered(_)) {
                    self.note_prepaid();
                }
                self.forget_people();
            }
            Event::GuestCheckedIn(_)
            | Event::CheckInUndone(_)
            | Event::UnlistedCounted(_)
            | Event::PhoneConfirmed(_)
            | Event::PhoneCorrected(_)
            | Event::PhoneSkipped(_)
            | Event::DeciderWitnessed(_)
            | Event::DeciderDenied(_)
            | Event::GuestLeftEarly(_)
            | Event::GuestCameBack(_)
            | Event::SessionCheckedIn(_)
            | Event::SessionCheckInUndone(_)
            | Event::SessionUnlistedCounted(_)
            | Event::NoticeShown(_)
            | Event::ConsentRecorded(_) => {
                self.fold_arrival(stamp, event);
                self.forget_people();
            }
            Event::BadgeRequested(_)
            | Event::BadgePrinterChanged(_)
            | Event::BadgePrinted(_)
            | Event::BadgeDoubtful(_)
            | Event::DoubtSettled(_)
            | Event::BadgeVoided(_)
            | Event::BadgeHandedOver(_) => self.fold_badge(stamp, event),
            Event::SeatsPlanned(plan) => self.fold_plan(&stamp, plan),
            Event::PlacesLeased(leased) => self.fold_lease(&stamp, leased),
            Event::SeatAssigned(_)
            | Event::SeatMoved(_)
            | Event::SeatReleased(_)
            | Event::SeatRefused(_)
            | Event::SeatLocked(_)
            | Event::SeatUnlocked(_)
            | Event::TableTold(_)
            | Event::HouseholdSeated(_) => self.fold_seat(&stamp, event),
            Event::PartiesMoved(moved) => self.fold_moves(&stamp, moved),
            Event::WeightsChosen(chosen) => self.weights_chosen = Some(Arc::new(chosen.clone())),
            Event::TableAdded(_)
            | Event::TableClosed(_)
            | Event::TablesMerged(_)
            | Event::TableReopened(_)
            | Event::TablesParted(_)
            | Event::TableRenumbered(_)
            | Event::ExtraChairSigned(_) => Arc::make_mut(&mut self.tables).apply(&stamp, event),
            Event::DeviceEnrolled(_)
            | Event::EpochOpened(_)
            | Event::DeviceRevoked(_)
            | Event::DeviceFaulted(_)
            | Event::DeviceRecovered(_)
            | Event::DeviceForked(_)
            | Event::ClockSuspected(_)
            | Event::NodeStarted(_)
            | Event::StaffSignedIn(_)
            | Event::StaffSignedOut(_)
            | Event::StaffLockedOut(_)
            | Event::StaffUnlocked(_) => Arc::make_mut(&mut self.machines).apply(&stamp, event),
            Event::ArrivalNoticeSent(_) | Event::ArrivalNoticeSeen(_) => {
                Arc::make_mut(&mut self.notices).apply(&stamp, event);
            }
            Event::NoteWritten(written) => {
                let party = self.resolve_party(written.party);
                Arc::make_mut(&mut self.party_notes).write(party, &stamp, &written.text);
                self.forget_people();
            }
            Event::HelpRequested(_)
            | Event::HelpGiven(_)
            | Event::TaskDecided(_)
            | Event::TaskTaken(_)
            | Event::TaskReopened(_) => Arc::make_mut(&mut self.tasks).apply(&stamp, event),
            Event::LastPaperReported(found) => Arc::make_mut(&mut self.papers).find(&stamp, &found.number),
            Event::SlipDrafted(_)
            | Event::SlipRevised(_)
            | Event::SlipBranchChosen(_)
            | Event::SlipSigned(_)
            | Event::SlipSuperseded(_)
            | Event::SlipVoided(_)
            | Event::SlipCopyReturned(_)
            | Event::SlipPrintRequested(_)
            | Event::SlipPrinted(_)
            | Event::OrdersClosed(_)
            | Event::OrdersReopened(_) => {
                Arc::make_mut(&mut self.slips).apply(&stamp, event, Arc::make_mut(&mut self.papers));
                self.forget_people();
            }
            Event::DiscountRequested(_) | Event::DiscountApproved(_) | Event::DiscountRefused(_) => {
                Arc::make_mut(&mut self.discounts).apply(&stamp, event);
                self.forget_people();
            }
            Event::TicketTaken(_)
            | Event::TicketCalled(_)
            | Event::TicketTransferred(_)
            | Event::TicketServed(_)
            | Event::TicketDropped(_) => {
                let papers = Arc::make_mut(&mut self.papers);
                Arc::make_mut(&mut self.tickets).apply(&stamp, event, self.config_rev, papers);
            }
            Event::CashHandedOver(cash) => {
                Arc::make_mut(&mut self.papers).see(&cash.number);
                Arc::make_mut(&mut self.cash).apply(&stamp, event);
                self.forget_people();
            }
            Event::GiftHandedOver(_) | Event::GiftReturned(_) | Event::GiftStockCounted(_) => {
                Arc::make_mut(&mut self.gifts).apply(&stamp, event);
            }
            Event::MaterialIssued(_) | Event::MaterialReturned(_) => {
                Arc::make_mut(&mut self.materials).apply(&stamp, event);
            }
            Event::PaymentClaimed(_)
            | Event::PaymentReceived(_)
            | Event::PaymentConfirmed(_)
            | Event::PaymentReversed(_)
            | Event::PaymentReleased(_)
            | Event::ReceiptPrinted(_) => {
                let alike_ms = u64::from(self.config.rules.duplicate_payment_minutes) * 60_000;
                let payments = Arc::make_mut(&mut self.payments);
                payments.apply(&stamp, event, alike_ms, Arc::make_mut(&mut self.papers));
                self.forget_people();
            }
            Event::PurgeOrdered(_) | Event::PurgeFinished(_) => self.fold_purge(&stamp, event),
            Event::DrawCommitted(_)
            | Event::PrizeAdded(_)
            | Event::RoundFrozen(_)
            | Event::RoundEntriesListed(_)
            | Event::AudienceEntered(_)
            | Event::RoundLocked(_)
            | Event::RoundRevealed(_)
            | Event::PrizeClaimed(_)
            | Event::PrizeForfeited(_)
            | Event::RoundVoided(_)
            | Event::DrawProofPrinted(_)
            | Event::DrawClosed(_) => self.fold_draw(&stamp, event),
            Event::SceneShown(shown) => self.scene = Some(Arc::new((stamp, shown.scene.clone()))),
            // Kept in the log and counted by kind; nothing else is derived from them yet.
            Event::ScanRefused(_)
            | Event::IncentiveSettled(_)
            | Event::BulletinPosted(_)
            | Event::BulletinWithdrawn(_) => {}
        }
    }

    fn fold_badge(&mut self, stamp: Stamp, event: &Event) {
        if let Event::BadgeHandedOver(handed) = event
            && let Some(badge) = self.badges.get(handed.badge)
            && let Some(table) = badge.table
        {
            let told = Told { table, stamp: stamp.clone(), check_in: None };
            self.seats.tell(self.party_of(badge.guest), told);
        }
        if let Event::BadgeRequested(asked) = event
            && !asked.number.is_empty()
        {
            Arc::make_mut(&mut self.papers).see(&asked.number);
        }
        self.badges.apply(stamp, event);
    }

    fn fold_plan(&mut self, stamp: &Stamp, plan: &crate::event::SeatsPlanned) {
        self.plan_rev = self.plan_rev.max(plan.rev);
        let seats = plan.seats.iter().map(|(household, table)| (household, Some(table)));
        for (household, table) in seats.chain(plan.unplanned.iter().map(|household| (household, None))) {
            let party = self.household_party(*household);
            // A plan of before the lock may come after it, where a new life of the hub got it back from others.
            if !self.is_seat_locked(party) {
                self.seats.plan(party, table, stamp);
            }
        }
    }

    fn fold_seat(&mut self, stamp: &Stamp, event: &Event) {
        let party = match event {
            Event::SeatAssigned(assigned) => {
                for (displaced, to) in &assigned.displaced {
                    let displaced = self.resolve_party(*displaced);
                    if !self.is_told(displaced) && !self.is_seat_locked(displaced) {
                        self.seats.give(displaced, to, stamp);
                    }
                }
                if assigned.leased > 0 {
                    Arc::make_mut(&mut self.leases).take(stamp.device, &assigned.table, assigned.leased);
                }
                assigned.party
            }
            Event::SeatMoved(moved) => {
                self.note_move(stamp, moved);
                moved.party
            }
            Event::SeatLocked(locked) => {
                self.hold_seat(stamp, locked);
                locked.party
            }
            Event::SeatUnlocked(unlocked) => unlocked.party,
            Event::SeatReleased(released)
                if released.reason == ReleaseReason::NoShow && !self.is_no_show_at(released) =>
            {
                return;
            }
            Event::SeatReleased(released) => released.party,
            Event::SeatRefused(refused) => refused.party,
            Event::TableTold(told) => told.party,
            Event::HouseholdSeated(seated) => seated.party,
            _ => return,
        };
        self.seats.apply(stamp, self.resolve_party(party), event);
    }

    /// A list of no-shows may be older than a check-in at a node that was cut off, or than a table that a person gave.
    fn is_no_show_at(&self, released: &crate::event::SeatReleased) -> bool {
        let party = self.resolve_party(released.party);
        let at = self.seat_of(party).map(|(table, _)| table);
        at == Some(self.tables.resolve(&released.table)) && !self.is_told(party) && !self.is_seat_locked(party)
    }

    fn household_party(&self, household: HouseholdId) -> Party {
        Party::Household(self.roster.resolve(household))
    }

    fn resolve_party(&self, party: Party) -> Party {
        match party {
            Party::Household(household) => self.household_party(household),
            Party::Guest(guest) => self.party_of(guest),
        }
    }

    /// The party that a check-in names, else the one of the guest's record.
    fn party_checked_in(&self, guest: GuestId, household: Option<HouseholdId>) -> Party {
        match household.filter(|_| !self.roster.guests.contains(&guest)) {
            Some(household) => self.household_party(household),
            None => self.party_of(guest),
        }
    }
}

fn key_bytes(hex: &str) -> Option<[u8; 32]> {
    data_encoding::HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok()?.try_into().ok()
}

fn verifying_key(hex: &str) -> Option<VerifyingKey> {
    VerifyingKey::from_bytes(&key_bytes(hex)?).ok()
}
