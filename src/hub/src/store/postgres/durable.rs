//! What is flushed. A transaction that appends commits without waiting for the disk, so that the next process
//! may have the meeting meanwhile; then it notes its cursor in a transaction that does wait. As PostgreSQL
//! writes its log in order, all that was committed before is on the disk then too. Nobody is answered before
//! the note is there, and nobody reads beyond the newest note: what a power cut takes back, nobody has seen.

use postgres::types::ToSql;
use sync::{Incarnation, MeetingId};

use super::session::Session;
use crate::store::signed;

/// Who notes for processes that ended before they could.
pub(super) const ANYBODY: &[u8] = &[];

/// Notes that everything up to a cursor was committed; returns when it is flushed, or inside of a transaction
/// that waits for the disk is flushed with it.
pub(super) fn note(
    session: &mut Session,
    meeting: MeetingId,
    life: Incarnation,
    (process, cursor): (&[u8], u64),
) -> Result<(), postgres::Error> {
    let params: [&(dyn ToSql + Sync); 4] = [&meeting.0.as_slice(), &life.0.as_slice(), &process, &signed(cursor)];
    session
        .execute(
            "INSERT INTO usher.durable AS noted (meeting, incarnation, process, cursor) VALUES ($1, $2, $3, $4)
             ON CONFLICT (meeting, incarnation, process)
             DO UPDATE SET cursor = greatest(noted.cursor, excluded.cursor)",
            &params,
        )
        .map(drop)
}

/// The newest cursor of the present life that is flushed, as a term for a statement over `usher.meetings`.
macro_rules! flushed {
    () => {
        "least(meetings.cursor, coalesce((SELECT max(durable.cursor) FROM usher.durable
             WHERE durable.meeting = meetings.meeting AND durable.incarnation = meetings.incarnation), 0))"
    };
}
pub(super) use flushed;
