//! Taxable, traditional, Roth and joint accounts, location, and a recent loss sale in one of them.
//!
//! In: a seed and a size. Out: a document in the manner of the `household` cases, with as many accounts as
//! asked for. Invariant: the first account is taxable, and the loss sale is in the last taxable one.

use serde_json::{Map, Value, json};

use super::Size;
use crate::chance::Chance;
use crate::draft::Draft;
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("household", seed);
    let mut draft = funds::draft(&mut chance, size);
    add_accounts(&mut chance, &mut draft, size);
    locate(&mut draft, &funds::TAX_DRAG);
    let last = draft.accounts.iter().rev().find(|a| a.kind == "taxable").map(|a| a.id.clone());
    if let Some(account) = last {
        let days = chance.pick(&[12, 12, 25, 30, 31]);
        draft.record(days, &account, 0, "SELL", 10.0, -150.0);
    }
    draft.json(&format!("household-{seed}"))
}

/// Adds the accounts beside the first.
pub(super) fn add_accounts(chance: &mut Chance, draft: &mut Draft, size: Size) {
    const OTHERS: [(&str, &str); 3] = [("ira", "traditional"), ("roth", "roth"), ("joint", "taxable")];
    for n in 0..size.accounts.unwrap_or(4).saturating_sub(1) {
        let (name, kind) = OTHERS[n % 3];
        let id = if n < 3 { name.to_owned() } else { format!("{name}{}", n / 3 + 1) };
        let usd = chance.between(75_000.0, 130_000.0);
        let lots = size.lots.or(Some(chance.whole(2, 3)));
        let account = funds::account(chance, draft, (&id, kind), usd, Size { lots, ..size });
        draft.accounts.push(account);
    }
}

/// Turns location on, with what each class costs a year in a taxable account.
pub(super) fn locate(draft: &mut Draft, drag: &[(&str, f64)]) {
    let drag: Map<String, Value> =
        drag.iter().map(|(class, rate)| ((*class).to_owned(), json!(rate))).collect();
    draft.set("asset_location", json!({"enabled": true, "tax_drag": drag}));
}
