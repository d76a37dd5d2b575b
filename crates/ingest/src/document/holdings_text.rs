//! Accounts with their lots, as a document writes them.
//!
//! In: what is held, and the accounts that a document has already. Out: the list `accounts`. Invariants: an account that no file tells of stays as it
//! is written; a lot that the document knows keeps its name there; cash that no file tells stays what it was, and that is said.

use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;

use super::base::Kept;
use super::fields::{Fields, list, quoted};
use super::number;
use crate::holdings::{Account, Holdings, Lot, Note, masked};

/// Bases per share that differ by less are those of one lot, told with more or fewer digits.
const SAME_BASIS: Decimal = dec!(0.01);

/// The list of accounts: those of the document in their order, then new ones.
pub(super) fn accounts(holdings: &Holdings, kept: &mut Kept, notes: &mut Vec<Note>) -> String {
    let mut written = Vec::new();
    let imported = |id: &str| holdings.accounts.iter().find(|account| account.account_id == id);
    for old in &kept.accounts {
        let id = old.word("account_id").unwrap_or_default();
        written.push(match imported(&id) {
            Some(account) => self::account(account, Some(old), kept, notes),
            None => old.line(),
        });
    }
    for account in holdings.accounts.iter().filter(|a| kept.account(&a.account_id).is_none()) {
        written.push(self::account(account, None, kept, notes));
    }
    list(written.into_iter())
}

fn account(account: &Account, old: Option<&Fields>, kept: &Kept, notes: &mut Vec<Note>) -> String {
    let known = kept.portfolio.as_ref();
    let mut fields = Fields::default();
    fields.set("account_id", &quoted(&account.account_id));
    fields.set("kind", &quoted(account.kind.word()));
    if let Some(owner) = &account.owner {
        fields.set("owner", &quoted(owner));
    }
    let was = known.and_then(|p| p.accounts.iter().find(|a| a.account_id == account.account_id));
    let cash = account.cash.unwrap_or_else(|| {
        let id = masked(&account.account_id);
        let (cash, text) = match was {
            Some(was) => (
                was.cash,
                format!(
                    "no file tells the cash of {id}: the {} USD of before are kept",
                    portfolio::money::written(was.cash)
                ),
            ),
            None => (Decimal::ZERO, format!("no file tells the cash of {id}: it counts as 0")),
        };
        notes.push(Note::new("import.cash_unknown", text));
        cash
    });
    fields.set("cash", &number(cash));
    if let Some(settled) = account.settled_cash {
        fields.set("settled_cash", &number(settled));
    }
    fields.set("holdings", &holdings(account, known));
    if let Some(old) = old {
        let mut others = old.clone();
        others.remove("settled_cash");
        fields.complete(&others);
    }
    fields.line()
}

fn holdings(account: &Account, known: Option<&Portfolio>) -> String {
    let positions = account.positions.iter().map(|position| {
        let mut names = Names { known: known_lots(known, &account.account_id, &position.ticker) };
        let lots = position.lots.iter().map(|lot| format!("\n    {}", written(lot, &mut names)));
        let lots = lots.collect::<Vec<_>>().join(",");
        format!("\n   {{\"ticker\": {}, \"lots\": [{lots}]}}", quoted(&position.ticker))
    });
    format!("[{}]", positions.collect::<Vec<_>>().join(","))
}

fn written(lot: &Lot, names: &mut Names<'_>) -> String {
    let mut fields = Fields::default();
    fields.set("lot_id", &quoted(&names.of(lot)));
    fields.set("quantity", &number(lot.quantity));
    if let Some(day) = lot.acquired {
        fields.set("acquisition_date", &quoted(&day.to_string()));
    }
    fields.set("cost_basis_per_share", &number(lot.basis_per_share));
    fields.line()
}

/// Lots of one position that a document has, each of which gives its name to one lot at most.
struct Names<'a> {
    known: Vec<&'a portfolio::Lot>,
}

impl Names<'_> {
    /// The name that a lot has already, else the one that was made for it.
    fn of(&mut self, lot: &Lot) -> String {
        let is_same = |known: &portfolio::Lot| {
            known.acquired == lot.acquired && (known.basis_per_share - lot.basis_per_share).abs() < SAME_BASIS
        };
        let same_name = self.known.iter().position(|known| known.lot_id == lot.lot_id);
        let found = same_name.or_else(|| self.known.iter().position(|known| !lot.named && is_same(known)));
        match found {
            Some(at) => self.known.swap_remove(at).lot_id.clone(),
            None => lot.lot_id.clone(),
        }
    }
}

fn known_lots<'a>(
    portfolio: Option<&'a Portfolio>,
    account_id: &str,
    ticker: &str,
) -> Vec<&'a portfolio::Lot> {
    let Some(portfolio) = portfolio else { return Vec::new() };
    let is_it = |position: &&portfolio::Position| {
        portfolio.accounts[position.account].account_id == account_id
            && portfolio.securities[position.security].ticker == ticker
    };
    portfolio
        .positions
        .iter()
        .find(is_it)
        .map(|p| portfolio.lots[p.lots.clone()].iter().collect())
        .unwrap_or_default()
}
