//! What can be wrong with a row of the list: where, why, and what to write instead, in the organiser's language. Never shows a phone number.

use std::fmt;

use domain::config::Language;

use super::columns::Column;

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// Worksheet or file.
    pub sheet: String,
    /// Row number as a spreadsheet counts.
    pub row: usize,
    /// The column.
    pub column: Column,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A needed cell is empty.
    Empty,
    /// Longer than people, screens and paper can bear.
    TooLong {
        /// Characters allowed.
        most: usize,
    },
    /// Characters were lost when somebody saved the file.
    Garbled,
    /// The spreadsheet shows an error such as `#N/A`.
    Formula(String),
    /// No phone number of any country.
    Phone {
        /// How many digits it has.
        digits: usize,
    },
    /// Written as `1.38E+10`: digits are lost.
    PhoneRounded,
    /// Not one of the words that the column knows.
    Word {
        /// As written.
        written: String,
        /// What may be written.
        choices: &'static str,
    },
    /// No amount of money.
    Amount(String),
    /// No whole number, or one out of range.
    Number {
        /// As written.
        written: String,
        /// Largest allowed.
        most: u16,
    },
    /// The meeting file has no such region, salesperson or table.
    NotInMeeting(String),
    /// Several salespeople or regions have this name.
    SeveralInMeeting(String),
    /// No firm of the list has this name or id.
    NoSuchFirm(String),
    /// Several firms of the list have this name.
    SeveralFirms(String),
    /// Another row of the same firm says otherwise.
    Contradicts {
        /// The other row.
        row: usize,
    },
    /// Another firm of the same owner has another table.
    TableOfHousehold {
        /// The other row.
        row: usize,
    },
    /// The id stands in an earlier row.
    RepeatedId {
        /// The other row.
        row: usize,
    },
    /// The same person stands in an earlier row.
    RepeatedGuest {
        /// The other row.
        row: usize,
    },
    /// More than one guest of the earlier list could be meant.
    Ambiguous {
        /// Their numbers.
        guests: Vec<u32>,
    },
    /// The row has more cells than the header.
    TooManyCells {
        /// Cells under no header.
        extra: usize,
    },
}

impl RowFault {
    /// `sheet "名单", row 17, column "手机": the phone number has 10 digits: write 11 digits …`
    pub fn tell(&self, language: Language) -> String {
        let column = self.column.label(language);
        let (sheet, row) = (&self.sheet, self.row);
        let (reason, remedy) = self.problem.words(language);
        match language {
            Language::En => format!("{sheet}, row {row}, column \"{column}\": {reason}; {remedy}"),
            Language::Zh => format!("{sheet} 第 {row} 行“{column}”列：{reason}；{remedy}"),
            Language::Ko => format!("{sheet} {row}행 \"{column}\" 열: {reason}. {remedy}"),
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.tell(Language::En))
    }
}

impl Problem {
    fn words(&self, language: Language) -> (String, String) {
        match language {
            Language::En => self.english(),
            Language::Zh => self.chinese(),
            Language::Ko => self.korean(),
        }
    }

    fn english(&self) -> (String, String) {
        let (reason, remedy): (String, String) = match self {
            Problem::Empty => ("the cell is empty".into(), "every guest needs it".into()),
            Problem::TooLong { most } => (format!("the text has more than {most} characters"), "shorten it".into()),
            Problem::Garbled => {
                ("characters were lost".into(), "save the original again as XLSX or \"CSV UTF-8\"".into())
            }
            Problem::Formula(error) => {
                (format!("the formula gives {error}"), "put the value itself into the cell".into())
            }
            Problem::Phone { digits } => (
                format!("a phone number with {digits} digits is not possible"),
                "write it as in 138 0000 1234 or 010-1234-5678, or with the country as in +82 10 1234 5678".into(),
            ),
            Problem::PhoneRounded => (
                "the spreadsheet has rounded the phone number".into(),
                "format the column as text and enter the number again".into(),
            ),
            Problem::Word { written, choices } => {
                (format!("\"{written}\" is not known here"), format!("write one of: {choices}"))
            }
            Problem::Amount(written) => {
                (format!("\"{written}\" is not an amount"), "write digits such as 200000 or 20万".into())
            }
            Problem::Number { written, most } => {
                (format!("\"{written}\" is not a whole number from 0 to {most}"), "write digits only".into())
            }
            Problem::NotInMeeting(written) => (
                format!("the meeting file has no \"{written}\""),
                "write its code or name as in the meeting file, or add it there".into(),
            ),
            Problem::SeveralInMeeting(written) => (
                format!("the meeting file has \"{written}\" several times"),
                "write the code instead of the name".into(),
            ),
            Problem::NoSuchFirm(written) => (
                format!("no firm of the list is \"{written}\""),
                "write the firm's name or id as in its own row".into(),
            ),
            Problem::SeveralFirms(written) => {
                (format!("several firms of the list are \"{written}\""), "give them ids and write the id".into())
            }
            Problem::Contradicts { row } => {
                (format!("row {row} of the same firm says otherwise"), "make the two rows agree".into())
            }
            Problem::TableOfHousehold { row } => (
                format!("row {row} of the same owner has another table"),
                "one household sits at one table: make the rows agree".into(),
            ),
            Problem::RepeatedId { row } => {
                (format!("the id stands in row {row} already"), "give each its own id".into())
            }
            Problem::RepeatedGuest { row } => (
                format!("this guest stands in row {row} already"),
                "remove one row, or give each an id or phone number".into(),
            ),
            Problem::Ambiguous { guests } => (
                format!("this may be guest {} of the earlier list", join(guests, " or ")),
                "give the row the guest's id, or the phone number as it was".into(),
            ),
            Problem::TooManyCells { extra } => (
                format!("there is something under no header ({extra} cells)"),
                "check the separators, or give the columns a header".into(),
            ),
        };
        (reason, remedy)
    }

    fn chinese(&self) -> (String, String) {
        match self {
            Problem::Empty => ("单元格为空".into(), "每位来宾都必须填写".into()),
            Problem::TooLong { most } => (format!("超过 {most} 个字"), "请缩短".into()),
            Problem::Garbled => ("有乱码".into(), "请把原始文件重新另存为 XLSX 或“CSV UTF-8”".into()),
            Problem::Formula(error) => (format!("公式结果为 {error}"), "请直接填写数值".into()),
            Problem::Phone { digits } => (
                format!("{digits} 位数字不是有效的电话号码"),
                "请按 138 0000 1234 或 010-1234-5678 填写，或加国家代码，如 +82 10 1234 5678".into(),
            ),
            Problem::PhoneRounded => ("电话号码被表格软件四舍五入".into(), "请把该列设为文本格式后重新输入".into()),
            Problem::Word { written, choices } => (format!("不认识“{written}”"), format!("请填写以下之一：{choices}")),
            Problem::Amount(written) => (format!("“{written}”不是金额"), "请填写数字，如 200000 或 20万".into()),
            Problem::Number { written, most } => (format!("“{written}”不是 0 到 {most} 的整数"), "请只填写数字".into()),
            Problem::NotInMeeting(written) => {
                (format!("会议文件中没有“{written}”"), "请按会议文件填写代码或名称，或在会议文件中添加".into())
            }
            Problem::SeveralInMeeting(written) => {
                (format!("会议文件中有多个“{written}”"), "请填写代码而不是名称".into())
            }
            Problem::NoSuchFirm(written) => {
                (format!("名单中没有公司“{written}”"), "请填写该公司在名单中的名称或编号".into())
            }
            Problem::SeveralFirms(written) => (format!("名单中有多个公司“{written}”"), "请给公司编号并填写编号".into()),
            Problem::Contradicts { row } => (format!("与同一公司的第 {row} 行不一致"), "请改为一致".into()),
            Problem::TableOfHousehold { row } => {
                (format!("同一老板的第 {row} 行桌号不同"), "一户同坐一桌，请改为一致".into())
            }
            Problem::RepeatedId { row } => (format!("编号与第 {row} 行重复"), "请使用不同的编号".into()),
            Problem::RepeatedGuest { row } => {
                (format!("该来宾与第 {row} 行重复"), "请删除一行，或分别填写编号或手机号".into())
            }
            Problem::Ambiguous { guests } => {
                (format!("可能是原名单中的 {} 号来宾", join(guests, " 号或 ")), "请填写该来宾的编号或原手机号".into())
            }
            Problem::TooManyCells { extra } => {
                (format!("有 {extra} 个单元格没有表头"), "请检查分隔符或补上表头".into())
            }
        }
    }

    fn korean(&self) -> (String, String) {
        match self {
            Problem::Empty => ("칸이 비어 있습니다".into(), "참석자마다 반드시 입력하세요".into()),
            Problem::TooLong { most } => (format!("{most}자를 넘습니다"), "줄여 주세요".into()),
            Problem::Garbled => ("글자가 깨졌습니다".into(), "원본을 XLSX 또는 \"CSV UTF-8\"로 다시 저장하세요".into()),
            Problem::Formula(error) => (format!("수식 결과가 {error}입니다"), "값을 직접 입력하세요".into()),
            Problem::Phone { digits } => (
                format!("{digits}자리 숫자는 전화번호가 아닙니다"),
                "010-1234-5678 또는 138 0000 1234처럼, 혹은 +82 10 1234 5678처럼 국가 번호와 함께 입력하세요".into(),
            ),
            Problem::PhoneRounded => {
                ("전화번호가 반올림되었습니다".into(), "열을 텍스트 형식으로 바꾸고 다시 입력하세요".into())
            }
            Problem::Word { written, choices } => {
                (format!("\"{written}\"은(는) 알 수 없습니다"), format!("다음 중 하나를 입력하세요: {choices}"))
            }
            Problem::Amount(written) => {
                (format!("\"{written}\"은(는) 금액이 아닙니다"), "5000000 또는 500만처럼 입력하세요".into())
            }
            Problem::Number { written, most } => {
                (format!("\"{written}\"은(는) 0에서 {most}까지의 정수가 아닙니다"), "숫자만 입력하세요".into())
            }
            Problem::NotInMeeting(written) => (
                format!("행사 파일에 \"{written}\"이(가) 없습니다"),
                "행사 파일의 코드나 이름을 쓰거나 그 파일에 추가하세요".into(),
            ),
            Problem::SeveralInMeeting(written) => {
                (format!("행사 파일에 \"{written}\"이(가) 여럿 있습니다"), "이름 대신 코드를 쓰세요".into())
            }
            Problem::NoSuchFirm(written) => {
                (format!("명단에 업체 \"{written}\"이(가) 없습니다"), "그 업체 행의 이름이나 코드를 쓰세요".into())
            }
            Problem::SeveralFirms(written) => {
                (format!("명단에 업체 \"{written}\"이(가) 여럿 있습니다"), "업체 코드를 주고 그 코드를 쓰세요".into())
            }
            Problem::Contradicts { row } => (format!("같은 업체의 {row}행과 다릅니다"), "두 행을 같게 하세요".into()),
            Problem::TableOfHousehold { row } => {
                (format!("같은 대표의 {row}행과 테이블이 다릅니다"), "한 거래처는 한 테이블입니다. 같게 하세요".into())
            }
            Problem::RepeatedId { row } => (format!("번호가 {row}행과 같습니다"), "서로 다른 번호를 주세요".into()),
            Problem::RepeatedGuest { row } => (
                format!("같은 참석자가 {row}행에 있습니다"),
                "한 행을 지우거나 번호 또는 전화를 각각 입력하세요".into(),
            ),
            Problem::Ambiguous { guests } => (
                format!("이전 명단의 {}번 참석자일 수 있습니다", join(guests, "번 또는 ")),
                "그 참석자의 번호나 이전 전화번호를 입력하세요".into(),
            ),
            Problem::TooManyCells { extra } => {
                (format!("제목 없는 칸이 {extra}개 있습니다"), "구분자를 확인하거나 열 제목을 붙이세요".into())
            }
        }
    }
}

fn join(guests: &[u32], between: &str) -> String {
    guests.iter().map(u32::to_string).collect::<Vec<_>>().join(between)
}
