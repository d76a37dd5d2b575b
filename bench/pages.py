"""The page: how fast it scrolls, filters and takes what is typed, in a Chromium against the built program.

In: a folder with built programs. Out: rows of what was measured, or a sentence why nothing was. Invariants: the figures are those of
`npm run trace`; nothing is judged here; a trace that fails is told, and takes no other figure of the report with it.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

WEB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HEADINGS = ["what", "how long"]


def missing():
    """What keeps the page from being measured; None where nothing does."""
    if shutil.which("npm") is None or not os.path.exists(os.path.join(WEB, "node_modules")):
        return "its packages are not installed (`make web`)"
    if not os.path.exists(CHROMIUM):
        return f"there is no Chromium at {CHROMIUM} (`scripts/set_up bench` installs one)"
    return None


def measured(folder):
    """Rows of what was measured, and why there are none; one of the two is None."""
    with tempfile.TemporaryDirectory() as place:
        figures = os.path.join(place, "figures.json")
        program = os.path.abspath(os.path.join(folder, "equipoise"))
        environment = {**os.environ, "EQUIPOISE": program, "EQUIPOISE_TRACE": figures}
        command = ["npm", "run", "--silent", "trace"]
        # What a trace says of itself is no part of the report, and is all there is to go by where it fails.
        run = subprocess.run(command, cwd=WEB, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if run.returncode != 0:
            print(run.stdout, file=sys.stderr, flush=True)
            return None, f"the trace failed with exit status {run.returncode} (`npm run trace` in `web/` says why)"
        try:
            with open(figures) as file:
                return [[figure["what"], figure["ms"]] for figure in json.load(file)], None
        except (OSError, ValueError, KeyError) as error:
            return None, f"the trace left no figures that can be read ({type(error).__name__}; `npm run trace` in `web/` says why)"
