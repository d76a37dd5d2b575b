#!/usr/bin/env python3
"""The stories of crates/rebalance/tests/asked/stories with a real model: does it choose a plan that does what the words want?

    stories.py BINARY --model NAME [--model NAME...] [--config FILE] [--only STORY...]

In: the built program, and models. Out: JSON: for each story and model which plan was chosen and whether it does what the story
expects, beside what always choosing the proven best plan and choosing blindly come to. A model is free to choose otherwise: nothing
here is a gate. What a story expects of its own script (attempts, suggestions, what is struck) is not asked of a model.
"""
import argparse
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "crates" / "rebalance" / "tests" / "asked" / "stories"
# What a story calls a figure, and its name and factor in a plan document.
FIGURES = {"esg": ("esg", 1), "farthest": ("farthest_by", 100), "tax": ("tax_usd", 1), "orders": ("orders", 1),
           "losses": ("losses_harvested_usd", 1), "costs": ("cost_usd", 1), "traded": ("turnover_usd", 1), "drift": ("drift", 1)}
FOREMOST = {"the highest ESG score at any price": "greenest"}
SECONDS_MAX = 900


class Story:
    """Words, a household, and what has to be true of the plan that is chosen for them."""

    def __init__(self, path):
        text = path.read_text()
        self.name = path.stem
        self.title = text.splitlines()[0].removeprefix("# ")
        self.words = " ".join(line[2:] for line in text.splitlines() if line.startswith("> "))
        household = next(line for line in text.splitlines() if line.startswith("Household: "))
        self.document = json.loads((ROOT / household.removeprefix("Household: ")).read_text())
        self.document["instructions"] = self.words
        expected = text.split("## Expected")[1].split("\n## ")[0]
        lines = [line[2:].split(": ", 1) for line in expected.splitlines() if line.startswith("- ")]
        self.expected = [(what, value) for what, value in lines if what in FIGURES or what in ("is the best plan", "not foremost in")]

    def is_served_by(self, candidate, best):
        """Whether a candidate does all that the story expects, beside the best plan."""
        return all(holds(what, value, candidate, best) for what, value in self.expected)


def holds(what, value, candidate, best):
    if what == "is the best plan":
        return (candidate["id"] == best["id"]) == (value == "yes")
    if what == "not foremost in":
        return candidate["id"] != FOREMOST[value]
    name, factor = FIGURES[what]
    now, before = candidate["figures"][name], best["figures"][name]
    if value.startswith("at "):
        amount = float(re.sub(r"[^0-9.]", "", value).strip(".")) * (-1 if "−" in value else 1)
        return now * factor <= amount + 1e-9 if value.startswith("at most") else now * factor >= amount - 1e-9
    return now > before if value.split()[0] in ("higher", "more") else now < before


def told(binary, story, model, config, environment):
    """What a model chose for a story, and how long that took."""
    with tempfile.TemporaryDirectory() as folder:
        document = pathlib.Path(folder) / "household.json"
        document.write_text(json.dumps(story.document))
        command = [str(pathlib.Path(binary).resolve()), "plan", str(document), "--planner", "hybrid", "--model", model, "--attempts", "1", "--format", "json"]
        command += ["--config", config] if config else []
        began = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS_MAX, env=environment)
        seconds = time.monotonic() - began
    if done.returncode != 0:
        sys.exit(f"stories: {story.name}: {done.stderr}")
    asked = json.loads(done.stdout)["model"]
    choice = asked.get("choice")
    if not choice:
        return {"chosen": None, "why_not": asked.get("failure"), "seconds": seconds}
    best = choice["candidates"][0]
    chosen = next(candidate for candidate in choice["candidates"] if candidate["id"] == choice["id"])
    served = [story.is_served_by(candidate, best) for candidate in choice["candidates"]]
    return {"chosen": choice["id"], "served": story.is_served_by(chosen, best), "best_serves": served[0],
            "blindly": sum(served) / len(served), "plans": len(served), "seconds": seconds}


def evaluated(binary, models, config=None, only=None, environment=None):
    """All stories with all models, as JSON."""
    stories = [Story(path) for path in sorted(FOLDER.glob("*.md"))]
    stories = [story for story in stories if not only or story.name in only]
    return [{"story": story.name, "title": story.title, "words": story.words,
             "models": {model: told(binary, story, model, config, environment) for model in models}} for story in stories]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--model", action="append", required=True)
    parser.add_argument("--config")
    parser.add_argument("--only", nargs="*")
    asked = parser.parse_args()
    print(json.dumps(evaluated(asked.binary, asked.model, asked.config, asked.only), indent=1))


if __name__ == "__main__":
    main()
