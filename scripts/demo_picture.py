#!/usr/bin/env python3
"""Draws what the program prints in a terminal.

    demo_picture.py BINARY OUT.svg [LINES_MAX]

Runs `equipoise plan examples/household.json` in 106 columns with colours and writes the text as an
SVG picture: monospaced rows, colours and bold type as the terminal would show them.
"""
import html
import os
import re
import subprocess
import sys

from repository import ROOT

EXAMPLE = "examples/household.json"
COLUMNS, ROW, WIDTH, EDGE = 106, 18, 8.43, 16
COLOURS = {30: "#6e7681", 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 34: "#79c0ff", 35: "#d2a8ff", 36: "#76e3ea",
           37: "#e6edf3", 90: "#8b949e", 91: "#ff7b72", 92: "#7ee787", 93: "#e3b341", 94: "#79c0ff", 95: "#d2a8ff",
           96: "#76e3ea", 97: "#ffffff"}


def spans(line):
    """(column, text, style) for each run of one style; `style` holds SVG attributes."""
    column, colour, bold, dim = 0, None, False, False
    for part in re.split(r"(\x1b\[[0-9;]*m)", line):
        if part.startswith("\x1b["):
            for code in [int(c or 0) for c in part[2:-1].split(";")]:
                if code == 0:
                    colour, bold, dim = None, False, False
                elif code in (1, 2, 22):
                    bold, dim = code == 1, code == 2
                elif code == 39:
                    colour = None
                elif code in COLOURS:
                    colour = COLOURS[code]
        elif part:
            style = (f' fill="{colour}"' if colour else "") + (' font-weight="bold"' if bold else "")
            yield column, part, style + (' opacity="0.7"' if dim else "")
            column += len(part)


def picture(lines):
    """The SVG document."""
    height = ROW * (len(lines) + 1) + 2 * EDGE
    width = round(COLUMNS * WIDTH + 2 * EDGE)
    rows = []
    for number, line in enumerate(lines, 1):
        for column, text, style in spans(line):
            if text.strip():
                # The length is given so that columns line up whatever font is there.
                rows.append(f'<text x="{EDGE + column * WIDTH:.1f}" y="{EDGE + number * ROW}" xml:space="preserve"'
                            f' textLength="{len(text) * WIDTH:.1f}"{style}>{html.escape(text)}</text>')
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
            ' role="img" aria-label="The program in a terminal">\n'
            f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>\n'
            '<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace" font-size="14"'
            ' fill="#e6edf3">\n' + "\n".join(rows) + "\n</g>\n</svg>\n")


def main():
    binary, out = os.path.abspath(sys.argv[1]), sys.argv[2]
    most = int(sys.argv[3]) if len(sys.argv) > 3 else 48
    env = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
    env.update(COLUMNS=str(COLUMNS), CLICOLOR_FORCE="1")
    run = subprocess.run([binary, "plan", EXAMPLE], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    lines = [f"$ equipoise plan {EXAMPLE}", ""] + run.stdout.rstrip("\n").splitlines()
    if len(lines) > most:
        lines = lines[:most] + ["…"]
    with open(out, "w") as file:
        file.write(picture(lines))
    print(f"picture: {len(lines)} lines in {out}")


if __name__ == "__main__":
    main()
