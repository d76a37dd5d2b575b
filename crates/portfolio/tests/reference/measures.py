"""Reference values for tests/measures.rs, computed by named libraries.

Reads the extracts in ../data/measures and writes ../data/measures/expected.csv: one row per case
and measure, with the value and what computed it. An empty value means "undefined"; it is then
stated here by definition, not computed. Deterministic. Run from anywhere:

    python3 -m venv /tmp/reference
    /tmp/reference/bin/pip install numpy==2.4.6 pandas==3.1.1 scipy==1.17.1 \
        empyrical-reloaded==0.7.1 skfolio==1.12.2 quantstats==0.0.86
    /tmp/reference/bin/python crates/portfolio/tests/reference/measures.py
"""

import csv
import math
import pathlib
import warnings

import empyrical
import numpy as np
import pandas as pd
import quantstats.stats as quantstats
import scipy.integrate
import skfolio.measures as skfolio

warnings.filterwarnings("ignore")
DATA = pathlib.Path(__file__).resolve().parent.parent / "data" / "measures"
YEAR = 252
TAIL = 0.05
ROWS = []


def put(case, measure, value, by):
    text = "" if value is None else repr(float(value))
    assert value is None or math.isfinite(value), (case, measure, value)
    ROWS.append((case, measure, text, by))


def omega_by_integrals(r, theta):
    """(16) as it is written: integrals of the empirical distribution function."""
    x = np.sort(np.append(r, theta))
    width, left = np.diff(x), x[:-1]
    F = np.searchsorted(np.sort(r), left, side="right") / len(r)
    above = left >= theta
    return (width * (1 - F))[above].sum() / (width * F)[~above].sum()


def path_measures(case, r, theta):
    """Measures of one series of returns that has gains, losses and more than one entry."""
    n = len(r)
    put(case, "annual_mean", np.mean(r) * YEAR, "numpy")
    put(case, "annual_growth", empyrical.annual_return(r, annualization=YEAR), "empyrical.annual_return")
    put(case, "deviation", np.std(r, ddof=1), "numpy")
    put(case, "value_at_risk", skfolio.value_at_risk(r, beta=1 - TAIL), "skfolio.value_at_risk")
    put(case, "value_at_risk_interpolated", -empyrical.value_at_risk(r, cutoff=TAIL),
        "-empyrical.value_at_risk")
    literal = -np.sort(r)[math.floor(TAIL * n + 1e-9)]
    beyond = -r[-r > literal]
    put(case, "conditional_value_at_risk", np.mean(beyond) if len(beyond) else None,
        "numpy from (12); no library conditions strictly")
    put(case, "expected_shortfall", skfolio.cvar(r, beta=1 - TAIL), "skfolio.cvar")
    values = np.concatenate([[1000.0], 1000.0 * np.cumprod(1 + r)])
    put(case, "maximum_drawdown_amount", np.max(np.maximum.accumulate(values) - values),
        "numpy from (14); libraries give the fraction")
    put(case, "maximum_drawdown", -empyrical.max_drawdown(r), "-empyrical.max_drawdown")
    put(case, "calmar", empyrical.calmar_ratio(r, annualization=YEAR), "empyrical.calmar_ratio")
    put(case, "calmar_of_amount",
        np.mean(r) * YEAR / np.max(np.maximum.accumulate(values) - values),
        "numpy from (15); no library divides by an amount")
    # Without the starting value: T counts the observations, as in skfolio.
    drawdowns = skfolio.get_drawdowns(r, compounded=True)
    put(case, "ulcer_index_of_observations", skfolio.ulcer_index(drawdowns), "skfolio.ulcer_index")
    put(case, "ulcer_index", np.sqrt(np.sum(drawdowns**2) / (n + 1)),
        "numpy from (17) with the starting value among the T")
    put(case, "omega", empyrical.omega_ratio(r, risk_free=0.0, required_return=theta, annualization=1),
        "empyrical.omega_ratio")
    put(case, "omega_by_integrals", omega_by_integrals(r, theta), "numpy from the integrals of (16)")


def risk_free_measures(case, r, f):
    x = r - f
    put(case, "sharpe", np.mean(x) / np.std(r, ddof=1) * np.sqrt(YEAR),
        "numpy from (8); libraries use the deviation of R_p - R_f")
    put(case, "sharpe_of_excess", empyrical.sharpe_ratio(r, risk_free=f, annualization=YEAR),
        "empyrical.sharpe_ratio")
    put(case, "sortino", empyrical.sortino_ratio(x, required_return=0, annualization=YEAR),
        "empyrical.sortino_ratio of R_p - R_f")
    put(case, "sortino_by_quantstats", quantstats.sortino(pd.Series(x), rf=0, periods=YEAR, annualize=True),
        "quantstats.sortino of R_p - R_f")
    down = x[x < 0]
    put(case, "sortino_of_losses", np.mean(x) / np.sqrt(np.mean(down**2)) * np.sqrt(YEAR),
        "numpy; denominator over the losses")


def benchmark_measures(case, r, b, f):
    put(case, "beta", empyrical.beta_aligned(r - f, b - f), "empyrical.beta_aligned of excess returns")
    put(case, "treynor", np.mean(r - f) * YEAR / (np.cov(r - f, b - f)[0, 1] / np.var(b - f, ddof=1)),
        "numpy from (10); quantstats uses the total return")
    put(case, "information_ratio", empyrical.excess_sharpe(r, b) * np.sqrt(YEAR),
        "empyrical.excess_sharpe, annualised")
    put(case, "tracking_error", np.std(r - b, ddof=1) * np.sqrt(YEAR), "numpy from (20), left side")
    put(case, "tracking_error_about_zero", np.sqrt(np.mean((r - b) ** 2) * YEAR),
        "numpy from (20), right side")


def etfs(rates):
    table = pd.read_csv(DATA / "etf_returns.csv", index_col="date")
    r, f = table.to_numpy() @ np.array([0.4, 0.6]), rates.loc[table.index].to_numpy()
    path_measures("etf_40_60", r, 0.0002)
    risk_free_measures("etf_40_60", r, f)
    benchmark_measures("etf_40_60", r, table["VTI"].to_numpy(), f)
    sigma, w, t = np.cov(table.to_numpy().T) * YEAR, np.array([0.4, 0.6]), np.array([0.55, 0.4])
    put("etf_40_60", "expected_return", w @ table.mean().to_numpy() * YEAR, "numpy from (5)")
    put("etf_40_60", "variance", skfolio.variance(r) * YEAR, "skfolio.variance of the mixture")
    put("etf_40_60", "volatility", empyrical.annual_volatility(r, annualization=YEAR),
        "empyrical.annual_volatility of the mixture")
    put("etf_40_60", "misfit", (w - t) @ sigma @ (w - t), "numpy from (25)")


def index(rates):
    closes = pd.read_csv(DATA / "sp500_index.csv", index_col="date")["close"].loc["2018-01-01":]
    r = closes.pct_change().dropna()
    path_measures("sp500", r.to_numpy(), 0.0)
    risk_free_measures("sp500", r.to_numpy(), rates.loc[r.index].to_numpy())


def gaps(rates):
    """Days without a price of the stock, of the index, or a rate: dropped, each way of missing."""
    stock = pd.read_csv(DATA / "stocks_with_gaps.csv", index_col="date")["O"].dropna()
    level = pd.read_csv(DATA / "sp500_index.csv", index_col="date")["close"]
    level = level.drop(["2014-02-03", "2014-02-04", "2015-06-01"])
    spans = pd.DataFrame({"from": stock.index[:-1], "to": stock.index[1:], "r": stock.pct_change().iloc[1:].to_numpy()})
    path_measures("realty_income", spans["r"].to_numpy(), 0.0)
    known = spans[spans["from"].isin(level.index) & spans["to"].isin(level.index)]
    b = level.loc[known["to"]].to_numpy() / level.loc[known["from"]].to_numpy() - 1
    # A rate stays in force until the next one; the file has no hole of more than a week.
    f = np.array([rates.loc[:day].iloc[-1] for day in known["to"]])
    put("realty_income", "pairs", len(known), "pandas")
    put("realty_income", "dropped", len(spans) - len(known), "pandas")
    risk_free_measures("realty_income_paired", known["r"].to_numpy(), f)
    benchmark_measures("realty_income_paired", known["r"].to_numpy(), b, f)


def losses_only():
    r = np.array([-0.01, -0.02, -0.005, -0.03, -0.015])
    zero = np.zeros(5)
    path_measures("all_losses", r, 0.0)
    risk_free_measures("all_losses", r, zero)


def degenerate():
    """What has no value has none by definition; what has one is stated by a library."""
    one, constant = np.array([-0.02]), np.full(5, 0.001)
    for name in ["sharpe", "sharpe_of_excess", "beta", "information_ratio", "tracking_error", "deviation"]:
        put("one_point", name, None, "definition: n - 1 = 0")
    put("one_point", "conditional_value_at_risk", None, "definition: nothing beyond the quantile")
    put("one_point", "value_at_risk", skfolio.value_at_risk(one, beta=1 - TAIL), "skfolio.value_at_risk")
    put("one_point", "value_at_risk_interpolated", -empyrical.value_at_risk(one, cutoff=TAIL),
        "-empyrical.value_at_risk")
    put("one_point", "expected_shortfall", skfolio.cvar(one, beta=1 - TAIL), "skfolio.cvar")
    put("one_point", "maximum_drawdown", -empyrical.max_drawdown(one), "-empyrical.max_drawdown")
    put("one_point", "annual_mean", one[0] * YEAR, "numpy")
    put("one_point", "omega", 0.0, "definition: no gain, one loss")
    for name in ["sharpe", "sharpe_of_excess", "sortino", "sortino_of_losses", "beta", "omega", "calmar",
                 "calmar_of_amount", "conditional_value_at_risk"]:
        put("constant", name, None, "definition: denominator of zero, or empty tail")
    put("constant", "deviation", 0.0, "definition")
    put("constant", "maximum_drawdown", -empyrical.max_drawdown(constant), "-empyrical.max_drawdown")
    put("constant", "annual_growth", empyrical.annual_return(constant, annualization=YEAR),
        "empyrical.annual_return")
    put("constant", "expected_shortfall", skfolio.cvar(constant, beta=1 - TAIL), "skfolio.cvar")


def weights():
    """Drift, concentration, certainty equivalent and slippage of figures written in the test too."""
    c, t = np.array([0.46, 0.21, 0.30, 0.03]), np.array([0.40, 0.20, 0.35, 0.05])
    put("weights", "absolute", np.abs(c - t).sum(), "numpy from (18)")
    put("weights", "relative", np.abs((c - t) / t).sum(), "numpy from (19)")
    put("weights", "squared", np.sum((c - t) ** 2), "numpy from (21)")
    put("weights", "maximum", np.abs(c - t).max(), "numpy from (22)")
    put("weights", "herfindahl", np.sum(c**2), "numpy from (23)")
    put("weights", "herfindahl_drift", np.sum(c**2) - np.sum(t**2), "numpy from (24)")
    years, drift = np.array([0.0, 0.1, 0.25, 0.7, 1.0]), np.array([0.02, 0.05, 0.04, 0.08, 0.01])
    put("weights", "time_weighted", scipy.integrate.trapezoid(drift * np.exp(-0.03 * years), years),
        "scipy.integrate.trapezoid")
    costs = np.array([12.5, 14.25, 9.75, 20.0, 11.0])
    put("weights", "certainty_equivalent", costs.mean() + 0.01 * costs.var(ddof=1), "numpy from (35)")
    put("weights", "expected_price", 250.0 - 0.9 * 0.013 * 250.0 * np.sqrt(1200 / 3.1e6),
        "numpy from (33) with the square-root law")


if __name__ == "__main__":
    rates = pd.read_csv(DATA / "fed_funds.csv", index_col=0)["DFF"]
    etfs(rates)
    index(rates)
    gaps(rates)
    losses_only()
    degenerate()
    weights()
    with open(DATA / "expected.csv", "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["case", "measure", "value", "by"])
        writer.writerows(ROWS)
    print(len(ROWS), "values")
