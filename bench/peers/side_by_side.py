"""Equipoise beside what a user would pick instead, on the same documents.

In: a folder with built programs, the interpreter of the peers. Out: rows with CPU time, objective, the rules that a
plan breaks. Invariant: every plan, ours too, is judged by tools/evaluate.py; nobody's own figures are believed.
"""
import json
import os
import subprocess
import sys
from dataclasses import dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "..", "..", "tools")]
import goals  # noqa: E402
from evaluate import Portfolio  # noqa: E402

PEERS = ("SCIP", "HiGHS", "Clarabel", "taxrebalance")
DOCUMENTS = [  # (name, FAMILY and options, seeds)
    ("etf", ["etf"], 2), ("crowded", ["crowded"], 2), ("household", ["household"], 2), ("whole", ["whole"], 2),
    ("withdraw", ["withdraw"], 2), ("direct 60", ["direct"], 2), ("tracking 60", ["tracking"], 2),
    ("direct 500", ["direct", "--stocks", "500"], 1), ("tracking 500", ["tracking", "--stocks", "500"], 1)]
QUICK = [("etf", ["etf"], 1), ("household", ["household"], 1), ("direct 60", ["direct"], 1)]


@dataclass
class Row:
    document: str
    who: str
    seconds: float | None  # CPU
    objective: float | None  # as judged
    beyond: float | None  # objective above ours, in parts of the gap scale
    broken: list
    status: str


def _document(folder, family, seed):
    run = subprocess.run([os.path.join(folder, "generate"), family[0], str(seed), *family[1:]], capture_output=True,
                         text=True, check=True)
    return run.stdout.splitlines()[0]


def _last_object(text):
    """The last line that is a JSON object: solvers print too."""
    lines = [line for line in text.splitlines() if line.startswith("{")]
    return json.loads(lines[-1]) if lines else None


def _peer(python, peer, given, seconds):
    try:
        run = subprocess.run([python, os.path.join(HERE, "one.py"), peer, str(seconds)], input=json.dumps(given),
                             capture_output=True, text=True, timeout=20 * seconds,
                             preexec_fn=lambda: goals.limit_cpu(seconds + 15))
    except subprocess.TimeoutExpired:
        return None, f"stopped at {seconds:g} s"
    answer = _last_object(run.stdout)
    if answer is None and run.returncode in (-9, -24):
        return None, f"stopped at {seconds:g} s"
    return answer, "" if answer else (run.stderr.strip().splitlines() or ["no answer"])[-1][:60]


def rows(folder, python, name, family, seed, seconds):
    """Our row and one for each peer on one document."""
    line = _document(folder, family, seed)
    run = subprocess.run([os.path.join(folder, "equipoise"), "plan", "-", "--format", "json"], input=line,
                         capture_output=True, text=True)
    plan, document, label = json.loads(run.stdout), json.loads(line), f"{name}, seed {seed}"
    if plan["status"] == "infeasible":
        return None
    portfolio = Portfolio(document)
    nothing = portfolio.evaluate([])[0]["objective"]
    terms, broken = portfolio.evaluate(plan["trades"])
    span = max(abs(nothing - (terms["objective"] if plan["bound"] is None else plan["bound"])), 1e-4)
    measured = goals.measure(folder, goals.Goal(name, family, 1), "1e-4", 1, 3600, first=seed)
    ours = (measured.median + (measured.reading or 0)) / 1e3
    found = [Row(label, "Equipoise", ours, terms["objective"], 0.0, sorted({v["code"] for v in broken}),
                 f"{plan['status']}, gap {plan['relative_gap']:.0e}" if plan["relative_gap"] is not None else plan["status"])]
    for peer in PEERS:
        answer, said = _peer(python, peer, dict(document=document, span=span, gap=1e-4), seconds)
        if answer is None or answer["trades"] is None:
            status = said or answer["status"]
            found.append(Row(label, peer, None, None, None, [], status))
            continue
        terms_of, broken_of = portfolio.evaluate(answer["trades"])
        status = answer["status"]
        if peer == "SCIP":
            gap = (terms_of["objective"] - answer["bound"]) / span
            status = f"{'proven' if status in ('optimal', 'gaplimit') else f'stopped at {seconds:g} s'}, gap {gap:.0e}"
        elif peer in ("HiGHS", "Clarabel"):
            status = "relaxation solved"
        found.append(Row(label, peer, answer["seconds"], terms_of["objective"],
                         (terms_of["objective"] - found[0].objective) / span, sorted({v["code"] for v in broken_of}), status))
    return found


HEADINGS = ["document", "who", "CPU time", "times ours", "objective", "above ours", "breaks", "says"]


def duration(seconds):
    if seconds is None:
        return "-"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def cells(row, ours):
    """A row of the table; `above ours` is in parts of the gap scale of the document."""
    ratio = "-" if row.seconds is None or row.who == "Equipoise" else f"{row.seconds / ours.seconds:,.0f}"
    return [row.document, row.who, duration(row.seconds), ratio,
            "-" if row.objective is None else f"{row.objective:.6f}",
            "-" if row.beyond is None or row.who == "Equipoise" else f"{row.beyond:+.1e}",
            ", ".join(row.broken) or ("-" if row.objective is None else "nothing"), row.status]


# What each can be told; what it then breaks is in the rows above.
YES, NO = "yes", "-"
HONOURS = [  # rule, Equipoise, SCIP on our model, relaxation, taxrebalance
    ("tax lots with basis and holding period", YES, YES, YES, "yes (365 days)"),
    ("netting of short and long (Schedule D), losses carried on", YES, YES, "fractions of cases", NO),
    ("several accounts of a household, asset location", YES, YES, YES, NO),
    ("cash of each account never below zero", YES, YES, YES, "yes, with one mean cost rate"),
    ("withdrawals", YES, YES, YES, NO),
    ("cash buffer", YES, YES, YES, NO),
    ("minimum trade, or the whole position", YES, YES, NO, NO),
    ("whole shares and other increments", YES, "yes; fine ones rounded", NO, NO),
    ("fixed commissions", YES, YES, "fractions of them", NO),
    ("no loss sale beside a purchase of the group", YES, YES, NO, "within one ticker"),
    ("no loss sale after a recent purchase", YES, YES, YES, "such losses count for nothing"),
    ("short-term gains last", YES, YES, NO, NO),
    ("lot orders, kept lots, holding periods", YES, YES, "kept lots", NO),
    ("turnover", YES, YES, YES, YES),
    ("caps on securities and sectors, liquidity", YES, YES, YES, NO),
    ("exclusions, ESG, do-not-buy", YES, YES, YES, "by leaving the ticker alone"),
    ("market impact", YES, YES, "Clarabel only", NO),
    ("volatility cap", YES, YES, "Clarabel only", NO),
    ("a proven bound", YES, "yes, to its tolerances", "of the relaxation", NO),
    ("says why, and which wishes can't hold together", YES, NO, NO, NO)]
