#!/usr/bin/env python3
"""`make bench`: measures, prints while it does, and writes docs/benchmarks.md.

    report.py FOLDER PYTHON_OF_PEERS [--quick] [--seconds 60]

In: FOLDER with the built programs (target/release), the interpreter of .tools/peers. Out: tables on stdout, and in
docs/benchmarks.md between its markers; `--quick` prints only. Invariant: the page holds what one run printed.
"""
import glob
import os
import re
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..")
sys.path[:0] = [HERE, os.path.join(HERE, "peers")]
import books  # noqa: E402
import goals  # noqa: E402
import load  # noqa: E402
import machine  # noqa: E402
import pages  # noqa: E402
import side_by_side  # noqa: E402
import throughput  # noqa: E402

PAGE = os.path.join(ROOT, "docs", "benchmarks.md")
BEGIN, END = "<!-- what `make bench` printed: begin -->", "<!-- what `make bench` printed: end -->"
QUICK_SEEDS = 20


class Report:
    """Lines that are printed at once and kept for the page."""

    def __init__(self):
        self.lines = []

    def say(self, text=""):
        print(text, flush=True)
        self.lines.append(text)

    def heading(self, text):
        self.say()
        self.say(f"## {text}")
        self.say()

    def table(self, headings):
        self.say("| " + " | ".join(headings) + " |")
        self.say("|" + " --- |" * len(headings))

    def row(self, cells):
        self.say("| " + " | ".join(cells) + " |")


def progress(text):
    """What is being done, for whoever watches; no part of the page."""
    print(f"bench: {text}", file=sys.stderr, flush=True)


def optimiser(report, folder, quick):
    report.heading("The optimiser against its goals")
    report.say("CPU time of one thread from the portfolio to the proposal; reading (text to portfolio) is beside it. `gap` is the "
               "relative gap at which the search stops, and above which a document counts as unproven. `must` has to "
               "hold at 1e-4 with every document proven.")
    report.say()
    report.table(goals.HEADINGS)
    for goal in goals.GOALS:
        for gap in goals.GAPS:
            measured(report, folder, goal, gap, quick, 30)
    report.heading("Planned again after a tick")
    report.say("Every price moved by up to half a percent, and the search starts from what the one before it has learnt, which is not "
               "measured. A third of the goals above has to hold.")
    report.say()
    report.table(goals.HEADINGS)
    for goal in goals.REPLANNED:
        measured(report, folder, goal, goals.GAPS[0], quick, 60)
    report.heading("Rules that the goals leave out")
    report.say("A document is stopped at the same budget of work units as in `equipoise plan`; what is left open is counted.")
    report.say()
    report.table(goals.HEADINGS)
    for goal in goals.OTHERS:
        measured(report, folder, goal, goals.GAPS[0], quick, 15)


def measured(report, folder, goal, gap, quick, budget):
    seeds, budget = (min(QUICK_SEEDS, goal.seeds), min(budget, 4)) if quick else (goal.seeds, budget)
    progress(f"measure {' '.join(goal.options)} --gap {gap}, {seeds} seeds, at most {budget} s of CPU time")
    report.row(goals.cells(goals.measure(folder, goal, gap, seeds, budget)))


def peers(report, folder, python, quick, seconds):
    report.heading("Side by side")
    report.say(f"The same documents, one thread each, at most {seconds:g} s of CPU time. SCIP has the whole model (MIQP) and stops at the "
               "gap that we stop at; HiGHS and Clarabel its continuous relaxation, rounded to increments; `taxrebalance` what it has "
               "inputs for. CPU time is from the parsed document to the trades (for Equipoise: from the text, first document "
               "of its process). The objective is recomputed for every plan by `tools/evaluate.py`, and so are the rules it "
               "breaks: a plan that breaks rules may lie below the best that keeps them. `above ours` is in parts of "
               "the gap scale of the document (1e-4 is what counts as optimal).")
    report.say()
    report.table(side_by_side.HEADINGS)
    for name, family, seeds in side_by_side.QUICK if quick else side_by_side.DOCUMENTS:
        done, seed = 0, 0
        while done < seeds and seed < 20:
            seed += 1
            progress(f"{name}, seed {seed}: Equipoise, {', '.join(side_by_side.PEERS)}, at most {seconds:g} s of CPU time each")
            found = side_by_side.rows(folder, python, name, family, seed, seconds)
            if found is None:
                continue  # no plan keeps every rule of this document
            done += 1
            for row in found:
                report.row(side_by_side.cells(row, found[0]))
    report.heading("Who honours which rule")
    report.table(["rule", "Equipoise", "SCIP on our model", "its relaxation (HiGHS, Clarabel)", "taxrebalance"])
    for row in side_by_side.HONOURS:
        report.row(list(row))


def criterion(report, quick):
    """The benchmarks of the crates, where there are any."""
    found = sorted(glob.glob(os.path.join(ROOT, "crates", "*", "benches", "*.rs")))
    if not found:
        return
    report.heading("Benchmarks of the crates (criterion)")
    report.table(["benchmark", "low", "estimate", "high"])
    for path in found:
        crate, name = path.split(os.sep)[-3], os.path.splitext(os.path.basename(path))[0]
        progress(f"cargo bench -p {crate} --bench {name}")
        command = ["cargo", "bench", "--locked", "-p", crate, "--bench", name, "--", "--noplot"]
        command += ["--warm-up-time", "0.5", "--measurement-time", "1"] if quick else ["--measurement-time", "3"]
        run = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        if run.returncode != 0:
            report.row([f"{crate} {name}", "-", f"ended with {run.returncode}", "-"])
            continue
        # `name  time: [low estimate high]`, the name on a line of its own where it is long.
        for label, figures in re.findall(r"^(\S[^\n]*?)\s+time:\s+\[([^\]]+)\]", run.stdout, re.M):
            parts = figures.split()
            report.row([f"{crate}: {label}", *(" ".join(parts[i:i + 2]) for i in (0, 2, 4))])


def batch(report, folder, quick):
    report.heading("batch")
    documents = 2_000 if quick else 20_000
    progress(f"equipoise batch over {documents} etf documents")
    for line in throughput.sentences(throughput.batch(folder, documents, os.cpu_count() or 1)):
        report.say(line)


def kept(report, folder, quick):
    report.heading("The books")
    progress("cycles, appends, proofs, and a service over many households")
    for line in books.sentences(folder, quick):
        report.say(line)
        report.say()


def loaded(report, folder, quick):
    report.heading("The service under load")
    progress("readers beside what-ifs, listeners, approvals")
    load.as_many_files_as_may_be()
    for line in load.sentences(folder, quick):
        report.say(line)
        report.say()


def page(report, folder):
    report.heading("The page")
    why = pages.missing()
    if why:
        report.say(f"Not measured: {why}.")
        return
    progress("the page in Chromium")
    rows, why = pages.measured(folder)
    if why:
        report.say(f"Not measured: {why}.")
        return
    report.say("A trace of Chromium's main thread: tasks by the processor's time and by the clock; what a person does until it is painted, by the "
               "browser's own timings of events, in steps of 8 ms. Ten thousand households are answered for by the test, 500 securities are "
               "`examples/direct-500.json`.")
    report.say()
    report.table(pages.HEADINGS)
    for row in rows:
        report.row(row)


def write(lines):
    """Replaces what stands between the markers of the page."""
    with open(PAGE) as file:
        before, rest = file.read().split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    with open(PAGE, "w") as file:
        file.write(f"{before}{BEGIN}\n" + "\n".join(lines).strip() + f"\n{END}{after}")


def main():
    arguments = sys.argv[1:]
    quick = "--quick" in arguments
    seconds = 10.0 if quick else 60.0
    if "--seconds" in arguments:
        at = arguments.index("--seconds")
        seconds = float(arguments[at + 1])
        del arguments[at:at + 2]
    arguments = [a for a in arguments if a != "--quick"]
    if len(arguments) != 2:
        sys.exit(__doc__)
    folder, python = arguments
    start, report = time.monotonic(), Report()
    for what, value in machine.description():
        report.say(f"- {what}: {value}")
    optimiser(report, folder, quick)
    batch(report, folder, quick)
    kept(report, folder, quick)
    loaded(report, folder, quick)
    page(report, folder)
    peers(report, folder, python, quick, seconds)
    criterion(report, quick)
    report.say()
    report.say(f"The run took {(time.monotonic() - start) / 60:.0f} minutes.")
    if quick:
        progress("a quick look: docs/benchmarks.md is left as it is")
    else:
        write(report.lines)
        progress("docs/benchmarks.md is written")


if __name__ == "__main__":
    main()
