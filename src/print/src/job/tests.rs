use super::*;
use proptest::prelude::*;

const QUEUED: JobState = JobState::Queued;
const PREFLIGHT: JobState = JobState::Preflight;
const SENDING: JobState = JobState::Sending { epoch: 3, offset: 0 };
const HALF_SENT: JobState = JobState::Sending { epoch: 3, offset: 900 };
const SENT: JobState = JobState::Sent { id: 7 };
const BY_PRINTER: JobState = JobState::Confirmed { by: ConfirmedBy::Printer };
const BY_STAFF: JobState = JobState::Confirmed { by: ConfirmedBy::Staff };
const UNCONFIRMED: JobState = JobState::PrintedUnconfirmed;
const BLOCKED: JobState = JobState::Blocked { fault: Fault::PaperOut };
const DOUBTFUL: JobState = JobState::Doubtful;
const VOID: JobState = JobState::Void;
const MOVED: JobState = JobState::Moved;

const ALL: [JobState; 12] =
    [QUEUED, PREFLIGHT, SENDING, HALF_SENT, SENT, BY_PRINTER, BY_STAFF, UNCONFIRMED, BLOCKED, DOUBTFUL, VOID, MOVED];

/// The table of an input: every state that is not named refuses it and stays.
fn check(input: JobInput, arrows: &[(JobState, JobState)]) {
    for state in ALL {
        let expected = arrows.iter().find(|(from, _)| *from == state).map(|(_, to)| *to);
        assert_eq!(state.next(input).ok(), expected, "{state:?} with {input:?}");
    }
}

#[test]
fn way_to_the_paper_is_one_line() {
    check(JobInput::Start, &[(QUEUED, PREFLIGHT)]);
    check(JobInput::Ready { epoch: 3 }, &[(PREFLIGHT, SENDING)]);
    check(JobInput::Progress { offset: 900 }, &[(SENDING, HALF_SENT), (HALF_SENT, HALF_SENT)]);
    check(
        JobInput::Progress { offset: 10 },
        &[(SENDING, JobState::Sending { epoch: 3, offset: 10 }), (HALF_SENT, HALF_SENT)],
    );
    check(JobInput::AllSent { id: 7 }, &[(SENDING, SENT), (HALF_SENT, SENT)]);
    check(JobInput::PrinterConfirmed { id: 7 }, &[(SENT, BY_PRINTER), (DOUBTFUL, BY_PRINTER)]);
    check(JobInput::PrinterConfirmed { id: 8 }, &[(DOUBTFUL, BY_PRINTER)]);
    check(JobInput::StatusStayedClean, &[(SENT, UNCONFIRMED)]);
}

#[test]
fn fault_before_the_first_byte_blocks_and_after_it_leaves_doubt() {
    let fault = Fault::PaperOut;
    let blocked = [(QUEUED, BLOCKED), (PREFLIGHT, BLOCKED), (BLOCKED, BLOCKED)];
    let doubtful = [(HALF_SENT, DOUBTFUL), (SENT, DOUBTFUL), (DOUBTFUL, DOUBTFUL)];
    let nothing_accepted = [&blocked[..], &[(SENDING, BLOCKED)], &doubtful].concat();
    check(JobInput::Failed { fault, bytes_accepted: 0 }, &nothing_accepted);
    let something_accepted = [&blocked[..], &[(SENDING, DOUBTFUL)], &doubtful].concat();
    check(JobInput::Failed { fault, bytes_accepted: 1 }, &something_accepted);
    check(JobInput::FaultGone, &[(BLOCKED, QUEUED)]);
}

#[test]
fn restart_queues_what_was_never_sent_and_doubts_the_rest() {
    check(
        JobInput::Restarted,
        &[
            (QUEUED, QUEUED),
            (PREFLIGHT, QUEUED),
            (BLOCKED, QUEUED),
            (SENDING, DOUBTFUL),
            (HALF_SENT, DOUBTFUL),
            (SENT, DOUBTFUL),
            (DOUBTFUL, DOUBTFUL),
            (BY_PRINTER, BY_PRINTER),
            (BY_STAFF, BY_STAFF),
            (UNCONFIRMED, UNCONFIRMED),
            (VOID, VOID),
            (MOVED, MOVED),
        ],
    );
}

#[test]
fn staff_settle_doubts_only() {
    check(JobInput::StaffSaysPrinted, &[(DOUBTFUL, BY_STAFF)]);
    check(JobInput::StaffSaysMissing, &[(DOUBTFUL, VOID)]);
    check(JobInput::Cancel, &[(QUEUED, VOID), (BLOCKED, VOID)]);
}

fn any_input() -> impl Strategy<Value = JobInput> {
    prop_oneof![
        Just(JobInput::Start),
        (1u64..4).prop_map(|epoch| JobInput::Ready { epoch }),
        (0u64..3).prop_map(|offset| JobInput::Progress { offset }),
        Just(JobInput::AllSent { id: 7 }),
        Just(JobInput::PrinterConfirmed { id: 7 }),
        Just(JobInput::StatusStayedClean),
        (prop::sample::select(Fault::ALL.to_vec()), 0u64..3)
            .prop_map(|(fault, bytes_accepted)| JobInput::Failed { fault, bytes_accepted }),
        Just(JobInput::FaultGone),
        Just(JobInput::Restarted),
        Just(JobInput::StaffSaysPrinted),
        Just(JobInput::StaffSaysMissing),
        Just(JobInput::Cancel),
    ]
}

proptest! {
    /// Whatever happens in whatever order: once a byte may have left, the job is never sent again.
    #[test]
    fn nothing_is_sent_twice(inputs in prop::collection::vec(any_input(), 0..60)) {
        let mut state = JobState::Queued;
        let mut may_be_on_paper = false;
        for input in inputs {
            let Ok(next) = state.next(input) else { continue };
            if let JobState::Sending { offset: 0, .. } = next
                && state == JobState::Preflight
            {
                prop_assert!(!may_be_on_paper, "sent again from {state:?} by {input:?}");
            }
            may_be_on_paper |= matches!(next, JobState::Sending { offset: 1.., .. } | JobState::Sent { .. } | JobState::Doubtful);
            prop_assert!(!state.is_terminal() || state == next);
            state = next;
        }
    }
}

#[test]
fn states_survive_the_journal() {
    for state in ALL {
        let json = serde_json::to_string(&state).expect("states have no maps with odd keys");
        assert_eq!(serde_json::from_str::<JobState>(&json).expect("own text"), state);
    }
}
