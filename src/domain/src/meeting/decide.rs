//! Which rule answers which command. The rules themselves are in the modules beside.

use super::Meeting;
use super::checkin::PartyArrives;
use crate::actor::Ctx;
use crate::command::{Command, Unlisted};
use crate::event::*;
use crate::refusal::Refusal;

/// Characters of a refused scan that are kept: enough for the technician, never a whole code.
const HEAD: usize = 8;

impl Meeting {
    /// What a command makes happen; nothing is changed here. No events = nothing new, all of it stands already.
    ///
    /// # Errors
    /// A refusal names the rule that said no.
    pub fn decide(&self, command: &Command, ctx: &mut Ctx) -> Result<Vec<Event>, Refusal> {
        match command {
            Command::CheckIn {
                household,
                scanned,
                present,
                unlisted_adults,
                children,
                via,
                phone,
                assurance,
                printer,
            } => {
                let unlisted = Unlisted { household: *household, adults: *unlisted_adults, children: *children };
                let (household, scanned, via, assurance) = (*household, *scanned, *via, *assurance);
                let arrives = PartyArrives { household, scanned, present, unlisted, via, phone, assurance, printer };
                self.check_in(&arrives, ctx)
            }
            Command::CheckInAlone { guest, via, phone, assurance, printer } => {
                self.check_in_alone(*guest, (*via, *assurance), phone, printer, ctx)
            }
            Command::CheckInGroup { salesperson, present, unlisted, printer } => {
                self.check_in_group(salesperson, present, unlisted, printer, ctx)
            }
            Command::UndoCheckIn { guest, reason, note } => self.undo_check_in(*guest, *reason, note, ctx),
            Command::CountUnlisted(unlisted) => self.count_unlisted(unlisted, ctx),
            Command::WitnessDecider { guest } => self.witness(*guest, ctx),
            Command::DenyDecider { guest, reason } => self.deny_decider(*guest, reason, ctx),
            Command::CheckPhone { guest, phone } => self.check_phone(*guest, phone),
            Command::LeaveEarly { guests, reason } => self.leave_early(guests, reason, ctx),
            Command::ComeBack { guest } => self.come_back(*guest, ctx),
            Command::CheckInSession { badge, session } => self.check_in_session(*badge, session),
            Command::CheckInSessionByName { guest, session } => self.check_in_session_by_name(*guest, session, ctx),
            Command::UndoSession { guest, session, reason } => self.undo_session(*guest, session, reason, ctx),
            Command::PrintAhead { guests, printer } => self.print_ahead(guests, printer, ctx),
            Command::ReprintBadge { guest, reason, printer } => self.reprint(*guest, *reason, printer, ctx),
            Command::MoveBadge { badge, printer } => self.move_badge(*badge, printer),
            Command::ReportPrinted { badge, by } => self.report_printed(*badge, *by, ctx),
            Command::ReportDoubtful { badge, fault } => self.report_doubtful(*badge, fault),
            Command::SettleDoubt { badge, came_out, printer } => self.settle_doubt(*badge, *came_out, printer, ctx),
            Command::VoidBadge { badge, reason } => self.void_badge(*badge, *reason, ctx),
            Command::HandOverBadge { badge } => self.hand_over(*badge, ctx),
            Command::RegisterWalkIn { household, dealers, guests, note } => {
                self.register_walk_in(household.as_ref(), dealers, guests, note, ctx)
            }
            Command::AddGuest { guest, was_unlisted } => self.add_guest(guest, *was_unlisted, ctx),
            Command::CorrectGuest(corrected) => self.correct_guest(corrected, ctx),
            Command::CorrectDealer(corrected) => self.correct_dealer(corrected, ctx),
            Command::RegradeDealer { dealer, class, criteria, note } => {
                self.regrade(*dealer, *class, criteria, note, ctx)
            }
            Command::WriteNote { party, text } => self.write_note(*party, text, ctx),
            Command::RefuseScan { fault, scanned, guest } => Ok(vec![refused_scan(*fault, scanned, *guest)]),
            Command::RequestHelp { reason, guest, household } => {
                Ok(vec![HelpRequested { reason: *reason, guest: *guest, household: *household }.into()])
            }
            Command::GiveHelp { task } => self.give_help(*task, ctx),
            Command::SendArrivalNotice { salesperson, household, by } => self.send_notice(salesperson, *household, *by),
            Command::SeeArrivalNotice { salesperson, household } => self.see_notice(salesperson, *household, ctx),
            Command::ShowNotice { guest, notice } => self.show_notice(*guest, notice),
            Command::RecordConsent { guest, notice, given, by } => self.record_consent(*guest, notice, *given, *by),
            Command::SetDisclosure { dealer, may_disclose } => self.set_disclosure(*dealer, *may_disclose),
            Command::SignIn { who, purpose } => self.sign_in(who, *purpose, ctx),
            Command::SignOut { who, timed_out } => {
                Ok(vec![StaffSignedOut { who: who.clone(), timed_out: *timed_out }.into()])
            }
            Command::LockOut { who, tries, minutes } => self.lock_out(who.as_ref(), *tries, *minutes),
            Command::Unlock => self.unlock(ctx.device, ctx),
            Command::MoveSeat { party, to, reason } => self.move_seat(*party, to, reason, ctx),
            Command::MoveParties { moves, told_too, reason, undoes } => {
                self.move_parties(moves, (*told_too, reason), *undoes, ctx)
            }
            Command::LockSeat { party, locked } => self.lock_seat(*party, *locked, ctx),
            Command::ChooseWeights { preset } => self.choose_weights(*preset, ctx),
            Command::ReleaseSeat { party, reason } => self.release_seat(*party, *reason, ctx),
            Command::ReleaseNoShows { given_before } => self.release_no_shows(*given_before, ctx),
            Command::TellTable { party } => self.tell_table(*party),
            Command::Seat { party, table } => self.seat(*party, table, ctx),
            Command::AddTable { table } => self.add_table(table, ctx),
            Command::CloseTable { table } => self.close_table(table, ctx),
            Command::ReopenTable { table } => self.reopen_table(table, ctx),
            Command::PartTables { from } => self.part_tables(from, ctx),
            Command::MergeTables { into, merged, seats } => self.merge_tables(into, merged, *seats, ctx),
            Command::RenumberTable { table, label } => self.renumber_table(table, label, ctx),
            Command::DecideTask { task, decision, note } => self.decide_task(*task, *decision, note, ctx),
            Command::SettleTask { task, decision, note, with } => self.settle_task(*task, (*decision, note), with, ctx),
            Command::DraftSlip { content } => self.draft_slip(content, ctx),
            Command::ReviseSlip { slip, base, content } => self.revise_slip(*slip, *base, content, ctx),
            Command::ChooseSlipVersion { slip, kept } => self.choose_slip_version(*slip, *kept, ctx),
            Command::SignSlip { slip, signer, sealed } => self.sign_slip(*slip, signer, *sealed, ctx),
            Command::VoidSlip { slip, reason, second } => self.void_slip(*slip, reason, second.as_ref(), ctx),
            Command::Desk(command) => self.decide_desk(command, ctx),
            Command::ReceivePayment(new) => self.receive_payment(new, ctx),
            Command::ConfirmPayment { payment } => self.confirm_payment(*payment, ctx),
            Command::ReleasePayment { payment } => self.release_payment(*payment, ctx),
            Command::ReversePayment { payment, reason, second } => {
                self.reverse_payment(*payment, reason, second.as_ref(), ctx)
            }
            Command::ReportLastPaper { number } => self.report_last_paper(number, ctx),
            Command::ReportClock { offset_ms } => Ok(self.report_clock(*offset_ms, ctx)),
            Command::KeepLeases => Ok(self.keep_leases(ctx)),
            Command::EndLease { device, table } => self.end_lease(*device, table, ctx),
            Command::SeatParty { party, table, reason } => self.seat_party(*party, table.as_ref(), *reason, ctx),
            Command::SignChairs { table, chairs } => self.sign_chairs(table, *chairs, ctx),
            Command::UnlockDevice { device } => self.unlock(*device, ctx),
            Command::OrderPurge { not_before, keep_draw } => self.order_purge(*not_before, *keep_draw, ctx),
            Command::FinishPurge { records, report_hash } => self.finish_purge(*records, report_hash, ctx),
            Command::TakeTask { task } => self.take_task(*task, ctx),
            Command::ReopenTask { task, reason } => self.reopen_task(*task, reason, ctx),
            Command::ReportFault { part, name, code } => Ok(self.report_fault(*part, name, code, ctx)),
            Command::ReportRecovery { part, name } => Ok(self.report_recovery(*part, name, ctx)),
            Command::Draw(step) => self.decide_draw(step, ctx),
            Command::ShowScene { scene } => self.show_scene(scene, ctx),
            Command::ReportStart { version, role, clean, printers } => {
                let (version, printers) = (version.clone(), printers.clone());
                Ok(vec![NodeStarted { version, role: *role, clean: *clean, printers }.into()])
            }
        }
    }
}

fn refused_scan(fault: ScanFault, scanned: &str, guest: Option<crate::ids::GuestId>) -> Event {
    let letters = scanned.chars().count();
    let head = scanned.chars().take(HEAD.min(letters / 2)).collect();
    ScanRefused { fault, head, length: u32::try_from(letters).unwrap_or(u32::MAX), guest }.into()
}
