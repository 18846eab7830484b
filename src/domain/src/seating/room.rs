//! A question to the seating: tables, households, conflicts and weights by number, bounded and laid out for the search.

use std::collections::BTreeMap;

use thiserror::Error;

/// Household without a table in a plan.
pub const NOWHERE: u16 = u16::MAX;
/// Households of a room at most.
pub const MOST_HOUSEHOLDS: usize = 20_000;
/// Tables of a room at most.
pub const MOST_TABLES: usize = 5_000;
/// Chairs of a table and heads of a household at most.
pub const MOST_HEADS: u16 = 1_000;
/// Rows of a room at most.
pub const MOST_ROWS: u16 = 1_000;
/// A weight at most, in points.
pub const MOST_WEIGHT: u32 = 10_000;
/// Severity of a conflict at most.
pub const MOST_SEVERITY: u16 = 100;
/// Counts that the search keeps, one per group and table, at most: 50 MB for each chain.
const MOST_COUNTS: usize = 25_000_000;
/// Conflicts of a room at most.
pub const MOST_CONFLICTS: usize = 1_000_000;

/// From more rivals on a table's guests are asked.
const MANY_RIVALS: u16 = 12;
/// Households of a table of who is whose rival, at most; it takes 8 MB then.
const MOST_IN_RIVALRY: usize = 8_192;

/// The table's number per household, in the order of the households; `NOWHERE` where there is none.
pub type Plan = Vec<u16>;

/// A table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSpec {
    /// Places for guests: chairs without the host's.
    pub places: u16,
    /// Row from the stage, from 1.
    pub row: u16,
    /// Wheelchairs that find room; 0 where there are steps.
    pub wheelchair_spaces: u16,
    /// A pillar stands between the table and the stage.
    pub blocked_view: bool,
}

/// A household that needs one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HouseholdSpec {
    /// People, at least 1.
    pub heads: u16,
    /// Of them in wheelchairs.
    pub wheelchairs: u16,
    /// Number of the salesperson whose dealers sit together; none: belongs to no group.
    pub group: Option<u16>,
    /// Tier of a guest of honour, an index of `Weights::vip_row`.
    pub tier: Option<u8>,
    /// Draws other customers along: class A.
    pub key_customer: bool,
    /// Sits at this table and stays there.
    pub seated: Option<u16>,
    /// Was told this table.
    pub told: Option<u16>,
}

/// How strongly two households are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Never at one table.
    Never,
    /// Not at one table where it can be avoided; severity 1 to 3 by custom.
    Avoid {
        /// Multiplies the weight.
        severity: u16,
    },
}

/// Two households that shall not share a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConflictSpec {
    /// One of them.
    pub a: u16,
    /// The other.
    pub b: u16,
    /// How strongly.
    pub level: Level,
}

/// Points per broken wish.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// Per severity of a pair in conflict at one table.
    pub conflict: u32,
    /// Per table of a salesperson beyond the fewest.
    pub spread: u32,
    /// Per row behind the first, by tier.
    pub vip_row: Vec<u32>,
    /// Per guest of honour behind a pillar.
    pub vip_view: u32,
    /// Per used table without a key customer.
    pub no_key_customer: u32,
    /// Per guest missing to 70 % at a used table.
    pub looks_empty: u32,
    /// Per household that was told another table.
    pub told_again: u32,
}

/// A question as its asker puts it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// Tables, by number.
    pub tables: Vec<TableSpec>,
    /// Households, by number.
    pub households: Vec<HouseholdSpec>,
    /// Who is kept from whom.
    pub conflicts: Vec<ConflictSpec>,
    /// What counts how much.
    pub weights: Weights,
}

/// What makes a question unanswerable before anything is searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum RoomFault {
    /// Nothing to sit at.
    #[error("the room has no table with a place for guests; add tables")]
    NoTables,
    /// Beyond a bound.
    #[error("{what}: {number} are too many, at most {most}; split the meeting into halls")]
    TooMany {
        /// Of what.
        what: &'static str,
        /// How many.
        number: usize,
        /// The bound.
        most: usize,
    },
    /// A figure of one table or household is out of range.
    #[error("{what} number {number}: {field} must be {least} to {most}")]
    OutOfRange {
        /// Table, household, conflict or weight.
        what: &'static str,
        /// Which, from 0.
        number: usize,
        /// Which figure.
        field: &'static str,
        /// Smallest allowed.
        least: u64,
        /// Largest allowed.
        most: u64,
    },
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Household {
    pub heads: u16,
    pub wheelchairs: u16,
    /// `NOWHERE`: no group, or alone in it.
    pub group: u16,
    /// `NOWHERE`: not told.
    pub told: u16,
    pub rivals_from: u32,
    pub rivals: u16,
    /// 0: not a guest of honour, else tier + 1.
    pub tier: u8,
    pub key_customer: bool,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Rival {
    pub soft: i32,
    pub other: u16,
    /// Pairs that shall never meet.
    pub never: u16,
}

/// A checked question, laid out for the search.
#[derive(Clone, Debug)]
pub struct Room {
    pub(super) tables: Vec<TableSpec>,
    pub(super) households: Vec<Household>,
    pub(super) seated: Vec<u16>,
    pub(super) weights: Weights,
    pub(super) conflicts: Vec<ConflictSpec>,
    /// Rivals of each household, one after the other.
    pub(super) rivals: Vec<Rival>,
    /// Households of each group of two and more; `Household::group` counts these.
    pub(super) members: Vec<Vec<u16>>,
    /// Households alone in their group, who are always at the fewest tables.
    loners: Vec<u16>,
    /// Cost of a guest of honour by tier and table.
    pub(super) honour: Vec<i32>,
    pub(super) largest: u16,
    /// Units of hard breaks per pair that shall never meet, or wheelchair without a space; a guest too many is one.
    pub(super) pair: i64,
    /// Whether two households are rivals, a bit for each two, where some have many.
    rivalry: Vec<u64>,
}

impl Room {
    /// Checks and lays out a question.
    ///
    /// # Errors
    /// A bound that is passed, with the remedy.
    pub fn new(question: &Question) -> Result<Room, RoomFault> {
        let Question { tables, households, conflicts, weights } = question;
        few("tables", tables.len(), MOST_TABLES)?;
        few("households", households.len(), MOST_HOUSEHOLDS)?;
        few("conflicts", conflicts.len(), MOST_CONFLICTS)?;
        check_tables(tables)?;
        check_households(households, tables.len(), weights.vip_row.len())?;
        check_conflicts(conflicts, households.len())?;
        check_weights(weights)?;
        let largest = tables.iter().map(|table| table.places).max().filter(|most| *most > 0);
        let largest = largest.ok_or(RoomFault::NoTables)?;
        let honour = honour(tables, weights);
        let (members, loners) = members(households);
        few("salespeople times tables", members.len() * tables.len(), MOST_COUNTS)?;
        let seated = households.iter().map(|household| household.seated.unwrap_or(NOWHERE)).collect();
        let (rivals, ranges) = rivals(conflicts, households.len(), weights.conflict);
        let mut households: Vec<Household> =
            households.iter().zip(ranges).map(|(household, range)| packed(household, range)).collect();
        for (group, members) in members.iter().enumerate() {
            members.iter().for_each(|member| households[usize::from(*member)].group = group as u16);
        }
        let (tables, weights, conflicts) = (tables.clone(), weights.clone(), conflicts.clone());
        let pair = fair_pair(&households);
        let rivalry = rivalry(&households, &rivals);
        Ok(Room {
            tables,
            households,
            seated,
            weights,
            conflicts,
            rivals,
            members,
            loners,
            honour,
            largest,
            pair,
            rivalry,
        })
    }

    /// How many tables.
    pub fn tables(&self) -> usize {
        self.tables.len()
    }

    /// How many households.
    pub fn households(&self) -> usize {
        self.households.len()
    }

    /// The same room with hard rules only.
    pub(super) fn without_wishes(&self) -> Room {
        let mut bare = self.clone();
        bare.weights = Weights { vip_row: vec![0; self.weights.vip_row.len()], ..Weights::default() };
        bare.honour.fill(0);
        bare.rivals.iter_mut().for_each(|rival| rival.soft = 0);
        bare
    }

    pub(super) fn rivals_of(&self, household: usize) -> &[Rival] {
        let Household { rivals_from, rivals, .. } = self.households[household];
        &self.rivals[rivals_from as usize..rivals_from as usize + rivals as usize]
    }

    /// Whether it is quicker to ask the guests of a table than to look where the household's rivals are.
    #[inline]
    pub(super) fn asks_guests(&self, household: usize) -> bool {
        self.households[household].rivals > MANY_RIVALS && !self.rivalry.is_empty()
    }

    /// What stands between two households, if anything; for those that `asks_guests`.
    #[inline]
    pub(super) fn rival(&self, household: usize, other: u16) -> Option<&Rival> {
        let bit = household * self.households.len() + usize::from(other);
        if self.rivalry[bit / 64] >> (bit % 64) & 1 == 0 {
            return None;
        }
        let rivals = self.rivals_of(household);
        rivals.binary_search_by_key(&other, |rival| rival.other).ok().map(|at| &rivals[at])
    }

    /// All groups of salespeople, those of one household too.
    pub(super) fn groups(&self) -> impl Iterator<Item = &[u16]> {
        self.members.iter().map(Vec::as_slice).chain(self.loners.iter().map(std::slice::from_ref))
    }

    /// Tables that the dealers of a group need at least.
    pub(super) fn fewest_tables(&self, heads: u64) -> i64 {
        heads.div_ceil(u64::from(self.largest)) as i64
    }
}

fn few(what: &'static str, number: usize, most: usize) -> Result<(), RoomFault> {
    if number <= most { Ok(()) } else { Err(RoomFault::TooMany { what, number, most }) }
}

fn within(
    what: &'static str,
    number: usize,
    field: &'static str,
    value: u64,
    range: std::ops::RangeInclusive<u64>,
) -> Result<(), RoomFault> {
    let (least, most) = (*range.start(), *range.end());
    if range.contains(&value) { Ok(()) } else { Err(RoomFault::OutOfRange { what, number, field, least, most }) }
}

fn check_tables(tables: &[TableSpec]) -> Result<(), RoomFault> {
    for (number, table) in tables.iter().enumerate() {
        within("table", number, "places", table.places.into(), 0..=MOST_HEADS.into())?;
        within("table", number, "row", table.row.into(), 1..=MOST_ROWS.into())?;
        within("table", number, "wheelchair spaces", table.wheelchair_spaces.into(), 0..=MOST_HEADS.into())?;
    }
    Ok(())
}

fn check_households(households: &[HouseholdSpec], tables: usize, tiers: usize) -> Result<(), RoomFault> {
    for (number, household) in households.iter().enumerate() {
        within("household", number, "heads", household.heads.into(), 1..=MOST_HEADS.into())?;
        within("household", number, "wheelchairs", household.wheelchairs.into(), 0..=MOST_HEADS.into())?;
        let known = |table: Option<u16>| table.map_or(0, |table| table as u64 + 1);
        within("household", number, "seated at table", known(household.seated), 0..=tables as u64)?;
        within("household", number, "told table", known(household.told), 0..=tables as u64)?;
        within(
            "household",
            number,
            "tier",
            household.tier.map_or(0, |tier| tier as u64 + 1),
            0..=tiers.min(254) as u64,
        )?;
        let group = household.group.map_or(0, u64::from);
        within("household", number, "salesperson", group, 0..=MOST_HOUSEHOLDS as u64)?;
    }
    Ok(())
}

fn check_conflicts(conflicts: &[ConflictSpec], households: usize) -> Result<(), RoomFault> {
    let most = (households as u64).saturating_sub(1);
    for (number, conflict) in conflicts.iter().enumerate() {
        within("conflict", number, "household", conflict.a.into(), 0..=most)?;
        within("conflict", number, "household", conflict.b.into(), 0..=most)?;
        if conflict.a == conflict.b {
            return Err(RoomFault::OutOfRange { what: "conflict", number, field: "two households", least: 2, most: 2 });
        }
        if let Level::Avoid { severity } = conflict.level {
            within("conflict", number, "severity", severity.into(), 0..=MOST_SEVERITY.into())?;
        }
    }
    Ok(())
}

/// The groups of two and more by what their members were given, and who is alone in one.
fn members(households: &[HouseholdSpec]) -> (Vec<Vec<u16>>, Vec<u16>) {
    let mut groups: BTreeMap<u16, Vec<u16>> = BTreeMap::new();
    for (household, number) in households.iter().zip(0..) {
        if let Some(group) = household.group {
            groups.entry(group).or_default().push(number);
        }
    }
    let (alone, many): (Vec<_>, Vec<_>) = groups.into_values().partition(|members| members.len() == 1);
    (many, alone.into_iter().flatten().collect())
}

fn check_weights(weights: &Weights) -> Result<(), RoomFault> {
    let Weights { conflict, spread, vip_row, vip_view, no_key_customer, looks_empty, told_again } = weights;
    let single = [conflict, spread, vip_view, no_key_customer, looks_empty, told_again];
    for (number, weight) in single.into_iter().chain(vip_row).enumerate() {
        within("weight", number, "points", (*weight).into(), 0..=MOST_WEIGHT.into())?;
    }
    Ok(())
}

fn honour(tables: &[TableSpec], weights: &Weights) -> Vec<i32> {
    let mut honour = vec![0; tables.len()];
    for weight in &weights.vip_row {
        honour.extend(tables.iter().map(|table| {
            let view = if table.blocked_view { weights.vip_view } else { 0 };
            (weight * u32::from(table.row - 1) + view) as i32
        }));
    }
    honour
}

fn packed(household: &HouseholdSpec, (rivals_from, rivals): (u32, u16)) -> Household {
    Household {
        heads: household.heads,
        wheelchairs: household.wheelchairs,
        group: NOWHERE,
        told: household.told.unwrap_or(NOWHERE),
        rivals_from,
        rivals,
        tier: household.tier.map_or(0, |tier| tier + 1),
        key_customer: household.key_customer,
    }
}

/// A pair counts as much as two households of usual size too many.
fn fair_pair(households: &[Household]) -> i64 {
    let heads: i64 = households.iter().map(|household| i64::from(household.heads)).sum();
    (2 * heads / households.len().max(1) as i64).max(4)
}

fn rivalry(households: &[Household], rivals: &[Rival]) -> Vec<u64> {
    let many = households.len();
    if many > MOST_IN_RIVALRY || households.iter().all(|household| household.rivals <= MANY_RIVALS) {
        return Vec::new();
    }
    let mut bits = vec![0; (many * many).div_ceil(64)];
    for (number, household) in households.iter().enumerate() {
        let from = household.rivals_from as usize;
        for rival in &rivals[from..from + usize::from(household.rivals)] {
            let bit = number * many + usize::from(rival.other);
            bits[bit / 64] |= 1_u64 << (bit % 64);
        }
    }
    bits
}

/// Rivals of all households, one after the other, each rival once, and where each household's begin.
fn rivals(conflicts: &[ConflictSpec], households: usize, weight: u32) -> (Vec<Rival>, Vec<(u32, u16)>) {
    let mut pairs: Vec<(u16, u16, i32, u16)> = Vec::with_capacity(2 * conflicts.len());
    for conflict in conflicts {
        let (soft, never) = match conflict.level {
            Level::Never => (0, 1),
            Level::Avoid { severity } => ((weight * u32::from(severity)) as i32, 0),
        };
        pairs.push((conflict.a, conflict.b, soft, never));
        pairs.push((conflict.b, conflict.a, soft, never));
    }
    pairs.sort_unstable_by_key(|(own, other, ..)| (*own, *other));
    let mut all: Vec<Rival> = Vec::with_capacity(pairs.len());
    let mut ranges = vec![(0, 0); households];
    let mut last = None;
    for (own, other, soft, never) in pairs {
        if last == Some((own, other)) {
            let known = all.last_mut().expect("the pair before is in the list");
            known.soft = known.soft.saturating_add(soft);
            known.never = known.never.saturating_add(never);
            continue;
        }
        last = Some((own, other));
        let range: &mut (u32, u16) = &mut ranges[own as usize];
        if range.1 == 0 {
            range.0 = all.len() as u32;
        }
        range.1 += 1;
        all.push(Rival { soft, other, never });
    }
    (all, ranges)
}
