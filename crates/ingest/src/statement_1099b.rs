//! The sales of a broker's Form 1099-B, as a CSV file.
//!
//! In: the text, with columns by name in any order; `#` begins a comment. Out: a line per sale, or every fault with its row and column. Invariant:
//! nothing is guessed: a cell that is there is read or told.

use jiff::civil::Date;
use portfolio::money::{MONEY_MAX, QUANTITY_MAX};
use tax::broker_statement::Line;

use crate::cell::{self, CellError, shown};
use crate::fault::Fault;
use crate::headed::{Cells, columns};
use crate::holdings::Source;
use crate::table;

/// The columns, in the order of the form.
pub const HEADER: &str =
    "account_id,ticker,quantity,date_acquired,date_sold,proceeds,basis,wash_sale_disallowed,term";

/// A table to start from: comments that say what each column means, and a row of each kind.
pub const TEMPLATE: &str = include_str!("statement_1099b/template.csv");

const NEEDED: [&str; 4] = ["ticker", "quantity", "date_sold", "proceeds"];
/// Sales of a statement at most.
const LINES_MAX: usize = 10_000;
const START: &str = "`equipoise tax-forms 1099-b --template` prints a table to start from";

/// Reads a statement.
///
/// # Errors
/// Every [`Fault`] with its row and column; nothing of the file counts then.
pub fn read(file: Source<'_>) -> Result<Vec<Line>, Vec<Fault>> {
    let rows = table::rows(file.name, file.text, true).map_err(|fault| vec![fault])?;
    let Some((header, rows)) = rows.split_first() else {
        return Err(vec![Fault::of(file.name, format!("no rows; {START}"))]);
    };
    if rows.len() > LINES_MAX {
        let message = format!(
            "{} sales, and {LINES_MAX} are compared at once; part the statement by account or day",
            rows.len()
        );
        return Err(vec![Fault::of(file.name, message)]);
    }
    let columns = columns(header, HEADER, &NEEDED, START)?;
    let (mut lines, mut faults) = (Vec::new(), Vec::new());
    for row in rows {
        let mut cells = Cells::of(row, &columns);
        match line(&mut cells) {
            Some(line) if cells.faults.is_empty() => lines.push(line),
            _ => faults.append(&mut cells.faults),
        }
    }
    if faults.is_empty() { Ok(lines) } else { Err(faults) }
}

fn line(cells: &mut Cells<'_>) -> Option<Line> {
    let account_id = cells.maybe("account_id", |cell| plain(cell::name(cell)));
    let ticker = cells.needed("ticker", |cell| plain(cell::ticker(cell)));
    let quantity = cells.needed("quantity", |cell| match plain(cell::amount(cell, QUANTITY_MAX)) {
        Ok(shares) if shares.is_zero() => Err("0 shares are no sale".to_owned()),
        read => read,
    });
    let acquired = cells.maybe("date_acquired", acquired).flatten();
    let sold = cells.needed("date_sold", |cell| plain(cell::date(cell)));
    let proceeds = cells.needed("proceeds", |cell| plain(cell::amount(cell, MONEY_MAX)));
    let basis = cells.maybe("basis", |cell| plain(cell::amount(cell, MONEY_MAX)));
    let disallowed = cells.maybe("wash_sale_disallowed", |cell| plain(cell::amount(cell, MONEY_MAX)));
    let long_term = cells.maybe("term", term);
    Some(Line {
        place: format!("row {}", cells.row.place.row),
        account_id,
        ticker: ticker?,
        quantity: quantity?,
        acquired,
        sold: sold?,
        proceeds: proceeds?,
        basis,
        disallowed: disallowed.unwrap_or_default(),
        long_term,
    })
}

fn plain<T>(read: Result<T, CellError>) -> Result<T, String> {
    read.map_err(|error| error.to_string())
}

/// A day; none for "various" and "inherited", which brokers write.
fn acquired(cell: &str) -> Result<Option<Date>, String> {
    let word = cell.trim();
    if word.eq_ignore_ascii_case("various") || word.eq_ignore_ascii_case("inherited") {
        return Ok(None);
    }
    plain(cell::date(cell)).map(Some)
}

fn term(cell: &str) -> Result<bool, String> {
    let word = cell.trim().to_ascii_lowercase();
    match word.trim_end_matches(['-', ' ']).trim_end_matches("term").trim_end_matches(['-', ' ']) {
        "long" | "l" => Ok(true),
        "short" | "s" => Ok(false),
        _ => Err(format!("`{}` is neither `long` nor `short`", shown(cell))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn of(text: &str) -> Result<Vec<Line>, Vec<String>> {
        let told = |faults: Vec<Fault>| faults.iter().map(ToString::to_string).collect();
        read(Source { name: "f.csv", text }).map_err(told)
    }

    #[test]
    fn a_statement_is_read_in_whatever_order() {
        let text = "# of a broker\nticker,date sold,proceeds,quantity,basis,term,date_acquired,wash_sale_disallowed\n\
                    brk/b,11/25/2026,\"$4,500.00\",10,\"4,000\",Long-term,01/02/2024,\n\
                    SPY,2026-11-25,100,0.5,,short,VARIOUS,12.50\n";
        let lines = of(text).unwrap();
        assert_eq!(
            (lines[0].ticker.as_str(), lines[0].proceeds, lines[0].long_term),
            ("BRK.B", dec!(4500), Some(true))
        );
        assert_eq!(lines[0].acquired, Some("2024-01-02".parse().unwrap()));
        assert_eq!((lines[1].basis, lines[1].acquired, lines[1].disallowed), (None, None, dec!(12.50)));
        assert_eq!(lines[1].place, "row 4");
    }

    #[test]
    fn the_template_is_read() {
        assert_eq!(read(Source { name: "t", text: TEMPLATE }).unwrap().len(), 2);
        assert!(TEMPLATE.lines().any(|line| line == HEADER));
    }

    #[test]
    fn faults_are_told_by_row_and_column() {
        let wrong = of("ticker,quantity,proceeds,cost\n").unwrap_err();
        assert!(wrong.iter().any(|it| it.contains("column `date_sold` is missing")), "{wrong:?}");
        assert!(wrong.iter().any(|it| it.contains("column `cost` is not known")), "{wrong:?}");
        let wrong = of(
            "ticker,quantity,proceeds,date_sold,term\n,0,-1,soon,middling\nSPY,1,2,2026-11-25,long,more\n",
        )
        .unwrap_err();
        for words in [
            "row 2, column ticker: ",
            "row 2, column quantity: 0 shares",
            "row 2, column proceeds: ",
            "row 2, column date_sold: `soon`",
            "row 2, column term: `middling` is neither",
            "row 3: 6 cells under 5 headings",
        ] {
            assert!(wrong.iter().any(|it| it.contains(words)), "{words}: {wrong:?}");
        }
        assert!(of("").unwrap_err()[0].contains("no rows"));
    }

    #[test]
    fn a_statement_beyond_every_use_is_refused() {
        let of_lines = |lines: usize| {
            of(&("ticker,quantity,proceeds,date_sold\n".to_owned() + &"SPY,1,2,2026-11-25\n".repeat(lines)))
        };
        assert_eq!(of_lines(LINES_MAX).unwrap().len(), LINES_MAX);
        let wrong = of_lines(LINES_MAX + 1).unwrap_err();
        assert_eq!(
            wrong,
            ["f.csv: 10001 sales, and 10000 are compared at once; part the statement by account or day"]
        );
    }
}
