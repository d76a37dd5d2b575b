#!/usr/bin/env python3
"""Plans of a built `equipoise` beside those of SCIP on the same model, document by document.

    compare.py BINARY FAMILY FIRST_SEED COUNT [--seconds 60] [options of `generate`, such as --stocks 8]

In: documents of a family. Out: a line for each where something is to be said, and a line in the end. A finding is a
bound of ours above the objective of a plan of SCIP that breaks no rule, an objective of ours worse than SCIP's by
more than TOLERATED of the gap scale, a bound of SCIP's above a plan of ours (then the model here is wrong, or SCIP
is), and a document that only one of the two calls infeasible. Exit 1 where there is one.
"""
import json
import os
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "tools")]
import plans  # noqa: E402
import scip  # noqa: E402
from evaluate import Portfolio  # noqa: E402
from judge import documents, readings  # noqa: E402
from program import Built  # noqa: E402
from strict import strictly  # noqa: E402

TOLERATED = 1e-4
AIMED = 1e-5  # of the gap scale, at which SCIP stops
MARGIN_USD = 0.02  # left below limits where rounding to increments passes them


def our_plan(binary, line):
    run = subprocess.run([binary, "plan", "-", "--format", "json"], input=line, capture_output=True, text=True)
    if run.returncode not in (0, 3):
        raise RuntimeError(run.stderr.strip()[:200])
    return json.loads(run.stdout)


def by_scip(document, ours, seconds):
    """(SCIP's trades or None, their objective, what they break, SCIP's bound, status, CPU seconds) of a document."""
    portfolio = Portfolio(document)
    nothing = portfolio.evaluate([])[0]["objective"]
    bound = ours.get("bound")
    span = max(abs(nothing - (nothing if bound is None else bound)), 1e-4)
    start = time.process_time()
    below = None
    for margin in (0.0, MARGIN_USD):
        built = Built(portfolio, 100 / span, margin)
        values, bound, said = scip.solve(built.program, seconds, 100 * AIMED)
        if below is None:  # the bound is that of the program as it is
            below, status, spent = bound / built.scale, said, time.process_time() - start
        if values is None:
            return None, None, [], below, status, spent
        with strictly():
            trades = plans.repaired(portfolio, plans.rounded(built, values))
            terms, broken = portfolio.evaluate(trades)
        if not broken:
            break
    if not portfolio.evaluate([])[1] and nothing < terms["objective"]:
        trades, terms, broken = [], portfolio.evaluate([])[0], []
    return trades, terms["objective"], broken, below, status, spent


def compared(binary, line, seconds):
    """(findings, a line about the document, whether SCIP proved its plan) of one document."""
    ours = our_plan(binary, line)
    document = json.loads(line)
    for reading in readings(document):
        if "trades" not in ours or not Portfolio(reading).evaluate(ours["trades"])[1]:
            break
    _, objective, broken, below, status, spent = by_scip(reading, ours, seconds)
    infeasible = ours["status"] == "infeasible"
    found = []
    if infeasible:
        if objective is not None and not broken:
            found.append(f"we say infeasible (proven: {ours.get('conflict_proven')}), SCIP has a plan of {objective:.9f}")
        return found, f"{status} {spent:.1f} s; infeasible", status in ("optimal", "gaplimit", "infeasible")
    terms, _ = Portfolio(reading).evaluate(ours["trades"])
    nothing = Portfolio(reading).evaluate([])[0]["objective"]
    own = terms["objective"]
    span = max(abs(nothing - ours["bound"]) if ours["bound"] is not None else 0, 1e-4)
    if objective is None and status == "infeasible":
        found.append(f"SCIP says infeasible, we have a plan of {own:.9f}")
    if objective is not None and not broken:
        if ours["bound"] is not None and ours["bound"] > objective + 1e-9 * span:
            found.append(f"BOUND {ours['bound']:.10f} above SCIP's plan {objective:.10f}, by {(ours['bound'] - objective) / span:.1e} of the gap scale")
        if own > objective + TOLERATED * span:
            found.append(f"ours {own:.10f} worse than SCIP's {objective:.10f}, by {(own - objective) / span:.1e} of the gap scale")
    if below > own + 2 * AIMED * span and status in ("optimal", "gaplimit"):
        found.append(f"SCIP's bound {below:.10f} above our plan {own:.10f}, by {(below - own) / span:.1e} of the gap scale")
    told = f"{status} {spent:.1f} s; ours {own:.9f} bound {ours['bound']}; SCIP " + (
        "none" if objective is None else f"{objective:.9f} ({(objective - own) / span:+.1e})") + f" bound {below:.9f}"
    if broken:
        told += "; breaks " + ", ".join(sorted({v["code"] for v in broken}))
    return found, told, status in ("optimal", "gaplimit", "infeasible")


def main():
    arguments = sys.argv[1:]
    seconds, each = 60.0, False
    if "--seconds" in arguments:
        at = arguments.index("--seconds")
        seconds = float(arguments[at + 1])
        del arguments[at:at + 2]
    if "--each" in arguments:
        each = True
        arguments.remove("--each")
    if len(arguments) < 4:
        sys.exit(__doc__)
    binary, family, first, count, *options = arguments
    proven, wrong, unclean = 0, 0, 0
    for seed, line in enumerate(documents(binary, family, int(first), int(count), options), int(first)):
        try:
            found, told, done = compared(binary, line, seconds)
        except RuntimeError as error:
            found, told, done = [f"no plan: {error}"], "", False
        proven += done
        wrong += bool(found)
        unclean += "breaks" in told
        name = " ".join([family, str(seed), *options])
        for finding in found:
            print(f"{name}: FINDING: {finding}", flush=True)
        if each or found:
            print(f"  {name}: {told}", flush=True)
    print(" ".join([family, *options]) + f": {count} documents from seed {first}, {proven} proven by SCIP, "
          f"{unclean} of its plans broke a rule by rounding, {wrong} findings", flush=True)
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
