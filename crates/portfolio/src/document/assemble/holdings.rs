//! Accounts, positions and lots of a document.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::super::exact::Text;
use super::super::shape::{AccountHolding, Lot as WrittenLot};
use super::{Document, Findings};
use crate::household::{Account, AccountKind, Lot, OpenOrder, Position, Security, Side};
use crate::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX, cents};

/// What is held, with all indices set.
#[derive(Default)]
pub(super) struct Held {
    pub(super) accounts: Vec<Account>,
    pub(super) positions: Vec<Position>,
    pub(super) lots: Vec<Lot>,
}

const ACCOUNT_KINDS: [(&str, AccountKind); 3] = [
    ("taxable", AccountKind::Taxable),
    ("traditional", AccountKind::Traditional),
    ("roth", AccountKind::Roth),
];

const SIDES: [(&str, Side); 2] = [("BUY", Side::Buy), ("SELL", Side::Sell)];

struct Reader<'a> {
    securities: &'a [Security],
    by_ticker: HashMap<&'a str, usize>,
    tickers: Vec<&'a str>,
    as_of: Option<Date>,
    lot_ids: HashSet<&'a str>,
    held: Held,
}

/// Reads `accounts` and `cash_flow`.
pub(super) fn read<'a>(
    document: &'a Document<'_>,
    securities: &'a [Security],
    as_of: Option<Date>,
    found: &mut Findings,
) -> Held {
    let mut reader = Reader {
        securities,
        by_ticker: securities.iter().enumerate().map(|(i, s)| (s.ticker.as_str(), i)).collect(),
        tickers: securities.iter().map(|s| s.ticker.as_str()).collect(),
        as_of,
        lot_ids: HashSet::new(),
        held: Held::default(),
    };
    reader.read_accounts(document, found);
    let names: Vec<String> = reader.held.accounts.iter().map(|a| a.account_id.clone()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (account_id, usd) in &document.cash_flow.0 {
        let path = format_args!("cash_flow.{account_id}");
        let usd = found.within(path, *usd, -MONEY_MAX, MONEY_MAX);
        if let Some(i) = found.index(path, "account", account_id, &names) {
            reader.held.accounts[i].flow = usd;
        }
    }
    reader.held
}

/// What is wrong with a name that is not one of its own.
fn empty_or_twice(name: &str) -> String {
    if name.trim().is_empty() { "the name is empty".to_owned() } else { format!("`{name}` stands twice") }
}

impl<'a> Reader<'a> {
    fn read_accounts(&mut self, document: &'a Document<'_>, found: &mut Findings) {
        let mut names = HashSet::new();
        for (i, written) in document.accounts.iter().flatten().enumerate() {
            let path = format_args!("accounts[{i}]");
            if !names.insert(&written.account_id) || written.account_id.trim().is_empty() {
                found.fault(format_args!("{path}.account_id"), empty_or_twice(&written.account_id));
            }
            let kind = match &written.kind {
                Some(kind) => found
                    .word(format_args!("{path}.kind"), kind, &ACCOUNT_KINDS)
                    .unwrap_or(AccountKind::Taxable),
                None => AccountKind::Taxable,
            };
            let open_orders = written.open_orders.iter().enumerate().filter_map(|(n, order)| {
                let path = format_args!("{path}.open_orders[{n}]");
                let side = found.word(format_args!("{path}.side"), &order.side, &SIDES)?;
                let quantity = found.within(
                    format_args!("{path}.quantity"),
                    order.quantity,
                    Decimal::ZERO,
                    QUANTITY_MAX,
                );
                Some(OpenOrder { ticker: order.ticker.kept(), side, quantity })
            });
            let open_orders = open_orders.collect();
            let money = |found: &mut Findings, field: &str, value| {
                found.maybe(format_args!("{path}.{field}"), value, -MONEY_MAX, MONEY_MAX)
            };
            let account = Account {
                account_id: written.account_id.kept(),
                kind,
                owner: written.owner.as_ref().map(Text::kept),
                cash: money(found, "cash", written.cash).unwrap_or_default(),
                flow: Decimal::ZERO,
                settled_cash: money(found, "settled_cash", written.settled_cash),
                open_orders,
            };
            self.held.accounts.push(account);
            self.read_holdings(i, &written.holdings, found);
        }
    }

    fn read_holdings(&mut self, account: usize, holdings: &'a [AccountHolding<'_>], found: &mut Findings) {
        let mut seen = HashSet::new();
        for (h, holding) in holdings.iter().enumerate() {
            let path = format_args!("accounts[{account}].holdings[{h}]");
            if !seen.insert(&holding.ticker) {
                found.fault_hint(
                    format_args!("{path}.ticker"),
                    format!("`{}` stands twice in this account", holding.ticker),
                    "put all its lots into one holding",
                );
            }
            let Some(security) = self.by_ticker.get(&*holding.ticker).copied() else {
                found.index(format_args!("{path}.ticker"), "ticker", &holding.ticker, &self.tickers);
                continue;
            };
            let position = self.held.positions.len();
            let first = self.held.lots.len();
            for (l, lot) in holding.lots.iter().enumerate() {
                let lot = self.read_lot(position, lot, format_args!("{path}.lots[{l}]"), found);
                self.held.lots.push(lot);
            }
            let lots = first..self.held.lots.len();
            self.check_value(security, holding, &lots, path, found);
            self.held.positions.push(Position { account, security, lots });
        }
    }

    fn read_lot(
        &mut self,
        position: usize,
        written: &'a WrittenLot<'_>,
        path: fmt::Arguments<'_>,
        found: &mut Findings,
    ) -> Lot {
        if written.lot_id.trim().is_empty() || !self.lot_ids.insert(&written.lot_id) {
            found.fault_hint(
                format_args!("{path}.lot_id"),
                empty_or_twice(&written.lot_id),
                "lot names are unique in a document",
            );
        }
        if written.quantity.0 < Decimal::ZERO {
            found.fault_hint(
                format_args!("{path}.quantity"),
                format!("{} is negative", written.quantity.0),
                "short positions are not supported",
            );
        }
        let quantity = found.within(
            format_args!("{path}.quantity"),
            super::Exact(written.quantity.0.max(Decimal::ZERO)),
            Decimal::ZERO,
            QUANTITY_MAX,
        );
        let basis_per_share = found.within(
            format_args!("{path}.cost_basis_per_share"),
            written.cost_basis_per_share,
            Decimal::ZERO,
            PRICE_MAX,
        );
        let acquired = written
            .acquisition_date
            .as_deref()
            .and_then(|d| found.date(format_args!("{path}.acquisition_date"), d));
        if let (Some(acquired), Some(as_of)) = (acquired, self.as_of)
            && acquired > as_of
        {
            found
                .fault(format_args!("{path}.acquisition_date"), format!("{acquired} is after as_of {as_of}"));
        }
        let terms = [("long-term", true), ("short-term", false)];
        let mut term = |field: &str, text: &Option<Text<'_>>| {
            text.as_deref().and_then(|t| found.word(format_args!("{path}.{field}"), t, &terms))
        };
        let (lot_type, kind) = (term("lot_type", &written.lot_type), term("type", &written.kind));
        if lot_type.is_some() && kind.is_some() && lot_type != kind {
            found.fault_hint(
                format_args!("{path}.lot_type"),
                "`lot_type` and `type` contradict each other",
                "keep one of them",
            );
        }
        let stated_long_term = lot_type.or(kind);
        Lot { lot_id: written.lot_id.kept(), position, quantity, acquired, stated_long_term, basis_per_share }
    }

    /// A stated value that disagrees with the lots by more than a cent and 0.01 % is reported.
    fn check_value(
        &self,
        security: usize,
        holding: &AccountHolding<'_>,
        lots: &Range<usize>,
        path: fmt::Arguments<'_>,
        found: &mut Findings,
    ) {
        let Some(stated) = holding.value_usd else { return };
        let quantity: Decimal = self.held.lots[lots.clone()].iter().map(|l| l.quantity).sum();
        let value = quantity * self.securities[security].price;
        if super::stated::disagrees(stated.0, value) {
            found.warn(
                "document.value_disagrees",
                format_args!("{path}.value_usd"),
                format!(
                    "{} is stated for {} and its lots are worth {}; the lots count",
                    stated.0,
                    holding.ticker,
                    cents(value)
                ),
            );
        }
    }
}
