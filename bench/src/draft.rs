//! A portfolio document while a family makes it up.
//!
//! In: securities, accounts, targets and wishes, changed at will. Out: [`Draft::json`], the document.
//! Invariant: what is derived (weights, worth) is of the draft as it stands, so that a family can set a
//! limit just above or just below what is held.

use serde_json::{Map, Value, json};

use crate::risk::Risk;

/// The trading day of all documents, as the public cases have it.
pub(crate) const AS_OF: jiff::civil::Date = jiff::civil::date(2026, 11, 20);

/// The day so many days before [`AS_OF`].
pub(crate) fn days_ago(days: i64) -> String {
    AS_OF.saturating_sub(jiff::Span::new().days(days)).to_string()
}

/// A security; all fields but the first three in `more`.
pub(crate) struct Security {
    pub(crate) ticker: String,
    pub(crate) class: String,
    pub(crate) price: f64,
    pub(crate) more: Map<String, Value>,
}

impl Security {
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.more.insert(field.to_owned(), value.into());
    }

    pub(crate) fn text(&self, field: &str) -> Option<&str> {
        self.more.get(field).and_then(Value::as_str)
    }
}

/// A lot of one security.
pub(crate) struct Lot {
    pub(crate) id: String,
    pub(crate) quantity: f64,
    /// Days before [`AS_OF`].
    pub(crate) age: i64,
    pub(crate) basis: f64,
}

/// The lots of one security in an account; `security` is its place in the draft.
pub(crate) struct Holding {
    pub(crate) security: usize,
    pub(crate) lots: Vec<Lot>,
}

/// An account.
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) kind: &'static str,
    pub(crate) cash: f64,
    pub(crate) holdings: Vec<Holding>,
}

/// A document in the making.
pub(crate) struct Draft {
    /// About what the household is worth, USD; the limits in USD are a part of it.
    pub(crate) base: f64,
    pub(crate) securities: Vec<Security>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) class_targets: Vec<(String, f64)>,
    /// Per security; empty in asset-class mode.
    pub(crate) security_targets: Vec<f64>,
    pub(crate) preferences: Vec<String>,
    pub(crate) tax: Map<String, Value>,
    pub(crate) transactions: Vec<Value>,
    pub(crate) risk: Option<Risk>,
    /// Other fields of the document.
    pub(crate) more: Map<String, Value>,
}

impl Draft {
    pub(crate) fn set(&mut self, field: &str, value: impl Into<Value>) {
        self.more.insert(field.to_owned(), value.into());
    }

    /// Adds a wish, in place of those that set the same thing (that begin with `instead_of`).
    pub(crate) fn wish(&mut self, instead_of: &str, token: String) {
        self.preferences.retain(|p| !p.starts_with(instead_of));
        self.preferences.push(token);
    }

    /// USD of each security over all accounts.
    pub(crate) fn worth(&self) -> Vec<f64> {
        let mut worth = vec![0.0; self.securities.len()];
        for holding in self.accounts.iter().flat_map(|a| &a.holdings) {
            let quantity: f64 = holding.lots.iter().map(|l| l.quantity).sum();
            worth[holding.security] += quantity * self.securities[holding.security].price;
        }
        worth
    }

    /// USD of all holdings and all cash.
    pub(crate) fn value(&self) -> f64 {
        self.worth().iter().sum::<f64>() + self.accounts.iter().map(|a| a.cash).sum::<f64>()
    }

    /// The part of each security in the whole.
    pub(crate) fn weights(&self) -> Vec<f64> {
        let value = self.value().max(1.0);
        self.worth().iter().map(|w| w / value).collect()
    }

    /// Tickers that are held somewhere, in the order of the securities.
    pub(crate) fn held(&self) -> Vec<String> {
        let worth = self.worth();
        self.securities.iter().zip(worth).filter(|(_, w)| *w > 0.0).map(|(s, _)| s.ticker.clone()).collect()
    }

    /// The names of all lots.
    pub(crate) fn lots(&self) -> Vec<String> {
        let holdings = self.accounts.iter().flat_map(|a| &a.holdings);
        holdings.flat_map(|h| h.lots.iter().map(|l| l.id.clone())).collect()
    }

    /// A row of the transactions before the plan.
    pub(crate) fn record(
        &mut self,
        days: i64,
        account: &str,
        security: usize,
        action: &str,
        quantity: f64,
        gain: f64,
    ) {
        let security = &self.securities[security];
        self.transactions
            .push(json!({"date": days_ago(days), "account_id": account, "ticker": security.ticker,
            "action": action, "quantity": quantity, "price": security.price, "realized_gain": gain}));
    }

    /// The document.
    pub(crate) fn json(self, id: &str) -> Value {
        let tickers: Vec<String> = self.securities.iter().map(|s| s.ticker.clone()).collect();
        let mut document = self.more;
        document.insert("household_id".into(), json!(id));
        document.insert("as_of".into(), json!(AS_OF.to_string()));
        let targets = self.class_targets.into_iter().map(|(class, weight)| (class, Value::from(weight)));
        document.insert("target_allocation".into(), targets.collect::<Map<_, _>>().into());
        if !self.security_targets.is_empty() {
            let targets = tickers.iter().cloned().zip(self.security_targets.into_iter().map(Value::from));
            document.insert("security_targets".into(), targets.collect::<Map<_, _>>().into());
        }
        document.insert("preferences".into(), json!(self.preferences));
        document.insert("tax".into(), self.tax.into());
        if !self.transactions.is_empty() {
            document.insert("transactions".into(), self.transactions.into());
        }
        if let Some(risk) = self.risk {
            document.insert("risk_model".into(), risk.json(&tickers));
        }
        let securities = self.securities.into_iter().map(|security| {
            let mut fields = security.more;
            fields.insert("ticker".into(), json!(security.ticker));
            fields.insert("asset_class".into(), json!(security.class));
            fields.insert("current_price".into(), json!(security.price));
            Value::from(fields)
        });
        document.insert("securities".into(), securities.collect());
        let accounts = self.accounts.into_iter().map(|account| {
            let holdings = account.holdings.into_iter().map(|holding| {
                let lots = holding.lots.into_iter().map(|lot| {
                    json!({"lot_id": lot.id, "quantity": lot.quantity, "acquisition_date": days_ago(lot.age),
                        "cost_basis_per_share": lot.basis})
                });
                json!({"ticker": tickers[holding.security], "lots": lots.collect::<Vec<_>>()})
            });
            json!({"account_id": account.id, "kind": account.kind, "cash": account.cash,
                "holdings": holdings.collect::<Vec<_>>()})
        });
        document.insert("accounts".into(), accounts.collect());
        document.into()
    }
}
