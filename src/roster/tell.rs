//! What an import found and would change, in sentences for the organiser. Decides nothing and prints nothing itself.

use std::collections::BTreeMap;
use std::fmt::Write;

use domain::config::Language;
use domain::ids::DealerId;
use domain::roster::{Dealer, Guest};

use super::changes::FieldChange;
use super::{Import, ImportFault, KnownList, Remark};

/// Lines per kind of change; what is more is counted.
const MOST_LINES: usize = 40;

/// Why nothing can be imported: a line per fault, and a last line that sums up.
pub fn fault(fault: &ImportFault, meeting: &str, language: Language) -> String {
    let mut out = String::new();
    match fault {
        ImportFault::Meeting(faults) => {
            for fault in faults {
                line(&mut out, format_args!("{meeting}: {fault}"));
            }
        }
        ImportFault::Picture(fault) => line(&mut out, format_args!("{meeting}: {fault}")),
        ImportFault::Sheet(file, fault) => line(&mut out, format_args!("{file}: {fault}")),
        ImportFault::Rows { faults, rows } => {
            for fault in faults {
                line(&mut out, format_args!("{}", fault.tell(language)));
            }
            let bad = faults.len();
            let sum = match language {
                Language::En => format!(
                    "{bad} faults in a list of {rows} rows: nothing was imported. Correct them, or leave the rows out with --skip-bad-rows."
                ),
                Language::Zh => {
                    format!("{rows} 行名单中有 {bad} 处错误：未导入任何内容。请改正，或用 --skip-bad-rows 跳过这些行。")
                }
                Language::Ko => format!(
                    "명단 {rows}행 중 오류 {bad}건: 아무것도 가져오지 않았습니다. 고치거나 --skip-bad-rows로 해당 행을 건너뛰세요."
                ),
            };
            line(&mut out, format_args!("{sum}"));
        }
    }
    out
}

/// What the import would do.
pub fn summary(import: &Import, known: &KnownList, language: Language) -> String {
    let mut out = String::new();
    remarks(&mut out, import, language);
    let changes = &import.changes;
    let rows = import.rows;
    let say = |en: &'static str, zh: &'static str, ko: &'static str| match language {
        Language::En => en,
        Language::Zh => zh,
        Language::Ko => ko,
    };
    if known.config.as_ref() != Some(&import.config) {
        let first = known.config.is_none();
        let text = if first {
            say("meeting file: new", "会议文件：新", "행사 파일: 새로움")
        } else {
            say("meeting file: changed", "会议文件：有更改", "행사 파일: 변경됨")
        };
        line(&mut out, format_args!("{text}"));
    }
    if known.roster_rev > 0 {
        details(&mut out, import, known);
    }
    let read = say("rows read", "已读行数", "읽은 행");
    line(&mut out, format_args!("{read}: {rows}"));
    let counts = |out: &mut String, what: &str, added: usize, changed: usize, cancelled: usize, unchanged: usize| {
        let words = [
            say("added", "新增", "추가"),
            say("changed", "更改", "변경"),
            say("cancelled", "取消", "취소"),
            say("unchanged", "不变", "그대로"),
        ];
        line(
            out,
            format_args!(
                "{what}: {added} {}, {changed} {}, {cancelled} {}, {unchanged} {}",
                words[0], words[1], words[2], words[3]
            ),
        );
    };
    counts(
        &mut out,
        say("guests", "来宾", "참석자"),
        changes.guests.added.len(),
        changes.guests.changed.len(),
        changes.cancelled_guests.len(),
        changes.guests.unchanged,
    );
    counts(
        &mut out,
        say("firms", "公司", "업체"),
        changes.dealers.added.len(),
        changes.dealers.changed.len(),
        changes.cancelled_dealers.len(),
        changes.dealers.unchanged,
    );
    counts(
        &mut out,
        say("households", "户", "거래처"),
        changes.households.added.len(),
        changes.households.changed.len(),
        changes.cancelled_households.len(),
        changes.households.unchanged,
    );
    line(
        &mut out,
        format_args!(
            "{}: {} {}",
            say("planned tables", "排桌", "테이블 배정"),
            changes.seats.len() + changes.unplanned.len(),
            say("changed", "更改", "변경")
        ),
    );
    out
}

fn remarks(out: &mut String, import: &Import, language: Language) {
    for warning in &import.warnings {
        line(out, format_args!("! {warning}"));
    }
    for fault in &import.skipped {
        line(out, format_args!("! {}", fault.tell(language)));
    }
    let mut note = |en: String, zh: String, ko: String| {
        let text = match language {
            Language::En => en,
            Language::Zh => zh,
            Language::Ko => ko,
        };
        line(out, format_args!("! {text}"));
    };
    for remark in &import.remarks {
        match remark {
            Remark::EncodingGuessed(encoding) => note(
                format!("the list was read as {encoding}, which its headers fit; if names look wrong, say --encoding"),
                format!("名单按 {encoding} 编码读取（依据表头判断）；若姓名显示不正确，请用 --encoding 指定"),
                format!("명단을 {encoding}(으)로 읽었습니다(열 제목 기준). 이름이 이상하면 --encoding으로 지정하세요"),
            ),
            Remark::SheetsLeftOut(names) => note(
                format!("worksheets not read: {}", names.join(", ")),
                format!("未读取的工作表：{}", names.join("、")),
                format!("읽지 않은 시트: {}", names.join(", ")),
            ),
        }
    }
    if !import.free_columns.is_empty() {
        let names = import.free_columns.join(", ");
        note(
            format!("kept as free columns: {names}"),
            format!("作为自由列保留：{names}"),
            format!("자유 열로 보관: {names}"),
        );
    }
    if import.without_decider > 0 {
        let count = import.without_decider;
        note(
            format!("{count} households have nobody who decides; they can never be valid"),
            format!("{count} 户没有负责人，无法成为有效户"),
            format!("거래처 {count}곳에 결정권자가 없어 유효 거래처가 될 수 없습니다"),
        );
    }
    if import.shared_phones > 0 {
        let count = import.shared_phones;
        note(
            format!("{count} phone numbers stand in several households; at the kiosk they lead to the desk"),
            format!("{count} 个手机号属于多户，自助机会引导到服务台"),
            format!("전화번호 {count}개가 여러 거래처에 있어 키오스크에서 안내 데스크로 안내됩니다"),
        );
    }
    for (table, people, places) in &import.overfull {
        note(
            format!("table {table}: {people} people planned, {places} places"),
            format!("{table} 桌：安排 {people} 人，只有 {places} 个座位"),
            format!("{table} 테이블: {people}명 배정, 좌석 {places}개"),
        );
    }
}

fn details(out: &mut String, import: &Import, known: &KnownList) {
    let changes = &import.changes;
    let added: BTreeMap<DealerId, &Dealer> = changes.dealers.added.iter().map(|dealer| (dealer.id, dealer)).collect();
    let firm = |guest: &Guest| {
        let dealer = |id: &DealerId| known.dealers.get(id).or_else(|| added.get(id).copied());
        guest.dealer.as_ref().and_then(dealer).map_or_else(|| guest.organisation.clone(), |dealer| dealer.firm.clone())
    };
    let who = |guest: &Guest| {
        format!("{} ({}), no. {}", guest.name, firm(guest), guest.guest_no.map(|number| number.0).unwrap_or_default())
    };
    listed(out, changes.guests.added.iter().map(|guest| format!("+ {}", who(guest))));
    listed(out, changes.guests.changed.iter().map(|(guest, fields)| format!("~ {}: {}", who(guest), told(fields))));
    listed(
        out,
        changes.cancelled_guests.iter().filter_map(|id| known.guests.get(id)).map(|guest| format!("- {}", who(guest))),
    );
    listed(out, changes.dealers.changed.iter().map(|(dealer, fields)| format!("~ {}: {}", dealer.firm, told(fields))));
    let party = |id| known.households.get(id);
    let seat = |id, table: &str| {
        let before = known.seats.get(id).map_or("—", |table| table.as_str());
        format!("~ {}: table {before} → {table}", party(id).map(|party| party.name.as_str()).unwrap_or_default())
    };
    let planned = changes.seats.iter().filter(|(id, _)| known.households.contains_key(id));
    listed(out, planned.map(|(id, table)| seat(id, table.as_str())));
    listed(out, changes.unplanned.iter().map(|id| seat(id, "—")));
}

fn told(fields: &[FieldChange]) -> String {
    let nothing = |text: &str| if text.is_empty() { "—".to_owned() } else { text.to_owned() };
    let tell = |change: &FieldChange| match change.field.as_str() {
        "household" | "dealer" | "lead" => change.field.clone(),
        field => format!("{field} {} → {}", nothing(&change.before), nothing(&change.after)),
    };
    fields.iter().map(tell).collect::<Vec<_>>().join("; ")
}

fn listed(out: &mut String, lines: impl Iterator<Item = String>) {
    let lines: Vec<String> = lines.collect();
    for text in lines.iter().take(MOST_LINES) {
        line(out, format_args!("{text}"));
    }
    if lines.len() > MOST_LINES {
        line(out, format_args!("  … {} more", lines.len() - MOST_LINES));
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    writeln!(out, "{text}").expect("writing to a String cannot fail");
}
