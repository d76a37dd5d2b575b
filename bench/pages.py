"""The page: how fast it scrolls, filters and takes what is typed, in a Chromium against the built program.

In: a folder with built programs. Out: rows of what was measured, or a sentence why nothing was. Invariant: the figures are those of
`npm run trace`; nothing is judged here.
"""
import json
import os
import shutil
import subprocess
import tempfile

WEB = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "web")
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
HEADINGS = ["what", "how long"]


def missing():
    """What keeps the page from being measured; None where nothing does."""
    if shutil.which("npm") is None or not os.path.exists(os.path.join(WEB, "node_modules")):
        return "its packages are not installed (`make web`)"
    if not os.path.exists(CHROMIUM):
        return f"there is no Chromium at {CHROMIUM} (`scripts/set_up test` installs one)"
    return None


def rows(folder):
    with tempfile.TemporaryDirectory() as place:
        figures = os.path.join(place, "figures.json")
        program = os.path.abspath(os.path.join(folder, "equipoise"))
        environment = {**os.environ, "EQUIPOISE": program, "EQUIPOISE_TRACE": figures}
        subprocess.run(["npm", "run", "--silent", "trace"], cwd=WEB, env=environment, check=True, stdout=subprocess.DEVNULL)
        with open(figures) as file:
            return [[figure["what"], figure["ms"]] for figure in json.load(file)]
