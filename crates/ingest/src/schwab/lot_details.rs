//! Schwab's lot details: the lots of one security in one account, in either of the two sets of headings.
//!
//! In: the rows below the title. Out: the lots. Invariants: their shares, basis and value are the stated total of the file, or each difference is told; a lot whose
//! holding period began before its purchase (after a wash sale) has the date that the holding period counts from, and its purchase
//! stands as a transaction, since it may bar a loss.

use portfolio::Decimal;
use portfolio::household::Action;
use portfolio::money::{MONEY_MAX, PRICE_MAX, QUANTITY_MAX};

use super::BROKER;
use super::headings::Headings;
use super::title::{AccountTitle, When};
use crate::cell::{self, CellError, plain};
use crate::holdings::{
    AccountAt, Compared, Gathering, HALF_CENT, Quoted, SHOWN_ENDING, Trade, WrittenLot, both,
};
use crate::registration::account_kind;
use crate::table::Row;

/// Columns without which nothing can be read.
const NEEDED: [&str; 4] = ["open date", "quantity", "cost/share", "cost basis"];

/// Reads the rows below the title.
pub(super) fn read(
    title: &Row,
    rows: &[Row],
    symbol: &str,
    account: &AccountTitle,
    when: &When,
    gathered: &mut Gathering<'_>,
) {
    gathered.told_on(when.day, &title.place);
    let kind = account_kind(&account.name);
    let at = AccountAt {
        broker: Some(BROKER),
        number: &account.ending,
        kept: SHOWN_ENDING,
        kind,
        place: &title.place,
    };
    let account = gathered.account(&at);
    let Some((header, rows)) = rows.split_first() else {
        return gathered.fault(&title.place, "no lots below the title; export the file again");
    };
    let headings = match Headings::of(header, &NEEDED) {
        Ok(headings) => headings,
        Err(missing) => {
            return gathered
                .fault(&header.place, format!("the headings lack {missing}; export the file again"));
        }
    };
    if gathered.has_lots(account, symbol) {
        let shown = gathered.shown(account);
        return gathered.fault(
            &title.place,
            format!("the lots of {symbol} in {shown} are in another file too; leave one out"),
        );
    }
    let (mut sums, mut stated) = (Sums::default(), None);
    for row in rows {
        let mut cells = Cells { row, headings: &headings, gathered };
        if plain(row.cell(0)) == "total" {
            stated = Some((row.place.clone(), cells.total()));
            continue;
        }
        if let Some(lot) = cells.lot(account, symbol, when) {
            sums.add(lot);
        }
    }
    if let Some((place, stated)) = stated {
        for (compared, stated, found) in sums.differ_from(&stated) {
            gathered.lots_differ(account, symbol, compared, (stated, found), &place);
        }
    }
}

/// What a lot, or the row of the total, says.
#[derive(Debug, Clone, Copy)]
struct Figures {
    shares: Option<Decimal>,
    /// USD.
    basis: Option<Decimal>,
    /// USD.
    value: Option<Decimal>,
}

/// What the lots add up to; no basis and no value once a lot has none.
#[derive(Debug, Clone, Copy)]
struct Sums {
    lots: u32,
    found: Figures,
}

impl Default for Sums {
    fn default() -> Sums {
        let nothing = Some(Decimal::ZERO);
        Sums { lots: 0, found: Figures { shares: nothing, basis: nothing, value: nothing } }
    }
}

impl Sums {
    fn add(&mut self, lot: Figures) {
        let add = |sum: Option<Decimal>, more: Option<Decimal>| sum?.checked_add(more?);
        self.lots += 1;
        self.found.shares = add(self.found.shares, lot.shares);
        self.found.basis = add(self.found.basis, lot.basis);
        self.found.value = add(self.found.value, lot.value);
    }

    /// What the row of the total says otherwise: shares to the last digit, USD further off than cents that were rounded lot by lot.
    fn differ_from(&self, stated: &Figures) -> Vec<(Compared, Decimal, Decimal)> {
        let rounded = HALF_CENT * Decimal::from(self.lots.saturating_add(1));
        let found = self.found;
        let compared = [
            (Compared::LotsTotal, stated.shares, found.shares, Decimal::ZERO),
            (Compared::LotsBasis, stated.basis, found.basis, rounded),
            (Compared::LotsValue, stated.value, found.value, rounded),
        ];
        let differs = compared.into_iter().filter_map(|(compared, stated, found, most)| {
            let (stated, found) = stated.zip(found)?;
            ((stated - found).abs() > most).then_some((compared, stated, found))
        });
        differs.collect()
    }
}

/// The cells of one lot.
struct Cells<'a, 'g, 'w> {
    row: &'a Row,
    headings: &'a Headings,
    gathered: &'g mut Gathering<'w>,
}

impl Cells<'_, '_, '_> {
    fn maybe<T>(&mut self, name: &str, read: impl Fn(&str) -> Result<T, CellError>) -> Option<T> {
        let cell = self.headings.cell(self.row, name)?;
        read(cell).map_err(|error| self.gathered.fault(&self.row.place.column(name), error.to_string())).ok()
    }

    /// What the row of the total says.
    fn total(&mut self) -> Figures {
        let bounded = |cell: &str| match cell::number(cell) {
            Ok(figure) if figure.abs() > MONEY_MAX => {
                Err(CellError::TooMuch { given: cell::shown(cell), most: MONEY_MAX })
            }
            read => read,
        };
        Figures {
            shares: self.maybe("quantity", bounded),
            basis: self.maybe("cost basis", bounded),
            value: self.maybe("market value", bounded),
        }
    }

    /// Reads a lot; its shares, its basis, its value.
    fn lot(&mut self, account: usize, symbol: &str, when: &When) -> Option<Figures> {
        let (place, before) = (self.row.place.clone(), self.gathered.faults.len());
        let Some(quantity) = self.maybe("quantity", cell::number) else {
            if self.headings.cell(self.row, "quantity").is_none() {
                self.gathered.fault(&place.column("quantity"), "is empty");
            }
            return None;
        };
        let value = self.maybe("market value", cell::number);
        if quantity < Decimal::ZERO {
            let what = format!("a short lot of {} {symbol}", -quantity);
            self.gathered.unsupported(account, &place, what, value);
            let basis = self.maybe("cost basis", cell::number);
            return Some(Figures { shares: Some(quantity), basis, value });
        }
        if quantity.is_zero() || quantity > QUANTITY_MAX {
            self.gathered.fault(&place.column("quantity"), format!("{quantity} shares are no lot"));
            return None;
        }
        let each = self.maybe("cost/share", |cell| cell::amount(cell, PRICE_MAX));
        let cost = self.maybe("cost basis", |cell| cell::amount(cell, MONEY_MAX));
        let (basis_per_share, basis) = match both(quantity, each, cost) {
            Ok(both) => both,
            Err(product) => {
                let message = format!(
                    "{} is stated, and {} a share times {quantity} is {product}",
                    cost.unwrap_or_default(),
                    each.unwrap_or_default()
                );
                self.gathered.fault(&place.column("cost basis"), message);
                return None;
            }
        };
        let acquired = self.maybe("open date", cell::date);
        if acquired.is_none() && self.headings.cell(self.row, "open date").is_none() {
            self.gathered.note("import.undated", format!("{place}the lot of {symbol} has no date"));
        }
        let bought = self.maybe("transaction open", cell::date);
        if let (Some(bought), Some(acquired), Some(basis)) = (bought, acquired, basis_per_share)
            && bought != acquired
        {
            let price = self.maybe("transaction cps", |cell| cell::amount(cell, PRICE_MAX)).unwrap_or(basis);
            self.carried(account, symbol, &Bought { bought, acquired, quantity, price });
        }
        if let Some(price) =
            self.maybe("price", |cell| cell::amount(cell, PRICE_MAX)).filter(|p| !p.is_zero())
        {
            let as_of = Some(when.written.clone());
            self.gathered.quote(symbol, Quoted { price, as_of, of_position: false, place: place.clone() });
        }
        if self.gathered.faults.len() > before {
            return None; // what is missing of the lot was told
        }
        let mark =
            self.headings.cell(self.row, "transaction open").or(self.headings.cell(self.row, "open date"));
        let mark = mark.unwrap_or_default().to_owned();
        self.gathered.lot(
            account,
            symbol,
            WrittenLot { lot_id: None, quantity, acquired, mark, basis_per_share, basis, place },
        );
        Some(Figures { shares: Some(quantity), basis: cost, value })
    }

    /// A lot with the holding period of one that was sold at a loss.
    fn carried(&mut self, account: usize, symbol: &str, lot: &Bought) {
        let text = format!(
            "{}the holding period of {} {symbol} counts from {} though they were bought on {}: a wash sale carried it over",
            self.row.place,
            lot.quantity.normalize(),
            lot.acquired,
            lot.bought
        );
        self.gathered.note("import.holding_period", text);
        let trade = Trade {
            date: lot.bought,
            account_id: String::new(),
            ticker: symbol.to_owned(),
            action: Action::Buy,
            quantity: lot.quantity,
            price: lot.price,
            realised_gain: None,
        };
        self.gathered.transactions.push((account, trade));
    }
}

/// A purchase with another start of its holding period.
struct Bought {
    bought: jiff::civil::Date,
    acquired: jiff::civil::Date,
    quantity: Decimal,
    price: Decimal,
}
