//! What else bounds a plan: sizes, turnover, budgets, the order desk; volatility; the windows of wash sales.

use std::collections::BTreeMap;

use portfolio::Decimal;
use portfolio::household::Action;

use super::Source;
use super::fitting::{Fitting, fitting};
use super::household::{measure, volatility};
use crate::prompt::row::Row;
use crate::prompt::windows::Window;

/// Tickers that are named of a list.
const TICKERS_MAX: usize = 40;

/// Limits with figures, those of the desk among them.
pub(super) fn limits(source: &Source<'_>) -> String {
    let p = source.portfolio;
    let (w, desk) = (&p.wishes, &p.policy);
    let turnover = w.turnover_max.map(|part| part * source.value);
    let today = p.transactions.iter().filter(|t| t.date == p.as_of && t.action != Action::Reinvest);
    let today = today.fold(Decimal::ZERO, |sum, t| sum.saturating_add(t.quantity.saturating_mul(t.price)));
    let cents = |usd: Option<Decimal>| usd.map(portfolio::money::cents);
    let restricted: Vec<String> =
        desk.restricted.iter().take(TICKERS_MAX).map(|ticker| source.names.ticker_of(ticker)).collect();
    Row::new()
        .usd("order_minimum_usd", w.order_minimum_usd)
        .number("fraction_of_daily_volume", p.liquidity_fraction_of_adv)
        .usd("wash_sale_tolerance_usd", p.wash_sale_tolerance_usd)
        .usd("cash_to_keep_usd", w.cash_buffer_usd)
        .maybe_number("trade_at_most_today_usd", cents(turnover))
        .maybe_number("traded_today_usd", cents(turnover.map(|_| today)))
        .maybe_number("realised_gain_max_usd", cents(w.gains_max_usd))
        .maybe_number("added_tax_max_usd", cents(w.tax_max_usd))
        .maybe_number("one_order_max_usd", cents(desk.order_notional_max))
        .maybe_number("orders_max", desk.orders_max.map(Into::into))
        .texts("not_traded", &restricted)
        .done()
}

/// The market's volatility, and the household's where it has a risk model.
pub(super) fn risk(source: &Source<'_>) -> String {
    let p = source.portfolio;
    Row::new()
        .number("market_volatility", p.monitoring.volatility)
        .number("user_score", p.monitoring.user_score)
        .maybe_day("last_rebalance", p.monitoring.last_rebalance)
        .maybe_number("household_volatility", volatility(source))
        .maybe_number("volatility_cap", p.wishes.volatility_cap)
        .maybe_number(
            "tracking_error_today",
            (p.drift_metric == portfolio::household::DriftMetric::TrackingVariance)
                .then(|| measure(portfolio::money::float(source.before.drift).max(0.0).sqrt()))
                .flatten(),
        )
        .done()
}

/// One row a group that is barred in either direction; the longest matters most.
pub(super) fn wash_windows(source: &Source<'_>, bytes: usize) -> Fitting {
    let mut tickers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (n, security) in source.portfolio.securities.iter().enumerate() {
        tickers.entry(&security.identical_group).or_default().push(source.names.ticker(n));
    }
    // A group of which nothing is listed can't be traded anyway.
    let groups: Vec<(&Window, &Vec<&str>)> = source
        .bars
        .windows
        .iter()
        .filter_map(|(group, window)| tickers.get(group).map(|tickers| (window, tickers)))
        .collect();
    let row = |n: usize| {
        let (window, tickers) = groups[n];
        let row = Row::new().texts("tickers", &tickers[..tickers.len().min(TICKERS_MAX)]);
        let row = row.maybe_day("no_loss_sale_before", window.loss_free_from);
        let row =
            if window.loss_free_from.is_some() { row.usd("bought_usd", window.bought_usd) } else { row };
        row.maybe_day("no_purchase_before", window.purchase_free_from).done()
    };
    let mut order: Vec<usize> = (0..groups.len()).collect();
    order
        .sort_by_key(|n| std::cmp::Reverse(groups[*n].0.loss_free_from.max(groups[*n].0.purchase_free_from)));
    fitting(order, groups.len(), bytes, "the groups that are barred longest", row)
}
