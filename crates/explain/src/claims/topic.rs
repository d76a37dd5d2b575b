//! What a figure is of: the words that say so, and how a figure's words are put together.
//!
//! In: the words around a figure. Out: the [`Topic`]s that they allow. Invariant: no words, no restriction: a figure
//! that nobody says anything about has only to be one of the plan.

use super::token::Token;

/// What a figure is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    /// Realised or unrealised gain; negative for a loss.
    Gain,
    Tax,
    /// Marginal rates.
    Rate,
    /// Cost basis.
    Basis,
    Price,
    /// What something is or was worth, proceeds and purchases.
    Worth,
    /// Shares traded.
    Traded,
    /// Shares held.
    Held,
    /// Weight in the household.
    Weight,
    Target,
    /// Distance from the target.
    Off,
    /// D.
    Drift,
    /// What trading costs.
    Cost,
    /// What a fund charges a year.
    Fee,
    Cash,
    /// V.
    Value,
    Esg,
    /// A preference's figure.
    Limit,
    /// The least cash.
    CashLimit,
    /// The most tax.
    TaxLimit,
    /// The most gain.
    GainLimit,
    /// The losses that count.
    LossLimit,
    /// Deposits and withdrawals.
    Flow,
    /// Time held, and the year after which a gain is long-term.
    Holding,
    /// The 30 days of the wash-sale rule.
    Wash,
    /// The days of qualified dividends.
    Dividend,
    /// L.
    Objective,
    /// A number of things.
    Count,
}

/// Words, and the topics that they allow.
const WORDS: [(&str, &[Topic]); 23] = [
    ("gain gains gained profit profits appreciation appreciated", &[Topic::Gain, Topic::GainLimit]),
    ("loss losses lost harvest harvests harvesting harvested", &[Topic::Gain, Topic::LossLimit]),
    ("tax taxes taxed taxation irs", &[Topic::Tax, Topic::Rate, Topic::TaxLimit]),
    ("rate rates bracket brackets", &[Topic::Rate]),
    ("basis", &[Topic::Basis]),
    ("price priced prices trades quoted", &[Topic::Price, Topic::Worth]),
    ("paid bought", &[Topic::Basis, Topic::Worth, Topic::Traded, Topic::Held]),
    (
        "proceeds raises raise raising raised frees free freeing notional brings yields",
        &[Topic::Worth, Topic::Cash],
    ),
    ("worth value valued values", &[Topic::Worth, Topic::Value, Topic::Price]),
    (
        "sell sells selling sold sale sales buy buys buying purchase purchases purchasing invest invests into trim trims",
        &[Topic::Worth, Topic::Traded, Topic::Price, Topic::Count],
    ),
    ("target targets goal", &[Topic::Target, Topic::Off]),
    (
        "above below under overweight underweight over off",
        &[
            Topic::Off,
            Topic::Target,
            Topic::Weight,
            Topic::Limit,
            Topic::CashLimit,
            Topic::TaxLimit,
            Topic::GainLimit,
            Topic::LossLimit,
        ],
    ),
    ("drift drifted deviation deviates", &[Topic::Drift, Topic::Off]),
    ("commission commissions spread spreads", &[Topic::Cost]),
    ("cost costs costing", &[Topic::Cost, Topic::Fee, Topic::Price, Topic::Basis]),
    ("fee fees expense expenses", &[Topic::Fee, Topic::Cost]),
    ("deposit deposits deposited withdrawal withdrawals withdraw withdrawn", &[Topic::Flow]),
    (
        "limit limits cap capped buffer minimum maximum",
        &[Topic::Limit, Topic::CashLimit, Topic::TaxLimit, Topic::GainLimit, Topic::LossLimit],
    ),
    ("esg", &[Topic::Esg]),
    (
        "cash",
        &[Topic::Cash, Topic::CashLimit, Topic::Flow, Topic::Worth, Topic::Weight, Topic::Target, Topic::Off],
    ),
    (
        "held hold holds own owned remain remains left",
        &[Topic::Held, Topic::Holding, Topic::Worth, Topic::Weight],
    ),
    ("better worse", &[Topic::Objective, Topic::Off]),
    ("weight weighs allocation", &[Topic::Weight, Topic::Target, Topic::Off]),
];

/// The topics that a word allows.
pub(crate) fn of(token: &Token) -> Option<&'static [Topic]> {
    WORDS.iter().find(|(words, _)| token.is_in(words)).map(|(_, topics)| *topics)
}

/// Whether a topic is a limit that somebody set.
pub(crate) fn is_limit(topic: Topic) -> bool {
    matches!(topic, Topic::Limit | Topic::CashLimit | Topic::TaxLimit | Topic::GainLimit | Topic::LossLimit)
}

/// Words that make the household as a whole the subject.
pub(crate) fn is_of_all(token: &Token) -> bool {
    token.is_in(
        "portfolio household plan total overall altogether together all whole year year's bill drift limit buffer orders \
         trades trading everything combined aggregate",
    )
}
