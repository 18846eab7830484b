//! What `usher verify-draw` says, in Chinese, Korean and English. Judges nothing.

use domain::config::Language;
use domain::draw::{DrawFault, DrawId, Entries, RoundProof};

/// What was compared with what the guest has on paper.
pub struct Compared {
    /// Links from the secret to the commitment that was given.
    pub links_to_commitment: Option<u32>,
    /// The rules were given, and they are these.
    pub rules_given: bool,
}

/// English, Chinese, Korean.
type Row = (&'static str, &'static str, &'static str);

fn of(language: Language, (en, zh, ko): Row) -> &'static str {
    match language {
        Language::En => en,
        Language::Zh => zh,
        Language::Ko => ko,
    }
}

const TRUE: Row = (
    "TRUE: these winners follow from the secret, the list and the audience's part.",
    "属实：这些中奖者由密钥、名单和现场骰子推出，无误。",
    "참: 이 당첨자는 비밀값, 명단, 현장 주사위에서 그대로 나옵니다.",
);
const NOT_TRUE: Row = ("NOT TRUE: ", "不属实：", "거짓: ");
const UNREADABLE: Row = ("Cannot be read: ", "无法读取：", "읽을 수 없음: ");
const WINNERS: Row = ("Winners", "中奖者", "당첨자");
const DRAW: Row = ("draw      ", "抽奖  ", "추첨    ");
const SECRET: Row = ("secret    ", "密钥  ", "비밀값  ");
const LIST: Row = ("list      ", "名单  ", "명단    ");
const RULES: Row = ("rules     ", "规则  ", "규칙    ");
const AUDIENCE: Row = ("audience  ", "现场  ", "현장    ");
const NOT_COMPARED: Row = (
    "its hash is the link before; compare with the commit slip by --commitment",
    "其哈希与上一环相符；可用 --commitment 与承诺单核对",
    "해시가 앞 고리와 같습니다; --commitment 로 약속 전표와 비교하십시오",
);
const RULES_GIVEN: Row = ("as in the file given", "与所给文件一致", "주어진 파일과 같음");
const COMMITMENT_ALONE: Row = (
    "nothing: this round rests on the commitment alone",
    "无：本轮仅以承诺为准",
    "없음: 이 회차는 약속값에만 근거합니다",
);
const OTHER_RULES: Row = (
    "these are not the rules of this round: their hash differs",
    "这不是本轮的规则：哈希不同",
    "이 회차의 규칙이 아닙니다: 해시가 다릅니다",
);
const OTHER_COMMITMENT: Row = (
    "the secret does not lead to this commitment: another draw, or a secret chosen afterwards",
    "密钥推不出这一承诺：属于另一次抽奖，或密钥是事后选的",
    "비밀값이 이 약속값으로 이어지지 않습니다: 다른 추첨이거나 나중에 고른 비밀값입니다",
);
const RULES_NOT_TEXT: Row = ("the rules are not in UTF-8", "规则文件不是 UTF-8 编码", "규칙 파일이 UTF-8이 아닙니다");

/// Before the reason why a round is not true.
pub fn not_true(language: Language) -> &'static str {
    of(language, NOT_TRUE)
}

/// Before the reason why a file cannot be read.
pub fn unreadable(language: Language) -> &'static str {
    of(language, UNREADABLE)
}

/// The rules given are others.
pub fn other_rules(language: Language) -> String {
    of(language, OTHER_RULES).to_owned()
}

/// The commitment given is another.
pub fn other_commitment(language: Language) -> String {
    of(language, OTHER_COMMITMENT).to_owned()
}

/// The rules' file is no text.
pub fn rules_not_text(language: Language) -> &'static str {
    of(language, RULES_NOT_TEXT)
}

/// What is known of a true round, the winners in their order.
pub fn report(
    proof: &RoundProof,
    entries: &Entries,
    winners: &[DrawId],
    compared: &Compared,
    language: Language,
) -> String {
    let facts = &proof.facts;
    let (event, round, prize, quantity) = (&facts.event, facts.round, &facts.prize, facts.quantity);
    let (households, tickets) = (entries.count(), entries.tickets());
    let draw = match language {
        Language::En => format!("{event}, round {round}, prize {prize}, {quantity} to draw"),
        Language::Zh => format!("{event}，第 {round} 轮，奖品 {prize}，抽 {quantity} 名"),
        Language::Ko => format!("{event}, {round}회차, 경품 {prize}, {quantity}명 추첨"),
    };
    let list = match language {
        Language::En => format!("{households} households, {tickets} tickets, unchanged since it was frozen"),
        Language::Zh => format!("{households} 户，{tickets} 张奖券，封单后未变"),
        Language::Ko => format!("{households}개 거래처, 응모권 {tickets}장, 확정 뒤 바뀌지 않음"),
    };
    let rules =
        if compared.rules_given { of(language, RULES_GIVEN).to_owned() } else { format!("SHA-256 {}", facts.rules) };
    let lines = [
        (DRAW, draw),
        (SECRET, secret(compared.links_to_commitment, language)),
        (LIST, list),
        (RULES, rules),
        (AUDIENCE, audience(proof, language)),
    ];
    let mut words = format!("{}\n", of(language, TRUE));
    for (label, value) in lines {
        words.push_str(&format!("  {}{value}\n", of(language, label)));
    }
    words.push_str(&forfeited(proof, language));
    words.push_str(&format!("{}\n", of(language, WINNERS)));
    for (place, winner) in (1..).zip(winners) {
        let own = entries.tickets_of(winner).unwrap_or_default();
        let share = match language {
            Language::En => format!("({own} of {tickets} tickets)"),
            Language::Zh => format!("（{tickets} 张奖券中的 {own} 张）"),
            Language::Ko => format!("(응모권 {tickets}장 중 {own}장)"),
        };
        words.push_str(&format!("{place:>5}  {winner}  {share}\n"));
    }
    words
}

fn secret(links: Option<u32>, language: Language) -> String {
    let Some(links) = links else { return of(language, NOT_COMPARED).to_owned() };
    match language {
        Language::En => format!("it leads to the commitment in {links} step(s)"),
        Language::Zh => format!("经 {links} 步推到承诺，相符"),
        Language::Ko => format!("{links}단계 만에 약속값에 이릅니다"),
    }
}

fn audience(proof: &RoundProof, language: Language) -> String {
    let audience = &proof.facts.audience;
    match (audience.faces().len(), language) {
        (0, _) if audience.is_commitment_only() => of(language, COMMITMENT_ALONE).to_owned(),
        (0, _) => audience.to_string(),
        (dice, Language::En) => format!("{dice} dice ({audience})"),
        (dice, Language::Zh) => format!("{dice} 颗骰子（{audience}）"),
        (dice, Language::Ko) => format!("주사위 {dice}개 ({audience})"),
    }
}

fn forfeited(proof: &RoundProof, language: Language) -> String {
    let gone: Vec<&str> = proof.picks.iter().filter(|pick| pick.forfeited).map(|pick| pick.id.as_str()).collect();
    let gone = gone.join(", ");
    match language {
        _ if gone.is_empty() => String::new(),
        Language::En => format!("  not claimed, the next pick in their place: {gone}\n"),
        Language::Zh => format!("  未领奖，由下一名替补：{gone}\n"),
        Language::Ko => format!("  수령하지 않아 다음 순번이 대신함: {gone}\n"),
    }
}

/// A fault in a language.
pub fn fault(fault: &DrawFault, language: Language) -> String {
    match language {
        Language::En => fault.to_string(),
        Language::Zh => fault_zh(fault),
        Language::Ko => fault_ko(fault),
    }
}

fn fault_zh(fault: &DrawFault) -> String {
    let part = |text| part(text, Language::Zh);
    match fault {
        DrawFault::TooLong { what, most } => format!("{}超过 {most} 字节：不是这种文件", part(what)),
        DrawFault::EntryLine { line, reason } => {
            format!("名单第 {line} 行：{}；请使用打印或导出的原名单", part(reason))
        }
        DrawFault::Entries { reason } => format!("名单：{}", part(reason)),
        DrawFault::RoundLine { field, reason } => {
            format!("轮次文件：{field}：{}；请使用打印或导出的原文件", part(reason))
        }
        DrawFault::Audience { reason } => format!("现场部分：{}", part(reason)),
        DrawFault::Name { text, expected } => format!("{text:?} 不是{}", part(expected)),
        DrawFault::NotTheCommittedSecret => "密钥不是承诺的那一个：其哈希与上一环不符".into(),
        DrawFault::NotTheFrozenList => "名单不是封存的那一份：哈希与本轮不符".into(),
        DrawFault::OtherWinners { place, drawn, claimed } => {
            format!("中奖者不符：第 {place} 名应为 {drawn}，文件写的是 {claimed}")
        }
        DrawFault::PickTooMany { place } => format!("多出一名：第 {place} 名已在奖品或名单用完之后"),
        DrawFault::PrizesLeft { missing } => format!("还有 {missing} 份奖品无人中奖，而名单中仍有其他户"),
    }
}

fn fault_ko(fault: &DrawFault) -> String {
    let part = |text| part(text, Language::Ko);
    match fault {
        DrawFault::TooLong { what, most } => {
            format!("{}이(가) {most}바이트보다 깁니다: 그런 파일이 아닙니다", part(what))
        }
        DrawFault::EntryLine { line, reason } => {
            format!("명단 {line}행: {}; 인쇄하거나 내보낸 명단을 쓰십시오", part(reason))
        }
        DrawFault::Entries { reason } => format!("명단: {}", part(reason)),
        DrawFault::RoundLine { field, reason } => {
            format!("회차 파일: {field}: {}; 인쇄하거나 내보낸 파일을 쓰십시오", part(reason))
        }
        DrawFault::Audience { reason } => format!("현장 입력: {}", part(reason)),
        DrawFault::Name { text, expected } => format!("{text:?}: {}이(가) 아닙니다", part(expected)),
        DrawFault::NotTheCommittedSecret => "약속한 비밀값이 아닙니다: 해시가 앞 고리와 다릅니다".into(),
        DrawFault::NotTheFrozenList => "확정된 명단이 아닙니다: 해시가 회차와 다릅니다".into(),
        DrawFault::OtherWinners { place, drawn, claimed } => {
            format!("당첨자가 다릅니다: {place}번째는 {drawn}이어야 하는데 파일에는 {claimed}")
        }
        DrawFault::PickTooMany { place } => format!("한 명 더 많습니다: {place}번째는 경품이나 명단이 끝난 뒤입니다"),
        DrawFault::PrizesLeft { missing } => format!("명단에 거래처가 남았는데 경품 {missing}개에 당첨자가 없습니다"),
    }
}

/// The domain's fixed parts of a fault.
const PARTS: &[Row] = &[
    ("the entry list", "名单", "명단"),
    ("the round file", "轮次文件", "회차 파일"),
    ("nobody is in it", "里面没有人", "아무도 없습니다"),
    ("more than 100,000 households", "超过 100,000 户", "거래처가 100,000곳보다 많습니다"),
    ("a household has no tickets", "有一户没有奖券", "응모권이 없는 거래처가 있습니다"),
    ("two households have one id", "两户用了同一编号", "두 거래처의 번호가 같습니다"),
    ("not a text of letters and digits", "不是由字母和数字组成的文本", "글자와 숫자로 된 글이 아닙니다"),
    ("the last line has no line feed", "最后一行没有换行", "마지막 줄에 줄 바꿈이 없습니다"),
    ("ids are not strictly ascending", "编号没有严格递增", "번호가 순서대로 커지지 않습니다"),
    ("the header disagrees with the lines below", "首行与下面各行不符", "첫 줄이 아래 줄과 맞지 않습니다"),
    ("no tab between id and tickets", "编号与奖券数之间没有制表符", "번호와 응모권 수 사이에 탭이 없습니다"),
    ("the id is not of letters and digits", "编号不是由字母和数字组成", "번호가 글자와 숫자가 아닙니다"),
    (
        "tickets are not a whole number from 1 to 4294967295",
        "奖券数不是 1 到 4294967295 的整数",
        "응모권 수가 1에서 4294967295까지의 정수가 아닙니다",
    ),
    ("the file is not plain text", "文件不是纯文本", "파일이 일반 글이 아닙니다"),
    ("64 small hex digits", "应为 64 位小写十六进制", "소문자 16진수 64자리여야 합니다"),
    ("nothing may follow them", "其后不得再有内容", "그 뒤에는 아무것도 올 수 없습니다"),
    (
        "ids of letters and digits, joined by commas",
        "应为用逗号分隔的字母数字编号",
        "쉼표로 이은 글자·숫자 번호여야 합니다",
    ),
    ("its line is missing or not in its place", "该行缺失或不在其位", "그 줄이 없거나 제자리에 없습니다"),
    ("not in the form that such a value has", "格式不对", "값의 형식이 다릅니다"),
    ("not a whole number from 1, or too large", "不是从 1 起的整数，或太大", "1 이상의 정수가 아니거나 너무 큽니다"),
    (
        "fewer than 10 dice can be steered: throw 15",
        "少于 10 颗骰子可被操纵：请掷 15 颗",
        "주사위가 10개보다 적으면 조작될 수 있습니다: 15개를 던지십시오",
    ),
    ("more than 60 dice", "超过 60 颗骰子", "주사위가 60개보다 많습니다"),
    ("a die shows 1 to 6", "骰子点数为 1 到 6", "주사위 눈은 1에서 6까지입니다"),
    ("faces are 1 to 6", "点数为 1 到 6", "눈은 1에서 6까지입니다"),
    ("parts are name:value, joined by ;", "各部分应为 名:值，用 ; 连接", "부분은 이름:값이며 ; 로 잇습니다"),
    ("longer than 1,000 characters", "超过 1,000 个字符", "1,000자보다 깁니다"),
    (
        "only 0-9, a-z and , : ; . - are in it",
        "只能含 0-9、a-z 和 , : ; . -",
        "0-9, a-z, 그리고 , : ; . - 만 쓸 수 있습니다",
    ),
    ("a draw id of letters and digits", "由字母和数字组成的抽奖编号", "글자와 숫자로 된 추첨 번호"),
    (
        "a name of 1 to 40 of 0-9, A-Z, a-z, dot, dash and underscore",
        "由 1 到 40 个 0-9、A-Z、a-z、点、横线、下划线组成的名称",
        "0-9, A-Z, a-z, 점, 줄표, 밑줄 1~40자로 된 이름",
    ),
    ("a hash of 64 small hex digits", "64 位小写十六进制的哈希", "소문자 16진수 64자리 해시"),
    ("a secret of 64 small hex digits", "64 位小写十六进制的密钥", "소문자 16진수 64자리 비밀값"),
    (
        "the rules want dice for this prize: throw 15",
        "按规则此奖需掷骰：请掷 15 颗",
        "규칙상 이 경품은 주사위가 필요합니다: 15개를 던지십시오",
    ),
];

fn part(text: &'static str, language: Language) -> &'static str {
    PARTS.iter().find(|(en, ..)| *en == text).map_or(text, |row| of(language, *row))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts between quotes after one of these words in the domain's sources.
    fn reasons(source: &'static str) -> Vec<&'static str> {
        let code = source.split("#[cfg(test)]").next().unwrap_or_default();
        let marks = [
            "reason: \"",
            "refused(\"",
            "wrong(1, \"",
            "wrong(at + 3, \"",
            ", \"the last",
            "ok_or(\"",
            "map_err(|_| \"",
            "what: \"",
            "no_name(text, \"",
            "no_name(\"…\", \"",
        ];
        let after = |mark: &&'static str| {
            let mark: &'static str = mark;
            code.match_indices(mark).map(move |(at, found)| at + found.rfind('"').unwrap_or(0) + 1)
        };
        marks.iter().flat_map(after).filter_map(|at| code[at..].split('"').next()).collect()
    }

    #[test]
    fn every_reason_of_the_domain_has_its_words() {
        let sources = [
            include_str!("../../domain/src/draw/entries.rs"),
            include_str!("../../domain/src/draw/audience.rs"),
            include_str!("../../domain/src/draw/proof.rs"),
            include_str!("../../domain/src/draw/round.rs"),
            include_str!("../../domain/src/draw/chain.rs"),
        ];
        let found: Vec<&str> = sources.into_iter().flat_map(reasons).collect();
        assert!(found.len() >= 24, "{found:?}");
        for reason in found {
            assert!(PARTS.iter().any(|(en, ..)| *en == reason), "{reason:?} has no words");
        }
    }

    #[test]
    fn no_word_is_empty_or_left_in_english() {
        let labels = [DRAW, SECRET, LIST, RULES, AUDIENCE, TRUE, NOT_TRUE, UNREADABLE, WINNERS, NOT_COMPARED];
        for (en, zh, ko) in PARTS.iter().copied().chain(labels) {
            let hangul = |letter: char| ('\u{ac00}'..='\u{d7a3}').contains(&letter);
            let han = |letter: char| ('\u{4e00}'..='\u{9fff}').contains(&letter);
            assert!(zh.chars().any(han) && !zh.chars().any(hangul), "{en}: {zh}");
            assert!(ko.chars().any(hangul) && !ko.chars().any(han), "{en}: {ko}");
        }
    }
}
