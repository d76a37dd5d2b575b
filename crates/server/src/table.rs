//! What a table of all households shows, kept between two looks at it, so that ten thousand rows are a matter of arithmetic.
//!
//! In: households, and the prices of now. Out: a [`Row`] each. Invariants: a row is of the portfolio version that the household has now, at the
//! prices on record now; bands and the tax of the year are those of the day on which the household was measured last, and what is of an
//! earlier day is measured again, some at each look.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::eastern;
use portfolio::household::CASH;
use portfolio::money::cents;
use portfolio::{Decimal, Portfolio};
use rebalance::books::{Books, Household, PricePoint};
use rebalance::household_rates::household_rates;
use rebalance::id::HouseholdId;

use crate::house::House;
use crate::problem::Problem;

/// Households of an earlier day that are measured again at one look.
const AGAIN_MAX: usize = 200;
/// Threads that measure what was never measured.
const THREADS: usize = 4;

/// What is kept of the households.
#[derive(Default)]
pub(crate) struct Table(Mutex<HashMap<HouseholdId, Arc<Measured>>>);

/// A household as it was measured; none of it depends on prices, but for the bands.
struct Measured {
    version: u64,
    day: Date,
    cash: Decimal,
    /// Ticker, place of its class, shares, price in the document.
    held: Vec<(String, usize, Decimal, Decimal)>,
    classes: Vec<Class>,
    tax_usd: Option<Decimal>,
}

struct Class {
    name: String,
    target: Decimal,
    tau: Decimal,
}

/// The class of a household that uses most of its band.
pub(crate) struct Worst {
    /// Its name.
    pub(crate) class: String,
    /// How much of its band it uses; above 1 it is outside.
    pub(crate) used: Decimal,
    /// Whether it is over its target.
    pub(crate) is_over: bool,
}

/// A household at the prices of now.
pub(crate) struct Row {
    /// With what comes in or goes out, USD.
    pub(crate) value_usd: Decimal,
    /// USD.
    pub(crate) cash_usd: Decimal,
    /// The class that uses most of its band.
    pub(crate) worst: Option<Worst>,
    /// Classes outside their bands.
    pub(crate) classes_out: u32,
    /// Tax of the year so far, USD, at flat rates.
    pub(crate) tax_usd: Option<Decimal>,
    /// Of when the oldest of its prices is.
    pub(crate) oldest_price: Option<Timestamp>,
}

impl Table {
    /// The rows of these households, in their order; none where there is no portfolio.
    ///
    /// # Errors
    /// [`Problem`] where the books can't be read.
    pub(crate) fn rows(
        &self,
        house: &dyn House,
        households: &[Household],
        now: Timestamp,
    ) -> Result<Vec<Option<Row>>, Problem> {
        let all = self.measured(house, households, eastern(now).date())?;
        let tickers: BTreeSet<&str> =
            all.iter().flatten().flat_map(|one| one.held.iter().map(|held| held.0.as_str())).collect();
        let tickers: Vec<String> = tickers.into_iter().map(str::to_owned).collect();
        let prices = house.store().reading().prices(&tickers, now)?;
        let prices: HashMap<&str, &PricePoint> =
            prices.iter().map(|point| (point.ticker.as_str(), point)).collect();
        Ok(all.iter().map(|one| one.as_ref().map(|one| one.row(&prices))).collect())
    }

    /// What is kept, with what is missing or of another version measured now.
    fn measured(
        &self,
        house: &dyn House,
        households: &[Household],
        day: Date,
    ) -> Result<Vec<Option<Arc<Measured>>>, Problem> {
        let known: Vec<Option<Arc<Measured>>> = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            households.iter().map(|household| kept.get(&household.id).cloned()).collect()
        };
        let with = || households.iter().zip(&known).filter(|(household, _)| household.portfolio_version > 0);
        let is_present = |household: &Household, one: &Option<Arc<Measured>>| {
            one.as_ref().is_some_and(|one| one.version == household.portfolio_version)
        };
        let missing = with().filter(|(household, one)| !is_present(household, one));
        let of_before = with().filter(|(household, one)| {
            is_present(household, one) && one.as_ref().is_some_and(|one| one.day < day)
        });
        let due: Vec<&Household> =
            missing.chain(of_before.take(AGAIN_MAX)).map(|(household, _)| household).collect();
        let fresh = measure(house, &due, day)?;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend(fresh);
        Ok(households.iter().map(|household| kept.get(&household.id).cloned()).collect())
    }
}

/// Measures households, on several threads where there are many.
fn measure(
    house: &dyn House,
    due: &[&Household],
    day: Date,
) -> Result<Vec<(HouseholdId, Arc<Measured>)>, Problem> {
    let some = |part: &[&Household]| -> Result<Vec<(HouseholdId, Arc<Measured>)>, Problem> {
        let mut measured = Vec::with_capacity(part.len());
        let mut failed = None;
        let kept = house.kept(&mut |keeper| {
            for household in part {
                match keeper.as_of_now(household) {
                    Ok(Some(now)) => {
                        let one = Measured::of(&now, household.portfolio_version, day);
                        measured.push((household.id, Arc::new(one)));
                    }
                    Ok(None) => {}
                    Err(error) => {
                        failed = Some(Problem::from(error));
                        break;
                    }
                }
            }
        });
        kept.map_err(Problem::outside)?;
        failed.map_or(Ok(measured), Err)
    };
    let part = due.len().div_ceil(THREADS).max(AGAIN_MAX);
    let all = std::thread::scope(|scope| {
        let threads: Vec<_> = due.chunks(part).map(|part| scope.spawn(move || some(part))).collect();
        let joined =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|_| Err(Problem::defect())));
        joined.collect::<Result<Vec<_>, _>>()
    })?;
    Ok(all.into_iter().flatten().collect())
}

impl Measured {
    fn of(now: &Portfolio, version: u64, day: Date) -> Measured {
        let report = monitor::monitor(now);
        let classes: Vec<Class> = report
            .classes
            .iter()
            .map(|class| Class {
                name: class.class.clone(),
                target: class.target.0,
                tau: class.tolerance.tau.0,
            })
            .collect();
        let places: BTreeMap<&str, usize> =
            classes.iter().enumerate().map(|(place, class)| (class.name.as_str(), place)).collect();
        let held = now.positions.iter().filter_map(|position| {
            let security = &now.securities[position.security];
            let place = *places.get(security.asset_class.as_str())?;
            let quantity = now.lots[position.lots.clone()].iter().map(|lot| lot.quantity).sum();
            Some((security.ticker.clone(), place, quantity, security.price))
        });
        let held = held.collect();
        let cash = now.accounts.iter().fold(Decimal::ZERO, |sum, account| {
            sum.saturating_add(account.cash).saturating_add(account.flow)
        });
        let unit = &now.tax;
        let (short, long) = (
            unit.realised_short.saturating_sub(unit.carried_short),
            unit.realised_long.saturating_sub(unit.carried_long),
        );
        let tax_usd = household_rates(now).ok().map(|rates| cents(rates.tax(short, long, short, long)));
        Measured { version, day, cash, held, classes, tax_usd }
    }

    fn row(&self, prices: &HashMap<&str, &PricePoint>) -> Row {
        let mut values = vec![Decimal::ZERO; self.classes.len()];
        let (mut total, mut oldest_price) = (self.cash, None);
        for (ticker, place, quantity, in_document) in &self.held {
            let point = prices.get(ticker.as_str());
            let price = point.map_or(*in_document, |point| point.price);
            let value = quantity.saturating_mul(price);
            values[*place] = values[*place].saturating_add(value);
            total = total.saturating_add(value);
            let as_of = point.map(|point| point.as_of);
            oldest_price = match (oldest_price, as_of) {
                (Some(old), Some(new)) => Some(std::cmp::min::<Timestamp>(old, new)),
                (old, new) => old.or(new),
            };
        }
        let mut worst: Option<(&str, Decimal, bool)> = None;
        let mut classes_out = 0;
        for (class, value) in self.classes.iter().zip(&values) {
            let value = if class.name == CASH { value.saturating_add(self.cash) } else { *value };
            let weight = value.checked_div(total).unwrap_or_default();
            let drift = weight.saturating_sub(class.target);
            let off = drift.abs();
            classes_out += u32::from(off > class.tau);
            let used = off.checked_div(class.tau).unwrap_or_default();
            if worst.is_none_or(|(_, most, _)| used > most) {
                worst = Some((&class.name, used, drift.is_sign_positive()));
            }
        }
        Row {
            value_usd: cents(total),
            cash_usd: cents(self.cash),
            worst: worst.map(|(class, used, is_over)| Worst {
                class: class.to_owned(),
                used: used.round_dp(4),
                is_over,
            }),
            classes_out,
            tax_usd: self.tax_usd,
            oldest_price,
        }
    }
}
