"""Runs the independent evaluator over many plans in one process.

    evaluate_many.py DIRECTORY_OF_EVALUATE < PAIRS.jsonl > VERDICTS.jsonl

In: one line per document, {"portfolio": {...}, "plans": [{"trades": [...]}, ...]}.
Out: one line per plan: its terms, the objective of doing nothing, and each violation as [code, where].
"""
import json
import sys

sys.path.insert(0, sys.argv[1])
import evaluate  # noqa: E402

for line in sys.stdin:
    document = json.loads(line)
    portfolio = evaluate.Portfolio(document["portfolio"])
    before, _ = portfolio.evaluate([])
    for plan in document["plans"]:
        terms, bad = portfolio.evaluate(plan["trades"])
        violations = [[v["code"], v["where"]] for v in bad]
        print(json.dumps({"terms": terms, "nothing": before["objective"], "violations": violations}))
