//! What the plan costs and why somebody sits where they sit, as codes with names and figures: the words are the screen's.

use super::seats::Seats;
use crate::screens::rows::int;
use domain::event::Party;
use domain::seating::{Break, Cost, Elsewhere, Explanation, Level, NOWHERE};
use domain::{Meeting, TableId};
use std::collections::{BTreeMap, BTreeSet};

/// Sentences that a list shows at most.
pub const MOST_LINES: usize = 60;
/// Other tables that "why here" lists.
pub const MOST_ELSEWHERE: usize = 24;

/// Who and where, for the sentences.
pub struct Names<'a> {
    pub meeting: &'a Meeting,
    pub seats: &'a Seats,
}

impl Names<'_> {
    pub fn party(&self, party: Party) -> String {
        match party {
            Party::Household(id) => self.meeting.household(id).map(|household| household.name.clone()),
            Party::Guest(id) => self.meeting.guest(id).map(|guest| guest.name.clone()),
        }
        .unwrap_or_default()
    }

    pub fn number(&self, number: u16) -> String {
        self.seats.party(number).map(|party| self.party(party)).unwrap_or_default()
    }

    pub fn table(&self, table: &TableId) -> String {
        self.meeting.table(table).map_or_else(|| table.to_string(), |now| now.table.label.clone())
    }

    fn table_number(&self, number: u16) -> (String, String) {
        let table = self.seats.table_id(number);
        table.map(|table| (self.table(table), table.to_string())).unwrap_or_default()
    }
}

/// The rules by which a cost is told.
pub fn sums(cost: &Cost, change: &Cost) -> Vec<ui::RuleSum> {
    let sum = |rule, points: i64, change: i64| ui::RuleSum { rule, points: int(points), change: int(change) };
    vec![
        sum(ui::PlanRule::Conflict, cost.conflict, change.conflict),
        sum(ui::PlanRule::Spread, cost.spread, change.spread),
        sum(ui::PlanRule::VipRow, cost.vip_row, change.vip_row),
        sum(ui::PlanRule::VipView, cost.vip_view, change.vip_view),
        sum(ui::PlanRule::NoKeyCustomer, cost.no_key_customer, change.no_key_customer),
        sum(ui::PlanRule::LooksEmpty, cost.looks_empty, change.looks_empty),
        sum(ui::PlanRule::ToldAgain, cost.told_again, change.told_again),
    ]
}

/// The rules that a move changes, the worst first.
pub fn changes(change: &Cost) -> Vec<ui::RuleSum> {
    let mut all = sums(&Cost::default(), change);
    all.retain(|sum| sum.change != 0);
    all.sort_by_key(|sum| std::cmp::Reverse(sum.change));
    all
}

/// A salesperson's dealers: at how many tables, and how many would do.
pub struct Spread {
    pub dealers: usize,
    pub tables: BTreeSet<u16>,
    pub fewest: usize,
}

/// The salespeople whose dealers sit at more tables than they need, by their number.
pub fn spreads(seats: &Seats) -> BTreeMap<u16, Spread> {
    let largest = seats.hall.question.tables.iter().map(|table| u64::from(table.places)).max().unwrap_or(0);
    let mut groups: BTreeMap<u16, (Spread, u64)> = BTreeMap::new();
    for (household, table) in seats.hall.question.households.iter().zip(&seats.hall.plan) {
        let (Some(group), true) = (household.group, *table != NOWHERE) else { continue };
        let none = || (Spread { dealers: 0, tables: BTreeSet::new(), fewest: 0 }, 0);
        let (spread, heads) = groups.entry(group).or_insert_with(none);
        spread.dealers += 1;
        spread.tables.insert(*table);
        *heads += u64::from(household.heads);
    }
    let enough = |(group, (mut spread, heads)): (u16, (Spread, u64))| {
        spread.fewest = usize::try_from(heads.div_ceil(largest.max(1))).unwrap_or(usize::MAX);
        (spread.tables.len() > spread.fewest).then_some((group, spread))
    };
    groups.into_iter().filter_map(enough).collect()
}

/// Everything that the plan costs, what must not be first, then by points.
pub fn of_plan(names: &Names) -> Vec<ui::PlanLine> {
    let mut lines: Vec<ui::PlanLine> = names.seats.breaks.iter().filter_map(|broken| of_break(names, broken)).collect();
    lines.extend(conflicts(names, None));
    lines.extend(spreads(names.seats).iter().map(|(group, spread)| of_spread(names, *group, spread)));
    (0..).zip(&names.seats.hall.plan).for_each(|(party, table)| lines.extend(of_honour(names, party, *table)));
    (0..).zip(&names.seats.tables).for_each(|(table, _)| lines.extend(of_table(names, table)));
    lines.sort_by_key(|line| (!is_hard(line.rule), std::cmp::Reverse(line.points)));
    lines
}

/// What a party costs where it is.
pub fn of_party(names: &Names, who: u16) -> Vec<ui::PlanLine> {
    let place = usize::from(who);
    let table = names.seats.hall.plan[place];
    if table == NOWHERE {
        return Vec::new();
    }
    let mut lines: Vec<ui::PlanLine> = conflicts(names, Some(who));
    if let Some(group) = names.seats.hall.question.households[place].group {
        lines.extend(spreads(names.seats).get(&group).map(|spread| of_spread(names, group, spread)));
    }
    lines.extend(of_honour(names, who, table));
    lines.extend(of_table(names, table));
    lines.sort_by_key(|line| (!is_hard(line.rule), std::cmp::Reverse(line.points)));
    lines
}

pub fn is_hard(rule: ui::PlanRule) -> bool {
    match rule {
        ui::PlanRule::NoTable
        | ui::PlanRule::Overfull
        | ui::PlanRule::Together
        | ui::PlanRule::Wheelchairs
        | ui::PlanRule::Moved => true,
        ui::PlanRule::Conflict
        | ui::PlanRule::Spread
        | ui::PlanRule::VipRow
        | ui::PlanRule::VipView
        | ui::PlanRule::NoKeyCustomer
        | ui::PlanRule::LooksEmpty
        | ui::PlanRule::ToldAgain => false,
    }
}

/// Parties without a table have a list of their own.
fn of_break(names: &Names, broken: &Break) -> Option<ui::PlanLine> {
    let at = |rule, table: u16, count: u32, many: u32| {
        let (table, id) = names.table_number(table);
        ui::PlanLine {
            rule,
            table: table.as_str().into(),
            id: id.as_str().into(),
            count: int(count),
            many: int(many),
            ..ui::PlanLine::default()
        }
    };
    match *broken {
        Break::NoTable { .. } | Break::Moved { .. } => None,
        Break::Overfull { table, heads, places } => Some(at(ui::PlanRule::Overfull, table, heads, places.into())),
        Break::Wheelchairs { table, wheelchairs, spaces } => {
            Some(at(ui::PlanRule::Wheelchairs, table, wheelchairs, spaces.into()))
        }
        Break::Together { a, b, table } => {
            let line = at(ui::PlanRule::Together, table, 0, 0);
            Some(ui::PlanLine { who: names.number(a).into(), other: names.number(b).into(), ..line })
        }
    }
}

fn conflicts(names: &Names, of: Option<u16>) -> Vec<ui::PlanLine> {
    let hall = &names.seats.hall;
    let concerned = |a: u16, b: u16| of.is_none_or(|who| who == a || who == b);
    let together = hall.question.conflicts.iter().filter(|conflict| {
        let (one, two) = (hall.plan[usize::from(conflict.a)], hall.plan[usize::from(conflict.b)]);
        one == two && one != NOWHERE && concerned(conflict.a, conflict.b)
    });
    let line = |conflict: &domain::seating::ConflictSpec| {
        let (rule, points) = match conflict.level {
            Level::Never if of.is_some() => (ui::PlanRule::Together, 0),
            Level::Never => return None,
            Level::Avoid { severity } => {
                (ui::PlanRule::Conflict, hall.question.weights.conflict.saturating_mul(severity.into()))
            }
        };
        let (table, id) = names.table_number(hall.plan[usize::from(conflict.a)]);
        // The chosen party first.
        let (who, other) = if of == Some(conflict.b) { (conflict.b, conflict.a) } else { (conflict.a, conflict.b) };
        Some(ui::PlanLine {
            rule,
            who: names.number(who).into(),
            other: names.number(other).into(),
            table: table.into(),
            id: id.into(),
            points: int(points),
            ..ui::PlanLine::default()
        })
    };
    together.filter_map(line).collect()
}

fn of_spread(names: &Names, group: u16, spread: &Spread) -> ui::PlanLine {
    let salesperson = names.seats.hall.salespeople.get(usize::from(group));
    let name = salesperson.and_then(|id| names.meeting.salesperson(id)).map(|person| person.name.clone());
    // The table with the fewest of them: where to begin.
    let first = spread.tables.iter().min_by_key(|table| {
        let sum = &names.seats.tables[usize::from(**table)];
        let own = |party: &&u16| names.seats.hall.question.households[usize::from(**party)].group == Some(group);
        (sum.parties.iter().filter(own).count(), **table)
    });
    let (_, id) = first.map(|table| names.table_number(*table)).unwrap_or_default();
    let weight = names.seats.hall.question.weights.spread;
    ui::PlanLine {
        rule: ui::PlanRule::Spread,
        who: name.unwrap_or_default().into(),
        other: spread.dealers.to_string().into(),
        count: int(spread.tables.len()),
        many: int(spread.fewest),
        points: int(i64::from(weight) * (spread.tables.len() as i64 - spread.fewest as i64)),
        id: id.into(),
        ..ui::PlanLine::default()
    }
}

fn of_honour(names: &Names, party: u16, table: u16) -> Vec<ui::PlanLine> {
    let question = &names.seats.hall.question;
    let Some(tier) = question.households[usize::from(party)].tier else { return Vec::new() };
    let Some(spec) = question.tables.get(usize::from(table)) else { return Vec::new() };
    let per_row = question.weights.vip_row.get(usize::from(tier)).copied().unwrap_or(0);
    let line = |rule, points: u32| {
        let (table, id) = names.table_number(table);
        let who = names.number(party).into();
        let count = int(spec.row);
        ui::PlanLine {
            rule,
            who,
            table: table.into(),
            id: id.into(),
            count,
            many: i32::from(tier),
            points: int(points),
            ..Default::default()
        }
    };
    let row = per_row.saturating_mul(u32::from(spec.row.saturating_sub(1)));
    let view = if spec.blocked_view { question.weights.vip_view } else { 0 };
    let lines = [line(ui::PlanRule::VipRow, row), line(ui::PlanRule::VipView, view)];
    lines.into_iter().filter(|line| line.points > 0).collect()
}

fn of_table(names: &Names, table: u16) -> Vec<ui::PlanLine> {
    let (question, sum) = (&names.seats.hall.question, &names.seats.tables[usize::from(table)]);
    if sum.parties.is_empty() {
        return Vec::new();
    }
    let places = question.tables[usize::from(table)].places;
    let heads = sum.heads();
    let line = |rule, points: u32| {
        let (table, id) = names.table_number(table);
        ui::PlanLine {
            rule,
            table: table.into(),
            id: id.into(),
            count: int(heads),
            many: int(places),
            points: int(points),
            ..ui::PlanLine::default()
        }
    };
    let key = sum.parties.iter().any(|party| question.households[usize::from(*party)].key_customer);
    let key_customer = if key { 0 } else { question.weights.no_key_customer };
    let missing = u32::from(enough(places).saturating_sub(heads));
    let empty = question.weights.looks_empty.saturating_mul(missing);
    let lines = [line(ui::PlanRule::NoKeyCustomer, key_customer), line(ui::PlanRule::LooksEmpty, empty)];
    lines.into_iter().filter(|line| line.points > 0).collect()
}

/// 70 % of the places, rounded up, as the plan counts it.
pub fn enough(places: u16) -> u16 {
    (u32::from(places) * 7).div_ceil(10) as u16
}

/// Another table in one line: what it costs more, or what keeps them from it.
pub fn elsewhere(names: &Names, one: &Elsewhere) -> ui::Elsewhere {
    let (table, id) = names.table_number(one.table);
    let (block, missing, rival) = if !one.blocked.rivals.is_empty() {
        (ui::Block::Rival, 0, one.blocked.rivals.first().map(|rival| names.number(*rival)).unwrap_or_default())
    } else if one.blocked.missing_spaces > 0 {
        (ui::Block::Wheelchair, one.blocked.missing_spaces, String::new())
    } else if one.blocked.missing > 0 {
        (ui::Block::Places, one.blocked.missing, String::new())
    } else {
        (ui::Block::None, 0, String::new())
    };
    let line = priced(&one.change);
    ui::Elsewhere { id: id.into(), table: table.into(), block, missing: int(missing), who: rival.into(), ..line }
}

/// The points of a change, and the two rules that matter most.
pub fn priced(change: &Cost) -> ui::Elsewhere {
    let mut rules = changes(change);
    rules.sort_by_key(|rule| std::cmp::Reverse(rule.change.abs()));
    let at = |place: usize| rules.get(place).map_or((ui::PlanRule::Conflict, 0), |rule| (rule.rule, rule.change));
    let ((first, first_points), (second, second_points)) = (at(0), at(1));
    let points = int(change.total());
    ui::Elsewhere { points, first, first_points, second, second_points, ..ui::Elsewhere::default() }
}

/// The best swap in one line.
pub fn swap(names: &Names, why: &Explanation) -> Option<ui::Elsewhere> {
    let swap = why.best_swap.as_ref()?;
    let (table, id) = names.table_number(swap.table);
    Some(ui::Elsewhere {
        id: id.into(),
        table: table.into(),
        who: names.number(swap.with).into(),
        ..priced(&swap.change)
    })
}

/// A party in a list.
pub fn party_line(names: &Names, number: u16) -> ui::PartyLine {
    let seats = names.seats;
    let place = usize::from(number);
    let party = seats.hall.parties[place];
    let household = &seats.hall.question.households[place];
    let present = names.meeting.heads_of(party) > 0;
    let table = seats.table_of(number).map(|table| names.table(table));
    let stage = match () {
        () if table.is_none() => ui::SeatStage::WithoutTable,
        () if present => ui::SeatStage::Present,
        () if seats.hall.known[place] => ui::SeatStage::Told,
        () => ui::SeatStage::Planned,
    };
    let guests = names.meeting.guests_of(party).into_iter().filter(|guest| !names.meeting.is_cancelled(*guest));
    let guests = guests.filter_map(|guest| names.meeting.guest(guest));
    let people: Vec<&str> = guests.map(|guest| guest.name.as_str()).collect();
    let salesperson = match party {
        Party::Household(id) => names.meeting.salesperson_of(id),
        Party::Guest(_) => None,
    };
    let salesperson = salesperson.and_then(|id| names.meeting.salesperson(&id)).map(|person| person.name.as_str());
    ui::PartyLine {
        id: party_id(party).into(),
        who: names.party(party).into(),
        people: people.join(" · ").into(),
        salesperson: salesperson.unwrap_or_default().into(),
        heads: int(household.heads),
        stage,
        vip: household.tier.is_some(),
        key_customer: household.key_customer,
        wheelchair: household.wheelchairs > 0,
        locked: names.meeting.is_seat_locked(party),
        table: table.unwrap_or_default().into(),
    }
}

/// A party as the screen names it in its touches.
pub fn party_id(party: Party) -> String {
    match party {
        Party::Household(id) => format!("h{id}"),
        Party::Guest(id) => format!("g{id}"),
    }
}

/// The party that a touch names.
pub fn party_of(id: &str) -> Option<Party> {
    match id.split_at_checked(1)? {
        ("h", id) => id.parse().ok().map(Party::Household),
        ("g", id) => id.parse().ok().map(Party::Guest),
        _ => None,
    }
}
