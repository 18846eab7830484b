//! Which header means what, in Chinese, Korean and English. A header that it does not know becomes a free column.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use domain::config::Language;

use super::text;

/// What a column of the guest list holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// The organiser's id of the guest.
    Id,
    /// The organiser's id of the firm.
    DealerId,
    /// Firm, or paper and employer of a guest without a dealer.
    Firm,
    /// The guest's name.
    Name,
    /// Form of address.
    Title,
    /// Role in the party.
    Role,
    /// Decides the order.
    Decides,
    /// Phone number.
    Phone,
    /// Salesperson, by code or name.
    Salesperson,
    /// Region, by code or name.
    Region,
    /// County.
    County,
    /// A, B or C.
    Class,
    /// By which criteria.
    Criteria,
    /// Planned table, by code or label.
    Table,
    /// Tier of a guest of honour.
    Vip,
    /// Paid before the meeting.
    Prepaid,
    /// Language of screen and paper.
    Language,
    /// Gender.
    Gender,
    /// Needs in words.
    Needs,
    /// Comes in a wheelchair.
    Wheelchair,
    /// Cannot take steps.
    StepFree,
    /// People expected of the firm.
    ExpectedHeads,
    /// Answer to the invitation.
    Rsvp,
    /// Order hoped for.
    ExpectedOrder,
    /// Products and units that it will probably order.
    ExpectedLines,
    /// Sales of the last year.
    AnnualSales,
    /// One of the region's five largest.
    TopFive,
    /// Valid customer.
    ValidCustomer,
    /// Delivery address.
    Address,
    /// Firms never at the same table.
    Never,
    /// Firms to keep apart where possible.
    Avoid,
    /// Rival groups.
    ConflictGroups,
    /// Brands it sells.
    Brands,
    /// Stock as heard.
    Stock,
    /// Funds as heard.
    Funds,
    /// Buys through this firm.
    SuppliedBy,
    /// Pays to this firm.
    PaidTo,
    /// Another firm of the same owner.
    SameOwner,
    /// Consent to the name on screens.
    ConsentScreenName,
    /// Consent to the directory.
    ConsentDirectory,
    /// Consent to photos.
    ConsentPhoto,
    /// What may be shown of the firm.
    MayDisclose,
}

/// Every column with its headers: the first is the one that faults show in English, Chinese and Korean.
const HEADERS: &[(Column, [&str; 3], &[&str])] = &[
    (
        Column::Id,
        ["id", "编号", "번호"],
        &["guest id", "list id", "来宾编号", "嘉宾编号", "客人编号", "참석자 번호", "참석자번호", "아이디"],
    ),
    (
        Column::DealerId,
        ["dealer id", "经销商编号", "거래처 코드"],
        &[
            "firm id",
            "customer id",
            "customer code",
            "dealer code",
            "客户编号",
            "客户代码",
            "经销商代码",
            "대리점 코드",
            "업체 코드",
            "거래처코드",
        ],
    ),
    (
        Column::Firm,
        ["firm", "公司", "업체명"],
        &[
            "company",
            "dealer",
            "customer",
            "firm name",
            "company name",
            "dealer name",
            "单位",
            "单位名称",
            "公司名称",
            "经销商",
            "经销商名称",
            "客户",
            "客户名称",
            "门店",
            "店名",
            "업체",
            "회사",
            "회사명",
            "대리점",
            "대리점명",
            "거래처",
            "거래처명",
            "상호",
            "소속",
        ],
    ),
    (
        Column::Name,
        ["name", "姓名", "성명"],
        &[
            "guest",
            "guest name",
            "full name",
            "来宾",
            "来宾姓名",
            "嘉宾姓名",
            "参会人",
            "参会人员",
            "名字",
            "이름",
            "성함",
            "참석자",
            "참석자명",
        ],
    ),
    (
        Column::Title,
        ["title", "称呼", "호칭"],
        &["form of address", "salutation", "position", "称谓", "职务", "职位", "头衔", "직함", "직책", "직위"],
    ),
    (
        Column::Role,
        ["role", "身份", "구분"],
        &["relation", "guest role", "角色", "关系", "来宾类别", "관계", "역할", "참석 구분"],
    ),
    (
        Column::Decides,
        ["decides", "负责人", "결정권자"],
        &[
            "decider",
            "decision maker",
            "owner present",
            "是否负责人",
            "决策人",
            "是否决策人",
            "能否拍板",
            "의사결정",
            "결정권",
            "대표 여부",
        ],
    ),
    (
        Column::Phone,
        ["phone", "手机", "전화"],
        &[
            "phone number",
            "mobile",
            "mobile phone",
            "mobile number",
            "tel",
            "telephone",
            "cell",
            "手机号",
            "手机号码",
            "电话",
            "电话号码",
            "联系电话",
            "联系方式",
            "휴대폰",
            "휴대전화",
            "핸드폰",
            "연락처",
            "전화번호",
            "휴대폰번호",
        ],
    ),
    (
        Column::Salesperson,
        ["salesperson", "业务员", "영업사원"],
        &[
            "sales",
            "sales rep",
            "sales representative",
            "account manager",
            "业务经理",
            "业务",
            "销售员",
            "负责业务员",
            "담당",
            "담당자",
            "담당 영업사원",
            "영업담당",
        ],
    ),
    (
        Column::Region,
        ["region", "区域", "지역"],
        &["area", "sales region", "大区", "片区", "地区", "销售区域", "권역", "지사"],
    ),
    (
        Column::County,
        ["county", "县区", "시군구"],
        &["district", "city", "县", "区县", "县市", "市县", "城市", "所在地", "시군", "시/군/구", "도시"],
    ),
    (
        Column::Class,
        ["class", "客户等级", "등급"],
        &["customer class", "grade", "abc", "等级", "级别", "客户级别", "客户类别", "分类", "고객등급", "거래처 등급"],
    ),
    (Column::Criteria, ["class criteria", "评级依据", "등급 기준"], &["criteria", "评定标准", "依据", "기준"]),
    (
        Column::Table,
        ["table", "桌号", "테이블"],
        &[
            "table no",
            "table number",
            "seat",
            "桌",
            "座位",
            "席位",
            "桌次",
            "테이블번호",
            "테이블 번호",
            "좌석",
            "좌석번호",
        ],
    ),
    (Column::Vip, ["vip", "贵宾", "귀빈"], &["vip tier", "vip level", "贵宾等级", "vip等级", "vip등급", "우수고객"]),
    (
        Column::Prepaid,
        ["prepaid", "预交款", "선입금"],
        &[
            "pre-paid",
            "prepaid amount",
            "paid in advance",
            "预付款",
            "预付",
            "已交款",
            "预存款",
            "선입금액",
            "선납금",
            "선수금",
        ],
    ),
    (Column::Language, ["language", "语言", "언어"], &["lang", "语种", "사용 언어"]),
    (Column::Gender, ["gender", "性别", "성별"], &["sex"]),
    (
        Column::Needs,
        ["needs", "特殊需求", "요청사항"],
        &["special needs", "requirements", "需求", "特殊要求", "특이사항", "요청"],
    ),
    (Column::Wheelchair, ["wheelchair", "轮椅", "휠체어"], &["需要轮椅"]),
    (Column::StepFree, ["step-free", "无障碍", "계단 불가"], &["no stairs", "accessible", "无台阶", "배리어프리"]),
    (
        Column::ExpectedHeads,
        ["expected heads", "预计人数", "예상 인원"],
        &[
            "heads",
            "people",
            "expected people",
            "party size",
            "number of people",
            "人数",
            "参会人数",
            "预计参会人数",
            "인원",
            "인원수",
            "참석 인원",
            "참석인원",
        ],
    ),
    (
        Column::Rsvp,
        ["rsvp", "回执", "참석 여부"],
        &["answer", "attending", "是否参会", "参会回执", "회신", "참석여부", "참가 여부"],
    ),
    (
        Column::ExpectedOrder,
        ["expected order", "预计订货额", "예상 주문액"],
        &["order expected", "预计订货", "意向订货额", "意向金额", "예상주문", "예상 오더"],
    ),
    (
        Column::ExpectedLines,
        ["expected lines", "预计订货明细", "예상 주문 품목"],
        &["expected products", "order draft", "预订明细", "意向产品", "예상품목", "예상 품목"],
    ),
    (
        Column::AnnualSales,
        ["annual sales", "年销售额", "연매출"],
        &[
            "sales last year",
            "yearly sales",
            "去年销售额",
            "年销售",
            "上年销售额",
            "전년 매출",
            "연간 매출",
            "작년 매출",
        ],
    ),
    (Column::TopFive, ["top five", "前五名", "상위 5"], &["top 5", "top5", "前五", "区域前五", "상위5", "상위 다섯"]),
    (Column::ValidCustomer, ["valid customer", "有效客户", "유효 고객"], &["有效", "유효고객", "유효 거래처"]),
    (
        Column::Address,
        ["address", "地址", "주소"],
        &["delivery address", "送货地址", "收货地址", "联系地址", "배송지", "배송 주소"],
    ),
    (
        Column::Never,
        ["never with", "不可同桌", "동석 불가"],
        &["never", "conflict", "conflicts", "利益冲突", "冲突", "이해 충돌", "동석금지"],
    ),
    (Column::Avoid, ["avoid", "避免同桌", "동석 회피"], &["better not with", "尽量不同桌", "회피"]),
    (
        Column::ConflictGroups,
        ["conflict group", "冲突组", "충돌 그룹"],
        &["conflict groups", "rival group", "竞争组", "경쟁 그룹"],
    ),
    (Column::Brands, ["brands", "经营品牌", "취급 브랜드"], &["brand", "品牌", "代理品牌", "브랜드"]),
    (Column::Stock, ["stock heard", "库存", "재고"], &["stock", "库存情况", "재고 현황"]),
    (Column::Funds, ["funds heard", "资金", "자금"], &["funds", "资金情况", "资金状况", "자금 현황"]),
    (
        Column::SuppliedBy,
        ["supplied by", "上级经销商", "상위 대리점"],
        &["buys through", "供货商", "进货渠道", "공급처", "매입처"],
    ),
    (Column::PaidTo, ["paid to", "收款单位", "입금처"], &["pays to", "打款单位", "付款至", "수금처"]),
    (
        Column::SameOwner,
        ["same owner", "同一老板", "동일 대표"],
        &["same_owner", "same owner as", "同老板", "同一负责人", "关联公司", "동일대표", "같은 대표", "관계사"],
    ),
    (
        Column::ConsentScreenName,
        ["consent screen name", "同意上屏", "화면 표시 동의"],
        &["screen name consent", "大屏姓名", "화면동의"],
    ),
    (
        Column::ConsentDirectory,
        ["consent directory", "同意通讯录", "연락처 공유 동의"],
        &["directory consent", "通讯录", "주소록 동의"],
    ),
    (Column::ConsentPhoto, ["consent photo", "同意拍照", "촬영 동의"], &["photo consent", "拍照", "사진 동의"]),
    (Column::MayDisclose, ["may disclose", "可公开", "공개 허용"], &["disclosure", "公开内容", "공개 범위"]),
];

impl Column {
    /// The header as faults name it.
    pub fn label(self, language: Language) -> &'static str {
        let labels = HEADERS.iter().find(|(column, _, _)| *column == self).map(|(_, labels, _)| labels);
        let [en, zh, ko] = labels.expect("every column is in the table: a test walks through them");
        match language {
            Language::En => en,
            Language::Zh => zh,
            Language::Ko => ko,
        }
    }

    /// The column that a header means, if it is known.
    pub fn of(header: &str) -> Option<Column> {
        let whole = KNOWN.get(&text::key(header));
        // `手机号（必填）` and `Phone *` are the same column as without the remark.
        let plain = text::plain(header);
        let bare = plain.split(['(', '[', '*', ':']).next().unwrap_or_default();
        whole.or_else(|| KNOWN.get(&text::key(bare))).copied()
    }
}

static KNOWN: LazyLock<BTreeMap<String, Column>> = LazyLock::new(|| {
    let names = |(column, labels, others): &(Column, [&'static str; 3], &'static [&'static str])| {
        labels.iter().chain(*others).map(|name| (text::key(name), *column)).collect::<Vec<_>>()
    };
    HEADERS.iter().flat_map(names).collect()
});

/// How many cells of a row are known headers.
pub fn familiar(cells: &[String]) -> usize {
    cells.iter().filter(|cell| cell.chars().count() <= 40 && Column::of(cell).is_some()).count()
}

/// Columns that a list must have: of each group at least one.
pub type Needs = &'static [&'static [Column]];

/// What a guest list must have.
pub const GUEST_LIST: Needs = &[&[Column::Firm], &[Column::Name]];
/// What a seating plan must have.
pub const SEATING_PLAN: Needs = &[&[Column::Firm, Column::DealerId], &[Column::Table]];

/// The needed groups that the row has no header for.
pub fn missing(cells: &[String], needs: Needs) -> Vec<&'static [Column]> {
    let has = |column: &Column| cells.iter().any(|cell| Column::of(cell) == Some(*column));
    needs.iter().filter(|group| !group.iter().any(has)).copied().collect()
}

/// `firm, 公司, 업체명`: what may be written above a needed column.
pub fn examples(group: &[Column]) -> String {
    let labels =
        |column: &Column| [Language::En, Language::Zh, Language::Ko].map(|language| column.label(language)).join(", ");
    group.iter().map(labels).collect::<Vec<_>>().join(" / ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_known_in_three_languages_with_remarks_and_width() {
        let check = |header: &str, expected: Option<Column>| assert_eq!(Column::of(header), expected, "{header}");
        check("Phone", Some(Column::Phone));
        check("手机号（必填）", Some(Column::Phone));
        check("휴대폰 번호", Some(Column::Phone));
        check("PHONE *", Some(Column::Phone));
        check("ＶＩＰ", Some(Column::Vip));
        check("same_owner", Some(Column::SameOwner));
        check("业务员", Some(Column::Salesperson));
        check("尺码", None);
        check("", None);
        check("*", None);
    }

    #[test]
    fn no_header_means_two_columns() {
        let mut seen = BTreeMap::new();
        for (column, labels, others) in HEADERS {
            for name in labels.iter().chain(*others) {
                let before = seen.insert(text::key(name), *column);
                assert!(before.is_none_or(|before| before == *column), "{name} means {before:?} and {column:?}");
            }
        }
    }
}
