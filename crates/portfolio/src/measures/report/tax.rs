//! (38)–(47): gains, losses and tax, were every open lot sold today.
//!
//! In: open lots at today's price with their holding period, and rates. Out: rows. Nothing here
//! knows wash sales, losses carried forward or the limit against ordinary income.

use rust_decimal::Decimal;

use super::{Inputs, Measure};
use crate::measures::gain::{Gains, Sale, harvesting_potential};
use crate::measures::holding::total;
use crate::measures::liability::{self, Rates};
use crate::measures::undefined::Undefined;

const IF_SOLD: &str = "were every open lot sold today";

pub(super) fn rows(inputs: &Inputs<'_>) -> Vec<Measure> {
    let lots = if inputs.lots.is_empty() {
        Err(Undefined::NotGiven { what: "open lots" })
    } else {
        Ok(inputs.lots.as_slice())
    };
    let mut rows = gained(lots.clone());
    rows.extend(owed(lots, inputs.rates.as_ref()));
    rows.extend(alpha(inputs));
    rows
}

/// (38), (40)–(44), (47).
fn gained(lots: Result<&[Sale], Undefined>) -> Vec<Measure> {
    let gains = lots.clone().and_then(Gains::of);
    let of = |part: fn(&Gains) -> Decimal| gains.as_ref().map(part).map_err(Clone::clone);
    let each = lots.clone().and_then(|lots| total(lots.iter().map(Sale::gain)));
    let net = gains.as_ref().map_err(Clone::clone).and_then(Gains::net);
    let potential = lots.and_then(harvesting_potential);
    vec![
        Measure::of("gain", 38, "capital gain", "USD", each).noting(IF_SOLD),
        Measure::of("short_term_gain", 40, "short-term gain", "USD", of(|g| g.short_term_gain)),
        Measure::of("long_term_gain", 41, "long-term gain", "USD", of(|g| g.long_term_gain)),
        Measure::of("short_term_loss", 42, "short-term loss", "USD", of(|g| g.short_term_loss)),
        Measure::of("long_term_loss", 43, "long-term loss", "USD", of(|g| g.long_term_loss)),
        Measure::of("net_gain", 44, "net capital gain", "USD", net),
        Measure::of("harvesting_potential", 47, "loss harvesting potential", "USD", potential)
            .noting("before wash-sale rules"),
    ]
}

/// (39), (45).
fn owed(lots: Result<&[Sale], Undefined>, rates: Option<&Rates>) -> Vec<Measure> {
    let given = lots.and_then(|lots| Ok((lots, rates.ok_or(Undefined::NotGiven { what: "tax rates" })?)));
    let per_lot = |liability: fn(&Sale, &Rates) -> Result<Decimal, Undefined>| {
        given.clone().and_then(|(lots, rates)| total(lots.iter().map(|lot| liability(lot, rates))))
    };
    let in_all = |tax: fn(&Gains, &Rates) -> Result<Decimal, Undefined>| {
        given.clone().and_then(|(lots, rates)| tax(&Gains::of(lots)?, rates))
    };
    vec![
        Measure::of("liability", 39, "tax liability", "USD", per_lot(liability::of_sale))
            .noting("losses count as negative tax"),
        Measure::of("liability_of_gains", 39, "tax liability", "USD", per_lot(liability::of_sale_alone))
            .noting("each lot alone; a loss owes nothing"),
        Measure::of("tax_separate", 45, "total tax", "USD", in_all(liability::separate))
            .noting("short and long term apart"),
        Measure::of("tax_netted", 45, "total tax", "USD", in_all(liability::netted))
            .noting("short and long term netted against each other"),
    ]
}

/// (46).
fn alpha(inputs: &Inputs<'_>) -> Vec<Measure> {
    let taxed = inputs.taxed.ok_or(Undefined::NotGiven { what: "returns before and after tax" });
    let drag = taxed.clone().and_then(|(ours, _)| liability::drag(ours.pretax, ours.posttax));
    let alpha = taxed.and_then(|(ours, benchmark)| liability::alpha(&ours, &benchmark));
    vec![
        Measure::of("tax_drag", 46, "tax alpha", "per period", drag)
            .noting("return lost to tax; larger = worse"),
        Measure::of("tax_alpha", 46, "tax alpha", "per period", alpha)
            .noting("gained over the benchmark after tax"),
    ]
}
