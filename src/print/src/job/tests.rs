use super::*;

#[test]
fn queue_to_confirmed_is_a_straight_line() {
    let inputs = [
        JobInput::Start,
        JobInput::Ready { epoch: 3 },
        JobInput::Progress { offset: 900 },
        JobInput::AllSent { id: 7 },
        JobInput::PrinterConfirmed { id: 7 },
    ];
    let mut state = JobState::Queued;
    for input in inputs {
        state = state.next(input).expect("the straight line has no refusal");
    }
    assert_eq!(
        state,
        JobState::Confirmed {
            by: ConfirmedBy::Printer
        }
    );
}
