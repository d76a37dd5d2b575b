//! Is there a plan for this household, were some of its wishes or givens left out?
//!
//! In: which hard wishes are kept, and which givens are lifted. Out: an [`Answer`]. Wishes that are
//! no hard rules (weights, harvesting, the schedule) always stay. Invariant: the household itself
//! is never changed; a question is asked of a copy.

use portfolio::household::CASH;
use portfolio::preference::Names;
use portfolio::{Portfolio, Token, Wishes};
use tax::plan_tax::Rates;

use super::Set;
use super::give::Give;
use super::given::Given;
use crate::problem::Problem;
use crate::search::Limits;
use crate::trades::Trades;
use crate::{Options, SLACK_USD};

/// An infeasible household and how hard to try.
#[derive(Clone)]
pub(super) struct Inquiry<'a> {
    pub(super) portfolio: &'a Portfolio,
    pub(super) rates: &'a Rates,
    pub(super) options: &'a Options,
    /// The wishes, each once, in the order of the document.
    pub(super) tokens: Vec<Token>,
    /// Whether a wish that holds "unless necessary" is being tried as a hard rule.
    strict: bool,
}

/// What a search said.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Answer {
    /// There is a plan with this L.
    Plan(f64),
    /// There is none.
    NoPlan,
    /// The search stopped at its limit.
    Unknown,
}

impl Answer {
    pub(super) fn is_plan(self) -> bool {
        matches!(self, Answer::Plan(_))
    }
}

/// A gap at which any plan is good enough.
pub(crate) const ANY_PLAN: f64 = 1e9;

/// Work units for whether there is any plan: as many questions are asked as there are wishes, and more.
const HOLDS_UNITS: u64 = 20_000;

impl<'a> Inquiry<'a> {
    pub(super) fn new(portfolio: &'a Portfolio, rates: &'a Rates, options: &'a Options) -> Inquiry<'a> {
        let mut tokens: Vec<Token> = Vec::new();
        for token in &portfolio.preferences {
            if !tokens.contains(token) {
                tokens.push(token.clone());
            }
        }
        let months = tokens.iter().filter_map(|t| match t {
            Token::MinHoldingMonths(n) => Some(*n),
            _ => None,
        });
        let strict = portfolio.wishes.holding_months_min != months.max();
        Inquiry { portfolio, rates, options, tokens, strict }
    }

    /// Places of the wishes that are hard rules.
    pub(super) fn hard(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.tokens.len()).filter(|i| self.is_hard(&self.tokens[*i]))
    }

    fn is_hard(&self, token: &Token) -> bool {
        match token {
            Token::HarvestLossesUpTo(_)
            | Token::ImpactInvestingFocus
            | Token::MinimizeTotalCommissions
            | Token::MaxTradeFrequency(..)
            | Token::ExecuteBetween(..)
            | Token::Priorities(_) => false,
            Token::MinHoldingMonthsUnlessNecessary(_) => self.strict,
            _ => true,
        }
    }

    /// Whether a wish has milder forms.
    pub(super) fn can_give(&self, token: usize) -> bool {
        Give::of(self, &self.tokens[token]).is_some()
    }

    /// The wishes with only `kept` of the hard ones.
    pub(super) fn with(&self, kept: &Set) -> Vec<Token> {
        let stays = |i: &usize| kept.contains(i) || !self.is_hard(&self.tokens[*i]);
        (0..self.tokens.len()).filter(stays).map(|i| self.tokens[i].clone()).collect()
    }

    /// Whether a plan was found that keeps these hard wishes, the givens `lifted` apart.
    pub(super) fn holds(&self, kept: &Set, lifted: &[Given]) -> bool {
        self.answer(kept, lifted).is_plan()
    }

    /// Whether it is proven that no plan keeps these hard wishes.
    pub(super) fn clashes(&self, kept: &Set) -> bool {
        self.answer(kept, &[]) == Answer::NoPlan
    }

    /// Is there a plan that keeps these hard wishes, the givens `lifted` apart?
    pub(super) fn answer(&self, kept: &Set, lifted: &[Given]) -> Answer {
        let units = HOLDS_UNITS.min(self.options.effort_max);
        self.ask(&self.variant(&self.with(kept), lifted), lifted, ANY_PLAN, units)
    }

    /// The household with these wishes, and without the givens `lifted`.
    pub(super) fn variant(&self, tokens: &[Token], lifted: &[Given]) -> Portfolio {
        let mut household = self.portfolio.clone();
        household.wishes = self.wishes(tokens);
        household.preferences = tokens.to_vec();
        lifted.iter().for_each(|g| g.lift(&mut household));
        household
    }

    /// The names of the tokens were known when the document was read.
    fn wishes(&self, tokens: &[Token]) -> Wishes {
        let p = self.portfolio;
        let tickers: Vec<&str> = p.securities.iter().map(|s| s.ticker.as_str()).collect();
        let lots: Vec<&str> = p.lots.iter().map(|l| l.lot_id.as_str()).collect();
        let classes: Vec<&str> = p.classes().into_iter().filter(|c| *c != CASH).collect();
        let classes: Vec<&str> =
            classes.into_iter().chain(p.securities.iter().map(|s| s.asset_class.as_str())).collect();
        let sectors: Vec<&str> = p.securities.iter().filter_map(|s| s.sector.as_deref()).collect();
        let names = Names { tickers: &tickers, lots: &lots, classes: &classes, sectors: &sectors };
        let mut wishes = Wishes::resolve(tokens, &names).unwrap_or_else(|_| p.wishes.clone());
        if self.strict {
            wishes.holding_months_min = wishes.holding_months_min.max(wishes.holding_months_wish);
        }
        wishes
    }

    /// Searches for a plan of a variant; doing nothing counts.
    pub(super) fn ask(&self, variant: &Portfolio, lifted: &[Given], gap: f64, effort_max: u64) -> Answer {
        let bars = if lifted.contains(&Given::Bars) { &Default::default() } else { &self.options.bars };
        let problem = Problem::new(variant, self.rates, bars);
        let idle = Trades::none(&problem);
        let idle_objective = idle.terms(&problem).objective;
        let allowed = problem.keeps_rules(&idle, SLACK_USD * problem.usd);
        if allowed && gap >= ANY_PLAN {
            return Answer::Plan(idle_objective);
        }
        let limits = Limits { gap, units_max: effort_max, stop: self.options.stop.clone() };
        let found = crate::solve(&problem, limits, idle_objective, allowed.then_some(idle_objective).into());
        let searched = found.best.map(|b| b.objective);
        match searched.or(allowed.then_some(idle_objective)) {
            Some(objective) => Answer::Plan(objective),
            None if found.bound.is_infinite() => Answer::NoPlan,
            None => Answer::Unknown,
        }
    }
}
