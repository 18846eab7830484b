//! The map without a window: a hall of four tables, touches in, pages and commands out.

use super::view::{Asked, MapPage, Side};
use super::{MapAct, MapTouch, floor::Way, party_of};
use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::desk::view::DeskPage;
use crate::screens::desk::{Action, Desk, Input, Touch, Venue};
use crate::screens::fixture::{START_MS, config, id};
use domain::config::SeatingPreset;
use domain::event::{Event, MeetingConfigured, Party, RosterChanged, SeatsPlanned, TableTold};
use domain::{Actor, Command, Ctx, DeviceId, EventId, HouseholdId, Meeting, Meta, TableId, UnixMillis};
use serde_json::json;
use ui::{Block, MapRule, PlanRule, RefusedWhy, SeatStage, Tone};

const D1: DeviceId = DeviceId::from_bytes([3; 16]);

fn household(number: u128) -> HouseholdId {
    id(number).parse().expect("an id")
}

fn party(number: u128) -> Party {
    Party::Household(household(number))
}

fn table(label: &str) -> TableId {
    TableId::new(&format!("t{label}"))
}

/// Firms 1 to 6 of three people each; 1 and 2 are rivals, 1 and 3 never sit together, 4 is a gold guest of honour and the only
/// key customer; all are looked after by one person.
fn roster() -> RosterChanged {
    let names = ["青禾家电", "北坡农机", "禾佳农资", "沃野供销", "望江农技", "한빛생활"];
    let mut roster = RosterChanged { rev: 1, part: 1, parts: 1, ..RosterChanged::default() };
    for (number, name) in (1..).zip(names) {
        roster.households.push(
            serde_json::from_value(
                json!({"id": id(number), "name": name, "lead": id(100 + number), "expected_heads": 3}),
            )
            .expect("a household"),
        );
        let conflicts = match number {
            1 => json!([{"with": id(102), "kind": "avoid", "severity": 2}, {"with": id(103), "kind": "never"}]),
            _ => json!([]),
        };
        let mut dealer = json!({"id": id(100 + number), "household": id(number), "firm": name, "salesperson": "S01",
            "region": "east", "conflicts": conflicts});
        if number == 4 {
            dealer["vip"] = "gold".into();
            dealer["class"] = "A".into();
        }
        roster.dealers.push(serde_json::from_value(dealer).expect("a firm"));
        for seat in 0..3 {
            let (people, guest) = ("王林周", 200 + number * 10 + seat);
            let first = people.chars().nth(seat as usize).expect("three of them");
            roster.guests.push(
                serde_json::from_value(json!({"id": id(guest), "guest_no": guest as u32, "household": id(number),
                    "dealer": id(100 + number), "name": format!("{first}海棠"), "role": "owner", "decides": seat == 0}))
                .expect("a guest"),
            );
        }
    }
    roster
}

/// Tables 1 and 2 in the first row, 3 and 5 in the second; seven places for guests each.
fn tables() -> serde_json::Value {
    let table = |label: &str, row: u16, x: i32| json!({"id": format!("t{label}"), "label": label, "seats": 8, "zone": "A", "row": row, "x_cm": x, "y_cm": 300 * row});
    json!([table("1", 1, 300), table("2", 1, 600), table("3", 2, 300), table("5", 2, 600)])
}

struct Hall {
    meeting: Meeting,
    desk: Desk,
    events: u128,
    commands: Vec<Command>,
}

impl Hall {
    /// 1 and 2 at table 1, 3 at 2, 4 at 5, 5 and 6 nowhere.
    fn open() -> Hall {
        let mut hall = Hall::without_plan();
        let seats = [(1, "1"), (2, "1"), (3, "2"), (4, "5")];
        let seats = seats.into_iter().map(|(number, label)| (household(number), table(label))).collect();
        hall.apply(&SeatsPlanned { rev: 1, seats, unplanned: Vec::new() }.into());
        hall.touch_desk(Touch::SwitchPage);
        hall
    }

    fn without_plan() -> Hall {
        let mut hall = Hall { meeting: Meeting::new(), desk: Desk::new(), events: 0, commands: Vec::new() };
        let mut config = config();
        config.tables = serde_json::from_value(tables()).expect("four tables");
        hall.apply(&Event::from(MeetingConfigured { rev: 1, config: Box::new(config) }));
        hall.apply(&roster().into());
        "4711".bytes().for_each(|figure| hall.touch_desk(Touch::PinDigit(figure - b'0')));
        hall.commands.clear();
        hall
    }

    fn apply(&mut self, event: &Event) {
        self.apply_of(event, Actor::Organiser);
    }

    fn apply_of(&mut self, event: &Event, actor: Actor) {
        self.events += 1;
        let event_id = EventId(uuid::Uuid::from_u128(1_000_000 + self.events));
        self.meeting.apply(&Meta { event_id, device: D1, at: UnixMillis(START_MS), actor }, event);
    }

    fn venue<T>(&mut self, work: impl FnOnce(&mut Desk, &Venue) -> T) -> T {
        let (secrets, time, tasks) = (Secrets::none(), VenueTime::of("Asia/Shanghai"), self.meeting.tasks());
        let venue = Venue {
            meeting: &self.meeting,
            tasks: &tasks,
            own: Some(D1),
            secrets: &secrets,
            time: &time,
            place: "D1".into(),
            connected: true,
            waiting: 0,
            waiting_since: None,
            storage_failed: false,
            now_ms: START_MS,
            steady_ms: START_MS,
        };
        work(&mut self.desk, &venue)
    }

    fn input(&mut self, input: Input) {
        for Action { tag, command, actor } in self.venue(|desk, venue| desk.handle(input, venue)) {
            self.commands.push((*command).clone());
            let mut ctx = Ctx::new(UnixMillis(START_MS), actor.clone(), D1, "D1", [7; 32]);
            let decided = self.meeting.decide(&command, &mut ctx);
            let result = decided.map(|events| events.iter().for_each(|event| self.apply_of(event, actor.clone())));
            self.input(Input::Answer { tag, result: result.map_err(Failed::Rule) });
        }
    }

    fn touch_desk(&mut self, touch: Touch) {
        self.input(Input::Touch(touch));
    }

    fn touch(&mut self, touch: MapTouch) -> MapPage {
        self.touch_desk(Touch::Map(touch));
        self.page()
    }

    fn page(&mut self) -> MapPage {
        self.input(Input::Tick);
        match self.venue(|desk, venue| desk.view(venue).page) {
            DeskPage::Map(page) => *page,
            other => panic!("{other:?}"),
        }
    }

    /// Does at once what another thread does.
    fn search(&mut self) {
        let job = self.desk.take_job().expect("a search");
        self.input(Input::Replanned { number: job.number, answer: job.work().map(Box::new) });
    }

    fn note(&mut self, label: &str) -> (String, Tone) {
        let page = self.page();
        let cell = page.tables.iter().find(|cell| cell.label == label).expect("a table of that number");
        (cell.note.to_string(), cell.tone)
    }

    fn told(&mut self, number: u128, label: &str) {
        self.apply(&TableTold { party: party(number), table: table(label) }.into());
    }

    fn at(&self, number: u128) -> Option<String> {
        self.meeting.table_spot(party(number)).map(|spot| spot.label)
    }
}

#[test]
fn every_rule_says_its_figure_on_the_tables() {
    let mut hall = Hall::open();
    for (rule, label, note, tone) in [
        (MapRule::Occupancy, "1", "6/7", Tone::Neutral),
        (MapRule::Occupancy, "3", "0/7", Tone::Neutral),
        (MapRule::Rivals, "1", "1", Tone::Attention),
        (MapRule::Rivals, "2", "", Tone::Good),
        (MapRule::Salespeople, "1", "1", Tone::Good),
        (MapRule::Honour, "5", "★1", Tone::Attention),
        (MapRule::KeyCustomer, "1", "A 0", Tone::Attention),
        (MapRule::KeyCustomer, "5", "A 1", Tone::Good),
        (MapRule::LooksEmpty, "2", "−2", Tone::Attention),
        (MapRule::LooksEmpty, "1", "", Tone::Good),
    ] {
        hall.touch(MapTouch::Rule(rule));
        assert_eq!(hall.note(label), (note.to_owned(), tone), "{rule:?} at table {label}");
    }
}

#[test]
fn plan_says_what_it_costs_in_sentences_the_dearest_first() {
    let mut hall = Hall::open();
    let page = hall.page();
    let first = &page.plan.lines[0];
    assert_eq!((first.rule, first.points), (PlanRule::Conflict, 120));
    assert_eq!((first.who.as_str(), first.other.as_str(), first.table.as_str()), ("青禾家电", "北坡农机", "1"));
    let rules: Vec<PlanRule> = page.plan.lines.iter().map(|line| line.rule).collect();
    for rule in [PlanRule::Spread, PlanRule::VipRow, PlanRule::NoKeyCustomer, PlanRule::LooksEmpty] {
        assert!(rules.contains(&rule), "{rule:?} in {rules:?}");
    }
    let sum: i32 = page.plan.lines.iter().map(|line| line.points).sum();
    assert_eq!(sum, page.plan.points, "the sentences tell the whole cost");
    assert_eq!(page.plan.without_table, 2);
}

#[test]
fn touched_table_lists_its_parties_and_one_of_them_its_reasons() {
    let mut hall = Hall::open();
    let Side::Table { facts, parties } = hall.touch(MapTouch::Tap(table("1"))).side else { panic!("a table") };
    assert_eq!((facts.label.as_str(), facts.planned, facts.seats), ("1", 6, 7));
    assert_eq!(parties.iter().map(|party| party.who.as_str()).collect::<Vec<_>>(), ["青禾家电", "北坡农机"]);
    assert_eq!(party_of(&parties[0].id), Some(party(1)));

    let Side::Party(side) = hall.touch(MapTouch::ShowParty(party(1))).side else { panic!("a party") };
    assert_eq!(side.reasons[0].rule, PlanRule::Conflict);
    let two = side.elsewhere.iter().find(|one| one.table == "2").expect("table 2 is another table");
    assert_eq!((two.block, two.who.as_str()), (Block::Rival, "禾佳农资"), "they shall never meet");
    assert_eq!(side.elsewhere[0].table, "5", "{:?}", side.elsewhere);
    assert_eq!(side.elsewhere.len(), 3);
}

#[test]
fn carried_party_shows_the_cost_before_it_is_put_down() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::PickUp(Some(party(1))));
    assert_eq!(hall.note("2"), ("×".to_owned(), Tone::Neutral));
    assert_eq!(hall.note("1"), ("·".to_owned(), Tone::Neutral));
    let (note, tone) = hall.note("5");
    assert!(note.starts_with('−') && tone == Tone::Good, "{note}");
    let page = hall.touch(MapTouch::Tap(table("5")));
    assert!(hall.commands.is_empty(), "nothing is moved by aiming");
    let (aim, rules) = page.carried.and_then(|carried| carried.aim).expect("an aim");
    assert_eq!(rules.iter().map(|rule| rule.change).sum::<i32>(), aim.points);
    let page = hall.touch(MapTouch::Drop);
    assert_eq!(hall.at(1).as_deref(), Some("5"));
    assert!(page.carried.is_none());
    let Side::Party(side) = page.side else { panic!("the party is shown where it is now") };
    assert_eq!(side.party.table, "5");
}

#[test]
fn second_touch_of_the_aim_puts_down_and_escape_puts_back() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::PickUp(Some(party(1))));
    hall.touch(MapTouch::Tap(table("5")));
    assert!(hall.touch(MapTouch::Back).carried.is_none());
    assert!(hall.commands.is_empty());
    hall.touch(MapTouch::PickUp(Some(party(1))));
    hall.touch(MapTouch::Tap(table("5")));
    hall.touch(MapTouch::Tap(table("5")));
    assert_eq!(hall.at(1).as_deref(), Some("5"));
}

#[test]
fn who_knows_a_table_or_meets_a_rival_is_moved_with_a_reason_only() {
    for (number, to) in [(4, "3"), (1, "2")] {
        let mut hall = Hall::open();
        hall.told(4, "5");
        hall.touch(MapTouch::PickUp(Some(party(number))));
        hall.touch(MapTouch::Tap(table(to)));
        let page = hall.touch(MapTouch::Drop);
        let Asked::WhyMoved { who, table } = page.asked else { panic!("a question") };
        assert_eq!((party_of(&who.id), table.as_str()), (Some(party(number)), to));
        assert!(hall.commands.is_empty());
        hall.touch(MapTouch::Typed("  ".into()));
        assert!(hall.commands.is_empty(), "no reason, no move");
        let page = hall.touch(MapTouch::Typed("他们要求".into()));
        assert_eq!((hall.at(number).as_deref(), page.asked), (Some(to), Asked::Nothing));
    }
}

#[test]
fn party_without_a_table_is_listed_and_gets_one() {
    let mut hall = Hall::open();
    let Side::Unseated { parties } = hall.touch(MapTouch::ShowUnseated).side else { panic!("a list") };
    assert_eq!(parties.iter().map(|party| party.who.as_str()).collect::<Vec<_>>(), ["望江农技", "한빛생활"]);
    assert_eq!(parties[0].stage, SeatStage::WithoutTable);
    hall.touch(MapTouch::PickUp(Some(party(5))));
    hall.touch(MapTouch::Tap(table("3")));
    hall.touch(MapTouch::Drop);
    assert_eq!(hall.at(5).as_deref(), Some("3"));
}

#[test]
fn arrows_go_from_table_to_table_and_tab_through_its_parties() {
    let mut hall = Hall::open();
    for (way, label) in [(Way::Down, "1"), (Way::Right, "2"), (Way::Down, "5"), (Way::Left, "3"), (Way::Up, "1")] {
        let Side::Table { facts, .. } = hall.touch(MapTouch::Step(way)).side else { panic!("a table") };
        assert_eq!(facts.label, label, "{way:?}");
    }
    for name in ["青禾家电", "北坡农机", "青禾家电"] {
        let Side::Party(side) = hall.touch(MapTouch::NextParty).side else { panic!("a party") };
        assert_eq!(side.party.who, name);
    }
    hall.touch(MapTouch::Back);
    hall.touch(MapTouch::Back);
    assert_eq!(hall.page().side, Side::Plan);
    hall.touch_desk(Touch::Map(MapTouch::Back));
    assert!(matches!(hall.venue(|desk, venue| desk.view(venue).page), DeskPage::Tasks(_)));
}

#[test]
fn search_finds_tables_people_and_firms_and_jumps_there() {
    let mut hall = Hall::open();
    for (typed, first) in
        [("5", "t".to_owned() + "t5"), ("wyg", format!("h{}", id(4))), ("ㅎㅂㅅ", format!("h{}", id(6)))]
    {
        let page = hall.touch(MapTouch::Find(typed.into()));
        assert_eq!(page.found.first().map(|line| line.id.as_str()), Some(first.as_str()), "{typed}");
    }
    hall.touch(MapTouch::Find("wyg".into()));
    let Side::Party(side) = hall.touch(MapTouch::Found(None)).side else { panic!("a party") };
    assert_eq!(side.party.who, "沃野供销");
    assert!(!hall.page().finding);
    assert!(hall.touch(MapTouch::Find("没有这人".into())).found.is_empty());
}

#[test]
fn number_typed_while_somebody_is_carried_aims_at_that_table() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::PickUp(Some(party(5))));
    hall.touch(MapTouch::Find("3".into()));
    let page = hall.touch(MapTouch::Found(None));
    let aim = page.carried.and_then(|carried| carried.aim).map(|(aim, _)| aim.table.to_string());
    assert_eq!(aim.as_deref(), Some("3"));
}

#[test]
fn tables_are_closed_merged_renumbered_and_added_on_a_word() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::Tap(table("1")));
    assert_eq!(hall.touch(MapTouch::Act(MapAct::Merge)).asked, Asked::Merge { with: String::new(), seats: 8 });
    hall.touch(MapTouch::Yes);
    assert!(hall.commands.is_empty(), "with nothing else there is nothing to put together");
    hall.touch(MapTouch::Tap(table("2")));
    hall.touch(MapTouch::SeatsBy(-1));
    assert_eq!(hall.page().asked, Asked::Merge { with: "2".into(), seats: 15 });
    hall.touch(MapTouch::Yes);
    assert_eq!(hall.page().tables.len(), 3);
    assert_eq!(hall.at(3).as_deref(), Some("1"), "who sat at table 2 sits at table 1");

    hall.touch(MapTouch::Act(MapAct::Renumber));
    let page = hall.touch(MapTouch::Typed("5".into()));
    assert_eq!(page.refused, RefusedWhy::Taken, "another table has that number");
    let Side::Table { facts, .. } = hall.touch(MapTouch::Typed("18".into())).side else { panic!("a table") };
    assert_eq!(facts.label, "18");

    hall.touch(MapTouch::Act(MapAct::Add));
    let Side::Table { facts, .. } = hall.touch(MapTouch::Typed("19".into())).side else { panic!("a table") };
    assert_eq!((facts.label.as_str(), facts.seats), ("19", 14));

    hall.touch(MapTouch::Tap(table("5")));
    assert_eq!(hall.touch(MapTouch::Act(MapAct::Close)).asked, Asked::Close);
    hall.touch(MapTouch::Yes);
    assert_eq!(hall.page().plan.without_table, 3, "its party has no table now");
}

#[test]
fn last_act_is_taken_back() {
    let mut hall = Hall::open();
    assert_eq!(hall.page().may.undo, None);
    hall.touch(MapTouch::PickUp(Some(party(1))));
    hall.touch(MapTouch::Tap(table("5")));
    let undo = hall.touch(MapTouch::Drop).may.undo.expect("a move can be taken back");
    assert_eq!((undo.who.as_str(), undo.table.as_str()), ("青禾家电", "1"));
    hall.touch(MapTouch::Act(MapAct::Undo));
    assert_eq!(hall.at(1).as_deref(), Some("1"));

    hall.touch(MapTouch::Tap(table("2")));
    hall.touch(MapTouch::Act(MapAct::Renumber));
    hall.touch(MapTouch::Typed("20".into()));
    let Side::Table { facts, .. } = hall.touch(MapTouch::Act(MapAct::Undo)).side else { panic!("a table") };
    assert_eq!(facts.label, "2");
    hall.touch(MapTouch::Act(MapAct::Close));
    assert_eq!(hall.touch(MapTouch::Yes).tables.len(), 3);
    assert_eq!(hall.touch(MapTouch::Act(MapAct::Undo)).tables.len(), 4, "the table is back");

    hall.touch(MapTouch::Tap(table("1")));
    hall.touch(MapTouch::Act(MapAct::Merge));
    hall.touch(MapTouch::Tap(table("2")));
    assert_eq!(hall.touch(MapTouch::Yes).tables.len(), 3);
    assert_eq!(hall.touch(MapTouch::Act(MapAct::Undo)).tables.len(), 4, "the tables stand apart again");
    assert_eq!(hall.at(3).as_deref(), Some("2"));

    hall.touch(MapTouch::Act(MapAct::Add));
    assert_eq!(hall.touch(MapTouch::Typed("19".into())).tables.len(), 5);
    let page = hall.touch(MapTouch::Act(MapAct::Undo));
    assert_eq!((page.tables.len(), page.may.undo), (4, None), "the table is away");
}

#[test]
fn locked_party_stays_until_it_is_unlocked() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::ShowParty(party(1)));
    let Side::Party(side) = hall.touch(MapTouch::Act(MapAct::Lock)).side else { panic!("a party") };
    assert!(side.party.locked);
    hall.touch(MapTouch::PickUp(None));
    hall.touch(MapTouch::Tap(table("5")));
    let page = hall.touch(MapTouch::Drop);
    assert_eq!((page.refused, hall.at(1).as_deref()), (RefusedWhy::Locked, Some("1")));
    hall.touch(MapTouch::Back);
    hall.touch(MapTouch::Act(MapAct::Lock));
    hall.touch(MapTouch::PickUp(None));
    hall.touch(MapTouch::Tap(table("5")));
    hall.touch(MapTouch::Drop);
    assert_eq!(hall.at(1).as_deref(), Some("5"));
}

#[test]
fn best_swap_is_made_with_one_press() {
    let mut hall = Hall::open();
    let Side::Party(side) = hall.touch(MapTouch::ShowParty(party(2))).side else { panic!("a party") };
    let swap = side.swap.expect("somebody can change places");
    let other = if swap.table == "2" { 3 } else { 4 };
    let (mine, theirs) = (hall.at(2), hall.at(other));
    hall.touch(MapTouch::Act(MapAct::Swap));
    assert_eq!((hall.at(2), hall.at(other)), (theirs, mine));
    assert_eq!(hall.commands.len(), 1, "both in one act");
}

#[test]
fn preset_changes_what_the_plan_costs() {
    let mut hall = Hall::open();
    let before = hall.page().plan;
    let after = hall.touch(MapTouch::Preset(SeatingPreset::RivalsFirst)).plan;
    assert_eq!((before.preset, after.preset), (ui::MapPreset::AsInFile, ui::MapPreset::RivalsFirst));
    assert!(after.sums[0].points > before.sums[0].points, "{before:?} {after:?}");
}

#[test]
fn better_plan_is_adopted_on_a_word_only() {
    let mut hall = Hall::open();
    hall.told(4, "5");
    let before = hall.page().plan;
    assert_eq!(hall.touch(MapTouch::Act(MapAct::Replan)).asked, Asked::ReplanRunning);
    hall.search();
    let Asked::Replan { moves, before: cost, after, .. } = hall.page().asked else { panic!("an offer") };
    assert!(moves > 0 && after < cost, "{moves} {cost} {after}");
    assert!(hall.commands.is_empty(), "nobody moves before the word");
    let page = hall.touch(MapTouch::Yes);
    assert_eq!((page.plan.without_table, page.asked), (0, Asked::Nothing), "{before:?}");
    assert_eq!(hall.at(4).as_deref(), Some("5"), "who knows a table stays");
    assert_eq!(page.plan.points, after);
}

#[test]
fn plan_that_the_meeting_overtook_is_dropped() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::Act(MapAct::Replan));
    hall.told(5, "1");
    hall.search();
    let asked = hall.page().asked;
    assert!(matches!(asked, Asked::ReplanFailed(ui::ReplanFault::Changed)), "{asked:?}");
    hall.touch(MapTouch::Back);
    hall.touch(MapTouch::Act(MapAct::Replan));
    hall.touch(MapTouch::Back);
    hall.search();
    assert_eq!(hall.page().asked, Asked::Nothing, "nobody waits for the answer any more");
}

#[test]
fn table_that_another_desk_closed_is_not_asked_about_any_more() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::Tap(table("5")));
    hall.touch(MapTouch::Act(MapAct::Renumber));
    hall.apply(&domain::event::TableClosed { table: table("5"), affected: Vec::new() }.into());
    let page = hall.page();
    assert_eq!((page.side, page.asked), (Side::Plan, Asked::Nothing));
}

#[test]
fn hall_without_plan_or_positions_stands_in_rows_and_says_so() {
    let mut hall = Hall::without_plan();
    let mut config = config();
    config.tables = serde_json::from_value(tables()).expect("four tables");
    config.tables.iter_mut().for_each(|table| (table.x_cm, table.y_cm) = (0, 0));
    hall.apply(&Event::from(MeetingConfigured { rev: 2, config: Box::new(config) }));
    hall.touch_desk(Touch::SwitchPage);
    let page = hall.page();
    assert!(page.tidy && !page.plan.has_plan);
    let place = |label: &str| page.tables.iter().find(|cell| cell.label == label).map(|cell| (cell.x, cell.y));
    let (Some(one), Some(two), Some(three)) = (place("1"), place("2"), place("3")) else { panic!("all are there") };
    assert!(one.1 == two.1 && one.0 < two.0 && three.1 > one.1, "{one:?} {two:?} {three:?}");
    assert!(one.0 > 0.0 && two.0 + page.table_size / 2.0 < page.width && three.1 < page.depth);
}

#[test]
fn card_of_the_chosen_table_is_asked_for_once_and_the_page_says_what_became_of_it() {
    let mut hall = Hall::open();
    hall.touch(MapTouch::ShowPlan);
    hall.touch(MapTouch::Act(MapAct::Print));
    assert_eq!(hall.desk.take_card(), None, "no table is chosen");
    hall.touch(MapTouch::Tap(table("1")));
    let shown = hall.touch(MapTouch::Act(MapAct::Print));
    assert!(shown.may.print);
    assert_eq!(hall.desk.take_card(), Some(table("1")));
    assert_eq!(hall.desk.take_card(), None);
    let card = super::Card { state: ui::CardState::WantsPerson, table: "1".into(), words: "media-empty".into() };
    hall.input(Input::Card(card.clone()));
    assert_eq!(hall.page().card, card);
}
