//! What broker files tell of a household: accounts, cash, lots, prices, and whatever does not fit.
//!
//! In: files of one format ([`Format`]). Out: [`Holdings`], the same whatever the format; or every fault, each with its place.
//! Invariants: no row is dropped silently: what can't be modelled is in [`Holdings::unsupported`], where two files disagree is in
//! [`Holdings::differences`], the rest that a person should know in [`Holdings::notes`]; and no account number is in it.

mod gathering;
mod lot_name;
mod reconcile;
mod settling;

use std::fmt;

use jiff::civil::Date;
use portfolio::household::Action;
use portfolio::{AccountKind, Decimal, SecurityKind};

pub(crate) use gathering::{AccountAt, Gathering, Quoted, SHOWN_ENDING, Stated, WrittenLot};
pub(crate) use reconcile::{HALF_CENT, both};

use crate::fault::{Fault, Place};
use crate::{ibkr_flex, lot_table, schwab};

/// A file as it was handed in.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

/// Whose files they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// The lot table of our own.
    LotTable,
    /// Charles Schwab: positions and lot details, CSV.
    Schwab,
    /// Interactive Brokers: Flex query, XML.
    IbkrFlex,
}

/// What a person says of an account that its broker's file does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountWords {
    /// End of its number, or its whole id.
    pub account: String,
    /// What it is to be called.
    pub account_id: Option<String>,
    /// How it is taxed.
    pub kind: Option<AccountKind>,
    /// Whose it is.
    pub owner: Option<String>,
    /// Known from a document, so that files without this account are no fault.
    pub known: bool,
}

/// What is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holdings {
    /// The latest day that the files tell of.
    pub as_of: Option<Date>,
    /// The accounts, in the order of the files.
    pub accounts: Vec<Account>,
    /// What is held in them, by ticker.
    pub securities: Vec<Security>,
    /// Purchases and sales that the files tell of.
    pub transactions: Vec<Trade>,
    /// What is held and can't be modelled.
    pub unsupported: Vec<Unsupported>,
    /// Accounts whose cash is below 0, which is left out like what can't be modelled unless somebody accepts it ([`Holdings::accept_overdrafts`]).
    pub overdrafts: Vec<Overdraft>,
    /// Where what the files say does not agree.
    pub differences: Vec<Difference>,
    /// What else a person should know.
    pub notes: Vec<Note>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its name in the document.
    pub account_id: String,
    /// How it is taxed.
    pub kind: AccountKind,
    /// Whether somebody or a file said so.
    pub kind_known: bool,
    /// Whose it is.
    pub owner: Option<String>,
    /// Cash, USD; none where no file tells.
    pub cash: Option<Decimal>,
    /// Settled part of it, USD.
    pub settled_cash: Option<Decimal>,
    /// Its positions, in the order of the files.
    pub positions: Vec<Position>,
}

/// What an account holds of one security.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The security.
    pub ticker: String,
    /// Its lots.
    pub lots: Vec<Lot>,
}

/// A lot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lot {
    /// Its name, unique among all accounts.
    pub lot_id: String,
    /// Whether the file gave the name.
    pub named: bool,
    /// Shares, above 0.
    pub quantity: Decimal,
    /// The day from which its holding period counts, if known.
    pub acquired: Option<Date>,
    /// USD per share.
    pub basis_per_share: Decimal,
}

/// A security with its price.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// Its ticker.
    pub ticker: String,
    /// USD per share.
    pub price: Decimal,
    /// Day or time (of New York) of the price, as a document writes it.
    pub price_as_of: Option<String>,
    /// Where the price stands.
    pub priced_at: Place,
    /// What it is, where the file says.
    pub kind: Option<SecurityKind>,
    /// Its class, where the file says.
    pub asset_class: Option<String>,
}

/// A purchase or sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trade {
    /// Trade date.
    pub date: Date,
    /// The account.
    pub account_id: String,
    /// The security.
    pub ticker: String,
    /// What happened.
    pub action: Action,
    /// Shares, above 0.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// Gain of a sale, USD.
    pub realised_gain: Option<Decimal>,
}

/// Something held that a portfolio document can't say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// Where it stands.
    pub place: Place,
    /// The account, masked.
    pub account: String,
    /// What it is.
    pub what: String,
    /// Its value, USD, where the file says.
    pub value: Option<Decimal>,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{} in {}", self.place, self.what, self.account)?;
        match self.value {
            Some(value) => write!(f, " ({} USD)", portfolio::money::written(value)),
            None => Ok(()),
        }
    }
}

/// Cash below 0: fees that have come in since, a margin debt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overdraft {
    /// The account.
    pub account_id: String,
    /// USD, below 0.
    pub cash: Decimal,
    /// How it is told where it is left out.
    pub told: Unsupported,
}

impl Holdings {
    /// Cash below 0 is taken as it is told, and said.
    pub fn accept_overdrafts(&mut self) {
        for Overdraft { account_id, cash, told } in std::mem::take(&mut self.overdrafts) {
            self.unsupported.retain(|left_out| *left_out != told);
            if let Some(account) = self.accounts.iter_mut().find(|account| account.account_id == account_id) {
                account.cash = Some(cash);
                account.settled_cash = account.settled_cash.map(|settled| settled.min(cash));
            }
            let text = format!(
                "{}the cash of {} is {} USD, below 0, and stands in the document as it is",
                told.place,
                told.account,
                portfolio::money::written(cash)
            );
            self.notes.push(Note::new("import.overdraft", text));
        }
    }
}

/// Two statements of one thing that do not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The account, masked.
    pub account: String,
    /// The security; none for the whole account.
    pub ticker: Option<String>,
    /// What was compared.
    pub compared: Compared,
    /// What the positions, or the total, say; 0 for nothing.
    pub stated: Decimal,
    /// What the lots, or the rows, make; 0 for nothing.
    pub found: Decimal,
    /// The row that states it, where one does.
    pub place: Option<Place>,
}

/// What can disagree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// Shares of a position and of its lots.
    Shares,
    /// Basis of a position and of its lots, USD.
    Basis,
    /// A position of which no lots are given, shares.
    NoLots,
    /// Lots of which no position is given, shares.
    NoPosition,
    /// The stated total of a list of lots and its rows, shares.
    LotsTotal,
    /// The stated basis of a list of lots and that of its rows, USD.
    LotsBasis,
    /// The stated value of a list of lots and that of its rows, USD.
    LotsValue,
    /// The stated total of an account and of its rows, USD.
    Total,
}

impl Compared {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Compared::Shares => "shares",
            Compared::Basis => "basis",
            Compared::NoLots => "shares without lots",
            Compared::NoPosition => "lots without a position",
            Compared::LotsTotal => "total of the lots",
            Compared::LotsBasis => "total basis of the lots",
            Compared::LotsValue => "total value of the lots",
            Compared::Total => "total of the account",
        }
    }

    /// Whether the figures are USD.
    #[must_use]
    pub fn is_usd(self) -> bool {
        matches!(self, Compared::Basis | Compared::LotsBasis | Compared::LotsValue | Compared::Total)
    }
}

/// Something that a person should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// Stable code, such as `import.unknown_column`.
    pub code: &'static str,
    /// The sentence.
    pub text: String,
}

impl Note {
    /// A note.
    pub(crate) fn new(code: &'static str, text: impl Into<String>) -> Note {
        Note { code, text: text.into() }
    }
}

/// Reads files of one format into what is held, whatever day it is.
///
/// # Errors
/// Every fault of every file, at least one.
pub fn read(format: Format, files: &[Source<'_>], words: &[AccountWords]) -> Result<Holdings, Vec<Fault>> {
    read_on(Date::MAX, format, files, words)
}

/// The same on a day: what a file says of a later one is a fault.
///
/// # Errors
/// Every fault of every file, at least one.
pub fn read_on(
    today: Date,
    format: Format,
    files: &[Source<'_>],
    words: &[AccountWords],
) -> Result<Holdings, Vec<Fault>> {
    let mut gathered = Gathering::new(words, today);
    for file in files {
        match format {
            Format::LotTable => lot_table::read(*file, &mut gathered),
            Format::Schwab => schwab::read(*file, &mut gathered),
            Format::IbkrFlex => ibkr_flex::read(*file, &mut gathered),
        }
    }
    gathered.finish()
}

/// An account's name as it may be shown: of a number of six digits and more only the last four.
#[must_use]
pub fn masked(account_id: &str) -> String {
    const DIGITS_MIN: usize = 6;
    const KEPT: usize = 4;
    let digits = account_id.chars().filter(char::is_ascii_digit).count();
    if digits < DIGITS_MIN {
        return account_id.to_owned();
    }
    let from = digits - KEPT;
    let mut seen = 0;
    let mut out = String::new();
    for c in account_id.chars() {
        let hidden = c.is_ascii_digit() && seen < from;
        seen += usize::from(c.is_ascii_digit());
        if !hidden {
            out.push(c);
        } else if !out.ends_with('…') {
            out.push('…');
        }
    }
    out
}

/// What an account may be called on the command line: its id, or the end of one that is masked.
pub(crate) fn callable(account_id: &str) -> String {
    let shown = masked(account_id);
    shown.rsplit('…').next().filter(|_| shown != account_id).unwrap_or(account_id).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_numbers_are_masked() {
        assert_eq!(masked("12345678"), "…5678");
        assert_eq!(masked("Z12-345678"), "Z…-…5678");
        assert_eq!(masked("U1234567"), "U…4567");
        assert_eq!(masked("schwab-321"), "schwab-321");
        assert_eq!(masked("joint"), "joint");
        assert_eq!((callable("12345678").as_str(), callable("joint").as_str()), ("5678", "joint"));
    }
}
