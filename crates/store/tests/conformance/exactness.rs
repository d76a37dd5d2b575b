//! What goes in comes out: every digit of a decimal, every microsecond, every byte of a document.

use jiff::Timestamp;
use jiff::civil::{Date, date};
use portfolio::Decimal;
use rebalance::books::{Booking, Books, Change, DriftPoint, Entry, PricePoint, Record};
use rebalance::id::TransactionId;
use rebalance::life::Policy;
use rust_decimal::dec;

use crate::backend::{Backend, start};
use crate::story::{Story, TEXT, draw};

const DECIMALS: [Decimal; 14] = [
    dec!(0),
    dec!(1),
    dec!(-1),
    dec!(100000000),
    dec!(0.0001),
    dec!(450.10),
    dec!(12345.678901234567890123456789),
    dec!(0.0000000000000000000000000001),
    dec!(-0.1234567890123456789012345678),
    dec!(99999999.99999999),
    dec!(10000.00010000),
    dec!(7922816251426433759354395.0335),
    Decimal::MAX,
    Decimal::MIN,
];

pub(crate) fn decimals_times_and_days_come_back_as_they_went_in(backend: &Backend) {
    let books = backend.open();
    let household = Story::new(&books).household().unwrap().id;
    let days =
        [date(1900, 1, 1), date(1999, 12, 31), date(2000, 1, 1), date(2024, 2, 29), date(9999, 12, 31)];
    let mut written = Vec::new();
    for (n, (quantity, day)) in DECIMALS.iter().zip(days.iter().cycle()).enumerate() {
        let booking = Booking {
            id: TransactionId::new(start(), draw()),
            household,
            account_id: format!("ünïcode '{n}'"),
            date: *day,
            action: "BUY".to_owned(),
            ticker: None,
            lot_id: (n % 2 == 0).then(|| "L\"1".to_owned()),
            quantity: *quantity,
            price: DECIMALS[DECIMALS.len() - 1 - n],
            fees: dec!(0),
            cash: -*quantity,
            fill: None,
        };
        let record = Record::new("test", household, "test", start(), "{}".to_owned());
        books.record(&Entry::new(record).with(Change::Booking(booking.clone()))).unwrap();
        written.push(booking);
    }
    assert_eq!(books.reading().bookings(household).unwrap(), written);
    times(&books, household);
}

fn times(books: &dyn Books, household: rebalance::id::HouseholdId) {
    let first: Date = date(1950, 1, 1);
    for (n, micros) in
        [-631_152_000_000_001_i64, 0, 1, 946_684_799_999_999, 4_102_444_800_123_456].iter().enumerate()
    {
        let at = Timestamp::from_microsecond(*micros).unwrap();
        let point = PricePoint {
            ticker: format!("T{n}"),
            price: dec!(0.1),
            source: "test".to_owned(),
            as_of: at,
            received_at: at,
        };
        let record = Record::new("test", household, "test", at, "{}".to_owned());
        books.record(&Entry::new(record).with(Change::Price(point.clone()))).unwrap();
        assert_eq!(books.reading().price(&point.ticker, at).unwrap(), Some(point.clone()));
        let before = Timestamp::from_microsecond(micros - 1).unwrap();
        assert_eq!(books.reading().price(&point.ticker, before).unwrap(), None, "{first}: not known yet");
    }
}

pub(crate) fn a_portfolio_is_kept_as_text_and_row_by_row(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let household = story.household().unwrap();
    let imported = story.imported(&household, 1, TEXT);
    books.record(&story.import(imported.clone())).unwrap();
    let kept = books.reading().portfolio(household.id).unwrap().unwrap();
    assert_eq!(kept, imported.kept());
    assert_eq!(kept.text, TEXT);
    assert_eq!(books.reading().balances(kept.id).unwrap(), imported.balances());
    assert_eq!(books.reading().lots(kept.id).unwrap(), imported.lots());
    assert_eq!(imported.lots().len(), 3);
    let point = DriftPoint {
        household: household.id,
        portfolio: kept.id,
        at: start(),
        absolute: dec!(0.123456789),
        largest: dec!(0.1),
        breaches: 2,
        act: true,
        why: "Stocks are 8 % above their target".to_owned(),
    };
    let record = Record::new("drift", household.id, "monitor", start(), "{}".to_owned());
    books.record(&Entry::new(record).with(Change::Drift(point.clone()))).unwrap();
    assert_eq!(books.reading().drift(household.id, start()).unwrap(), [point]);
    // Other rules for approvals, over the version that was read.
    let policy =
        Policy { second_above_usd: Some(dec!(25000.50)), second_if_edited: true, ..Policy::default() };
    let household = books.reading().household(household.id).unwrap().unwrap();
    let changed = rebalance::books::Household { policy, paused: true, ..household.clone() };
    let record = || Record::new("settings", household.id, "ann", start(), "{}".to_owned());
    books.record(&Entry::new(record()).with(Change::Household(changed.clone()))).unwrap();
    let now = books.reading().household_named("smith").unwrap().unwrap();
    assert_eq!(now, rebalance::books::Household { version: household.version + 1, ..changed.clone() });
    let late = books.record(&Entry::new(record()).with(Change::Household(changed))).unwrap_err();
    assert!(late.to_string().contains("has changed since it was read"), "{late}");
    assert_eq!(books.reading().households().unwrap(), [now]);
}

pub(crate) fn what_was_kept_of_a_recommendation_comes_back(backend: &Backend) {
    let books = backend.open();
    let story = Story::new(&books);
    let waits = story.waiting();
    let offer = waits.offer().unwrap();
    assert_eq!(offer.plan_hash, waits.kept().plan_hash.clone().unwrap());
    assert_eq!(offer.shown.prices["SPY"], dec!(450));
    assert_eq!(offer.shown.holdings["lot L2"], dec!(40.5));
    assert_eq!(offer.shown.holdings["cash of joint"], dec!(100.25));
    let attempts = books.reading().attempts(waits.id()).unwrap();
    assert_eq!(attempts.len(), 2);
    let plan: serde_json::Value = serde_json::from_str(&attempts[1].document).unwrap();
    assert_eq!(plan["plan_hash"], attempts[1].plan_hash.as_str());
    assert_eq!(plan["trades"].as_array().unwrap().len(), attempts[1].trades.len());
    assert_eq!(portfolio::plan::hash::plan_hash(TEXT, &attempts[1].trades), offer.plan_hash);
}
