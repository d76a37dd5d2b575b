//! A book of many households says what the one-household monitor says, within the precision it states.

#![allow(clippy::unwrap_used)]

use monitor::book::{Book, EDGE, PriceError, sample};
use monitor::monitor;
use portfolio::money::float;
use portfolio::{Decimal, Portfolio};
use proptest::prelude::*;
use rust_decimal::prelude::ToPrimitive;

/// Weights here and in decimals agree to this, for households without much debt.
const WEIGHT: f64 = 5e-7;

/// Up to 30 securities, the same tickers in every household, each in a class of the household's choice.
const SECURITIES: usize = 30;

fn household(numbers: &[u32]) -> Portfolio {
    let mut numbers = numbers.iter().copied().cycle().enumerate().map(|(n, x)| x.rotate_left(n as u32 % 31));
    let mut below = move |most: u32| numbers.next().map_or(0, |x| x % most);
    let classes = ["Stocks", "Bonds", "Gold", "Real Estate", "Cash"];
    let mut securities = Vec::new();
    let mut holdings = [Vec::new(), Vec::new()];
    for n in 0..SECURITIES {
        // Every class that may have a target is listed; which security is of which is for the numbers to say.
        let drawn = below(if n % 7 == 0 { 5 } else { 4 }) as usize;
        let class = classes[if n < 3 { n } else { drawn }];
        securities.push(format!(
            r#"{{"ticker": "T{n}", "asset_class": "{class}", "current_price": {}.{:02}, "kind": "etf", "spread_bps": {}}}"#,
            n + 10, n, below(30)
        ));
        for (account, holdings) in holdings.iter_mut().enumerate() {
            if below(3) == 0 {
                holdings.push(format!(
                    r#"{{"ticker": "T{n}", "lots": [{{"lot_id": "{account}-{n}-1", "quantity": {}.{:04}, "cost_basis_per_share": 9}},
                       {{"lot_id": "{account}-{n}-2", "quantity": {}, "cost_basis_per_share": 9}}]}}"#,
                    below(400), below(9999), below(50)
                ));
            }
        }
    }
    let stocks = below(61);
    let bands =
        ["", r#""bands": {"Stocks": {"absolute": 0.01}, "Cash": {"relative": 0.25}},"#][below(2) as usize];
    let [first, second] = holdings.map(|h| h.join(","));
    let text = format!(
        r#"{{"as_of": "2026-11-20", "cash_flow": {{"a": {}}}, "securities": [{}],
            "monitoring": {{{bands} "volatility": 0.{}, "last_rebalance": "2026-0{}-15"}},
            "target_allocation": {{"Stocks": 0.{stocks:02}, "Bonds": 0.{:02}, "Cash": 0.1, "Gold": 0.00}},
            "accounts": [{{"account_id": "a", "cash": {}, "holdings": [{first}]}},
                         {{"account_id": "b", "kind": "roth", "cash": 100.5, "holdings": [{second}]}}]}}"#,
        below(9_000),
        securities.join(","),
        below(5),
        1 + below(9),
        90 - stocks,
        below(20_000)
    );
    portfolio::read(&text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// The household at these prices, by the places of a book.
fn at(portfolio: &Portfolio, book: &Book) -> Portfolio {
    let mut portfolio = portfolio.clone();
    for security in &mut portfolio.securities {
        if let Some(place) = book.tickers().iter().position(|t| *t == security.ticker) {
            security.price = Decimal::from_f64_retain(book.prices()[place]).unwrap().round_dp(12);
        }
    }
    portfolio
}

/// What rings in decimals rings in the book; what rings in the book alone is at an edge; drifts agree.
fn agrees(households: &[Portfolio], book: &Book) {
    let ringing = book.ringing();
    let squared = book.squared_drifts();
    for (place, portfolio) in households.iter().enumerate() {
        let exact = monitor(&at(portfolio, book));
        let held =
            |c: &&monitor::ClassDrift| !c.weight.0.is_zero() || !c.target.0.is_zero() || c.class == "Cash";
        let rows = book.drifts(u32::try_from(place).unwrap());
        // A target of zero has a row as well.
        let classes: Vec<_> = exact
            .classes
            .iter()
            .filter(|c| held(c) || portfolio.target_allocation.contains_key(&c.class))
            .collect();
        assert_eq!(rows.len(), classes.len());
        for (row, class) in rows.iter().zip(&classes) {
            assert!((row.drift - float(class.drift.0)).abs() < WEIGHT, "{row:?} {class:?}");
            assert!((row.tau - float(class.tolerance.tau.0)).abs() < WEIGHT, "{row:?} {class:?}");
        }
        let rings = ringing.binary_search(&u32::try_from(place).unwrap()).is_ok();
        if exact.act {
            assert!(rings, "household {place} rings in decimals only: {}", exact.why);
        } else if rings {
            let near = |c: &&monitor::ClassDrift| {
                c.drift.0.abs().to_f64().unwrap() > float(c.tolerance.tau.0) - 2.0 * EDGE
            };
            assert!(classes.iter().any(near), "household {place}: {}", exact.why);
        }
        let expected = exact.metrics.iter().find(|m| m.equation == 21).unwrap().value.unwrap();
        assert!((f64::from(squared[place]) - expected).abs() < 4.0 * WEIGHT);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn a_book_says_what_the_monitor_says(
        seeds in proptest::collection::vec(proptest::collection::vec(any::<u32>(), 97), 1..12),
        ticks in proptest::collection::vec(proptest::collection::vec((0..40_u32, 9_000..11_000_u32), 1..9), 1..9),
    ) {
        let households: Vec<Portfolio> = seeds.iter().map(|numbers| household(numbers)).collect();
        let (mut book, first) = Book::of(&households).unwrap();
        prop_assert_eq!(&first.rung, &book.ringing());
        agrees(&households, &book);
        for tick in &ticks {
            let securities = u32::try_from(book.tickers().len()).unwrap();
            let before = book.ringing();
            let moved: Vec<(u32, f64)> = tick
                .iter()
                .filter(|(place, _)| *place < securities)
                .map(|(place, factor)| {
                    (*place, (book.prices()[*place as usize] * f64::from(*factor)).round() / 1e4)
                })
                .collect();
            let changes = book.moved(&moved).unwrap();
            let mut expected: Vec<u32> = before.into_iter().filter(|n| !changes.ceased.contains(n)).collect();
            expected.extend(&changes.rung);
            expected.sort_unstable();
            prop_assert_eq!(expected, book.ringing());
            agrees(&households, &book);
        }
        let prices: Vec<f64> = book.prices().iter().map(|price| (price * 11_713.0).round() / 1e4).collect();
        book.tick(&prices).unwrap();
        agrees(&households, &book);
    }
}

/// Prices that wander, a few hundred small steps of a tenth of the securities, in a book of three blocks.
#[test]
fn what_moved_step_by_step_is_what_is_judged_anew_on_any_number_of_threads() {
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            let mut book = sample::book(150_000, 1_000, 20, 7);
            let mut changed = 0;
            let mut all = Vec::new();
            for step in 0..200_u32 {
                let mut state = step.wrapping_mul(2_654_435_761) | 1;
                let mut next = || {
                    state ^= state << 13;
                    state ^= state >> 17;
                    state ^= state << 5;
                    state
                };
                let moved: Vec<(u32, f64)> = (0..100)
                    .map(|_| {
                        let place = next() % 1_000;
                        (
                            place,
                            book.prices()[place as usize]
                                * (1.0 + (f64::from(next() % 2_001) - 1_000.0) / 2e5),
                        )
                    })
                    .collect();
                let changes = book.moved(&moved).unwrap();
                changed += changes.rung.len() + changes.ceased.len();
                all.push(changes);
            }
            let ringing = book.ringing();
            let prices = book.prices().to_vec();
            let late = book.tick(&prices).unwrap();
            assert_eq!((late.rung, late.ceased), (vec![], vec![]), "an alarm was late");
            assert!(changed > 1_000 && ringing.len() > 1_000, "{changed} {}", ringing.len());
            (all, ringing)
        })
    };
    let one = run(1);
    for threads in [2, 5] {
        assert!(one == run(threads), "{threads} threads");
    }
}

#[test]
fn what_is_no_price_is_refused_and_changes_nothing() {
    let mut book = sample::book(3, 20, 5, 1);
    let prices = book.prices().to_vec();
    assert_eq!(book.tick(&prices[1..]), Err(PriceError::Count { given: 19, securities: 20 }));
    assert_eq!(book.moved(&[(20, 1.0)]), Err(PriceError::NoSecurity { place: 20, securities: 20 }));
    for price in [0.0, -1.0, f64::INFINITY] {
        let refused = Err(PriceError::NoPrice { ticker: "S4".to_owned(), price });
        assert_eq!(book.moved(&[(3, 5.0), (4, price)]), refused);
    }
    assert!(book.moved(&[(0, f64::NAN)]).is_err());
    assert_eq!(book.prices(), prices);
    assert!(book.drifts(3).is_empty() && book.drifts(u32::MAX).is_empty());
    assert_eq!(book.drifts(2).len(), 6);
}

#[test]
fn an_empty_book_is_one() {
    let (mut book, changes) = Book::of([]).unwrap();
    assert_eq!((book.households(), changes.rung.len()), (0, 0));
    assert!(book.tick(&[]).unwrap().rung.is_empty() && book.moved(&[]).unwrap().rung.is_empty());
    assert!(book.squared_drifts().is_empty() && book.ringing().is_empty());
}
