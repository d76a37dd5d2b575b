//! No loss is made or lost: on 10,000 random histories the books close to the cent.
//!
//! Each has 40 rows or more, three accounts of two owners (one is an IRA), two identical tickers and
//! a third, splits, reinvestments, partial and fractional lots, every relief method and policy.

use std::collections::BTreeMap;

use jiff::civil::date;
use rust_decimal::Decimal;
use tax::gains::{AccountKind, Action, GainsReport, Row, gains_under};
use tax::holding::plus_days;
use tax::relief::Method;
use tax::wash_sale::Policy;
use tax::wash_sale::policy::{AlreadySold, BoughtBeforeSoldLot, OtherOwner};

const HISTORIES: u64 = 10_000;
const ACCOUNTS: [(&str, AccountKind, &str); 3] = [
    ("A", AccountKind::Taxable, "ann"),
    ("I", AccountKind::Traditional, "ann"),
    ("S", AccountKind::Taxable, "bob"),
];

/// SplitMix64: the same histories on every machine.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (x ^ (x >> 31)) % sides
    }

    fn amount(&mut self, from: u64, to: u64, places: u32) -> Decimal {
        let units = from + self.below(to - from);
        Decimal::new(i64::try_from(units).expect("small"), places)
    }
}

fn history(dice: &mut Dice) -> Vec<Row> {
    let mut held: BTreeMap<(usize, usize), Decimal> = BTreeMap::new();
    let mut today = date(2024, 1, 2);
    let mut rows: Vec<Row> = Vec::new();
    let length = 40 + usize::try_from(dice.below(15)).expect("small");
    while rows.len() < length {
        today = plus_days(today, i64::try_from(dice.below(9)).expect("small"));
        let account = usize::try_from(dice.below(5)).expect("small") % 3;
        let ticker = usize::try_from(dice.below(4)).expect("small") % 3;
        let position = held.entry((account, ticker)).or_default();
        let line = u64::try_from(rows.len()).expect("small") + 2;
        let (account_id, account_kind, owner) = ACCOUNTS[account];
        let mut row = Row {
            line,
            date: today,
            account_id: account_id.to_owned(),
            account_kind,
            owner: owner.to_owned(),
            ticker: ["X", "Y", "Z"][ticker].to_owned(),
            action: Action::Buy,
            quantity: dice.amount(1, 200_000, 3),
            price: dice.amount(2_000, 9_000, 2),
            fees: dice.amount(0, 200, 2),
            lot_id: None,
            identical_group: (ticker < 2).then(|| "XY".to_owned()),
        };
        match dice.below(20) {
            0 => {
                row.action = Action::Split;
                row.quantity = [Decimal::TWO, Decimal::new(15, 1), Decimal::new(5, 1)][ticker];
                (row.price, row.fees) = (Decimal::ZERO, Decimal::ZERO);
                let is_again = |other: &Row| {
                    other.action == Action::Split
                        && other.ticker == row.ticker
                        && other.date >= plus_days(today, -7)
                };
                if rows.iter().any(is_again) {
                    continue;
                }
                for ((_, other), shares) in &mut held {
                    if *other == ticker {
                        *shares *= row.quantity;
                    }
                }
            }
            1..=9 if *position > Decimal::ZERO => {
                row.action = Action::Sell;
                row.quantity = match dice.below(3) {
                    0 => *position,
                    _ => row.quantity.min(*position),
                };
                *position -= row.quantity;
            }
            roll => {
                if roll < 13 {
                    row.action = Action::Reinvest;
                    row.quantity = dice.amount(1, 3_000, 3);
                }
                *position += row.quantity;
            }
        }
        rows.push(row);
    }
    rows
}

/// What the rows alone say of the taxable accounts: proceeds less the cost of every purchase.
fn cash(rows: &[Row]) -> Decimal {
    let taxable = rows.iter().filter(|row| row.account_kind == AccountKind::Taxable);
    taxable
        .map(|row| match row.action {
            Action::Sell => row.notional() - row.fees,
            Action::Buy | Action::Reinvest => -row.notional() - row.fees,
            Action::Split => Decimal::ZERO,
        })
        .sum()
}

fn check(rows: &[Row], report: &GainsReport) {
    let taxable = || report.open_lots.iter().filter(|lot| lot.account_kind == AccountKind::Taxable);
    let open_basis: Decimal = taxable().map(|lot| lot.basis).sum();
    let carried: Decimal = taxable().map(|lot| lot.carried_loss).sum();
    // The rows give cash, the report the rest: recognised − permanent = cash + adjusted basis.
    assert_eq!(report.recognised_total - report.permanently_disallowed, cash(rows) + open_basis);
    assert_eq!(report.recognised_total - carried - report.permanently_disallowed, report.economic_total);
    for row in &report.realised {
        assert!(row.disallowed >= Decimal::ZERO);
        assert!(row.disallowed.is_zero() || row.disallowed <= -row.gain);
        assert!(row.holding_start <= row.acquired && row.acquired <= row.sold);
    }
    let washed: Decimal = report.wash_sales.iter().map(|wash| wash.disallowed).sum();
    assert_eq!(washed, report.disallowed_total);
}

#[test]
fn ten_thousand_histories_conserve_every_cent() {
    let (mut washes, mut permanent, mut splits, mut tacked) = (0, 0, 0, 0);
    for seed in 0..HISTORIES {
        let mut dice = Dice(seed);
        let rows = history(&mut dice);
        let method = Method::ALL[usize::try_from(dice.below(5)).unwrap()];
        let policy = Policy {
            other_owner: [OtherOwner::LostForGood, OtherOwner::AddToBasis][usize::from(dice.below(4) == 0)],
            already_sold: [AlreadySold::Counts, AlreadySold::Ignored][usize::from(dice.below(4) == 0)],
            bought_before_sold_lot: [BoughtBeforeSoldLot::Counts, BoughtBeforeSoldLot::Ignored]
                [usize::from(dice.below(4) == 0)],
            ..Policy::default()
        };
        let report = gains_under(&rows, method, None, policy)
            .unwrap_or_else(|error| panic!("history {seed}: {error}"));
        check(&rows, &report);
        washes += report.wash_sales.len();
        permanent += usize::from(!report.permanently_disallowed.is_zero());
        splits += rows.iter().filter(|row| row.action == Action::Split).count();
        tacked += report.open_lots.iter().filter(|l| l.holding_start < l.acquired).count();
    }
    // The histories are of use only if they are full of what can go wrong.
    assert!(
        washes > 50_000 && permanent > 5_000 && splits > 5_000 && tacked > 5_000,
        "{washes} {permanent} {splits} {tacked}"
    );
}
