//! `usher report`: the money, slips, queues, gifts, materials and cash of a meeting as its log tells them, for people and for
//! programs. `assets/recount.py` comes to the same JSON by itself. Changes no log.

mod tables;
mod words;

use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Args;
use domain::Meeting;
use domain::config::Language;

use crate::cli::import::Lang;
use crate::cli::purge::fold;
use crate::keys::MeetingKeys;
use crate::roster::hub_log::HubLog;

/// Money, slips, queues, gifts, materials and cash of a meeting.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// Folder of the hub
    #[arg(long, value_name = "HUB_FOLDER", default_value = "usher-hub")]
    data: PathBuf,
    /// For programs: integers in minor units, times in Unix milliseconds
    #[arg(long)]
    json: bool,
    /// Only the signed copies that are not back
    #[arg(long, conflicts_with = "missing_proof")]
    missing_copies: bool,
    /// Only the receipts that lack evidence
    #[arg(long)]
    missing_proof: bool,
    /// Language of the tables; the meeting's unless named
    #[arg(long, value_enum)]
    language: Option<Lang>,
}

/// Runs the command.
///
/// # Errors
/// No such hub, or a damaged log.
pub fn run(args: &ReportArgs) -> Result<()> {
    let keys = MeetingKeys::load(&args.data)?;
    let meeting = fold(&HubLog::open_existing(&args.data, &keys)?.all_events()?);
    print!("{}", told(args, &meeting)?);
    Ok(())
}

fn told(args: &ReportArgs, meeting: &Meeting) -> Result<String> {
    let report = meeting.money_report();
    if args.json {
        let only = if args.missing_copies {
            serde_json::to_value(&report.missing_copies)
        } else if args.missing_proof {
            serde_json::to_value(&report.missing_proof)
        } else {
            serde_json::to_value(&report)
        };
        let text = only.and_then(|value| serde_json::to_string_pretty(&value)).context("the report as JSON")?;
        return Ok(text + "\n");
    }
    let language = args.language.map_or_else(|| meeting.config().meeting.language(), Language::from);
    let tables = tables::Tables { meeting, report: &report, language };
    Ok(if args.missing_copies {
        tables.missing_copies()
    } else if args.missing_proof {
        tables.missing_proof()
    } else {
        tables.all()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::event::{MeetingConfigured, PaymentReceived, Receipt, SlipCopy, Tender, TenderKind};
    use domain::{Actor, Currency, DealerId, DeviceId, EventId, HouseholdId, Meta, PaymentId, UnixMillis};

    fn args(json: bool, missing_proof: bool, language: Option<Lang>) -> ReportArgs {
        ReportArgs { data: "hub".into(), json, missing_copies: false, missing_proof, language }
    }

    /// One receipt of 1,000.00 in cash without a bag.
    fn meeting() -> Meeting {
        let mut meeting = Meeting::new();
        let mut happens = |number: u8, event: domain::Event| {
            let actor = Actor::Staff { id: "f1".into() };
            let (event_id, device) = (EventId::from_bytes([number; 16]), DeviceId::from_bytes([1; 16]));
            meeting.apply(&Meta { event_id, device, at: UnixMillis(1_795_780_800_000), actor }, &event);
        };
        let facts = serde_json::json!({ "meeting": { "id": "m", "token_number": 1, "time_zone": "Asia/Seoul",
            "languages": ["ko"] } });
        let config = Box::new(serde_json::from_value(facts).expect("the facts of a meeting"));
        happens(1, MeetingConfigured { rev: 1, config }.into());
        let tender = Tender {
            kind: TenderKind::Cash,
            amount_minor: 100_000,
            reference: String::new(),
            bag: String::new(),
            second_counter: Some("f2".into()),
            due_on: None,
        };
        let receipt = Receipt {
            payment: PaymentId::from_bytes([2; 16]),
            number: "D1-R0001".into(),
            dealer: DealerId::from_bytes([3; 16]),
            household: HouseholdId::from_bytes([4; 16]),
            currency: Currency::CNY,
            tenders: vec![tender],
            slips: vec![],
            prepaid: false,
            note: String::new(),
        };
        happens(2, PaymentReceived { receipt }.into());
        meeting
    }

    #[test]
    fn report_speaks_the_meetings_language_or_the_named_one() {
        let meeting = meeting();
        let check = |language: Option<Lang>, says: &[&str]| {
            let text = told(&args(false, false, language), &meeting).expect("told");
            says.iter().for_each(|words| assert!(text.contains(words), "{words} in\n{text}"));
        };
        check(None, &["입금", "현금", "1000.00", "D1-R0001"]);
        check(Some(Lang::Zh), &["交款", "现金", "1000.00"]);
        check(Some(Lang::En), &["Payments", "cash", "1000.00"]);
    }

    #[test]
    fn json_has_integers_only_and_the_lists_by_themselves() {
        let meeting = meeting();
        let json = told(&args(true, false, None), &meeting).expect("told");
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert_eq!(value["payments"]["by_tender"]["cash"]["open_minor"], 100_000);
        assert_eq!(value["cash_at_desks"]["01".repeat(16)], 100_000);
        assert!(!json.contains('.'), "no fractions: {json}");
        let proof = told(&args(true, true, None), &meeting).expect("told");
        let proof: serde_json::Value = serde_json::from_str(&proof).expect("JSON");
        assert_eq!(proof, serde_json::json!([["02".repeat(16), ["unconfirmed", "bag"]]]));
    }

    #[test]
    fn every_code_has_words_in_every_language() {
        let statuses = domain::meeting::PaymentStatus::ALL.map(|status| status.code());
        let copies = [SlipCopy::Stub, SlipCopy::Customer, SlipCopy::Finance].map(SlipCopy::code);
        let codes = statuses.iter().chain(&domain::meeting::SlipStatus::CODES).chain(&copies);
        for code in codes {
            for language in Language::ALL {
                assert!(words::known(code), "{code}");
                assert!(!words::word(code, language).is_empty());
            }
        }
    }
}
