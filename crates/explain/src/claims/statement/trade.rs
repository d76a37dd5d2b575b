//! What is said to be sold and bought, and where.

use portfolio::Side;

use super::{Fault, Scene};
use crate::claims::names::Named;
use crate::claims::weigh::side_of;

/// Sales and purchases that the plan does not make.
pub(super) fn traded(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for (n, segment) in scene.segments.iter().enumerate() {
        if scene.is_supposed(n) {
            continue;
        }
        for at in segment.clone() {
            let Some((side, passive)) = verb(scene, at) else { continue };
            if scene.is_denied(n, at) {
                continue;
            }
            let reach = if passive { segment.start..at } else { at + 1..next_verb(scene, at, segment.end) };
            let accounts = &scene.about(n).accounts;
            let wrong = reach.clone().find(|name| {
                scene.tokens[*name].name().is_some_and(|named| !is_traded(scene, named, side, accounts))
            });
            if let Some(name) = wrong {
                let why = if side == Side::Sell {
                    "is not sold by this plan"
                } else {
                    "is not bought by this plan"
                };
                found.push(Fault { first: at.min(name), last: at.max(name), why: why.to_owned() });
            }
        }
    }
    found
}

/// A verb in the present, or `is sold`; whether its object stands before it.
fn verb(scene: &Scene<'_>, at: usize) -> Option<(Side, bool)> {
    let token = &scene.tokens[at];
    let auxiliary =
        at > scene.sentence.start && scene.tokens[at - 1].any(&["is", "are", "gets", "get", "being"]);
    match token.lower.as_str() {
        "sold" => auxiliary.then_some((Side::Sell, true)),
        "bought" => auxiliary.then_some((Side::Buy, true)),
        "sell" | "sells" | "selling" | "buy" | "buys" | "buying" | "purchase" | "purchases"
        | "purchasing" => Some((side_of(&token.lower)?, false)),
        _ => None,
    }
}

fn next_verb(scene: &Scene<'_>, at: usize, end: usize) -> usize {
    let stops = |n: &usize| {
        let token = &scene.tokens[*n];
        side_of(&token.lower).is_some()
            || token.any(&[
                "from", "for", "with", "against", "to", "because", "like", "brings", "raises", "lowers",
                "into",
            ]) && token.name().is_none()
    };
    (at + 1..end).find(stops).unwrap_or(end)
}

/// Whether the plan trades what is named, in one of the accounts that are named. Only securities and lots are traded.
fn is_traded(
    scene: &Scene<'_>,
    named: &Named,
    side: Side,
    accounts: &std::collections::BTreeSet<usize>,
) -> bool {
    let facts = scene.facts;
    let order = |ticker: usize, account: Option<usize>| {
        facts
            .orders
            .iter()
            .any(|(a, t, s)| *t == ticker && *s == side && account.is_none_or(|account| account == *a))
    };
    let anywhere = |ticker: usize| {
        if accounts.is_empty() {
            order(ticker, None)
        } else {
            accounts.iter().any(|a| order(ticker, Some(*a)))
        }
    };
    let lots = named.lots.iter().all(|l| match side {
        Side::Sell => !facts.lots[*l].sold.is_zero(),
        Side::Buy => true,
    });
    lots && named.tickers.iter().all(|t| anywhere(*t) || !named.lots.is_empty())
}

/// Lots that are in another account than is said.
pub(super) fn placed(scene: &Scene<'_>) -> Vec<Fault> {
    let mut found = Vec::new();
    for segment in &scene.segments {
        let mut here = Named::default();
        scene.tokens[segment.clone()].iter().filter_map(|t| t.name()).for_each(|named| here.add(named));
        let elsewhere = !here.lots.is_empty()
            && !here.accounts.is_empty()
            && here.lots.iter().all(|l| !here.accounts.contains(&scene.facts.lots[*l].account));
        if elsewhere {
            let why = "is in another account".to_owned();
            found.push(Fault { first: segment.start, last: segment.end - 1, why });
        }
    }
    found
}
