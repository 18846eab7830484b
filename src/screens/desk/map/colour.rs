//! How the tables look: a tone and a figure for each by the chosen rule, or by what a move there would cost. The figure says
//! without colour what the tone says.

use super::reasons::{Names, enough, spreads};
use super::seats::{Seats, TableSum};
use domain::TableId;
use domain::seating::{Explanation, Level, NOWHERE};
use std::collections::BTreeSet;
use ui::{MapRule, TableCell, Tone};

/// Who is carried, so that tables show what it would cost to put them there.
pub struct Carried<'a> {
    pub why: Option<&'a Explanation>,
}

/// Every open table as it is drawn.
pub fn cells(names: &Names, rule: MapRule, carried: Option<&Carried>, marked: &BTreeSet<TableId>) -> Vec<TableCell> {
    let seats = names.seats;
    let painter = Painter::new(seats, rule);
    let cell = |(number, (id, sum)): (u16, (&TableId, &TableSum))| {
        let (x, y) = seats.floor.place(id)?;
        let (note, tone) = match carried {
            Some(Carried { why: Some(why) }) => price(why, number),
            Some(Carried { why: None }) => (String::new(), Tone::Neutral),
            None if marked.contains(id) => ("+".to_owned(), Tone::Good),
            None => painter.paint(number, sum),
        };
        let chairs = f32::from(seats.hall.question.tables[usize::from(number)].places.max(1));
        let share = |heads: u16| (f32::from(heads) / chairs).min(1.0);
        Some(TableCell {
            id: id.as_str().into(),
            label: names.table(id).into(),
            x,
            y,
            note: note.into(),
            tone,
            present: share(sum.present),
            told: share(sum.present.saturating_add(sum.told)),
            planned: share(sum.heads()),
        })
    };
    (0..).zip(seats.hall.tables.iter().zip(&seats.tables)).filter_map(cell).collect()
}

/// What a table would cost more; nothing for the one where they are.
fn price(why: &Explanation, table: u16) -> (String, Tone) {
    if why.table == Some(table) {
        return ("·".to_owned(), Tone::Neutral);
    }
    let Some(one) = why.elsewhere.iter().find(|one| one.table == table) else { return (String::new(), Tone::Neutral) };
    if !one.is_possible() {
        return ("×".to_owned(), Tone::Neutral);
    }
    match one.change.total() {
        points if points > 0 => (format!("+{points}"), Tone::Attention),
        0 => ("0".to_owned(), Tone::Good),
        points => (format!("−{}", points.unsigned_abs()), Tone::Good),
    }
}

/// What is counted once for all tables.
struct Painter<'a> {
    seats: &'a Seats,
    rule: MapRule,
    /// Pairs of rivals by table, and tables where two sit who never shall.
    pairs: Vec<u32>,
    never: BTreeSet<u16>,
    /// Salespeople whose dealers are spread.
    spread: BTreeSet<u16>,
}

impl Painter<'_> {
    fn new(seats: &Seats, rule: MapRule) -> Painter<'_> {
        let mut painter = Painter {
            seats,
            rule,
            pairs: vec![0; seats.tables.len()],
            never: BTreeSet::new(),
            spread: BTreeSet::new(),
        };
        match rule {
            MapRule::Rivals => painter.count_rivals(),
            MapRule::Salespeople => painter.spread = spreads(seats).into_keys().collect(),
            MapRule::Occupancy | MapRule::Honour | MapRule::KeyCustomer | MapRule::LooksEmpty => {}
        }
        painter
    }

    fn count_rivals(&mut self) {
        let hall = &self.seats.hall;
        for conflict in &hall.question.conflicts {
            let (one, two) = (hall.plan[usize::from(conflict.a)], hall.plan[usize::from(conflict.b)]);
            if one == NOWHERE || one != two {
                continue;
            }
            self.pairs[usize::from(one)] += 1;
            if conflict.level == Level::Never {
                self.never.insert(one);
            }
        }
    }

    fn paint(&self, table: u16, sum: &TableSum) -> (String, Tone) {
        let spec = &self.seats.hall.question.tables[usize::from(table)];
        if sum.parties.is_empty() {
            let note = if self.rule == MapRule::Occupancy { format!("0/{}", spec.places) } else { String::new() };
            return (note, Tone::Neutral);
        }
        let heads = sum.heads();
        match self.rule {
            MapRule::Occupancy => {
                let tone = match heads.cmp(&spec.places) {
                    std::cmp::Ordering::Less => Tone::Neutral,
                    std::cmp::Ordering::Equal => Tone::Good,
                    std::cmp::Ordering::Greater => Tone::Stop,
                };
                (format!("{heads}/{}", spec.places), tone)
            }
            MapRule::Rivals if self.never.contains(&table) => {
                (format!("{}!", self.pairs[usize::from(table)]), Tone::Stop)
            }
            MapRule::Rivals => count(self.pairs[usize::from(table)]),
            MapRule::Salespeople => self.salespeople(sum),
            MapRule::Honour => self.honour(table, sum),
            MapRule::KeyCustomer => {
                let household = |party: &&u16| self.seats.hall.question.households[usize::from(**party)].key_customer;
                let keys = sum.parties.iter().filter(household).count();
                (format!("A {keys}"), if keys == 0 { Tone::Attention } else { Tone::Good })
            }
            MapRule::LooksEmpty => {
                let missing = enough(spec.places).saturating_sub(heads);
                let tone = if missing > 0 { Tone::Attention } else { Tone::Good };
                (if missing > 0 { format!("−{missing}") } else { String::new() }, tone)
            }
        }
    }

    /// How many salespeople's dealers sit here; worth a look where one of them is spread and has company.
    fn salespeople(&self, sum: &TableSum) -> (String, Tone) {
        let group = |party: &u16| self.seats.hall.question.households[usize::from(*party)].group;
        let groups: BTreeSet<u16> = sum.parties.iter().filter_map(group).collect();
        let worth = groups.len() > 1 && groups.iter().any(|group| self.spread.contains(group));
        (groups.len().to_string(), if worth { Tone::Attention } else { Tone::Good })
    }

    fn honour(&self, table: u16, sum: &TableSum) -> (String, Tone) {
        let question = &self.seats.hall.question;
        let spec = &question.tables[usize::from(table)];
        let tiers = sum.parties.iter().filter_map(|party| question.households[usize::from(*party)].tier);
        let tiers: Vec<u8> = tiers.collect();
        if tiers.is_empty() {
            return (String::new(), Tone::Neutral);
        }
        let weighs = |tier: &u8| question.weights.vip_row.get(usize::from(*tier)).is_some_and(|points| *points > 0);
        let behind = spec.row > 1 && tiers.iter().any(weighs);
        let tone = if behind || spec.blocked_view { Tone::Attention } else { Tone::Good };
        (format!("★{}", tiers.len()), tone)
    }
}

fn count(pairs: u32) -> (String, Tone) {
    if pairs == 0 { (String::new(), Tone::Good) } else { (pairs.to_string(), Tone::Attention) }
}
