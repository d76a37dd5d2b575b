#!/usr/bin/env python3
"""No file names the place where it was written: hosts of package registries, private folders.

A clone has to build anywhere, so where packages come from is for the machine to say. Lock files,
which name their registry by design, and this file are left out.
"""
import re

from repository import files, finish, text

LEFT_OUT = {"Cargo.lock", "fuzz/Cargo.lock", "scripts/check_words.py", "scripts/test_checks.py"}

FORBIDDEN = [
    (re.compile(r"/work/"), "an absolute path of one machine"),
    (re.compile(r"\.library\b"), "a folder of one machine"),
    (re.compile(r"/tmp/(brief|infra|bash_jobs)"), "a folder of one machine"),
    (re.compile(r"(static\.|index\.)?crates\.io\b(?!-)|files\.pythonhosted\.org|pypi\.org|registry\.npmjs\.org"
                r"|proxy\.golang\.org|repo1?\.maven|deb\.debian\.org", re.I), "the host of a package registry"),
    (re.compile(r"BEGIN (RSA |EC |OPENSSH )?PRIVATE KEY"), "a private key"),
]


def faults(path, content):
    """Each forbidden word of a file, with its line."""
    return [f"{path}:{number}: {what}: `{match.group(0)}`"
            for number, line in enumerate(content.splitlines(), 1)
            for pattern, what in FORBIDDEN
            for match in [pattern.search(line)] if match]


if __name__ == "__main__":
    texts = {path: text(path) for path in files() if path not in LEFT_OUT}
    finish("words", f"{len(texts)} files",
           [fault for path, content in texts.items() if content for fault in faults(path, content)])
