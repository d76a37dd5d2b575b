#!/usr/bin/env python3
"""Do the soundness checks find what they look for? Plants faults in a copy of the optimiser and runs them.

Each fault of FAULTS is an exact text of one file and what takes its place. The tracked files are copied to a
temporary folder, patched, built, and `soundness` has to find more wrong there, or leave more proofs open, than in
the program as it is. A text that is no longer there, or there twice, fails: plant the fault anew.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

from repository import ROOT, files

# What it is: (file, text, what takes its place, families in whose documents it shows).
FAULTS = {
    "a bound that is too high": (
        "crates/optimize/src/lib.rs",
        ".max(problem.least_objective())",
        ".max(found.bound + 1e-3)",
        ["whole", "tracking", "direct"]),
    "a dropped tax case": (
        "crates/optimize/src/problem/tax_cases.rs",
        "                Case { region: vec![long_down], pieces: with_short },\n",
        "",
        ["etf", "carry", "direct"]),
    "a lost branch": (
        "crates/optimize/src/quadratic.rs",
        "            self.open.push(Node { hairs, ..far });\n",
        "            drop(far);\n",
        ["whole", "household"]),
    "a lost cut": (
        "crates/optimize/src/quadratic/cuts.rs",
        ".sqrt() <= most + broken {",
        ".sqrt() <= 2.0 * most + broken {",
        ["volatility"]),
}

SIZE = ["1", "12", "--stocks", "4", "--lots", "2", "--accounts", "2"]


def copied(folder):
    """The files of the repository that git knows, in `folder`."""
    for path in files():
        target = os.path.join(folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.join(ROOT, path), target)


def planted(folder, name):
    """Patches one file; its old text."""
    path, text, instead, _ = FAULTS[name]
    place = os.path.join(folder, path)
    with open(place, encoding="utf-8") as file:
        old = file.read()
    if old.count(text) != 1:
        sys.exit(f"plant_faults: {path} has {old.count(text)} times {text!r}: plant `{name}` anew")
    with open(place, "w", encoding="utf-8") as file:
        file.write(old.replace(text, instead))
    return old


def seen(folder, families):
    """(faults, open proofs) that `soundness` finds with the program in `folder`."""
    # What does not change is built once, and kept for the next time.
    target = os.path.join(ROOT, "target", "planted")
    build = ["cargo", "build", "--release", "--locked", "--quiet", "-p", "bench", "--bin", "soundness"]
    subprocess.run(build, cwd=folder, check=True, env={**os.environ, "CARGO_TARGET_DIR": target})
    program = os.path.join(target, "release", "soundness")
    faults = left = 0
    for family in families:
        run = subprocess.run([program, family, *SIZE], capture_output=True, text=True, check=False)
        summary = re.search(r"(\d+) open.*; (\d+) faults", run.stdout)
        if summary is None:
            sys.exit(f"plant_faults: {program} says {run.stdout[-300:]!r} {run.stderr[-300:]!r}")
        left, faults = left + int(summary[1]), faults + int(summary[2])
    return faults, left


def main():
    names = sys.argv[1:] or list(FAULTS)
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        copied(folder)
        before = {name: seen(folder, FAULTS[name][3]) for name in names}
        for name in names:
            old = planted(folder, name)
            faults, left = seen(folder, FAULTS[name][3])
            with open(os.path.join(folder, FAULTS[name][0]), "w", encoding="utf-8") as file:
                file.write(old)
            found = faults > before[name][0] or left > before[name][1]
            print(f"{'found' if found else 'MISSED'}: {name}: {faults} faults and {left} open proofs, "
                  f"without it {before[name][0]} and {before[name][1]}", flush=True)
            missed += [] if found else [name]
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main()
