//! From rows to the ledger: names to numbers, quantities to units after every split, orders to lots.
//!
//! In: rows in the order of time. Out: a filled [`Ledger`] and, for each of its lots and sales, the
//! row it came from. The invariant is that lot n of the ledger is `bought[n]` and sale n is `sold[n]`.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rust_decimal::Decimal;

use super::GainsError;
use super::contract::{Contract, contract, shares_per_unit, underlying};
use super::row::{AccountKind, Action, Row};
use super::split::Splits;
use super::warning::Warning;
use crate::identity::{self, Identical};
use crate::relief::{Method, Open, draw};
use crate::wash_sale::{Acquisition, Holder, Ledger, LotId, OpenLot, Pick, Policy};

/// The ledger of a file with the rows behind it.
pub(super) struct Books<'a> {
    pub(super) ledger: Ledger,
    /// The purchase of each lot.
    pub(super) bought: Vec<&'a Row>,
    /// The sale of each sale, and how many shares of the ledger one of its units is.
    pub(super) sold: Vec<(&'a Row, Decimal)>,
    groups: HashMap<&'a str, &'a str>,
    tickers: BTreeSet<&'a str>,
    identical: Identical,
    numbers: HashMap<(Kind, &'a str), usize>,
    named: HashMap<(&'a str, &'a str, &'a str), LotId>,
    splits: Splits<'a>,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Account,
    Owner,
    Ticker,
    Group,
    ListedGroup,
}

/// What a ticker is identical with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Group<'a> {
    /// The name that the file gives, or a ticker.
    Named(&'a str),
    /// A group of the policy's table.
    Listed(&'static str),
}

impl<'a> Books<'a> {
    /// Opens the books for `rows`, which are in the order of time.
    pub(super) fn open(rows: &[&'a Row], policy: Policy) -> Result<Self, GainsError> {
        if let Some(row) = rows.iter().find(|row| !row.is_within_limits()) {
            return Err(GainsError::OutOfRange { line: row.line });
        }
        let mut groups: HashMap<&str, &str> = HashMap::new();
        for row in rows {
            if let Some(group) = &row.identical_group {
                groups.entry(&row.ticker).or_insert(group);
            }
        }
        Ok(Self {
            ledger: Ledger::new(policy),
            bought: Vec::new(),
            sold: Vec::new(),
            groups,
            tickers: rows.iter().map(|row| row.ticker.as_str()).collect(),
            identical: policy.identical,
            numbers: HashMap::new(),
            named: HashMap::new(),
            splits: Splits::find(rows)?,
        })
    }

    /// The group of a ticker: the one that any of its rows names, else that of the policy, else itself. A
    /// named group that is a ticker without a group of its own means the group of that ticker.
    pub(super) fn group<'b>(&'b self, ticker: &'b str) -> Group<'b> {
        group(&self.groups, &self.tickers, self.identical, ticker)
    }

    /// How far the policy goes.
    pub(super) fn identical(&self) -> Identical {
        self.identical
    }

    /// The groups of the policy that join two tickers of the file or more, each with its tickers; one that
    /// the file puts into a group is not joined by the policy.
    pub(super) fn joined(&self) -> BTreeMap<&'static str, BTreeSet<&'a str>> {
        let mut joined: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for ticker in self.tickers.iter().filter(|ticker| !self.groups.contains_key(*ticker)) {
            if let Group::Listed(name) = self.group(ticker) {
                joined.entry(name).or_default().insert(ticker);
            }
        }
        joined.retain(|_, tickers| tickers.len() > 1);
        joined
    }

    /// Books the row at `place`.
    pub(super) fn book(
        &mut self,
        row: &'a Row,
        place: usize,
        method: Method,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), GainsError> {
        let factor = self.splits.factor(row, place);
        let is_new = !self.numbers.contains_key(&(Kind::Ticker, row.ticker.as_str()));
        if let Some(factor) = factor.filter(|_| is_new || row.action == Action::Split) {
            let security = self.number(Kind::Ticker, &row.ticker);
            self.ledger.count_in(security, factor);
        }
        if row.action == Action::Split {
            if row.price + row.fees > Decimal::ZERO {
                warnings.push(Warning::SplitMoney { line: row.line });
            }
            return Ok(());
        }
        if contract(&row.ticker).is_some() {
            warnings.push(Warning::ContractPrice { line: row.line });
        }
        let unit = factor
            .and_then(|factor| factor.checked_mul(shares_per_unit(&row.ticker)))
            .ok_or(GainsError::OutOfRange { line: row.line })?;
        let shares = self.shares(row, unit)?;
        match row.action {
            Action::Sell => self.sell(row, unit, shares, method, warnings),
            _ => {
                self.buy(row, shares);
                Ok(())
            }
        }
    }

    /// The row's quantity in units after every split.
    fn shares(&self, row: &Row, unit: Decimal) -> Result<Decimal, GainsError> {
        // Far below what a decimal holds, so that sums over a long file still fit.
        let most = Decimal::from(1_000_000_000_000_000_000_i64);
        let shares = row.quantity.checked_mul(unit).filter(|shares| *shares <= most);
        let shares = shares.map(|shares| shares.normalize()).filter(|shares| !shares.is_zero());
        shares.ok_or(GainsError::OutOfRange { line: row.line })
    }

    fn buy(&mut self, row: &'a Row, shares: Decimal) {
        let lot_name = row.lot_id.as_deref().map(|lot| (&*row.account_id, &*row.ticker, lot));
        let acquisition = Acquisition {
            date: row.date,
            holder: self.holder(row),
            security: self.number(Kind::Ticker, &row.ticker),
            group: self.group_number(&row.ticker),
            option_on: self.option_on(row),
            shares,
            cost: row.notional() + row.fees.round_dp(2),
            holding_start: row.date,
            is_purchase: contract(&row.ticker) != Some(Contract::Put),
            fill_of: lot_name.and_then(|name| self.named.get(&name).copied()),
        };
        let lot = self.ledger.acquire(acquisition);
        self.bought.push(row);
        if let Some(name) = lot_name {
            self.named.entry(name).or_insert(lot);
        }
    }

    fn sell(
        &mut self,
        row: &'a Row,
        unit: Decimal,
        shares: Decimal,
        method: Method,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), GainsError> {
        let lots = self.offered(row, method, warnings)?;
        let open: Vec<Open> = lots
            .iter()
            .map(|lot| Open {
                acquired: lot.acquired,
                holding_start: lot.holding_start,
                shares: lot.shares,
                basis: lot.basis,
            })
            .collect();
        let draws = draw(&open, shares, method).map_err(|short| GainsError::Oversold {
            line: row.line,
            account_id: row.account_id.clone(),
            ticker: row.ticker.clone(),
            lot_id: row.lot_id.clone().filter(|_| method == Method::Specific),
            wanted: row.quantity,
            held: in_units(short.held, unit),
        })?;
        let picks: Vec<Pick> =
            draws.iter().map(|draw| Pick { parcel: lots[draw.lot].parcel, shares: draw.shares }).collect();
        self.ledger.dispose(row.date, &picks, row.notional() - row.fees.round_dp(2));
        self.sold.push((row, unit));
        Ok(())
    }

    /// The open lots that a sale may take: those of the lot it names, or all of its position.
    fn offered(
        &mut self,
        row: &'a Row,
        method: Method,
        warnings: &mut Vec<Warning>,
    ) -> Result<Vec<OpenLot>, GainsError> {
        let account = self.number(Kind::Account, &row.account_id);
        let security = self.number(Kind::Ticker, &row.ticker);
        let mut lots = self.ledger.open_lots(account, security);
        // Of one lot the shares held longest go first.
        lots.sort_by_key(|lot| (lot.lot, lot.holding_start, lot.parcel));
        match (&row.lot_id, method) {
            (Some(lot_id), Method::Specific) => {
                lots.retain(|lot| self.bought[lot.lot].lot_id.as_ref() == Some(lot_id));
                if lots.is_empty() {
                    return Err(GainsError::UnknownLot {
                        line: row.line,
                        account_id: row.account_id.clone(),
                        ticker: row.ticker.clone(),
                        lot_id: lot_id.clone(),
                    });
                }
            }
            (Some(_), _) => warnings.push(Warning::LotNotUsed { line: row.line, method }),
            (None, Method::Specific) if lots.iter().any(|lot| lot.lot != lots[0].lot) => {
                warnings.push(Warning::LotNotNamed { line: row.line });
            }
            (None, _) => {}
        }
        Ok(lots)
    }

    fn holder(&mut self, row: &'a Row) -> Holder {
        Holder {
            account: self.number(Kind::Account, &row.account_id),
            owner: self.number(Kind::Owner, &row.owner),
            taxable: row.account_kind == AccountKind::Taxable,
        }
    }

    fn group_number(&mut self, ticker: &'a str) -> usize {
        match group(&self.groups, &self.tickers, self.identical, ticker) {
            Group::Named(name) => self.number(Kind::Group, name),
            Group::Listed(name) => self.number(Kind::ListedGroup, name),
        }
    }

    /// The group that a call is an option to acquire, where no row puts the call itself into one.
    fn option_on(&mut self, row: &'a Row) -> Option<usize> {
        let shares = underlying(&row.ticker).filter(|_| !self.groups.contains_key(row.ticker.as_str()))?;
        Some(self.group_number(shares))
    }

    fn number(&mut self, kind: Kind, name: &'a str) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry((kind, name)).or_insert(next)
    }
}

fn group<'a>(
    groups: &HashMap<&'a str, &'a str>,
    tickers: &BTreeSet<&'a str>,
    identical: Identical,
    ticker: &'a str,
) -> Group<'a> {
    let named = groups.get(ticker).copied();
    let name = named.unwrap_or(ticker);
    let is_bare_ticker = named.is_none() || (tickers.contains(name) && !groups.contains_key(name));
    let listed = if is_bare_ticker { identity::group(name, identical) } else { None };
    listed.map_or(Group::Named(name), Group::Listed)
}

/// Shares of the ledger in units of which each is `unit` of them.
pub(super) fn in_units(shares: Decimal, unit: Decimal) -> Decimal {
    shares.checked_div(unit).unwrap_or(shares).round_dp(12).normalize()
}
