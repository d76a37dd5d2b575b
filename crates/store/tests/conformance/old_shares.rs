//! What a household is worth while a split waits for its orders to end.

use portfolio::Decimal;
use rebalance::Options;
use rebalance::books::Books;
use rebalance::keeping::paper::{Paper, Settings};
use rebalance::keeping::{Answer, Keeper, Recorded, Taken};
use rebalance::life::{Policy, State};
use rust_decimal::dec;

use crate::backend::Backend;
use crate::household::{CALM, Standing, minute, quotes};
use crate::market::{DAY, split};
use crate::story::TEXT;

/// While orders are at the broker the lots on record are old shares, and nobody values them at the price of a new one.
pub(crate) fn a_household_is_worth_the_same_while_a_split_waits(backend: &Backend) {
    let books = backend.open();
    let world = &Standing::at(minute(0));
    let recorded = Recorded(&books);
    let broker = Paper::new(Settings::default(), &recorded);
    let keeper = &Keeper::new(&books, world, &broker, Options::default());
    keeper.enrol("smith", "ann", Policy::default(), TEXT).unwrap();
    for n in 0..2 {
        world.set(minute(n));
        keeper.tick(&quotes(minute(n), &CALM)).unwrap();
    }
    let id = books.reading().recommendations(State::PendingApproval).unwrap()[0].id();
    assert_eq!(keeper.approve(id, "ann", None).unwrap(), Answer::Approved);
    world.set(minute(2));
    let household = books.reading().household_named("smith").unwrap().unwrap();
    assert_eq!(keeper.advance(household.id).unwrap().unwrap().step, Taken::Sent);
    let of = |keeper: &Keeper<'_>| {
        let now = keeper.as_of_now(&household).unwrap().unwrap();
        let spy =
            |lot: &&portfolio::Lot| now.securities[now.positions[lot.position].security].ticker == "SPY";
        let shares: Decimal = now.lots.iter().filter(spy).map(|lot| lot.quantity).sum();
        (now.value(), shares)
    };
    keeper.take_in(&quotes(minute(2), &[("SPY", dec!(450)), ("AGG", dec!(90))])).unwrap();
    let (value, shares) = of(keeper);
    // The next day, on which the shares are new ones, the orders still wait.
    world.set(minute(DAY));
    let today = split();
    keeper.take_in_splits(std::slice::from_ref(&today)).unwrap();
    let new = dec!(450) * Decimal::from(today.from) / Decimal::from(today.to);
    keeper.take_in(&quotes(minute(DAY), &[("SPY", new), ("AGG", dec!(90))])).unwrap();
    assert_eq!(keeper.waiting_splits(&household).unwrap(), std::slice::from_ref(&today));
    let in_new = shares * Decimal::from(today.to) / Decimal::from(today.from);
    assert_eq!(of(keeper), (value, in_new));
    let kept = books.reading().portfolio(household.id).unwrap().unwrap();
    let lots: Decimal = books
        .reading()
        .lots(kept.id)
        .unwrap()
        .iter()
        .filter(|lot| lot.ticker == "SPY")
        .map(|lot| lot.quantity)
        .sum();
    assert_eq!(lots, shares, "nothing is written");
}
