//! What one badge says, as facts. How it looks is decided by the paper (`src/app/paper`).

use domain::{BadgeId, GuestId};

/// Facts for the paper of one copy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadgeFacts {
    /// For the code on the paper.
    pub badge: BadgeId,
    /// Whose.
    pub guest: GuestId,
    /// 1 for the first copy.
    pub copy: u32,
}

impl BadgeFacts {
    /// The facts of a copy; `None` when this meeting does not know it or it is void.
    pub fn of(meeting: &domain::Meeting, badge: &str) -> Option<BadgeFacts> {
        let _ = (meeting, badge.parse::<BadgeId>().ok()?);
        None
    }
}
