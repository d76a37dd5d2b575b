//! The rules and costs that hold something back.
//!
//! Out: a stable code, that of model.md where a rule of it holds, and the words for it. Invariant:
//! the words hold no figure.

/// What holds a lot or a class where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is its code and its words, in the table below")]
pub enum Reason {
    NoSells,
    DoNotSell,
    DoNotSellLot,
    HoldingPeriod,
    RecentPurchase,
    ShortTermForbidden,
    DividendPeriod,
    LossAndPurchase,
    OpposingSides,
    ShortTermPriority,
    LotOrder,
    AlwaysHold,
    Turnover,
    GainBudget,
    TaxBudget,
    Liquidity,
    Volatility,
    Concentration,
    Sector,
    CashBuffer,
    NotBuyable,
    EsgMinimum,
    Industry,
    DoNotBuy,
    AvoidedClass,
    RecentLossSale,
    LossTaken,
    SoldByPlan,
    Preferred,
    MutualFund,
    NothingListed,
    BelowMinimum,
    Increment,
    NotNeeded,
    Balanced,
    Tax,
    Trading,
    Location,
    Esg,
    WithinGap,
    Remainder,
}

impl Reason {
    /// Whether nothing stands in the way but that it would not pay, or not that anybody could tell.
    #[must_use]
    pub fn is_cost(self) -> bool {
        {
            use Reason::{Balanced, Esg, Location, NotNeeded, Tax, Trading, WithinGap};
            matches!(self, NotNeeded | Balanced | Tax | Trading | Location | Esg | WithinGap)
        }
    }

    /// Its stable code.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.told().0
    }

    /// The words for it, as a clause.
    #[must_use]
    pub fn words(self) -> &'static str {
        self.told().1
    }

    fn told(self) -> (&'static str, &'static str) {
        match self {
            Reason::NoSells => ("preference.no_sells", "nothing is to be sold"),
            Reason::DoNotSell => ("preference.do_not_sell", "the security is not to be sold"),
            Reason::DoNotSellLot => ("preference.do_not_sell_lot", "this lot is not to be sold"),
            Reason::HoldingPeriod => ("holding_period.minimum", "it has not been held for the months wished"),
            Reason::RecentPurchase => (
                "wash_sale.recent_purchase",
                "it is at a loss, and shares identical to it were bought within the wash-sale window",
            ),
            Reason::ShortTermForbidden => {
                ("tax.short_term_forbidden", "it has a short-term gain, which is to be avoided")
            }
            Reason::DividendPeriod => (
                "dividend.holding_period",
                "it pays dividends and has not been held long enough for them to be qualified",
            ),
            Reason::LossAndPurchase => {
                ("wash_sale.loss_and_purchase", "it is at a loss, and the plan buys shares identical to it")
            }
            Reason::OpposingSides => {
                ("order.opposing_sides", "the plan buys the same security in the same account")
            }
            Reason::ShortTermPriority => (
                "tax.short_term_priority",
                "it has a short-term gain, and other lots of its position go first",
            ),
            Reason::LotOrder => ("preference.lot_order", "another lot of its position is to be sold first"),
            Reason::AlwaysHold => ("preference.always_hold", "some of the security is always to be held"),
            Reason::Turnover => ("turnover.limit", "the limit on what may be traded in a day is used up"),
            Reason::GainBudget => ("tax.gain_budget", "the budget for realised gains is used up"),
            Reason::TaxBudget => ("tax.tax_budget", "the budget for tax is used up"),
            Reason::Liquidity => ("liquidity.adv", "the security's share of its daily volume is used up"),
            Reason::Volatility => ("risk.volatility", "the cap on volatility leaves no room"),
            Reason::Concentration => ("concentration.security", "its securities are at their cap"),
            Reason::Sector => ("concentration.sector", "the sector of its securities is at its cap"),
            Reason::CashBuffer => ("budget.cash_buffer", "the cash that is to be kept leaves no room"),
            Reason::NotBuyable => ("preference.not_buyable", "no security of it can be bought"),
            Reason::EsgMinimum => ("esg.minimum", "no security of it has the rating wished"),
            Reason::Industry => ("exclusion.industry", "its securities belong to an excluded industry"),
            Reason::DoNotBuy => ("preference.do_not_buy", "its securities are not to be bought"),
            Reason::AvoidedClass => ("preference.asset_class", "the class is to be avoided"),
            Reason::RecentLossSale => (
                "wash_sale.recent_loss_sale",
                "shares identical to its securities were sold at a loss within the wash-sale window",
            ),
            Reason::LossTaken => {
                ("wash_sale.loss_and_purchase", "the plan sells shares identical to its securities at a loss")
            }
            Reason::SoldByPlan => ("order.opposing_sides", "the plan sells its securities in every account"),
            Reason::Preferred => ("preference.preferred", "another security of its class is preferred"),
            Reason::MutualFund => {
                ("preference.mutual_fund", "it is a mutual fund where a listed fund can be bought")
            }
            Reason::NothingListed => ("target.nothing_listed", "the document lists no security of it"),
            Reason::BelowMinimum => {
                ("order.below_minimum", "what would be worth trading is less than the least size of an order")
            }
            Reason::Increment => {
                ("order.increment", "what would be worth trading is less than the step in which it trades")
            }
            Reason::Balanced => (
                "target.balanced",
                "moving more of it would bring the household as a whole no closer to its targets",
            ),
            Reason::NotNeeded => (
                "target.not_needed",
                "selling more of it would bring the household hardly any closer to its targets",
            ),
            Reason::Tax => ("cost.tax", "the tax on selling more costs more than the smaller drift is worth"),
            Reason::Trading => ("cost.trading", "trading more costs more than the smaller drift is worth"),
            Reason::Location => (
                "cost.location",
                "the yearly tax on what it would be held in weighs more than the smaller drift is worth",
            ),
            Reason::Esg => (
                "cost.esg",
                "the ESG ratings of what would be held weigh more than the smaller drift is worth",
            ),
            Reason::WithinGap => {
                ("plan.within_gap", "what it could still bring is within what the search left unproven")
            }
            Reason::Remainder => (
                "plan.remainder",
                "several rules, or the steps and least sizes of several orders, hold it together",
            ),
        }
    }
}
