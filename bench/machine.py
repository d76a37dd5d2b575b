"""The machine of a run, in words: processor, cores, memory, kernel, compiler, revision and day."""
import datetime
import os
import platform
import subprocess


def _first(path, key):
    try:
        with open(path) as lines:
            return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), None)
    except OSError:
        return None


def _said(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def description():
    """Lines of (what, value)."""
    processor = _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    memory = _first("/proc/meminfo", "MemTotal")
    gib = f"{int(memory.split()[0]) / 2 ** 20:.0f} GiB" if memory else "unknown"
    load = ", ".join(f"{x:.1f}" for x in os.getloadavg())
    return [("processor", processor), ("cores", str(os.cpu_count())), ("memory", gib),
            ("kernel", f"{platform.system()} {platform.release()}"), ("compiler", _said("rustc", "--version")),
            ("revision", _said("git", "describe", "--always", "--dirty")), ("day", datetime.date.today().isoformat()),
            ("load at the start", f"{load} (1, 5, 15 minutes)")]
