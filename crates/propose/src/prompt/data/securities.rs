//! The securities that are held or may be bought: price and its age, costs, limits, ratings.

use std::collections::HashMap;

use portfolio::exchange::eastern::{close_of, written_at};
use portfolio::{Decimal, SecurityKind};

use super::Source;
use super::fitting::{Fitting, fitting};
use super::household::measure;
use crate::prompt::row::Row;

/// Identical tickers that are named beside a security.
const IDENTICAL_MAX: usize = 8;
/// By which rule securities are listed.
const RULE_BY_CLASS: &str = "class by class, from the one farthest off its target: the cheapest security that may be bought, then \
                             the largest holdings";
const RULE_BY_SECURITY: &str = "the securities farthest off their own targets";

/// One row a security.
pub(super) fn securities(source: &Source<'_>, bytes: usize) -> Fitting {
    let (order, rule) = match &source.portfolio.security_targets {
        Some(_) => (by_security(source), RULE_BY_SECURITY),
        None => (by_class(source), RULE_BY_CLASS),
    };
    let identical = identical(source);
    fitting(order, source.held.len(), bytes, rule, |n| row(source, n, &identical))
}

fn row(source: &Source<'_>, n: usize, identical: &Identical<'_>) -> String {
    let p = source.portfolio;
    let s = &p.securities[n];
    let names = source.names;
    let bars: Vec<String> = source.bars.purchase(n).iter().map(ToString::to_string).collect();
    let row = Row::new()
        .text("ticker", names.ticker(n))
        .text("class", &names.class(&s.asset_class))
        .text("kind", kind(s.kind))
        .number("price", s.price);
    let row = aged(source, row, s.price_as_of.as_deref());
    let row = row.usd("held_usd", source.held[n]);
    let row = match &p.security_targets {
        Some(targets) => row
            .weight("weight", source.weight(source.held[n]))
            .weight("target", targets.get(&n).copied().unwrap_or_default()),
        None => row,
    };
    row.number("spread_bps", s.spread_bps)
        .number_unless_zero("commission_usd", s.commission)
        .number_unless_zero("impact_usd_per_share_squared", s.impact_coefficient)
        .number("step", s.quantity_increment)
        .number_unless_zero("expense_ratio", s.expense_ratio)
        .maybe_number(
            "trade_max_usd",
            s.average_daily_volume_usd
                .map(|usd| portfolio::money::cents(usd.saturating_mul(p.liquidity_fraction_of_adv))),
        )
        .maybe_text("esg", s.esg.map(portfolio::Rating::letter))
        .maybe_text("sector", s.sector.as_deref().map(|sector| names.sector(sector)).as_deref())
        .texts("industries", &industries(&s.industries))
        .flag("pays_dividends", s.pays_dividends)
        .maybe_number("volatility", volatility(source, n))
        .texts("identical_to", &identical.others(source, n))
        .texts("not_bought", &bars)
        .done()
}

/// When the price was taken, and how old it is.
fn aged(source: &Source<'_>, row: Row, written: Option<&str>) -> Row {
    let Some(written) = written else { return row };
    let Some(at) = written_at(written) else { return row.text("price_as_of", "not readable") };
    let now = source.situation.moment.map_or_else(|| close_of(source.portfolio.as_of), |moment| moment.now);
    let minutes = now.duration_since(at).as_secs() / 60;
    row.text("price_as_of", &at.to_string()).number("price_age_minutes", minutes.into())
}

fn kind(kind: SecurityKind) -> &'static str {
    match kind {
        SecurityKind::Etf => "etf",
        SecurityKind::MutualFund => "mutual fund",
        SecurityKind::Stock => "stock",
        SecurityKind::Bond => "bond",
        SecurityKind::CashEquivalent => "cash equivalent",
    }
}

/// Industries that a wish may be about; other words of a file say nothing here.
fn industries(written: &[String]) -> Vec<&'static str> {
    let known = portfolio::preference::Industry::ALL.iter().map(|(_, word)| *word);
    known.filter(|word| written.iter().any(|w| w == word)).collect()
}

/// Yearly volatility of a security by itself.
fn volatility(source: &Source<'_>, n: usize) -> Option<Decimal> {
    let model = source.portfolio.risk_model.as_ref()?;
    let (exposures, specific) = (model.exposures[n].as_ref()?, model.specific_variance[n]?);
    let common: f64 = model
        .factor_covariance
        .iter()
        .zip(exposures)
        .map(|(row, b)| b * row.iter().zip(exposures).map(|(f, c)| f * c).sum::<f64>())
        .sum();
    measure((common + specific).max(0.0).sqrt())
}

/// Listed securities by identical group.
struct Identical<'a>(HashMap<&'a str, Vec<usize>>);

fn identical<'a>(source: &Source<'a>) -> Identical<'a> {
    let mut groups: HashMap<&str, Vec<usize>> = HashMap::new();
    for (n, s) in source.portfolio.securities.iter().enumerate() {
        groups.entry(&s.identical_group).or_default().push(n);
    }
    Identical(groups)
}

impl Identical<'_> {
    fn others<'n>(&self, source: &Source<'n>, n: usize) -> Vec<&'n str> {
        let group = self.0.get(source.portfolio.securities[n].identical_group.as_str());
        let others = group.into_iter().flatten().filter(|other| **other != n);
        others.take(IDENTICAL_MAX).map(|other| source.names.ticker(*other)).collect()
    }
}

/// The farthest off their own targets first; what is neither held nor wanted last.
fn by_security(source: &Source<'_>) -> Vec<usize> {
    let targets = source.portfolio.security_targets.as_ref();
    let target = |n: usize| targets.and_then(|t| t.get(&n)).copied().unwrap_or_default();
    let off = |n: &usize| (source.weight(source.held[*n]) - target(*n)).abs();
    let mut order: Vec<usize> = (0..source.held.len()).collect();
    order.sort_by_key(|n| std::cmp::Reverse(off(n)));
    order
}

/// Round by round through the classes, the one farthest off first: its cheapest purchase, then its largest holdings, then what
/// else may be bought.
fn by_class(source: &Source<'_>) -> Vec<usize> {
    let p = source.portfolio;
    let mut classes: Vec<&monitor::ClassDrift> = source.situation.drift.classes.iter().collect();
    classes.sort_by_key(|class| std::cmp::Reverse(class.drift.0.abs()));
    let place: HashMap<&str, usize> =
        classes.iter().enumerate().map(|(at, class)| (class.class.as_str(), at)).collect();
    let mut of_class: Vec<Vec<usize>> = vec![Vec::new(); classes.len() + 1];
    for (n, s) in p.securities.iter().enumerate() {
        of_class[place.get(s.asset_class.as_str()).copied().unwrap_or(classes.len())].push(n);
    }
    let mut ranked: Vec<(usize, usize, usize)> = Vec::new();
    for (class, members) in of_class.iter_mut().enumerate() {
        let cost = |n: usize| {
            let s = &p.securities[n];
            (s.spread_bps / Decimal::from(20_000) + s.expense_ratio, n)
        };
        let cheapest =
            members.iter().copied().filter(|n| source.bars.purchase(*n).is_empty()).min_by_key(|n| cost(*n));
        members.sort_by_key(|n| (Some(*n) != cheapest, std::cmp::Reverse(source.held[*n]), cost(*n)));
        ranked.extend(members.iter().enumerate().map(|(round, n)| (round, class, *n)));
    }
    ranked.sort_unstable();
    ranked.into_iter().map(|(_, _, n)| n).collect()
}
