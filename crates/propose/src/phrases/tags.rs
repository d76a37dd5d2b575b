//! What part can a word play in a wish.
//!
//! A word may play several (`hold` keeps and owns); a frame says which parts it can use, and a word that
//! plays none of them keeps the frame from fitting. That is the gate: nothing is passed over that is
//! not known to change nothing.

/// Makes [`Tag`] with a bit for each part.
macro_rules! tags {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {
        /// One part that a word can play.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Tag { $($(#[$doc])* $name),* }

        impl Tag {
            /// The part with this name.
            pub(super) fn named(name: &str) -> Option<Tag> {
                match name {
                    $(stringify!($name) => Some(Tag::$name),)*
                    _ => None,
                }
            }
        }
    };
}

tags! {
    /// Changes nothing: articles, pronouns, prepositions, politeness.
    Filler,
    /// `and`, `plus`.
    And,
    /// `or`, `nor`.
    Or,
    /// `but`.
    But,
    /// `not`, `no`, `never`.
    Neg,
    /// Verbs and judgements that forbid: `avoid`, `steer clear of`, `off limits`.
    Avoid,
    /// `there is no need to`: no wish at all.
    NoNeed,
    /// `you may`, `feel free`, `is fine`.
    Permit,
    /// `maybe`, `not sure`.
    Hedge,
    /// `he says`, `according to`.
    Report,
    /// `used to`, `ago`.
    Past,
    /// `if`, `until`, `when`.
    Condition,
    /// `except`, `other than`.
    Except,
    /// `because`, `since`.
    Reason,
    /// `if possible`, `try to`, `unless necessary`.
    Soft,
    /// `always`, `at all times`.
    Always,
    /// `some`, `a bit of`.
    Few,
    /// `anything`, `my holdings`.
    Anything,
    /// `any`.
    Any,
    /// `all`.
    All,
    /// `single`, `one`, `individual`.
    Single,
    /// `each`, `every`, `per`.
    Each,
    /// `only`.
    Only,
    /// `first`.
    First,
    /// `last`, `past`: the last 13 months; ESG last.
    Last,
    /// `before`.
    Before,
    /// `after`.
    After,
    /// `then`, `followed by`.
    Then,
    /// `at most`, `cap`: a most, however it is negated.
    Most,
    /// `at least`, `floor`: a least, however it is negated.
    Least,
    /// `over`, `exceed`.
    Over,
    /// `under`, `drop below`.
    Under,
    /// `to`, `reach`: `grow to 10 %`.
    Reach,
    /// `between`.
    Between,
    /// `outside`.
    Outside,
    /// `about`.
    About,
    /// `keep`, `leave`.
    Keep,
    /// `stays where it is`, `alone`.
    Stay,
    /// `own`, `have`.
    Own,
    /// `sell`.
    Sell,
    /// `sold`.
    Sold,
    /// `touch`.
    Touch,
    /// `buy`.
    Buy,
    /// `bought`, `purchased`.
    Bought,
    /// `invest`.
    Invest,
    /// `held`, `owned`.
    Held,
    /// `trade`, `trading`.
    Trade,
    /// `rebalance`.
    Rebalance,
    /// `order`, `trades`: one that can be small.
    Order,
    /// `bother`, `worth it`.
    Worth,
    /// `prefer`, `favour`.
    Prefer,
    /// `use`, `go with`.
    Use,
    /// `rather than`, `instead of`.
    Instead,
    /// `care about`, `important`.
    Care,
    /// `focus`.
    Focus,
    /// `cash`.
    Cash,
    /// `buffer`, `cushion`.
    Buffer,
    /// `uninvested`, `on the side`.
    Idle,
    /// `gains`, `profits`.
    Gains,
    /// `short-term`.
    ShortTerm,
    /// `long-term`.
    LongTerm,
    /// `losses`.
    Loss,
    /// `harvest`, `tax-loss harvesting`.
    Harvest,
    /// `realise`, `take`, `book`.
    Realise,
    /// `tax`.
    Tax,
    /// `pay`, `owe`, `bill`.
    Pay,
    /// `dividends`.
    Dividend,
    /// `qualified`.
    Qualified,
    /// `protect`, `preserve`.
    Protect,
    /// `lose`, `jeopardise`.
    Harm,
    /// `ESG`.
    Esg,
    /// `score`, `rated`.
    Rated,
    /// `impact investing`, `sustainable`.
    Impact,
    /// `ETF`.
    Etf,
    /// `mutual fund`.
    MutualFund,
    /// `fund`.
    Fund,
    /// `stock`, one of them.
    Stock,
    /// `stocks`, `shares`.
    Stocks,
    /// `company`, `makers`, `industry`.
    Company,
    /// `position`, `holding`.
    Position,
    /// `concentration`.
    Concentration,
    /// `sector`.
    Sector,
    /// `asset class`.
    AssetClass,
    /// `portfolio`, `account`.
    Portfolio,
    /// `volatility`.
    Volatility,
    /// `commissions`, `fees`.
    Commission,
    /// `costs`.
    Cost,
    /// `low`, `to a minimum`.
    Low,
    /// `minimise`, `reduce`.
    Minimise,
    /// `drift`, `tracking`.
    Drift,
    /// `daily`, `a day`.
    Daily,
    /// `turnover`, `volume`.
    Turnover,
    /// `size`.
    Size,
    /// `lot`.
    Lot,
    /// `Eastern`.
    Eastern,
    /// `hours`, `window`.
    Hours,
    /// `actually`, `I mean`.
    Correct,
    /// `scratch that`.
    Retract,
    /// `the same for`, `ditto`.
    Same,
    /// `enough`.
    Enough,
    /// `more`, `additional`.
    More,
    /// `completely`, `out of`.
    Fully,
    /// `holding period`.
    HoldingPeriod,
    /// `wait`.
    Wait,
    /// `grow`, `become`.
    Grow,
    /// `priorities`, `in order of importance`.
    Priority,
    /// `new`, `fresh` (money).
    Fresh,
    /// `limit`, `budget`, nouns of a most.
    Let,
    /// `could you`: a request in the form of a question.
    Request,
    /// `should I`, `what if`: a question.
    Asked,
}

/// A set of parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tags(u128);

impl Tags {
    /// The set of `tags`.
    pub(super) const fn of(tags: &[Tag]) -> Tags {
        let mut bits = 0;
        let mut i = 0;
        while i < tags.len() {
            bits |= 1 << (tags[i] as u32);
            i += 1;
        }
        Tags(bits)
    }

    /// Whether `tag` is among them.
    pub(super) const fn has(self, tag: Tag) -> bool {
        self.0 & (1 << (tag as u32)) != 0
    }

    /// Whether any of `other` is among them.
    pub(super) const fn meets(self, other: Tags) -> bool {
        self.0 & other.0 != 0
    }

    /// All of both.
    pub(super) const fn with(self, other: Tags) -> Tags {
        Tags(self.0 | other.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_has_what_it_was_made_of() {
        let set = Tags::of(&[Tag::Filler, Tag::Asked]);
        assert!(set.has(Tag::Asked) && !set.has(Tag::Neg));
        assert!(set.meets(Tags::of(&[Tag::Neg]).with(Tags::of(&[Tag::Filler]))));
    }
}
