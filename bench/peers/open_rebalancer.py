"""`taxrebalance`, the open tax-aware rebalancer from PyPI, on a portfolio document.

In: a `Portfolio` of tools/evaluate.py. Out: (trades or None, status). It is told all that it has an input for: lots
with basis and age, prices, cash, rates, turnover, the weight of drift, the drift itself (its covariance, see `rebalance`),
the mean half-spread, whether a group was bought lately, and tickers to leave alone: those that may not be sold, and
those that may not be bought. It has none for several accounts, withdrawals that leave cash below zero, minimum orders,
whole shares, commissions, the buffer, caps, netting, or impact. Its own defaults are kept otherwise.
"""
from collections import defaultdict

import numpy as np
from plans import increment, tidy
from program import FINE_USD, barred_purchases
from taxrebalance import Portfolio as Holdings
from taxrebalance import RebalanceConfig, TaxLot, UnitedStatesLots
from taxrebalance import rebalance as propose

CASH = "(cash)"  # a security without lots: the cash that is wanted


def _drift(portfolio, tickers):
    """(targets, matrix) with drift D = δᵀ·matrix·δ: with all targets a sum of 1, cash is off by −Σδ."""
    real = [t for t in tickers if t != CASH]
    if portfolio.sec_target is not None:
        targets = {t: float(portfolio.sec_target.get(t, 0)) for t in real}
    else:
        members = defaultdict(list)
        for t in real:
            members[portfolio.sec[t]["asset_class"]].append(t)
        targets = {t: float(portfolio.target.get(c, 0)) / len(ts) for c, ts in members.items() for t in ts}
    targets[CASH] = 1 - sum(targets.values())
    n = len(tickers)
    matrix = np.zeros((n, n))
    if portfolio.metric == "tracking_variance":
        risk = portfolio.risk
        exposures = np.array([risk["exposures"].get(t, [0] * len(risk["factor_covariance"])) for t in tickers])
        matrix = exposures @ np.array(risk["factor_covariance"]) @ exposures.T
        matrix += np.diag([risk["specific_variance"].get(t, 0.0) for t in tickers])
    else:
        for i, a in enumerate(tickers):
            for j, b in enumerate(tickers):
                if CASH in (a, b):
                    continue
                same = a == b if portfolio.sec_target is not None else (
                    portfolio.sec[a]["asset_class"] == portfolio.sec[b]["asset_class"])
                matrix[i, j] = 1.0 + same
    return targets, matrix


def rebalance(portfolio):
    if len(portfolio.cash) > 1:
        return None, "one account only"
    account, cash = next(iter(portfolio.cash.items()))
    if cash < 0:
        return None, "no withdrawals"
    st = portfolio.set
    tickers = [*portfolio.sec, CASH]
    targets, matrix = _drift(portfolio, tickers)
    recent = portfolio.barred_loss_groups()
    names, lots = {}, []
    for (_, ticker, lot_id), lot in portfolio.lots.items():
        # It wants names that differ over all tickers; a gain is long-term from 365 days.
        name = f"{ticker}/{lot_id}"
        names[name] = lot_id
        days = (portfolio.as_of - lot["bought"]).days if lot["bought"] else 0
        lots.append(TaxLot(lot_id=name, ticker=ticker, shares=lot["q"], basis_per_share=max(lot["basis"], 1e-6),
                           days_held=max(days, 365) if lot["long"] else min(days, 364),
                           prior_30d_replacement=portfolio.group(ticker) in recent))
    if not lots:
        return None, "no lots"
    frozen = {t for t in portfolio.sec if st["no_sells"] or t in st["no_sell"]} | barred_purchases(portfolio)
    spreads = [float(s.get("spread_bps", 0)) / 2 for s in portfolio.sec.values()]
    config = RebalanceConfig(max_tracking_error=0.99, trading_cost_bps=sum(spreads) / len(spreads),
                             risk_aversion=portfolio.lam["drift"],
                             max_turnover_fraction=None if st["turnover"] is None else min(st["turnover"], 2.0),
                             restricted_tickers=(*sorted(frozen), CASH))
    result = propose(Holdings.from_tax_lots(lots, prices={**portfolio.price, CASH: 1.0}, cash=cash),
                     target_weights=targets, covariance=matrix,
                     tax_policy=UnitedStatesLots(portfolio.rs, portfolio.rl), config=config)
    if not result.feasible:
        return None, result.decision["solver_status"]
    trades = []
    for t in result.trades:
        # Its shares have five decimals: they go to a fine increment, as a desk would do; whole shares are its own lack.
        step = increment(portfolio, t["ticker"])
        fine = step * portfolio.price[t["ticker"]] < FINE_USD
        quantity = tidy(round(t["shares"] / step) * step) if fine else t["shares"]
        if quantity <= 0:
            continue
        trade = dict(action=t["side"], account_id=account, ticker=t["ticker"], quantity=quantity)
        if t["side"] == "SELL":
            trade["lot_id"] = names[t["lot_id"]]
        trades.append(trade)
    return trades, "local search, no certificate"
