//! Wishes at random, from the whole grammar of preference tokens.
//!
//! In: a draft. Out: the draft with so many wishes more, each of another kind, near enough to what is held
//! that they press. Invariant: no two tokens contradict each other, and each names what the draft has;
//! whether they can be kept together is for the optimiser to find out.

use crate::chance::{Chance, rounded};
use crate::draft::Draft;
use crate::risk::{self, Risk};
use crate::stocks::SECTORS;

/// How many kinds of wishes there are.
const KINDS: usize = 32;

/// Adds `count` wishes of different kinds.
pub(crate) fn add(chance: &mut Chance, draft: &mut Draft, count: usize) {
    for kind in chance.several(count, KINDS) {
        if let Some((instead_of, token)) = wish(chance, draft, kind)
            && !contradicted(draft, &token)
        {
            draft.wish(instead_of, token);
        }
    }
}

/// Whether a wish of the draft says the opposite.
fn contradicted(draft: &Draft, token: &str) -> bool {
    let pairs = [("do_not_buy_ticker_", "prefer_ticker_"), ("do_not_sell_lot_", "sell_lot_first_")];
    pairs.iter().any(|(a, b)| {
        let opposite = token.strip_prefix(a).map(|name| format!("{b}{name}"));
        let opposite = opposite.or_else(|| token.strip_prefix(b).map(|name| format!("{a}{name}")));
        opposite.is_some_and(|o| draft.preferences.contains(&o))
    })
}

/// A wish of a kind, and the beginning of those that it stands in for; none where the draft has nothing
/// that it could name.
fn wish(chance: &mut Chance, draft: &mut Draft, kind: usize) -> Option<(&'static str, String)> {
    const NONE: &str = "(none)";
    Some(match kind {
        0..=9 => amounts(chance, draft, kind),
        10 => ("do_not_sell_ticker_", format!("do_not_sell_ticker_{}", held(chance, draft)?)),
        11 => ("do_not_buy_ticker_", format!("do_not_buy_ticker_{}", any(chance, draft))),
        12 => ("always_hold_ticker_", format!("always_hold_ticker_{}", held(chance, draft)?)),
        13 => {
            let ticker = held(chance, draft)?;
            let place = draft.securities.iter().position(|s| s.ticker == ticker)?;
            let most = percent(chance, draft.weights()[place]);
            ("concentrate_up_to_", format!("concentrate_up_to_{most}_pct_in_ticker_{ticker}"))
        }
        14 => {
            let largest = draft.weights().into_iter().fold(0.0, f64::max);
            (NONE, format!("max_concentration_pct_{}", percent(chance, largest)))
        }
        15 => (NONE, format!("max_sector_exposure_pct_{}", chance.pick(&[20, 30, 40, 50]))),
        16 => {
            let (sector, weight) = sector(chance, draft)?;
            let sector = sector.replace(' ', "_");
            (NONE, format!("max_sector_exposure_pct_{}_in_{sector}", percent(chance, weight)))
        }
        17 => {
            let class = draft.securities[chance.below(draft.securities.len())].class.replace(' ', "_");
            (NONE, format!("avoid_asset_class_{class}"))
        }
        18 => {
            if draft.risk.is_none() {
                draft.risk = Some(match draft.security_targets.len() {
                    0 => Risk::of_classes(&draft.securities),
                    n => Risk::of_stocks(chance, n, 3),
                });
            }
            (NONE, risk::cap(chance, draft)?)
        }
        25 => ("prefer_ticker_", format!("prefer_ticker_{}", any(chance, draft))),
        26 => (NONE, format!("sell_lot_first_{}", lot(chance, draft)?)),
        27 => (NONE, format!("do_not_sell_lot_{}", lot(chance, draft)?)),
        _ => times(chance, draft, kind),
    })
}

/// Wishes that need no name of the draft.
fn amounts(chance: &mut Chance, draft: &Draft, kind: usize) -> (&'static str, String) {
    match kind {
        0 => ("minimize_short_term_gains", "minimize_short_term_gains".to_owned()),
        1 => ("avoid_short_term_gains", "avoid_short_term_gains".to_owned()),
        2 => (
            "harvest_losses_up_to_",
            format!("harvest_losses_up_to_{}_usd", chance.pick(&[500, 3000, 9000, 25_000])),
        ),
        3 => ("prioritize_qualified_dividends", "prioritize_qualified_dividends".to_owned()),
        4 => {
            let usd = rounded(draft.base * chance.magnitude(0.003, 0.2), 0);
            ("maintain_cash_balance_of_", format!("maintain_cash_balance_of_{usd}_usd"))
        }
        5 => {
            let most = chance.pick(&[1, 3, 5, 8, 12, 20, 35, 60]);
            ("max_daily_trade_volume_pct_", format!("max_daily_trade_volume_pct_{most}"))
        }
        6 => (
            "esg_minimum_score_",
            format!("esg_minimum_score_{}", chance.pick(&["BB", "BBB", "A", "AA", "AAA"])),
        ),
        7 => {
            let what =
                ["fossil_fuels", "tobacco", "weapons", "fossil_fuels_tobacco", "tobacco_weapons_alcohol"];
            ("exclude_", format!("exclude_{}", chance.pick(&what)))
        }
        8 => ("impact_investing_focus", "impact_investing_focus".to_owned()),
        _ => ("prefer_etfs_over_mutual_funds", "prefer_etfs_over_mutual_funds".to_owned()),
    }
}

/// Wishes about times, sizes, gains and what matters most.
fn times(chance: &mut Chance, draft: &Draft, kind: usize) -> (&'static str, String) {
    match kind {
        19 => ("minimize_total_commissions", "minimize_total_commissions".to_owned()),
        20 => {
            let usd = rounded(draft.base * chance.magnitude(0.002, 0.08), 0);
            ("avoid_trades_below_", format!("avoid_trades_below_{usd}_usd"))
        }
        21 => ("min_holding_months_", format!("min_holding_months_{}", chance.pick(&[1, 2, 6, 13, 25]))),
        22 => (
            "min_holding_months_",
            format!("min_holding_months_{}_unless_necessary", chance.pick(&[2, 6, 13, 40])),
        ),
        23 => (
            "max_trade_frequency_",
            format!("max_trade_frequency_1_per_{}", chance.pick(&["day", "month", "quarter"])),
        ),
        24 => ("execute_between_", "execute_between_0945_1530_ET".to_owned()),
        28 => ("no_sells", "no_sells".to_owned()),
        29 => {
            let usd = rounded(draft.base * chance.magnitude(0.0005, 0.03), 0);
            ("max_realized_gains_", format!("max_realized_gains_{usd}_usd"))
        }
        30 => {
            ("max_tax_", format!("max_tax_{}_usd", rounded(draft.base * chance.magnitude(0.0001, 0.01), 0)))
        }
        _ => {
            let goals = ["drift", "cost", "tax", "esg"];
            let order: Vec<&str> = chance.several(4, 4).into_iter().map(|g| goals[g]).collect();
            ("priorities_", format!("priorities_{}", order.join("_")))
        }
    }
}

/// A limit in per cent, somewhat below or above what is there.
pub(crate) fn percent(chance: &mut Chance, weight: f64) -> f64 {
    rounded(weight * 100.0 * chance.between(0.6, 1.25), 1).clamp(0.5, 100.0)
}

/// A sector that some security has, with its weight.
pub(crate) fn sector(chance: &mut Chance, draft: &Draft) -> Option<(String, f64)> {
    let weights = draft.weights();
    let in_sector = |name: &str| -> Vec<f64> {
        draft
            .securities
            .iter()
            .zip(&weights)
            .filter(|(s, _)| s.text("sector") == Some(name))
            .map(|(_, w)| *w)
            .collect()
    };
    let there: Vec<&str> = SECTORS.into_iter().filter(|name| !in_sector(name).is_empty()).collect();
    let name = *there.get(chance.below(there.len()))?;
    Some((name.to_owned(), in_sector(name).iter().sum()))
}

/// A lot of the draft.
pub(crate) fn lot(chance: &mut Chance, draft: &Draft) -> Option<String> {
    let lots = draft.lots();
    lots.get(chance.below(lots.len())).cloned()
}

/// A ticker that is held.
pub(crate) fn held(chance: &mut Chance, draft: &Draft) -> Option<String> {
    let held = draft.held();
    held.get(chance.below(held.len())).cloned()
}

fn any(chance: &mut Chance, draft: &Draft) -> String {
    draft.securities[chance.below(draft.securities.len())].ticker.clone()
}
