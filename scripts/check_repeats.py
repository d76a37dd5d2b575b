#!/usr/bin/env python3
"""No run of code stands in two places (comments, imports, lists of fields and tests do not count).

A run is RUN lines that are the same but for white space. What two places need is one function.
"""
import re

from repository import files, finish, text

RUN = 12

# Imports, modules, attributes, lone brackets, and `name: Type,` or `name: value,`.
NOT_COUNTED = re.compile(r"(pub )?(use|mod) |#\[|[\[\](){};, ]+$|(pub(\(crate\))? )?\w+: [^(){}]+,$")


def lines_of(content):
    """(line number, code) of what counts in a Rust file."""
    program = content.split("#[cfg(test)]\nmod tests")[0]
    counted = []
    for number, line in enumerate(program.splitlines(), 1):
        code = re.sub(r"\s+", " ", line.split("//")[0]).strip()
        if code and not NOT_COUNTED.match(code):
            counted.append((number, code))
    return counted


def faults(contents):
    """`contents`: path -> text."""
    first, found, told = {}, [], set()
    for path, content in sorted(contents.items()):
        lines = lines_of(content)
        for start in range(len(lines) - RUN + 1):
            run = tuple(code for _, code in lines[start:start + RUN])
            number = lines[start][0]
            if run not in first:
                first[run] = (path, number, start)
                continue
            other, other_number, other_start = first[run]
            overlaps = other == path and start - other_start < RUN
            # Neighbouring runs tell of the same repeat: one line of output for each pair of places.
            key = (path, other, start - other_start)
            if not overlaps and key not in told:
                told.add(key)
                found.append(f"{path}:{number}: {RUN} lines or more as in {other}:{other_number}")
    return found


if __name__ == "__main__":
    contents = {path: text(path) for path in files()
                if path.endswith(".rs") and "/tests/" not in path and "/benches/" not in path}
    finish("repeats", f"{len(contents)} files", faults(contents))
