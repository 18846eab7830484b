//! Leases of places: what each node may give away at a table without asking anybody. In the hub's order the first has
//! them; two leases of a table never share a place. A lease ends by itself, so that a dead node keeps nothing for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::authority::HALL;
use super::machines::{CLOCK_RED_MS, Machines};
use super::{Meeting, Stamp};
use crate::actor::Ctx;
use crate::config::LeaseRule;
use crate::event::{DeviceRole, Event, PlacesLeased};
use crate::ids::{DeviceId, TableId};
use crate::refusal::Refusal;
use crate::time::UnixMillis;

/// Two clocks of nodes may differ by so much before anybody takes notice: its holder stops so long before the end, the
/// others wait so long after it.
const MARGIN_MS: u64 = CLOCK_RED_MS;

/// Places of one table that one node may give away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Whose.
    pub device: DeviceId,
    /// Where.
    pub table: TableId,
    /// How many are left.
    pub places: u16,
    /// When it ends by itself.
    pub until: Option<UnixMillis>,
    /// The event that gave it.
    pub stamp: Stamp,
}

impl Lease {
    /// Whether the others must leave the places alone.
    fn binds(&self, at: UnixMillis, machines: &Machines) -> bool {
        let revoked = machines.devices.get(&self.device).is_some_and(|device| device.revoked);
        !revoked && self.until.is_none_or(|until| at.0 <= until.0.saturating_add(MARGIN_MS))
    }

    /// Whether its holder may still give places away.
    fn is_usable(&self, now: UnixMillis) -> bool {
        self.places > 0 && self.until.is_none_or(|until| now.0.saturating_add(MARGIN_MS) < until.0)
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Leases {
    leases: BTreeMap<(TableId, DeviceId), Lease>,
}

impl Leases {
    /// Places of a table that are leased to anybody.
    pub fn places_of(&self, table: &TableId, at: UnixMillis, machines: &Machines) -> u16 {
        let of_table = self.leases.values().filter(|lease| lease.table == *table && lease.binds(at, machines));
        of_table.fold(0, |sum, lease| sum.saturating_add(lease.places))
    }

    pub fn take(&mut self, device: DeviceId, table: &TableId, places: u16) {
        if let Some(lease) = self.leases.get_mut(&(table.clone(), device)) {
            lease.places = lease.places.saturating_sub(places);
        }
    }
}

impl Meeting {
    /// Every lease with places left, by table and node; a machine taken out of the meeting has none.
    pub fn leases(&self) -> impl Iterator<Item = &Lease> {
        let revoked = |lease: &Lease| self.device(lease.device).is_some_and(|device| device.revoked);
        self.leases.leases.values().filter(move |lease| lease.places > 0 && !revoked(lease))
    }

    /// The hub orders, the fold grants: as much as is free at that moment of the order.
    pub(super) fn fold_lease(&mut self, stamp: &Stamp, leased: &PlacesLeased) {
        let table = self.tables.resolve(&leased.table);
        let key = (table.clone(), leased.device);
        let machines = Arc::clone(&self.machines);
        let leases = &mut Arc::make_mut(&mut self.leases).leases;
        // Places of leases that ended are given away anew now: they end for good.
        leases.retain(|known, lease| known.0 != table || (*known != key && lease.binds(stamp.at, &machines)));
        let revoked = self.device(leased.device).is_some_and(|device| device.revoked);
        if leased.places == 0 || revoked {
            return;
        }
        let free = u16::try_from(self.free_places(&table, stamp.at).max(0)).unwrap_or(u16::MAX);
        let places = leased.places.min(free);
        let lease = Lease { device: leased.device, table, places, until: leased.until, stamp: stamp.clone() };
        Arc::make_mut(&mut self.leases).leases.insert(key, lease);
    }

    /// Leases out of which the deciding node may give places away now: known to the hub, not about to end.
    pub(super) fn usable_leases(&self, ctx: &Ctx) -> Vec<Lease> {
        let own = self.leases().filter(|lease| lease.device == ctx.device);
        own.filter(|lease| lease.stamp.order <= ctx.hub.confirmed && lease.is_usable(ctx.now)).cloned().collect()
    }

    /// What a node asks for by itself while it reaches the hub: some places at some tables, renewed at half-time.
    pub(super) fn keep_leases(&self, ctx: &Ctx) -> Vec<Event> {
        let rule = self.config.rules.leases;
        let role = self.device(ctx.device).and_then(|device| device.role);
        let seats_guests = matches!(role, Some(DeviceRole::Kiosk | DeviceRole::Desk));
        if !ctx.hub.connected || !seats_guests || rule.places == 0 {
            return Vec::new();
        }
        let mut free = self.free_by_table(ctx.now);
        let own: Vec<&Lease> = self.leases.leases.values().filter(|lease| lease.device == ctx.device).collect();
        let mut events: Vec<Event> =
            own.iter().filter_map(|lease| renewed(lease, free.get(&lease.table).copied(), rule, ctx)).collect();
        free.retain(|table, _| !own.iter().any(|lease| lease.table == *table));
        let here = own.iter().filter(|lease| self.open_table(&lease.table).is_ok()).count();
        let more = usize::from(rule.tables).saturating_sub(here);
        let from = usize::from(ctx.device.bytes()[15]);
        let mut tables: Vec<(TableId, i32)> = free.into_iter().filter(|(_, free)| *free > 1).collect();
        let start = from % tables.len().max(1);
        // Every node begins at another table, so that they seldom want the same.
        tables.rotate_left(start);
        let asked = tables.into_iter().take(more);
        events.extend(asked.map(|(table, free)| lease(&table, share(free, rule), rule, ctx)));
        events
    }

    pub(super) fn end_lease(&self, device: DeviceId, table: &TableId, ctx: &Ctx) -> Result<Vec<Event>, Refusal> {
        self.need(ctx, HALL)?;
        let known = self.leases.leases.contains_key(&(table.clone(), device));
        let gone = PlacesLeased { device, table: table.clone(), places: 0, until: None };
        Ok(if known { vec![gone.into()] } else { Vec::new() })
    }
}

fn renewed(own: &Lease, free: Option<i32>, rule: LeaseRule, ctx: &Ctx) -> Option<Event> {
    // The hotel took the table away.
    let Some(free) = free else { return Some(lease(&own.table, 0, rule, ctx)) };
    let half_ms = u64::from(rule.minutes) * 30_000;
    let soon = own.until.is_some_and(|until| ctx.now.0.saturating_add(half_ms) >= until.0);
    let places = share(free + i32::from(own.places), rule).max(own.places);
    (soon || places > own.places).then(|| lease(&own.table, places, rule, ctx))
}

/// At most half of what is free, so that something is left for whoever comes to another desk.
fn share(free: i32, rule: LeaseRule) -> u16 {
    u16::try_from(free.max(0) / 2).unwrap_or(u16::MAX).min(rule.places)
}

fn lease(table: &TableId, places: u16, rule: LeaseRule, ctx: &Ctx) -> Event {
    let until = UnixMillis(ctx.now.0.saturating_add(u64::from(rule.minutes) * 60_000));
    PlacesLeased { device: ctx.device, table: table.clone(), places, until: Some(until) }.into()
}
