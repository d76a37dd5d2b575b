#!/usr/bin/env python3
"""Layout, names and openings of files, and links between documents (CONTRIBUTING.md, "House style")."""
import os
import re

from repository import ROOT, files, finish, text

NOT_A_NOUN = {"utils", "util", "common", "types", "models", "helpers", "helper", "core", "errors", "misc", "mod"}
NOT_A_NAME = re.compile(r"\b(?:struct|enum|trait|type)\s+(\w*(?:Service|Manager|Helper|Util|Utils))\b")
# Lines before the tests. The aim is 80 to 250; from here on a file holds more than one idea.
LINES_MAX = 500
# Longer all the same: path -> (lines at most, why).
LONGER = {
    "crates/portfolio/src/household.rs": (650, "the data of a household, mostly fields with their meaning"),
}
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def rust_faults(path, content):
    """What is wrong with one Rust file."""
    found = []
    name = os.path.splitext(os.path.basename(path))[0]
    if name in NOT_A_NOUN:
        found.append(f"{path}: `{name}` says nothing; name the noun that the file is about")
    if not content.startswith("//!"):
        found.append(f"{path}: starts without `//!`: what it answers, what comes in, what goes out")
    for match in NOT_A_NAME.finditer(content):
        found.append(f"{path}: `{match.group(1)}`: name what it is, not that it serves or manages")
    lines = content.split("#[cfg(test)]\nmod tests")[0].count("\n")
    most = LONGER.get(path, (LINES_MAX, ""))[0]
    if lines > most:
        found.append(f"{path}: {lines} lines before its tests, at most {most}: split it by idea")
    if re.search(r"\b(todo|unimplemented)!\(", content):
        found.append(f"{path}: a stub is left")
    return found


def markdown_faults(path, content, exists):
    """Links that lead nowhere."""
    folder = os.path.dirname(path)
    return [f"{path}: the link {target} leads nowhere" for target in LINK.findall(content)
            if "://" not in target and not target.startswith("mailto:")
            and not exists(os.path.normpath(os.path.join(folder, target)))]


def repository_faults(paths):
    """What is wrong with names alone."""
    return [f"{path}: a note between authors, not part of the project" for path in paths
            if os.path.basename(path) == "OWNERS.txt"]


if __name__ == "__main__":
    paths = files()
    found = repository_faults(paths)
    for path in paths:
        if path.endswith(".rs"):
            found += rust_faults(path, text(path) or "")
        elif path.endswith(".md"):
            found += markdown_faults(path, text(path) or "", lambda p: os.path.exists(os.path.join(ROOT, p)))
    finish("tidy", f"{len(paths)} files", found)
