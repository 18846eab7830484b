//! HID POS: where in a scanner's reports the code is. The scanner tells it itself in its report descriptor (USB
//! "Device Class Definition for HID" 1.11, section 6.2.2) by the usages of the page "Bar Code Scanner" ("HID Point of
//! Sale Usage Tables" 1.02, page 0x8C); nothing here has a fixed place. Descriptors and reports come from outside.

/// The page "Bar Code Scanner".
const PAGE: u32 = 0x8C << 16;
/// "Decoded Data" and "Decode Data Continued" of it.
const DECODED_DATA: u32 = PAGE | 0xFE;
const CONTINUED: u32 = PAGE | 0xFF;
/// "Byte Count" of the page "Generic Desktop": how much of the data is filled.
const BYTE_COUNT: u32 = 0x01_003B;
/// Bounds of what a descriptor may claim: the kernel takes descriptors up to 4,096 bytes and reports up to 16,384.
const MOST_FIELDS: usize = 1_024;
const LONGEST_REPORT_BITS: u32 = 16_384 * 8;
const MOST_USAGES: usize = 256;
const DEEPEST: usize = 16;

/// A run of equal elements in a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Field {
    /// Bits from the begin of the report, its id not counted.
    at: u32,
    /// Bits of an element, 1 to 32.
    size: u32,
    count: u32,
}

/// One of a scanner's reports that carries codes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Layout {
    id: u8,
    data: Field,
    length: Option<Field>,
    continued: Option<Field>,
}

/// All that is known of a scanner's reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reports {
    layouts: Vec<Layout>,
    /// Whether each report begins with its id.
    numbered: bool,
    longest_bytes: usize,
}

/// A piece of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    pub bytes: Vec<u8>,
    /// The code goes on in the next report.
    pub continued: bool,
}

impl Reports {
    /// Reads a descriptor; `None` when it is not that of a scanner.
    pub fn of(descriptor: &[u8]) -> Option<Reports> {
        let mut reader = DescriptorReader::default();
        let mut rest = descriptor;
        while let Some((&prefix, after)) = rest.split_first() {
            // A long item: its size, its tag, and data that mean nothing here (section 6.2.2.3).
            if prefix == 0xFE {
                let skip = 2 + usize::from(*after.first()?);
                rest = after.get(skip..)?;
                continue;
            }
            let size = [0, 1, 2, 4][usize::from(prefix & 3)];
            let data = after.get(..size)?;
            let value = data.iter().rev().fold(0u32, |value, &byte| value << 8 | u32::from(byte));
            reader.item(prefix & 0xFC, size, value)?;
            rest = &after[size..];
        }
        reader.finish()
    }

    /// The longest report in bytes, with its id.
    pub fn longest_bytes(&self) -> usize {
        self.longest_bytes
    }

    /// What a report carries; `None` when it is another kind of report, or shorter than it should be.
    pub fn read(&self, report: &[u8]) -> Option<Piece> {
        let (id, body) = if self.numbered { report.split_first().map(|(id, body)| (*id, body))? } else { (0, report) };
        let layout = self.layouts.iter().find(|layout| layout.id == id)?;
        let data = layout.data;
        let filled = match layout.length {
            Some(length) => bits(body, length.at, length.size)?.min(data.count),
            None => data.count,
        };
        let bytes =
            (0..filled).map(|index| bits(body, data.at + index * data.size, data.size).map(|value| value as u8));
        let mut bytes: Vec<u8> = bytes.collect::<Option<_>>()?;
        if layout.length.is_none() {
            // Without a length what is not filled is zero.
            let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
            bytes.truncate(end);
        }
        let continued =
            layout.continued.is_some_and(|flag| bits(body, flag.at, flag.size).is_some_and(|flag| flag != 0));
        Some(Piece { bytes, continued })
    }
}

/// `size` bits from bit `at`, least significant first (section 8.4); `None` beyond the end.
fn bits(body: &[u8], at: u32, size: u32) -> Option<u32> {
    let bit = |index: u32| body.get(index as usize / 8).map(|byte| u32::from(byte >> (index % 8) & 1));
    (0..size).try_fold(0u32, |value, index| Some(value | bit(at.checked_add(index)?)? << index))
}

/// Global items, which stay until they are changed.
#[derive(Debug, Clone, Copy, Default)]
struct Globals {
    page: u32,
    size: u32,
    count: u32,
    id: u8,
}

#[derive(Debug, Default)]
struct DescriptorReader {
    globals: Globals,
    pushed: Vec<Globals>,
    usages: Vec<u32>,
    usage_minimum: Option<u32>,
    /// Bits of each report so far.
    lengths: Vec<(u8, u32)>,
    fields: Vec<(u8, u32, Field)>,
    numbered: bool,
}

impl DescriptorReader {
    /// `None` when it breaks a bound. Tags of section 6.2.2.4 to 6.2.2.8, the size bits masked out.
    fn item(&mut self, tag: u8, size: usize, value: u32) -> Option<()> {
        match tag {
            0x04 => self.globals.page = value << 16,
            0x74 => self.globals.size = value,
            0x94 => self.globals.count = value,
            0x84 => {
                self.globals.id = u8::try_from(value).ok()?;
                self.numbered = true;
            }
            0xA4 if self.pushed.len() < DEEPEST => self.pushed.push(self.globals),
            0xA4 => return None,
            0xB4 => self.globals = self.pushed.pop()?,
            0x08 => self.usage(size, value)?,
            0x18 => self.usage_minimum = Some(self.whole_usage(size, value)),
            0x28 => self.usage_range(size, value)?,
            0x80 => self.input(value)?,
            // Outputs, features and collections have usages of their own, which end with them.
            0x90 | 0xB0 | 0xA0 | 0xC0 => self.forget_usages(),
            _ => {}
        }
        Some(())
    }

    /// A usage of four bytes carries its page.
    fn whole_usage(&self, size: usize, value: u32) -> u32 {
        if size == 4 { value } else { self.globals.page | value }
    }

    fn usage(&mut self, size: usize, value: u32) -> Option<()> {
        self.usages.push(self.whole_usage(size, value));
        (self.usages.len() <= MOST_USAGES).then_some(())
    }

    fn usage_range(&mut self, size: usize, value: u32) -> Option<()> {
        let (first, last) = (self.usage_minimum.take()?, self.whole_usage(size, value));
        let room = MOST_USAGES - self.usages.len().min(MOST_USAGES);
        // A keyboard's range may be longer than what matters to us.
        self.usages.extend((first..=last).take(room));
        Some(())
    }

    fn forget_usages(&mut self) {
        self.usages.clear();
        self.usage_minimum = None;
    }

    fn input(&mut self, flags: u32) -> Option<()> {
        let Globals { size, count, id, .. } = self.globals;
        let index = self.lengths.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            self.lengths.push((id, 0));
            self.lengths.len() - 1
        });
        let begin = self.lengths[index].1;
        let end = begin.checked_add(size.checked_mul(count)?).filter(|end| *end <= LONGEST_REPORT_BITS)?;
        self.lengths[index].1 = end;
        let usages = std::mem::take(&mut self.usages);
        self.forget_usages();
        // Bit 0 is set for padding.
        if flags & 1 == 1 || !(1..=32).contains(&size) || count == 0 {
            return Some(());
        }
        // Each usage is one element, the last one all that remain (section 6.2.2.8).
        for (nth, &usage) in usages.iter().enumerate().take(count as usize) {
            let nth = nth as u32;
            let elements = if nth as usize + 1 == usages.len() { count - nth } else { 1 };
            self.fields.push((id, usage, Field { at: begin + nth * size, size, count: elements }));
        }
        (self.fields.len() <= MOST_FIELDS).then_some(())
    }

    fn finish(self) -> Option<Reports> {
        let find = |id: u8, usage: u32| {
            let mut fields = self.fields.iter();
            fields.find(|(other, known, _)| *other == id && *known == usage).map(|(_, _, field)| *field)
        };
        let layouts: Vec<Layout> = self
            .lengths
            .iter()
            .filter_map(|&(id, _)| {
                let data = find(id, DECODED_DATA).filter(|data| data.size == 8)?;
                Some(Layout { id, data, length: find(id, BYTE_COUNT), continued: find(id, CONTINUED) })
            })
            .collect();
        let bits = self.lengths.iter().map(|(_, bits)| *bits).max().unwrap_or(0);
        let longest_bytes = bits.div_ceil(8) as usize + usize::from(self.numbered);
        (!layouts.is_empty()).then_some(Reports { layouts, numbered: self.numbered, longest_bytes })
    }
}

#[cfg(test)]
#[path = "hid_tests.rs"]
pub(super) mod tests;
