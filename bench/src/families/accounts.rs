//! Stocks in several accounts: what one account buys bars a loss in another.
//!
//! In: a seed and a size. Out: a document in the manner of the `direct` cases with several accounts, shares
//! of one company under two tickers, and rows on record. Invariant: all accounts hold the same identical groups.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::draft::Draft;
use crate::stocks;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("accounts", seed);
    let size = Size { stocks: size.stocks.or(Some(40)), lots: size.lots.or(Some(4)), ..size };
    let mut draft = stocks::draft(&mut chance, size);
    add(&mut chance, &mut draft, size.accounts.unwrap_or(3).saturating_sub(1), size);
    group(&mut chance, &mut draft);
    let rows = draft.securities.len().div_ceil(40);
    for _ in 0..rows {
        let account = chance.below(draft.accounts.len());
        let (account, security) = (draft.accounts[account].id.clone(), chance.below(draft.securities.len()));
        let (action, gain) = chance.pick(&[("SELL", -40.0), ("SELL", 25.0), ("BUY", 0.0), ("REINVEST", 0.0)]);
        let days = chance.days(1, 45);
        draft.record(days, &account, security, action, 1.5, gain);
    }
    draft.json(&format!("accounts-{seed}"))
}

/// Adds so many accounts beside the first, of every kind.
pub(super) fn add(chance: &mut Chance, draft: &mut Draft, others: usize, size: Size) {
    for n in 0..others {
        let kind = ["roth", "taxable", "traditional"][n % 3];
        let part = chance.between(0.1, 0.8);
        let account = stocks::account(chance, draft, (&format!("A{}", n + 2), kind), part, size);
        draft.accounts.push(account);
    }
}

/// Puts one stock in ten into a group with its neighbour.
pub(super) fn group(chance: &mut Chance, draft: &mut Draft) {
    for n in 1..draft.securities.len() {
        if chance.happens(0.1) {
            let group = format!("G{n}");
            draft.securities[n - 1].set("identical_group", group.clone());
            draft.securities[n].set("identical_group", group);
        }
    }
}
