"""The model of a portfolio document as a mixed-integer quadratic program.

In: a `Portfolio` of tools/evaluate.py. Out: a `Program`: variables, linear rows, squares in the objective and
convex quadratic rows, that a solver can be given. Unit: 1 % of V. Invariant: a plan that keeps every rule is a
point of the program, and a point with integral integers is a plan that keeps every rule, but for increments finer
than FINE_USD, to which `plans.py` rounds. With a margin below some limits the first no longer holds.
"""
import math
from collections import defaultdict

from evaluate import esg_value

FINE_USD = 0.5  # an increment worth less is left to rounding
INFINITE = math.inf


class Program:
    """min  constant + linear·x + sum weight·(form·x + constant)²  over bounds, rows and quadratic rows."""

    def __init__(self):
        self.lower, self.upper, self.integer = [], [], []
        self.rows = []  # (form, least, most)
        self.linear, self.constant = defaultdict(float), 0.0
        self.squares = []  # (weight, form, constant)
        self.quadratic_rows = []  # (squares, form, most): their sum with form·x is at most `most`

    def variable(self, lower=0.0, upper=INFINITE, integer=False):
        self.lower.append(lower)
        self.upper.append(upper)
        self.integer.append(integer)
        return len(self.lower) - 1

    def binary(self):
        return self.variable(0.0, 1.0, True)

    def row(self, form, least=-INFINITE, most=INFINITE):
        self.rows.append((dict(form), least, most))


def root(matrix):
    """Lower triangle C with C·Cᵀ = matrix (symmetric, not negative)."""
    n = len(matrix)
    c = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i + 1):
            rest = matrix[i][j] - sum(c[i][k] * c[j][k] for k in range(j))
            if i == j:
                c[i][i] = math.sqrt(max(rest, 0.0))
            elif c[j][j] > 0:
                c[i][j] = rest / c[j][j]
    return c


def barred_purchases(portfolio):
    """Tickers that may not be bought, whatever else the plan does."""
    st, sec = portfolio.set, portfolio.sec
    of_class = defaultdict(set)
    with_etf = {s["asset_class"] for t, s in sec.items() if s.get("kind") == "etf" and portfolio.buyable(t)}
    for t in st["preferred"]:
        if t in sec and portfolio.buyable(t):
            of_class[sec[t]["asset_class"]].add(t)
    barred = set()
    for t, s in sec.items():
        preferred = of_class[s["asset_class"]]
        fund = st["prefer_etfs"] and s.get("kind") == "mutual_fund" and s["asset_class"] in with_etf
        if not portfolio.buyable(t) or (fund and t not in st["preferred"]) or (preferred and t not in preferred):
            barred.add(t)
    return barred


class Built:
    """A program and what its variables mean."""

    def __init__(self, portfolio, scale, margin=0.0):
        """`scale` multiplies the objective; `margin` (USD) is left below the limits of gains, tax and liquidity."""
        self.portfolio, self.program, self.scale, self.margin = portfolio, Program(), scale, margin
        self.unit = portfolio.V / 100
        self.lot, self.buy, self.sold_form = {}, {}, {}
        self.costs = defaultdict(lambda: defaultdict(float))  # account -> form in units
        self.opened = {}
        self._sales()
        self._purchases()
        self._either_or()
        self._holdings()
        self._cash()
        self._limits()
        self._tax()
        self._drift()

    # --- trades ---

    def _order(self, key, form, most, side):
        """Opens an order: its binary, minimum, increment and costs. `form`: its notional, at most `most`."""
        p, portfolio = self.program, self.portfolio
        account, ticker = key
        s, price = portfolio.sec[ticker], portfolio.price[ticker]
        increment = float(s.get("quantity_increment", 0.0001))
        step = increment * price / self.unit
        whole = portfolio.q.get(key, 0.0) * price / self.unit if side == "SELL" else INFINITE
        can_be_whole = side == "SELL" and most >= whole * (1 - 1e-12)
        least = portfolio.set["min_trade"] / self.unit
        opened = p.binary()
        self.opened[key, side] = opened
        p.row({**form, opened: -most}, most=0.0)
        coarse = increment * price >= FINE_USD
        if least >= whole:  # all or nothing
            if can_be_whole:
                p.row({**form, opened: -whole}, least=0.0)
            else:
                p.upper[opened] = 0.0
        elif not coarse:
            p.row({**form, opened: -least}, least=0.0)
        else:
            steps = math.floor(most / step + 1e-9)
            count = p.variable(0, max(steps, 0), True)
            fewest = math.ceil(least / step - 1e-9)
            if can_be_whole:
                all_of_it = p.binary()
                p.row({**form, count: -step, all_of_it: -whole}, 0.0, 0.0)
                p.row({count: 1, all_of_it: steps, opened: -steps}, most=0.0)
                p.row({count: 1, all_of_it: fewest, opened: -fewest}, least=0.0)
            else:
                p.row({**form, count: -step}, 0.0, 0.0)
                p.row({count: 1, opened: -fewest}, least=0.0)
        weight = self.scale / 100
        rate = float(s.get("spread_bps", 0)) / 2e4
        fee = float(s.get("expense_ratio", 0)) if side == "BUY" else 0.0
        commission = float(s.get("commission", 0)) / self.unit
        cost = self.costs[account]
        for j, c in form.items():
            cost[j] += rate * c
            p.linear[j] += weight * portfolio.lam["cost"] * (rate + fee) * c
        cost[opened] += commission
        p.linear[opened] += weight * portfolio.lam["cost"] * commission
        impact = float(s.get("impact_coefficient", 0))
        if impact:  # cash counts before costs: more than the impact is never worth paying
            paid = p.variable()
            p.quadratic_rows.append(([(impact * self.unit / price ** 2, dict(form), 0.0)], {paid: -1.0}, 0.0))
            cost[paid] += 1.0
            p.linear[paid] += weight * portfolio.lam["cost"]

    def _sales(self):
        portfolio, p = self.portfolio, self.program
        st = portfolio.set
        for (account, ticker), lots in portfolio.position.items():
            key, price = (account, ticker), portfolio.price[ticker]
            if st["no_sells"] or ticker in st["no_sell"]:
                continue
            form, most = {}, 0.0
            for lot_id in lots:
                if not portfolio.available(account, ticker, lot_id):
                    continue
                worth = portfolio.lots[account, ticker, lot_id]["q"] * price / self.unit
                self.lot[account, ticker, lot_id] = p.variable(0.0, worth)
                form[self.lot[account, ticker, lot_id]] = 1.0
                most += worth
            if form:
                self.sold_form[key] = form
                self._order(key, form, most, "SELL")

    def _purchases(self):
        portfolio = self.portfolio
        barred = barred_purchases(portfolio)
        for account in portfolio.cash:
            for ticker, s in portfolio.sec.items():
                if ticker in barred:
                    continue
                most = 100.0
                if s.get("average_daily_volume_usd") is not None:
                    most = min(most, portfolio.gamma * float(s["average_daily_volume_usd"]) / self.unit)
                self.buy[account, ticker] = self.program.variable(0.0, most)
                self._order((account, ticker), {self.buy[account, ticker]: 1.0}, most, "BUY")

    def _either_or(self):
        """Opposing sides, wash sales within the plan, short-term gains last, the order of lots."""
        portfolio, p = self.portfolio, self.program
        st = portfolio.set
        for key in self.sold_form:
            if (key, "BUY") in self.opened:
                p.row({self.opened[key, "SELL"]: 1.0, self.opened[key, "BUY"]: 1.0}, most=1.0)
        buys = defaultdict(list)
        for key in self.buy:
            buys[portfolio.group(key[1])].append(self.opened[key, "BUY"])
        losses = defaultdict(list)
        for (account, ticker, lot_id), j in self.lot.items():
            if (portfolio.kind[account] == "taxable"
                    and portfolio.price[ticker] < portfolio.lots[account, ticker, lot_id]["basis"]):
                losses[portfolio.group(ticker)].append(j)
        for group in set(losses) & set(buys):
            taken = p.binary()
            for j in losses[group]:
                p.row({j: 1.0, taken: -p.upper[j]}, most=0.0)
            for opened in buys[group]:
                p.row({opened: 1.0, taken: 1.0}, most=1.0)
        for account, ticker in self.sold_form:
            lots = [(lot_id, self.lot[account, ticker, lot_id]) for lot_id in portfolio.position[account, ticker]
                    if (account, ticker, lot_id) in self.lot]

            def short_gain(lot_id):
                lot = portfolio.lots[account, ticker, lot_id]
                return portfolio.kind[account] == "taxable" and not lot["long"] and portfolio.price[ticker] > lot["basis"]

            first = {j for lot_id, j in lots if lot_id in st["first_lots"]}
            last = {j for lot_id, j in lots if st["st_priority"] and short_gain(lot_id)}
            everything = {j for _, j in lots}
            self._only_after(everything - first, first)
            self._only_after(last - first, everything - last)

    def _only_after(self, later, sooner):
        """A lot of `later` is sold only once every lot of `sooner` is sold out."""
        p = self.program
        if not later or not sooner:
            return
        done = p.binary()
        for j in later:
            p.row({j: 1.0, done: -p.upper[j]}, most=0.0)
        for j in sooner:
            p.row({j: 1.0, done: -p.upper[j]}, least=0.0)

    # --- what is held afterwards ---

    def _holdings(self):
        """Weight in % of each ticker over the household, (form, constant), and of the cash before costs."""
        portfolio = self.portfolio
        self.held = {t: (defaultdict(float), 0.0) for t in portfolio.sec}
        for (account, ticker), quantity in portfolio.q.items():
            form, constant = self.held[ticker]
            self.held[ticker] = (form, constant + quantity * portfolio.price[ticker] / self.unit)
        self.cash_form = defaultdict(float)
        self.cash_start = sum(portfolio.cash.values()) / self.unit
        self.traded = defaultdict(lambda: defaultdict(float))
        for (account, ticker, _), j in self.lot.items():
            self.held[ticker][0][j] -= 1.0
            self.cash_form[j] += 1.0
            self.traded[ticker][j] += 1.0
        for (account, ticker), j in self.buy.items():
            self.held[ticker][0][j] += 1.0
            self.cash_form[j] -= 1.0
            self.traded[ticker][j] += 1.0

    def _cash(self):
        portfolio, p = self.portfolio, self.program
        after = {account: defaultdict(float) for account in portfolio.cash}
        for (account, _, _), j in self.lot.items():
            after[account][j] += 1.0
        for (account, _), j in self.buy.items():
            after[account][j] -= 1.0
        household = defaultdict(float)
        for account, form in after.items():
            for j, c in self.costs[account].items():
                form[j] -= c
            p.row(form, least=(portfolio.floor[account] - portfolio.cash[account]) / self.unit)
            for j, c in form.items():
                household[j] += c
        if portfolio.set["cash"]:
            p.row(household, least=portfolio.set["cash"] / self.unit - self.cash_start)

    def _below(self, limit):
        """A limit in USD, less the margin where it is large enough to have one."""
        return limit - self.margin if limit >= 1 else limit

    def _limits(self):
        portfolio, p, st = self.portfolio, self.program, self.portfolio.set
        sectors = defaultdict(lambda: [defaultdict(float), 0.0])
        for ticker, (form, constant) in self.held.items():
            s = portfolio.sec[ticker]
            cap = st["caps"].get(ticker)
            if cap is None and s.get("kind", "stock") == "stock":
                cap = st["cap"]
            if cap is not None:
                p.row(form, most=100 * cap - constant)
            if ticker in st["always"] and constant * self.unit >= 1:
                p.row(form, least=1 / self.unit - constant)
            if s.get("average_daily_volume_usd") is not None:
                most = self._below(portfolio.gamma * float(s["average_daily_volume_usd"]))
                p.row(self.traded[ticker], most=most / self.unit)
            if s.get("sector"):
                sector = sectors[s["sector"].replace("_", " ")]
                sector[1] += constant
                for j, c in form.items():
                    sector[0][j] += c
        for name, (form, constant) in sectors.items():
            cap = st["sector_caps"].get(name, st["sector_cap"])
            if cap is not None:
                p.row(form, most=100 * cap - constant)
        if st["turnover"] is not None:
            today = sum(float(x["quantity"]) * float(x["price"]) for x in portfolio.transactions
                        if x["action"] in ("BUY", "SELL") and x["date"] == str(portfolio.as_of))
            everything = {j: 1.0 for j in [*self.lot.values(), *self.buy.values()]}
            p.row(everything, most=max(100 * st["turnover"] - today / self.unit, 0.0))
        if st["vol_cap"] is not None and portfolio.risk:
            p.quadratic_rows.append((self._variance(self.held), {}, (100 * st["vol_cap"]) ** 2))

    def _variance(self, weights):
        """Squares whose sum is the variance of `weights`, ticker -> (form, constant)."""
        risk, squares = self.portfolio.risk, []
        factors = root(risk["factor_covariance"])
        for k in range(len(factors)):
            form, constant = defaultdict(float), 0.0
            for ticker, (held, start) in weights.items():
                c = sum(risk["exposures"][ticker][i] * factors[i][k] for i in range(len(factors)))
                constant += c * start
                for j, x in held.items():
                    form[j] += c * x
            squares.append((1.0, dict(form), constant))
        squares += [(risk["specific_variance"][t], dict(form), constant) for t, (form, constant) in weights.items()]
        return squares

    # --- objective ---

    def _tax(self):
        """Net gains S and L, T by its cases, location, and the budgets."""
        portfolio, p = self.portfolio, self.program
        st = portfolio.set
        forms, least, most = [defaultdict(float), defaultdict(float)], [0.0, 0.0], [0.0, 0.0]
        for (account, ticker, lot_id), j in self.lot.items():
            if portfolio.kind[account] != "taxable":
                continue
            lot, price = portfolio.lots[account, ticker, lot_id], portfolio.price[ticker]
            rate = (price - lot["basis"]) / price
            side = 1 if lot["long"] else 0
            forms[side][j] += rate
            least[side] += min(rate * p.upper[j], 0.0)
            most[side] += max(rate * p.upper[j], 0.0)
        if st["max_gain"] is not None:
            both = defaultdict(float)
            for form in forms:
                for j, c in form.items():
                    both[j] += c
            p.row(both, most=self._below(st["max_gain"]) / self.unit)
        start = [portfolio.S0 / self.unit, portfolio.L0 / self.unit]
        least = [a + b for a, b in zip(least, start)]
        most = [a + b for a, b in zip(most, start)]
        net = [p.variable(least[k], most[k]) for k in (0, 1)]
        for k in (0, 1):
            p.row({**forms[k], net[k]: -1.0}, -start[k], -start[k])
        tax = p.variable(-INFINITE)
        if portfolio.netting == "separate":
            p.lower[tax] = 0.0
            rates = ((portfolio.rs, portfolio.rl), (portfolio.rs, 0.0), (0.0, portfolio.rl))
            for short, long in rates:
                p.row({tax: 1.0, net[0]: -short, net[1]: -long}, least=0.0)
        else:
            self._schedule_d(tax, net)
        before = portfolio.tax(portfolio.S0, portfolio.L0) / self.unit
        if st["max_tax"] is not None:
            p.row({tax: 1.0}, most=self._below(st["max_tax"]) / self.unit + before)
        weight = self.scale / 100 * portfolio.lam["tax"]
        p.linear[tax] += weight
        p.constant -= weight * before
        for (account, ticker), quantity in portfolio.q.items():
            if portfolio.kind[account] == "taxable":
                drag = float(portfolio.drag.get(portfolio.sec[ticker]["asset_class"], 0))
                p.constant += weight * drag * quantity * portfolio.price[ticker] / self.unit
                for j in self.sold_form.get((account, ticker), {}):
                    p.linear[j] -= weight * drag
        for (account, ticker), j in self.buy.items():
            if portfolio.kind[account] == "taxable":
                p.linear[j] += weight * float(portfolio.drag.get(portfolio.sec[ticker]["asset_class"], 0))

    def _schedule_d(self, tax, net):
        portfolio, p = self.portfolio, self.program
        s, l = net
        rs, rl, ro, rc = portfolio.rs, portfolio.rl, portfolio.ro, portfolio.carry_rate
        limit = portfolio.loss_limit / self.unit
        most = max(portfolio.set["harvest"], -(portfolio.S0 + portfolio.L0)) / self.unit
        full = ro * min(most, limit) + rc * max(most - limit, 0.0)
        cases = [  # (forms that are not negative, pieces (form, constant) of which T is the largest)
            ([{s: -1.0, l: -1.0}], [({s: ro, l: ro}, 0.0), ({s: rc, l: rc}, (rc - ro) * limit), ({}, -full)]),
            ([{s: 1.0, l: 1.0}, {l: -1.0}], [({s: rs, l: rs}, 0.0)]),
            ([{s: 1.0, l: 1.0}, {s: -1.0}], [({s: rl, l: rl}, 0.0)]),
            ([{s: 1.0}, {l: 1.0}], [({s: rs, l: rl}, 0.0)])]
        p.lower[tax] = -full
        chosen = []
        for rows, pieces in cases:
            if any(self._most(form) < 0 for form in rows):
                continue  # no plan reaches this case
            case = p.binary()
            chosen.append(case)
            for form in rows:
                slack = max(-self._least(form), 0.0)
                p.row({**form, case: -slack}, least=-slack)
            for form, constant in pieces:
                reach = max(self._most(form) + constant + full, 0.0)
                p.row({tax: 1.0, **{j: -c for j, c in form.items()}, case: -reach}, least=constant - reach)
        p.row({case: 1.0 for case in chosen}, 1.0, 1.0)

    def _most(self, form):
        return sum(c * (self.program.upper[j] if c > 0 else self.program.lower[j]) for j, c in form.items())

    def _least(self, form):
        return -self._most({j: -c for j, c in form.items()})

    def _drift(self):
        portfolio, p = self.portfolio, self.program
        weight = self.scale * portfolio.lam["drift"] * 1e-4
        if portfolio.sec_target is None:
            by = {name: [defaultdict(float), -100 * float(t)] for name, t in portfolio.target.items()}
            for ticker, (form, constant) in self.held.items():
                entry = by.setdefault(portfolio.sec[ticker]["asset_class"], [defaultdict(float), 0.0])
                entry[1] += constant
                for j, c in form.items():
                    entry[0][j] += c
            cash = by.setdefault("Cash", [defaultdict(float), 0.0])
            cash[1] += self.cash_start
            for j, c in self.cash_form.items():
                cash[0][j] += c
            p.squares += [(weight, dict(form), constant) for form, constant in by.values()]
        else:
            off = {t: (form, constant - 100 * float(portfolio.sec_target.get(t, 0)))
                   for t, (form, constant) in self.held.items()}
            if portfolio.metric == "tracking_variance":
                p.squares += [(weight * w, form, constant) for w, form, constant in self._variance(off)]
            else:
                p.squares += [(weight, dict(form), constant) for form, constant in off.values()]
                cash = 100 * float(portfolio.target.get("Cash", 0))
                p.squares.append((weight, dict(self.cash_form), self.cash_start - cash))
        lam = portfolio.lam["esg"] * self.scale / 100
        for ticker, (form, constant) in self.held.items():
            value = esg_value(portfolio.sec[ticker].get("esg_score"))
            p.constant -= lam * value * constant
            for j, c in form.items():
                p.linear[j] -= lam * value * c
