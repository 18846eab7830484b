//! Questions over the control socket, and the touches of those who drive the desk through it.

use super::{Message, Runner};
use crate::screens::desk::Touch;
use crate::screens::desk::map::view::{MapPage, Side};
use crate::screens::desk::map::{MapTouch, adapter, party_of};
use crate::screens::desk::view::{DeedLine, DeskPage, TasksPage};
use crate::screens::desk::walk_in::form::{Choice, Field};
use crate::screens::desk::{cashier, counter, finder, group, guest, slip, walk_in};
use serde_json::{Value, json};
use std::sync::mpsc::SyncSender;

impl Runner {
    pub(super) fn control(&mut self, request: &Value, reply: SyncSender<Value>) {
        let answer = match request["do"].as_str() {
            Some("state") => self.state(),
            Some("health") => self.station.health(),
            Some("tap") => self.tap_by_name(request),
            Some("scan") => {
                self.take(Message::Scan(request["code"].as_str().unwrap_or_default().to_owned()));
                json!({"ok": true})
            }
            Some("network") => {
                let cut = request["cut"].as_bool().unwrap_or(false);
                self.station.cut_network(cut);
                json!({"ok": true, "cut": cut})
            }
            Some("table_card") => self.table_card(request),
            Some("page") => self.page(request),
            Some("snapshot") => return (self.snapshot)(request["file"].as_str().unwrap_or_default(), reply),
            Some("quit") => {
                (self.quit)();
                json!({"ok": true})
            }
            _ => {
                json!({"ok": false, "error": "known are: state, health, tap, scan, network, table_card, page, snapshot, quit"})
            }
        };
        // Whoever asked may have gone.
        let _ = reply.send(answer);
    }

    fn tap_by_name(&mut self, request: &Value) -> Value {
        let name = request["on"].as_str().unwrap_or_default();
        let number = usize::try_from(request["number"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
        let words = || request["words"].as_str().unwrap_or_default().to_owned();
        let touch = match name {
            "pin" => u8::try_from(number).ok().filter(|digit| *digit < 10).map(Touch::PinDigit),
            "sign_out" => Some(Touch::SignOut),
            "choose" => Some(Touch::Choose(number)),
            "choose_settled" => Some(Touch::ChooseSettled(number)),
            "do" => self.deed_at(number).map(Touch::Do),
            "typed" => Some(Touch::Typed(words())),
            "find" => Some(Touch::Search(finder::Touch::Typed(words()))),
            "find_open" => Some(Touch::Search(finder::Touch::Open(number))),
            "guest_tick" => Some(Touch::Guest(guest::Touch::Tick(number))),
            "guest_do" => self.guest_deed_at(number).map(|deed| Touch::Guest(guest::Touch::Do(deed))),
            "guest_typed" => Some(Touch::Guest(guest::Touch::Typed(words()))),
            "guest_adults" => words().parse().ok().map(|by| Touch::Guest(guest::Touch::Adults(by))),
            "guest_back" => Some(Touch::Guest(guest::Touch::Back)),
            "walk_in" => Some(Touch::OpenWalkIn),
            "group" => Some(Touch::OpenGroup),
            "group_find" => Some(Touch::Group(group::Touch::Typed(words()))),
            "group_pick" => Some(Touch::Group(group::Touch::Pick(Some(number)))),
            "group_all" => Some(Touch::Group(group::Touch::All(number != 0))),
            "group_printer" => Some(Touch::Group(group::Touch::NextPrinter)),
            "group_check_in" => Some(Touch::Group(group::Touch::CheckIn)),
            "group_back" => Some(Touch::Group(group::Touch::Back)),
            "switch_page" => Some(Touch::SwitchPage),
            _ if name.starts_with("walk_in_") => walk_in_touch(name, words(), number).map(Touch::WalkIn),
            "open_slip" => Some(Touch::OpenSlip(number)),
            "payments" => Some(Touch::Payments),
            "counter" => Some(Touch::Counter),
            _ if name.starts_with("counter_") => self.counter_touch(name, words(), number).map(Touch::AtCounter),
            _ if name.starts_with("pay_") => self.pay_touch(name, words(), number).map(Touch::Cashier),
            _ if name.starts_with("slip_") => self.slip_touch(name, words(), number).map(Touch::Slip),
            _ => map_touch(name, &words(), number).map(Touch::Map),
        };
        let Some(touch) = touch else {
            return json!({"ok": false, "error": format!("nothing here is called '{name}'")});
        };
        self.take(Message::Touch(touch));
        self.refresh();
        json!({"ok": true})
    }

    fn deed_at(&self, number: usize) -> Option<DeedLine> {
        match &self.shown.as_ref()?.page {
            DeskPage::Tasks(page) => page.deeds.get(number).cloned(),
            DeskPage::Pairing(_)
            | DeskPage::SignIn { .. }
            | DeskPage::Guest(..)
            | DeskPage::WalkIn(..)
            | DeskPage::Group(..)
            | DeskPage::Slip(_)
            | DeskPage::Cashier(_)
            | DeskPage::Counter(_)
            | DeskPage::Map(_) => None,
        }
    }

    fn guest_deed_at(&self, number: usize) -> Option<guest::deeds::Deed> {
        match &self.shown.as_ref()?.page {
            DeskPage::Guest(page, _) => page.deeds.get(number).copied(),
            DeskPage::Pairing(_)
            | DeskPage::SignIn { .. }
            | DeskPage::Tasks(_)
            | DeskPage::WalkIn(..)
            | DeskPage::Group(..)
            | DeskPage::Slip(_)
            | DeskPage::Cashier(_)
            | DeskPage::Counter(_)
            | DeskPage::Map(_) => None,
        }
    }

    /// Touches of a slip by name; `words` is what is typed, or the field or the deed that is meant.
    fn slip_touch(&self, name: &str, words: String, number: usize) -> Option<slip::Touch> {
        let DeskPage::Slip(page) = &self.shown.as_ref()?.page else { return None };
        Some(match name {
            "slip_type" => slip::Touch::Edit(slip::FIELDS.get(number).copied()?, words),
            "slip_focus" => slip::Touch::Focus(slip::FIELDS.get(number).copied()?),
            "slip_enter" => slip::Touch::Enter,
            "slip_line" => slip::Touch::PickLine(number),
            "slip_do" => {
                let meant = page.deeds.iter().find(|deed| format!("{:?}", deed.code) == words);
                slip::Touch::Do(meant?.clone())
            }
            "slip_typed" => slip::Touch::Typed(words),
            "slip_back" => slip::Touch::Back,
            _ => return None,
        })
    }

    /// Touches of the payments by name.
    fn pay_touch(&self, name: &str, words: String, number: usize) -> Option<cashier::Touch> {
        let DeskPage::Cashier(page) = &self.shown.as_ref()?.page else { return None };
        Some(match name {
            "pay_type" => cashier::Touch::Edit(cashier::FIELDS.get(number).copied()?, words),
            "pay_enter" => cashier::Touch::Enter,
            "pay_kind" => cashier::Touch::Kind(number),
            "pay_pick" => cashier::Touch::Pick(number),
            "pay_do" => {
                let meant = page.deeds.iter().find(|deed| format!("{:?}", deed.code) == words);
                cashier::Touch::Do(meant?.clone())
            }
            "pay_typed" => cashier::Touch::Typed(words),
            "pay_back" => cashier::Touch::Back,
            _ => return None,
        })
    }

    /// Touches of the counter by name.
    fn counter_touch(&self, name: &str, words: String, number: usize) -> Option<counter::Touch> {
        let DeskPage::Counter(page) = &self.shown.as_ref()?.page else { return None };
        Some(match name {
            "counter_queue" => counter::Touch::Queue(number),
            "counter_pick" => counter::Touch::Pick(number),
            "counter_return" => counter::Touch::PickHandover(number),
            "counter_give" => counter::Touch::Give(number),
            "counter_do" => {
                let meant = page.deeds.iter().find(|deed| format!("{:?}", deed.code) == words);
                counter::Touch::Do(meant?.clone())
            }
            "counter_typed" => counter::Touch::Typed(words),
            "counter_back" => counter::Touch::Back,
            _ => return None,
        })
    }

    fn state(&self) -> Value {
        let Some(view) = &self.shown else { return json!({"page": "starting"}) };
        let mut state = match &view.page {
            DeskPage::Pairing(page) => json!({"pairing": page.word(), "hub": page.hub}),
            DeskPage::SignIn { wrong, locked_minutes, .. } => json!({"wrong": wrong, "locked_minutes": locked_minutes}),
            DeskPage::Tasks(page) => of_tasks(page),
            DeskPage::Guest(page, _) => of_guest(page),
            DeskPage::WalkIn(page, _) => of_walk_in(page),
            DeskPage::Group(page, _) => of_group(page),
            DeskPage::Slip(page) => of_slip(page),
            DeskPage::Cashier(page) => of_cashier(page),
            DeskPage::Counter(page) => of_counter(page),
            DeskPage::Map(page) => of_map(page),
        };
        let found =
            view.search.found.iter().map(|line| json!({"title": line.title, "firm": line.firm, "here": line.here}));
        state["found"] = found.collect::<Vec<_>>().into();
        state["page"] = view.page.name().into();
        state["person"] = view.person.clone().into();
        state["waiting"] = view.waiting.into();
        state["connected"] = view.connected.into();
        state["storage_failed"] = view.storage_failed.into();
        state["open"] = self.tasks.iter().map(|task| task.kind.code()).collect::<Vec<_>>().into();
        if let Some(node) = self.station.node() {
            let sync = node.sync_state();
            state["prefix"] = node.identity().prefix.clone().into();
            state["cursor"] = sync.cursor.into();
            state["pending"] = sync.pending.into();
        }
        state
    }
}

fn of_tasks(page: &TasksPage) -> Value {
    let line = |line: &crate::screens::tasks::TaskLine| json!({"who": line.who, "device": line.device, "since": line.since, "taken_by": line.taken_by});
    json!({
        "tasks": page.open.iter().map(line).collect::<Vec<_>>(),
        "settled": page.settled.iter().map(|settled| json!({"by": settled.by, "at": settled.at})).collect::<Vec<_>>(),
        "deeds": page.deeds.iter().map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "chosen": page.chosen,
        "refused": format!("{:?}", page.refused),
        "busy": page.busy,
        "asking": page.asking.is_some(),
    })
}

fn of_guest(page: &guest::view::GuestPage) -> Value {
    let person = |line: &guest::view::PersonLine| json!({"name": line.name, "mark": format!("{:?}", line.mark), "ticked": line.ticked});
    let badge = |line: &guest::view::BadgeLine| json!({"number": line.number, "place": line.place, "state": format!("{:?}", line.state)});
    json!({
        "name": page.name,
        "table": page.table.as_ref().map(|table| &table.label),
        "here": page.here,
        "marks": page.marks.iter().map(|mark| format!("{mark:?}")).collect::<Vec<_>>(),
        "people": page.people.iter().map(person).collect::<Vec<_>>(),
        "badges": page.badges.iter().map(badge).collect::<Vec<_>>(),
        "deeds": page.deeds.iter().map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "asking": format!("{:?}", page.asking),
        "said": page.said.as_ref().map(|said| format!("{said:?}")),
        "refused": format!("{:?}", page.refused),
        "busy": page.busy,
    })
}

/// Touches of the form by name: `walk_in_phone` with words types them, `number` tells one choice of several.
fn walk_in_touch(name: &str, words: String, number: usize) -> Option<walk_in::Touch> {
    let field = match name {
        "walk_in_phone" => Some(Field::Phone),
        "walk_in_phone_again" => Some(Field::PhoneAgain),
        "walk_in_name" => Some(Field::Name),
        "walk_in_firm" => Some(Field::Firm),
        "walk_in_salesperson" => Some(Field::Salesperson),
        "walk_in_adults" => Some(Field::Adults),
        "walk_in_children" => Some(Field::Children),
        "walk_in_note" => Some(Field::Note),
        _ => None,
    };
    if let Some(field) = field {
        return Some(walk_in::Touch::Typed(field, words));
    }
    match name {
        "walk_in_role" => {
            let role = serde_json::from_value(words.into()).ok()?;
            Some(walk_in::Touch::Choose(Choice::Role(role)))
        }
        "walk_in_of_firm" => Some(walk_in::Touch::Choose(Choice::OfFirm(number != 0))),
        "walk_in_pick" => Some(walk_in::Touch::Pick(number)),
        "walk_in_register" => Some(walk_in::Touch::Register),
        "walk_in_clear" => Some(walk_in::Touch::Clear),
        "walk_in_back" => Some(walk_in::Touch::Back),
        _ => None,
    }
}

fn of_walk_in(page: &walk_in::view::WalkInPage) -> Value {
    let fault = |(field, fault): &(Field, walk_in::form::Fault)| json!([format!("{field:?}"), format!("{fault:?}")]);
    json!({
        "name": page.form.name,
        "fits": page.fits.iter().map(|fit| fit.name.clone()).collect::<Vec<_>>(),
        "faults": page.faults.iter().map(fault).collect::<Vec<_>>(),
        "step": format!("{:?}", page.step),
        "refused": format!("{:?}", page.refused),
        "busy": page.busy,
    })
}

fn of_group(page: &group::view::GroupPage) -> Value {
    let person = |line: &group::view::GroupLine| json!({"name": line.name, "mark": format!("{:?}", line.mark), "ticked": line.ticked});
    json!({
        "salesperson": page.salesperson,
        "salespeople": page.salespeople.iter().map(|line| line.name.clone()).collect::<Vec<_>>(),
        "people": page.people.iter().map(person).collect::<Vec<_>>(),
        "here": page.here,
        "ticked": page.ticked,
        "printer": page.printer,
        "batch": page.batch.all,
        "out": page.batch.out,
        "failed": page.batch.failed.iter().map(|(_, number)| number.clone()).collect::<Vec<_>>(),
        "refused": format!("{:?}", page.refused),
        "busy": page.busy,
    })
}

fn of_slip(page: &slip::view::SlipPage) -> Value {
    let line = |line: &slip::view::LineRow| {
        json!({"line": line.line, "sku": line.sku.as_str(), "quantity": line.quantity, "price": line.price,
            "amount": line.amount, "mark": format!("{:?}", line.mark), "who": line.who})
    };
    json!({
        "number": page.number,
        "state": format!("{:?}", page.state),
        "revision": page.revision,
        "firm": page.firm,
        "green": page.green,
        "notice": format!("{:?}", page.notice.code),
        "back": page.back,
        "lines": page.lines.iter().map(line).collect::<Vec<_>>(),
        "total": page.totals.total,
        "deposit": page.totals.deposit,
        "balance": page.totals.balance,
        "deeds": page.deeds.iter().filter(|deed| deed.enabled).map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "asking": format!("{:?}", page.asking),
        "fault": page.problem.as_ref().map(|problem| format!("{:?}", problem.fault)),
        "pin_wrong": page.pin_wrong,
        "busy": page.busy,
    })
}

fn of_cashier(page: &cashier::view::CashierPage) -> Value {
    let payment = |row: &cashier::view::PaymentRow| json!({"number": row.number, "state": format!("{:?}", row.state), "amount": row.amount, "chosen": row.chosen});
    json!({
        "firm": page.firm,
        "green": page.green,
        "sum": page.sum,
        "slip": page.slip,
        "tenders": page.tenders.iter().map(|tender| tender.amount.clone()).collect::<Vec<_>>(),
        "payments": page.payments.iter().map(payment).collect::<Vec<_>>(),
        "deeds": page.deeds.iter().map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "asking": format!("{:?}", page.asking),
        "fault": page.problem.as_ref().map(|problem| format!("{:?}", problem.fault)),
        "pin_wrong": page.pin_wrong,
        "busy": page.busy,
    })
}

fn of_counter(page: &counter::view::CounterPage) -> Value {
    let ticket = |row: &counter::view::TicketRow| json!({"number": row.number, "firm": row.firm, "mark": format!("{:?}", row.mark), "green": row.green});
    let gift = |row: &counter::view::GiftRow| json!({"name": row.name, "earned": row.earned, "given": row.given, "stock": row.stock});
    json!({
        "called": page.called,
        "called_firm": page.called_firm,
        "tickets": page.tickets.iter().map(ticket).collect::<Vec<_>>(),
        "firm": page.firm,
        "scanned": page.scanned,
        "wait": page.wait,
        "materials": page.materials.iter().map(|row| json!({"item": row.item, "out": row.out, "to": row.to})).collect::<Vec<_>>(),
        "asking": format!("{:?}", page.asking),
        "gifts": page.gifts.iter().map(gift).collect::<Vec<_>>(),
        "deeds": page.deeds.iter().map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "fault": format!("{:?}", page.fault),
        "fault_value": page.fault_value,
        "busy": page.busy,
    })
}

/// Touches of the map by name; `words` is a table's or a party's id, or what is typed.
fn map_touch(name: &str, words: &str, number: usize) -> Option<MapTouch> {
    let table = || (!words.is_empty()).then(|| domain::TableId::new(words));
    match name {
        "map_table" => table().map(MapTouch::Tap),
        "map_step" => adapter::way_of(words).map(MapTouch::Step),
        "map_party" => party_of(words).map(MapTouch::ShowParty),
        "map_plan" => Some(MapTouch::ShowPlan),
        "map_unseated" => Some(MapTouch::ShowUnseated),
        "map_rule" => adapter::rule_at(number).map(MapTouch::Rule),
        "map_pick_up" => Some(MapTouch::PickUp(party_of(words))),
        "map_aim" => Some(MapTouch::Aim(table())),
        "map_drop" => Some(MapTouch::Drop),
        "map_back" => Some(MapTouch::Back),
        "map_find" => Some(MapTouch::Find(words.to_owned())),
        "map_found" => Some(MapTouch::Found((!words.is_empty()).then(|| words.to_owned()))),
        "map_act" => adapter::act(words),
        "map_typed" => Some(MapTouch::Typed(words.to_owned())),
        "map_yes" => Some(MapTouch::Yes),
        _ => None,
    }
}

fn of_map(page: &MapPage) -> Value {
    let table = |cell: &ui::TableCell| json!({"id": cell.id.as_str(), "label": cell.label.as_str(), "note": cell.note.as_str()});
    let party = |line: &ui::PartyLine| {
        json!({"id": line.id.as_str(), "who": line.who.as_str(), "table": line.table.as_str(), "heads": line.heads,
            "stage": format!("{:?}", line.stage), "locked": line.locked})
    };
    let side = match &page.side {
        Side::Plan => json!({"lines": page.plan.lines.len()}),
        Side::Table { facts, parties } => {
            json!({"table": facts.label.as_str(), "parties": parties.iter().map(party).collect::<Vec<_>>()})
        }
        Side::Unseated { parties } => json!({"parties": parties.iter().map(party).collect::<Vec<_>>()}),
        Side::Party(side) => json!({"party": party(&side.party), "reasons": side.reasons.len(),
            "elsewhere": side.elsewhere.iter().map(|one| json!({"id": one.id.as_str(), "points": one.points,
                "block": format!("{:?}", one.block)})).collect::<Vec<_>>(),
            "swap": side.swap.as_ref().map(|swap| swap.points)}),
    };
    let carried = page.carried.as_ref().map(|carried| {
        let aim = carried.aim.as_ref().map(|(aim, _)| json!({"table": aim.table.as_str(), "points": aim.points}));
        json!({"party": party(&carried.party), "aim": aim})
    });
    json!({
        "tables": page.tables.iter().map(table).collect::<Vec<_>>(),
        "plan": {"points": page.plan.points, "without_table": page.plan.without_table, "heads": page.plan.heads,
            "preset": format!("{:?}", page.plan.preset)},
        "side": side,
        "carried": carried,
        "question": format!("{:?}", page.asked.code()),
        "found": page.found.iter().map(|line| line.id.as_str().to_owned()).collect::<Vec<_>>(),
        "may_undo": page.may.undo.is_some(),
        "card": format!("{:?}", page.card.state),
        "card_words": page.card.words,
        "refused": format!("{:?}", page.refused),
        "busy": page.busy,
    })
}
