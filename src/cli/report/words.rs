//! Words of the report in Chinese, Korean and English, by their codes.

use domain::config::Language;

/// Code, Chinese, Korean, English.
const WORDS: &[(&str, &str, &str, &str)] = &[
    ("payments", "交款", "입금", "Payments"),
    ("paid", "已确认交款合计", "확인된 입금 합계", "Paid (confirmed)"),
    ("by_tender", "按付款方式", "결제 수단별", "By tender"),
    ("by_desk", "按柜台", "데스크별", "By desk"),
    ("by_dealer", "按经销商", "대리점별", "By dealer"),
    ("receipts", "收据", "영수증", "Receipts"),
    ("receipt", "收据号", "영수증 번호", "receipt"),
    ("slips", "订货单", "주문서", "Order slips"),
    ("prices", "特价申请", "특가 신청", "Price requests"),
    ("queues", "排队", "대기", "Queues"),
    ("gifts", "礼品", "사은품", "Gifts"),
    ("materials", "物料", "자재", "Materials"),
    ("handovers", "现金交接", "현금 인계", "Cash hand-overs"),
    ("at_desks", "柜台现金", "데스크 현금", "Cash at the desks"),
    ("missing_copies", "未收回的联", "미회수 주문서", "Signed copies that are not back"),
    ("missing_proof", "缺少凭证", "증빙 누락", "Receipts that lack evidence"),
    ("number", "号码", "번호", "number"),
    ("count", "数量", "건수", "count"),
    ("amount", "金额", "금액", "amount"),
    ("total", "合计", "합계", "total"),
    ("deposit", "订金", "계약금", "deposit"),
    ("balance", "余款", "잔금", "balance"),
    ("status", "状态", "상태", "status"),
    ("open", "未确认", "미확인", "open"),
    ("desk", "柜台", "데스크", "desk"),
    ("dealer", "经销商", "대리점", "dealer"),
    ("queue", "队列", "창구", "queue"),
    ("waited", "等候（秒）", "대기(초)", "waited (s)"),
    ("service", "办理（秒）", "처리(초)", "service (s)"),
    ("gift", "礼品", "사은품", "gift"),
    ("stock", "库存", "재고", "stock"),
    ("given", "已发", "증정", "given"),
    ("returned", "退回", "반납", "returned"),
    ("item", "物品", "품목", "item"),
    ("out", "未还", "미반납", "out"),
    ("expected", "应有", "예상", "expected"),
    ("counted", "实点", "실사", "counted"),
    ("copy", "联", "매", "copy"),
    ("lacks", "缺少", "누락", "lacks"),
    ("nothing", "无", "없음", "none"),
    ("claimed", "仅有截图", "증빙만 제시", "claimed"),
    ("received", "已收", "수령", "received"),
    ("confirmed", "已确认", "확인", "confirmed"),
    ("under_review", "疑似重复", "중복 의심", "under review"),
    ("reversed", "已冲销", "취소", "reversed"),
    ("unconfirmed", "财务未确认", "재무 미확인", "unconfirmed"),
    ("bag", "封袋号", "봉인 봉투 번호", "sealed bag"),
    ("reference", "流水号", "거래 번호", "reference"),
    ("draft", "草稿", "초안", "draft"),
    ("two_versions", "两个版本", "두 버전", "two versions"),
    ("signed", "已签", "서명", "signed"),
    ("superseded", "已替换", "대체됨", "superseded"),
    ("void", "作废", "무효", "void"),
    ("requested", "待批", "대기", "waiting"),
    ("approved", "已批", "승인", "approved"),
    ("refused", "未批", "거절", "refused"),
    ("waiting", "等候", "대기", "waiting"),
    ("called", "已叫号", "호출", "called"),
    ("served", "已办理", "완료", "served"),
    ("no_show", "过号", "미응답", "no-show"),
    ("left", "已离开", "이탈", "left"),
    ("cash", "现金", "현금", "cash"),
    ("transfer", "转账", "계좌이체", "transfer"),
    ("card", "刷卡", "카드", "card"),
    ("wechat_pay", "微信支付", "위챗페이", "WeChat Pay"),
    ("alipay", "支付宝", "알리페이", "Alipay"),
    ("acceptance_bill", "承兑汇票", "어음", "acceptance bill"),
    ("rebate", "返利抵扣", "리베이트 상계", "rebate"),
    ("credit", "赊账", "외상", "credit"),
    ("cashier", "收银", "수납", "cashier"),
    ("order", "订货", "주문", "order desk"),
    ("stub", "存根联", "보관용", "stub"),
    ("customer", "客户联", "고객용", "customer"),
    ("finance", "财务联", "재무용", "finance"),
];

/// Whether the code has words.
#[cfg(test)]
pub fn known(code: &str) -> bool {
    WORDS.iter().any(|(known, ..)| *known == code)
}

/// The words of a code; the code itself where it is one that the meeting file made.
pub fn word(code: &str, language: Language) -> &str {
    let found = WORDS.iter().find(|(known, ..)| *known == code);
    found.map_or(code, |(_, zh, ko, en)| match language {
        Language::Zh => zh,
        Language::Ko => ko,
        Language::En => en,
    })
}
