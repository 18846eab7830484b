//! The one list of event kinds. A new kind is one line here; then the compiler leads to `apply` and a test to its stored sample.

use super::*;

macro_rules! events {
    ($($kind:ident = $version:literal),* $(,)?) => {
        /// Something that happened. Each kind's payload is the struct of the same name.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Event {
            $(
                #[doc = concat!("See [`", stringify!($kind), "`](struct@", stringify!($kind), ").")]
                $kind($kind),
            )*
        }

        impl Event {
            /// Every kind with its version.
            pub const KINDS: &[(&str, u16)] = &[$((stringify!($kind), $version)),*];

            /// Name of the kind, as in the envelope.
            pub fn kind(&self) -> &'static str {
                match self {
                    $(Event::$kind(_) => stringify!($kind),)*
                }
            }

            /// Version of the payload, as in the envelope.
            pub fn version(&self) -> u16 {
                match self {
                    $(Event::$kind(_) => $version,)*
                }
            }

            /// The payload: compact JSON without floats, always the same bytes for the same event.
            pub fn to_payload(&self) -> Vec<u8> {
                match self {
                    $(Event::$kind(payload) => serde_json::to_vec(payload),)*
                }
                .expect("payloads have text keys and write to memory")
            }

            /// Reads a payload; fields that it does not know are ignored.
            ///
            /// # Errors
            /// A kind or version of a newer program, or bytes that are not such a payload.
            pub fn from_payload(kind: &str, version: u16, payload: &[u8]) -> Result<Event, UnknownEvent> {
                match kind {
                    $(stringify!($kind) if version > $version => Err(UnknownEvent::Version {
                        kind: stringify!($kind), version, known: $version,
                    }),
                    stringify!($kind) => read(stringify!($kind), payload).map(Event::$kind),)*
                    other => Err(UnknownEvent::Kind { kind: other.chars().take(60).collect() }),
                }
            }
        }

        $(impl From<$kind> for Event {
            fn from(payload: $kind) -> Event {
                Event::$kind(payload)
            }
        })*
    };
}

events! {
    // The meeting file, the list and the devices: written by the hub.
    MeetingConfigured = 1,
    RosterChanged = 1,
    SeatsPlanned = 1,
    InvitationKeyPublished = 1,
    ContactKeyPublished = 1,
    DeviceEnrolled = 1,
    EpochOpened = 1,
    DeviceRevoked = 1,
    DeviceFaulted = 1,
    DeviceRecovered = 1,
    DeviceForked = 1,
    LastPaperReported = 1,
    NodeStarted = 1,
    ClockSuspected = 1,
    PurgeOrdered = 1,
    PurgeFinished = 1,
    // Arrival.
    GuestCheckedIn = 1,
    CheckInUndone = 1,
    UnlistedCounted = 1,
    PhoneConfirmed = 1,
    PhoneCorrected = 1,
    PhoneSkipped = 1,
    DeciderWitnessed = 1,
    DeciderDenied = 1,
    GuestLeftEarly = 1,
    GuestCameBack = 1,
    SessionCheckedIn = 1,
    SessionCheckInUndone = 1,
    SessionUnlistedCounted = 1,
    ScanRefused = 1,
    HelpRequested = 1,
    HelpGiven = 1,
    ArrivalNoticeSent = 1,
    ArrivalNoticeSeen = 1,
    NoticeShown = 1,
    ConsentRecorded = 1,
    DisclosureSet = 1,
    // The list, as corrected on site.
    WalkInRegistered = 1,
    GuestAdded = 1,
    GuestCorrected = 1,
    DealerCorrected = 1,
    HouseholdsJoined = 1,
    DealerRegraded = 1,
    ConflictDeclared = 1,
    NoteWritten = 1,
    // Staff.
    StaffSignedIn = 1,
    StaffSignedOut = 1,
    StaffLockedOut = 1,
    StaffUnlocked = 1,
    // Badges.
    BadgeRequested = 1,
    BadgePrinterChanged = 1,
    BadgePrinted = 1,
    BadgeDoubtful = 1,
    DoubtSettled = 1,
    BadgeVoided = 1,
    BadgeHandedOver = 1,
    // Seats and tables.
    SeatAssigned = 1,
    SeatMoved = 1,
    SeatReleased = 1,
    SeatRefused = 1,
    TableTold = 1,
    HouseholdSeated = 1,
    PlacesLeased = 1,
    ExtraChairSigned = 1,
    TableAdded = 1,
    TableClosed = 1,
    TablesMerged = 1,
    TableRenumbered = 1,
    PartiesMoved = 1,
    SeatLocked = 1,
    SeatUnlocked = 1,
    WeightsChosen = 1,
    TableReopened = 1,
    TablesParted = 1,
    // Order slips.
    SlipDrafted = 1,
    SlipRevised = 1,
    SlipBranchChosen = 1,
    SlipPrintRequested = 1,
    SlipPrinted = 1,
    SlipSigned = 1,
    SlipSuperseded = 1,
    SlipVoided = 1,
    SlipCopyReturned = 1,
    DiscountRequested = 1,
    DiscountApproved = 1,
    DiscountRefused = 1,
    OrdersClosed = 1,
    OrdersReopened = 1,
    // Payments.
    PaymentClaimed = 1,
    PaymentReceived = 1,
    PaymentConfirmed = 1,
    PaymentReversed = 1,
    PaymentReleased = 1,
    CashHandedOver = 1,
    ReceiptPrinted = 1,
    IncentiveSettled = 1,
    // Queues and gifts.
    TicketTaken = 1,
    TicketCalled = 1,
    TicketTransferred = 1,
    TicketServed = 1,
    TicketDropped = 1,
    GiftHandedOver = 1,
    GiftReturned = 1,
    GiftStockCounted = 1,
    MaterialIssued = 1,
    MaterialReturned = 1,
    // The order lottery.
    DrawCommitted = 1,
    RoundFrozen = 1,
    RoundEntriesListed = 1,
    AudienceEntered = 1,
    RoundLocked = 1,
    RoundRevealed = 1,
    PrizeClaimed = 1,
    PrizeForfeited = 1,
    RoundVoided = 1,
    DrawProofPrinted = 1,
    DrawClosed = 1,
    PrizeAdded = 1,
    // The stage.
    SceneShown = 1,
    BulletinPosted = 1,
    BulletinWithdrawn = 1,
    // Tasks.
    TaskDecided = 1,
    TaskTaken = 1,
    TaskReopened = 1,
}

impl Event {
    /// Whether only the hub may write it: the meeting file, the list, keys, who takes part, the purge, the
    /// draw's secrets and lists. From any other
    /// machine it has no effect, however well it is signed.
    pub fn is_the_hubs(&self) -> bool {
        matches!(
            self,
            Event::MeetingConfigured(_)
                | Event::RosterChanged(_)
                | Event::SeatsPlanned(_)
                | Event::InvitationKeyPublished(_)
                | Event::ContactKeyPublished(_)
                | Event::DeviceEnrolled(_)
                | Event::EpochOpened(_)
                | Event::DeviceRevoked(_)
                | Event::DeviceForked(_)
                | Event::PurgeOrdered(_)
                | Event::DrawCommitted(_)
                | Event::RoundFrozen(_)
                | Event::RoundEntriesListed(_)
                | Event::RoundRevealed(_)
                | Event::RoundVoided(_)
        )
    }
}
