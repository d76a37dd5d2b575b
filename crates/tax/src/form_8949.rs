//! Realised gains of a year in the columns of Form 8949.
//!
//! In: sales lot by lot, as they are booked, of accounts that are taxed. Out: a [`Form`]: rows of part I (short-term) and part II (long-term), and
//! the totals that Schedule D takes. Invariants: every amount is in whole cents, column (h) is (d) − (e) + (g) of what is shown, and the totals are
//! sums of what is shown; sales of one lot on one day are one row, but a gain and a loss never are, since the loss may be disallowed.
//!
//! Source: Form 8949 and its instructions; which sales a broker reports the basis of: 26 CFR 1.6045-1(a)(15)(i) (stock that was bought from 2011 on,
//! shares of funds from 2012 on, debt from 2014 on). Trade dates count for both dates.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};
use portfolio::money::cents;
use portfolio::spreadsheet::cell;
use rust_decimal::Decimal;

/// Stock that was bought from this day on has a basis that brokers report.
pub const STOCK_COVERED_FROM: Date = date(2011, 1, 1);
/// The same of shares of funds.
pub const FUNDS_COVERED_FROM: Date = date(2012, 1, 1);
/// The same of debt, such as bonds; that of some more complex kinds only later, which the 1099-B says.
pub const DEBT_COVERED_FROM: Date = date(2014, 1, 1);

/// A sale of a lot, or of a part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sale {
    /// Where.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which lot.
    pub lot_id: String,
    /// What was bought from this day on has a basis that brokers report: [`STOCK_COVERED_FROM`] and the like.
    pub covered_from: Date,
    /// Shares.
    pub quantity: Decimal,
    /// Day of purchase, where known.
    pub acquired: Option<Date>,
    /// Day of sale.
    pub sold: Date,
    /// USD, less what the sale cost.
    pub proceeds: Decimal,
    /// USD.
    pub basis: Decimal,
    /// Part of a loss that a wash sale disallows, USD, 0 or more.
    pub disallowed: Decimal,
    /// Whether it is long-term.
    pub long_term: bool,
}

/// The part of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// Short-term.
    I,
    /// Long-term.
    II,
}

impl Part {
    /// Its numeral.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Part::I => "I",
            Part::II => "II",
        }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which part.
    pub part: Part,
    /// The box to check: `A` or `D` where the broker reports the basis, `B` or `E` where it does not. The 1099-B has the last word.
    pub check_box: char,
    /// (a) Description of property.
    pub description: String,
    /// (b) Date acquired; none where it is not known.
    pub acquired: Option<Date>,
    /// (c) Date sold.
    pub sold: Date,
    /// (d) Proceeds, USD.
    pub proceeds: Decimal,
    /// (e) Cost or other basis, USD.
    pub basis: Decimal,
    /// (f) Code: `W` for a wash sale.
    pub code: Option<char>,
    /// (g) Adjustment, USD.
    pub adjustment: Decimal,
    /// (h) Gain or loss, USD.
    pub gain: Decimal,
    /// Where.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which lot.
    pub lot_id: String,
    /// Shares.
    pub quantity: Decimal,
}

/// The sums of a part and box, as a line of Schedule D takes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Total {
    /// Which part.
    pub part: Part,
    /// Which box.
    pub check_box: char,
    /// Column (d), USD.
    pub proceeds: Decimal,
    /// Column (e), USD.
    pub basis: Decimal,
    /// Column (g), USD.
    pub adjustment: Decimal,
    /// Column (h), USD.
    pub gain: Decimal,
}

/// The form of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// The year.
    pub year: i16,
    /// By part, box, day of sale, account and lot.
    pub rows: Vec<Row>,
    /// By part and box.
    pub totals: Vec<Total>,
}

/// Why there is no form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sales of lot `{lot_id}` of {ticker} add up to more than can be held")]
pub struct TooLarge {
    /// Of what.
    pub ticker: String,
    /// Which lot.
    pub lot_id: String,
}

/// What sets rows apart: part, box, day of sale, account, ticker, lot, day of purchase, whether it is a loss.
type Key = (Part, char, Date, String, String, String, Option<Date>, bool);

/// The form of a year; sales of other years are left out.
///
/// # Errors
/// [`TooLarge`] where a sum can't be held.
pub fn form(year: i16, sales: &[Sale]) -> Result<Form, TooLarge> {
    let mut lots: BTreeMap<Key, Sale> = BTreeMap::new();
    for sale in sales.iter().filter(|sale| sale.sold.year() == year) {
        let part = if sale.long_term { Part::II } else { Part::I };
        let name = (sale.account_id.clone(), sale.ticker.clone(), sale.lot_id.clone());
        let (check_box, is_loss) = (check_box(part, sale), sale.proceeds < sale.basis);
        let key = (part, check_box, sale.sold, name.0, name.1, name.2, sale.acquired, is_loss);
        match lots.get_mut(&key) {
            None => drop(lots.insert(key, sale.clone())),
            Some(lot) => add(lot, sale).ok_or_else(|| too_large(sale))?,
        }
    }
    let mut rows = Vec::with_capacity(lots.len());
    for ((part, check_box, ..), sale) in lots {
        rows.push(row(part, check_box, &sale).ok_or_else(|| too_large(&sale))?);
    }
    let totals = totals(&rows)?;
    Ok(Form { year, rows, totals })
}

fn too_large(sale: &Sale) -> TooLarge {
    TooLarge { ticker: sale.ticker.clone(), lot_id: sale.lot_id.clone() }
}

fn add(lot: &mut Sale, more: &Sale) -> Option<()> {
    lot.quantity = lot.quantity.checked_add(more.quantity)?;
    lot.proceeds = lot.proceeds.checked_add(more.proceeds)?;
    lot.basis = lot.basis.checked_add(more.basis)?;
    lot.disallowed = lot.disallowed.checked_add(more.disallowed)?;
    Some(())
}

fn check_box(part: Part, sale: &Sale) -> char {
    let is_covered = sale.acquired.is_some_and(|day| day >= sale.covered_from);
    match (part, is_covered) {
        (Part::I, true) => 'A',
        (Part::I, false) => 'B',
        (Part::II, true) => 'D',
        (Part::II, false) => 'E',
    }
}

fn row(part: Part, check_box: char, sale: &Sale) -> Option<Row> {
    let (proceeds, basis, adjustment) = (cents(sale.proceeds), cents(sale.basis), cents(sale.disallowed));
    let gain = proceeds.checked_sub(basis)?.checked_add(adjustment)?;
    Some(Row {
        part,
        check_box,
        description: format!("{} sh. {}", sale.quantity.normalize(), sale.ticker),
        acquired: sale.acquired,
        sold: sale.sold,
        proceeds,
        basis,
        code: (!adjustment.is_zero()).then_some('W'),
        adjustment,
        gain,
        account_id: sale.account_id.clone(),
        ticker: sale.ticker.clone(),
        lot_id: sale.lot_id.clone(),
        quantity: sale.quantity,
    })
}

fn totals(rows: &[Row]) -> Result<Vec<Total>, TooLarge> {
    let mut totals: Vec<Total> = Vec::new();
    for row in rows {
        let (part, check_box) = (row.part, row.check_box);
        if totals.last().is_none_or(|last| (last.part, last.check_box) != (part, check_box)) {
            let zero = Decimal::ZERO;
            totals.push(Total { part, check_box, proceeds: zero, basis: zero, adjustment: zero, gain: zero });
        }
        let added = totals.last_mut().and_then(|total| {
            total.proceeds = total.proceeds.checked_add(row.proceeds)?;
            total.basis = total.basis.checked_add(row.basis)?;
            total.adjustment = total.adjustment.checked_add(row.adjustment)?;
            total.gain = total.gain.checked_add(row.gain)?;
            Some(())
        });
        added.ok_or_else(|| TooLarge { ticker: row.ticker.clone(), lot_id: row.lot_id.clone() })?;
    }
    Ok(totals)
}

/// The columns of [`written`].
pub const HEADER: &str = "part,box,description,date_acquired,date_sold,proceeds,basis,code,adjustment,gain,account_id,ticker,lot_id,quantity";

/// The rows as a CSV file.
#[must_use]
pub fn written(form: &Form) -> String {
    let mut text = HEADER.to_owned() + "\n";
    for row in &form.rows {
        let usd = |amount: Decimal| format!("{amount:.2}");
        let cells = [
            row.part.word().to_owned(),
            row.check_box.to_string(),
            row.description.clone(),
            row.acquired.map_or_else(String::new, |day| day.to_string()),
            row.sold.to_string(),
            usd(row.proceeds),
            usd(row.basis),
            row.code.map_or_else(String::new, String::from),
            if row.adjustment.is_zero() { String::new() } else { usd(row.adjustment) },
            usd(row.gain),
            row.account_id.clone(),
            row.ticker.clone(),
            row.lot_id.clone(),
            row.quantity.normalize().to_string(),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        text += &(cells.join(",") + "\n");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn sale(lot_id: &str, acquired: Option<Date>, long_term: bool) -> Sale {
        Sale {
            account_id: "joint".to_owned(),
            ticker: "SPY".to_owned(),
            lot_id: lot_id.to_owned(),
            covered_from: FUNDS_COVERED_FROM,
            quantity: dec!(10),
            acquired,
            sold: date(2026, 11, 25),
            proceeds: dec!(4500.00),
            basis: dec!(4600.125),
            disallowed: dec!(0),
            long_term,
        }
    }

    #[test]
    fn a_loss_that_a_wash_sale_disallows_has_code_w_and_comes_to_nothing() {
        // Pub. 550: cost 1,000, sold for 750, bought again for 800: the loss of 250 does not count.
        let wash = Sale {
            proceeds: dec!(750),
            basis: dec!(1000),
            disallowed: dec!(250),
            ..sale("L", Some(date(2026, 1, 2)), false)
        };
        let form = form(2026, &[wash]).unwrap();
        let row = &form.rows[0];
        assert_eq!((row.part, row.check_box, row.code), (Part::I, 'A', Some('W')));
        assert_eq!((row.adjustment, row.gain), (dec!(250), dec!(0)));
        assert_eq!(row.description, "10 sh. SPY");
    }

    #[test]
    fn parts_and_boxes_follow_the_days() {
        let old = Sale { covered_from: STOCK_COVERED_FROM, ..sale("S", Some(date(2011, 6, 1)), true) };
        let debt = |lot_id: &str, day: Date| Sale {
            covered_from: DEBT_COVERED_FROM,
            ..sale(lot_id, Some(day), true)
        };
        let sales = [
            sale("A", Some(date(2026, 1, 2)), false),
            sale("B", None, false),
            sale("D", Some(date(2012, 1, 1)), true),
            sale("E", Some(date(2011, 12, 31)), true),
            old,
            debt("B1", date(2013, 12, 31)),
            debt("B2", date(2014, 1, 1)),
        ];
        let form = form(2026, &sales).unwrap();
        let boxes: Vec<(char, &str)> =
            form.rows.iter().map(|row| (row.check_box, row.lot_id.as_str())).collect();
        assert_eq!(
            boxes,
            [('A', "A"), ('B', "B"), ('D', "B2"), ('D', "D"), ('D', "S"), ('E', "B1"), ('E', "E")]
        );
        assert_eq!(form.totals.len(), 4);
        assert_eq!(super::form(2025, &sales).unwrap().rows, Vec::new(), "another year");
    }

    #[test]
    fn sales_of_one_lot_on_one_day_are_one_row_and_sums_are_of_what_is_shown() {
        let sales = [
            sale("A", Some(date(2026, 1, 2)), false),
            sale("A", Some(date(2026, 1, 2)), false),
            sale("B", Some(date(2026, 1, 3)), false),
        ];
        let form = form(2026, &sales).unwrap();
        assert_eq!(form.rows.len(), 2);
        assert_eq!((form.rows[0].quantity, form.rows[0].basis), (dec!(20), dec!(9200.25)));
        // 4,600.125 is 4,600.12: half to even.
        assert_eq!(form.rows[1].gain, dec!(-100.12));
        assert_eq!(form.totals[0].gain, form.rows[0].gain + form.rows[1].gain);
    }

    #[test]
    fn a_gain_and_a_loss_of_one_lot_on_one_day_are_two_rows() {
        let of = |proceeds: Decimal, disallowed: Decimal| Sale {
            proceeds,
            basis: dec!(100),
            disallowed,
            ..sale("L", Some(date(2026, 1, 2)), false)
        };
        let form =
            form(2026, &[of(dec!(130), dec!(0)), of(dec!(90), dec!(10)), of(dec!(110), dec!(0))]).unwrap();
        let rows: Vec<_> = form.rows.iter().map(|row| (row.quantity, row.code, row.gain)).collect();
        assert_eq!(rows, [(dec!(20), None, dec!(40)), (dec!(10), Some('W'), dec!(0))]);
    }

    #[test]
    fn what_is_written_is_no_formula() {
        let odd = Sale { account_id: "=1+1".to_owned(), ..sale("@x", Some(date(2026, 1, 2)), false) };
        let text = written(&form(2026, &[odd]).unwrap());
        assert!(text.ends_with(",,,-100.12,'=1+1,SPY,'@x,10\n"), "{text}");
    }

    #[test]
    fn what_is_written_has_a_cell_for_every_column() {
        let odd = Sale { lot_id: "a,\"b".to_owned(), ..sale("", None, true) };
        let text = written(&form(2026, &[odd]).unwrap());
        let (head, row) = text.trim_end().split_once('\n').unwrap();
        assert_eq!(head.split(',').count(), 14);
        assert_eq!(row, "II,E,10 sh. SPY,,2026-11-25,4500.00,4600.12,,,-100.12,joint,SPY,\"a,\"\"b\",10");
    }
}
