//! Transactions as text to rows, strictly.
//!
//! In: CSV text with exactly the header of [`COLUMNS`]. Out: every row, or every fault found, each
//! with its line, its column and what to do. The invariant is that nothing is ignored: a field that
//! is not understood is a fault, and a file with a fault gives no rows.

mod contradiction;
mod fault;
mod field;

use csv::{ReaderBuilder, StringRecord, Trim};

pub use fault::{Problem, RowFault};

use super::row::{AccountKind, Action, Row};
use contradiction::find_contradictions;
use field::{amount, date, name, positive, required_name, word};

/// The header, in this order.
pub const COLUMNS: [&str; 11] = [
    "date",
    "account_id",
    "account_kind",
    "owner",
    "ticker",
    "action",
    "quantity",
    "price",
    "fees",
    "lot_id",
    "identical_group",
];

/// Reads transactions.
///
/// A byte order mark and blanks around fields are taken off, lines without any content are passed
/// over. Dates may be in any order: a computation
/// sorts them, rows of one day staying in the order of the file.
///
/// # Errors
/// Every fault of the file, by line.
pub fn read(csv_text: &str) -> Result<Vec<Row>, Vec<RowFault>> {
    let text = csv_text.strip_prefix('\u{feff}').unwrap_or(csv_text);
    let mut reader =
        ReaderBuilder::new().has_headers(false).flexible(true).trim(Trim::All).from_reader(text.as_bytes());
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    let mut has_header = false;
    let mut lines = Lines { text: text.as_bytes(), seen: 0, line: 1 };
    for record in reader.records() {
        let Ok(record) = record else {
            continue; // the text is UTF-8 and rows may differ in length: there is no other error
        };
        let line = lines.of(record.position());
        if record.iter().all(str::is_empty) {
            continue; // a blank line, as spreadsheets leave them behind
        }
        if has_header {
            read_row(&record, line, &mut rows, &mut faults);
        } else if record.iter().eq(COLUMNS) {
            has_header = true;
        } else {
            let found = record.iter().map(str::to_owned).collect();
            return Err(vec![RowFault { line, column: None, problem: Problem::Header { found } }]);
        }
    }
    if !has_header {
        let problem = Problem::Header { found: Vec::new() };
        return Err(vec![RowFault { line: 1, column: None, problem }]);
    }
    find_contradictions(&rows, &mut faults);
    faults.sort_by_key(|fault| fault.line);
    if faults.is_empty() { Ok(rows) } else { Err(faults) }
}

/// Counts lines as records go by. The reader's own count is one short after a line that ends in
/// CR LF, and a record may seem to start on the empty lines before it.
struct Lines<'a> {
    text: &'a [u8],
    seen: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line, from 1, on which the record at `position` starts; positions only grow.
    fn of(&mut self, position: Option<&csv::Position>) -> u64 {
        let start = position.map_or(0, |at| usize::try_from(at.byte()).unwrap_or(usize::MAX));
        let is_before = |at: usize, byte: u8| at < start || matches!(byte, b'\r' | b'\n');
        while let Some(byte) = self.text.get(self.seen).filter(|byte| is_before(self.seen, **byte)) {
            self.line += u64::from(*byte == b'\n');
            self.seen += 1;
        }
        self.line
    }
}

/// Reads one record; either a row or at least one fault is added.
fn read_row(record: &StringRecord, line: u64, rows: &mut Vec<Row>, faults: &mut Vec<RowFault>) {
    if record.len() != COLUMNS.len() {
        let problem = Problem::Fields { found: record.len() };
        faults.push(RowFault { line, column: None, problem });
        return;
    }
    let before = faults.len();
    let mut fields = Fields { record, line, faults };
    let date = fields.read(0, date);
    let account_id = fields.read(1, required_name);
    let account_kind = fields.read(2, |given| word(given, AccountKind::ALL, AccountKind::name));
    let owner = fields.read(3, required_name);
    let ticker = fields.read(4, required_name);
    let action = fields.read(5, |given| word(given, Action::ALL, Action::name));
    let is_split = action == Some(Action::Split);
    let [shares, price_most, fees_most, ratio] = Row::LIMITS;
    let most = if is_split { ratio } else { shares };
    let quantity = fields.read(6, |given| positive(given, most));
    let price = fields.read(7, |given| amount(given, price_most, is_split));
    let fees = fields.read(8, |given| amount(given, fees_most, is_split));
    let lot_id = fields.read(9, name);
    let identical_group = fields.read(10, name);
    if faults.len() > before {
        return;
    }
    let row = || {
        Some(Row {
            line,
            date: date?,
            account_id: account_id?,
            account_kind: account_kind?,
            owner: owner?,
            ticker: ticker?,
            action: action?,
            quantity: quantity?,
            price: price?,
            fees: fees?,
            lot_id: lot_id?,
            identical_group: identical_group?,
        })
    };
    rows.extend(row());
}

struct Fields<'a> {
    record: &'a StringRecord,
    line: u64,
    faults: &'a mut Vec<RowFault>,
}

impl Fields<'_> {
    fn read<T>(&mut self, index: usize, parse: impl Fn(&str) -> Result<T, Problem>) -> Option<T> {
        match parse(&self.record[index]) {
            Ok(value) => Some(value),
            Err(problem) => {
                let column = Some(COLUMNS[index]);
                self.faults.push(RowFault { line: self.line, column, problem });
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str =
        "date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group";

    fn faults(lines: &str) -> Vec<String> {
        let faults = read(&format!("{HEADER}\n{lines}")).unwrap_err();
        faults.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_file_is_read_as_it_stands() {
        let text = format!("\u{feff}{HEADER}\r\n2025-03-01, A ,taxable,ann,XYZ,BUY,10.5,20,0.99,,\r\n");
        let rows = read(&text).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].line, rows[0].account_id.as_str()), (2, "A"));
        assert_eq!(rows[0].notional(), "210".parse().unwrap());
        assert_eq!(rows[0].group_name(), "XYZ");
    }

    #[test]
    fn every_fault_of_a_file_is_told_at_once_with_its_place() {
        let got = faults(
            "2025-02-30,A,taxable,ann,XYZ,BUY,-1,\"1,000\",0,,\n\
             2025-03-01,,margin,ann,XYZ,buy,1,1e3,,,\n\
             2025-03-01,A,taxable,ann",
        );
        assert_eq!(
            got,
            [
                "line 2, date: `2025-02-30` is no date: write it as 2026-01-31",
                "line 2, quantity: `-1` is negative: no number has a sign, the action says which way it goes",
                "line 2, price: `1,000` is no number: write digits with a decimal point, no signs or separators",
                "line 3, account_id: is empty: only lot_id and identical_group may be, and price and fees of a SPLIT",
                "line 3, account_kind: `margin` is not known: use taxable, traditional, roth",
                "line 3, action: `buy` is not known: use BUY, SELL, REINVEST, SPLIT",
                "line 3, price: `1e3` is no number: write digits with a decimal point, no signs or separators",
                "line 3, fees: is empty: only lot_id and identical_group may be, and price and fees of a SPLIT",
                "line 4: 4 fields instead of 11: leave unknown ones empty, quote those with commas, close every quote",
            ]
        );
    }

    #[test]
    fn a_name_stands_in_one_line() {
        let got = faults(
            "2025-03-01,\"A\nB\",taxable,ann,X\tY,BUY,1,1,0,,\n\
             2025-03-01,A,taxable,\"a\r\nb\",XYZ,BUY,1,1,0,\"L\n1\",\"G\u{7}H\"",
        );
        assert_eq!(
            got,
            [
                "line 2, account_id: `A\\nB` holds a line break: write the name in one line, and close every quote",
                "line 2, ticker: `X\\tY` holds a control character: write the name in one line, and close every quote",
                "line 4, owner: `a\\r\\nb` holds a line break: write the name in one line, and close every quote",
                "line 4, lot_id: `L\\n1` holds a line break: write the name in one line, and close every quote",
                "line 4, identical_group: `G\\u{7}H` holds a control character: write the name in one line, and \
                 close every quote",
            ]
        );
    }

    #[test]
    fn another_header_and_an_empty_file_are_refused() {
        for text in ["", "date,ticker\n", &HEADER.replace("owner", "Owner")] {
            let faults = read(text).unwrap_err();
            assert!(matches!(faults[..], [RowFault { problem: Problem::Header { .. }, .. }]));
        }
        assert_eq!(read(&format!("{HEADER}\n")), Ok(Vec::new()));
    }

    #[test]
    fn a_header_is_told_what_is_wrong_with_it() {
        for (text, told) in [
            ("", "line 1: there is no header: it must be `date,account_id,"),
            (
                HEADER.trim_end_matches(",lot_id,identical_group"),
                "the header lacks `lot_id`, `identical_group`: it",
            ),
            (&HEADER.replace(',', "\t"), "line 1: the columns are parted by tabs: save the file with commas"),
            (&HEADER.replace(',', ";"), "line 1: the columns are parted by semicolons: save"),
            (&format!("{HEADER},note"), "the header has `note`, which is not known: it must be"),
            (&HEADER.replace("fees", "Fees"), "the header lacks `fees` and has `Fees`: it must be"),
            (
                &HEADER.replace("date,account_id", "account_id,date"),
                "the header has columns in another order",
            ),
        ] {
            let fault = read(text).unwrap_err()[0].to_string();
            assert!(fault.contains(told), "{fault}");
        }
    }

    #[test]
    fn lines_without_content_are_passed_over_and_counted() {
        let good = "2025-03-01,A,taxable,ann,XYZ,BUY,1,1,0,,";
        let rows = read(&format!("\n{HEADER}\n{good}\n,,,,,,,,,,\n  \n{good}\n,,\n")).unwrap();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 6]);
    }

    #[test]
    fn rows_that_contradict_each_other_are_named() {
        let got = faults(
            "2025-03-01,A,taxable,ann,XYZ,BUY,1,1,0,L1,G\n\
             2025-03-02,A,roth,bob,XYZ,BUY,1,1,0,L1,H\n\
             2025-03-03,A,taxable,ann,XYZ,SELL,1,1,0,L1,",
        );
        assert_eq!(got.len(), 4, "{got:?}");
        assert!(got[0].starts_with("line 3, account_kind: `roth` contradicts `taxable` in line 2"));
        assert!(got[3].contains("a lot is bought on one day"), "{got:?}");
    }

    #[test]
    fn numbers_out_of_range_are_refused_without_a_panic() {
        for quantity in
            ["0", "0.0", "99999999999", "1.0000000000001", ".", "1_0", "79228162514264337593543950336"]
        {
            let got = faults(&format!("2025-03-01,A,taxable,ann,XYZ,BUY,{quantity},1,0,,"));
            assert_eq!(got.len(), 1, "{quantity}");
            let is_number = !matches!(quantity, "." | "1_0");
            assert_eq!(got[0].contains("is out of range"), is_number, "{got:?}");
        }
    }
}
