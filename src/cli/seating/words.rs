//! Sentences about plans and what stands in their way. Names come from the caller, numbers from the seating.

use domain::seating::{Blocking, Break, NoSeat, Obstacle};

/// Names shown in one sentence at most.
const MOST_NAMES: usize = 12;

/// How households and tables are called.
pub(super) trait Names {
    fn household(&self, number: u16) -> String;
    fn table(&self, number: u16) -> String;
}

impl Names for domain::seating::Instance {
    fn household(&self, number: u16) -> String {
        self.households.get(usize::from(number)).cloned().unwrap_or_default()
    }

    fn table(&self, number: u16) -> String {
        self.tables.get(usize::from(number)).map(ToString::to_string).unwrap_or_default()
    }
}

/// What rules a plan out, with the remedy.
pub(super) fn obstacle(obstacle: &Obstacle, names: &impl Names) -> String {
    match obstacle {
        Obstacle::TooLarge { household, heads, largest } => format!(
            "{} has {heads} people, the largest table {largest} places; put tables together or seat them as two households",
            names.household(*household)
        ),
        Obstacle::NoStepFreeTable { household, wheelchairs, spaces } => format!(
            "{} brings {wheelchairs} wheelchairs, a table that is large enough has {spaces} spaces at most; make room at a step-free table",
            names.household(*household)
        ),
        Obstacle::TooManyPeople { heads, places } => {
            format!("{heads} people, but {places} places; add tables or give up host seats")
        }
        Obstacle::TooManyWheelchairs { wheelchairs, spaces } => {
            format!("{wheelchairs} wheelchairs, but {spaces} spaces at step-free tables; make more tables step-free")
        }
        Obstacle::Together(blocking) => together(blocking, names),
    }
}

fn together(blocking: &Blocking, names: &impl Names) -> String {
    let Blocking { households, never, all_apart, heads, wheelchairs, tables, places, spaces } = blocking;
    let mut text = listed(households.iter().map(|one| names.household(*one)));
    if *all_apart && never.len() > 1 {
        text += " are all never-together";
    } else {
        text += &format!(" cannot all sit ({heads} people");
        if !never.is_empty() {
            let pairs = never.iter().map(|(a, b)| format!("{} and {}", names.household(*a), names.household(*b)));
            text += &format!("; never together: {}", listed(pairs));
        }
        text += ")";
    }
    text += &format!(", only {} tables come into question", tables.len());
    if tables.len() <= 4 {
        text += &format!(" ({})", listed(tables.iter().map(|table| names.table(*table))));
    }
    text += &format!(" with {places} places");
    if *wheelchairs > 0 {
        text += &format!("; {wheelchairs} wheelchairs, {spaces} spaces");
    }
    text + "; change one of these facts"
}

/// A hard rule that a plan breaks.
pub(super) fn broken(broken: &Break, names: &impl Names) -> String {
    match broken {
        Break::NoTable { household } => format!("{} has no table", names.household(*household)),
        Break::Overfull { table, heads, places } => {
            format!("table {}: {heads} people, {places} places", names.table(*table))
        }
        Break::Together { a, b, table } => format!(
            "{} and {} shall never share a table and are both at table {}",
            names.household(*a),
            names.household(*b),
            names.table(*table)
        ),
        Break::Wheelchairs { table, wheelchairs, spaces } => {
            format!("table {}: {wheelchairs} wheelchairs, {spaces} spaces", names.table(*table))
        }
        Break::Moved { household, seated } => {
            format!("{} sits at table {} and would be moved", names.household(*household), names.table(*seated))
        }
    }
}

/// Why there is no seat, with what a person can do.
pub(super) fn no_seat(why: NoSeat) -> &'static str {
    match why {
        NoSeat::TooLarge => "no table is large enough: put tables together",
        NoSeat::NoRoom => "no table has so many places left: the host signs for a chair, or they wait",
        NoSeat::Wheelchair => "no step-free space is left: make room at a step-free table",
        NoSeat::Conflict => "only beside a household they never meet: a person decides",
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = names.collect();
    let mut text = all.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > MOST_NAMES {
        text += &format!(" and {} more", all.len() - MOST_NAMES);
    }
    text
}

#[cfg(test)]
mod tests {
    use domain::seating::{Blocking, Obstacle};

    use super::{Names, obstacle};

    struct Numbers;

    impl Names for Numbers {
        fn household(&self, number: u16) -> String {
            format!("Firm {number}")
        }

        fn table(&self, number: u16) -> String {
            number.to_string()
        }
    }

    fn check(one: Obstacle, said: &str) {
        assert_eq!(obstacle(&one, &Numbers), said);
    }

    #[test]
    fn obstacle_names_whom_it_concerns_and_the_remedy() {
        check(
            Obstacle::TooLarge { household: 4, heads: 12, largest: 9 },
            "Firm 4 has 12 people, the largest table 9 places; put tables together or seat them as two households",
        );
        let apart = Blocking {
            households: vec![1, 2, 3],
            never: vec![(1, 2), (1, 3), (2, 3)],
            all_apart: true,
            heads: 6,
            wheelchairs: 3,
            tables: vec![7, 8],
            places: 18,
            spaces: 4,
        };
        check(
            Obstacle::Together(apart.clone()),
            "Firm 1, Firm 2, Firm 3 are all never-together, only 2 tables come into question (7, 8) with 18 places; 3 \
             wheelchairs, 4 spaces; change one of these facts",
        );
        let crowded = Blocking { never: vec![(1, 2)], all_apart: false, wheelchairs: 0, ..apart };
        check(
            Obstacle::Together(crowded),
            "Firm 1, Firm 2, Firm 3 cannot all sit (6 people; never together: Firm 1 and Firm 2), only 2 tables come into \
             question (7, 8) with 18 places; change one of these facts",
        );
    }
}
