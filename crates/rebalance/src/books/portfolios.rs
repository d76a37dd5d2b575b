//! Portfolios: the document as it was handed in, and what is in it.
//!
//! A portfolio is never changed. An import, a fill or a change of targets makes the next version, so that a plan can always
//! be seen beside the document that it was made for.

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::{AccountKind, Decimal, DocumentError, Portfolio};

use crate::id::{HouseholdId, PortfolioId};

/// The next version of a household's portfolio: a text that was read.
#[derive(Debug, Clone)]
pub struct Imported {
    id: PortfolioId,
    household: HouseholdId,
    version: u64,
    source: String,
    text: String,
    at: Timestamp,
    read: Portfolio,
}

impl Imported {
    /// Reads a document as version `version` of a household's portfolio; `version` − 1 has to be the present one.
    ///
    /// `source` says where it came from, such as `file` or `fill`.
    ///
    /// # Errors
    /// [`DocumentError`] where the text is no portfolio document.
    pub fn read(
        id: PortfolioId,
        household: HouseholdId,
        version: u64,
        source: &str,
        text: &str,
        at: Timestamp,
    ) -> Result<Imported, DocumentError> {
        let read = portfolio::read(text)?;
        Ok(Imported { id, household, version, source: source.to_owned(), text: text.to_owned(), at, read })
    }

    /// As it is kept.
    #[must_use]
    pub fn kept(&self) -> KeptPortfolio {
        KeptPortfolio {
            id: self.id,
            household: self.household,
            version: self.version,
            source: self.source.clone(),
            text: self.text.clone(),
            at: self.at,
        }
    }

    /// What is in it.
    #[must_use]
    pub fn portfolio(&self) -> &Portfolio {
        &self.read
    }

    /// Cash per account, by account.
    #[must_use]
    pub fn balances(&self) -> Vec<Balance> {
        let mut all: Vec<Balance> = self
            .read
            .accounts
            .iter()
            .map(|a| Balance {
                account_id: a.account_id.clone(),
                kind: a.kind,
                owner: a.owner.clone(),
                cash: a.cash,
                flow: a.flow,
                settled_cash: a.settled_cash,
            })
            .collect();
        all.sort_by(|a, b| a.account_id.cmp(&b.account_id));
        all
    }

    /// Every lot, by account, ticker and lot.
    #[must_use]
    pub fn lots(&self) -> Vec<HeldLot> {
        let read = &self.read;
        let mut all: Vec<HeldLot> = read
            .lots
            .iter()
            .map(|lot| {
                let position = &read.positions[lot.position];
                HeldLot {
                    account_id: read.accounts[position.account].account_id.clone(),
                    ticker: read.securities[position.security].ticker.clone(),
                    lot_id: lot.lot_id.clone(),
                    quantity: lot.quantity,
                    acquired: lot.acquired,
                    stated_long_term: lot.stated_long_term,
                    basis_per_share: lot.basis_per_share,
                }
            })
            .collect();
        all.sort_by(|a, b| a.key().cmp(&b.key()));
        all
    }
}

/// One version of a portfolio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptPortfolio {
    /// Its name.
    pub id: PortfolioId,
    /// Whose.
    pub household: HouseholdId,
    /// From 1.
    pub version: u64,
    /// Where it came from.
    pub source: String,
    /// The document, byte for byte.
    pub text: String,
    /// When it was handed in.
    pub at: Timestamp,
}

/// Cash of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balance {
    /// The account.
    pub account_id: String,
    /// How it is taxed.
    pub kind: AccountKind,
    /// Whose it is, where that is said.
    pub owner: Option<String>,
    /// USD before the flow.
    pub cash: Decimal,
    /// USD flowing in or out.
    pub flow: Decimal,
    /// Settled part, where known.
    pub settled_cash: Option<Decimal>,
}

/// A lot as it is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldLot {
    /// The account.
    pub account_id: String,
    /// The security.
    pub ticker: String,
    /// Its name, unique in a portfolio.
    pub lot_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// Day of purchase, where known.
    pub acquired: Option<Date>,
    /// Stated term of a lot without a day.
    pub stated_long_term: Option<bool>,
    /// USD per share.
    pub basis_per_share: Decimal,
}

impl HeldLot {
    fn key(&self) -> (&str, &str, &str) {
        (&self.account_id, &self.ticker, &self.lot_id)
    }
}
