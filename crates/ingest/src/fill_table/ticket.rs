//! Tickets as they are written down: a row each, with columns that a person fills in.
//!
//! In: orders that a person executes. Out: the text of a CSV file that [`super::read`] takes back. Invariant: a cell keeps its commas, quotes
//! and line breaks, no row is taken for a comment, and no name for a formula.

use jiff::Timestamp;
use portfolio::spreadsheet::cell;
use portfolio::{Decimal, Side};

use super::{FillRow, HEADER};

/// An order that a person is to execute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket<'a> {
    /// Our name for it.
    pub order: &'a str,
    /// Whose.
    pub household: &'a str,
    /// Where.
    pub account_id: &'a str,
    /// Which way.
    pub action: Side,
    /// What.
    pub ticker: &'a str,
    /// Which lot of a sale.
    pub lot_id: Option<&'a str>,
    /// Shares that are asked for.
    pub shares: Decimal,
    /// USD per share; `None` = at the market.
    pub limit: Option<Decimal>,
    /// The first instant at which nothing more may be executed of it.
    pub until: Option<Timestamp>,
    /// Shares that are filled.
    pub filled: Decimal,
}

/// The text of a file of tickets.
#[must_use]
pub fn written<'a>(tickets: impl IntoIterator<Item = Ticket<'a>>) -> String {
    let mut text = HEADER.to_owned() + "\n";
    for ticket in tickets {
        let shares = |quantity: Decimal| quantity.normalize().to_string();
        let cells = [
            ticket.order.to_owned(),
            ticket.household.to_owned(),
            ticket.account_id.to_owned(),
            ticket.action.word().to_owned(),
            ticket.ticker.to_owned(),
            ticket.lot_id.unwrap_or_default().to_owned(),
            shares(ticket.shares),
            ticket.limit.map_or_else(|| "market".to_owned(), shares),
            ticket.until.map_or_else(String::new, |until| until.to_string()),
            shares(ticket.filled),
        ];
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        text += &format!("{},,,,,,\n", cells.join(","));
    }
    text
}

impl FillRow {
    /// What the row says of its order otherwise than is known of it: a row that slipped.
    #[must_use]
    pub fn disagrees(
        &self,
        account_id: &str,
        action: Side,
        ticker: &str,
        lot_id: Option<&str>,
    ) -> Vec<String> {
        let told = &self.told;
        let pairs = [
            ("account_id", told.account_id.as_deref(), account_id),
            ("action", told.action.map(Side::word), action.word()),
            ("ticker", told.ticker.as_deref(), ticker),
            ("lot_id", told.lot_id.as_deref(), lot_id.unwrap_or_default()),
        ];
        let wrong = pairs.into_iter().filter_map(|(column, told, known)| {
            let is_it = |told: &str| told == known || column == "ticker" && told.eq_ignore_ascii_case(known);
            let told = told.filter(|told| !is_it(told))?;
            Some(format!("column {column}: `{told}`, and the order is of `{known}`; did the row slip?"))
        });
        wrong.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Source;
    use rust_decimal::dec;

    #[test]
    fn what_is_written_can_be_filled_in_and_read() {
        let ticket = Ticket {
            order: "#r-1",
            household: "Smith, Ann",
            account_id: "joint",
            action: Side::Sell,
            ticker: "SPY",
            lot_id: Some("L1"),
            shares: dec!(10.50),
            limit: None,
            until: None,
            filled: dec!(0),
        };
        let text = written([ticket]);
        assert_eq!(text.lines().next(), Some(HEADER));
        let filled = text.replace(",0,,,,,,\n", ",0,4,450.10,,X1,,\n");
        let fills = super::super::read(Source { name: "t", text: &filled }).unwrap();
        let row = &fills.rows[0];
        assert_eq!((row.order.as_str(), row.fill.as_ref().unwrap().quantity), ("#r-1", dec!(4)));
        assert_eq!(row.disagrees("joint", Side::Sell, "SPY", Some("L1")), Vec::<String>::new());
        assert_eq!(row.disagrees("joint", Side::Sell, "spy", Some("L1")), Vec::<String>::new());
        let wrong = row.disagrees("joint", Side::Buy, "AGG", None);
        assert_eq!(wrong.len(), 3, "{wrong:?}");
        assert!(wrong[1].contains("column ticker: `SPY`, and the order is of `AGG`"), "{wrong:?}");
    }

    #[test]
    fn no_name_is_a_formula_and_the_row_fits_its_order_all_the_same() {
        let ticket = Ticket {
            order: "-r-1",
            household: "=HYPERLINK(\"https://example.org\")",
            account_id: "@joint",
            action: Side::Sell,
            ticker: "+SPY",
            lot_id: Some("=1+1"),
            shares: dec!(10),
            limit: None,
            until: None,
            filled: dec!(0),
        };
        let text = written([ticket]);
        let row = text.lines().nth(1).unwrap();
        assert_eq!(
            row,
            "'-r-1,\"'=HYPERLINK(\"\"https://example.org\"\")\",'@joint,SELL,'+SPY,'=1+1,10,market,,0,,,,,,"
        );
        let filled = text.replace(",0,,,,,,\n", ",0,4,450.10,,'-X1,,\n");
        let fills = super::super::read(Source { name: "t", text: &filled }).unwrap();
        let row = &fills.rows[0];
        assert_eq!((row.order.as_str(), row.fill.as_ref().unwrap().execution_id.as_str()), ("-r-1", "-X1"));
        assert_eq!(row.disagrees("@joint", Side::Sell, "+SPY", Some("=1+1")), Vec::<String>::new());
    }
}
