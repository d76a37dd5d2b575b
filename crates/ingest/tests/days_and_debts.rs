//! Days that are to come, prices that are older than those of the document, cash below 0: what an import tells and what it takes.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use ingest::document::{Base, Wanted, Written, write};
use ingest::holdings::{read, read_on};
use ingest::{Format, Holdings, Source};
use jiff::civil::{Date, date};
use rust_decimal::dec;

const POSITIONS: &str = include_str!("files/schwab_positions_all.csv");
const FLEX: &str = include_str!("files/ibkr_flex.xml");

fn table(text: &str) -> Holdings {
    read(Format::LotTable, &[Source { name: "file1", text }], &[]).unwrap()
}

fn document(holdings: &Holdings, base: Base<'_>, classes: &[(&str, &str)]) -> Written {
    let classes: Vec<(String, String)> =
        classes.iter().map(|(t, c)| ((*t).to_owned(), (*c).to_owned())).collect();
    let as_of = holdings.as_of.unwrap();
    write(holdings, &Wanted { base, as_of, as_of_said: false, household_id: None, classes: &classes })
        .unwrap()
}

#[test]
fn days_that_are_to_come_are_told_by_row_and_nothing_is_taken() {
    let lot = "account,ticker,quantity,acquisition_date,cost_per_share,price,price_date\n\
               a,VTI,1,2020-05-10,100,300,2026-11-20\na,VTI,2,2021-05-10,100,300,2026-12-20\na,VTI,3,2062-05-10,100,300,2026-11-20\na,CASH,5,,,,\n";
    let told = |today: Date, format: Format, text: &str| {
        let read = read_on(today, format, &[Source { name: "f", text }], &[]);
        read.map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>())
    };
    let faults = told(date(2026, 11, 28), Format::LotTable, lot).unwrap_err();
    assert_eq!(
        faults,
        [
            "f: row 3, column price_date: 2026-12-20 is to come, today is 2026-11-28; mend the date, or say `--as-of DATE` if it is right",
            "f: row 4: 2062-05-10 is to come, today is 2026-11-28; mend the date, or say `--as-of DATE` if it is right",
        ]
    );
    let day_before = date(2026, 11, 19);
    for (format, text, place) in
        [(Format::Schwab, POSITIONS, "f: row 1: 2026-11-20 is to come"), (Format::IbkrFlex, FLEX, "f: line ")]
    {
        let faults = told(day_before, format, text).unwrap_err();
        assert!(faults[0].starts_with(place) && faults[0].contains("is to come"), "{faults:?}");
        told(date(2026, 11, 28), format, text).unwrap();
    }
}

#[test]
fn an_older_price_does_not_replace_a_newer_one() {
    let rows = |day: &str, price: &str| {
        format!(
            "account,ticker,quantity,acquisition_date,cost_per_share,price,price_date\na,VTI,2,2020-05-10,100,{price},{day}\na,CASH,5,,,,\n"
        )
    };
    let first = table(&rows("2026-11-20", "300"));
    let first = document(&first, Base::None, &[("VTI", "Stocks")]);
    let into = |day: &str| {
        let next = table(&rows(day, "310"));
        document(&next, Base::Into(Source { name: "own.json", text: &first.text }), &[])
    };
    let older = into("2026-11-18");
    assert_eq!((older.portfolio.securities[0].price, older.portfolio.as_of), (dec!(300), date(2026, 11, 20)));
    let notes: Vec<&str> = older.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(
        notes.contains(
            &"file1: row 2: the price of VTI is of 2026-11-18, and own.json has one of 2026-11-20: that one stays"
        ),
        "{notes:?}"
    );
    assert!(notes.iter().any(|it| it.starts_with("the files are of 2026-11-18")), "{notes:?}");
    for day in ["2026-11-20", "2026-11-21"] {
        let next = into(day);
        assert_eq!(
            (next.portfolio.securities[0].price, next.portfolio.as_of.to_string()),
            (dec!(310), day.to_owned())
        );
    }
}

#[test]
fn cash_below_nothing_is_taken_where_somebody_accepts_it() {
    let text = "account,ticker,quantity,acquisition_date,cost_per_share,price,price_date,settled\n\
                a,VTI,2,2020-05-10,100,300,2026-11-20,\na,CASH,-12.34,,,,,3\n";
    let mut holdings = table(text);
    assert_eq!((holdings.accounts[0].cash, holdings.unsupported.len()), (Some(dec!(0)), 1));
    holdings.accept_overdrafts();
    assert_eq!(holdings.unsupported, []);
    assert_eq!(
        (holdings.accounts[0].cash, holdings.accounts[0].settled_cash),
        (Some(dec!(-12.34)), Some(dec!(-12.34)))
    );
    let written = document(&holdings, Base::None, &[]);
    assert_eq!(written.portfolio.accounts[0].cash, dec!(-12.34));
    let note = holdings.notes.iter().find(|note| note.code == "import.overdraft").unwrap();
    assert_eq!(
        note.text,
        "file1: row 3: the cash of a is −12.34 USD, below 0, and stands in the document as it is"
    );
}
