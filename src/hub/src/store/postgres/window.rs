//! The pairing window of a meeting that several processes serve: a code that one of them shows is good at
//! every other. Times are the database's.

use std::sync::Arc;

use postgres::Row;
use postgres::types::ToSql;
use sync::MeetingId;
use sync::pairing::PairingCode;

use super::database::{Shared, id};
use super::session::told;
use crate::error::HubError;
use crate::pairing::{PAIRING_MS, PAIRING_TRIES, PairingState, Refusal, SharedWindow, Try};
use crate::store::signed;

pub(super) struct PostgresWindow {
    pub(super) shared: Arc<Shared>,
    pub(super) meeting: MeetingId,
}

impl PostgresWindow {
    /// Runs a statement whose first parameter is the meeting.
    fn ask(&self, sql: &'static str, params: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, HubError> {
        let mut lease = self.shared.take()?;
        let meeting = self.meeting.0.as_slice();
        let mut all: Vec<&(dyn ToSql + Sync)> = vec![&meeting];
        all.extend(params);
        let rows = lease.session().query(sql, &all).map_err(|error| told(&self.shared.place, &error))?;
        lease.give_back();
        Ok(rows)
    }

    fn tried(&self, rows: &[Row]) -> Result<Result<Try, Refusal>, HubError> {
        let Some(row) = rows.first() else { return Ok(Err(Refusal::Closed)) };
        let code = PairingCode(id(row.get(0), &self.shared.place)?);
        Ok(Ok(Try { code, opening: row.get::<_, i64>(1).unsigned_abs() }))
    }
}

impl SharedWindow for PostgresWindow {
    fn open(&self, code: PairingCode) -> Result<(), HubError> {
        let tries = i32::try_from(PAIRING_TRIES).unwrap_or(i32::MAX);
        self.ask(
            "INSERT INTO usher.windows AS before (meeting, code, tries_left, ends, opening)
             VALUES ($1, $2, $3, now() + $4 * interval '1 millisecond',
                     (extract(epoch FROM clock_timestamp()) * 1000000)::bigint)
             ON CONFLICT (meeting) DO UPDATE SET code = excluded.code, tries_left = excluded.tries_left,
                 ends = excluded.ends, opening = greatest(excluded.opening, before.opening + 1)",
            &[&code.0.as_slice(), &tries, &f64::from(u32::try_from(PAIRING_MS).unwrap_or(u32::MAX))],
        )?;
        Ok(())
    }

    fn close(&self) -> Result<(), HubError> {
        self.ask("DELETE FROM usher.windows WHERE meeting = $1", &[]).map(drop)
    }

    fn state(&self) -> Result<PairingState, HubError> {
        let rows = self.ask(
            "SELECT tries_left, (extract(epoch FROM ends - now()) * 1000)::bigint
             FROM usher.windows WHERE meeting = $1 AND ends > now()",
            &[],
        )?;
        Ok(rows.first().map_or(PairingState::Closed, |row| PairingState::Open {
            left_ms: row.get::<_, i64>(1).unsigned_abs(),
            tries_left: row.get::<_, i32>(0).unsigned_abs(),
        }))
    }

    fn look(&self) -> Result<Result<Try, Refusal>, HubError> {
        let rows = self.ask(
            "SELECT code, opening FROM usher.windows WHERE meeting = $1 AND ends > now() AND tries_left > 0",
            &[],
        )?;
        self.tried(&rows)
    }

    fn begin(&self) -> Result<Result<Try, Refusal>, HubError> {
        let rows = self.ask(
            "UPDATE usher.windows SET tries_left = tries_left - 1
             WHERE meeting = $1 AND ends > now() AND tries_left > 0 RETURNING code, opening",
            &[],
        )?;
        self.tried(&rows)
    }

    fn give_back(&self, tried: Try) -> Result<(), HubError> {
        let most = i32::try_from(PAIRING_TRIES).unwrap_or(i32::MAX);
        self.ask(
            "UPDATE usher.windows SET tries_left = least(tries_left + 1, $3) WHERE meeting = $1 AND opening = $2",
            &[&signed(tried.opening), &most],
        )?;
        Ok(())
    }

    fn end(&self, tried: Try, right: bool) -> Result<Result<(), Refusal>, HubError> {
        let opening = signed(tried.opening);
        // The code is used up by one of those that say it at the same time; the last wrong one closes.
        let rows = self.ask(
            "WITH found AS (SELECT tries_left FROM usher.windows WHERE meeting = $1 AND opening = $2 FOR UPDATE),
                  gone AS (DELETE FROM usher.windows USING found
                           WHERE meeting = $1 AND opening = $2 AND ($3 OR found.tries_left = 0))
             SELECT tries_left FROM found",
            &[&opening, &right],
        )?;
        let Some(row) = rows.first() else { return Ok(Err(Refusal::Closed)) };
        let tries_left = row.get::<_, i32>(0).unsigned_abs();
        Ok(if right { Ok(()) } else { Err(Refusal::WrongCode { tries_left }) })
    }
}
