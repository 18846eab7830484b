//! Every state of the desk, by name: the golden pictures and the layout tests walk this list.

use super::cashier;
use super::counter;
use super::group;
use super::guests::{Words, words};
use super::hall;
use super::party;
use super::slip;
use super::walk_in;
use super::without_display;
use slint::{ComponentHandle, ModelRc, PhysicalSize, VecModel};
use std::rc::Rc;
use ui::{
    Block, CardState, CounterAsk, CounterFault, DeedCode, DeedLine, Desk, DeskScreen, DeskWindow, GuestAsk,
    GuestDeedCode, Lang, Language, MapQuestion, Outcome, Pairing, PairingStep, PartySaid, PayAsk, PayFault,
    SettledLine, SlipAsk, SlipFault, TaskCode, TaskLine, TaskReason, Tone, WalkInStep,
};

type Fill = Rc<dyn Fn(&DeskWindow, &Words)>;

pub struct Scene {
    pub name: String,
    fill: Fill,
}

impl Scene {
    fn new(name: &str, fill: impl Fn(&DeskWindow, &Words) + 'static) -> Scene {
        Scene { name: name.into(), fill: Rc::new(fill) }
    }

    pub fn show(&self, window: &DeskWindow, lang: Lang) {
        let words = words(lang);
        let desk = window.global::<Desk>();
        desk.set_place(format!("D1 · {}", words.host).into());
        desk.set_meeting(words.meeting.into());
        desk.set_clock("14:52".into());
        (self.fill)(window, &words);
    }
}

/// A desk of the given size that speaks `lang`.
pub fn desk(lang: Lang, width: u32, height: u32) -> DeskWindow {
    without_display();
    let window = DeskWindow::new().expect("a window in memory");
    ui::speak(lang);
    window.global::<Language>().set_current(lang);
    window.window().set_size(PhysicalSize::new(width, height));
    window.show().expect("a window in memory");
    window
}

fn model<T: Clone + 'static>(values: Vec<T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(values))
}

/// Every kind of task, with its longest words.
const CODES: [TaskCode; 25] = [
    TaskCode::HelpWanted,
    TaskCode::NoTable,
    TaskCode::BadgeDoubtful,
    TaskCode::DeviceFault,
    TaskCode::TableGone,
    TaskCode::TwoBadgesOut,
    TaskCode::TableOverfull,
    TaskCode::InButCancelled,
    TaskCode::LockedOut,
    TaskCode::SlipVersions,
    TaskCode::PaymentSuspected,
    TaskCode::DrawDisputed,
    TaskCode::DeviceForked,
    TaskCode::PaperGap,
    TaskCode::ClockWrong,
    TaskCode::LogBegun,
    TaskCode::UnknownKinds,
    TaskCode::DeviceRevoked,
    TaskCode::HubRestored,
    TaskCode::PlanDiffers,
    TaskCode::BadgeShowsOldTable,
    TaskCode::PriceWanted,
    TaskCode::ApprovalOutdated,
    TaskCode::GiftTwice,
    TaskCode::Other,
];

fn task(code: TaskCode, who: &str, minutes: i32) -> TaskLine {
    let tone = match code {
        TaskCode::HelpWanted | TaskCode::NoTable | TaskCode::BadgeDoubtful | TaskCode::DeviceFault => Tone::Stop,
        TaskCode::PlanDiffers | TaskCode::BadgeShowsOldTable | TaskCode::Other => Tone::Neutral,
        _ => Tone::Attention,
    };
    TaskLine {
        code,
        reason: if code == TaskCode::NoTable { TaskReason::NoRoom } else { TaskReason::PhoneInSeveral },
        tone,
        who: who.into(),
        device: if code == TaskCode::TwoBadgesOut { "K1, K2" } else { "K2" }.into(),
        table: if code == TaskCode::PaperGap { "812" } else { "12" }.into(),
        other: if code == TaskCode::PaperGap { "820" } else { "D2-0042" }.into(),
        count: 8,
        places: 6,
        fault: "PA".into(),
        since: "14:48".into(),
        waited_minutes: minutes,
        taken_by: "".into(),
    }
}

/// The usual line takes a person, the third a very long firm, the fifth is taken care of.
fn tasks(words: &Words, count: usize) -> Vec<TaskLine> {
    let line = |(index, code): (usize, &TaskCode)| {
        let who = if index % 3 == 2 { words.long_firm } else { words.guest };
        let minutes = [0, 4, 12, 75][index % 4];
        let taken_by = if index == 4 { words.salesperson } else { "" }.into();
        TaskLine { taken_by, ..task(*code, who, minutes) }
    };
    CODES.iter().enumerate().take(count).map(line).collect()
}

fn settled(words: &Words) -> Vec<SettledLine> {
    let line = |code, outcome, by: &str| SettledLine {
        task: task(code, words.guest, 40),
        outcome,
        by: by.into(),
        at: "14:31".into(),
        note: if outcome == Outcome::Otherwise { words.theme } else { "" }.into(),
    };
    vec![
        line(TaskCode::TwoBadgesOut, Outcome::Companion, words.salesperson),
        line(TaskCode::BadgeDoubtful, Outcome::Accepted, words.long_salesperson),
        line(TaskCode::DeviceFault, Outcome::Vanished, ""),
        line(TaskCode::HelpWanted, Outcome::Otherwise, words.salesperson),
    ]
}

fn deeds(lines: &[(DeedCode, &str)]) -> ModelRc<DeedLine> {
    let line = |(index, (code, value)): (usize, &(DeedCode, &str))| DeedLine {
        code: *code,
        value: (*value).into(),
        key: (index + 1).to_string().into(),
        primary: index == 0,
        enabled: true,
    };
    model(lines.iter().enumerate().map(line).collect())
}

fn at_work(window: &DeskWindow, words: &Words, count: usize) {
    let desk = window.global::<Desk>();
    desk.set_screen(DeskScreen::Tasks);
    desk.set_person(words.salesperson.into());
    desk.set_tasks(model(tasks(words, count)));
    desk.set_settled(model(settled(words)));
}

fn chosen(window: &DeskWindow, words: &Words, index: usize) {
    at_work(window, words, 7);
    let desk = window.global::<Desk>();
    desk.set_chosen(index as i32);
    desk.set_task(tasks(words, 7)[index].clone());
    desk.set_deeds(deeds(&[
        (DeedCode::Companion, ""),
        (DeedCode::Mistake, "K2 14:48"),
        (DeedCode::Impostor, "K2 14:48"),
        (DeedCode::LeaveAsIs, ""),
        (DeedCode::TakeIt, ""),
    ]));
}

pub fn all() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("pairing", |window, _| pairing(window, PairingStep::Wanted)),
        Scene::new("pairing-other-hub", |window, _| pairing(window, PairingStep::OtherHub)),
        Scene::new("pairing-unreachable", |window, _| pairing(window, PairingStep::Unreachable)),
        Scene::new("pairing-revoked", |window, _| pairing(window, PairingStep::Revoked)),
        Scene::new("sign-in", |window, _| sign_in(window, 2, false, 0)),
        Scene::new("sign-in-locked", |window, _| sign_in(window, 0, true, 5)),
        Scene::new("tasks-none", |window, words| at_work(window, words, 0)),
        Scene::new("tasks", |window, words| at_work(window, words, 7)),
        Scene::new("tasks-many", |window, words| {
            at_work(window, words, CODES.len());
            let desk = window.global::<Desk>();
            desk.set_waiting(14);
            desk.set_waiting_since("12:58".into());
            desk.set_connected(false);
        }),
        Scene::new("task-chosen", |window, words| chosen(window, words, 5)),
        Scene::new("task-long", |window, words| chosen(window, words, 2)),
        Scene::new("task-refused", |window, words| {
            chosen(window, words, 1);
            window.global::<Desk>().set_refused(ui::RefusedWhy::Role);
        }),
        Scene::new("task-refused-meanwhile", |window, words| {
            chosen(window, words, 1);
            window.global::<Desk>().set_refused(ui::RefusedWhy::Meanwhile);
        }),
        Scene::new("desk-storage-failed", |window, words| {
            at_work(window, words, 7);
            window.global::<Desk>().set_storage_failed(true);
        }),
        Scene::new("task-asking", |window, words| {
            chosen(window, words, 0);
            let desk = window.global::<Desk>();
            desk.set_question(DeedCode::Otherwise);
            desk.set_asking(true);
        }),
        Scene::new("task-settled", |window, words| {
            at_work(window, words, 3);
            let desk = window.global::<Desk>();
            desk.set_chosen(3);
            desk.set_chosen_settled(true);
            desk.set_past(settled(words)[3].clone());
            desk.set_deeds(deeds(&[(DeedCode::Reopen, "")]));
        }),
    ];
    scenes.extend(of_a_party());
    scenes.extend(of_a_walk_in());
    scenes.extend(of_a_slip());
    scenes.extend(of_payments());
    scenes.extend(of_the_counter());
    scenes.extend(of_the_map());
    scenes.extend(CODES.into_iter().map(|code| {
        Scene::new(&format!("kind-{code:?}").to_lowercase(), move |window, words| {
            at_work(window, words, 2);
            let desk = window.global::<Desk>();
            desk.set_chosen(0);
            desk.set_task(task(code, words.long_guest, 3));
        })
    }));
    scenes
}

fn of_a_party() -> Vec<Scene> {
    let asked = |name: &str, ask: GuestAsk, codes: &'static [GuestDeedCode]| {
        Scene::new(name, move |window, words| {
            at_work(window, words, 7);
            party::asked(window, words, ask, codes);
        })
    };
    let party = |name: &str, fill: fn(&DeskWindow, &Words)| {
        Scene::new(name, move |window, words| {
            at_work(window, words, 7);
            fill(window, words);
        })
    };
    use GuestDeedCode as Code;
    vec![
        party("party", |window, words| party::open(window, words, false)),
        party("party-long", |window, words| party::open(window, words, true)),
        party("party-absent", party::absent),
        party("party-deeds", party::deeds_of_one),
        party("party-refused", party::refused),
        asked(
            "party-why-badge",
            GuestAsk::WhyBadge,
            &[Code::BecauseLost, Code::BecauseDamaged, Code::BecauseWrongText, Code::BecauseNewTable],
        ),
        asked(
            "party-why-undo",
            GuestAsk::WhyUndo,
            &[Code::BecauseWrongGuest, Code::BecauseNotHere, Code::BecauseImpostor, Code::BecauseOther],
        ),
        asked("party-undo-words", GuestAsk::UndoWords, &[]),
        asked("party-pin", GuestAsk::Pin, &[]),
        asked("party-more", GuestAsk::More, &[Code::WriteNote, Code::Regrade, Code::AskConsents]),
        asked("kind-party-class", GuestAsk::WhichClass, &[Code::ClassA, Code::ClassB, Code::ClassC]),
        asked(
            "kind-party-criterion",
            GuestAsk::WhichCriterion,
            &[Code::ByMarket, Code::ByStrength, Code::ByWillingness],
        ),
        asked("kind-party-class-words", GuestAsk::ClassWords, &[]),
        asked("party-note-words", GuestAsk::NoteWords, &[]),
        asked(
            "party-consents",
            GuestAsk::Consents,
            &[Code::ScreenNameNo, Code::DirectoryYes, Code::DirectoryNo, Code::PhotoYes],
        ),
        party("found", party::found),
        party("found-beside-a-party", |window, words| {
            party::open(window, words, false);
            party::found(window, words);
        }),
        party("found-nobody", |window, _| party::nobody_found(window)),
    ]
}

fn of_a_walk_in() -> Vec<Scene> {
    let form = |name: &str, fill: fn(&DeskWindow, &Words)| {
        Scene::new(name, move |window, words| {
            at_work(window, words, 7);
            fill(window, words);
        })
    };
    let said = |name: &str, said: PartySaid| {
        Scene::new(name, move |window, words| {
            at_work(window, words, 7);
            party::said(window, words, said);
        })
    };
    use WalkInStep as Step;
    vec![
        form("walk-in-empty", |window, _| walk_in::empty(window)),
        form("walk-in", |window, words| walk_in::filled(window, words, false)),
        form("walk-in-long", |window, words| walk_in::filled(window, words, true)),
        form("walk-in-wrong", walk_in::wrong),
        form("kind-walk-in-wrong-otherwise", walk_in::wrong_otherwise),
        form("walk-in-without-firm", walk_in::without_firm),
        form("walk-in-which-firm", walk_in::which_firm),
        form("walk-in-which-salesperson", walk_in::which_salesperson),
        form("kind-walk-in-registering", |window, words| walk_in::under_way(window, words, Step::Registering)),
        form("kind-walk-in-seating", |window, words| walk_in::under_way(window, words, Step::Seating)),
        form("walk-in-checking-in", |window, words| walk_in::under_way(window, words, Step::CheckingIn)),
        form("kind-walk-in-refused", walk_in::refused),
        form("group-whose", group::whose),
        form("kind-group-nobody", |window, _| group::nobody(window)),
        form("group-ticked", group::ticked),
        form("group-printed", group::printed),
        form("kind-group-done", group::done),
        form("kind-group-without-printer", group::without_printer),
        said("kind-said-number-is-theirs", PartySaid::NumberIsTheirs),
        said("kind-said-table-theirs", PartySaid::TableTheirs),
        said("kind-said-table-with-salesperson", PartySaid::TableWithSalesperson),
        said("kind-said-table-has-room", PartySaid::TableHasRoom),
        said("said-table-made-room", PartySaid::TableMadeRoom),
        said("kind-said-no-plan", PartySaid::NoPlan),
        said("said-no-room", PartySaid::NoRoom),
        said("kind-said-only-rivals", PartySaid::OnlyRivals),
        said("kind-said-no-wheelchair-space", PartySaid::NoWheelchairSpace),
        said("kind-said-no-places-here", PartySaid::NoPlacesHere),
    ]
}

fn of_a_slip() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("slip-new", slip::fresh),
        Scene::new("slip-1", |window, words| slip::draft(window, words, 1)),
        Scene::new("slip-40", |window, words| slip::draft(window, words, 40)),
        Scene::new("slip-200", |window, words| slip::draft(window, words, 200)),
        Scene::new("slip-waits", slip::waits),
        Scene::new("slip-signed", slip::signed),
        Scene::new("slip-signer", |window, words| slip::asked(window, words, SlipAsk::Signer)),
        Scene::new("slip-pin", |window, words| slip::asked(window, words, SlipAsk::ApprovePin)),
        Scene::new("slip-wrong", |window, words| slip::wrong(window, words, SlipFault::Decimals)),
    ];
    scenes.extend(slip::FAULTS.map(|fault| {
        Scene::new(&format!("kind-slip-{fault:?}").to_lowercase(), move |window, words| {
            slip::wrong(window, words, fault)
        })
    }));
    scenes.extend(slip::ASKS.map(|ask| {
        Scene::new(&format!("kind-slip-{ask:?}").to_lowercase(), move |window, words| slip::asked(window, words, ask))
    }));
    scenes.extend(slip::NOTICES.map(|notice| {
        Scene::new(&format!("kind-slip-notice-{notice:?}").to_lowercase(), move |window, words| {
            slip::draft(window, words, 3);
            slip::notice(window, notice, "15:42");
        })
    }));
    scenes
}

fn of_payments() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("payments-none", cashier::empty),
        Scene::new("payments", cashier::taken),
        Scene::new("payments-review", cashier::review),
        Scene::new("payments-large", |window, words| cashier::asked(window, words, PayAsk::Large)),
        Scene::new("payments-second", |window, words| cashier::asked(window, words, PayAsk::CashPin)),
        Scene::new("payments-differ", |window, words| cashier::wrong(window, words, PayFault::Differs)),
    ];
    scenes.extend(cashier::FAULTS.map(|fault| {
        Scene::new(&format!("kind-pay-{fault:?}").to_lowercase(), move |window, words| {
            cashier::wrong(window, words, fault);
        })
    }));
    scenes.extend(cashier::ASKS.map(|ask| {
        Scene::new(&format!("kind-pay-ask-{ask:?}").to_lowercase(), move |window, words| {
            cashier::asked(window, words, ask);
        })
    }));
    scenes
}

fn of_the_counter() -> Vec<Scene> {
    let mut scenes = vec![
        Scene::new("counter-none", counter::empty),
        Scene::new("counter", counter::busy),
        Scene::new("counter-given-twice", |window, words| counter::wrong(window, words, CounterFault::AlreadyGiven)),
        Scene::new("counter-shelf", counter::shelf),
        Scene::new("counter-store", counter::store),
        Scene::new("counter-whom", |window, words| counter::asking(window, words, CounterAsk::Whom)),
    ];
    scenes.extend(counter::ASKS.map(|ask| {
        Scene::new(&format!("kind-counter-ask-{ask:?}").to_lowercase(), move |window, words| {
            counter::asking(window, words, ask);
        })
    }));
    scenes.extend(counter::FAULTS.map(|fault| {
        Scene::new(&format!("kind-counter-{fault:?}").to_lowercase(), move |window, words| {
            counter::wrong(window, words, fault);
        })
    }));
    scenes
}

fn of_the_map() -> Vec<Scene> {
    let asked = |name: &str, question: MapQuestion| {
        Scene::new(name, move |window, words| hall::question(window, words, question))
    };
    vec![
        Scene::new("map-16", |window, words| hall::plan(window, words, 16, 4)),
        Scene::new("map-75", |window, words| hall::plan(window, words, 75, 15)),
        Scene::new("map-600", |window, words| hall::plan(window, words, 600, 30)),
        Scene::new("kind-map-cut-off", |window, words| {
            hall::plan(window, words, 32, 8);
            let desk = window.global::<Desk>();
            desk.set_connected(false);
            desk.set_waiting(3);
            desk.set_waiting_since("14:31".into());
        }),
        Scene::new("map-empty", hall::empty),
        Scene::new("map-table", hall::table),
        Scene::new("map-card-no-printer", |window, words| hall::card(window, words, CardState::NoPrinter)),
        Scene::new("map-card-out", |window, words| hall::card(window, words, CardState::CameOut)),
        Scene::new("kind-map-card-busy", |window, words| hall::card(window, words, CardState::Busy)),
        Scene::new("kind-map-card-not-drawn", |window, words| hall::card(window, words, CardState::NotDrawn)),
        Scene::new("kind-map-card-wants-person", |window, words| hall::card(window, words, CardState::WantsPerson)),
        Scene::new("kind-map-card-not-taken", |window, words| hall::card(window, words, CardState::NotTaken)),
        Scene::new("kind-map-card-unknown", |window, words| hall::card(window, words, CardState::Unknown)),
        Scene::new("map-why", hall::why),
        Scene::new("map-drag", |window, words| hall::carry(window, words, Block::None)),
        Scene::new("kind-map-blocked", |window, words| hall::carry(window, words, Block::Rival)),
        Scene::new("map-found", hall::found),
        Scene::new("kind-map-refused", |window, words| hall::refused(window, words, ui::RefusedWhy::Taken)),
        asked("map-reason", MapQuestion::WhyMoved),
        asked("kind-map-close", MapQuestion::Close),
        asked("map-merge", MapQuestion::Merge),
        asked("kind-map-renumber", MapQuestion::Renumber),
        asked("kind-map-add", MapQuestion::Add),
        asked("map-replan", MapQuestion::Replan),
        asked("kind-map-replan-running", MapQuestion::ReplanRunning),
        asked("kind-map-replan-failed", MapQuestion::ReplanFailed),
    ]
}

fn pairing(window: &DeskWindow, step: PairingStep) {
    window.global::<Desk>().set_screen(DeskScreen::Pairing);
    let pairing = window.global::<Pairing>();
    pairing.set_step(step);
    pairing.set_machine("D1".into());
    pairing.set_hub("192.168.1.20:7400".into());
}

fn sign_in(window: &DeskWindow, typed: i32, wrong: bool, locked: i32) {
    let desk = window.global::<Desk>();
    desk.set_screen(DeskScreen::SignIn);
    desk.set_pin_typed(typed);
    desk.set_pin_wrong(wrong);
    desk.set_pin_locked_minutes(locked);
}
