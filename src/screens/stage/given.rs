//! What the operator is told about an act or a step: a code of the window's, and a figure. Decides nothing.

use super::StepFault;
use crate::screens::Failed;
use domain::Refusal;
use stage_ui::StageSaid;

pub type Said = (StageSaid, String);

pub fn of_answer(result: &Result<(), Failed>) -> Said {
    match result {
        Ok(()) => (StageSaid::Nothing, String::new()),
        Err(Failed::Busy) => (StageSaid::Busy, String::new()),
        Err(Failed::Storage) => (StageSaid::Storage, String::new()),
        Err(Failed::Rule(refusal)) => match refusal {
            Refusal::CallAgain { calls } => (StageSaid::CallAgain, calls.to_string()),
            Refusal::RoundOpen { round } => (StageSaid::RoundOpen, round.to_string()),
            other => of_code(other.code()),
        },
    }
}

pub fn of_step(result: &Result<(), StepFault>) -> Said {
    match result {
        Ok(()) => (StageSaid::Nothing, String::new()),
        Err(StepFault::Unreachable) => (StageSaid::Unreachable, String::new()),
        Err(StepFault::Refused(code)) => of_code(code),
    }
}

/// By the word for programs that refusals and the hub share.
fn of_code(code: &str) -> Said {
    let said = match code {
        "not_authorised" => StageSaid::NotAllowed,
        "second_person" | "unknown_staff" => StageSaid::SecondNeeded,
        "machines_behind" => StageSaid::Behind,
        "draw_unfit" => StageSaid::DiceWanted,
        "nothing_left" => StageSaid::NothingLeft,
        "round_open" => StageSaid::RoundOpen,
        "call_again" => StageSaid::CallAgain,
        "root_missing" => StageSaid::RootMissing,
        "on_one_machine" => StageSaid::OneMachine,
        "wrong_step" | "unknown_round" | "unknown_draw" | "draw_not_open" => StageSaid::WrongStep,
        "already_done" | "already_there" => StageSaid::AlreadyDone,
        "unknown_kinds" => StageSaid::UnknownKinds,
        _ => StageSaid::Other,
    };
    (said, if said == StageSaid::Other { code.to_owned() } else { String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hub_and_rules_are_told_by_what_to_do_next() {
        for (result, said, value) in [
            (Ok(()), StageSaid::Nothing, ""),
            (Err(StepFault::Unreachable), StageSaid::Unreachable, ""),
            (Err(StepFault::Refused("machines_behind".into())), StageSaid::Behind, ""),
            (Err(StepFault::Refused("on_one_machine".into())), StageSaid::OneMachine, ""),
            (Err(StepFault::Refused("something_new".into())), StageSaid::Other, "something_new"),
        ] {
            assert_eq!(of_step(&result), (said, value.to_owned()));
        }
        let calls = of_answer(&Err(Failed::Rule(Refusal::CallAgain { calls: 3 })));
        assert_eq!(calls, (StageSaid::CallAgain, "3".to_owned()));
        assert_eq!(of_answer(&Err(Failed::Storage)).0, StageSaid::Storage);
    }
}
