//! The report as tables for a terminal or a plain text file. Computes no figure.

use domain::config::Language;
use domain::meeting::{MoneyReport, TenderSums};
use domain::{DealerId, DeviceId, Meeting, Money};

use super::words::word;

/// A report and how everything in it is called.
pub struct Tables<'a> {
    pub meeting: &'a Meeting,
    pub report: &'a MoneyReport,
    pub language: Language,
}

type Row = Vec<String>;

impl Tables<'_> {
    pub fn all(&self) -> String {
        let parts = [
            self.payments(),
            self.tenders(),
            self.desks(),
            self.dealers(),
            self.receipts(),
            self.slips(),
            self.prices(),
            self.queues(),
            self.gifts(),
            self.materials(),
            self.cash(),
            self.cash_at_desks(),
            self.missing_copies(),
            self.missing_proof(),
        ];
        parts.join("\n")
    }

    pub fn missing_copies(&self) -> String {
        let number = |slip| self.meeting.slip(slip).map(|slip| slip.number.clone()).unwrap_or_default();
        let rows = self.report.missing_copies.iter().map(|(slip, copy)| vec![number(*slip), self.word(copy)]);
        self.table("missing_copies", &["number", "copy"], rows.collect())
    }

    pub fn missing_proof(&self) -> String {
        let number =
            |payment| self.meeting.payment(payment).map(|payment| payment.receipt.number.clone()).unwrap_or_default();
        let lacks = |lacks: &Vec<String>| {
            let words = lacks.iter().map(|lack| lack.split(' ').map(|code| self.word(code)).collect::<Row>().join(" "));
            words.collect::<Row>().join(", ")
        };
        let rows = self.report.missing_proof.iter().map(|(payment, lack)| vec![number(*payment), lacks(lack)]);
        self.table("missing_proof", &["receipt", "lacks"], rows.collect())
    }

    fn payments(&self) -> String {
        let of_status = self.report.payments.by_status.iter();
        let mut rows: Vec<Row> = of_status
            .map(|(status, sum)| vec![self.word(status), sum.receipts.to_string(), self.money(sum.minor)])
            .collect();
        let paid = self.money(self.report.payments.paid_minor);
        rows.push(vec![self.word("paid"), String::new(), paid]);
        self.table("payments", &["status", "count", "amount"], rows)
    }

    fn tenders(&self) -> String {
        let of_kind = self.report.payments.by_tender.iter();
        let rows = of_kind.map(|(kind, sums)| self.tender(vec![self.word(kind.code())], sums)).collect();
        self.table("by_tender", &["by_tender", "count", "confirmed", "open", "reversed"], rows)
    }

    fn desks(&self) -> String {
        let of_desk = self.report.payments.by_desk.iter().flat_map(|(desk, kinds)| {
            kinds.iter().map(|(kind, sums)| self.tender(vec![self.desk(*desk), self.word(kind.code())], sums))
        });
        self.table("by_desk", &["desk", "by_tender", "count", "confirmed", "open", "reversed"], of_desk.collect())
    }

    fn tender(&self, mut row: Row, sums: &TenderSums) -> Row {
        let amounts = [sums.confirmed_minor, sums.open_minor, sums.reversed_minor].map(|minor| self.money(minor));
        row.push(sums.tenders.to_string());
        row.extend(amounts);
        row
    }

    fn dealers(&self) -> String {
        let of_dealer = self.report.payments.by_dealer.iter().flat_map(|(dealer, statuses)| {
            let row = |(status, sum): (&&str, &domain::meeting::Sum)| {
                vec![self.dealer(*dealer), self.word(status), sum.receipts.to_string(), self.money(sum.minor)]
            };
            statuses.iter().map(row)
        });
        self.table("by_dealer", &["dealer", "status", "count", "amount"], of_dealer.collect())
    }

    fn receipts(&self) -> String {
        let row = |it: &domain::meeting::ReceiptRow| {
            let (dealer, status) = (self.dealer(it.dealer), self.word(it.status));
            vec![it.number.clone(), dealer, status, self.money(it.total_minor)]
        };
        let rows = self.report.payments.receipts.iter().map(row).collect();
        self.table("receipts", &["receipt", "dealer", "status", "amount"], rows)
    }

    fn slips(&self) -> String {
        let amounts = |total, deposit, balance| [total, deposit, balance].map(|minor| self.money(minor));
        let of_status = self.report.slip_totals.iter().map(|(status, sums)| {
            let mut row = vec![self.word("total"), sums.slips.to_string(), self.word(status)];
            row.extend(amounts(sums.total_minor, sums.deposit_minor, sums.balance_minor));
            row
        });
        let each = self.report.slips.iter().map(|slip| {
            let mut row = vec![slip.number.clone(), self.dealer(slip.dealer), self.word(slip.status)];
            row.extend(amounts(slip.total_minor, slip.deposit_minor, slip.balance_minor));
            row
        });
        let head = ["number", "dealer", "status", "total", "deposit", "balance"];
        self.table("slips", &head, each.chain(of_status).collect())
    }

    fn prices(&self) -> String {
        let number = |slip| self.meeting.slip(slip).map(|slip| slip.number.clone()).unwrap_or_default();
        let row = |it: &domain::meeting::PriceRow| {
            vec![number(it.slip), it.line.to_string(), self.money(it.unit_price_minor), self.word(it.state)]
        };
        self.table("prices", &["number", "count", "amount", "status"], self.report.prices.iter().map(row).collect())
    }

    fn queues(&self) -> String {
        let seconds = |ms: Option<u64>| ms.map(|ms| (ms / 1_000).to_string()).unwrap_or_default();
        let row = |it: &domain::meeting::QueueRow| {
            let (queue, state) = (self.word(it.queue.as_str()), self.word(it.state));
            vec![it.number.clone(), queue, state, seconds(it.waited_ms), seconds(it.served_ms)]
        };
        let rows = self.report.queues.iter().map(row).collect();
        self.table("queues", &["number", "queue", "status", "waited", "service"], rows)
    }

    fn gifts(&self) -> String {
        let row = |(gift, stock): (&domain::GiftId, &i64)| {
            let of_gift = || self.report.gifts.iter().filter(|row| row.gift == *gift);
            let given: u64 = of_gift().map(|row| u64::from(row.quantity)).sum();
            let back: u64 = of_gift().filter(|it| it.returned_ms.is_some()).map(|row| u64::from(row.quantity)).sum();
            vec![gift.to_string(), given.to_string(), back.to_string(), stock.to_string()]
        };
        self.table("gifts", &["gift", "given", "returned", "stock"], self.report.gift_stock.iter().map(row).collect())
    }

    fn materials(&self) -> String {
        let row = |it: &domain::meeting::MaterialRow| {
            let out = it.issued.saturating_sub(it.returned);
            vec![it.item.clone(), it.issued.to_string(), it.returned.to_string(), out.to_string()]
        };
        let rows = self.report.materials.iter().map(row).collect();
        self.table("materials", &["item", "given", "returned", "out"], rows)
    }

    fn cash(&self) -> String {
        let row = |it: &domain::meeting::CashRow| {
            let (expected, counted) = (self.money(it.expected_minor), self.money(it.counted_minor));
            vec![it.number.clone(), self.desk(it.desk), it.receipts.to_string(), expected, counted]
        };
        let rows = self.report.cash_handovers.iter().map(row).collect();
        self.table("handovers", &["number", "desk", "receipts", "expected", "counted"], rows)
    }

    fn cash_at_desks(&self) -> String {
        let rows = self.report.cash_at_desks.iter().map(|(desk, minor)| vec![self.desk(*desk), self.money(*minor)]);
        self.table("at_desks", &["desk", "expected"], rows.collect())
    }

    fn word(&self, code: &str) -> String {
        word(code, self.language).to_owned()
    }

    fn money(&self, minor: i64) -> String {
        let amount = Money { minor, currency: self.report.currency }.to_string();
        amount.split(' ').next().unwrap_or_default().to_owned()
    }

    fn desk(&self, desk: DeviceId) -> String {
        let known = self.meeting.devices().find(|(id, _)| *id == desk).map(|(_, device)| device.prefix().to_owned());
        known.filter(|prefix| !prefix.is_empty()).unwrap_or_else(|| desk.to_string())
    }

    fn dealer(&self, dealer: DealerId) -> String {
        self.meeting.dealer(dealer).map_or_else(|| dealer.to_string(), |dealer| dealer.firm.clone())
    }

    fn table(&self, title: &str, head: &[&str], rows: Vec<Row>) -> String {
        let title = format!("{} ({})\n", self.word(title), self.report.currency);
        if rows.is_empty() {
            return format!("{title}  {}\n", self.word("nothing"));
        }
        let head: Row = head.iter().map(|code| self.word(code)).collect();
        let rows: Vec<Row> = std::iter::once(head).chain(rows).collect();
        let widths: Vec<usize> = (0..rows[0].len())
            .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0))
            .collect();
        let line = |row: &Row| {
            let cells = row.iter().zip(&widths).map(|(cell, wide)| padded(cell, *wide));
            format!("  {}\n", cells.collect::<Row>().join("  ").trim_end())
        };
        title + &rows.iter().map(line).collect::<String>()
    }
}

/// Columns of a terminal: Chinese and Korean letters take two.
fn width(text: &str) -> usize {
    text.chars().map(|letter| if u32::from(letter) >= 0x1100 { 2 } else { 1 }).sum()
}

/// Figures to the right, words to the left.
fn padded(cell: &str, wide: usize) -> String {
    let room = " ".repeat(wide.saturating_sub(width(cell)));
    let is_figure = cell.chars().all(|letter| letter.is_ascii_digit() || letter == '.' || letter == '-');
    if is_figure { room + cell } else { cell.to_owned() + &room }
}
