//! The files of series: what is accepted, how missing days are treated, and what each fault says.

#![allow(clippy::unwrap_used, reason = "a test that can't read its data should fail")]

use portfolio::measures::series::{Benchmark, Prices, RiskFree, SeriesError, fills, pair};
use portfolio::measures::{Undefined, execution};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

fn day(text: &str) -> jiff::civil::Date {
    text.parse().unwrap()
}

#[test]
fn wide_and_long_prices_are_the_same_table() {
    let wide = "\u{feff}Date,VTI,BND\n2024-01-03,240.5,72\n2024-01-02,240,\n2024-01-04,NaN,72.5\n";
    let long = "ticker,date,close,volume\nVTI,2024-01-02,240,1\nVTI,2024-01-03,240.5,1\nBND,2024-01-03,72,1\nBND,2024-01-04,72.5,1\n";
    let (wide, long) = (Prices::read(wide).unwrap(), Prices::read(long).unwrap());
    assert_eq!(wide, long);
    assert_eq!(wide.dates(), [day("2024-01-02"), day("2024-01-03"), day("2024-01-04")]);
    assert_eq!(wide.tickers().collect::<Vec<_>>(), ["BND", "VTI"]);
    assert_eq!(wide.closes("VTI").unwrap(), [Some(240.0), Some(240.5), None]);
}

#[test]
fn a_missing_day_is_spanned_not_filled() {
    let prices =
        Prices::read("date,A,B\n2024-01-01,100,50\n2024-01-02,110,\n2024-01-03,120,55\n2024-01-04,120,55\n")
            .unwrap();
    let days = prices.complete_days(&["A", "B"]).unwrap();
    assert_eq!(days.dropped, 1);
    let spans = days.mixture(&[0.5, 0.25]);
    assert_eq!((spans[0].from, spans[0].to), (day("2024-01-01"), day("2024-01-03")));
    assert!((spans[0].value - (0.5 * 0.2 + 0.25 * 0.1)).abs() < 1e-12);
    assert_eq!(spans.len(), 2);
    assert_eq!(prices.complete_days(&["A", "C"]), Err(Undefined::NoPrices { ticker: "C".to_owned() }));
}

#[test]
fn a_pair_needs_both_over_the_same_days() {
    let prices = "date,A\n2024-01-01,100\n2024-01-02,101\n2024-01-03,102\n2024-01-05,104\n";
    let spans = Prices::read(prices).unwrap().complete_days(&["A"]).unwrap().mixture(&[1.0]);
    let closes = "date,close\n2024-01-01,10\n2024-01-03,12\n2024-01-04,13\n2024-01-05,15\n";
    let paired = pair(&spans, Some(&Benchmark::read(closes).unwrap()), None, 252.0);
    assert_eq!(paired.benchmark, [0.25]);
    assert_eq!(paired.dropped, 2);
    assert_eq!(paired.risk_free, [0.0]);
}

#[test]
fn returns_and_closes_make_the_same_benchmark() {
    let returns = Benchmark::read("date,return\n2024-01-02,0.1\n2024-01-03,-0.5\n2024-01-04,0.5\n").unwrap();
    let two_days = returns.return_over(day("2024-01-02"), day("2024-01-04")).unwrap();
    assert!((two_days - (0.5 * 1.5 - 1.0)).abs() < 1e-15);
    assert_eq!(returns.return_over(day("2024-01-01"), day("2024-01-02")), None);
    let gap = Benchmark::read("date,return\n2024-01-02,0.1\n2024-01-03,\n");
    assert_eq!(
        gap.unwrap_err().to_string(),
        "line 3, column `return`: a value is needed here: fill it in, or remove the row"
    );
}

#[test]
fn the_header_says_what_a_rate_is() {
    let at = |text: &str, date: &str| RiskFree::read(text).unwrap().at(day(date), 250.0);
    assert_eq!(at("date,rate\n2024-01-02,0.05\n", "2024-01-02"), Some(0.05 / 250.0));
    assert_eq!(at("Date,Percent\n2024-01-02,5\n", "2024-01-02"), Some(0.05 / 250.0));
    assert_eq!(at("observation_date,DFF\n2024-01-02,5\n2024-01-03,.\n", "2024-01-03"), Some(0.05 / 250.0));
    assert_eq!(at(",DFF\n2024-01-02,0.00014\n", "2024-01-02"), Some(0.00014));
    assert_eq!(at("date,daily\n2024-01-02,0.00014\n", "2024-01-09"), Some(0.00014));
    assert_eq!(at("date,daily\n2024-01-02,0.00014\n", "2024-01-10"), None, "older than a week");
    assert_eq!(at("date,daily\n2024-01-02,0.00014\n", "2024-01-01"), None, "not in force yet");
    let percent = RiskFree::read("date,rate\n2024-01-02,5.33\n").unwrap_err().to_string();
    assert!(percent.contains("line 2, column `rate`: `5.33`") && percent.contains("percent"), "{percent}");
}

#[test]
fn fills_are_exact() {
    let text = "ticker,side,quantity,decision_price,exec_price,arrival_price,commission\n\
                VTI,buy,10.5,250.00,250.10,250.05,0.35\nBND,SELL,100,72.00,71.99,,\n";
    let read = fills::read(text).unwrap();
    assert_eq!(read[0].side, Side::Buy);
    assert_eq!(read[1].arrival_price, None);
    assert_eq!(read[1].commission, Decimal::ZERO);
    assert_eq!(execution::shortfall(&read), Ok(dec!(2.40)));
    let short = fills::read("ticker,side,quantity,decision_price,exec_price\nVTI,SELL,1,2,3\n").unwrap();
    assert_eq!(short[0].signed_quantity(), Decimal::NEGATIVE_ONE);
}

#[test]
fn a_fault_says_where_it_is_and_what_to_do() {
    let says = |error: SeriesError, expected: &str| assert_eq!(error.to_string(), expected);
    says(Prices::read("").unwrap_err(), "the file is empty: its first line must name the columns");
    says(
        Prices::read("date,A\n2024-13-01,1\n").unwrap_err(),
        "line 2, column `date`: `2024-13-01` is not a date: write it as 2024-07-26",
    );
    says(
        Prices::read("date,A\n\n2024-01-02,1\n2024-01-03,\"1,000\"\n").unwrap_err(),
        "line 4, column `A`: `1,000` is not a number: write it as 1234.56, or leave it empty",
    );
    says(
        Prices::read("date,A\n2024-01-02,-1\n").unwrap_err(),
        "line 2, column `A`: `-1` is outside its range: a price must be positive",
    );
    says(
        Prices::read("date,A\n2024-01-02,1,2\n").unwrap_err(),
        "line 2: 3 cells under 2 columns: add or remove commas",
    );
    says(
        Prices::read("date,A\n2024-01-02,1\n2024-01-02,1\n").unwrap_err(),
        "line 3: 2024-01-02 is there twice: remove one of the rows",
    );
    says(
        Prices::read("date,A,a\n2024-01-02,1,1\n").unwrap_err(),
        "line 1: column `a` is there twice: remove or rename one",
    );
    says(
        Benchmark::read("date,SP500\n2024-01-02,1\n").unwrap_err(),
        "line 1: there is no column `close` or `return`: name it in the header",
    );
    says(
        fills::read("ticker,side,quantity,decision_price,exec_price\nVTI,HOLD,1,2,3\n").unwrap_err(),
        "line 2, column `side`: `HOLD` is no side: write BUY or SELL",
    );
    says(
        fills::read("ticker,side,quantity,decision_price,exec_price\nVTI,BUY,0,2,3\n").unwrap_err(),
        "line 2, column `quantity`: `0` is outside its range: it must be positive",
    );
}

#[test]
fn no_text_makes_a_reader_panic() {
    let texts = [
        ",",
        "date",
        "date\n",
        "\"",
        "date,A\n\"2024",
        ",,\n,,\n",
        "date,ticker,close\n,,\n",
        "\u{0}",
        "inf,inf\ninf,inf\n",
    ];
    for text in texts {
        let _ = (
            Prices::read(text).is_ok(),
            Benchmark::read(text).is_ok(),
            RiskFree::read(text).is_ok(),
            fills::read(text).is_ok(),
        );
    }
    assert!(Prices::read("date,A\n2024-01-02,inf\n").is_err());
    assert!(Prices::read("date,A\n2024-01-02,1e999\n").is_err());
}
