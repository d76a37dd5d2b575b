//! Which account, security and lot a finding is about.
//!
//! In: `account/ticker/lot`, `account/ticker`, an account or a ticker, by their own names, which may hold a `/` themselves. Out: a
//! [`Place`] with what of it is known.

use portfolio::Portfolio;

/// Indices of what a finding names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Place {
    pub(super) account: Option<usize>,
    pub(super) security: Option<usize>,
    pub(super) lot: Option<usize>,
}

impl Place {
    /// Reads `written`.
    pub(super) fn of(written: &str, portfolio: &Portfolio) -> Place {
        let p = portfolio;
        for (n, account) in p.accounts.iter().enumerate() {
            let Some(rest) = written.strip_prefix(account.account_id.as_str()) else { continue };
            if rest.is_empty() {
                return Place { account: Some(n), ..Place::default() };
            }
            let Some(rest) = rest.strip_prefix('/') else { continue };
            if let Some(security) = p.security(rest) {
                return Place { account: Some(n), security: Some(security), lot: None };
            }
            if let Some(lot) = lot_of(rest, n, p) {
                let security = p.positions[p.lots[lot].position].security;
                return Place { account: Some(n), security: Some(security), lot: Some(lot) };
            }
        }
        Place { security: p.security(written), ..Place::default() }
    }
}

/// The lot that `ticker/lot` names in an account.
fn lot_of(written: &str, account: usize, p: &Portfolio) -> Option<usize> {
    (0..p.lots.len()).find(|lot| {
        let position = &p.positions[p.lots[*lot].position];
        let rest = written.strip_prefix(p.securities[position.security].ticker.as_str());
        let rest = rest.and_then(|rest| rest.strip_prefix('/'));
        position.account == account && rest == Some(p.lots[*lot].lot_id.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_slashes_are_told_apart() {
        let p = portfolio::read(
            r#"{"as_of": "2026-11-20", "target_allocation": {"S": 1}, "accounts": [
                {"account_id": "a", "kind": "taxable", "cash": 0, "holdings": []},
                {"account_id": "a/b", "kind": "taxable", "cash": 0, "holdings": [
                  {"ticker": "BRK/B", "lots": [{"lot_id": "x/1", "quantity": 1, "cost_basis_per_share": 1}]}]}],
                "securities": [{"ticker": "BRK/B", "asset_class": "S", "kind": "etf", "current_price": 1}]}"#,
        )
        .unwrap();
        let place = |account, security, lot| Place { account, security, lot };
        assert_eq!(Place::of("a/b/BRK/B/x/1", &p), place(Some(1), Some(0), Some(0)));
        assert_eq!(Place::of("a/BRK/B", &p), place(Some(0), Some(0), None));
        assert_eq!(Place::of("a/b", &p), place(Some(1), None, None));
        assert_eq!(Place::of("BRK/B", &p), place(None, Some(0), None));
        assert_eq!(Place::of("household", &p), Place::default());
    }
}
