//! The time at which no-shows lose their seats: a desk that reaches the hub says so. Two desks may say it at once: the fold
//! takes each seat once.

use crate::app::clock::VenueTime;
use domain::{Command, Meeting, UnixMillis};

/// How often a desk looks whether somebody is still to be released.
const EVERY_MS: u64 = 10_000;

/// When this desk looks again.
#[derive(Default)]
pub(super) struct NoShows {
    looked_ms: Option<u64>,
}

impl NoShows {
    /// What is to be done now, if anything.
    pub(super) fn due(&mut self, meeting: &Meeting, time: &VenueTime, now_ms: u64) -> Option<Command> {
        let at = meeting.config().rules.release_no_shows.as_ref()?;
        let due_ms = time.unix_ms(at).filter(|due_ms| *due_ms <= now_ms)?;
        if self.looked_ms.is_some_and(|looked| now_ms.abs_diff(looked) < EVERY_MS) {
            return None;
        }
        self.looked_ms = Some(now_ms);
        let given_before = Some(UnixMillis(due_ms));
        let any = meeting.no_shows(given_before).next().is_some();
        any.then_some(Command::ReleaseNoShows { given_before })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::config::{MeetingConfig, Table};
    use domain::event::{Event, MeetingConfigured, RosterChanged, SeatsPlanned};
    use domain::{Actor, DeviceId, EventId, Household, HouseholdId, Meta};

    /// 2026-11-22 15:00 in Shanghai.
    const DUE_MS: u64 = 1_795_330_800_000;

    fn table() -> Table {
        let text = r#"{"id":"T1","label":"1","seats":10,"row":1,"x_cm":0,"y_cm":0}"#;
        serde_json::from_str(text).expect("a table")
    }

    fn meeting() -> Meeting {
        let mut config = MeetingConfig { tables: vec![table()], ..MeetingConfig::default() };
        config.rules.release_no_shows = "2026-11-22T15:00".parse().ok();
        let id = HouseholdId::from_bytes([1; 16]);
        let household: Household = serde_json::from_value(serde_json::json!({
            "id": id, "name": "A", "lead": domain::DealerId::from_bytes([2; 16]), "expected_heads": 2,
        }))
        .expect("a household");
        let events: [Event; 3] = [
            MeetingConfigured { rev: 1, config: Box::new(config) }.into(),
            RosterChanged { rev: 1, part: 1, parts: 1, households: vec![household], ..RosterChanged::default() }.into(),
            SeatsPlanned { rev: 1, seats: vec![(id, "T1".into())], unplanned: vec![] }.into(),
        ];
        let mut meeting = Meeting::new();
        for (number, event) in (1_u8..).zip(&events) {
            let event_id = EventId::from_bytes([number; 16]);
            let meta = Meta {
                event_id,
                device: DeviceId::from_bytes([9; 16]),
                at: UnixMillis(DUE_MS - 86_400_000),
                actor: Actor::Organiser,
            };
            meeting.apply(&meta, event);
        }
        meeting
    }

    #[test]
    fn no_shows_are_due_at_the_time_of_the_venue_and_looked_for_seldom() {
        let (meeting, time) = (meeting(), VenueTime::of("Asia/Shanghai"));
        let mut desk = NoShows::default();
        let release = Some(Command::ReleaseNoShows { given_before: Some(UnixMillis(DUE_MS)) });
        assert_eq!(desk.due(&meeting, &time, DUE_MS - 1), None);
        assert_eq!(desk.due(&meeting, &time, DUE_MS), release);
        assert_eq!(desk.due(&meeting, &time, DUE_MS + 9_999), None, "asked a moment ago");
        assert_eq!(desk.due(&meeting, &time, DUE_MS + 10_000), release);
        assert_eq!(NoShows::default().due(&Meeting::new(), &time, DUE_MS), None, "the meeting names no time");
    }
}
