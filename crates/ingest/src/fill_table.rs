//! What was filled of orders that a person executes: a CSV file of tickets with columns for their fills.
//!
//! In: the text, with columns by name in any order. Out: a row per ticket of which something is told, or every fault with its row and column.
//! Invariants: every column is known, and every row is understood or told; a fill has the name that its broker gave it, so that a file
//! that is imported twice counts once. Lines that begin with `#` are comments.

mod ticket;

use jiff::Timestamp;
use jiff::civil::DateTime;
use portfolio::exchange::eastern;
use portfolio::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};
use portfolio::{Decimal, Side, spreadsheet};

use crate::cell::{self, CellError, is_none, shown};
use crate::fault::{Fault, Place};
use crate::headed::{Cells, columns};
use crate::holdings::Source;
use crate::table;

pub use ticket::{Ticket, written};

/// The columns, in the order in which tickets are written.
pub const HEADER: &str = "order,household,account_id,action,ticker,lot_id,shares,limit,until,filled,quantity,price,fees,execution_id,executed_at,ended";

/// A table to start from: comments that say what each column means, and a row of each kind.
pub const TEMPLATE: &str = include_str!("fill_table/template.csv");

/// Columns that have to be there, and where a table to start from comes from.
const NEEDED: [&str; 4] = ["order", "quantity", "price", "execution_id"];
const START: &str = "`equipoise fill --template` prints a table to start from";

/// Longest name or reason, characters; what is shorter is checked by who takes it.
const TEXT_CHARS_MAX: usize = 1_000;

/// What a row tells of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FillRow {
    /// Where it stands.
    pub place: Place,
    /// Our name for the order.
    pub order: String,
    /// What the row says of the order itself, to be held against it.
    pub told: Told,
    /// What was filled.
    pub fill: Option<RowFill>,
    /// Why nothing more comes of it.
    pub ended: Option<String>,
}

/// What a row says of an order; nothing where its cell is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Told {
    /// Where.
    pub account_id: Option<String>,
    /// Which way.
    pub action: Option<Side>,
    /// What.
    pub ticker: Option<String>,
    /// Which lot.
    pub lot_id: Option<String>,
}

/// A fill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFill {
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD; 0 where nothing is said.
    pub fees: Decimal,
    /// The broker's name for it.
    pub execution_id: String,
    /// When it was executed.
    pub at: Option<Timestamp>,
}

/// Everything that a file tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fills {
    /// Rows that tell something.
    pub rows: Vec<FillRow>,
    /// Rows without a fill and without an end.
    pub empty: usize,
}

/// Reads a file.
///
/// # Errors
/// Every [`Fault`] with its row and column; nothing of the file counts then.
pub fn read(file: Source<'_>) -> Result<Fills, Vec<Fault>> {
    let rows = table::rows(file.name, file.text, true).map_err(|fault| vec![fault])?;
    let Some((header, rows)) = rows.split_first() else {
        return Err(vec![Fault::of(file.name, format!("no rows; {START}"))]);
    };
    let columns = columns(header, HEADER, &NEEDED, START)?;
    let (mut fills, mut faults) = (Fills::default(), Vec::new());
    for row in rows {
        let mut cells = Cells::of(row, &columns);
        match cells.read() {
            Some(row) if cells.faults.is_empty() => fills.rows.push(row),
            None if cells.faults.is_empty() => fills.empty += 1,
            _ => faults.append(&mut cells.faults),
        }
    }
    if faults.is_empty() { Ok(fills) } else { Err(faults) }
}

/// A time as people write it: `2026-11-27T15:04:05Z`, or `2026-11-27 10:04` in New York, also as a spreadsheet writes it (`11/27/2026 10:04 AM`).
///
/// # Errors
/// In words, with an example.
pub fn time(text: &str) -> Result<Timestamp, String> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    let no_time = || {
        format!(
            "`{}` is no time; write 2026-11-27T15:04:05Z, or 2026-11-27 10:04 for that of New York",
            shown(text)
        )
    };
    if !text.contains(['T', 't', ' ']) {
        return Err(no_time());
    }
    let read = text.parse::<DateTime>().ok().or_else(|| by_spreadsheet(text));
    read.map(eastern::instant).ok_or_else(no_time)
}

/// What a spreadsheet makes of a time: `11/27/2026 10:04`, month first, perhaps with seconds, `AM` or `PM`.
fn by_spreadsheet(text: &str) -> Option<DateTime> {
    const FORMS: [&str; 4] =
        ["%m/%d/%Y %H:%M", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %I:%M:%S %p"];
    // A year of two digits would be one of the first century.
    let read = FORMS.iter().find_map(|form| DateTime::strptime(form, text).ok())?;
    (read.year() >= 1000).then_some(read)
}

impl Cells<'_> {
    /// What the row tells; nothing where it has neither a fill nor an end, or is wrong.
    fn read(&mut self) -> Option<FillRow> {
        let filled = ["quantity", "price", "fees", "execution_id", "executed_at"];
        let has_fill = filled.into_iter().any(|column| !is_none(self.cell(column)));
        let ended = self.maybe("ended", text);
        if !has_fill && ended.is_none() {
            return None;
        }
        let order = self.needed("order", text);
        let told = Told {
            account_id: self.maybe("account_id", text),
            action: self.maybe("action", side),
            ticker: self.maybe("ticker", text),
            lot_id: self.maybe("lot_id", text),
        };
        let fill = if has_fill { Some(self.fill()?) } else { None };
        Some(FillRow { place: self.row.place.clone(), order: order?, told, fill, ended })
    }

    fn fill(&mut self) -> Option<RowFill> {
        let quantity = self.needed("quantity", |cell| positive(cell, QUANTITY_MAX));
        let price = self.needed("price", |cell| positive(cell, PRICE_MAX));
        let fees = self.maybe("fees", |cell| plain(cell::amount(cell, MONEY_MAX)));
        let execution_id = self.needed("execution_id", text);
        let at = self.maybe("executed_at", time);
        Some(RowFill {
            quantity: quantity?,
            price: price?,
            fees: fees.unwrap_or_default(),
            execution_id: execution_id?,
            at,
        })
    }
}

fn plain<T>(read: Result<T, CellError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

fn positive(cell: &str, most: Decimal) -> Result<Decimal, String> {
    let value = plain(cell::amount(cell, most))?;
    if value.is_zero() {
        Err("0 is nothing that was filled; leave the cells of the fill empty".to_owned())
    } else {
        Ok(value)
    }
}

/// A text, without the mark that keeps a spreadsheet from taking it for a formula.
fn text(cell: &str) -> Result<String, String> {
    let cell = cell.trim();
    if cell.chars().count() > TEXT_CHARS_MAX || cell.chars().any(char::is_control) {
        return Err(format!("`{}` is too long or has control characters", shown(cell)));
    }
    Ok(spreadsheet::text(cell).to_owned())
}

fn side(cell: &str) -> Result<Side, String> {
    let sides = [Side::Buy, Side::Sell];
    let known = sides.into_iter().find(|side| side.word().eq_ignore_ascii_case(cell.trim()));
    known.ok_or_else(|| format!("`{}` is neither BUY nor SELL", shown(cell)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn of(text: &str) -> Result<Fills, Vec<String>> {
        let told = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect();
        read(Source { name: "f.csv", text }).map_err(told)
    }

    #[test]
    fn a_file_tells_of_fills_and_ends() {
        let text = "order,ticker,action,quantity,price,fees,execution_id,executed_at,ended\n\
                    r-1,SPY,sell,\"1,000.5\",$450.10,1.25,X1,2026-11-27 10:04,\n\
                    r-2,AGG,,,,,,,no buyer\n\
                    r-3,,,,,,,,\n";
        let fills = of(text).unwrap();
        assert_eq!((fills.rows.len(), fills.empty), (2, 1));
        let fill = fills.rows[0].fill.clone().unwrap();
        assert_eq!((fill.quantity, fill.price, fill.fees), (dec!(1000.5), dec!(450.10), dec!(1.25)));
        assert_eq!(fill.at.unwrap(), "2026-11-27T15:04:00Z".parse().unwrap());
        assert_eq!(fills.rows[0].told.action, Some(Side::Sell));
        assert_eq!((fills.rows[1].ended.as_deref(), &fills.rows[1].fill), (Some("no buyer"), &None));
    }

    #[test]
    fn a_time_may_be_as_a_spreadsheet_writes_it() {
        let at = |text: &str| time(text).map(|at| at.to_string());
        for text in ["2026-11-27 10:04", "11/27/2026 10:04", "11/27/2026 10:04:00", "11/27/2026 10:04 AM"] {
            assert_eq!(at(text).as_deref(), Ok("2026-11-27T15:04:00Z"), "{text}");
        }
        assert_eq!(at("11/27/2026 1:04:05 PM").as_deref(), Ok("2026-11-27T18:04:05Z"));
        for text in ["27/11/2026 10:04", "11/27/2026", "11/27/26 10:04", "11/27/2026 13:04 PM"] {
            assert!(at(text).is_err(), "{text}");
        }
        let parted = of("order;quantity;price;execution_id\nr-1;1;2;x\n").unwrap_err();
        assert!(
            parted.len() == 1 && parted[0].contains("save the file with commas between them"),
            "{parted:?}"
        );
    }

    #[test]
    fn the_template_is_read() {
        let fills = read(Source { name: "t", text: TEMPLATE }).unwrap();
        assert_eq!((fills.rows.len(), fills.empty), (2, 1));
        assert!(TEMPLATE.lines().any(|line| line == HEADER));
    }

    #[test]
    fn faults_are_told_by_row_and_column() {
        assert_eq!(
            of("").unwrap_err(),
            ["f.csv: no rows; `equipoise fill --template` prints a table to start from"]
        );
        let wrong = of("order,qty,price,price\n").unwrap_err();
        assert!(wrong[0].starts_with("f.csv: row 1: column `qty` is not known"), "{wrong:?}");
        assert!(wrong.iter().any(|w| w.contains("`price` is there twice")), "{wrong:?}");
        assert!(wrong.iter().any(|w| w.contains("`execution_id` is missing")), "{wrong:?}");
        let head = "order,quantity,price,fees,execution_id,executed_at\n";
        let wrong = of(&format!("{head}r-1,-3,0,-1,,yesterday\n,1,2,,x,\n")).unwrap_err();
        let said = |words: &str| assert!(wrong.iter().any(|w| w.contains(words)), "{words}: {wrong:?}");
        said("row 2, column quantity: ");
        said("row 2, column price: 0 is nothing");
        said("row 2, column fees: ");
        said("row 2, column execution_id: ");
        said("row 2, column executed_at: `yesterday` is no time");
        said("row 3, column order: ");
        let wrong = of(&format!("{head}r-1,1,234.50,0,x,,,more\n")).unwrap_err();
        assert!(wrong[0].contains("cells under 6 headings"), "{wrong:?}");
    }
}
