//! One stock is most of the account: a cap on it, turnover and a fund that may not be sold press on each other.
//!
//! In: a seed and a size. Out: a document in the manner of the `crowded` cases. Invariant: the class of the
//! stock has the target 0 where no fund of the class is wanted.

use serde_json::{Map, Value};

use super::Size;
use crate::chance::Chance;
use crate::draft::Security;
use crate::{funds, lots, wishes};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("crowded", seed);
    let mut draft = funds::draft(&mut chance, size);
    let mut mega =
        Security { ticker: "MEGA".into(), class: "US Stocks".into(), price: 187.5, more: Map::new() };
    mega.set("kind", "stock");
    mega.set("sector", "Information Technology");
    mega.set("esg_score", "BB");
    mega.set("spread_bps", 2);
    mega.set("average_daily_volume_usd", 900_000_000);
    mega.set("quantity_increment", 1);
    let (part, count) = (chance.between(0.5, 2.5), size.lots.unwrap_or_else(|| chance.whole(3, 8)));
    let holding = lots::holding(&mut chance, "", (draft.securities.len(), &mega), draft.base * part, count);
    draft.securities.push(mega);
    draft.accounts[0].holdings.push(holding);
    if !draft.class_targets.iter().any(|(class, _)| class == "US Stocks") {
        draft.class_targets.push(("US Stocks".to_owned(), 0.0));
    }
    draft.wish("(none)", "concentrate_up_to_30_pct_in_ticker_MEGA".to_owned());
    if let Some(ticker) = wishes::held(&mut chance, &draft).filter(|t| t != "MEGA") {
        draft.wish("(none)", format!("do_not_sell_ticker_{ticker}"));
    }
    let most = chance.pick(&[60, 60, 40]);
    draft.wish("max_daily_trade_volume_pct_", format!("max_daily_trade_volume_pct_{most}"));
    draft.json(&format!("crowded-{seed}"))
}
