//! What is said of gains, terms and tax.

use portfolio::{AccountKind, Decimal};

use super::{Fault, Scene, change, fault};
use crate::claims::facts::LotState;

/// `long-term` of a short-term lot, and the other way round.
pub(super) fn term(scene: &Scene<'_>) -> Vec<Fault> {
    const OTHERWISE: [&str; 20] = [
        "investor",
        "investors",
        "goal",
        "goals",
        "plan",
        "plans",
        "growth",
        "horizon",
        "strategy",
        "outlook",
        "wealth",
        "perspective",
        "allocation",
        "objectives",
        "objective",
        "returns",
        "target",
        "targets",
        "rate",
        "rates",
    ];
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        let terms: Vec<(usize, usize, bool)> = segment.clone().filter_map(|at| term_at(scene, at)).collect();
        let [(first, last, long)] = terms.as_slice() else { continue };
        let next = scene.tokens.get(last + 1);
        if next.is_some_and(|t| t.any(&OTHERWISE))
            || scene.is_supposed(n)
            || scene.sentence_has(&["would", "far"])
        {
            continue;
        }
        let lots = scene.lots(scene.about(n));
        let denied = scene.is_denied(n, *first);
        let is_so = |lot: &&LotState| lot.long == *long;
        let fits = if denied { lots.iter().any(|lot| !is_so(lot)) } else { lots.iter().any(is_so) };
        if !lots.is_empty() && !fits && scene.about(n).lots.len() + lots.len() > 0 {
            found.push(Fault { first: *first, last: *last, why: "is not the term of it".to_owned() });
        }
    }
    found
}

fn term_at(scene: &Scene<'_>, at: usize) -> Option<(usize, usize, bool)> {
    let long = scene.tokens[at].is("long");
    if !long && !scene.tokens[at].is("short") {
        return None;
    }
    let hyphen = usize::from(scene.tokens.get(at + 1).is_some_and(|t| t.is("-")));
    let last = at + 1 + hyphen;
    (last < scene.sentence.end && scene.tokens[last].is("term")).then_some((at, last, long))
}

/// A gain where there is a loss, a loss where there is a gain, and what is said not to be there.
pub(super) fn sign(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        for at in segment.clone() {
            let Some(gain) = says_gain(scene, at) else { continue };
            let both = segment.clone().any(|other| says_gain(scene, other).is_some_and(|g| g != gain));
            if both || scene.is_supposed(n) {
                continue;
            }
            let named = scene.about(n);
            let lots = scene.lots(named);
            let is_so = |lot: &LotState| {
                if gain { lot.gain_per_share > Decimal::ZERO } else { lot.gain_per_share < Decimal::ZERO }
            };
            let on_record = !gain && named.tickers.iter().any(|t| scene.facts.lost_before.contains(t));
            if scene.is_denied(n, at) {
                if lots.iter().any(|lot| lot.taxable && !lot.sold.is_zero() && is_so(lot)) {
                    found.push(fault(at, "is realised by this plan"));
                }
            } else if !lots.is_empty() && !on_record && !lots.iter().any(|lot| is_so(lot)) {
                found.push(fault(at, if gain { "is a loss" } else { "is a gain" }));
            }
        }
    }
    found
}

/// Whether a word speaks of a gain or a loss of what is sold; `None` where it speaks of neither.
fn says_gain(scene: &Scene<'_>, at: usize) -> Option<bool> {
    let token = &scene.tokens[at];
    let gain = match token.lower.as_str() {
        "gain" | "gains" | "gained" | "profit" | "profits" => true,
        "loss" | "losses" | "harvests" | "harvested" => false,
        _ => return None,
    };
    let before = at.checked_sub(1).map(|b| &scene.tokens[b]);
    let after = scene.tokens.get(at + 1);
    let of_others = before.is_some_and(|t| {
        t.any(&[
            "offset",
            "offsets",
            "offsetting",
            "against",
            "other",
            "carried",
            "past",
            "earlier",
            "future",
            "more",
            "these",
            "those",
        ])
    });
    let of_rules = after.is_some_and(|t| {
        t.any(&[
            "tax",
            "taxes",
            "rate",
            "rates",
            "limit",
            "budget",
            "harvesting",
            "carryforward",
            "carryforwards",
        ])
    }) || before.is_some_and(|t| t.is("capital"))
        && after.is_some_and(|t| t.any(&["tax", "taxes", "rate", "rates"]))
        || scene.sentence_has(&["far"]);
    (!of_others && !of_rules).then_some(gain)
}

/// `tax-free`, `no tax`, where there is tax.
pub(super) fn free(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        for at in segment.clone() {
            let Some((last, deferred)) = freed(scene, at, segment.end) else { continue };
            if scene.is_supposed(n) || scene.is_denied(n, at) {
                continue;
            }
            let named = scene.about(n);
            let whole =
                named.is_empty() || scene.has(n, &["plan", "whole", "everything", "rebalance", "entire"]);
            let lots = scene.lots(named);
            let taxed =
                |lot: &&LotState| lot.taxable && !lot.sold.is_zero() && lot.gain_per_share > Decimal::ZERO;
            let accounts_taxable =
                named.accounts.iter().all(|a| scene.facts.kinds[*a] == AccountKind::Taxable);
            let false_said = if deferred {
                !named.accounts.is_empty() && accounts_taxable
                    || named.accounts.is_empty() && !lots.is_empty() && lots.iter().all(|lot| lot.taxable)
            } else if whole {
                scene.facts.tax_usd > Decimal::ZERO
            } else {
                lots.iter().any(taxed)
            };
            if false_said {
                found.push(Fault { first: at, last, why: "is not so: it is taxed".to_owned() });
            }
        }
    }
    found
}

/// The last token of words that say that there is no tax, or that it is deferred.
fn freed(scene: &Scene<'_>, at: usize, end: usize) -> Option<(usize, bool)> {
    let word = |n: usize| scene.tokens.get(n).filter(|_| n < end).map_or("", |t| t.lower.as_str());
    let hyphen = usize::from(word(at + 1) == "-");
    match (word(at), word(at + 1 + hyphen)) {
        ("tax", "free" | "neutral") => Some((at + 1 + hyphen, false)),
        ("tax", "deferred") => Some((at + 1 + hyphen, true)),
        ("untaxed", _) => Some((at, false)),
        ("no" | "zero", "tax" | "taxes") => Some((at + 1, false)),
        ("without", _) => {
            (at + 1..(at + 4).min(end)).find(|n| matches!(word(*n), "tax" | "taxes")).map(|n| (n, false))
        }
        ("no", "capital") if word(at + 2) == "gains" => Some((at + 2, false)),
        ("avoids" | "avoid", "tax" | "taxes") => Some((at + 1, false)),
        _ => None,
    }
}

/// Tax that is said to rise where it falls, and the other way round.
pub(super) fn direction(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        let Some(tax) = segment.clone().find(|at| scene.tokens[*at].any(&["tax", "taxes"])) else { continue };
        if scene.has(n, &["below", "under", "limit", "drift", "rate", "keeps", "keep", "esg"]) {
            continue;
        }
        let Some((at, up)) = change(scene, n, tax, true) else { continue };
        let named = scene.about(n);
        let is_so = |usd: Decimal| if up { usd > Decimal::ZERO } else { usd < Decimal::ZERO };
        let of_all = scene.words(n).iter().any(|t| t.is_in("year year's bill plan total overall"));
        let so = named.is_empty() && is_so(scene.facts.tax_usd)
            || !named.is_empty() && is_so(scene.realised(named))
            || of_all && is_so(scene.facts.tax_usd);
        if !so {
            let why =
                if up { "is not so: the tax does not rise" } else { "is not so: the tax does not fall" };
            found.push(Fault { first: at.min(tax), last: at.max(tax), why: why.to_owned() });
        }
    }
    found
}
