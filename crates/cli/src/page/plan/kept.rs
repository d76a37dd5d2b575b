//! The lots that a plan leaves alone: why each is kept, and what selling it would cost.
//!
//! In: a cycle whose plan says `not_sold`. Out: a table where everything is asked for, else a line that
//! says how many there are. Invariant: the reasons are those of the plan document, one row per note.

use std::collections::HashMap;

use portfolio::{Decimal, Lot};
use rebalance::Cycle;
use serde_json::Value;

use crate::figures::usd;
use crate::page::{drawn, paragraph, table, title};

/// The section, with a line before it; nothing where every lot is sold or nothing was weighed.
pub(super) fn section(cycle: &Cycle, all: bool) -> String {
    let notes = cycle.plan.more.get("not_sold").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    match notes.len() {
        0 => String::new(),
        _ if all => format!("\n{}{}", title("Not sold"), kept(cycle, notes)),
        1 => format!("\n{}", paragraph("1 lot is not sold at all; --all says why.", 0)),
        n => format!("\n{}", paragraph(&format!("{n} lots are not sold at all; --all says why."), 0)),
    }
}

fn kept(cycle: &Cycle, notes: &[Value]) -> String {
    let p = &cycle.portfolio;
    let lots: HashMap<&str, &Lot> = p.lots.iter().map(|l| (l.lot_id.as_str(), l)).collect();
    let mut t = table(&["Lot", "Ticker", "Account", "Why it is kept", ">Selling all costs"]);
    for note in notes {
        let text = |field: &str| note[field].as_str().unwrap_or_default().to_owned();
        let name = text("lot_id");
        let position = lots.get(name.as_str()).map(|lot| &p.positions[lot.position]);
        let (ticker, account) = position.map_or_else(Default::default, |position| {
            (p.securities[position.security].ticker.clone(), p.accounts[position.account].account_id.clone())
        });
        let cost = note["cost_usd"].to_string().trim_matches('"').parse::<Decimal>();
        let cost = cost.map_or_else(|_| "–".to_owned(), usd);
        t.add_row(vec![name, ticker, account, text("why"), cost]);
    }
    let meaning = "The cost is the tax and the trading of selling the whole lot on top of this plan, nothing else \
                   changed; below zero it would save that much.";
    drawn(&t) + &paragraph(meaning, 0)
}
