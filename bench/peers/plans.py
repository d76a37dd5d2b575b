"""Trades from the values of a program's variables.

In: a `Built` program and values. Out: trades as a plan document has them. Invariant: no rule is known here but the
increment: what rounding breaks by a cent is taken back from the largest orders, and the judge has the last word.
"""
import math
from collections import defaultdict

STEPS = 60  # repairs by an increment


def increment(portfolio, ticker):
    return float(portfolio.sec[ticker].get("quantity_increment", 0.0001))


def tidy(quantity):
    return round(quantity, 10)


def _sale(portfolio, key, parts):
    """Quantities of lots, a whole position as it is and other totals rounded to the increment."""
    account, ticker = key
    held = {lot: portfolio.lots[account, ticker, lot]["q"] for lot in parts}
    parts = {lot: held[lot] if n > held[lot] * (1 - 1e-7) else n for lot, n in parts.items()}
    total, step = sum(parts.values()), increment(portfolio, ticker)
    if total > portfolio.q[key] * (1 - 1e-7):
        return dict(held)
    rest = tidy(round(total / step) * step) - total
    # The lot that is sold in part takes up the rest; else the one with the least gain a share.
    order = sorted(parts, key=lambda lot: (not 0 < parts[lot] < held[lot],
                                           -portfolio.lots[account, ticker, lot]["basis"]))
    for lot in order:
        moved = min(max(parts[lot] + rest, 0.0), held[lot]) - parts[lot]
        parts[lot] += moved
        rest -= moved
    return {lot: tidy(n) for lot, n in parts.items() if n > 1e-9}


def rounded(built, values):
    """The trades of `values`, each order's total a multiple of its increment; nothing else is seen to."""
    portfolio = built.portfolio
    trades, sales = [], defaultdict(dict)
    for (account, ticker, lot), j in built.lot.items():
        usd = values[j] * built.unit
        if usd > 1e-6:
            sales[account, ticker][lot] = usd / portfolio.price[ticker]
    for (account, ticker), parts in sales.items():
        if sum(parts.values()) * portfolio.price[ticker] < 0.005:
            continue
        for lot, quantity in _sale(portfolio, (account, ticker), parts).items():
            trades.append(dict(action="SELL", account_id=account, ticker=ticker, lot_id=lot, quantity=quantity))
    for (account, ticker), j in built.buy.items():
        usd, step = values[j] * built.unit, increment(portfolio, ticker)
        quantity = tidy(math.floor(usd / portfolio.price[ticker] / step + 1e-5) * step)
        if usd > 0.005 and quantity > 0:
            trades.append(dict(action="BUY", account_id=account, ticker=ticker, quantity=quantity))
    return trades


def _over(portfolio, violation):
    """USD by which a limit is passed, 0 where it is not told, None where a smaller order does not mend it."""
    figures = [float(x) for x in violation["detail"].replace("<", " ").split() if x.replace(".", "").lstrip("-").isdigit()]
    return {"budget.cash_negative": lambda: portfolio.floor[violation["where"]] - figures[0],
            "budget.cash_buffer": lambda: figures[1] - figures[0],
            "turnover.limit": lambda: figures[0] - portfolio.set["turnover"] * portfolio.V,
            "concentration.security": lambda: 0.0,
            "concentration.sector": lambda: 0.0,
            "liquidity.adv": lambda: 0.0}.get(violation["code"], lambda: None)()


def _concerned(portfolio, violation, trade):
    """Whether a trade bears on what a violation is about."""
    sector = (portfolio.sec[trade["ticker"]].get("sector") or "").replace("_", " ")
    return violation["where"] in ("household", trade["account_id"], trade["ticker"], sector)


def repaired(portfolio, trades):
    """The trades with the largest order changed where a cent is missing, and those just below the minimum raised."""
    trades = [dict(t) for t in trades]

    def room(trade, direction):
        if direction < 0:
            return trade["quantity"]
        return portfolio.lots[trade["account_id"], trade["ticker"], trade["lot_id"]]["q"] - trade["quantity"]

    for _ in range(STEPS):
        _, broken = portfolio.evaluate(trades)
        if not broken:
            break
        violation = broken[0]
        if violation["code"] == "order.below_minimum":
            choice = [(1, t) for t in trades if f"{t['account_id']}/{t['ticker']}" == violation["where"]
                      and (t["action"] == "BUY" or room(t, 1) > 2 * increment(portfolio, t["ticker"]))]
            over = 0.0
        else:
            over = _over(portfolio, violation)
            if over is None:
                break
            # Less is bought; where nothing is, more is sold, or less where trading itself is limited.
            sale = -1 if violation["code"] in ("turnover.limit", "liquidity.adv") else 1
            concerned = [t for t in trades if _concerned(portfolio, violation, t)]
            choice = ([(-1, t) for t in concerned if t["action"] == "BUY"]
                      or [(sale, t) for t in concerned if t["action"] == "SELL"])
        choice = [(d, t) for d, t in choice if t["action"] == "BUY" or room(t, d) > 0]
        if not choice:
            break
        direction, chosen = max(choice, key=lambda c: portfolio.price[c[1]["ticker"]]
                                * (c[1]["quantity"] if c[1]["action"] == "BUY" else room(c[1], c[0])))
        step = increment(portfolio, chosen["ticker"])
        steps = max(1, math.ceil(max(over, 0.0) / (portfolio.price[chosen["ticker"]] * step)))
        if chosen["action"] == "SELL" and steps * step > room(chosen, direction):
            break
        chosen["quantity"] = tidy(chosen["quantity"] + direction * steps * step)
    return [t for t in trades if t["quantity"] > 0]
