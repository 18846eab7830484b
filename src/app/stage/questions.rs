//! Questions over the control socket: the stage's state as it is shown, and touches by name, for tests and for help from
//! afar.

use super::{Message, Runner};
use crate::screens::stage::view::{OperatorPage, WorkPage};
use crate::screens::stage::{HallMessage, Key, Touch};
use domain::stage::{LotteryView, SceneView};
use serde_json::{Value, json};
use std::sync::mpsc::SyncSender;

impl Runner {
    pub(super) fn control(&mut self, request: &Value, reply: SyncSender<Value>) {
        let answer = match request["do"].as_str() {
            Some("state") => self.state(),
            Some("health") => self.station.health(),
            Some("tap") => self.tap_by_name(request),
            Some("network") => {
                let cut = request["cut"].as_bool().unwrap_or(false);
                self.station.cut_network(cut);
                json!({"ok": true, "cut": cut})
            }
            Some("snapshot") => return (self.snapshot)(request["file"].as_str().unwrap_or_default(), reply),
            Some("quit") => {
                (self.quit)();
                json!({"ok": true})
            }
            _ => json!({"ok": false, "error": "known are: state, health, tap, network, snapshot, quit"}),
        };
        // Whoever asked may have gone.
        let _ = reply.send(answer);
    }

    fn tap_by_name(&mut self, request: &Value) -> Value {
        let name = request["on"].as_str().unwrap_or_default();
        let words = request["words"].as_str().unwrap_or_default();
        let number = usize::try_from(request["number"].as_u64().unwrap_or(0)).unwrap_or(usize::MAX);
        let touch = match name {
            "pin" => u8::try_from(number).ok().filter(|digit| *digit < 10).map(Touch::PinDigit),
            "key" => key(words).map(Touch::Key),
            "do" => self.deed(words),
            "scene" => self.scene(words),
            "round" => Some(Touch::ChooseRound(number)),
            "pick" => Some(Touch::ChoosePick(number)),
            "typed" => Some(Touch::Typed(words.to_owned())),
            "cancel" => Some(Touch::Cancel),
            "language" => Some(Touch::NextLanguage),
            _ => None,
        };
        let Some(touch) = touch else {
            return json!({"ok": false, "error": format!("nothing here is called '{name} {words}'")});
        };
        self.take(Message::Touch(touch));
        self.refresh();
        json!({"ok": true})
    }

    fn work(&self) -> Option<&WorkPage> {
        match &self.shown.as_ref()?.page {
            OperatorPage::Work(page) => Some(page),
            OperatorPage::Pairing(_) | OperatorPage::SignIn { .. } => None,
        }
    }

    fn deed(&self, words: &str) -> Option<Touch> {
        let offered = self.work()?.deeds.iter().find(|deed| format!("{:?}", deed.code) == words && deed.enabled);
        offered.map(|deed| Touch::Do(deed.code))
    }

    fn scene(&self, words: &str) -> Option<Touch> {
        let known = self.work()?.scenes.iter().find(|(code, ..)| format!("{code:?}") == words);
        known.map(|(code, ..)| Touch::Scene(*code))
    }

    fn state(&self) -> Value {
        let Some(view) = &self.shown else { return json!({"page": "starting"}) };
        let mut state = match &view.page {
            OperatorPage::Pairing(page) => json!({"pairing": page.word(), "hub": page.hub}),
            OperatorPage::SignIn { wrong, locked_minutes, .. } => {
                json!({"wrong": wrong, "locked_minutes": locked_minutes})
            }
            OperatorPage::Work(page) => of_work(page),
        };
        state["page"] = view.page.name().into();
        state["person"] = view.person.clone().into();
        state["waiting"] = view.waiting.into();
        state["connected"] = view.connected.into();
        state["audience"] = format!("{:?}", self.hall.state()).into();
        state["hall"] = self.sent.as_ref().map(of_hall).unwrap_or_default();
        if let Some(node) = self.station.node() {
            let sync = node.sync_state();
            state["prefix"] = node.identity().prefix.clone().into();
            state["cursor"] = sync.cursor.into();
            state["pending"] = sync.pending.into();
        }
        state
    }
}

fn key(words: &str) -> Option<Key> {
    Some(match words {
        "Space" | "Enter" => Key::Next,
        "PageDown" => Key::PageDown,
        "PageUp" => Key::PageUp,
        "Up" => Key::Up,
        "Down" => Key::Down,
        "Backspace" => Key::Backspace,
        "Escape" => Key::Escape,
        _ => match words.strip_prefix('F').and_then(|number| number.parse().ok()) {
            Some(number) => Key::Function(number),
            None => Key::Letter(words.chars().next().filter(|_| words.chars().count() == 1)?),
        },
    })
}

fn of_work(page: &WorkPage) -> Value {
    let pick = |row: &crate::screens::stage::view::PickRow| json!({"pick": row.pick, "id": row.id, "state": format!("{:?}", row.state), "calls": row.calls, "chosen": row.chosen});
    let shown = page.scenes.iter().find(|(.., shown)| *shown).map(|(code, ..)| format!("{code:?}"));
    json!({
        "panel": format!("{:?}", page.panel),
        "scene": shown,
        "draw": page.draw,
        "round": page.round,
        "rehearsal": page.rehearsal,
        "faces": page.faces,
        "behind": page.behind,
        "steps": page.steps.iter().map(|(code, state, _)| json!([format!("{code:?}"), format!("{state:?}")])).collect::<Vec<_>>(),
        "rounds": page.rounds.iter().map(|row| json!({"prize": row.prize, "left": row.left, "quantity": row.quantity, "chosen": row.chosen})).collect::<Vec<_>>(),
        "picks": page.picks.iter().map(pick).collect::<Vec<_>>(),
        "deeds": page.deeds.iter().filter(|deed| deed.enabled).map(|deed| format!("{:?}", deed.code)).collect::<Vec<_>>(),
        "asking": format!("{:?}", page.asking),
        "said": format!("{:?}", page.said.0),
        "said_value": page.said.1,
        "busy": page.busy,
    })
}

/// What the hall sees, in short.
fn of_hall(message: &HallMessage) -> Value {
    let round = |round: &LotteryView| {
        json!({
            "round": round.round.as_str(),
            "step": format!("{:?}", round.step),
            "dice": round.dice,
            "winners": round.winners.iter().map(|won| won.id.clone()).collect::<Vec<_>>(),
        })
    };
    let scene = match &message.view.scene {
        SceneView::WelcomeWall { present, names, .. } => {
            json!({"scene": "welcome", "present": present, "names": names.len()})
        }
        SceneView::Agenda(lines) => json!({"scene": "agenda", "lines": lines.len()}),
        SceneView::Standings { by_share, .. } => json!({"scene": "standings", "by_share": by_share}),
        SceneView::Progress(progress) => json!({"scene": "progress", "present": progress.present}),
        SceneView::Bulletin { line, waiting } => {
            json!({"scene": "bulletin", "firm": line.as_ref().map(|line| &line.firm), "waiting": waiting})
        }
        SceneView::Countdown { seconds, .. } => json!({"scene": "countdown", "seconds": seconds}),
        SceneView::CalledNumbers(lines) => json!({"scene": "called", "lines": lines.len()}),
        SceneView::Lottery(lottery) => {
            let mut shown = lottery.as_deref().map(round).unwrap_or_default();
            shown["scene"] = "lottery".into();
            shown
        }
        SceneView::Picture(hash) => json!({"scene": "picture", "hash": hash}),
        SceneView::Blank => json!({"scene": "blank"}),
    };
    let mut hall = scene;
    hall["phase"] = format!("{:?}", message.show.phase).into();
    hall["faces"] = json!(message.show.faces);
    hall["away"] = json!(message.view.away);
    hall
}
