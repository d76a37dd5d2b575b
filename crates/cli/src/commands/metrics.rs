//! `equipoise metrics FILE`: the figures (3)–(47) of a portfolio, as far as the inputs carry them.
//!
//! In: a portfolio document and, where given, series of prices, a benchmark, a risk-free rate and
//! fills. Out: one row per figure; one that can't be given says what it needs.

use std::fmt::Display;

use portfolio::Portfolio;
use portfolio::measures::Covariance;
use portfolio::measures::gain::{Sale, Term};
use portfolio::measures::holding::Holding;
use portfolio::measures::liability::Rates;
use portfolio::measures::report::{ClassWeight, Inputs, Misfit, Position, report};
use portfolio::measures::series::{Benchmark, Prices, RiskFree, fills};
use portfolio::money::float;
use rebalance::household_rates::household_rates;
use tax::holding::is_long_term;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `metrics`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Prices of what is held: date,TICKER,… or date,ticker,close
    #[arg(long, value_name = "CSV")]
    prices: Option<String>,
    /// Benchmark: date,close or date,return
    #[arg(long, value_name = "CSV")]
    benchmark: Option<String>,
    /// Risk-free rate: date,rate
    #[arg(long, value_name = "CSV")]
    risk_free: Option<String>,
    /// Fills: ticker,side,quantity,decision_price,exec_price
    #[arg(long, value_name = "CSV")]
    fills: Option<String>,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let name = input::name(&arguments.file);
    let document =
        portfolio::read(&input::text(&arguments.file)?).map_err(|error| Failure::input(name, &error))?;
    let rates = household_rates(&document).map_err(|error| Failure::input(name, &format!("tax: {error}")))?;
    let prices = read(arguments.prices.as_ref(), Prices::read)?;
    let benchmark = read(arguments.benchmark.as_ref(), Benchmark::read)?;
    let risk_free = read(arguments.risk_free.as_ref(), RiskFree::read)?;
    let rows = report(&Inputs {
        prices: prices.as_ref(),
        benchmark: benchmark.as_ref(),
        risk_free: risk_free.as_ref(),
        fills: read(arguments.fills.as_ref(), fills::read)?.unwrap_or_default(),
        rates: Some(Rates { short_term: rates.short_term, long_term: rates.long_term }),
        ..held(&document)
    });
    match arguments.format {
        Format::Json => output::json(&rows)?,
        Format::Table => output::page(&page::metrics::page(&rows))?,
    }
    Ok(Exit::Done)
}

/// Reads a series, naming its file in a fault.
fn read<T, E: Display>(
    path: Option<&String>,
    reader: fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    let Some(path) = path else { return Ok(None) };
    reader(&input::text(path)?).map(Some).map_err(|error| Failure::input(input::name(path), &error))
}

/// What the document itself says.
fn held(portfolio: &Portfolio) -> Inputs<'static> {
    let mut quantities = vec![portfolio::Decimal::ZERO; portfolio.securities.len()];
    for position in &portfolio.positions {
        quantities[position.security] += portfolio.position_quantity(position);
    }
    let securities = portfolio.securities.iter().zip(quantities).filter(|(_, q)| !q.is_zero());
    let positions = securities.map(|(security, quantity)| Position {
        ticker: security.ticker.clone(),
        class: security.asset_class.clone(),
        holding: Holding { quantity, price: security.price },
    });
    let classes = monitor::monitor(portfolio).classes.into_iter().map(|c| ClassWeight {
        class: c.class,
        current: c.weight.0,
        target: c.target.0,
        tolerance: Some(c.tolerance.tau.0),
    });
    Inputs {
        positions: positions.collect(),
        cash: portfolio.accounts.iter().map(|a| a.cash + a.flow).sum(),
        classes: classes.collect(),
        misfit: misfit(portfolio),
        lots: lots(portfolio),
        ..Inputs::default()
    }
}

/// Open lots of taxable accounts as if sold today.
fn lots(portfolio: &Portfolio) -> Vec<Sale> {
    let sale = |lot: &portfolio::Lot| {
        let position = &portfolio.positions[lot.position];
        let taxable = portfolio.accounts[position.account].kind == portfolio::AccountKind::Taxable;
        let long = match lot.acquired {
            Some(acquired) => is_long_term(acquired, portfolio.as_of),
            None => lot.stated_long_term.unwrap_or(false),
        };
        taxable.then(|| Sale {
            quantity: lot.quantity,
            price: portfolio.securities[position.security].price,
            basis: lot.basis_per_share,
            term: if long { Term::Long } else { Term::Short },
        })
    };
    portfolio.lots.iter().filter_map(sale).collect()
}

/// Weights, targets and covariance per security, where the document has them.
fn misfit(portfolio: &Portfolio) -> Option<Misfit> {
    let (risk, targets) = (portfolio.risk_model.as_ref()?, portfolio.security_targets.as_ref()?);
    let exposures: Option<Vec<Vec<f64>>> = risk.exposures.iter().cloned().collect();
    let specific: Option<Vec<f64>> = risk.specific_variance.iter().copied().collect();
    let covariance = Covariance::of_factors(&exposures?, &risk.factor_covariance, &specific?).ok()?;
    let value = portfolio.value();
    let mut current = vec![0.0; portfolio.securities.len()];
    for position in &portfolio.positions {
        current[position.security] += float(portfolio.position_value(position) / value);
    }
    let target = (0..current.len()).map(|i| float(targets.get(&i).copied().unwrap_or_default())).collect();
    Some(Misfit { current, target, covariance })
}
