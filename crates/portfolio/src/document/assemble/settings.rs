//! Weights, tax unit, transactions, location, monitoring and policy of a document.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::{Decimal, dec};

use super::super::exact::{Exact, Text};
use super::super::shape::{Buckets, Monitoring as WrittenMonitoring, Tax};
use super::holdings::Held;
use super::{Document, Findings};
use crate::household::{
    Action, Band, CASH, FilingStatus, GivenWeights, HouseLimits, Monitoring, Policy, Security, Tau,
    TaxProfile, TradeTo, Transaction,
};
use crate::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};
use crate::nearest::nearest;

/// Rate of short-term gains, and with it of ordinary income, where a document gives none.
const SHORT_TERM_RATE_DEFAULT: Decimal = dec!(0.35);

/// Everything of a document that is not what is held or wanted.
pub(super) struct Settings {
    pub(super) weights: GivenWeights,
    pub(super) tax: TaxProfile,
    pub(super) transactions: Vec<Transaction>,
    pub(super) tax_drag: BTreeMap<String, Decimal>,
    pub(super) liquidity_fraction: Decimal,
    pub(super) wash_tolerance: Decimal,
    pub(super) monitoring: Monitoring,
    pub(super) policy: Policy,
}

/// Reads the settings.
pub(super) fn read(
    document: &Document<'_>,
    securities: &[Security],
    held: &Held,
    as_of: Option<Date>,
    found: &mut Findings,
) -> Settings {
    let one = Decimal::ONE;
    let given = document.weights.clone().unwrap_or_default();
    let mut lambda =
        |name: &str, value| found.maybe(format_args!("weights.{name}"), value, Decimal::ZERO, dec!(1000000));
    let weights = GivenWeights {
        drift: lambda("drift", given.drift),
        cost: lambda("cost", given.cost),
        tax: lambda("tax", given.tax),
        esg: lambda("esg", given.esg),
    };
    Settings {
        weights,
        tax: tax(document.tax.as_ref(), found),
        transactions: transactions(document, held, as_of, found),
        tax_drag: tax_drag(document, securities, found),
        liquidity_fraction: found
            .maybe("liquidity_fraction_of_adv", document.liquidity_fraction_of_adv, Decimal::ZERO, one)
            .unwrap_or(dec!(0.10)),
        wash_tolerance: found
            .maybe("wash_sale_tolerance_usd", document.wash_sale_tolerance_usd, Decimal::ZERO, MONEY_MAX)
            .unwrap_or_default(),
        monitoring: monitoring(document, securities, as_of, found),
        policy: policy(document, found),
    }
}

/// The drag of each class. A table may hold classes that this document has none of; where a class of the document goes
/// without, such a name is more likely a slip.
fn tax_drag(
    document: &Document<'_>,
    securities: &[Security],
    found: &mut Findings,
) -> BTreeMap<String, Decimal> {
    let mut drags = BTreeMap::new();
    let Some(location) = document.asset_location.as_ref().filter(|l| l.enabled) else { return drags };
    for (class, drag) in &location.tax_drag.0 {
        let path = format_args!("asset_location.tax_drag.{class}");
        let drag = found.within(path, *drag, Decimal::ZERO, Decimal::ONE);
        drags.insert(class.kept(), drag);
    }
    let mut without: Vec<&str> = securities.iter().map(|s| s.asset_class.as_str()).collect();
    without.retain(|class| *class != CASH && !drags.contains_key(*class));
    without.sort_unstable();
    without.dedup();
    let of_the_document = |class: &str| {
        let named = securities.iter().any(|s| s.asset_class == class);
        named || class == CASH || document.target_allocation.0.iter().any(|(c, _)| **c == *class)
    };
    for class in drags.keys().filter(|class| !without.is_empty() && !of_the_document(class)) {
        let meant = nearest(class, without.iter().copied());
        let detail = match meant {
            Some(meant) => format!("did you mean `{meant}`? write it as the securities have it"),
            None => {
                format!("name a class of the securities ({} go without), or remove it", without.join(", "))
            }
        };
        found.warn(
            "document.class_unknown",
            format_args!("asset_location.tax_drag.{class}"),
            format!(
                "asset class `{class}` is not in this document, so its drag counts for nothing; {detail}"
            ),
        );
    }
    drags
}

fn tax(written: Option<&Tax>, found: &mut Findings) -> TaxProfile {
    let Some(t) = written else { return TaxProfile::default() };
    let mut rate =
        |name: &str, value| found.maybe(format_args!("tax.{name}"), value, Decimal::ZERO, Decimal::ONE);
    let short_term_rate = rate("short_term_rate", t.short_term_rate);
    let long_term_rate = rate("long_term_rate", t.long_term_rate);
    let ordinary_rate = rate("ordinary_rate", t.ordinary_rate);
    let carryforward_rate = rate("carryforward_rate", t.carryforward_rate);
    let state_rate = rate("state_rate", t.state_rate);
    let mut usd =
        |name: &str, value| found.maybe(format_args!("tax.{name}"), value, Decimal::ZERO, MONEY_MAX);
    let ordinary_loss_limit = usd("ordinary_loss_limit", t.ordinary_loss_limit);
    let ordinary_income = usd("ordinary_income", t.ordinary_income);
    let magi = found.maybe("tax.magi", t.magi, -MONEY_MAX, MONEY_MAX);
    let netting = [("schedule_d", false), ("separate", true)];
    let separate = t.netting.as_deref().and_then(|n| found.word("tax.netting", n, &netting));
    let statuses = [
        ("single", FilingStatus::Single),
        ("joint", FilingStatus::Joint),
        ("separate", FilingStatus::Separate),
        ("head_of_household", FilingStatus::HeadOfHousehold),
    ];
    let filing_status =
        t.filing_status.as_deref().and_then(|s| found.word("tax.filing_status", s, &statuses));
    let no = Buckets::default();
    let mut bucket = |name: &str, value: Option<Exact>, min| {
        found.maybe(format_args!("tax.{name}"), value, min, MONEY_MAX).unwrap_or_default()
    };
    let (ytd, carried) = (t.realized_ytd.as_ref().unwrap_or(&no), t.carryforward.as_ref().unwrap_or(&no));
    let profile = TaxProfile {
        short_term_rate,
        long_term_rate,
        ordinary_rate,
        carryforward_rate,
        ordinary_loss_limit,
        separate_netting: separate.unwrap_or(false),
        realised_short: bucket("realized_ytd.short_term", ytd.short_term, -MONEY_MAX),
        realised_long: bucket("realized_ytd.long_term", ytd.long_term, -MONEY_MAX),
        carried_short: bucket("carryforward.short_term", carried.short_term, Decimal::ZERO),
        carried_long: bucket("carryforward.long_term", carried.long_term, Decimal::ZERO),
        year: t.year,
        filing_status,
        ordinary_income,
        magi,
        state_rate,
    };
    look_up_is_complete(&profile, found);
    carrying_on_is_no_better(&profile, found);
    profile
}

/// A loss carried on is worth no more than one that lowers this year's income; rates that are looked up
/// are not known here.
fn carrying_on_is_no_better(tax: &TaxProfile, found: &mut Findings) {
    let ordinary = tax.ordinary_rate.or(tax.short_term_rate.filter(|_| tax.year.is_none()));
    let ordinary = ordinary.or((tax.year.is_none()).then_some(SHORT_TERM_RATE_DEFAULT));
    let (Some(carried), Some(ordinary)) = (tax.carryforward_rate, ordinary) else { return };
    if carried > ordinary {
        found.fault_hint(
            "tax.carryforward_rate",
            format!("{carried} is above the rate of ordinary income, {ordinary}"),
            "a loss carried on is worth no more than one used this year; without it half the long-term rate counts",
        );
    }
}

/// Rates are looked up from year, status and income together, or not at all.
fn look_up_is_complete(tax: &TaxProfile, found: &mut Findings) {
    let asked = tax.year.is_some() || tax.filing_status.is_some() || tax.ordinary_income.is_some();
    if !asked {
        return;
    }
    for (name, given) in [
        ("year", tax.year.is_some()),
        ("filing_status", tax.filing_status.is_some()),
        ("ordinary_income", tax.ordinary_income.is_some()),
    ] {
        if !given {
            found.fault_hint(
                format_args!("tax.{name}"),
                "missing",
                "rates are looked up from year, filing_status and ordinary_income together",
            );
        }
    }
}

fn transactions(
    document: &Document<'_>,
    held: &Held,
    as_of: Option<Date>,
    found: &mut Findings,
) -> Vec<Transaction> {
    let actions = [("BUY", Action::Buy), ("SELL", Action::Sell), ("REINVEST", Action::Reinvest)];
    let accounts: Vec<&str> = held.accounts.iter().map(|a| a.account_id.as_str()).collect();
    let mut transactions = Vec::with_capacity(document.transactions.len());
    for (i, t) in document.transactions.iter().enumerate() {
        let path = format_args!("transactions[{i}]");
        let date = found.date(format_args!("{path}.date"), &t.date);
        if let (Some(date), Some(as_of)) = (date, as_of)
            && date > as_of
        {
            found.fault(format_args!("{path}.date"), format!("{date} is after as_of {as_of}"));
        }
        if let Some(account) = t.account_id.as_deref().filter(|a| !accounts.contains(a)) {
            found.warn(
                "document.account_unknown",
                format_args!("{path}.account_id"),
                format!(
                    "`{account}` is not in this document; it counts as a taxable account of the household"
                ),
            );
        }
        let action = found.word(format_args!("{path}.action"), &t.action, &actions);
        let quantity = found.within(format_args!("{path}.quantity"), t.quantity, Decimal::ZERO, QUANTITY_MAX);
        let price = found.within(format_args!("{path}.price"), t.price, Decimal::ZERO, PRICE_MAX);
        let realised_gain =
            found.maybe(format_args!("{path}.realized_gain"), t.realized_gain, -MONEY_MAX, MONEY_MAX);
        if let (Some(date), Some(action)) = (date, action) {
            transactions.push(Transaction {
                date,
                account_id: t.account_id.as_ref().map(Text::kept),
                ticker: t.ticker.kept(),
                identical_group: t.identical_group.as_ref().map(Text::kept),
                action,
                quantity,
                price,
                realised_gain,
            });
        }
    }
    transactions
}

fn monitoring(
    document: &Document<'_>,
    securities: &[Security],
    as_of: Option<Date>,
    found: &mut Findings,
) -> Monitoring {
    let defaults = Monitoring::default();
    let Some(m) = &document.monitoring else { return defaults };
    let last_rebalance = m.last_rebalance.as_deref().and_then(|d| found.date("monitoring.last_rebalance", d));
    if let (Some(last), Some(as_of)) = (last_rebalance, as_of)
        && last > as_of
    {
        found.fault("monitoring.last_rebalance", format!("{last} is after as_of {as_of}"));
    }
    let trade_to = [("target", TradeTo::Target), ("edge", TradeTo::Edge), ("midway", TradeTo::Midway)];
    Monitoring {
        volatility: found
            .maybe("monitoring.volatility", m.volatility, Decimal::ZERO, dec!(10))
            .unwrap_or(defaults.volatility),
        user_score: found
            .maybe("monitoring.user_score", m.user_score, Decimal::ZERO, Decimal::ONE)
            .unwrap_or(defaults.user_score),
        last_rebalance,
        tau: tau(m, &defaults.tau, found),
        bands: bands(m, document, securities, found),
        trade_to: m
            .trade_to
            .as_deref()
            .and_then(|t| found.word("monitoring.trade_to", t, &trade_to))
            .unwrap_or(TradeTo::Target),
    }
}

fn tau(m: &WrittenMonitoring, defaults: &Tau, found: &mut Findings) -> Tau {
    let Some(t) = &m.tau else { return defaults.clone() };
    let mut part = |name: &str, value, default| {
        found.maybe(format_args!("monitoring.tau.{name}"), value, dec!(-100), dec!(100)).unwrap_or(default)
    };
    let tau = Tau {
        base: part("base", t.base, defaults.base),
        k1: part("k1", t.k1, defaults.k1),
        k2: part("k2", t.k2, defaults.k2),
        k3: part("k3", t.k3, defaults.k3),
        k4: part("k4", t.k4, defaults.k4),
        min: part("min", t.min, defaults.min),
        max: part("max", t.max, defaults.max),
    };
    if tau.min > tau.max || tau.min < Decimal::ZERO {
        found.fault("monitoring.tau", format!("min {} and max {} are no range from 0 up", tau.min, tau.max));
    }
    tau
}

fn bands(
    m: &WrittenMonitoring,
    document: &Document<'_>,
    securities: &[Security],
    found: &mut Findings,
) -> BTreeMap<String, Band> {
    let mut classes: Vec<&str> = securities.iter().map(|s| s.asset_class.as_str()).collect();
    classes.extend(document.target_allocation.0.iter().map(|(c, _)| &**c));
    classes.push(CASH);
    classes.sort_unstable();
    classes.dedup();
    let mut bands = BTreeMap::new();
    for (class, band) in &m.bands.0 {
        let path = format_args!("monitoring.bands.{class}");
        let absolute =
            found.maybe(format_args!("{path}.absolute"), band.absolute, Decimal::ZERO, Decimal::ONE);
        let relative = found.maybe(format_args!("{path}.relative"), band.relative, Decimal::ZERO, dec!(100));
        if absolute.is_none() && relative.is_none() {
            found.fault_hint(path, "empty", "give `absolute`, `relative` or both");
        }
        if let Some(i) = found.index(path, "asset class", class, &classes) {
            bands.insert(classes[i].to_owned(), Band { absolute, relative });
        }
    }
    bands
}

fn policy(document: &Document<'_>, found: &mut Findings) -> Policy {
    let house = house_limits(document, found);
    let mut policy = Policy::default();
    if let Some(p) = &document.policy {
        let mut figure =
            |name: &str, value| found.maybe(format_args!("policy.{name}"), value, Decimal::ZERO, MONEY_MAX);
        policy.price_collar_pct = figure("price_collar_pct", p.price_collar_pct);
        policy.price_age_max_minutes = figure("price_age_max_minutes", p.price_age_max_minutes);
        policy.order_notional_max = figure("order_notional_max", p.order_notional_max);
        policy.orders_max = p.orders_max;
        policy.restricted = p.restricted.iter().map(Text::kept).collect();
    }
    Policy {
        price_collar_pct: narrower(policy.price_collar_pct, house.price_collar_pct),
        order_notional_max: narrower(policy.order_notional_max, house.order_notional_max),
        orders_max: narrower(policy.orders_max, house.orders_max),
        restricted: policy.restricted.into_iter().chain(house.restricted.iter().cloned()).collect(),
        house,
        ..policy
    }
}

/// The smaller of two limits, where there are any.
fn narrower<T: Ord>(a: Option<T>, b: Option<T>) -> Option<T> {
    a.into_iter().chain(b).min()
}

fn house_limits(document: &Document<'_>, found: &mut Findings) -> HouseLimits {
    let Some(rules) = &document.house_rules else { return HouseLimits::default() };
    let mut figure =
        |name: &str, value| found.maybe(format_args!("house_rules.{name}"), value, Decimal::ZERO, MONEY_MAX);
    HouseLimits {
        version: Some(rules.version),
        order_notional_max: figure("order_notional_max", rules.order_notional_max),
        price_collar_pct: figure("price_collar_pct", rules.price_collar_pct),
        orders_max: rules.orders_max,
        restricted: rules.restricted.iter().map(Text::kept).collect(),
    }
}
