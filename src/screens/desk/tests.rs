//! The controller without a window: a small meeting, keys and touches in, pages and commands out.

use super::view::{DeedLine, DeskPage, TasksPage};
use super::{Action, Desk, Input, LEAVE_AFTER_MS, Touch, Venue};
use crate::app::clock::VenueTime;
use crate::app::secrets::Secrets;
use crate::screens::Failed;
use crate::screens::fixture::{START_MS, config, id, roster};
use domain::event::{Assurance, Event, MeetingConfigured, SeatsPlanned, StaffUnlocked, Via};
use domain::{Actor, Command, Ctx, DeviceId, EventId, Meeting, Meta, PhoneCheck, Refusal, UnixMillis};
use ui::{DeedCode, Outcome};

const K1: DeviceId = DeviceId::from_bytes([1; 16]);
const K2: DeviceId = DeviceId::from_bytes([2; 16]);
const D1: DeviceId = DeviceId::from_bytes([3; 16]);

/// A desk in a meeting: commands that the controller wants are decided and folded at once.
pub(super) struct Hall {
    meeting: Meeting,
    desk: Desk,
    now_ms: u64,
    events: u128,
    pub(super) commands: Vec<Command>,
    /// Nothing is committed any more.
    disk_full: bool,
    /// So many acts are not committed.
    fails: usize,
}

impl Hall {
    pub(super) fn open() -> Hall {
        Hall::of(config())
    }

    pub(super) fn of(config: domain::MeetingConfig) -> Hall {
        let mut hall = Hall {
            meeting: Meeting::new(),
            desk: Desk::new(),
            now_ms: START_MS,
            events: 0,
            commands: Vec::new(),
            disk_full: false,
            fails: 0,
        };
        hall.apply(K1, &Event::from(MeetingConfigured { rev: 1, config: Box::new(config) }), Actor::Organiser);
        hall.apply(K1, &roster().into(), Actor::Organiser);
        let seats = vec![(id(1).parse().expect("an id"), domain::TableId::new("t12"))];
        hall.apply(K1, &SeatsPlanned { rev: 1, seats, unplanned: Vec::new() }.into(), Actor::Organiser);
        hall
    }

    fn apply(&mut self, device: DeviceId, event: &Event, actor: Actor) {
        self.events += 1;
        let event_id = EventId(uuid::Uuid::from_u128(1_000_000 + self.events));
        self.meeting.apply(&Meta { event_id, device, at: UnixMillis(self.now_ms), actor }, event);
    }

    /// Two kiosks that do not hear each other take the owner in.
    fn owner_at_two_kiosks(&mut self) {
        let alone = self.meeting.clone();
        let mut all = Vec::new();
        for (device, prefix) in [(K1, "K1"), (K2, "K2")] {
            let command = Command::CheckIn {
                household: id(1).parse().expect("an id"),
                scanned: None,
                present: vec![id(11).parse().expect("an id")],
                unlisted_adults: 0,
                children: 0,
                via: Via::Scan,
                phone: PhoneCheck::Skipped,
                assurance: Assurance::Declared,
                printer: None,
            };
            let mut ctx = Ctx::new(UnixMillis(self.now_ms), Actor::Guest, device, prefix, [prefix.as_bytes()[1]; 32]);
            let events = alone.decide(&command, &mut ctx).expect("a guest comes in");
            all.extend(events.into_iter().map(|event| (device, event)));
        }
        for (device, event) in all {
            self.apply(device, &event, Actor::Guest);
        }
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
            storage_failed: self.disk_full,
            now_ms: self.now_ms,
            steady_ms: self.now_ms,
        };
        work(&mut self.desk, &venue)
    }

    pub(super) fn input(&mut self, input: Input) {
        for Action { tag, command, actor } in self.venue(|desk, venue| desk.handle(input, venue)) {
            self.commands.push((*command).clone());
            if self.disk_full || std::mem::take(&mut self.fails) > 0 {
                self.input(Input::Answer { tag, result: Err(Failed::Storage) });
                continue;
            }
            let entropy = [u8::try_from(self.events % 251).expect("below 251"); 32];
            let mut ctx = Ctx::new(UnixMillis(self.now_ms), actor.clone(), D1, "D1", entropy);
            let decided = self.meeting.decide(&command, &mut ctx);
            let result = decided.map(|events| events.iter().for_each(|event| self.apply(D1, event, actor.clone())));
            self.input(Input::Answer { tag, result: result.map_err(Failed::Rule) });
        }
    }

    pub(super) fn touch(&mut self, touch: Touch) -> DeskPage {
        self.input(Input::Touch(touch));
        self.venue(|desk, venue| desk.view(venue).page)
    }

    pub(super) fn type_pin(&mut self, pin: &str) -> DeskPage {
        pin.bytes().for_each(|figure| drop(self.touch(Touch::PinDigit(figure - b'0'))));
        self.venue(|desk, venue| desk.view(venue).page)
    }

    pub(super) fn badge_came_out(&mut self, badge: domain::BadgeId) {
        let copy = self.meeting.badge(badge).expect("a badge").copy;
        let by = domain::event::PrintWord::Printer;
        self.apply(D1, &domain::event::BadgePrinted { badge, copy, by }.into(), Actor::System);
    }

    pub(super) fn badge_is_doubtful(&mut self, badge: domain::BadgeId) {
        let copy = self.meeting.badge(badge).expect("a badge").copy;
        self.apply(D1, &domain::event::BadgeDoubtful { badge, copy, fault: "PA".into() }.into(), Actor::System);
    }

    /// The meeting asks about photos from now on.
    pub(super) fn ask_about_photos(&mut self) {
        let mut config = config();
        let notice = r#"{"id": "photo", "kind": "photo", "text": "May we take photos?", "rev": 1}"#;
        config.notices.push(serde_json::from_str(notice).expect("a notice"));
        self.apply(K1, &MeetingConfigured { rev: 2, config: Box::new(config) }.into(), Actor::Organiser);
    }

    pub(super) fn fill_disk(&mut self, full: bool) {
        self.disk_full = full;
    }

    pub(super) fn meeting(&self) -> &Meeting {
        &self.meeting
    }

    pub(super) fn page(&mut self) -> DeskPage {
        self.venue(|desk, venue| desk.view(venue).page)
    }

    fn tasks(&mut self) -> TasksPage {
        match self.venue(|desk, venue| desk.view(venue).page) {
            DeskPage::Tasks(page) => *page,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn take_signed(&mut self) -> Option<domain::SlipId> {
        self.desk.take_signed()
    }

    /// Somebody pulled the plug.
    pub(super) fn set_desk(&mut self, desk: Desk) {
        self.desk = desk;
    }

    pub(super) fn wait_ms(&mut self, ms: u64) {
        self.now_ms += ms;
    }

    /// Another machine says so.
    pub(super) fn event(&mut self, event: Event) {
        self.apply(K1, &event, Actor::System);
    }

    /// The next act cannot be written down.
    pub(super) fn fail_next(&mut self) {
        self.fails = 1;
    }

    pub(super) fn deed(&mut self, code: DeedCode) -> DeedLine {
        let page = self.tasks();
        page.deeds.iter().find(|deed| deed.code == code).unwrap_or_else(|| panic!("{code:?} in {page:?}")).clone()
    }
}

#[test]
fn right_pin_opens_the_list_and_nobody_who_is_gone_stays_signed_in() {
    let mut hall = Hall::open();
    let DeskPage::SignIn { wrong: true, .. } = hall.type_pin("0000") else { panic!("a wrong PIN opens nothing") };
    assert!(matches!(hall.type_pin("4711"), DeskPage::Tasks(_)));
    hall.now_ms += LEAVE_AFTER_MS;
    hall.input(Input::Tick);
    assert!(matches!(hall.commands.last(), Some(Command::SignOut { timed_out: true, .. })));
    assert!(matches!(hall.venue(|desk, venue| desk.view(venue).page), DeskPage::SignIn { .. }));
}

#[test]
fn five_wrong_pins_lock_the_desk_also_for_the_right_one() {
    let mut hall = Hall::open();
    (0..5).for_each(|_| drop(hall.type_pin("0000")));
    assert!(matches!(hall.commands.last(), Some(Command::LockOut { tries: 5, .. })));
    let DeskPage::SignIn { locked_minutes: 5, .. } = hall.type_pin("4711") else { panic!("it is locked") };
    // A restart forgets the wrong tries, the log does not.
    hall.desk = Desk::new();
    let DeskPage::SignIn { locked_minutes: 5, .. } = hall.type_pin("4711") else { panic!("it is still locked") };
    hall.now_ms += 5 * 60_000;
    assert!(matches!(hall.type_pin("4711"), DeskPage::Tasks(_)));
}

#[test]
fn lock_lasts_without_the_log_and_ends_when_somebody_unlocks_it() {
    let mut hall = Hall::open();
    hall.disk_full = true;
    (0..5).for_each(|_| drop(hall.type_pin("0000")));
    hall.disk_full = false;
    let DeskPage::SignIn { locked_minutes: 5, .. } = hall.type_pin("4711") else { panic!("it is locked all the same") };
    hall.now_ms += 5 * 60_000;
    (0..5).for_each(|_| drop(hall.type_pin("0000")));
    assert!(matches!(hall.type_pin("4711"), DeskPage::SignIn { locked_minutes: 5, .. }));
    let staff = config().staff[0].id.clone();
    let unlocked = StaffUnlocked { by: staff.clone(), device: Some(D1) };
    hall.apply(K1, &unlocked.into(), Actor::Staff { id: staff });
    assert!(matches!(hall.type_pin("4711"), DeskPage::Tasks(_)));
}

#[test]
fn nobody_works_at_a_desk_that_could_not_write_their_sign_in_down() {
    let mut hall = Hall::open();
    hall.disk_full = true;
    let DeskPage::SignIn { wrong: true, .. } = hall.type_pin("4711") else { panic!("the sign-in does not stand") };
    assert!(hall.venue(|desk, venue| desk.view(venue).storage_failed));
    hall.disk_full = false;
    assert!(matches!(hall.type_pin("4711"), DeskPage::Tasks(_)));
}

#[test]
fn touch_of_a_deed_that_is_not_there_any_more_does_nothing() {
    let mut hall = Hall::open();
    hall.owner_at_two_kiosks();
    hall.type_pin("4711");
    let shown = hall.deed(DeedCode::Mistake);
    let before = hall.commands.len();
    hall.touch(Touch::Do(DeedLine { value: "K9".into(), ..shown.clone() }));
    assert_eq!(hall.commands.len(), before, "another badge than the one that was read");
    hall.touch(Touch::Do(shown));
    assert_eq!(hall.commands.len(), before + 1);
}

#[test]
fn two_badges_out_are_settled_and_the_list_says_by_whom() {
    let mut hall = Hall::open();
    hall.owner_at_two_kiosks();
    hall.type_pin("4711");
    let page = hall.tasks();
    assert_eq!((page.open[0].code, page.open[0].who.as_str()), (ui::TaskCode::TwoBadgesOut, "王海棠"));
    assert_eq!((page.chosen, page.is_settled), (Some(0), false), "the first is chosen by itself");
    let mistake = hall.deed(DeedCode::Mistake);
    hall.touch(Touch::Do(mistake));
    let page = hall.tasks();
    assert!(page.open.iter().all(|line| line.code != ui::TaskCode::TwoBadgesOut), "{page:?}");
    assert_eq!((page.settled[0].outcome, page.settled[0].by.as_str()), (Outcome::Mistake, "周雨"));
}

#[test]
fn task_solved_otherwise_wants_words_and_can_be_opened_again_with_a_reason() {
    let mut hall = Hall::open();
    hall.owner_at_two_kiosks();
    hall.type_pin("4711");
    let before = hall.commands.len();
    let otherwise = hall.deed(DeedCode::Otherwise);
    hall.touch(Touch::Do(otherwise));
    assert!(hall.tasks().asking.is_some());
    hall.touch(Touch::Typed("   ".into()));
    assert_eq!(hall.commands.len(), before, "nothing is settled without a word");
    hall.touch(Touch::Typed("他们是兄弟".into()));
    let page = hall.tasks();
    assert_eq!((page.settled[0].outcome, page.settled[0].note.as_str()), (Outcome::Otherwise, "他们是兄弟"));

    hall.touch(Touch::SwitchList);
    let again = hall.deed(DeedCode::Reopen);
    hall.touch(Touch::Do(again));
    hall.touch(Touch::Typed("看错了".into()));
    let page = hall.tasks();
    assert_eq!(page.open[0].code, ui::TaskCode::TwoBadgesOut);
    assert!(page.settled.is_empty());
}

#[test]
fn who_takes_care_of_a_task_stands_beside_it() {
    let mut hall = Hall::open();
    hall.owner_at_two_kiosks();
    hall.type_pin("4711");
    let take = hall.deed(DeedCode::TakeIt);
    hall.touch(Touch::Do(take));
    let page = hall.tasks();
    assert_eq!(page.open[0].taken_by, "周雨");
    assert!(page.deeds.iter().all(|deed| deed.code != DeedCode::TakeIt), "it is theirs already");
}

#[test]
fn act_that_does_not_stand_says_what_to_do_about_it() {
    let mut hall = Hall::open();
    hall.owner_at_two_kiosks();
    hall.type_pin("4711");
    let take = hall.deed(DeedCode::TakeIt);
    hall.disk_full = true;
    hall.touch(Touch::Do(take.clone()));
    assert_eq!(hall.tasks().refused, ui::RefusedWhy::Storage);
    hall.disk_full = false;
    hall.touch(Touch::Do(take));
    assert_eq!(hall.tasks().refused, ui::RefusedWhy::None);
    let why = |refusal| super::refused::why(&Err(Failed::Rule(refusal)));
    assert_eq!(why(Refusal::NoRoom), ui::RefusedWhy::NoPlace);
    assert_eq!(why(Refusal::AlreadyDone { at: UnixMillis(0) }), ui::RefusedWhy::Meanwhile);
}
