//! Who holds what: the checked form of a portfolio document.
//!
//! Everything refers to everything else by index: a [`Lot`] to its [`Position`], a position to its
//! [`Account`] and [`Security`]. Invariants (made by [`crate::read`]): indices are valid, lots of a
//! position are adjacent, prices are positive, quantities are not negative, names are unique.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::{Decimal, dec};

use crate::preference::{Goal, Token, Wishes};

/// The class that money itself belongs to.
pub const CASH: &str = "Cash";

/// An asset class by name.
pub type Class = String;

/// A household at one moment: what it holds, what it wants, under which rules.
#[derive(Debug, Clone)]
pub struct Portfolio {
    /// Trading and tax date.
    pub as_of: Date,
    /// The household's own name, if it has one.
    pub household_id: Option<String>,
    /// Every security that is held or may be bought.
    pub securities: Vec<Security>,
    /// All accounts of the household; planned together.
    pub accounts: Vec<Account>,
    /// (account, security) pairs that are held, in the order of the document.
    pub positions: Vec<Position>,
    /// All lots; those of one position are adjacent.
    pub lots: Vec<Lot>,
    /// Target weight of each class; sums to 1.
    pub target_allocation: BTreeMap<Class, Decimal>,
    /// Target weight per security (by index) for direct indexing; a missing one is 0.
    pub security_targets: Option<BTreeMap<usize, Decimal>>,
    /// How drift is measured.
    pub drift_metric: DriftMetric,
    /// Factor risk model, aligned with `securities`.
    pub risk_model: Option<RiskModel>,
    /// Weights of the objective as given (`None` = the default applies).
    pub weights: GivenWeights,
    /// The wishes as tokens, in the order given.
    pub preferences: Vec<Token>,
    /// What the tokens set, resolved against this document.
    pub wishes: Wishes,
    /// Free text in the investor's words.
    pub instructions: Option<String>,
    /// The household's tax unit.
    pub tax: TaxProfile,
    /// Recent transactions.
    pub transactions: Vec<Transaction>,
    /// Annual tax drag per class in taxable accounts; empty = location is not considered.
    pub tax_drag: BTreeMap<Class, Decimal>,
    /// Largest part of a day's average volume that may be traded (56).
    pub liquidity_fraction_of_adv: Decimal,
    /// Purchases up to this much, USD, do not bar a loss sale.
    pub wash_sale_tolerance_usd: Decimal,
    /// When the alarm rings.
    pub monitoring: Monitoring,
    /// Order-desk policy.
    pub policy: Policy,
    /// What was noticed while reading that is no error.
    pub warnings: Vec<Warning>,
}

/// Something worth telling a person about a document that is no error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable code, such as `document.kind_assumed`.
    pub code: &'static str,
    /// Path or name of what it is about.
    pub place: String,
    /// What was noticed.
    pub detail: String,
}

/// A security that is held or may be bought.
#[derive(Debug, Clone)]
pub struct Security {
    /// Ticker, unique in the document.
    pub ticker: String,
    /// Asset class.
    pub asset_class: Class,
    /// USD per share, positive.
    pub price: Decimal,
    /// When the price was taken, as written.
    pub price_as_of: Option<String>,
    /// Kind of instrument.
    pub kind: SecurityKind,
    /// Sector, with `_` read as a space.
    pub sector: Option<String>,
    /// Industries, as written.
    pub industries: Vec<String>,
    /// ESG rating; `None` = unrated.
    pub esg: Option<Rating>,
    /// Full bid-ask spread, basis points of the price.
    pub spread_bps: Decimal,
    /// USD per order.
    pub commission: Decimal,
    /// USD per share squared (30).
    pub impact_coefficient: Decimal,
    /// Smallest step of an order, shares.
    pub quantity_increment: Decimal,
    /// The fund's yearly fee as a fraction.
    pub expense_ratio: Decimal,
    /// Average daily volume, USD; `None` = not given, no limit.
    pub average_daily_volume_usd: Option<Decimal>,
    /// Substantially identical securities share a group; its own ticker by default.
    pub identical_group: String,
    /// Whether it pays dividends.
    pub pays_dividends: bool,
    /// `false` = never bought.
    pub buyable: bool,
}

/// Kind of instrument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecurityKind {
    /// Exchange-traded fund.
    Etf,
    /// Mutual fund.
    MutualFund,
    /// Single stock.
    Stock,
    /// Bond.
    Bond,
    /// Money-market fund or the like.
    CashEquivalent,
}

/// ESG letter, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rating {
    /// Laggard.
    Ccc,
    /// Laggard.
    B,
    /// Average.
    Bb,
    /// Average.
    Bbb,
    /// Average.
    A,
    /// Leader.
    Aa,
    /// Leader.
    Aaa,
}

impl Rating {
    /// All letters, worst first.
    pub const ALL: [(Rating, &'static str); 7] = [
        (Rating::Ccc, "CCC"),
        (Rating::B, "B"),
        (Rating::Bb, "BB"),
        (Rating::Bbb, "BBB"),
        (Rating::A, "A"),
        (Rating::Aa, "AA"),
        (Rating::Aaa, "AAA"),
    ];

    /// The rating with this letter.
    #[must_use]
    pub fn from_letter(letter: &str) -> Option<Rating> {
        Rating::ALL.iter().find(|(_, l)| *l == letter).map(|(r, _)| *r)
    }

    /// Its letter.
    #[must_use]
    pub fn letter(self) -> &'static str {
        Rating::ALL[self as usize].1
    }

    /// Place on the scale of (52): CCC 0, AAA 6; the score is this over 6.
    #[must_use]
    pub fn sixths(self) -> u8 {
        self as u8
    }
}

impl fmt::Display for Rating {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.letter())
    }
}

/// The score e of (52) in sixths; unrated counts as neutral, 3.
#[must_use]
pub fn esg_sixths(rating: Option<Rating>) -> u8 {
    rating.map_or(3, Rating::sixths)
}

/// An account of the household.
#[derive(Debug, Clone)]
pub struct Account {
    /// Name, unique in the document.
    pub account_id: String,
    /// How it is taxed.
    pub kind: AccountKind,
    /// Whose it is.
    pub owner: Option<String>,
    /// USD before the flow; may be negative.
    pub cash: Decimal,
    /// USD flowing in (positive) or out, before trading.
    pub flow: Decimal,
    /// Settled part of the cash, where known.
    pub settled_cash: Option<Decimal>,
    /// Orders already at the broker.
    pub open_orders: Vec<OpenOrder>,
}

/// How an account is taxed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccountKind {
    /// Gains are taxed when realised.
    Taxable,
    /// Traditional IRA, 401(k) and the like.
    Traditional,
    /// Roth.
    Roth,
}

impl AccountKind {
    /// Its word in a document.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            AccountKind::Taxable => "taxable",
            AccountKind::Traditional => "traditional",
            AccountKind::Roth => "roth",
        }
    }
}

/// An order that is already at the broker.
#[derive(Debug, Clone)]
pub struct OpenOrder {
    /// Ticker as written.
    pub ticker: String,
    /// Side.
    pub side: Side,
    /// Shares.
    pub quantity: Decimal,
}

/// Side of an order or a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Side {
    /// Sell.
    Sell,
    /// Buy.
    Buy,
}

impl Side {
    /// `BUY` or `SELL`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Side::Sell => "SELL",
            Side::Buy => "BUY",
        }
    }
}

/// One security in one account.
#[derive(Debug, Clone)]
pub struct Position {
    /// Index into `accounts`.
    pub account: usize,
    /// Index into `securities`.
    pub security: usize,
    /// Indices into `lots`.
    pub lots: Range<usize>,
}

/// Shares bought together.
#[derive(Debug, Clone)]
pub struct Lot {
    /// Name, unique in the document.
    pub lot_id: String,
    /// Index into `positions`.
    pub position: usize,
    /// Shares.
    pub quantity: Decimal,
    /// Trade date of the purchase, if known.
    pub acquired: Option<Date>,
    /// Stated term of an undated lot: `true` = long-term.
    pub stated_long_term: Option<bool>,
    /// USD per share.
    pub basis_per_share: Decimal,
}

/// How drift is measured (49).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DriftMetric {
    /// Sum of squared deviations of the class weights.
    ClassSquared,
    /// Sum of squared deviations of the security weights and of cash.
    SecuritySquared,
    /// Variance of the tracking difference under the risk model.
    TrackingVariance,
}

/// Factor model of annualised risk: `B F Bᵀ + diag(d)`.
#[derive(Debug, Clone)]
pub struct RiskModel {
    /// Factor names, K of them.
    pub factors: Vec<String>,
    /// K × K covariance F, annualised.
    pub factor_covariance: Vec<Vec<f64>>,
    /// Per security (index), K exposures B; `None` = not in the model.
    pub exposures: Vec<Option<Vec<f64>>>,
    /// Per security (index), specific variance d, annualised.
    pub specific_variance: Vec<Option<f64>>,
}

/// λ of (48) as given in the document.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GivenWeights {
    /// Weight of drift.
    pub drift: Option<Decimal>,
    /// Weight of cost.
    pub cost: Option<Decimal>,
    /// Weight of tax.
    pub tax: Option<Decimal>,
    /// Weight of ESG.
    pub esg: Option<Decimal>,
}

/// λ of (48) as used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Lambdas {
    /// Weight of drift.
    pub drift: Decimal,
    /// Weight of cost.
    pub cost: Decimal,
    /// Weight of tax and location.
    pub tax: Decimal,
    /// Weight of ESG.
    pub esg: Decimal,
}

/// The tax unit of the household.
#[derive(Debug, Clone, Default)]
pub struct TaxProfile {
    /// Marginal rate on net short-term gains, if given.
    pub short_term_rate: Option<Decimal>,
    /// Marginal rate on net long-term gains, if given.
    pub long_term_rate: Option<Decimal>,
    /// Marginal rate on ordinary income, if given.
    pub ordinary_rate: Option<Decimal>,
    /// Value of a loss carried on, if given.
    pub carryforward_rate: Option<Decimal>,
    /// Most that a net loss may reduce ordinary income in a year, USD, if given.
    pub ordinary_loss_limit: Option<Decimal>,
    /// `true` = equation (45) without netting across the buckets.
    pub separate_netting: bool,
    /// Net short-term gain realised so far this year, USD.
    pub realised_short: Decimal,
    /// Net long-term gain realised so far this year, USD.
    pub realised_long: Decimal,
    /// Short-term loss carried in, positive USD.
    pub carried_short: Decimal,
    /// Long-term loss carried in, positive USD.
    pub carried_long: Decimal,
    /// Tax year to look rates up for.
    pub year: Option<i16>,
    /// Filing status to look rates up for.
    pub filing_status: Option<FilingStatus>,
    /// Taxable ordinary income, USD.
    pub ordinary_income: Option<Decimal>,
    /// Modified adjusted gross income, USD.
    pub magi: Option<Decimal>,
    /// Flat state rate.
    pub state_rate: Option<Decimal>,
}

/// Filing status of the federal return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FilingStatus {
    /// Single.
    Single,
    /// Married filing jointly.
    Joint,
    /// Married filing separately.
    Separate,
    /// Head of household.
    HeadOfHousehold,
}

/// A transaction on record.
#[derive(Debug, Clone)]
pub struct Transaction {
    /// Trade date.
    pub date: Date,
    /// Account, by name (it may no longer exist).
    pub account_id: Option<String>,
    /// Ticker (it may no longer be listed).
    pub ticker: String,
    /// Identical group of a ticker that is no longer listed.
    pub identical_group: Option<String>,
    /// What happened.
    pub action: Action,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD, negative for a loss; of a sale.
    pub realised_gain: Option<Decimal>,
}

/// What a transaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Bought.
    Buy,
    /// Sold.
    Sell,
    /// Dividend reinvested: a purchase.
    Reinvest,
}

/// When the alarm rings (1), (2).
#[derive(Debug, Clone)]
pub struct Monitoring {
    /// Annualised market volatility σ.
    pub volatility: Decimal,
    /// The user's score R in [0, 1], larger = tighter.
    pub user_score: Decimal,
    /// Date of the last rebalance.
    pub last_rebalance: Option<Date>,
    /// The parts of τ.
    pub tau: Tau,
    /// A class's own band instead of τ.
    pub bands: BTreeMap<Class, Band>,
    /// How far a plan goes.
    pub trade_to: TradeTo,
}

/// Coefficients of τ (2).
#[derive(Debug, Clone, PartialEq)]
pub struct Tau {
    /// τ_base.
    pub base: Decimal,
    /// Per unit of volatility.
    pub k1: Decimal,
    /// Per unit of the user's score, subtracted.
    pub k2: Decimal,
    /// Per unit of round-trip cost.
    pub k3: Decimal,
    /// Per month since the last rebalance, subtracted.
    pub k4: Decimal,
    /// τ_min.
    pub min: Decimal,
    /// τ_max.
    pub max: Decimal,
}

impl Default for Tau {
    fn default() -> Self {
        Tau {
            base: dec!(0.03),
            k1: dec!(0.10),
            k2: dec!(0.02),
            k3: dec!(2.0),
            k4: dec!(0.001),
            min: dec!(0.01),
            max: dec!(0.15),
        }
    }
}

impl Default for Monitoring {
    fn default() -> Self {
        Monitoring {
            volatility: dec!(0.15),
            user_score: dec!(0.5),
            last_rebalance: None,
            tau: Tau::default(),
            bands: BTreeMap::new(),
            trade_to: TradeTo::Target,
        }
    }
}

/// A class's own band; the narrower part counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Half-width in weight.
    pub absolute: Option<Decimal>,
    /// Half-width as a part of the target.
    pub relative: Option<Decimal>,
}

/// How far a plan goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TradeTo {
    /// To the target.
    Target,
    /// To the edge of the band.
    Edge,
    /// Half way between.
    Midway,
}

/// Order-desk policy of the household.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    /// Largest distance of a limit from the price, percent.
    pub price_collar_pct: Option<Decimal>,
    /// Oldest price that may be traded on, minutes.
    pub price_age_max_minutes: Option<Decimal>,
    /// Largest notional of one order, USD.
    pub order_notional_max: Option<Decimal>,
    /// Most orders of one plan.
    pub orders_max: Option<u32>,
    /// Tickers that may not be traded.
    pub restricted: Vec<String>,
    /// What the house adds: where both say something, what stands above is the narrower.
    pub house: HouseLimits,
}

/// What a house asks of every household's orders.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HouseLimits {
    /// The version of its rules; none where it has none.
    pub version: Option<u64>,
    /// Tickers of this document that may not be traded.
    pub restricted: Vec<String>,
    /// Largest notional of one order, USD.
    pub order_notional_max: Option<Decimal>,
    /// Most orders of one plan.
    pub orders_max: Option<u32>,
    /// Largest distance of a limit from the price, percent.
    pub price_collar_pct: Option<Decimal>,
}

impl HouseLimits {
    /// Whether it has a security not traded.
    #[must_use]
    pub fn restricts(&self, ticker: &str) -> bool {
        self.restricted.iter().any(|restricted| restricted == ticker)
    }

    /// The same in words, for whoever asks why.
    #[must_use]
    pub fn words(&self) -> String {
        format!("version {} of the rules of the house restricts it", self.version.unwrap_or_default())
    }
}

impl Portfolio {
    /// V of (3): cash and flows plus holdings before trading, USD. Positive.
    #[must_use]
    pub fn value(&self) -> Decimal {
        let cash: Decimal = self.accounts.iter().map(|a| a.cash + a.flow).sum();
        cash + self.positions.iter().map(|p| self.position_value(p)).sum::<Decimal>()
    }

    /// Shares of a position.
    #[must_use]
    pub fn position_quantity(&self, position: &Position) -> Decimal {
        self.lots[position.lots.clone()].iter().map(|l| l.quantity).sum()
    }

    /// Market value of a position, USD.
    #[must_use]
    pub fn position_value(&self, position: &Position) -> Decimal {
        self.position_quantity(position) * self.securities[position.security].price
    }

    /// Index of a security by ticker.
    #[must_use]
    pub fn security(&self, ticker: &str) -> Option<usize> {
        self.securities.iter().position(|s| s.ticker == ticker)
    }

    /// Index of an account by name.
    #[must_use]
    pub fn account(&self, account_id: &str) -> Option<usize> {
        self.accounts.iter().position(|a| a.account_id == account_id)
    }

    /// Identical group of a ticker, listed or not.
    #[must_use]
    pub fn group_of<'a>(&'a self, transaction: &'a Transaction) -> &'a str {
        if let Some(group) = &transaction.identical_group {
            return group;
        }
        self.security(&transaction.ticker)
            .map_or(&transaction.ticker, |i| &self.securities[i].identical_group)
    }

    /// Every class that is held, targeted or buyable, `Cash` last.
    #[must_use]
    pub fn classes(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .securities
            .iter()
            .map(|s| s.asset_class.as_str())
            .chain(self.target_allocation.keys().map(String::as_str))
            .filter(|c| *c != CASH)
            .collect();
        names.sort_unstable();
        names.dedup();
        names.push(CASH);
        names
    }

    /// λ of (48) with the defaults and factors of model.md.
    #[must_use]
    pub fn lambdas(&self) -> Lambdas {
        let esg_default = if self.wishes.impact_focus || self.wishes.priorities.is_some() {
            dec!(0.01)
        } else {
            Decimal::ZERO
        };
        let mut used = Lambdas {
            drift: self.weights.drift.unwrap_or(dec!(3)),
            cost: self.weights.cost.unwrap_or(dec!(1)),
            tax: self.weights.tax.unwrap_or(dec!(1)),
            esg: self.weights.esg.unwrap_or(esg_default),
        };
        if self.wishes.minimize_commissions {
            used.cost *= dec!(10);
        }
        if let Some(order) = self.wishes.priorities {
            for (goal, factor) in order.iter().zip([dec!(4), dec!(2), dec!(1), dec!(0.5)]) {
                match goal {
                    Goal::Drift => used.drift *= factor,
                    Goal::Cost => used.cost *= factor,
                    Goal::Tax => used.tax *= factor,
                    Goal::Esg => used.esg *= factor,
                }
            }
        }
        used
    }
}
