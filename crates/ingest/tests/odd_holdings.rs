//! Files of brokers in which something stands that looks like something else: a company called CASH, an account's word for cash, a trade that is told twice.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use ingest::holdings::read;
use ingest::{Format, Holdings, Source};
use portfolio::household::Action;
use rust_decimal::dec;

const POSITIONS: &str = include_str!("files/schwab_positions_all.csv");
const FLEX: &str = include_str!("files/ibkr_flex.xml");

fn holdings(format: Format, text: &str) -> Result<Holdings, String> {
    let read = read(format, &[Source { name: "file", text }], &[]);
    read.map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

fn table(rows: &str) -> Result<Holdings, String> {
    let header =
        "Account,Account Type,Symbol,Shares,Date Acquired,Cost Basis,Last Price,Price As Of,Type,Value\n";
    holdings(Format::LotTable, &format!("{header}{rows}"))
}

#[test]
fn shares_of_a_company_whose_ticker_is_cash_are_no_cash() {
    let row = r#""CASH","PATHWARD FINANCIAL INC","100","$80.00","$0.00","0%","$8,000.00","$0.00","0%","$5,000.00","$3,000.00","60%","--","No","--","1%","Equity","#;
    let text = POSITIONS
        .replacen("\"Cash & Cash Investments\"", &format!("{row}\n\"Cash & Cash Investments\""), 1)
        .replace("$41,350.92", "$49,350.92");
    let of_schwab = holdings(Format::Schwab, &text).unwrap();
    assert_eq!(of_schwab.accounts[0].cash, Some(dec!(2345.67)));
    let of_table =
        table("j,taxable,CASH,100,2020-05-10,5000,80,2026-11-20,stock,8000\nj,taxable,CASH,50,,,,,,\n")
            .unwrap();
    assert_eq!(of_table.accounts[0].cash, Some(dec!(50)));
    for of in [&of_schwab, &of_table] {
        let shares = of.accounts[0].positions.iter().find(|position| position.ticker == "CASH").unwrap();
        let quantity: portfolio::Decimal = shares.lots.iter().map(|lot| lot.quantity).sum();
        assert_eq!(quantity, dec!(100), "{shares:?}");
    }
}

#[test]
fn how_an_account_holds_shares_makes_them_no_money_fund() {
    let told = table("j,taxable,VTI,10,2020-05-10,1500,300,2026-11-20,Cash,3000\n").unwrap_err();
    assert!(told.contains("row 2") && told.contains("`Cash` at a price of 300"), "{told}");
    table("j,taxable,SPAXX,10,2020-05-10,10,1,2026-11-20,Cash,10\nj,taxable,CASH,5,,,,,,\n").unwrap();
}

#[test]
fn cash_is_stated_once() {
    let told = table("j,taxable,CASH,1,,,,,,2500\n").unwrap_err();
    assert!(told.contains("2500 USD of cash are stated, and 1 as the quantity"), "{told}");
    assert_eq!(table("j,taxable,CASH,2500,,,,,,2500\n").unwrap().accounts[0].cash, Some(dec!(2500)));
}

#[test]
fn a_quote_that_is_missing_swallows_no_lot() {
    let told = table("j,taxable,VTI,10,2020-05-10,1500,300,2026-11-20,\"etf,3000\nj,taxable,CASH,5,,,,,,\n")
        .unwrap_err();
    assert!(told.contains("row 2") && told.contains("quote"), "{told}");
}

#[test]
fn a_purchase_that_its_lot_and_its_trade_tell_is_one() {
    // The lot has taken over a holding period: it was bought on another day than the one from which it counts.
    let held = "openDateTime=\"2026-10-30;101500\" holdingPeriodDateTime=\"2026-10-";
    let text = FLEX.replace(held, "openDateTime=\"2026-10-30;101500\" holdingPeriodDateTime=\"2026-09-");
    assert_ne!(text, FLEX);
    let bought = |text: &str| {
        let read = holdings(Format::IbkrFlex, text).unwrap();
        let of_vti = read.transactions.iter().filter(|it| it.ticker == "VTI" && it.action == Action::Buy);
        of_vti.map(|it| it.quantity).collect::<Vec<_>>()
    };
    assert_eq!(bought(&text), [dec!(10)]);
    // Without its trade the lot says so.
    let (from, to) = (text.find("<Trades>").unwrap(), text.find("</Trades>").unwrap());
    assert_eq!(bought(&format!("{}{}", &text[..from + 8], &text[to..])), [dec!(10)]);
}

#[test]
fn what_has_no_category_is_known_by_its_symbol() {
    let text = FLEX.replace(" assetCategory=\"STK\"", "");
    let read = holdings(Format::IbkrFlex, &text).unwrap();
    assert_eq!(read.transactions.len(), 3, "{:?}", read.transactions);
    assert_eq!(read.unsupported.len(), 0, "{:?}", read.unsupported);
    let option =
        text.replace("symbol=\"BRK B\"", "symbol=\"AAPL 261219C00200000\"").replace(" multiplier=\"1\"", "");
    let read = holdings(Format::IbkrFlex, &option).unwrap();
    assert_eq!(read.unsupported.len(), 1, "{read:?}");
    let told = format!("{:?}", read.unsupported[0]);
    assert!(told.contains("an option"), "{told}");
}

/// A file of Fidelity's positions: the number and what the account is called, the fund that holds the cash, and the mark of UTF-8 spoilt by another program.
#[test]
fn what_a_broker_exports_beside_what_is_read_is_told() {
    let text = "\u{ef}\u{bb}\u{bf}Account Number,Account Name,Symbol,Description,Quantity,Last Price,Current Value,Cost Basis Total,Date Acquired\n\
                Z12-345678,INDIVIDUAL,SPAXX**,FIDELITY GOVERNMENT MONEY MARKET,,,$1234.56,,\n\
                Z12-345678,INDIVIDUAL,VTI,VANGUARD,10,$300.00,$3000.00,$1500.00,2020-05-10\n";
    let read = holdings(Format::LotTable, text).unwrap();
    assert_eq!(read.accounts.len(), 1);
    assert_eq!((read.accounts[0].cash, read.accounts[0].positions.len()), (Some(dec!(1234.56)), 1));
    let notes: Vec<&str> = read.notes.iter().map(|note| note.text.as_str()).collect();
    assert!(notes.iter().any(|it| it.contains("`Account Name` is not read")), "{notes:?}");
}

#[test]
fn a_list_of_transactions_is_told_as_one() {
    for header in [
        "Date,Symbol,Action,Quantity,Amount,Cost Basis",
        "Run Date,Account,Account Number,Action,Symbol,Description,Type,Price ($),Quantity",
        "Activity Date,Process Date,Settle Date,Instrument,Description,Trans Code,Quantity,Price,Amount",
    ] {
        let told = holdings(Format::LotTable, &format!("{header}\n1,2,3,4,5,6,7,8,9\n")).unwrap_err();
        assert!(told.starts_with("file: row 1: a list of transactions tells what was traded"), "{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}
