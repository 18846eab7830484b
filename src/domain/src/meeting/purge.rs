//! After the meeting: what is told of people stops being shown, what the law wants stays. Destroys no file: the nodes do,
//! each its own, and report it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{Meeting, Stamp};
use crate::actor::{Actor, Ctx};
use crate::config::Role;
use crate::event::*;
use crate::ids::DeviceId;
use crate::refusal::Refusal;
use crate::time::UnixMillis;

/// Who may order it besides the organiser.
const COMMAND: &[Role] = &[Role::Commander];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Purge {
    ordered: Option<Stamp>,
    not_before: UnixMillis,
    keep_draw: bool,
    finished: BTreeSet<DeviceId>,
}

/// What goes and what stays, counted; keys are codes by which the report finds its words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PurgeReport {
    /// When it was ordered for; none while nobody ordered it.
    pub not_before: Option<UnixMillis>,
    /// Devices that reported to be done.
    pub finished: Vec<DeviceId>,
    /// `guest_names`, `guest_phones`, `guest_needs`, `dealer_addresses`, `heard_about_dealers`, `free_columns`,
    /// `slip_contacts`, `desk_notes`, `salesperson_phones`, `draws` when they are not to be kept.
    pub goes: BTreeMap<&'static str, u64>,
    /// `firms`, `slips`, `signed_slips`, `payments`, `consents`, `notices_shown`, `draws` when they are to be kept.
    pub stays: BTreeMap<&'static str, u64>,
}

impl Meeting {
    /// Whether what is told of people is shown no more.
    pub fn is_purged(&self) -> bool {
        self.purge.as_ref().is_some_and(|purge| !purge.finished.is_empty())
    }

    /// From when on contact data and logs are to be destroyed, if that was ordered; and whether draws stay.
    pub fn purge_ordered(&self) -> Option<(UnixMillis, bool)> {
        let purge = self.purge.as_ref()?;
        purge.ordered.as_ref().map(|_| (purge.not_before, purge.keep_draw))
    }

    /// The first order counts; what it names goes when the first machine says that it destroyed its part.
    pub(super) fn fold_purge(&mut self, stamp: &Stamp, event: &Event) {
        let empty = || Purge { ordered: None, not_before: UnixMillis(0), keep_draw: true, finished: BTreeSet::new() };
        let purge = self.purge.get_or_insert_with(empty);
        match event {
            Event::PurgeOrdered(ordered) if purge.ordered.is_none() => {
                purge.ordered = Some(stamp.clone());
                (purge.not_before, purge.keep_draw) = (ordered.not_before, ordered.keep_draw);
            }
            Event::PurgeFinished(_) if purge.ordered.is_some() => {
                purge.finished.insert(stamp.device);
            }
            _ => {}
        }
        self.forget_people();
    }

    /// Once purged, the state holds nothing that names or describes a person.
    pub(super) fn forget_people(&mut self) {
        if self.is_purged() {
            self.roster.forget_people();
            Arc::make_mut(&mut self.slips).forget_people();
            Arc::make_mut(&mut self.discounts).forget_words();
            Arc::make_mut(&mut self.payments).forget_notes();
            Arc::make_mut(&mut self.cash).forget_notes();
            Arc::make_mut(&mut self.tasks).forget_notes();
            Arc::make_mut(&mut self.party_notes).forget();
            Arc::make_mut(&mut self.draws).forget_proxies();
            self.contact_key = None;
            if self.config.salespeople.iter().any(|person| person.contact.is_some()) {
                let people = &mut Arc::make_mut(&mut self.config).salespeople;
                people.iter_mut().for_each(|person| person.contact = None);
            }
        }
    }

    /// Free words about parties, on slips, price requests, receipts and cash hand-overs.
    fn desk_notes(&self) -> usize {
        let slips = self.slips().filter(|slip| slip.has_note()).count();
        slips + self.party_notes.count() + self.discounts.noted() + self.payments.noted() + self.cash.noted()
    }

    pub(super) fn order_purge(
        &self,
        not_before: UnixMillis,
        keep_draw: bool,
        ctx: &Ctx,
    ) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, COMMAND)?;
        if self.hub.is_some_and(|hub| hub != ctx.device) {
            return Err(Refusal::OnlyAtTheHub);
        }
        let ordered = self.purge.as_ref().and_then(|purge| purge.ordered.as_ref());
        match ordered {
            Some(ordered) => Err(Refusal::AlreadyDone { at: ordered.at }),
            None => Ok(vec![PurgeOrdered { not_before, keep_draw }.into()]),
        }
    }

    pub(super) fn finish_purge(&self, records: u64, report_hash: &str, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        if ctx.actor != Actor::System {
            self.need(ctx, COMMAND)?;
        }
        let ordered = self.purge_ordered();
        let from = ordered.map(|(not_before, _)| not_before);
        if from.is_none_or(|from| ctx.now < from) {
            return Err(Refusal::TooEarly { from });
        }
        let done = self.purge.as_ref().is_some_and(|purge| purge.finished.contains(&ctx.device));
        let finished = PurgeFinished { records, report_hash: report_hash.to_owned() };
        Ok(if done { Vec::new() } else { vec![finished.into()] })
    }
}

/// Counts what a purge of this meeting destroys and what it spares.
pub fn purge_report(meeting: &Meeting) -> PurgeReport {
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    let guests = || meeting.guests().map(|guest| &**guest);
    let dealers = || meeting.all_dealers().map(|dealer| &**dealer);
    let heard = dealers().filter(|dealer| !(dealer.stock_heard.is_empty() && dealer.funds_heard.is_empty()));
    let columns = guests().map(|guest| guest.columns.len()).chain(dealers().map(|dealer| dealer.columns.len()));
    let salespeople = meeting.config().salespeople.iter();
    let mut goes = BTreeMap::from([
        ("guest_names", count(guests().filter(|guest| !guest.name.is_empty()).count())),
        ("guest_phones", count(guests().filter(|guest| guest.phone.is_some()).count())),
        ("guest_needs", count(guests().filter(|guest| guest.needs != crate::roster::Needs::default()).count())),
        ("dealer_addresses", count(dealers().filter(|dealer| dealer.address.is_some()).count())),
        ("heard_about_dealers", count(heard.count())),
        ("free_columns", count(columns.sum())),
        ("slip_contacts", count(meeting.slips().filter(|slip| slip.has_contacts()).count())),
        ("desk_notes", count(meeting.desk_notes())),
        ("salesperson_phones", count(salespeople.filter(|person| person.contact.is_some()).count())),
    ]);
    let arrivals = || meeting.arrivals.guests.values();
    let mut stays = BTreeMap::from([
        ("firms", count(dealers().count())),
        ("slips", count(meeting.slips().count())),
        ("signed_slips", count(meeting.signed_slips().count())),
        ("payments", count(meeting.payments().count())),
        ("consents", count(arrivals().map(|arrival| arrival.consents.len()).sum())),
        ("notices_shown", count(arrivals().map(|arrival| arrival.notices_shown.len()).sum())),
    ]);
    let keep_draw = meeting.purge_ordered().is_none_or(|(_, keep_draw)| keep_draw);
    let draws = if keep_draw { &mut stays } else { &mut goes };
    draws.insert("draws", meeting.events_of("DrawCommitted"));
    let finished = meeting.purge.iter().flat_map(|purge| purge.finished.iter().copied()).collect();
    PurgeReport { not_before: meeting.purge_ordered().map(|(from, _)| from), finished, goes, stays }
}
