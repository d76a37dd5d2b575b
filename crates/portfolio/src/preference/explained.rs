//! What each preference token means, for whoever chooses one without knowing its spelling.
//!
//! In: nothing. Out: every token there is, with its kind, its parameters with their units, and a sentence. Invariant: an entry for every
//! example of the grammar, in its order, and each pattern with its own examples put in is that example.

/// What a preference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Gains, losses, holding periods, tax.
    Tax,
    /// Cash, concentration, volatility.
    Risk,
    /// What a company does.
    Esg,
    /// What is held, bought or sold.
    Assets,
    /// How and when is traded.
    Transactions,
    /// What weighs more.
    Goals,
}

impl Kind {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Kind::Tax => "tax",
            Kind::Risk => "risk",
            Kind::Esg => "esg",
            Kind::Assets => "assets",
            Kind::Transactions => "transactions",
            Kind::Goals => "goals",
        }
    }
}

/// A part of a token that its owner chooses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name in the pattern.
    pub name: &'static str,
    /// Its unit or what it names: `usd`, `percent`, `months`, `count`, `ticker`, `lot`, `asset_class`, `sector`, `rating`, `industries`, `period`, `time`,
    /// `goal`.
    pub unit: &'static str,
    /// An example.
    pub example: &'static str,
}

/// A token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explained {
    /// How it is written, with each parameter in braces.
    pub pattern: &'static str,
    /// What it is about.
    pub kind: Kind,
    /// Its parameters, in their order.
    pub parameters: &'static [Parameter],
    /// What it asks for.
    pub words: &'static str,
}

impl Explained {
    /// It with its own examples put in.
    #[must_use]
    pub fn example(&self) -> String {
        self.parameters.iter().fold(self.pattern.to_owned(), |text, parameter| {
            text.replace(&format!("{{{}}}", parameter.name), parameter.example)
        })
    }
}

const fn of(name: &'static str, unit: &'static str, example: &'static str) -> Parameter {
    Parameter { name, unit, example }
}

const fn token(
    pattern: &'static str,
    kind: Kind,
    parameters: &'static [Parameter],
    words: &'static str,
) -> Explained {
    Explained { pattern, kind, parameters, words }
}

/// Every token, in the order of [`super::grammar::EXAMPLES`].
#[rustfmt::skip]
pub const EXPLAINED: [Explained; 32] = [
    token("minimize_short_term_gains", Kind::Tax, &[], "A short-term lot with a gain is sold only once every other lot of its account and security is."),
    token("avoid_short_term_gains", Kind::Tax, &[], "No lot is sold at a short-term gain."),
    token("harvest_losses_up_to_{amount}_usd", Kind::Tax, &[of("amount", "usd", "3000")], "Net losses up to this amount are worth taking."),
    token("prioritize_qualified_dividends", Kind::Tax, &[], "In taxable accounts no lot of a dividend payer is sold that was held for 60 days or less."),
    token("maintain_cash_balance_of_{amount}_usd", Kind::Risk, &[of("amount", "usd", "5000")], "At least this much cash stays."),
    token("max_daily_trade_volume_pct_{percent}", Kind::Transactions, &[of("percent", "percent", "20")], "At most this part of the value is traded in a day."),
    token("esg_minimum_score_{rating}", Kind::Esg, &[of("rating", "rating", "AA")], "Nothing is bought that is rated below this, or not at all."),
    token("exclude_{industries}", Kind::Esg, &[of("industries", "industries", "fossil_fuels_tobacco")], "Nothing of these industries is bought."),
    token("impact_investing_focus", Kind::Esg, &[], "The ESG score weighs in what is best, where nothing else is said."),
    token("prefer_etfs_over_mutual_funds", Kind::Assets, &[], "No mutual fund is bought where an exchange-traded fund of its class can be."),
    token("do_not_sell_ticker_{ticker}", Kind::Assets, &[of("ticker", "ticker", "AAPL")], "Nothing of this security is sold."),
    token("do_not_buy_ticker_{ticker}", Kind::Assets, &[of("ticker", "ticker", "X")], "Nothing of this security is bought."),
    token("always_hold_ticker_{ticker}", Kind::Assets, &[of("ticker", "ticker", "X")], "At least a dollar of this security stays held."),
    token("concentrate_up_to_{percent}_pct_in_ticker_{ticker}", Kind::Risk, &[of("percent", "percent", "10"), of("ticker", "ticker", "NVDA")], "This security makes up at most this part of the value, whatever the limit for every stock is."),
    token("max_concentration_pct_{percent}", Kind::Risk, &[of("percent", "percent", "5")], "No single stock makes up more than this part of the value."),
    token("max_sector_exposure_pct_{percent}", Kind::Risk, &[of("percent", "percent", "25")], "No sector makes up more than this part of the value."),
    token("max_sector_exposure_pct_{percent}_in_{sector}", Kind::Risk, &[of("percent", "percent", "25"), of("sector", "sector", "Information_Technology")], "This sector makes up no more than this part of the value."),
    token("avoid_asset_class_{class}", Kind::Assets, &[of("class", "asset_class", "Real_Estate")], "Nothing of this class is bought."),
    token("volatility_cap_pct_{percent}", Kind::Risk, &[of("percent", "percent", "12")], "The yearly volatility of the whole stays below this."),
    token("minimize_total_commissions", Kind::Transactions, &[], "Trading costs weigh ten times as much."),
    token("avoid_trades_below_{amount}_usd", Kind::Transactions, &[of("amount", "usd", "1000")], "No order is smaller than this, but for the sale of a whole position."),
    token("min_holding_months_{months}", Kind::Tax, &[of("months", "months", "13")], "No lot is sold that has been held for less than this."),
    token("min_holding_months_{months}_unless_necessary", Kind::Tax, &[of("months", "months", "13")], "The same, unless a class could not be brought inside its band otherwise."),
    token("max_trade_frequency_{count}_per_{period}", Kind::Transactions, &[of("count", "count", "1"), of("period", "period", "month")], "The household is rebalanced at most so often."),
    token("execute_between_{from}_{to}_ET", Kind::Transactions, &[of("from", "time", "0945"), of("to", "time", "1530")], "Orders are sent within these hours in New York."),
    token("prefer_ticker_{ticker}", Kind::Assets, &[of("ticker", "ticker", "VTI")], "In its class only preferred securities are bought while one of them can be."),
    token("sell_lot_first_{lot}", Kind::Assets, &[of("lot", "lot", "L2")], "Other lots of its account and security are sold only once this one is."),
    token("do_not_sell_lot_{lot}", Kind::Assets, &[of("lot", "lot", "L5")], "This lot is not sold."),
    token("no_sells", Kind::Transactions, &[], "Nothing is sold; what is bought is bought with cash."),
    token("max_realized_gains_{amount}_usd", Kind::Tax, &[of("amount", "usd", "2500")], "A plan realises at most this much net gain."),
    token("max_tax_{amount}_usd", Kind::Tax, &[of("amount", "usd", "400")], "A plan causes at most this much tax."),
    token("priorities_{first}_{second}_{third}_{fourth}", Kind::Goals, &[of("first", "goal", "tax"), of("second", "goal", "drift"), of("third", "goal", "cost"), of("fourth", "goal", "esg")], "What weighs most comes first."),
];

#[cfg(test)]
mod tests {
    use super::super::grammar::EXAMPLES;
    use super::*;

    #[test]
    fn every_token_is_explained_and_nothing_else_is() {
        let explained: Vec<String> = EXPLAINED.iter().map(Explained::example).collect();
        assert_eq!(explained, EXAMPLES);
        for one in EXPLAINED {
            assert!(one.words.ends_with('.'), "{}", one.pattern);
            assert_eq!(one.pattern.matches('{').count(), one.parameters.len(), "{}", one.pattern);
        }
    }
}
