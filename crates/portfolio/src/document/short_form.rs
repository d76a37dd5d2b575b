//! The short form of the design document, made into the full one.
//!
//! Top-level `holdings` and `cash` are one taxable account; what a holding says of its security
//! is merged into `securities` (an entry there wins). The design document's "User Preferences"
//! become tokens.

use super::Fault;
use super::shape::{Account, AccountHolding, Document, Holding, Security, UserPreferences, Wanted};

/// The document with `accounts` in place of `holdings`, and with tokens only.
///
/// # Errors
/// When both forms are mixed, or neither is there.
pub(crate) fn expand(mut document: Document) -> Result<Document, Vec<Fault>> {
    expand_preferences(&mut document);
    let fault = |path: &str, message: &str, hint: &str| {
        vec![Fault { path: path.to_owned(), message: message.to_owned(), hint: Some(hint.to_owned()) }]
    };
    match (&document.accounts, &document.holdings) {
        (Some(_), Some(_)) => {
            return Err(fault(
                "holdings",
                "both `accounts` and `holdings` are given",
                "put the holdings into an account",
            ));
        }
        (Some(_), None) if document.cash.is_some() => {
            return Err(fault(
                "cash",
                "both `accounts` and a top-level `cash` are given",
                "put the cash into an account",
            ));
        }
        (None, None) if document.cash.is_none() => {
            return Err(fault(
                "accounts",
                "missing",
                "give `accounts`, or `holdings` and `cash` for a single one",
            ));
        }
        (Some(_), None) => return Ok(document),
        (None, _) => {}
    }
    let mut held = Vec::new();
    for holding in document.holdings.take().unwrap_or_default() {
        let (described, account_holding) = split(holding);
        merge(&mut document.securities, described);
        held.push(account_holding);
    }
    document.accounts = Some(vec![Account {
        account_id: document.account_id.take().unwrap_or_else(|| "default".to_owned()),
        kind: None,
        owner: None,
        cash: document.cash.take(),
        holdings: held,
        settled_cash: None,
        open_orders: Vec::new(),
    }]);
    Ok(document)
}

fn expand_preferences(document: &mut Document) {
    let mut tokens = match std::mem::take(&mut document.preferences) {
        Wanted::Tokens(tokens) => tokens,
        Wanted::Object(object) => as_tokens(&object),
    };
    if let Some(object) = document.user_preferences.take() {
        tokens.extend(as_tokens(&object));
    }
    document.preferences = Wanted::Tokens(tokens);
}

/// Harvesting is up to the 3,000 USD that may reduce ordinary income, as in the design document's
/// own prompt.
fn as_tokens(object: &UserPreferences) -> Vec<String> {
    let mut tokens = Vec::new();
    if object.tax_loss_harvesting_enabled {
        tokens.push("harvest_losses_up_to_3000_usd".to_owned());
    }
    if let Some(rating) = &object.esg_minimum {
        tokens.push(format!("esg_minimum_score_{rating}"));
    }
    tokens
}

fn split(h: Holding) -> (Security, AccountHolding) {
    let security = Security {
        ticker: h.ticker.clone(),
        asset_class: h.asset_class,
        current_price: h.current_price,
        price_as_of: h.price_as_of,
        kind: h.kind,
        sector: h.sector,
        industries: h.industries,
        esg_score: h.esg_score,
        spread_bps: h.spread_bps,
        commission: h.commission,
        impact_coefficient: h.impact_coefficient,
        quantity_increment: h.quantity_increment,
        expense_ratio: h.expense_ratio,
        average_daily_volume_usd: h.average_daily_volume_usd,
        identical_group: h.identical_group,
        pays_dividends: h.pays_dividends,
        buyable: h.buyable,
    };
    (security, AccountHolding { ticker: h.ticker, lots: h.lots, value_usd: h.value_usd })
}

/// Adds what a holding says of its security; what `securities` says already stays.
fn merge(securities: &mut Vec<Security>, described: Security) {
    let Some(known) = securities.iter_mut().find(|s| s.ticker == described.ticker) else {
        securities.push(described);
        return;
    };
    fn keep<T>(known: &mut Option<T>, described: Option<T>) {
        if known.is_none() {
            *known = described;
        }
    }
    keep(&mut known.asset_class, described.asset_class);
    keep(&mut known.current_price, described.current_price);
    keep(&mut known.price_as_of, described.price_as_of);
    keep(&mut known.kind, described.kind);
    keep(&mut known.sector, described.sector);
    keep(&mut known.industries, described.industries);
    keep(&mut known.esg_score, described.esg_score);
    keep(&mut known.spread_bps, described.spread_bps);
    keep(&mut known.commission, described.commission);
    keep(&mut known.impact_coefficient, described.impact_coefficient);
    keep(&mut known.quantity_increment, described.quantity_increment);
    keep(&mut known.expense_ratio, described.expense_ratio);
    keep(&mut known.average_daily_volume_usd, described.average_daily_volume_usd);
    keep(&mut known.identical_group, described.identical_group);
    keep(&mut known.pays_dividends, described.pays_dividends);
    keep(&mut known.buyable, described.buyable);
}
