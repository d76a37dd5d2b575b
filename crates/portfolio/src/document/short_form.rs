//! The short form of the design document, made into the full one.
//!
//! Top-level `holdings` and `cash` are one taxable account; what a holding says of its security
//! is merged into `securities`; two figures for one thing are a fault. The design document's "User
//! Preferences" become tokens. `Written` leads from a path of the full form back to the person's own.

use super::Fault;
use super::exact::Text;
use super::shape::{Account, AccountHolding, Document, Holding, Security, UserPreferences, Wanted};
use crate::household::Rating;

/// Where the parts of the full form were written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Written {
    /// `holdings` and `cash` stood at the top.
    short: bool,
    /// Entries of `securities` that were written there.
    listed: usize,
    /// Holdings (places) that the other entries come from, in their order.
    described: Vec<usize>,
}

impl Written {
    /// The path that the person wrote.
    pub(crate) fn path(&self, path: &str) -> String {
        if !self.short {
            return path.to_owned();
        }
        if let Some(rest) = path.strip_prefix("accounts[0].") {
            return rest.to_owned();
        }
        let entry = path.strip_prefix("securities[").and_then(|rest| rest.split_once(']'));
        let holding = entry.and_then(|(number, rest)| {
            let described = number.parse::<usize>().ok()?.checked_sub(self.listed)?;
            Some((self.described.get(described)?, rest))
        });
        match holding {
            Some((holding, rest)) => format!("holdings[{holding}]{rest}"),
            None => path.to_owned(),
        }
    }
}

/// The document with `accounts` in place of `holdings`, and with tokens only.
///
/// # Errors
/// When both forms are mixed, or neither is there; when a figure of a security is given twice and differs.
pub(crate) fn expand(mut document: Document<'_>) -> Result<(Document<'_>, Written), Vec<Fault>> {
    expand_preferences(&mut document)?;
    let fault = |path: &str, message: &str, hint: &str| {
        vec![Fault {
            line: None,
            path: path.to_owned(),
            message: message.to_owned(),
            hint: Some(hint.to_owned()),
        }]
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
        (Some(_), None) => return Ok((document, Written::default())),
        (None, _) => {}
    }
    let mut held = Vec::new();
    let mut written = Written { short: true, listed: document.securities.len(), described: Vec::new() };
    let mut faults = Vec::new();
    for (place, holding) in document.holdings.take().unwrap_or_default().into_iter().enumerate() {
        let (described, account_holding) = split(holding);
        held.push(account_holding);
        let known = document.securities.iter_mut().find(|s| s.ticker == described.ticker);
        let Some(known) = known else {
            document.securities.push(described);
            written.described.push(place);
            continue;
        };
        for field in merge(known, described) {
            let message =
                format!("differs from what `securities` or another holding says of `{}`", known.ticker);
            faults.extend(fault(&format!("holdings[{place}].{field}"), &message, "keep one of them"));
        }
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    document.accounts = Some(vec![Account {
        account_id: document.account_id.take().unwrap_or_else(|| Text::from("default".to_owned())),
        kind: None,
        owner: None,
        cash: document.cash.take(),
        holdings: held,
        settled_cash: None,
        open_orders: Vec::new(),
    }]);
    Ok((document, written))
}

fn expand_preferences(document: &mut Document<'_>) -> Result<(), Vec<Fault>> {
    let mut tokens = match std::mem::take(&mut document.preferences) {
        Wanted::Tokens(tokens) => tokens,
        Wanted::Object(object) => as_tokens("preferences", &object)?,
    };
    if let Some(object) = document.user_preferences.take() {
        tokens.extend(as_tokens("User Preferences", &object)?);
    }
    document.preferences = Wanted::Tokens(tokens);
    Ok(())
}

/// Harvesting is up to the 3,000 USD that may reduce ordinary income, as in the design document's
/// own prompt.
fn as_tokens(path: &str, object: &UserPreferences<'_>) -> Result<Vec<Text<'static>>, Vec<Fault>> {
    let mut tokens = Vec::new();
    if object.tax_loss_harvesting_enabled {
        tokens.push(Text::from("harvest_losses_up_to_3000_usd".to_owned()));
    }
    if let Some(rating) = &object.esg_minimum {
        if Rating::from_letter(rating).is_none() {
            return Err(vec![Fault {
                line: None,
                path: format!("{path}.esg_minimum"),
                message: format!("`{rating}` is no rating"),
                hint: Some("one of AAA, AA, A, BBB, BB, B, CCC".to_owned()),
            }]);
        }
        tokens.push(format!("esg_minimum_score_{rating}").into());
    }
    Ok(tokens)
}

fn split(h: Holding<'_>) -> (Security<'_>, AccountHolding<'_>) {
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

/// Adds what a holding says of its security; the fields in which it differs from what is known.
fn merge<'a>(known: &mut Security<'a>, described: Security<'a>) -> Vec<&'static str> {
    let mut differing = Vec::new();
    let mut keep = Keep { differing: &mut differing };
    keep.field("asset_class", &mut known.asset_class, described.asset_class);
    keep.field("current_price", &mut known.current_price, described.current_price);
    keep.field("price_as_of", &mut known.price_as_of, described.price_as_of);
    keep.field("kind", &mut known.kind, described.kind);
    keep.field("sector", &mut known.sector, described.sector);
    keep.field("industries", &mut known.industries, described.industries);
    keep.field("esg_score", &mut known.esg_score, described.esg_score);
    keep.field("spread_bps", &mut known.spread_bps, described.spread_bps);
    keep.field("commission", &mut known.commission, described.commission);
    keep.field("impact_coefficient", &mut known.impact_coefficient, described.impact_coefficient);
    keep.field("quantity_increment", &mut known.quantity_increment, described.quantity_increment);
    keep.field("expense_ratio", &mut known.expense_ratio, described.expense_ratio);
    keep.field(
        "average_daily_volume_usd",
        &mut known.average_daily_volume_usd,
        described.average_daily_volume_usd,
    );
    keep.field("identical_group", &mut known.identical_group, described.identical_group);
    keep.field("pays_dividends", &mut known.pays_dividends, described.pays_dividends);
    keep.field("buyable", &mut known.buyable, described.buyable);
    differing
}

/// The fields that differ so far.
struct Keep<'a> {
    differing: &'a mut Vec<&'static str>,
}

impl Keep<'_> {
    fn field<T: PartialEq>(&mut self, name: &'static str, known: &mut Option<T>, described: Option<T>) {
        match (&*known, &described) {
            (None, _) => *known = described,
            (Some(a), Some(b)) if a != b => self.differing.push(name),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    const DOCUMENT: &str = r#"{"as_of": "2026-11-20", "cash": 5, "target_allocation": {"S": 1},
      "securities": [{"ticker": "A", "asset_class": "S", "current_price": 450.00}],
      "holdings": [{"ticker": "A", "current_price": 450, "lots": [
        {"lot_id": "L", "quantity": 1, "cost_basis_per_share": 1, "type": "long-term"}]}]}"#;

    fn message(text: &str) -> String {
        crate::read(text).unwrap_err().to_string()
    }

    #[test]
    fn two_prices_of_one_security_are_a_fault() {
        assert!(crate::read(DOCUMENT).is_ok());
        let told = message(&DOCUMENT.replace("450,", "460,"));
        assert_eq!(
            told,
            "line 3: holdings[0].current_price: differs from what `securities` or another holding says of `A`; keep \
             one of them"
        );
    }

    #[test]
    fn two_kinds_of_one_lot_are_a_fault() {
        let told = message(&DOCUMENT.replace("\"type\"", "\"lot_type\": \"short-term\", \"type\""));
        assert!(
            told.contains("holdings[0].lots[0].lot_type: `lot_type` and `type` contradict each other"),
            "{told}"
        );
    }

    #[test]
    fn a_rating_that_is_none_is_told_where_it_stands() {
        let told = message(
            &DOCUMENT.replace("\"cash\"", "\"User Preferences\": {\"esg_minimum\": \"A+\"}, \"cash\""),
        );
        assert!(
            told.starts_with("line 1: User Preferences.esg_minimum: `A+` is no rating; one of AAA"),
            "{told}"
        );
    }

    #[test]
    fn a_loss_carried_on_is_worth_no_more_than_one_used() {
        let tax = "\"tax\": {\"carryforward_rate\": 0.4}, \"cash\"";
        let told = message(&DOCUMENT.replace("\"cash\"", tax));
        assert!(
            told.contains("tax.carryforward_rate: 0.4 is above the rate of ordinary income, 0.35"),
            "{told}"
        );
        assert!(crate::read(&DOCUMENT.replace("\"cash\"", &tax.replace("0.4", "0.35"))).is_ok());
    }
}
