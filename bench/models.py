#!/usr/bin/env python3
"""`make eval`: the small models that can be run here, on portfolios and phrases; writes docs/models.md.

    models.py BINARY [--phrases N] [--quick]

In: the built program, and the model and server that `scripts/set_up test` installs. Out: a table on stdout and docs/models.md. What a
model is worth is an evaluation with a table, never a gate. The figures are of one run on one machine.
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

PAGE = ROOT / "docs" / "models.md"
LOCAL = ROOT / ".tools" / "local-model"
WEIGHTS = LOCAL / "SmolLM2-135M-Instruct.Q4_1.gguf"
DOCUMENTS = ["examples/design-prompt.json", "cases/etf-p1/portfolio.json"]
# A small model on two processors may write for minutes what is of no use.
LIMITS = """
[providers.inside]
kind = "embedded"
[models.inside]
provider = "inside"
model = "smollm2-135m-instruct"
[limits]
total_secs_max = 120
"""
PHRASES = "cases/preferences/phrases.jsonl"
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
             f"{evaluation['documents']} documents, one attempt each, two minutes at most. Shares with their 95 % intervals (Wilson). *Worse by*: what a plan that passed "
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
        lines += ["", "## Phrases", "",
                  f"{offline['exact']['of']} phrases of `{PHRASES}`. A model reads only what the grammar left without a reason.", "",
                  "| reader | exact | with a wrong token | questions without an answer |", "| --- | --- | --- | --- |",
                  f"| the grammar alone | {share(offline['exact'])} | {share(offline['wrong'])} | – |"]
        for model in evaluation["models"]:
            score = model["phrases"]
            lines.append(f"| and then {names[model['model']]} | {share(score['exact'])} | {share(score['wrong'])} | {score['unanswered']} |")
            if score["wrong_tokens"]:
                told = ", ".join(f"`{token}` {count}" for token, count in score["wrong_tokens"].items())
                lines.append(f"| wrong tokens | {told} | | |")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary")
    parser.add_argument("--phrases", type=int, default=40, help="phrases to read, evenly over the file")
    parser.add_argument("--quick", action="store_true", help="one document and ten phrases, and no page")
    asked = parser.parse_args()
    if not WEIGHTS.exists():
        sys.exit("eval: the model is not installed; run `scripts/set_up test`")
    documents = DOCUMENTS[:1] if asked.quick else DOCUMENTS
    lines = [line for line in (ROOT / PHRASES).read_text().splitlines() if line.strip()]
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
    told = tables(evaluation, names)
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
