//! What can be wrong with the numbers of a draw. Each says what it is about and what to do.

/// Why entries, the audience's part, a round or its proof cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawFault {
    /// More bytes than such a file can have.
    #[error("{what} is longer than {most} bytes: it is not such a file")]
    TooLong {
        /// Which file.
        what: &'static str,
        /// The most there can be.
        most: usize,
    },
    /// A line of the entry list is not in the canonical form.
    #[error("entry list, line {line}: {reason}; take the list as it was printed or exported")]
    EntryLine {
        /// From 1.
        line: usize,
        /// What is wrong.
        reason: &'static str,
    },
    /// A list that cannot be drawn from.
    #[error("entry list: {reason}")]
    Entries {
        /// What is wrong.
        reason: &'static str,
    },
    /// A line of the round file is not in the canonical form.
    #[error("round file: {field}: {reason}; take the file as it was printed or exported")]
    RoundLine {
        /// Which field.
        field: &'static str,
        /// What is wrong.
        reason: &'static str,
    },
    /// The audience's part is not in the form that a proof can hold.
    #[error("the audience's part: {reason}")]
    Audience {
        /// What is wrong.
        reason: &'static str,
    },
    /// A text that is no id, name or hash of a draw.
    #[error("{text:?} is not {expected}")]
    Name {
        /// What was given, cut to 40 characters.
        text: String,
        /// What it should have been.
        expected: &'static str,
    },
    /// The secret is not the one that was committed to.
    #[error("the secret is not the committed one: its hash is not the link before it")]
    NotTheCommittedSecret,
    /// The list is not the one that was frozen.
    #[error("the entry list is not the frozen one: its hash differs from the round's")]
    NotTheFrozenList,
    /// The picks are not those of the secret, the list and the audience's part.
    #[error("other winners: pick {place} should be {drawn}, the round file says {claimed}")]
    OtherWinners {
        /// From 1.
        place: usize,
        /// As drawn again.
        drawn: String,
        /// As written.
        claimed: String,
    },
    /// More picks than the list or the prizes allow.
    #[error("a pick too many: number {place} comes after the last prize or the last entry")]
    PickTooMany {
        /// From 1.
        place: usize,
    },
    /// Prizes are left although the list has more households.
    #[error("{missing} of the prizes have no winner although the list has more households")]
    PrizesLeft {
        /// How many.
        missing: u64,
    },
}
