#!/usr/bin/env python3
"""`make eval`: the small models that can be run here, on portfolios and phrases; writes docs/models.md.

    models.py BINARY [--phrases N] [--quick]

In: the built program, and the model and server that `scripts/set_up test` installs. Out: tables on stdout and docs/models.md: plans of a
dozen documents, the stories of `stories.py`, phrases, speed. What a model is worth is an evaluation with a table, never a gate. The
figures are of one run on one machine.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
import machine  # noqa: E402
import stories  # noqa: E402

PAGE = ROOT / "docs" / "models.md"
LOCAL = ROOT / ".tools" / "local-model"
WEIGHTS = LOCAL / "SmolLM2-135M-Instruct.Q4_1.gguf"
# Of several kinds, and small enough for the model: what it reads and writes is 8,192 tokens at most.
DOCUMENTS = ["examples/design-prompt.json", "examples/design-holdings.json"] + [
    f"cases/{case}/portfolio.json" for case in ("etf-p1", "etf-p2", "etf-p3", "etf-p4", "whole-p1", "whole-p2", "rules-p1", "rules-p2",
                                                "household-p1", "withdraw-p1")]
# A small model on a busy machine takes its time.
LIMITS = """
[providers.inside]
kind = "embedded"
[models.inside]
provider = "inside"
model = "smollm2-135m-instruct"
[limits]
total_secs_max = 600
attempt_secs_max = 600
silence_secs_max = 600
"""
# The public phrases, and those that were written last by several hands.
PHRASES = ["cases/preferences/phrases.jsonl", "crates/propose/tests/phrases/held_out_3.jsonl",
           "crates/propose/tests/phrases/held_out_4.jsonl"]
NAMES = "crates/propose/tests/phrases/context.json"

OPENING = """# Models

What models are worth here. Written by `make eval`.

Nothing below is a gate: a model's trades pass the validator or are not shown, what it chooses it chooses among plans that the optimiser
computed, and figures in its words that are not in the plan are struck. The question is how often that leaves something of use.

"""

HONEST = """
## What this says

SmolLM2-135M-Instruct is the one model that can be had everywhere without a key, and it is far too small for this work. It writes JSON because a
grammar makes it, not because it understands the question. Trades need `--allow-weak-model`. As a reader of wishes it may only add to what
the grammar did not understand, and its tokens count only with words and figures of the text; the rate of wrong tokens says what
that is worth. A fine-tuned or a larger model is served by any OpenAI-compatible server and measured by the same command:

    equipoise eval examples/design-*.json --phrases cases/preferences/phrases.jsonl --model openai-compatible:NAME@URL
    python3 bench/stories.py target/release/equipoise --model openai-compatible:NAME@URL
"""


class Server:
    """The model behind a server of OpenAI's format, as the tests start it."""

    def __enter__(self):
        script = LOCAL / "server.mjs"
        shutil.copy(ROOT / "crates" / "llm" / "tests" / "local_server" / "server.mjs", script)
        self.process = subprocess.Popen(["node", str(script), str(WEIGHTS)], cwd=LOCAL, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        port = self.process.stdout.readline().strip().removeprefix("listening ")
        self.name = f"openai-compatible:smollm2@http://127.0.0.1:{port}/v1"
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def share(value):
    if value["share"] is None:
        return "–"
    low, high = value["interval_95"]
    return f"{value['count']} of {value['of']} ({100 * low:.0f}–{100 * high:.0f} %)"


def figure(value, digits=2):
    return "–" if value is None else f"{value:.{digits}f}"


def tables(evaluation, names):
    lines = ["## Plans", "",
             f"{evaluation['documents']} documents, one attempt each, ten minutes at most. Shares with their 95 % intervals (Wilson). *Worse by*: what a plan that passed "
             "costs against the proven best, basis points of the household's value; *nothing*: what doing nothing costs.", "",
             "| model | part | valid | worse by, median, worst | nothing, median | seconds, median, worst | tokens in, out | wrong with its answers |",
             "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for model in evaluation["models"]:
        for part in ("trades", "choice"):
            score = model[part]
            if score is None:
                continue
            wrong = ", ".join(f"`{code}` {count}" for code, count in score["findings"].items()) or "–"
            if score["unanswered"]:
                wrong += f"; {score['unanswered']} without an answer"
            lines.append(
                f"| {names[model['model']]} | {part} | {share(score['valid_last'])} | {figure(score['cost_bp']['median'])}, "
                f"{figure(score['cost_bp']['worst'])} | {figure(score['nothing_bp']['median'])} | {figure(score['seconds']['median'], 1)}, "
                f"{figure(score['seconds']['worst'], 1)} | {score['prompt_tokens']}, {score['reply_tokens']} | {wrong} |")
    offline = evaluation["offline"]
    if offline:
        files = ", ".join(f"`{file}`" for file in PHRASES)
        lines += ["", "## Phrases", "",
                  f"{offline['exact']['of']} phrases, evenly of {files}. A model reads only what the grammar left without a reason.", "",
                  "| reader | exact | with a wrong token | questions without an answer |", "| --- | --- | --- | --- |",
                  f"| the grammar alone | {share(offline['exact'])} | {share(offline['wrong'])} | – |"]
        for model in evaluation["models"]:
            score = model["phrases"]
            lines.append(f"| and then {names[model['model']]} | {share(score['exact'])} | {share(score['wrong'])} | {score['unanswered']} |")
            if score["wrong_tokens"]:
                told = ", ".join(f"`{token}` {count}" for token, count in score["wrong_tokens"].items())
                lines.append(f"| wrong tokens | {told} | | |")
    return lines


def wilson(count, of):
    """The 95 % interval of a share, as `equipoise eval` computes it."""
    z2 = 1.959963984540054 ** 2
    part = count / of
    middle = (part + z2 / (2 * of)) / (1 + z2 / of)
    half = 1.959963984540054 / (1 + z2 / of) * (part * (1 - part) / of + z2 / (4 * of * of)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def share_of(count, of):
    low, high = wilson(count, of)
    return f"{count} of {of} ({100 * low:.0f}–{100 * high:.0f} %)"


def story_tables(told, names):
    """What the models chose, story by story, and how often that does what the words want."""
    lines = ["", "## Stories", "",
             "Words that must change the choice, from `crates/rebalance/tests/asked/stories` (the tests drive them by a script; in two nothing is to change). "
             "*Serves* says that the plan which the model chose does what the story expects; *blindly* is the share of the plans that do, which "
             "is what a blind choice comes to. One attempt each.", "",
             "| story | its words | " + " | ".join(names.values()) + " | the best plan | blindly |",
             "| --- | --- | " + " | ".join("---" for _ in names) + " | --- | ---: |"]
    for one in told:
        cells = []
        for model in names:
            answer = one["models"][model]
            cells.append("no answer" if answer["chosen"] is None else f"`{answer['chosen']}` {'serves' if answer['served'] else 'does not'}")
        known = next((answer for answer in one["models"].values() if answer["chosen"]), None)
        best = "–" if known is None else "serves" if known["best_serves"] else "does not"
        blindly = "–" if known is None else f"{100 * known['blindly']:.0f} %"
        lines.append(f"| {one['title']} | {one['words'].replace('|', '/')} | {' | '.join(cells)} | {best} | {blindly} |")
    lines += ["", "| who chooses | serves | no answer | seconds, median, worst |", "| --- | --- | ---: | ---: |"]
    for model, name in names.items():
        answers = [one["models"][model] for one in told]
        seconds = sorted(answer["seconds"] for answer in answers)
        served = sum(bool(answer.get("served")) for answer in answers)
        silent = sum(answer["chosen"] is None for answer in answers)
        lines.append(f"| {name} | {share_of(served, len(answers))} | {silent} | {seconds[len(seconds) // 2]:.0f}, {seconds[-1]:.0f} |")
    known = [next((answer for answer in one["models"].values() if answer["chosen"]), None) for one in told]
    known = [answer for answer in known if answer]
    if known:
        lines.append(f"| always the best plan | {share_of(sum(answer['best_serves'] for answer in known), len(known))} | – | – |")
        lines.append(f"| blindly, on average | {sum(answer['blindly'] for answer in known):.1f} of {len(known)} | – | – |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--phrases", type=int, default=120, help="phrases to read, evenly over the files")
    parser.add_argument("--quick", action="store_true", help="one document, one story and ten phrases, and no page")
    asked = parser.parse_args()
    if not WEIGHTS.exists():
        sys.exit("eval: the model is not installed; run `scripts/set_up test`")
    documents = DOCUMENTS[:1] if asked.quick else DOCUMENTS
    lines = [line for file in PHRASES for line in (ROOT / file).read_text().splitlines() if line.strip()]
    count = 10 if asked.quick else min(asked.phrases, len(lines))
    chosen = [lines[at * len(lines) // count] for at in range(count)]
    with tempfile.TemporaryDirectory() as folder, Server() as server:
        phrases = pathlib.Path(folder) / "phrases.jsonl"
        phrases.write_text("\n".join(json.dumps({"text": one["text"], "expect": one["expect"]})
                                     for one in map(json.loads, chosen)) + "\n")
        limits = pathlib.Path(folder) / "models.toml"
        limits.write_text(LIMITS)
        names = {"embedded": "embedded (SmolLM2-135M, in process)", server.name: "the same weights behind a local server"}
        command = [asked.binary, "eval", *documents, "--phrases", str(phrases), "--names", NAMES, "--attempts", "1", "--format", "json",
                   "--config", str(limits)]
        for name in names:
            command += ["--model", name]
        print("eval: " + " ".join(command), flush=True)
        environment = {"EQUIPOISE_WEIGHTS": str(WEIGHTS), "PATH": "/usr/bin:/bin", "HOME": folder}
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=environment)
        if done.returncode != 0:
            sys.exit(f"eval: {done.stderr}")
        evaluation = json.loads(done.stdout)
        print("eval: the stories", flush=True)
        only = ["not_a_cent_of_tax"] if asked.quick else None
        chosen_for = stories.evaluated(asked.binary, list(names), str(limits), only, environment)
    told = tables(evaluation, names) + story_tables(chosen_for, names)
    speed = subprocess.run(["cargo", "run", "--release", "--locked", "-q", "-p", "embedded_model", "--example", "speed", str(WEIGHTS), "1"],
                           cwd=ROOT, capture_output=True, text=True)
    if speed.returncode == 0:
        told += ["", "## Speed of the model inside the program", "", "```", speed.stdout.rstrip(), "```"]
    print("\n".join(told))
    if not asked.quick:
        facts = ["## The machine", "", "| what | value |", "| --- | --- |"]
        facts += [f"| {what} | {value} |" for what, value in machine.description()]
        PAGE.write_text(OPENING + "\n".join(told) + "\n" + HONEST + "\n" + "\n".join(facts) + "\n")
        print(f"eval: wrote {PAGE.relative_to(ROOT)}")


main()
