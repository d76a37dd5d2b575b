#!/usr/bin/env python3
"""Plan generated documents with a built `equipoise` and judge each plan independently.

    judge.py BINARY FAMILY FIRST_SEED COUNT [options of `generate`, such as --stocks 500]

`generate` is looked for beside BINARY. A line is printed for each document about which there is something
to say (what, see `faults_of` and `judge`), and one line at the end. Exit 1 when a plan was wrong; a
gap that stays open or a plan that takes long is told, but is no fault.
"""
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time
from collections import defaultdict

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
from evaluate import Portfolio  # noqa: E402

SLOW = 2.0  # seconds
PATIENCE = 60.0  # seconds
STATUSES = {"optimal", "feasible", "no_trade_needed", "infeasible"}


def documents(binary, family, seed, count, options):
    """The lines that `generate` prints."""
    generate = os.path.join(os.path.dirname(os.path.abspath(binary)), "generate")
    run = subprocess.run([generate, family, str(seed), "--count", str(count), *options], stdout=subprocess.PIPE,
                         text=True, check=True)
    return run.stdout.splitlines()


def readings(document):
    """The document as it may be kept: a wish that holds unless necessary as a rule, or lifted."""
    tokens = document.get("preferences", [])
    months = [int(m[1]) for m in (re.fullmatch(r"min_holding_months_(\d+)(_unless_necessary)?", t) for t in tokens) if m]
    if any(t.endswith("_unless_necessary") for t in tokens):
        others = [t for t in tokens if not t.startswith("min_holding_months_")]
        yield dict(document, preferences=[*others, f"min_holding_months_{max(months)}"])
    yield document


def weights_after(portfolio, trades):
    """Weight of each class, or of each ticker where those have targets; cash before costs."""
    usd = defaultdict(float)
    for (_, ticker), quantity in portfolio.q.items():
        usd[ticker] += quantity * portfolio.price[ticker]
    cash = sum(portfolio.cash.values())
    for trade in trades:
        notional = float(trade["quantity"]) * portfolio.price[trade["ticker"]]
        sign = 1 if trade["action"] == "BUY" else -1
        usd[trade["ticker"]] += sign * notional
        cash -= sign * notional
    by = defaultdict(float)
    for ticker, worth in usd.items():
        by[ticker if portfolio.sec_target is not None else portfolio.sec[ticker]["asset_class"]] += worth / portfolio.V
    by["Cash"] += cash / portfolio.V
    return by


def faults_of(portfolio, plan):
    """What is wrong with a plan: a rule it breaks, or a figure that is not so. A bound may be missing."""
    terms, broken = portfolio.evaluate(plan["trades"])
    nothing, broken_before = portfolio.evaluate([])
    faults = [f"breaks {v['code']} {v['where']} {v['detail']}" for v in broken]
    bound = -math.inf if plan["bound"] is None else plan["bound"]
    scale = max(abs(nothing["objective"] - (terms["objective"] if plan["bound"] is None else bound)), 1e-4)
    for name, stated, found in (
            ("objective", plan["objective"]["total"], terms["objective"]),
            ("objective_without_trades", plan["objective_without_trades"], nothing["objective"]),
            ("drift", plan["objective"]["drift"], terms["drift"]),
            ("drift after", plan["after"]["drift"], terms["drift"]),
            ("drift before", plan["before"]["drift"], nothing["drift"])):
        if abs(stated - found) > 1e-6 * scale:
            faults.append(f"states {name} {stated:.9f}, recomputed {found:.9f}")
    for name in ("cost_usd", "tax_usd", "location_drag_usd"):
        if abs(plan["objective"][name] - terms[name]) > 0.01:
            faults.append(f"states {name} {plan['objective'][name]:.4f}, recomputed {terms[name]:.4f}")
    if bound > terms["objective"] + 2e-9 * scale:
        faults.append(f"bound {bound:.9f} above the plan's own {terms['objective']:.9f}")
    if not broken_before and bound > nothing["objective"] + 2e-9 * scale:
        faults.append(f"bound {bound:.9f} above that of doing nothing, {nothing['objective']:.9f}")
    if not broken_before and terms["objective"] > nothing["objective"] + 1e-9 * scale:
        faults.append(f"worse than doing nothing: {terms['objective']:.9f} > {nothing['objective']:.9f}")
    gap = (terms["objective"] - bound) / scale
    if plan["relative_gap"] is not None and abs(gap - plan["relative_gap"]) > 1e-6:
        faults.append(f"states a gap of {plan['relative_gap']:.2e}, it is {gap:.2e}")
    if (plan["status"] in ("optimal", "no_trade_needed")) != (gap <= 1e-4):
        faults.append(f"is called {plan['status']} with a gap of {gap:.2e}")
    if plan["status"] == "no_trade_needed" and plan["trades"]:
        faults.append("has trades, yet none are needed")
    for what, trades in (("before", []), ("after", plan["trades"])):
        weights = weights_after(portfolio, trades)
        stated = plan[what]["weights"]
        for name in sorted(set(weights) | set(stated)):
            if abs(weights.get(name, 0.0) - stated.get(name, 0.0)) > 1e-6:
                faults.append(f"states weight {what} of {name} {stated.get(name)}, recomputed {weights.get(name)}")
    if not plan["validation"]["passed"] or plan["validation"]["violations"]:
        faults.append(f"its own validation: {plan['validation']['violations'][:2]}")
    return faults


def counterexample(portfolio):
    """A plan that breaks no rule, where sales of whole positions alone make one; else None.

    It is looked for among the positions that have to do with what doing nothing breaks, in a few orders: what
    is not found may exist all the same.
    """
    broken = portfolio.evaluate([])[1]
    if not broken:
        return []
    where = {v["where"] for v in broken}

    def concerned(account, ticker):
        names = {account, ticker, (portfolio.sec[ticker].get("sector") or "").replace("_", " "), "household"}
        return bool(names & where)

    positions = [key for key in portfolio.q if concerned(*key)]
    worth = {key: portfolio.q[key] * portfolio.price[key[1]] for key in positions}
    chance = random.Random(1)
    orders = [sorted(positions, key=worth.get), sorted(positions, key=worth.get, reverse=True)]
    orders += [chance.sample(positions, len(positions)) for _ in range(20)]
    orders += [[key] for key in positions]
    for order in orders:
        trades = []
        for account, ticker in order[:30]:
            trades += [{"action": "SELL", "account_id": account, "ticker": ticker, "lot_id": lot,
                        "quantity": portfolio.lots[account, ticker, lot]["q"]}
                       for lot in portfolio.position[account, ticker]]
            if not portfolio.evaluate(trades)[1]:
                return trades
    return None


def judge(binary, line):
    """(status, seconds, gap, faults, remarks) of one document."""
    start = time.time()
    try:
        run = subprocess.run([binary, "plan", "-", "--format", "json"], input=line, capture_output=True, text=True,
                             timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return "none", PATIENCE, None, [f"no answer in {PATIENCE:.0f} s"], []
    seconds = time.time() - start
    said = run.stderr.strip()
    faults, remarks = [], [f"took {seconds:.1f} s"] if seconds > SLOW else []
    if run.returncode not in (0, 3):
        return "none", seconds, None, [f"exit {run.returncode}: {said[:300] or 'nothing on stderr'}"], remarks
    if run.returncode == 3 and not said:
        faults.append("exit 3 and nothing on stderr")
    if "panicked" in said:
        faults.append(f"a panic on stderr: {said[:200]}")
    try:
        plan = json.loads(run.stdout)
        status, gap = plan["status"], None
        if status not in STATUSES or (status == "infeasible") != (run.returncode == 3):
            faults.append(f"status {status!r} with exit {run.returncode}")
        document = json.loads(line)
        if run.returncode == 3:
            sales = counterexample(Portfolio(document))
            if sales is not None:
                sold = sorted({f"{t['account_id']}/{t['ticker']}" for t in sales})
                faults.append("is called infeasible, but no rule is broken by "
                              + (f"selling all of {', '.join(sold)}" if sold else "doing nothing"))
        if run.returncode == 0:
            faults += min((faults_of(Portfolio(reading), plan) for reading in readings(document)), key=len)
            gap = math.inf if plan["relative_gap"] is None else plan["relative_gap"]
            if gap > 1e-4:
                remarks.append("no bound" if gap == math.inf else f"gap {gap:.1e} left open")
    except (ValueError, KeyError, TypeError) as e:
        return "none", seconds, None, faults + [f"no plan on stdout: {e!r}"], remarks
    return status, seconds, gap, faults, remarks


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    binary, family, first, count, *options = sys.argv[1:]
    statuses, times, gaps, wrong = defaultdict(int), [], [], 0
    for seed, line in enumerate(documents(binary, family, int(first), int(count), options), int(first)):
        status, seconds, gap, faults, remarks = judge(binary, line)
        statuses[status] += 1
        times.append(seconds)
        gaps += [] if gap is None else [gap]
        wrong += bool(faults)
        for kind, told in (("FAULT", faults), ("remark", remarks)):
            if told:
                more = f" (and {len(told) - 4} more)" if len(told) > 4 else ""
                print(" ".join([family, str(seed), *options]) + f": {kind}: " + "; ".join(told[:4]) + more, flush=True)
    print(" ".join([family, *options]) + f": {len(times)} documents, {statuses['optimal']} optimal, "
          f"{statuses['no_trade_needed']} without trades, {statuses['feasible']} feasible only, "
          f"{statuses['infeasible']} infeasible, {wrong} wrong; worst gap {max(gaps, default=0):.1e}; "
          f"median {statistics.median(times):.2f} s, slowest {max(times):.2f} s")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
