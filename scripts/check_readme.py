#!/usr/bin/env python3
"""Runs the examples of a Markdown file and compares what they print.

    check_readme.py FILE.md

An example is a block marked `console`: a line `$ command`, then what it prints on stdout and
stderr, then perhaps the next command. In what is expected, a line `...` stands for any lines and
`[..]` for anything within a line. `equipoise` is the release binary; commands run in the
repository's root. A block whose first command is `make` is for people and is not run.
"""
import os
import re
import subprocess
import sys

from repository import ROOT, finish, text


def examples(markdown):
    """(line, command, expected lines) of every command."""
    found, block, expected = [], False, None
    for number, line in enumerate(markdown.splitlines(), 1):
        if line.startswith("```"):
            block, expected = line.strip() == "```console", None
        elif block and line.startswith("$ "):
            expected = []
            found.append((number, line[2:], expected))
        elif block and expected is not None:
            expected.append(line.rstrip())
    return [example for example in found if not example[1].startswith("make ")]


def as_pattern(expected):
    """A regular expression for the expected lines."""
    parts = ["(?:.*\n)*?" if line == "..." else re.escape(line).replace(re.escape("[..]"), ".*") + "\n"
             for line in expected]
    return re.compile("".join(parts))


def agrees(expected, printed):
    """Does the output fit? White space at the ends of lines does not count."""
    printed = "".join(line.rstrip() + "\n" for line in printed.strip("\n").splitlines())
    while expected and not expected[-1]:
        expected = expected[:-1]
    return as_pattern(expected).fullmatch(printed) is not None


def main():
    path = sys.argv[1]
    env = dict(os.environ, PATH=os.path.join(ROOT, "target", "release") + os.pathsep + os.environ["PATH"],
               NO_COLOR="1", COLUMNS="100")
    found = examples(text(path))
    faults = []
    for number, command, expected in found:
        run = subprocess.run(["bash", "-c", command], cwd=ROOT, env=env, stdin=subprocess.DEVNULL, text=True,
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        if not agrees(expected, run.stdout):
            faults.append(f"{path}:{number}: `{command}` printed:\n{run.stdout}")
    finish("readme", f"{len(found)} examples" if found else "", faults)


if __name__ == "__main__":
    main()
