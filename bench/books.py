"""The books: cycles a second, appends against raw ones, proofs of a long log, and a start with many households.

In: a folder with built programs. Out: sentences. Invariant: every figure is of one run on one machine; what is compared ran in
the same run.
"""
import json
import os
import shutil
import subprocess
import tempfile
import time

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")


def measured(folder, what, count):
    run = subprocess.run([os.path.join(folder, "books"), what, str(count)], check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)


def served(folder, place, ticks):
    """Seconds, CPU seconds and the largest memory (MB) of a service that ends after so many ticks."""
    start = time.monotonic()
    command = [os.path.join(folder, "equipoise"), "serve", "--config", os.path.join(place, "service.toml"), "--ticks", str(ticks)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {os.waitstatus_to_exitcode(status)}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def households(folder, count):
    """Enrolment, then a start alone, then a start with one tick of the market over all of them."""
    with tempfile.TemporaryDirectory() as place:
        shutil.copy(os.path.join(ROOT, "examples", "design-prompt.json"), place)
        lines = ['database = "sqlite:books.db"', "[keys]", 'folder = "keys"', "[service]", "tick_secs = 3600", "[simulated]", 'start = "2026-11-23T14:30:00Z"']
        for number in range(count):
            lines += ["[[households]]", f'name = "household-{number}"', 'owner = "ann"', 'portfolio = "design-prompt.json"']
        with open(os.path.join(place, "service.toml"), "w") as file:
            file.write("\n".join(lines) + "\n")
        return dict(count=count, opened=served(folder, place, 0), started=served(folder, place, 0), ticked=served(folder, place, 1))


def sentences(folder, quick):
    """What was measured, in words, as it is measured."""
    found = measured(folder, "cycles", 50 if quick else 1_000)
    yield (f"{found['executed']:,} cycles of `etf` households from drift to the last fill, one after the other on one SQLite file, every step "
           f"on the disk: {found['executed'] / found['seconds']:,.1f} a second ({found['records'] / max(found['executed'], 1):.0f} records of "
           f"the log each).")
    found = measured(folder, "appends", 1_000 if quick else 10_000)
    ours, raw = found["appends"] / found["seconds"], found["appends"] / found["raw_seconds"]
    yield (f"Appends to the audit log, an entry of one record each, on the disk before the next: {ours:,.0f} a second; lines appended to a file "
           f"and flushed in the same run: {raw:,.0f} a second ({ours / raw:.2f} of that).")
    found = measured(folder, "proof", 20_000 if quick else 1_000_000)
    yield (f"A log of {found['records']:,} records (written at {found['records'] / found['fill_seconds']:,.0f} a second, a thousand in each entry): a proof "
           f"of one takes {found['prove_seconds'] * 1e3:.2f} ms and at most {found['proof_bytes_max'] / 1e3:.1f} kB, its check offline "
           f"{found['check_seconds'] * 1e6:.0f} µs; the whole log verifies in {found['verify_seconds']:.1f} s.")
    found = households(folder, 500 if quick else 10_000)
    (opening, _, _), (start, _, memory), (tick, _, peak) = found["opened"], found["started"], found["ticked"]
    yield (f"{found['count']:,} households: opened and imported in {opening:.1f} s, once; a service over them starts in {start:.2f} s with at most "
           f"{memory:.0f} MB; with a first look at each it takes {tick:.1f} s and {peak:.0f} MB.")


def main():
    import sys
    for sentence in sentences(sys.argv[1], "--quick" in sys.argv):
        print(sentence, flush=True)


if __name__ == "__main__":
    main()
