//! Files of every format, read into holdings and written as documents. The files are invented, in the shapes of real ones.

#![allow(clippy::unwrap_used)]

use ingest::document::{Base, Wanted, Written, write};
use ingest::holdings::{Compared, read};
use ingest::{AccountWords, Fault, Format, Holdings, Source};
use jiff::civil::{Date, date};
use portfolio::{AccountKind, Decimal};
use rust_decimal::dec;

const POSITIONS: &str = include_str!("files/schwab_positions_all.csv");
const VTI: &str = include_str!("files/schwab_lots_vti.csv");
const BRKB: &str = include_str!("files/schwab_lots_brkb.csv");
const FLEX: &str = include_str!("files/ibkr_flex.xml");
const LOTS: &str = include_str!("files/lots.csv");

fn read_all(format: Format, texts: &[&str]) -> Result<Holdings, Vec<Fault>> {
    let names: Vec<String> = (1..=texts.len()).map(|n| format!("file{n}")).collect();
    let files: Vec<Source<'_>> = names.iter().zip(texts).map(|(name, text)| Source { name, text }).collect();
    read(format, &files, &[])
}

fn told(format: Format, texts: &[&str]) -> Vec<String> {
    read_all(format, texts).unwrap_err().iter().map(ToString::to_string).collect()
}

fn document(holdings: &Holdings, base: Base<'_>, classes: &[(&str, &str)]) -> Result<Written, Vec<Fault>> {
    let classes: Vec<(String, String)> =
        classes.iter().map(|(t, c)| ((*t).to_owned(), (*c).to_owned())).collect();
    let as_of = holdings.as_of.unwrap();
    write(holdings, &Wanted { base, as_of, as_of_said: false, household_id: None, classes: &classes })
}

/// Ticker, shares, date, basis per share of every lot of an account.
fn lots(holdings: &Holdings, account: usize) -> Vec<(String, Decimal, Option<Date>, Decimal)> {
    let positions = &holdings.accounts[account].positions;
    let of = |p: &ingest::holdings::Position| {
        p.lots
            .iter()
            .map(|l| (p.ticker.clone(), l.quantity, l.acquired, l.basis_per_share))
            .collect::<Vec<_>>()
    };
    positions.iter().flat_map(of).collect()
}

#[test]
fn schwab_files_are_one_household_whatever_their_order() {
    let holdings = read_all(Format::Schwab, &[POSITIONS, VTI, BRKB]).unwrap();
    assert_eq!(holdings.as_of, Some(date(2026, 11, 20)));
    assert_eq!(holdings.differences, []);
    assert_eq!(holdings.unsupported, []);
    let ids: Vec<(&str, AccountKind)> =
        holdings.accounts.iter().map(|a| (a.account_id.as_str(), a.kind)).collect();
    assert_eq!(ids, [("schwab-321", AccountKind::Taxable), ("schwab-654", AccountKind::Roth)]);
    assert_eq!(holdings.accounts[0].cash, Some(dec!(2345.67)));
    assert_eq!(
        lots(&holdings, 0),
        [
            ("VTI".to_owned(), dec!(100), Some(date(2020, 5, 11)), dec!(170)),
            ("VTI".to_owned(), dec!(10), Some(date(2026, 3, 2)), dec!(300)),
            ("BRK.B".to_owned(), dec!(7), Some(date(2024, 2, 3)), dec!(333.3328571429)),
            ("BRK.B".to_owned(), dec!(3), Some(date(2025, 6, 15)), dec!(333.3333333333)),
            ("SWVXX".to_owned(), dec!(1500.25), None, dec!(1)),
        ]
    );
    assert_eq!(lots(&holdings, 1), [("BND".to_owned(), dec!(200), None, dec!(84.1))]);
    let bought = &holdings.transactions[0];
    assert_eq!(
        (bought.date, bought.price, bought.account_id.as_str()),
        (date(2026, 10, 20), dec!(330), "schwab-321")
    );

    let reversed = read_all(Format::Schwab, &[BRKB, VTI, POSITIONS]).unwrap();
    let names = |h: &Holdings| {
        let lots = h.accounts.iter().flat_map(|a| &a.positions).flat_map(|p| &p.lots);
        let mut names: Vec<String> = lots.map(|l| l.lot_id.clone()).collect();
        names.sort();
        names
    };
    assert_eq!(reversed.differences, []);
    assert_ne!(names(&holdings), Vec::<String>::new());
    assert_eq!(names(&holdings).len(), 6);
}

#[test]
fn lots_that_do_not_make_the_position_are_told_with_both_figures() {
    let shares = VTI.replace(
        "\"10\",\"$300.00\",\"$300.00\",\"$3,000.00\",\"$3,000.00\"",
        "\"9\",\"$300.00\",\"$300.00\",\"$2,700.00\",\"$2,700.00\"",
    );
    let holdings = read_all(Format::Schwab, &[POSITIONS, &shares, BRKB]).unwrap();
    let found: Vec<(Compared, Decimal, Decimal)> =
        holdings.differences.iter().map(|d| (d.compared, d.stated, d.found)).collect();
    assert_eq!(
        found,
        [
            (Compared::LotsTotal, dec!(110), dec!(109)),
            (Compared::LotsBasis, dec!(20000), dec!(19700)),
            (Compared::LotsValue, dec!(33000), dec!(32700)),
            (Compared::Shares, dec!(110), dec!(109)),
            (Compared::Basis, dec!(20000), dec!(19700)),
        ]
    );
    let at = holdings.differences[1].place.as_ref().unwrap();
    assert_eq!((at.file.as_str(), at.within().as_str()), ("file2", "row 6"));
    // Each figure of the total by itself, but for cents that the rows round.
    for (from, to, compared) in [
        ("\"$20,000.00\"", "\"$20,000.02\"", Some(Compared::LotsBasis)),
        ("\"$20,000.00\"", "\"$20,000.01\"", None),
        ("\"$33,000.00\"", "\"$32,999.00\"", Some(Compared::LotsValue)),
        ("\"$20,000.00\"", "\"--\"", None),
    ] {
        let changed = VTI.replace(from, to);
        assert_ne!(changed, VTI);
        let found = read_all(Format::Schwab, &[POSITIONS, &changed, BRKB]).unwrap().differences;
        assert_eq!(found.iter().map(|it| it.compared).collect::<Vec<_>>(), Vec::from_iter(compared), "{to}");
    }
    let unread = told(Format::Schwab, &[POSITIONS, &VTI.replace("\"$20,000.00\"", "\"2O,000\""), BRKB]);
    assert!(unread[0].starts_with("file2: row 6, column cost basis: "), "{unread:?}");
    let alone = read_all(Format::Schwab, &[POSITIONS, VTI]).unwrap();
    assert_eq!(alone.differences.len(), 1);
    assert_eq!((alone.differences[0].compared, alone.differences[0].stated), (Compared::NoLots, dec!(10)));
    let cut = POSITIONS
        .replace("\"BND\",\"INVENTED", "\"--\",\"INVENTED")
        .replace("$14,710.00\",\"$2.00\",\"0.01%\",\"$16,820.00\",\"-$2", "--\",\"--\",\"--\",\"--\",\"-$2");
    let cut = read_all(Format::Schwab, &[&cut, VTI, BRKB]).unwrap();
    assert_eq!((cut.differences[0].compared, cut.differences[0].found), (Compared::Total, dec!(0)));
    assert!(cut.notes.iter().any(|n| n.code == "import.row_skipped"), "{:?}", cut.notes);
}

#[test]
fn schwab_rows_that_are_no_shares_are_told_and_never_dropped() {
    let row = |symbol: &str, quantity: &str, price: &str, value: &str, kind: &str| {
        format!(
            "\"{symbol}\",\"D\",\"{quantity}\",\"{price}\",\"--\",\"--\",\"{value}\",\"--\",\"--\",\"$5.00\",\"--\",\"--\",\"--\",\"--\",\"--\",\"--\",\"{kind}\",\n"
        )
    };
    let rows = [
        row("XYZ 12/18/2026 100.00 C", "2", "$1.00", "$200.00", "Option"),
        row("ABC", "-10", "$5.00", "-$50.00", "Equity"),
        row("912828YK0", "10,000", "$98.50", "$9,850.00", "Fixed Income"),
        row("ODD", "10,000", "$98.50", "$9,850.00", "Equity"),
    ];
    let text = POSITIONS.replacen("\"Cash & Cash", &format!("{}\"Cash & Cash", rows.concat()), 1);
    let text = text.replace("\"$2,345.67\"", "\"-$2,345.67\"");
    let holdings = read_all(Format::Schwab, &[&text, VTI, BRKB]).unwrap();
    let told: Vec<String> = holdings.unsupported.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        [
            "file1: row 8: the option XYZ 12/18/2026 100.00 C in schwab-321 (200.00 USD)",
            "file1: row 9: a short position of 10 ABC in schwab-321 (−50.00 USD)",
            "file1: row 10: the bond 912828YK0 in schwab-321 (9,850.00 USD)",
            "file1: row 11: 10000 ODD, whose price 98.50 is not that of one share in schwab-321 (9,850.00 USD)",
            "file1: row 12: cash below 0 (a margin debt or an overdraft) in schwab-321 (−2,345.67 USD)",
        ]
    );
    assert_eq!(holdings.accounts[0].cash, Some(dec!(0)));
}

#[test]
fn faults_of_schwab_files_name_row_and_column() {
    let bad = VTI
        .replace("\"100\"", "\"1O0\"")
        .replace("03/02/2026", "13/02/2026")
        .replace("$3,000.00\",\"$0", "$3,300.00\",\"$0");
    let told = told(Format::Schwab, &[POSITIONS, &bad, BRKB, BRKB]);
    assert_eq!(
        told[0],
        "file2: row 4, column quantity: `1O0` is no number; write digits with a decimal point, such as 1234.56"
    );
    assert!(
        told.iter().any(|t| t
            == "file2: row 5, column cost basis: 3300.00 is stated, and 300.00 a share times 10 is 3000.00"),
        "{told:?}"
    );
    assert!(
        told.iter()
            .any(|t| t.starts_with("file4: row 1: the lots of BRK.B in schwab-321 are in another file too")),
        "{told:?}"
    );
}

#[test]
fn flex_lots_are_read_and_compared_with_their_positions() {
    let holdings = read_all(Format::IbkrFlex, &[FLEX]).unwrap();
    assert_eq!((holdings.differences.len(), holdings.unsupported.len()), (0, 0), "{holdings:?}");
    let ids: Vec<(&str, AccountKind)> =
        holdings.accounts.iter().map(|a| (a.account_id.as_str(), a.kind)).collect();
    assert_eq!(ids, [("ibkr-4321", AccountKind::Taxable), ("ibkr-4399", AccountKind::Roth)]);
    assert_eq!(holdings.accounts[0].cash, Some(dec!(1500.005)));
    assert_eq!(holdings.accounts[0].settled_cash, Some(dec!(1400.005)));
    assert_eq!(holdings.accounts[1].cash, Some(dec!(10)), "the base currency is USD");
    assert_eq!(
        lots(&holdings, 0),
        [
            ("VTI".to_owned(), dec!(50), Some(date(2021, 8, 9)), dec!(180)),
            ("VTI".to_owned(), dec!(10), Some(date(2026, 10, 30)), dec!(310)),
            ("BRK.B".to_owned(), dec!(4), Some(date(2024, 2, 3)), dec!(400)),
        ]
    );
    assert_eq!(holdings.transactions.len(), 3);
    let all = format!("{holdings:?}");
    assert!(
        !all.contains("7654321") && !all.contains("Invented Person"),
        "an account number or a name of a person"
    );

    let written = document(&holdings, Base::None, &[]).unwrap();
    let kept: Vec<Date> = written.portfolio.transactions.iter().map(|t| t.date).collect();
    assert_eq!(kept, [date(2026, 10, 30), date(2026, 11, 2)], "of 61 days");
    assert_eq!(written.portfolio.transactions[1].realised_gain, Some(dec!(-25.5)));
}

#[test]
fn flex_reports_say_what_is_missing_or_does_not_fit() {
    let lot_changed = FLEX
        .replace("position=\"10\"", "position=\"11\"")
        .replace("costBasisMoney=\"3100\"", "costBasisMoney=\"3410\"");
    let holdings = read_all(Format::IbkrFlex, &[&lot_changed]).unwrap();
    let found: Vec<(Compared, Decimal, Decimal)> =
        holdings.differences.iter().map(|d| (d.compared, d.stated, d.found)).collect();
    assert_eq!(found, [(Compared::Shares, dec!(60), dec!(61)), (Compared::Basis, dec!(12100), dec!(12410))]);

    let short = FLEX.replace("position=\"4\"", "position=\"-4\"");
    let holdings = read_all(Format::IbkrFlex, &[&short]).unwrap();
    let told_all: Vec<String> = holdings.unsupported.iter().map(ToString::to_string).collect();
    assert_eq!(
        told_all,
        ["file1: line 14, OpenPosition 4: a short position of 4 BRK.B in ibkr-4321 (1,802.00 USD)"]
    );

    let foreign = FLEX.replace(
        "currency=\"USD\" levelOfDetail=\"Currency\" endingCash=\"1500.005\"",
        "currency=\"CHF\" levelOfDetail=\"Currency\" endingCash=\"1500.005\"",
    );
    let holdings = read_all(Format::IbkrFlex, &[&foreign]).unwrap();
    assert!(holdings.unsupported[0].what.starts_with("cash of 1500.005 CHF"), "{:?}", holdings.unsupported);

    for (from, to, message) in [
        (" markPrice=\"450.5\"", "", "has no markPrice; turn on Mark Price"),
        (" openDateTime=\"20240203;100000\"", "", "has no openDateTime; turn on Open Date Time"),
        (
            "reportDate=\"2026-11-20\" position=\"4\"",
            "reportDate=\"20/11/2026\" position=\"4\"",
            "attribute reportDate: `20/11/2026` could be read two ways",
        ),
        ("position=\"4\"", "position=\"four\"", "attribute position: `four` is no number"),
        (
            "costBasisMoney=\"1600\" side=\"Long\" levelOfDetail=\"LOT\"",
            "costBasisMoney=\"1700\" side=\"Long\" levelOfDetail=\"LOT\"",
            "does not agree with costBasisPrice",
        ),
    ] {
        let text = FLEX.replace(from, to);
        assert_ne!(text, FLEX, "{from}");
        let told = told(Format::IbkrFlex, &[&text]);
        assert!(told.iter().any(|t| t.contains(message)), "{message}: {told:?}");
    }
    let twice = told(Format::IbkrFlex, &[FLEX, FLEX]);
    assert!(
        twice.iter().any(|t| t.contains("VTI stands a second time, after file1, line 11, OpenPosition 1")),
        "{twice:?}"
    );
    let answer = "<FlexStatementResponse><Status>Fail</Status><ErrorCode>1012</ErrorCode><ErrorMessage>Token has expired.</ErrorMessage></FlexStatementResponse>";
    assert!(told(Format::IbkrFlex, &[answer])[0].contains("`Token has expired.` (1012)"));
}

#[test]
fn a_table_is_read_by_its_headings() {
    let holdings = read_all(Format::LotTable, &[LOTS]).unwrap();
    assert_eq!(
        lots(&holdings, 0),
        [
            ("VTI".to_owned(), dec!(100), Some(date(2020, 5, 11)), dec!(170)),
            ("VTI".to_owned(), dec!(3), Some(date(2026, 3, 2)), dec!(33.3333333333)),
            ("BND".to_owned(), dec!(200), Some(date(2021, 1, 20)), dec!(84.1)),
        ]
    );
    assert_eq!(lots(&holdings, 1), [("BND".to_owned(), dec!(50), None, dec!(73.55))]);
    assert_eq!(holdings.accounts[1].kind, AccountKind::Roth);
    let notes: Vec<&str> = holdings.notes.iter().map(|n| n.code).collect();
    assert_eq!(notes, ["import.unknown_column"]);
    assert_eq!(holdings.securities[1].asset_class.as_deref(), Some("US Stocks"));
    assert!(read_all(Format::LotTable, &[ingest::lot_table::TEMPLATE]).unwrap().notes.is_empty());
}

#[test]
fn every_fault_of_a_table_is_told_in_the_order_of_its_rows() {
    let text = "Account,Symbol,Shares,Acquird,Cost Basis,Last Price,Kind,Currency\n\
                joint,VTI,1O0,2020-05-10,\"1,5\",310,etf,\n\
                joint,BND,5,x,100,0,fond,EUR\n\
                joint,CASH,,,,,,\n\
                joint,CASH,5,,,,,,extra\n";
    let found = told(Format::LotTable, &[text]);
    let starts = [
        "file1: row 1: the column `Acquird` is not known and not read; did you mean `acquired`?",
        "file1: row 2, column total_cost: `1,5` has commas that don't part thousands",
        "file1: row 2, column quantity: `1O0` is no number",
        "file1: row 3, column currency: `EUR`: only USD can be planned",
        "file1: row 3, column price: 0 is not a price",
    ];
    for start in starts {
        assert!(found.iter().any(|f| f.starts_with(start)), "{start}: {found:#?}");
    }
    assert!(found.iter().any(|f| f.contains("column security_kind: `fond` is not known")), "{found:#?}");
    assert!(found.iter().any(|f| f == "file1: row 4, column quantity: is empty"), "{found:#?}");
    assert!(found.iter().any(|f| f.starts_with("file1: row 5: 9 cells under 8 headings")), "{found:#?}");
    let found = told(Format::LotTable, &["acount,ticker,quantity\nx,VTI,1\n"]);
    assert!(
        found
            .iter()
            .any(|f| f.contains("the header lacks account_id, price; `acount` may be meant as account_id")),
        "{found:?}"
    );
    assert!(told(Format::LotTable, &["a;b;c\n1;2;3\n"])[0].contains("parted by tabs or semicolons"));
    let twice = LOTS.replace("joint,taxable,BND,200", "joint,taxable,VTI,100,05/11/2020,\"$17,000.00\",$300.00,11/20/2026,US Stocks,\njoint,taxable,BND,200");
    assert!(told(Format::LotTable, &[&twice])[0].contains("row 4: the same as row 2"));
    let prices = LOTS.replace("$100.00,,,,odd", "$100.00,301,11/20/2026,Bonds,odd");
    let found = told(Format::LotTable, &[&prices]);
    assert!(found[0].contains("VTI is in the class US Stocks in file1, row 2"), "{found:?}");
    assert!(found[1].contains("301 is another price of VTI than 300.00 in file1, row 2"), "{found:?}");
}

#[test]
fn accounts_are_named_and_taxed_as_a_person_says() {
    let words = |account: &str, id: Option<&str>, kind: Option<AccountKind>| AccountWords {
        account: account.to_owned(),
        account_id: id.map(str::to_owned),
        kind,
        ..AccountWords::default()
    };
    let files = [Source { name: "p", text: POSITIONS }];
    let said = [words("321", Some("joint"), None), words("joint", None, Some(AccountKind::Traditional))];
    let holdings = read(Format::Schwab, &files, &said).unwrap();
    assert_eq!(
        (holdings.accounts[0].account_id.as_str(), holdings.accounts[0].kind),
        ("joint", AccountKind::Traditional)
    );
    assert_eq!(holdings.differences, [], "lots do not matter there");
    let unknown = read(Format::Schwab, &files, &[words("999", None, Some(AccountKind::Roth))]).unwrap_err();
    assert!(
        unknown[0]
            .to_string()
            .contains("no account is called `999` or ends so; there are schwab-321, schwab-654")
    );
    let table = "account,ticker,quantity,price,cost,date\n12345678,VTI,10,300,2000,2020-01-02\n";
    let named = [words("5678", Some("mine"), Some(AccountKind::Taxable))];
    let holdings = read(Format::LotTable, &[Source { name: "t", text: table }], &named).unwrap();
    assert_eq!(holdings.accounts[0].account_id, "mine", "a name that is a number can be called by its end");
    let same = [words("321", Some("a"), None), words("654", Some("a"), None)];
    assert!(
        read(Format::Schwab, &files, &same).unwrap_err()[0]
            .to_string()
            .contains("another account is called a too")
    );
}

#[test]
fn without_targets_the_weights_are_the_target() {
    let holdings = read_all(Format::LotTable, &[LOTS]).unwrap();
    let written = document(&holdings, Base::None, &[]).unwrap();
    assert!(written.targets_copied);
    let sum: Decimal = written.portfolio.target_allocation.values().sum();
    assert_eq!(sum, Decimal::ONE);
    let value = written.portfolio.value();
    assert_eq!(value, dec!(103) * dec!(300) + dec!(250) * dec!(73.55) + dec!(2345.67));
}

#[test]
fn targets_come_from_a_fragment_or_another_document() {
    let holdings = read_all(Format::Schwab, &[POSITIONS, VTI, BRKB]).unwrap();
    let json = r#"{"target_allocation": {"Stocks": 0.70, "Bonds": 0.3}, "asset_classes": {"VTI": "Stocks", "BRK.B": "Stocks", "BND": "Bonds"},
      "preferences": ["no_sells"], "cash": 5, "transactions": [1]}"#;
    let toml = "preferences = [\"no_sells\"]\n[target_allocation]\nStocks = 0.7\nBonds = 0.3\n[asset_classes]\nVTI = \"Stocks\"\n\"BRK.B\" = \"Stocks\"\nBND = \"Bonds\"\n";
    for text in [json, toml] {
        let base = Base::Targets(Source { name: "targets", text });
        let faults = document(&holdings, base, &[]).unwrap_err();
        assert!(
            faults[0]
                .to_string()
                .starts_with("targets: no asset class is known of SWVXX; say `--class SWVXX=CLASS`"),
            "{faults:?}"
        );
        let written = document(&holdings, base, &[("SWVXX", "Cash Equivalents")]).unwrap();
        assert_eq!(written.portfolio.target_allocation["Stocks"], dec!(0.7));
        assert_eq!(written.portfolio.preferences.len(), 1);
        assert!(!written.targets_copied);
    }
    for (text, message) in [
        ("{\"target_allocation\": {\"Stocks\": 0.5}}", "targets: target_allocation: the weights sum to 0.5"),
        ("{\"target_allocation\": ", "targets: no JSON object"),
        ("= 5", "targets: neither a JSON object nor TOML"),
        ("{\"tragets\": {}}", "unknown field `tragets`"),
        ("{\"asset_classes\": [1]}", "targets: asset_classes:"),
    ] {
        let classes = [("VTI", "Stocks"), ("BRK.B", "Stocks"), ("BND", "Stocks"), ("SWVXX", "Stocks")];
        let faults =
            document(&holdings, Base::Targets(Source { name: "targets", text }), &classes).unwrap_err();
        assert!(faults[0].to_string().contains(message), "{message}: {faults:?}");
    }
    let faults = document(&holdings, Base::None, &[("VTO", "Stocks")]).unwrap_err();
    assert!(faults[0].to_string().contains("no file tells of `VTO`; did you mean `VTI`?"), "{faults:?}");
}

/// A household's own document, in the full form.
const OWN: &str = r#"{
 "household_id":   "smith", "as_of": "2026-10-01",
 "target_allocation": {"US Stocks": 0.60, "Bonds": 0.40}, "preferences": ["do_not_sell_lot_first"],
 "instructions": "keep \u00e9verything",
 "total_value": 1,
 "accounts": [
  {"account_id": "joint", "owner": "ann", "cash": 1, "holdings": [{"ticker": "VTI", "lots":
    [{"lot_id": "first", "quantity": 120, "acquisition_date": "2020-05-11", "cost_basis_per_share": 170.00}]}]},
  {"account_id": "other", "kind": "traditional", "cash": 7.50, "holdings": []}],
 "securities": [
  {"ticker": "VTI",  "asset_class": "US Stocks", "current_price": 250, "spread_bps": 1.5},
  {"ticker": "BND", "asset_class": "Bonds", "current_price": 70, "kind": "etf"},
  {"ticker": "AGG", "asset_class": "Bonds", "current_price": 99.00, "kind": "etf"}]
}"#;

#[test]
fn holdings_go_into_a_document_and_everything_else_stays() {
    let own = OWN.replace(" \"total_value\": 1,\n", "");
    let holdings = read_all(Format::LotTable, &[LOTS]).unwrap();
    let written = document(&holdings, Base::Into(Source { name: "own.json", text: &own }), &[]).unwrap();
    let text = &written.text;
    for kept in [
        "\"household_id\": \"smith\"",
        "\"target_allocation\": {\"US Stocks\": 0.60, \"Bonds\": 0.40}",
        "\"instructions\": \"keep \\u00e9verything\"",
        "{\"account_id\": \"other\", \"kind\": \"traditional\", \"cash\": 7.50, \"holdings\": []}",
        "{\"ticker\": \"AGG\", \"asset_class\": \"Bonds\", \"current_price\": 99.00, \"kind\": \"etf\"}",
        "\"current_price\": 300, \"spread_bps\": 1.5, \"price_as_of\": \"2026-11-20\"",
        "\"as_of\": \"2026-11-20\"",
    ] {
        assert!(text.contains(kept), "{kept} is not in\n{text}");
    }
    assert!(text.contains("{\"lot_id\": \"first\", \"quantity\": 100"), "a lot keeps its name\n{text}");
    assert_eq!(written.kept_accounts, ["other"]);
    let codes: Vec<&str> = written.notes.iter().map(|n| n.code).collect();
    assert_eq!(
        codes,
        ["import.account_added", "import.account_kept", "import.price_kept", "import.no_transactions"]
    );
    // The same once more changes nothing but the notes.
    let again = document(&holdings, Base::Into(Source { name: "own.json", text }), &[]).unwrap();
    assert_eq!(&again.text, text);
}

#[test]
fn a_short_document_takes_one_account_by_its_name() {
    let own = r#"{"as_of": "2026-10-01", "account_id": "joint", "cash": 5, "target_allocation": {"Bonds": 1},
      "holdings": [{"ticker": "BND", "asset_class": "Bonds", "current_price": 70, "esg_score": "AA", "lots": []}]}"#;
    let table = "account_id,ticker,quantity,price,date,cost\njoint,BND,5,71,2020-01-02,300\n";
    let mut holdings = read_all(Format::LotTable, &[table]).unwrap();
    holdings.as_of = Some(date(2026, 11, 20));
    let written = document(&holdings, Base::Into(Source { name: "own.json", text: own }), &[]).unwrap();
    assert!(written.text.contains("\"esg_score\": \"AA\""), "{}", written.text);
    assert_eq!(written.portfolio.accounts[0].cash, dec!(5), "no file tells another");
    assert!(written.notes.iter().any(|n| n.code == "import.cash_unknown"));
    let own = own.replace("joint", "mine");
    let faults = document(&holdings, Base::Into(Source { name: "own.json", text: &own }), &[]).unwrap_err();
    assert!(faults[0].to_string().contains("has one account, mine, in the short form"), "{faults:?}");
    let faults = document(&holdings, Base::Into(Source { name: "own.json", text: OWN }), &[]).unwrap_err();
    assert!(!faults.is_empty(), "total_value disagrees with the lots");
}
