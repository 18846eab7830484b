//! Commands: what people and devices want done. Only those whose rules exist are here; `Meeting::decide` answers them.

use crate::config::{Disclosure, SeatingPreset, Table};
use crate::desk_command::DeskCommand;
use crate::draw_command::DrawCommand;
use crate::event::{
    Assurance, BadgeReason, ConsentBy, Crew, DealerCorrected, Decision, DevicePart, DeviceRole, GuestCorrected,
    HelpReason, NoticeWay, Party, PartyMove, PrintWord, ReleaseReason, ScanFault, Scene, SeatReason, SignInPurpose,
    SlipContent, Tender, UndoReason, Via, VoidReason,
};
use crate::ids::{
    BadgeId, DealerId, DeviceId, EventId, GuestId, HouseholdId, NoticeId, PaymentId, PrinterId, SalespersonId,
    SessionId, SlipId, StaffId, TableId, TaskId,
};
use crate::roster::{ClassCriterion, Contact, CustomerClass, Dealer, Guest, Household};
use crate::time::UnixMillis;

/// What is wanted. An empty answer to a command means: nothing new, all of it stands already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// A party arrives, or more of it. Already present people are no error: they get nothing new.
    CheckIn {
        /// The party.
        household: HouseholdId,
        /// Whose invitation or number it was; the phone check is theirs. None for a list ticked by others.
        scanned: Option<GuestId>,
        /// Who is here, the scanner among them.
        present: Vec<GuestId>,
        /// Adults not on the list: the whole count of the party as the screen shows it.
        unlisted_adults: u8,
        /// Children: the whole count likewise.
        children: u8,
        /// How they were recognised.
        via: Via,
        /// What came of the phone check.
        phone: PhoneCheck,
        /// Witnessed needs reception.
        assurance: Assurance,
        /// Where the badges come out; none = the node's own printer.
        printer: Option<PrinterId>,
    },
    /// A guest without a dealer arrives: badge and seat, never counted.
    CheckInAlone {
        /// Who.
        guest: GuestId,
        /// How they were recognised.
        via: Via,
        /// What came of the phone check.
        phone: PhoneCheck,
        /// Witnessed needs reception.
        assurance: Assurance,
        /// Where the badge comes out.
        printer: Option<PrinterId>,
    },
    /// A coach arrives: one batch of badges, sorted as ticked.
    CheckInGroup {
        /// Whose dealers they are.
        salesperson: SalespersonId,
        /// As ticked.
        present: Vec<GuestId>,
        /// Whole counts of parties with people not on the list.
        unlisted: Vec<Unlisted>,
        /// Where the badges come out.
        printer: Option<PrinterId>,
    },
    /// Staff take a check-in back: badges void, counts fall.
    UndoCheckIn {
        /// Whose.
        guest: GuestId,
        /// Why.
        reason: UndoReason,
        /// In words; needed for `Other`.
        note: String,
    },
    /// Staff correct how many came without a name.
    CountUnlisted(Unlisted),
    /// Reception sees the decider.
    WitnessDecider {
        /// Who.
        guest: GuestId,
    },
    /// Reception sees that the one ticked as decider is somebody else.
    DenyDecider {
        /// Who was ticked.
        guest: GuestId,
        /// As seen.
        reason: String,
    },
    /// The phone check on its own, later or at a desk.
    CheckPhone {
        /// Whose.
        guest: GuestId,
        /// What came of it.
        phone: PhoneCheck,
    },
    /// Staff say that somebody left for good.
    LeaveEarly {
        /// Who.
        guests: Vec<GuestId>,
        /// As told.
        reason: String,
    },
    /// Somebody who had left is here again.
    ComeBack {
        /// Who.
        guest: GuestId,
    },
    /// A badge is scanned at a session.
    CheckInSession {
        /// The badge.
        badge: BadgeId,
        /// Where.
        session: SessionId,
    },
    /// Staff choose the name instead of a badge.
    CheckInSessionByName {
        /// Who.
        guest: GuestId,
        /// Where.
        session: SessionId,
    },
    /// Staff take it back.
    UndoSession {
        /// Who.
        guest: GuestId,
        /// Where.
        session: SessionId,
        /// As told.
        reason: String,
    },
    /// Staff print badges before anyone arrives; tells nobody anything.
    PrintAhead {
        /// For whom, in this order.
        guests: Vec<GuestId>,
        /// Where.
        printer: Option<PrinterId>,
    },
    /// Staff print another copy.
    ReprintBadge {
        /// For whom.
        guest: GuestId,
        /// Why.
        reason: BadgeReason,
        /// Where.
        printer: Option<PrinterId>,
    },
    /// Another printer takes over a waiting copy.
    MoveBadge {
        /// Which.
        badge: BadgeId,
        /// Where now.
        printer: PrinterId,
    },
    /// A copy came out.
    ReportPrinted {
        /// Which.
        badge: BadgeId,
        /// Who says so.
        by: PrintWord,
    },
    /// Nobody knows whether it came out.
    ReportDoubtful {
        /// Which.
        badge: BadgeId,
        /// The fault's code.
        fault: String,
    },
    /// Staff answer whether it came out; "no" asks for a new copy at once.
    SettleDoubt {
        /// Which.
        badge: BadgeId,
        /// Whether it came out.
        came_out: bool,
        /// Where a new copy comes out.
        printer: Option<PrinterId>,
    },
    /// Staff void a copy.
    VoidBadge {
        /// Which.
        badge: BadgeId,
        /// Why.
        reason: VoidReason,
    },
    /// A badge printed beforehand is given to its guest.
    HandOverBadge {
        /// Which.
        badge: BadgeId,
    },
    /// A firm that was not invited; ids inside come from `Ctx::uuid`.
    RegisterWalkIn {
        /// The party; none for a guest without a dealer.
        household: Option<Household>,
        /// Its firms.
        dealers: Vec<Dealer>,
        /// Its people.
        guests: Vec<Guest>,
        /// Who let them in and why.
        note: String,
    },
    /// An unlisted person of a listed party gets a name.
    AddGuest {
        /// The person.
        guest: Box<Guest>,
        /// Whether to take one off the unlisted adults.
        was_unlisted: bool,
    },
    /// Facts of a person are corrected.
    CorrectGuest(Box<GuestCorrected>),
    /// Facts of a firm are corrected.
    CorrectDealer(Box<DealerCorrected>),
    /// A dealer's class is judged anew.
    RegradeDealer {
        /// Which firm.
        dealer: DealerId,
        /// Its class now.
        class: CustomerClass,
        /// By which criteria.
        criteria: Vec<ClassCriterion>,
        /// What was seen or heard.
        note: String,
    },
    /// Staff write something down about a party.
    WriteNote {
        /// About whom.
        party: Party,
        /// In words, at most 200 letters.
        text: String,
    },
    /// A scan could not be used.
    RefuseScan {
        /// What was wrong.
        fault: ScanFault,
        /// What was scanned; only its head is kept.
        scanned: String,
        /// Who, where the code was good enough to know.
        guest: Option<GuestId>,
    },
    /// A guest needs a person.
    RequestHelp {
        /// Why.
        reason: HelpReason,
        /// Who, when known.
        guest: Option<GuestId>,
        /// The party, when known.
        household: Option<HouseholdId>,
    },
    /// A person came and helped.
    GiveHelp {
        /// The task that the request raised.
        task: TaskId,
    },
    /// The salesperson was told.
    SendArrivalNotice {
        /// To whom.
        salesperson: SalespersonId,
        /// Of whom.
        household: HouseholdId,
        /// How.
        by: NoticeWay,
    },
    /// The salesperson has seen it.
    SeeArrivalNotice {
        /// By whom.
        salesperson: SalespersonId,
        /// Of whom.
        household: HouseholdId,
    },
    /// A legal notice was shown.
    ShowNotice {
        /// To whom.
        guest: GuestId,
        /// Which.
        notice: NoticeId,
    },
    /// A consent was given or refused.
    RecordConsent {
        /// By whom.
        guest: GuestId,
        /// To which text.
        notice: NoticeId,
        /// Given, or refused.
        given: bool,
        /// Where it was asked.
        by: ConsentBy,
    },
    /// The dealer said what may be shown.
    SetDisclosure {
        /// Which firm.
        dealer: DealerId,
        /// What may be shown.
        may_disclose: Disclosure,
    },
    /// A PIN was right (the app compares the hash).
    SignIn {
        /// Whose.
        who: Crew,
        /// What for.
        purpose: SignInPurpose,
    },
    /// Signed out.
    SignOut {
        /// Who.
        who: Crew,
        /// True when nobody touched the machine for too long.
        timed_out: bool,
    },
    /// Too many wrong PINs on this device.
    LockOut {
        /// For whom the last try was.
        who: Option<Crew>,
        /// Wrong tries in a row.
        tries: u8,
        /// For how long no PIN is taken; 0 = until staff unlock.
        minutes: u16,
    },
    /// PINs are taken again on this device.
    Unlock,
    /// A person moves a party, told or not.
    MoveSeat {
        /// Who.
        party: Party,
        /// Where to.
        to: TableId,
        /// Must not be empty.
        reason: String,
    },
    /// A person moves several parties in one act, judged by where they are in the end: two full tables can swap. All of
    /// them go or none. Who is there already stays.
    MoveParties {
        /// Each party once.
        moves: Vec<PartyMove>,
        /// Whether parties may go that were told their table; it needs a reason then.
        told_too: bool,
        /// In words; may be empty where nobody was told.
        reason: String,
        /// The act that this takes back.
        undoes: Option<EventId>,
    },
    /// A person holds a party at its table, or lets it go again.
    LockSeat {
        /// Who.
        party: Party,
        /// Held, or let go.
        locked: bool,
    },
    /// What counts most in the seating from now on.
    ChooseWeights {
        /// By name.
        preset: SeatingPreset,
    },
    /// A place becomes free.
    ReleaseSeat {
        /// Whose.
        party: Party,
        /// Why.
        reason: ReleaseReason,
    },
    /// The places of all who are not here become free, some hundred at a time: the time for it has come.
    ReleaseNoShows {
        /// Only places that were theirs before then; who was given one later is waited for. None: all.
        given_before: Option<UnixMillis>,
    },
    /// The table was told by mouth.
    TellTable {
        /// To whom.
        party: Party,
    },
    /// An usher saw them sit down.
    Seat {
        /// Who.
        party: Party,
        /// Where.
        table: TableId,
    },
    /// The hotel added a table.
    AddTable {
        /// The table.
        table: Table,
    },
    /// The hotel took a table away.
    CloseTable {
        /// Which.
        table: TableId,
    },
    /// The hotel brought a closed table back.
    ReopenTable {
        /// Which.
        table: TableId,
    },
    /// The hotel puts those apart that were last put together here.
    PartTables {
        /// Where they went up.
        from: TableId,
    },
    /// The hotel put tables together.
    MergeTables {
        /// Stays.
        into: TableId,
        /// Go up in it.
        merged: Vec<TableId>,
        /// Chairs at the new table.
        seats: u16,
    },
    /// Another number stands on the table.
    RenumberTable {
        /// Which.
        table: TableId,
        /// What stands on it now.
        label: String,
    },
    /// A person closes a task.
    DecideTask {
        /// Which.
        task: TaskId,
        /// How.
        decision: Decision,
        /// In words.
        note: String,
    },
    /// Somebody takes care of a task.
    TakeTask {
        /// Which.
        task: TaskId,
    },
    /// A closed task is open again.
    ReopenTask {
        /// Which.
        task: TaskId,
        /// Why.
        reason: String,
    },
    /// A person does what a task proposes, or something else, and closes it in the same breath.
    SettleTask {
        /// Which.
        task: TaskId,
        /// How.
        decision: Decision,
        /// In words.
        note: String,
        /// What is done; may be nothing. None of it closes a task itself.
        with: Vec<Command>,
    },
    /// A draft comes to be.
    DraftSlip {
        /// What it says.
        content: Box<SlipContent>,
    },
    /// A draft is changed.
    ReviseSlip {
        /// Which.
        slip: SlipId,
        /// The event of the version that was on the screen.
        base: EventId,
        /// What it says now.
        content: Box<SlipContent>,
    },
    /// Two desks changed one draft: a person picks the version that stands.
    ChooseSlipVersion {
        /// Which slip.
        slip: SlipId,
        /// The event of the version that stands.
        kept: EventId,
    },
    /// The dealer signed the newest version.
    SignSlip {
        /// Which.
        slip: SlipId,
        /// Name of the signer.
        signer: String,
        /// Whether the firm's seal is on it.
        sealed: bool,
    },
    /// A slip is void; one that was signed needs two people.
    VoidSlip {
        /// Which.
        slip: SlipId,
        /// Why.
        reason: String,
        /// The second person.
        second: Option<StaffId>,
    },
    /// What desks want beyond slips and receipts.
    Desk(DeskCommand),
    /// Money, or a picture of a transfer, is shown at a counter.
    ReceivePayment(Box<NewPayment>),
    /// Finance sees that the money is there.
    ConfirmPayment {
        /// Which.
        payment: PaymentId,
    },
    /// Finance compared: a suspected duplicate is none.
    ReleasePayment {
        /// Which.
        payment: PaymentId,
    },
    /// A payment is taken back by two people.
    ReversePayment {
        /// Which.
        payment: PaymentId,
        /// Why.
        reason: String,
        /// The second person.
        second: Option<StaffId>,
    },
    /// Staff read the number on the last paper of a machine whose disk died.
    ReportLastPaper {
        /// As printed: `K2-B0820`.
        number: String,
    },
    /// This node's clock went wrong against the hub's, or is well again.
    ReportClock {
        /// Hub clock minus own clock.
        offset_ms: i64,
    },
    /// This node sees to its leases of places: asks for some, renews them, gives back what is too much.
    KeepLeases,
    /// Staff take a node's lease away, such as a broken one's.
    EndLease {
        /// Whose.
        device: DeviceId,
        /// Where.
        table: TableId,
    },
    /// A table is found for a party that has none or was not told one.
    SeatParty {
        /// Who.
        party: Party,
        /// Where; none = the program chooses.
        table: Option<TableId>,
        /// Why now.
        reason: SeatReason,
    },
    /// The host signs for chairs beyond a table's places.
    SignChairs {
        /// Where.
        table: TableId,
        /// How many more.
        chairs: u16,
    },
    /// PINs are taken again on another device.
    UnlockDevice {
        /// Which.
        device: DeviceId,
    },
    /// The organiser wants contact data and logs destroyed after the meeting.
    OrderPurge {
        /// From when on.
        not_before: UnixMillis,
        /// Whether the draw's files stay, as the law wants.
        keep_draw: bool,
    },
    /// This node destroyed its part.
    FinishPurge {
        /// Records destroyed.
        records: u64,
        /// SHA-256 of the report, hex.
        report_hash: String,
    },
    /// Part of this device failed.
    ReportFault {
        /// What.
        part: DevicePart,
        /// Its name.
        name: String,
        /// Code for staff.
        code: String,
    },
    /// It works again.
    ReportRecovery {
        /// What.
        part: DevicePart,
        /// Its name.
        name: String,
    },
    /// A step of the order lottery.
    Draw(Box<DrawCommand>),
    /// The host chooses what the hall sees.
    ShowScene {
        /// What.
        scene: Scene,
    },
    /// The program started on this device.
    ReportStart {
        /// Its version.
        version: String,
        /// Its role.
        role: DeviceRole,
        /// Whether the log was closed properly before.
        clean: bool,
        /// Its printers as it names them.
        printers: Vec<PrinterId>,
    },
}

/// What came of the phone check. It never blocks entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PhoneCheck {
    /// "Still your number?" Yes.
    Confirmed,
    /// A new number, typed twice and equal.
    Corrected {
        /// The number.
        contact: Contact,
    },
    /// Not asked or not answered.
    Skipped,
}

/// People of a party without names: whole counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unlisted {
    /// The party.
    pub household: HouseholdId,
    /// Adults not on the list.
    pub adults: u8,
    /// Children.
    pub children: u8,
}

/// Money, or a picture of a transfer, as a cashier takes it: one visit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayment {
    /// Who pays.
    pub dealer: DealerId,
    /// What is given.
    pub tenders: Vec<Tender>,
    /// For which slips, with amounts in minor units; the rest is on account.
    pub slips: Vec<(SlipId, i64)>,
    /// Paid before the meeting.
    pub prepaid: bool,
    /// Only shown, such as by a screenshot: earns nothing yet.
    pub claimed: bool,
    /// Anything else on the paper.
    pub note: String,
    /// What the cashier typed as the whole, in minor units; the tenders must come to it.
    pub total_minor: Option<i64>,
    /// Somebody looked twice at an amount above the usual.
    pub large_is_right: bool,
}
