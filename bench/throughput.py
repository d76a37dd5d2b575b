"""Documents a second through `equipoise batch`, JSON in to JSON out.

In: a folder with built programs. Out: rates by the clock and by CPU time, and the floor: the time to read and write
the same bytes. Invariant: every line of the output is a plan, or the run says how many are not.
"""
import os
import resource
import subprocess
import tempfile
import time


def batch(folder, documents, jobs):
    """A dict of what one run over `etf` documents gives."""
    with tempfile.TemporaryDirectory() as place:
        source, target = os.path.join(place, "in.jsonl"), os.path.join(place, "out.jsonl")
        with open(source, "w") as file:
            subprocess.run([os.path.join(folder, "generate"), "etf", "1", "--count", str(documents)], stdout=file, check=True)
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([os.path.join(folder, "equipoise"), "batch", source, "--out", target, "--jobs", str(jobs)],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        clock, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
        with open(target) as file:
            errors = sum('"error":' in line[:60] for line in file)
        sizes = os.path.getsize(source), os.path.getsize(target)
        # The floor: as many bytes read, and as many written.
        start = time.process_time()
        with open(source, "rb") as file:
            read = file.read()
        with open(os.path.join(place, "floor"), "wb") as file:
            file.write((read * (1 + sizes[1] // max(sizes[0], 1)))[:sizes[1]])
        floor = time.process_time() - start
    return dict(documents=documents, jobs=jobs, clock=clock, cpu=cpu, errors=errors, bytes_in=sizes[0],
                bytes_out=sizes[1], floor=floor)


def sentences(found):
    """The run in words."""
    n = found["documents"]
    rate = n / found["clock"]
    goal = "best (10,000) met" if rate >= 10_000 else "must (5,000) met" if rate >= 5_000 else "must (5,000) not met"
    return [f"`equipoise batch` over {n:,} `etf` documents, {found['jobs']} threads: {rate:,.0f} documents a second by the "
            f"clock ({goal}), {n / found['cpu']:,.0f} a second of CPU time; {found['errors']} errors.",
            f"{found['bytes_in'] / n / 1e3:.1f} kB in and {found['bytes_out'] / n / 1e3:.1f} kB out a document; reading and "
            f"writing the same bytes takes {found['floor']:.2f} s of CPU time, {found['cpu'] / max(found['floor'], 1e-3):.0f} "
            f"times less than the {found['cpu']:.2f} s of the run."]
