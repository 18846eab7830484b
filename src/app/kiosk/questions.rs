//! Questions over the control socket, and the touches of those who drive the kiosk through it: tests and the demo.

use super::Runner;
use crate::app::figures::Series;
use crate::screens::kiosk::view::{BadgeCount, HouseholdPage, Page, PersonLine, TablePage};
use crate::screens::kiosk::{Touch, look};
use node::Node;
use print::JobState;
use serde_json::{Value, json};
use std::sync::mpsc::SyncSender;
use std::time::Instant;

impl Runner {
    pub(super) fn control(&mut self, request: &Value, reply: SyncSender<Value>) {
        let answer = match request["do"].as_str() {
            Some("state") => self.state(),
            Some("health") => self.station.health(),
            Some("figures") => {
                let figures = self.figures.json();
                if request["forget_lag"] == true {
                    self.figures.lag = Series::default();
                }
                figures
            }
            Some("tap") => self.tap_by_name(request),
            Some("network") => self.cut_network(request["cut"].as_bool().unwrap_or(false)),
            Some("snapshot") => return (self.snapshot)(request["file"].as_str().unwrap_or_default(), reply),
            Some("quit") => {
                (self.quit)();
                json!({"ok": true})
            }
            _ => json!({"ok": false, "error": "known are: state, health, figures, tap, network, snapshot, quit"}),
        };
        // Whoever asked may have gone.
        let _ = reply.send(answer);
    }

    fn tap_by_name(&mut self, request: &Value) -> Value {
        let name = request["on"].as_str().unwrap_or_default();
        let Some(touch) = Touch::named(name, request["number"].as_i64().unwrap_or(0)) else {
            return json!({"ok": false, "error": format!("nothing here is called '{name}'")});
        };
        self.touch(touch, Instant::now());
        self.refresh(None);
        json!({"ok": true})
    }

    fn cut_network(&mut self, cut: bool) -> Value {
        self.station.cut_network(cut);
        json!({"ok": true, "cut": cut})
    }

    fn state(&self) -> Value {
        let mut state = json!({"page": "starting", "guests_in": 0, "waiting": 0});
        let Some(view) = &self.shown else { return state };
        state["page"] = view.page.name().into();
        state["language"] = view.language.code().into();
        state["waiting"] = view.waiting.into();
        state["printer_fault"] = self.devices.printer_fault.map(|fault| fault.to_string()).into();
        state["tasks_here"] = self.tasks.len().into();
        join(&mut state, of_page(&view.page));
        if let Some(node) = self.station.node() {
            join(&mut state, of_node(node));
        }
        state
    }
}

/// What a guest reads on the page.
fn of_page(page: &Page) -> Value {
    match page {
        Page::Refused(problem) => json!({"problem": problem.name()}),
        Page::OutOfOrder(out) => json!({"code": out.code.letters()}),
        Page::Household(household) => of_household(household),
        Page::PhoneCheck { firm, mask } => json!({"firm": firm, "mask": mask}),
        Page::Done(table) | Page::Already(table) => of_table(table),
        Page::GroupProgress { badges, .. } => json!({"badges": of_badges(badges)}),
        Page::GroupList { people, heads, .. } => json!({"people": people.len(), "heads": heads}),
        Page::Attract
        | Page::Looking
        | Page::PhoneEntry(_)
        | Page::PhoneNotFound
        | Page::PhoneSeveral
        | Page::PhoneType { .. }
        | Page::NewPhone { .. }
        | Page::GroupPin { .. }
        | Page::Help
        | Page::StaffPin { .. }
        | Page::StaffMenu(_) => json!({}),
        Page::StaffTasks(lines) => json!({"tasks": lines.len()}),
        Page::Pairing(page) => json!({"pairing": page.word(), "hub": page.hub}),
    }
}

fn of_household(page: &HouseholdPage) -> Value {
    let person = |person: &PersonLine| json!({"name": person.name, "here": person.here, "done": person.done});
    json!({"firm": page.firm, "heads": page.heads, "people": page.people.iter().map(person).collect::<Vec<_>>()})
}

fn of_table(page: &TablePage) -> Value {
    json!({
        "guest": page.guest,
        "table": page.table.as_ref().map(|table| &table.label),
        "badges": of_badges(&page.badges),
        "still_to_come": page.still_to_come,
        "green_channel": page.green_channel,
    })
}

fn of_badges(count: &BadgeCount) -> Value {
    json!({"stage": count.stage.name(), "out": count.out, "all": count.all, "at": count.at})
}

/// What the node knows.
fn of_node(node: &Node) -> Value {
    let jobs = node.jobs().map(|job| json!({"badge": job.badge, "state": format!("{:?}", job.state)}));
    let (badges_out, badge_copies) = look::badges_out(node.meeting());
    let sync = node.sync_state();
    json!({
        "prefix": node.identity().prefix,
        "guests_in": look::guests_in(node.meeting()),
        "badges_out": badges_out,
        "badge_copies": badge_copies,
        "connected": sync.connected,
        "pending": sync.pending,
        "cursor": sync.cursor,
        "doubtful": node.jobs().filter(|job| job.state == JobState::Doubtful).count(),
        "jobs": jobs.collect::<Vec<_>>(),
    })
}

fn join(state: &mut Value, more: Value) {
    if let (Value::Object(state), Value::Object(more)) = (state, more) {
        state.extend(more);
    }
}
