//! A sale that was planned at a gain and filled at a loss, where shares were bought just before: the loss does not count, and is not gone.

use portfolio::Decimal;
use rebalance::books::{Books, Gain, HeldLot, Treatment, Washed};
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Desk, Recorded};
use rebalance::life::State;
use rust_decimal::dec;
use store::Store;

use crate::backend::Backend;
use crate::execution::Approved;
use crate::log::trust;
use crate::story::TEXT;

/// SPY has fallen below what lot L2 cost, inside the collar of the orders.
const FALLEN: [(&str, Decimal); 2] = [("SPY", dec!(445)), ("AGG", dec!(90))];

/// The household with another account that bought `shares` of SPY five days ago and keeps them.
fn with_a_purchase(kind: &str, shares: &str) -> String {
    let bought = format!(
        r#"{{"account_id": "other", "kind": "{kind}", "cash": 0, "holdings": [{{"ticker": "SPY", "lots": [
            {{"lot_id": "R", "quantity": {shares}, "acquisition_date": "2026-11-20", "cost_basis_per_share": 300}}]}}]}}"#
    );
    let kept = r#""preferences": ["do_not_sell_lot_R", "#;
    TEXT.replace(r#""preferences": ["#, kept).replace("]}]}],\n", &format!("]}}]}}, {bought}],\n"))
}

struct After {
    gains: Vec<Gain>,
    washes: Vec<Washed>,
    lots: Vec<HeldLot>,
    realised: Decimal,
}

impl After {
    fn of(books: &Store) -> After {
        let reading = books.reading();
        let household = reading.household_named("smith").unwrap().unwrap();
        let kept = reading.portfolio(household.id).unwrap().unwrap();
        let tax = portfolio::read(&kept.text).unwrap().tax;
        After {
            gains: reading.gains(household.id).unwrap(),
            washes: reading.washes(household.id).unwrap(),
            lots: reading.lots(kept.id).unwrap(),
            realised: tax.realised_short + tax.realised_long,
        }
    }

    fn lot(&self, name: &str) -> &HeldLot {
        self.lots.iter().find(|lot| lot.lot_id == name).unwrap_or_else(|| panic!("{name}: {:?}", self.lots))
    }

    fn loss(&self) -> &Gain {
        self.gains.iter().find(|gain| gain.lot_id == "L2").unwrap()
    }
}

/// The plan of a household, filled where SPY has fallen.
fn filled(books: &Store, text: &str) -> After {
    let kept = Approved::new(books, text, Desk::default());
    let recorded = Recorded(books);
    let broker = Paper::new(Settings::default(), &recorded);
    for n in 2..8 {
        kept.minute(n, &broker, &FALLEN);
    }
    assert_eq!(books.reading().recommendations(State::ExecutedSuccessfully).unwrap().len(), 1);
    let report = books.verify(&trust(), &[]).unwrap();
    assert!(report.is_sound(), "{report:?}");
    After::of(books)
}

pub(crate) fn a_loss_that_is_replaced_does_not_count_and_goes_into_the_basis(backend: &Backend) {
    let books = backend.open();
    let after = filled(&books, &with_a_purchase("taxable", "8"));
    let (loss, [wash]) = (after.loss(), after.washes.as_slice()) else { panic!("{:?}", after.washes) };
    assert!(loss.gain < Decimal::ZERO && loss.quantity > dec!(8), "{loss:?}");
    assert_eq!((wash.sale, wash.lot_id.as_str(), wash.shares), (loss.transaction, "L2", dec!(8)));
    assert_eq!((wash.replacement.as_str(), wash.treatment), ("R", Treatment::AddedToBasis));
    // 8 of the shares sold are replaced.
    assert_eq!(wash.disallowed, (-loss.gain * dec!(8) / loss.quantity).round_dp(2));
    assert_eq!(loss.disallowed, wash.disallowed);
    let lot = after.lot("R");
    assert_eq!((lot.quantity * lot.basis_per_share).round_dp(2), dec!(2400) + wash.disallowed);
    // Held since 2021-03-04 and sold on 2026-11-25: so many days before the purchase.
    assert_eq!(lot.acquired, Some(jiff::civil::date(2021, 2, 27)));
    let counted: Decimal = after.gains.iter().map(|gain| gain.gain + gain.disallowed).sum();
    assert_eq!(after.realised, counted);
    let records = books.records(0, 1_000).unwrap();
    assert_eq!(records.iter().filter(|row| row.kind.as_str() == "wash_sale").count(), 1);
}

pub(crate) fn a_loss_that_a_retirement_account_replaces_is_lost(backend: &Backend) {
    let books = backend.open();
    let after = filled(&books, &with_a_purchase("roth", "8"));
    let [wash] = after.washes.as_slice() else { panic!("{:?}", after.washes) };
    assert_eq!((wash.treatment, wash.shares), (Treatment::LostToRetirement, dec!(8)));
    assert_eq!(after.loss().disallowed, wash.disallowed);
    let lot = after.lot("R");
    assert_eq!(
        (lot.basis_per_share.normalize(), lot.acquired),
        (dec!(300), Some(jiff::civil::date(2026, 11, 20)))
    );
}

/// More was bought than is sold: what has replaced is a lot of its own.
pub(crate) fn a_lot_replaces_once(backend: &Backend) {
    let books = backend.open();
    let after = filled(&books, &with_a_purchase("taxable", "60"));
    let loss = after.loss();
    let [wash] = after.washes.as_slice() else { panic!("{:?}", after.washes) };
    assert_eq!((wash.replacement.as_str(), wash.shares), ("R-w1", loss.quantity));
    assert_eq!(loss.disallowed, -loss.gain, "all of it is replaced");
    let (own, rest) = (after.lot("R-w1"), after.lot("R"));
    assert_eq!(own.quantity + rest.quantity, dec!(60));
    assert_eq!(
        (rest.basis_per_share.normalize(), rest.acquired),
        (dec!(300), Some(jiff::civil::date(2026, 11, 20)))
    );
    let basis: Decimal = [own, rest].map(|lot| lot.quantity * lot.basis_per_share).into_iter().sum();
    assert_eq!(basis.round_dp(2), dec!(18000) + wash.disallowed);
}
