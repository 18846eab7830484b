//! The words of the lists in three languages.

use domain::config::Language;

/// Heads and titles of the lists.
pub(super) struct Words {
    pub tables: &'static str,
    pub salespeople: &'static str,
    pub door: &'static str,
    pub table: &'static str,
    pub zone: &'static str,
    pub row: &'static str,
    pub firm: &'static str,
    pub guests: &'static str,
    pub heads: &'static str,
    pub salesperson: &'static str,
    pub initial: &'static str,
    pub name: &'static str,
    pub no_table: &'static str,
    pub no_salesperson: &'static str,
    /// Between two names of a list.
    pub between: &'static str,
    language: Language,
}

const ZH: Words = Words {
    tables: "各桌名单",
    salespeople: "各业务员名单",
    door: "入场名单",
    table: "桌号",
    zone: "区",
    row: "排",
    firm: "单位",
    guests: "来宾",
    heads: "人数",
    salesperson: "业务员",
    initial: "首字母",
    name: "姓名",
    no_table: "未排桌",
    no_salesperson: "无业务员",
    between: "、",
    language: Language::Zh,
};
const KO: Words = Words {
    tables: "테이블별 명단",
    salespeople: "영업사원별 명단",
    door: "입장 명단",
    table: "테이블",
    zone: "구역",
    row: "열",
    firm: "업체",
    guests: "참석자",
    heads: "인원",
    salesperson: "영업사원",
    initial: "초성",
    name: "성명",
    no_table: "테이블 미정",
    no_salesperson: "담당자 없음",
    between: ", ",
    language: Language::Ko,
};
const EN: Words = Words {
    tables: "Per table",
    salespeople: "Per salesperson",
    door: "Alphabetical, for the door",
    table: "Table",
    zone: "Zone",
    row: "Row",
    firm: "Firm",
    guests: "Guests",
    heads: "People",
    salesperson: "Salesperson",
    initial: "Initial",
    name: "Name",
    no_table: "No table yet",
    no_salesperson: "No salesperson",
    between: ", ",
    language: Language::En,
};

pub(super) fn words(language: Language) -> &'static Words {
    match language {
        Language::Zh => &ZH,
        Language::Ko => &KO,
        Language::En => &EN,
    }
}

impl Words {
    /// Zone and row as they are said: `A 区 · 第 2 排`; empty when neither is known.
    pub fn spot(&self, zone: &str, row: u16) -> String {
        let zone = match (zone.chars().count(), self.language) {
            (0, _) => String::new(),
            (1 | 2, Language::Zh) => format!("{zone} 区"),
            (1 | 2, Language::Ko) => format!("{zone} 구역"),
            (1 | 2, Language::En) => format!("Zone {zone}"),
            _ => zone.to_owned(),
        };
        let row = match (row, self.language) {
            (0, _) => String::new(),
            (row, Language::Zh) => format!("第 {row} 排"),
            (row, Language::Ko) => format!("{row}열"),
            (row, Language::En) => format!("Row {row}"),
        };
        [zone, row].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    /// So many people.
    pub fn count(&self, people: usize) -> String {
        match (self.language, people) {
            (Language::Zh, _) => format!("{people} 人"),
            (Language::Ko, _) => format!("{people}명"),
            (Language::En, 1) => "1 person".into(),
            (Language::En, _) => format!("{people} people"),
        }
    }
}
