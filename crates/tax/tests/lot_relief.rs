//! Lot relief against 24 published reports (`tests/data/rp2_us`): all 245 capital gains and the
//! 210 other rows with a date of acquisition, under FIFO, LIFO, HIFO and LOFO. Four more rows,
//! none of them a capital gain, differ for a reason that is stated where they are left out.
//!
//! The data are of crypto currencies, whose lots are pooled per asset and whose fees may be paid in
//! the asset itself: such a fee is a sale. That reading is in this test, not in the product.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use jiff::civil::Date;
use rust_decimal::Decimal;
use tax::holding::{Term, term};
use tax::relief::{Method, Open, draw};

/// When, in seconds of UTC and as the local date.
type Moment = (i64, Date);

/// asset, acquired, sold at, shares, basis, term; numbers to six places.
type Row = (String, Date, Moment, Decimal, Decimal, Term);

#[derive(Default)]
struct Asset {
    bought: Vec<(Moment, Decimal, Decimal)>,
    sold: Vec<(Moment, Decimal)>,
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().ok()
}

/// `2020-01-01T03:41-0700`, `2020-02-01T11:18Z` and `2020-01-21 18:33:14.342000+00:00`.
fn moment(text: &str) -> Moment {
    let date: Date = text[..10].parse().expect("a date");
    let clock = &text[11..];
    let at = clock.find(['Z', '+', '-']).expect("an offset");
    let number = |text: &str| text.parse::<i64>().expect("a number");
    let mut parts = clock[..at].split(':');
    let mut next = || parts.next().map_or(0, |part| number(part.split('.').next().unwrap_or("0")));
    let seconds = next() * 3_600 + next() * 60 + next();
    let offset: String = clock[at..].chars().filter(char::is_ascii_digit).collect();
    let offset = if offset.is_empty() { 0 } else { number(&offset[..2]) * 3_600 };
    let sign = if clock[at..].starts_with('-') { -1 } else { 1 };
    let days = tax::holding::days_between(jiff::civil::date(2000, 1, 1), date);
    (days * 86_400 + seconds - sign * offset, date)
}

fn records(path: &Path) -> Vec<csv::StringRecord> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(path).expect("a fixture");
    reader.records().map(|record| record.expect("a record")).collect()
}

fn assets(path: &Path) -> BTreeMap<String, Asset> {
    let mut assets: BTreeMap<String, Asset> = BTreeMap::new();
    let (mut table, mut header) = (String::new(), Vec::new());
    for record in records(path) {
        match &record[1] {
            "IN" | "OUT" | "INTRA" => table = record[1].to_owned(),
            "TABLE END" => {}
            "Timestamp" => header = record.iter().map(str::to_owned).collect(),
            when => {
                let value = |name: &str| {
                    let at = header.iter().position(|column| column == name)?;
                    decimal(record.get(at)?)
                };
                let asset = assets.entry(record[0].to_owned()).or_default();
                asset.add(&table, moment(when), value);
            }
        }
    }
    assets
}

impl Asset {
    fn add(&mut self, table: &str, when: Moment, value: impl Fn(&str) -> Option<Decimal>) {
        let spot = value("Spot Price").unwrap_or_default();
        let fee = value("Crypto Fee").unwrap_or_default();
        let sold = match table {
            "IN" => {
                let shares = value("Crypto In").expect("a quantity");
                let fees = value("USD Fee").unwrap_or(fee * spot);
                let basis = value("USD In (With Fee)").unwrap_or(shares * spot + fees);
                self.bought.push((when, shares, basis));
                fee
            }
            "OUT" => value("Crypto Out").expect("a quantity") + fee,
            _ => value("Crypto Sent").expect("sent") - value("Crypto Received").expect("received"),
        };
        if sold > Decimal::ZERO {
            self.sold.push((when, sold));
        }
    }

    fn rows(mut self, name: &str, method: Method) -> Vec<Row> {
        self.bought.sort_by_key(|lot| lot.0.0);
        self.sold.sort_by_key(|sale| sale.0.0);
        let units: Vec<Decimal> = self.bought.iter().map(|lot| lot.2 / lot.1).collect();
        let mut left: Vec<Decimal> = self.bought.iter().map(|lot| lot.1).collect();
        let mut rows = Vec::new();
        for (when, shares) in &self.sold {
            let known: Vec<usize> = (0..left.len())
                .filter(|lot| left[*lot] > Decimal::ZERO && self.bought[*lot].0.0 <= when.0)
                .collect();
            let open: Vec<Open> = known
                .iter()
                .map(|lot| {
                    let acquired = self.bought[*lot].0.1;
                    let basis = left[*lot] * units[*lot];
                    Open { acquired, holding_start: acquired, shares: left[*lot], basis }
                })
                .collect();
            for taken in draw(&open, *shares, method).expect("enough is held") {
                let lot = known[taken.lot];
                left[lot] -= taken.shares;
                let acquired = self.bought[lot].0.1;
                let basis = (taken.shares * units[lot]).round_dp(6);
                let held = term(acquired, when.1);
                rows.push((name.to_owned(), acquired, *when, taken.shares, basis, held));
            }
        }
        rows
    }
}

fn us_date(text: &str) -> Date {
    let parts: Vec<i16> = text.split('/').map(|part| part.parse().expect("a number")).collect();
    let small = |at: usize| i8::try_from(parts[at]).expect("a month or day");
    jiff::civil::date(parts[2], small(0), small(1))
}

/// The expected rows that name an acquisition, and how many of them are capital gains.
fn expected(path: &Path) -> (Vec<Row>, usize) {
    let records = records(path);
    let rows: Vec<&csv::StringRecord> = records.iter().skip(1).filter(|row| !row[3].is_empty()).collect();
    let gains = rows.iter().filter(|row| &row[0] == "Capital Gains").count();
    let row = |row: &&csv::StringRecord| {
        let held = if &row[11] == "LONG" { Term::Long } else { Term::Short };
        let number = |at: usize| decimal(&row[at]).expect("a number").round_dp(6);
        (row[2].to_owned(), us_date(&row[3]), moment(&row[12]), number(1), number(6), held)
    };
    (rows.iter().map(row).collect(), gains)
}

#[test]
fn lot_relief_agrees_row_by_row_with_24_published_reports() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/rp2_us");
    let (mut files, mut gains, mut rows) = (0, 0, 0);
    for entry in fs::read_dir(folder.join("expected")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let stem = name.strip_suffix("_tax_report_us.csv").unwrap();
        let (stem, method) = stem.rsplit_once('_').unwrap();
        let (input, range) = match stem.strip_suffix("_2019-12-01_2020-04-01") {
            Some(input) => (input, Some(("2019-12-01", "2020-04-01"))),
            None => (stem, None),
        };
        let mut got: Vec<Row> = assets(&folder.join("input").join(format!("{input}.csv")))
            .into_iter()
            .flat_map(|(name, asset)| asset.rows(&name, method.parse().unwrap()))
            .filter(|row| {
                range
                    .is_none_or(|(from, to)| (from.parse().unwrap()..=to.parse().unwrap()).contains(&row.2.1))
            })
            .collect();
        let (mut wanted, capital) = expected(&path);
        got.sort();
        wanted.sort();
        // The published LOFO ranks lots by price without fees, ours by basis, which has them: one
        // fee paid in B4 is taken from two lots of one price there, from the cheaper one here.
        if method == "lofo" && input == "test_data3" {
            let is_fee = |row: &Row| row.0 == "B4";
            assert_eq!(got.iter().filter(|row| is_fee(row)).count(), 1, "{name}");
            got.retain(|row| !is_fee(row));
            wanted.retain(|row| !is_fee(row));
        }
        assert_eq!(got, wanted, "{name}");
        rows += wanted.len();
        files += 1;
        gains += capital;
    }
    assert_eq!((files, gains, rows), (24, 245, 455));
}
