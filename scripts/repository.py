"""Which files belong to the repository, and how a check says what it found.

`files()` asks git, so that build folders and ignored files are never looked at; a file that git
does not track yet, and does not ignore, counts too.
"""
import os
import subprocess
import sys

ROOT = os.path.normpath(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))


def files(root=ROOT):
    """Paths below `root`, with `/`, sorted."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
                            cwd=root, capture_output=True, check=True).stdout
    paths = {p for p in listed.decode().split("\0") if p}
    return sorted(p for p in paths if os.path.isfile(os.path.join(root, p)))


def text(path, root=ROOT):
    """The text of a file; None where it is not text."""
    with open(os.path.join(root, path), "rb") as file:
        data = file.read()
    try:
        return None if b"\0" in data else data.decode()
    except UnicodeDecodeError:
        return None


def finish(name, looked_at, faults):
    """Prints the faults, one a line, and ends the program with 1 where there are any."""
    for fault in faults:
        print(fault)
    print(f"{name}: {looked_at}, {len(faults)} fault{'' if len(faults) == 1 else 's'}")
    sys.exit(1 if faults or not looked_at else 0)
