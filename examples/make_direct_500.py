#!/usr/bin/env python3
"""Writes direct-500.json: a taxable direct-indexing account over the S&P 500 at the end of 2015.

    make_direct_500.py DATA_FOLDER [OUT.json]

In: DATA_FOLDER/prices/sp500_close_2013_2015.csv.gz and sp500_volume_2013_2015.csv.gz (wide tables, a
row per trading day), and DATA_FOLDER/reference/sp500_constituents_{2018-04-02,2017-03-08}.csv (GICS
sectors). Out: a portfolio document. Real: tickers, sectors, every price and every volume. Synthetic:
how much was bought on which day, the spreads, the tax situation. README.md has the sources.

The same data gives the same bytes: one seed, and nothing of `random` but `random()`. Standard library only.
"""
import csv
import gzip
import json
import math
import random
import sys
from datetime import date, timedelta

SEED = 500
VALUE = 2_000_000          # USD put into stocks, about
CASH = 9_000               # USD
CASH_TARGET = 0.005
LOTS_PER_STOCK = 4
ADV_DAYS = 60              # trading days over which the volume is averaged
NOT_HELD = 12              # names of the target that were never bought
LATEST_DEPOSIT = "2015-12-14"   # a deposit put into RECENT names: losses there may not be taken before 14 January
RECENT = 30
LOSS_SALES = "2015-12-08"       # losses taken then: these names may not be bought before 8 January
SOLD_AT_LOSS = 8
# A fall of this much in a day is, in these data, always a spin-off or a share dividend that the closes
# are not adjusted for (BAX, DISCA, DISCK, EBAY, NI): a lot from before it would show a loss that nobody had.
UNADJUSTED_FALL = 0.38
# Two classes of one issuer are treated as substantially identical.
SHARE_CLASSES = {"GOOG": "ALPHABET", "GOOGL": "ALPHABET", "DISCA": "DISCOVERY", "DISCK": "DISCOVERY",
                 "FOX": "FOX-21C", "FOXA": "FOX-21C", "NWS": "NEWS-CORP", "NWSA": "NEWS-CORP"}


def wide_table(path):
    """{ticker: [(date, figure)]} of a wide table, days without a figure left out."""
    with gzip.open(path, "rt", newline="") as file:
        rows = csv.reader(file)
        tickers = next(rows)[1:]
        columns = {t: [] for t in tickers}
        for day, *figures in rows:
            for ticker, figure in zip(tickers, figures):
                if figure:
                    columns[ticker].append((day, float(figure)))
    return columns, day


def sectors(folder):
    """GICS sector of each ticker; the later list counts, the earlier one fills its gaps."""
    known = {}
    for listed in ("2018-04-02", "2017-03-08"):
        with open(f"{folder}/reference/sp500_constituents_{listed}.csv", encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                known.setdefault(row["Symbol"], row["Sector"])
    return known


def adjusted_since(series):
    """The part of a series after its last unadjusted fall."""
    start = 0
    for i in range(1, len(series)):
        if series[i][1] < series[i - 1][1] * (1 - UNADJUSTED_FALL):
            start = i
    return series[start:]


def draw(rng, items, count):
    """`count` different items, in their own order."""
    ranked = sorted(((rng.random(), i) for i in range(len(items))))[:count]
    return [items[i] for i in sorted(i for _, i in ranked)]


def noise(rng):
    """A lognormal factor around 1: how far a purchase was from its plan."""
    normal = math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())
    return math.exp(0.25 * normal)


def target_weights(daily_usd):
    """Half of the stocks' weight is spread evenly, half goes by the money traded; sum 1 - CASH_TARGET."""
    traded, n, scale = sum(daily_usd.values()), len(daily_usd), 1 - CASH_TARGET
    weights = {t: round(scale * (0.5 / n + 0.5 * usd / traded), 8) for t, usd in daily_usd.items()}
    largest = max(weights, key=weights.get)
    weights[largest] = round(weights[largest] + scale - sum(weights.values()), 8)
    return weights


def spread_bps(daily_usd):
    """Synthetic: what trades more has the smaller spread."""
    return 1 if daily_usd >= 1e9 else 2 if daily_usd >= 2e8 else 4 if daily_usd >= 5e7 else 8


def lots_of(ticker, series, weight, recent, rng, as_of):
    """Purchases on real days at that day's close, the oldest first."""
    window = str(date.fromisoformat(as_of) - timedelta(days=31))
    past = [x for x in adjusted_since(series) if x[0] < window]
    bought = draw(rng, past, LOTS_PER_STOCK - 1 if recent else LOTS_PER_STOCK)
    if recent:
        bought += [x for x in series if x[0] == LATEST_DEPOSIT]
    lots = []
    for n, (day, close) in enumerate(bought, 1):
        quantity = round(VALUE * weight / LOTS_PER_STOCK * noise(rng) / close, 4)
        lots.append(dict(lot_id=f"{ticker}-{n}", quantity=quantity, acquisition_date=day,
                         cost_basis_per_share=close))
    return lots


def past_loss_sale(ticker, series, rng):
    """A sale on the day of LOSS_SALES of shares that had cost more: the basis is an earlier real close."""
    price = dict(series)[LOSS_SALES]
    dearer = [close for day, close in adjusted_since(series) if day < LOSS_SALES and close > 1.05 * price]
    quantity = round(1500 / price, 4)
    basis = dearer[int(rng.random() * len(dearer))]
    return dict(date=LOSS_SALES, account_id="direct", ticker=ticker, action="SELL", quantity=quantity,
                price=price, realized_gain=round(quantity * (price - basis), 2))


def document(folder):
    """The whole portfolio document."""
    rng = random.Random(SEED)
    closes, as_of = wide_table(f"{folder}/prices/sp500_close_2013_2015.csv.gz")
    volumes, _ = wide_table(f"{folder}/prices/sp500_volume_2013_2015.csv.gz")
    sector = sectors(folder)
    names = sorted(t for t, s in closes.items() if s and s[-1][0] == as_of)
    price = {t: closes[t][-1][1] for t in names}
    daily_usd = {}
    for t in names:
        shares = dict(volumes[t][-ADV_DAYS:])
        traded = [close * shares[day] for day, close in closes[t][-ADV_DAYS:] if day in shares]
        daily_usd[t] = round(sum(traded) / len(traded))
    weights = target_weights(daily_usd)

    not_held = set(draw(rng, names, NOT_HELD))
    held = [t for t in names if t not in not_held]
    recent = set(draw(rng, held, RECENT))
    fallen = [t for t in held if t not in recent and t not in SHARE_CLASSES
              and dict(closes[t])[LOSS_SALES] * 1.15 < max(c for _, c in adjusted_since(closes[t])[:-20])]
    sold = draw(rng, fallen, SOLD_AT_LOSS)

    holdings = [dict(ticker=t, lots=lots_of(t, closes[t], weights[t], t in recent, rng, as_of)) for t in held]
    transactions = [past_loss_sale(t, closes[t], rng) for t in sold]
    for h in holdings:
        for lot in h["lots"]:
            if lot["acquisition_date"] == LATEST_DEPOSIT:
                transactions.append(dict(date=LATEST_DEPOSIT, account_id="direct", ticker=h["ticker"], action="BUY",
                                         quantity=lot["quantity"], price=lot["cost_basis_per_share"]))
    securities = []
    for t in names:
        security = dict(ticker=t, asset_class="US Stocks", kind="stock", sector=sector[t], current_price=price[t],
                        spread_bps=spread_bps(daily_usd[t]), average_daily_volume_usd=daily_usd[t])
        if t in SHARE_CLASSES:
            security["identical_group"] = SHARE_CLASSES[t]
        securities.append(security)
    return dict(
        as_of=as_of, household_id="direct-500", currency="USD",
        target_allocation={"US Stocks": 1 - CASH_TARGET, "Cash": CASH_TARGET},
        weights=dict(drift=25),
        preferences=["minimize_short_term_gains", "harvest_losses_up_to_3000_usd",
                     "maintain_cash_balance_of_2500_usd", "avoid_trades_below_100_usd",
                     "max_concentration_pct_5", "max_daily_trade_volume_pct_20"],
        tax=dict(short_term_rate=0.35, long_term_rate=0.15, ordinary_rate=0.35,
                 realized_ytd=dict(short_term=2500, long_term=14000)),
        accounts=[dict(account_id="direct", kind="taxable", cash=CASH, holdings=holdings)],
        transactions=transactions, securities=securities, security_targets=weights)


def written(value, depth=0):
    """JSON with a line per lot, security, transaction and weight, and no deeper indent than needed."""
    def leaf(v):
        return not isinstance(v, (dict, list)) or not any(isinstance(x, (dict, list)) for x in
                                                          (v.values() if isinstance(v, dict) else v))
    if leaf(value) and (not isinstance(value, dict) or len(value) < 100):
        return json.dumps(value)
    pad, end = "\n" + " " * (depth + 1), "\n" + " " * depth
    if isinstance(value, dict):
        return "{" + ",".join(f"{pad}{json.dumps(k)}: {written(v, depth + 1)}" for k, v in value.items()) + end + "}"
    return "[" + ",".join(pad + written(v, depth + 1) for v in value) + end + "]"


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    text = written(document(sys.argv[1])) + "\n"
    with open(sys.argv[2] if len(sys.argv) == 3 else "direct-500.json", "w", encoding="utf-8") as file:
        file.write(text)


if __name__ == "__main__":
    main()
