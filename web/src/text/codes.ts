/**
 * What codes of the program mean, in plain words: findings of the checks, refusals, kinds of records, states and the like.
 *
 * In: a code as the API tells it. Out: words for a person. Invariant: a code that is not known here stands for itself, and is never dressed up as words.
 */

export type Vocabulary = Readonly<Record<string, string>>;

/** The words of a code, or the code. */
export function inWords(of: Vocabulary, code: string): string {
    return Object.hasOwn(of, code) ? (of[code] ?? code) : code;
}

/** What the checks of a plan find. */
export const FINDINGS: Vocabulary = {
    "budget.cash_buffer": "Less cash left than wished",
    "budget.cash_negative": "Not enough cash",
    "concentration.sector": "Too much in one sector",
    "concentration.security": "Too much in one security",
    "desk.buying_power": "Open orders need the cash",
    "desk.duplicate_order": "The same order twice",
    "desk.free_riding": "An earlier purchase is not paid for",
    "desk.good_faith": "Bought with money that has not settled",
    "desk.odd_lot": "Odd lot",
    "desk.order_notional": "Order too large",
    "desk.orders_max": "Too many orders",
    "desk.position_committed": "Shares are in open orders already",
    "desk.price_band": "Price outside the market’s daily limits",
    "desk.price_collar": "Price too far from the last one",
    "desk.restricted": "On the restricted list",
    "desk.settled_cash": "Paid with money that has not settled",
    "desk.settlement": "Money comes when sales settle",
    "desk.stale_price": "Price too old",
    "dividend.holding_period": "Held too briefly for its dividend",
    "esg.minimum": "ESG rating below the wish",
    "exclusion.industry": "Excluded industry",
    "fill.needs_acceptance": "Price or fees out of the ordinary",
    "fill.refused": "Fill not taken",
    "holding_period.minimum": "Held more briefly than wished",
    "holding_period.type_mismatch": "Stated term and date disagree",
    "holding_period.wish_lifted": "Sold sooner than wished, since it has to be",
    "liquidity.adv": "Too much of a day’s trading",
    "math.drift_increased": "Further from the target in sum",
    "math.not_improved": "Worse than doing nothing",
    "order.below_minimum": "Order too small",
    "order.increment": "Not in the shares that can be traded",
    "order.malformed": "Not an order that can be made",
    "order.opposing_sides": "Bought and sold at once",
    "position.short_sale": "More sold than is held",
    "position.unknown_lot": "No such lot",
    "preference.always_hold": "Always to be held",
    "preference.asset_class": "Class to be avoided",
    "preference.do_not_buy": "Not to be bought",
    "preference.do_not_sell": "Not to be sold",
    "preference.do_not_sell_lot": "Lot not to be sold",
    "preference.held_but_barred": "Held, but not to be bought",
    "preference.lot_order": "Another lot goes first",
    "preference.mutual_fund": "A fund where an ETF is preferred",
    "preference.no_sells": "Nothing is to be sold",
    "preference.not_buyable": "Can’t be bought",
    "preference.preferred": "Another security is preferred",
    "risk.volatility": "Moves more than wished",
    "schedule.frequency": "Sooner than wished",
    "schedule.window": "Outside the hours for trading",
    "tax.flat_rates_differ": "Tax brackets say otherwise",
    "tax.gain_budget": "More gains than wished",
    "tax.long_term_rate": "Long-term rate differs from the brackets",
    "tax.short_term_forbidden": "Short-term gain, which is not wished",
    "tax.short_term_priority": "Short-term gain before other lots",
    "tax.short_term_rate": "Short-term rate differs from the brackets",
    "tax.tax_budget": "More tax than wished",
    "turnover.limit": "More traded in a day than wished",
    "wash_sale.below_tolerance": "Small wash sale",
    "wash_sale.loss_and_purchase": "A loss and a purchase at once: a wash sale",
    "wash_sale.recent_loss_sale": "Sold at a loss lately: a wash sale",
    "wash_sale.recent_purchase": "Bought lately: a wash sale",
    "wash_sale.same_index": "Same index as what was sold at a loss",
};

/** Why a step of a proposal is refused. */
export const REFUSALS: Vocabulary = {
    "life.state": "Not in a state for that",
    "life.same_plan": "The same plan once more",
    "approval.plan_hash": "Another plan waits",
    "approval.expired": "Expired",
    "approval.before_shown": "Approved before it was shown",
    "approval.price_moved": "A price has moved",
    "approval.price_unknown": "A price is missing",
    "approval.holding_moved": "A holding has changed",
    "approval.portfolio_changed": "The portfolio has changed",
    "approval.same_person": "A second person is needed",
    "approval.altered": "The plan was changed past the program",
    "execution.never_sent": "An order would never be sent",
    "execution.altered": "The plan was changed past the program",
    "execution.approvals": "Approvals are missing",
};

/** What a record of the log is about. */
export const RECORDS: Vocabulary = {
    approval: "Approved",
    cash_flow: "Money in or out",
    cycle_closed: "Proposal ended",
    cycle_started: "Proposal begun",
    drift: "Drift measured",
    edit: "Plan edited by a person",
    erasure: "Household erased",
    fill: "Shares filled",
    fill_reversed: "A fill was corrected or taken back",
    household_opened: "Household opened",
    move: "Step of the proposal",
    notice: "People are to be told",
    notice_failed: "A notice could not be given",
    notice_sent: "A notice was given",
    order: "Order written down or sent",
    person_made: "Person added",
    plan: "The plan in full",
    plan_asked_for: "A person asked for a plan",
    portfolio: "Portfolio changed",
    prices: "Prices taken in",
    prices_unusable: "Prices that can’t be used",
    prompt: "Sent to the model",
    proposal: "Plan made",
    rationale: "Reasons in words",
    refusal: "A step was refused",
    rejection: "Rejected, with the reason",
    reply: "Reply of the model",
    reply_findings: "Found in the reply",
    settings: "Setting changed",
    sign_in: "Somebody signed in, or failed to",
    split: "Shares were split",
    timeline: "How long each stage took",
    typed_in: "Execution typed in by a person",
    validation: "Result of the checks",
    wash_sale: "Loss disallowed by a wash sale",
};

/** Parts of the program that act; every other actor is a person. */
export const ACTORS: Vocabulary = {
    broker: "the broker",
    clock: "the clock",
    cycle: "the program",
    monitor: "the watch over the household",
    notices: "the notices",
    service: "the service",
    solver: "the optimiser",
};

/** How well a plan is known to be made. */
export const STATUSES: Vocabulary = {
    optimal: "Proven to be the best",
    feasible: "Keeps every rule",
    no_trade_needed: "Nothing to trade",
    infeasible: "No plan keeps every rule",
};

/** What is booked. */
export const BOOKINGS: Vocabulary = {
    BUY: "Buy",
    SELL: "Sell",
    REINVEST: "Dividend reinvested",
    DEPOSIT: "Deposit",
    REVERSED_BUY: "Purchase taken back",
    REVERSED_SELL: "Sale taken back",
    WITHDRAWAL: "Withdrawal",
    SPLIT: "Split of shares",
};

/** How an account is taxed. */
export const ACCOUNTS: Vocabulary = {
    taxable: "taxable",
    traditional: "tax-deferred (traditional)",
    roth: "tax-free (Roth)",
};

/** What a security is. */
export const SECURITIES: Vocabulary = {
    etf: "ETF",
    mutual_fund: "mutual fund",
    stock: "stock",
    bond: "bond",
    cash_equivalent: "as good as cash",
};

/** Who speaks in a conversation with a model. */
export const ROLES: Vocabulary = {
    system: "What it is told first",
    user: "What it is asked",
    assistant: "What it answered before",
    tool: "What a tool told it",
};
