"""The optimiser against its goals, one thread, CPU time.

In: a folder with a built `measure`. Out: rows of what was measured beside what must hold and what we are after.
Invariant: figures are those that `measure` prints for each document; a row that takes longer than its budget is
stopped, and says of how many documents its figures are.
"""
import os
import re
import resource
import signal
import subprocess
from dataclasses import dataclass

GAPS = ("1e-4", "1e-5")


@dataclass
class Goal:
    name: str
    options: list  # FAMILY, then options of `measure`
    seeds: int
    must_median: float | None = None  # ms
    must_slowest: float | None = None
    best_median: float | None = None


def size(**of):
    return [text for name, value in of.items() for text in (f"--{name}", str(value))]


GOALS = [
    Goal("etf", ["etf"], 200, 0.15, 1, 0.05),
    Goal("crowded", ["crowded"], 200, 0.15, 1, 0.05),
    Goal("household, 4 accounts", ["household"], 200, 0.8, 6, 0.3),
    Goal("whole", ["whole"], 200, 2.5, 100, 1),
    Goal("withdraw", ["withdraw"], 200, 2.5, 100, 1),
    Goal("direct 60", ["direct"], 200, 0.2, 2, 0.1),
    Goal("tracking 60", ["tracking"], 200, 0.5, 2, 0.25),
    Goal("direct 500", ["direct", *size(stocks=500)], 200, 1.5, 8, 0.7),
    Goal("tracking 500", ["tracking", *size(stocks=500)], 200, 5, 8, 2),
    Goal("direct 2000, 20,000 lots", ["direct", *size(stocks=2000)], 200, 6, 30, 3),
    Goal("tracking 2000, 15 factors", ["tracking", *size(stocks=2000, factors=15)], 200, 18, 30, 8),
    Goal("5 accounts x 500 stocks x 10 lots", ["accounts", *size(accounts=5, stocks=500, lots=10)], 200, 15, 60, 8),
    Goal("classes, 300 tickers x 5 lots", ["classes", *size(stocks=300, lots=5)], 200, 10, 100, 4),
]


def replanned(goal):
    """The same documents a tick later, from what the first search has learnt: a third of the time must do, a tenth is best."""
    return Goal(goal.name, [*goal.options, "--replan"], goal.seeds, goal.must_median / 3, goal.must_slowest / 3, goal.must_median / 10)


REPLANNED = [replanned(goal) for goal in GOALS]
# Without a goal of their own: every rule that the goals leave out.
OTHERS = [Goal(name, [name], 200) for name in (
    "rules", "impact", "volatility", "sectors", "accounts", "shares", "carry", "lots", "location", "digits", "mixed")]
OTHERS.extend(Goal(f"{name}, 3 accounts", [name, *size(accounts=3)], 200) for name in ("impact", "shares"))


@dataclass
class Measured:
    goal: Goal
    gap: str
    times: list  # ms, sorted
    gaps: list  # of documents with a plan
    infeasible: int
    reading: float | None  # ms, median
    stopped: bool

    @property
    def median(self):
        return quantile(self.times, 0.5)

    @property
    def slowest(self):
        return quantile(self.times, 1.0)

    @property
    def unproven(self):
        return sum(gap > float(self.gap) * (1 + 1e-9) for gap in self.gaps)


def quantile(values, part):
    return values[round(part * (len(values) - 1))] if values else float("nan")


def limit_cpu(seconds):
    """Ends this process (and what it becomes) after so much CPU time: a busy machine takes nobody's turn."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))


DOCUMENT = re.compile(r"^\s+\S+ (\d+): ([\d.]+) ms.*gap (?:Some\(([^)]+)\)|(None))")


def measure(folder, goal, gap, seeds, budget_s, first=1):
    """What `measure` prints for the documents of a goal, until the budget of CPU seconds is spent."""
    family, *options = goal.options
    run = subprocess.Popen([os.path.join(folder, "measure"), family, str(first), str(seeds), *options, "--each", "--gap", gap],
                           stdout=subprocess.PIPE, text=True, preexec_fn=lambda: limit_cpu(budget_s))
    times, gaps, infeasible, reading = [], [], 0, None
    for line in run.stdout:
        if found := DOCUMENT.match(line):
            times.append(float(found[2]))
            infeasible += found[4] is not None
            gaps += [] if found[3] is None else [float(found[3])]
        elif found := re.search(r"reading\s+([\d.]+)", line):
            reading = float(found[1])
    stopped = run.wait() in (-signal.SIGXCPU, -signal.SIGKILL)
    if run.returncode != 0 and not stopped:
        raise RuntimeError(f"measure {' '.join(goal.options)} ended with {run.returncode}")
    return Measured(goal, gap, sorted(times), gaps, infeasible, reading, stopped)


def ms(value):
    return "-" if value is None or value != value else f"{value:.3g}" if value < 100 else f"{value:,.0f}"


def verdict(m):
    """How a row stands to its goals."""
    g = m.goal
    if g.must_median is None:
        return ""
    if not m.times or m.unproven:
        return "not met"
    must = m.median <= g.must_median and m.slowest <= g.must_slowest
    partly = " so far" if m.stopped else ""
    if m.median <= g.best_median and must:
        return "best met" + partly
    return ("must met" if must else "not met") + partly


HEADINGS = ["documents", "gap", "seeds", "median ms", "slowest ms", "unproven", "widest gap", "reading ms",
            "must: median, slowest", "best: median", ""]


def cells(m):
    g = m.goal
    must = "-" if g.must_median is None else f"{g.must_median:.3g}, {g.must_slowest:.3g}"
    return [g.name, m.gap, f"{len(m.times)}" + (" (stopped)" if m.stopped else ""), ms(m.median), ms(m.slowest),
            str(m.unproven), f"{max(m.gaps, default=0):.1e}", ms(m.reading), must,
            "-" if g.best_median is None else f"{g.best_median:.3g}", verdict(m)]
