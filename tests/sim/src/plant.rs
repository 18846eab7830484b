//! Mistakes that a careless programmer could make, planted into the simulated surroundings to show that the simulator
//! would notice. None of them is in product code.

/// One planted mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Plant {
    /// The kiosk's disk says "committed" before it synced (`synchronous=NORMAL`).
    DiskAcksEarly,
    /// The hub answers a push before its own commit.
    HubAcksEarly,
    /// The hub ignores an event at a position that it has, whatever its hash.
    HubIgnoresHash,
    /// The hub acknowledges the highest seq that it was shown, stored or not.
    HubAcksMaxSeq,
    /// The hub draws cursors from a sequence, so that its commits become visible out of their order.
    HubBareSequence,
    /// A hub restored from a backup goes on under its old incarnation.
    HubKeepsIncarnation,
    /// The kiosk sends every event once and trusts that it arrived.
    TrustsSentPointer,
    /// Acts that a new epoch issues again get new ids.
    NewIdsForOldActs,
    /// The kiosk's journal is written some time after the bytes left.
    JournalAfterBytes,
    /// The runtime starts a failed print again by itself.
    ResendsFailedPrint,
    /// A restart reads the journal as if nothing had been sent.
    ForgetsSending,
    /// The program moves a household that was told its table.
    MovesTheTold,
    /// The hub writes another winner than the picks down.
    RigsTheDraw,
}

impl Plant {
    /// All of them.
    pub const ALL: [Plant; 13] = [
        Plant::DiskAcksEarly,
        Plant::HubAcksEarly,
        Plant::HubIgnoresHash,
        Plant::HubAcksMaxSeq,
        Plant::HubBareSequence,
        Plant::HubKeepsIncarnation,
        Plant::TrustsSentPointer,
        Plant::NewIdsForOldActs,
        Plant::JournalAfterBytes,
        Plant::ResendsFailedPrint,
        Plant::ForgetsSending,
        Plant::MovesTheTold,
        Plant::RigsTheDraw,
    ];
}
