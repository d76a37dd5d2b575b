#!/usr/bin/env python3
"""One peer on one document: `one.py PEER SECONDS` with {"document", "span", "gap"} on stdin.

In: `span`, the scale of the relative gap, and `gap`, at which SCIP may stop. Out: one JSON object with its trades, CPU
seconds from the document to the trades (imports don't count), its bound and status. Invariant: a process of its own,
so that what one peer does to memory, threads or time touches no other.
"""
import json
import os
import sys
import time

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ[name] = "1"
sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "..", "tools")]


def main():
    peer, seconds = sys.argv[1], float(sys.argv[2])
    given = json.load(sys.stdin)
    import plans
    from evaluate import Portfolio
    from program import Built
    if peer == "taxrebalance":
        import open_rebalancer
    elif peer == "SCIP":
        import scip
    else:
        import continuous
    start = time.process_time()
    portfolio, bound = Portfolio(given["document"]), None
    if peer == "taxrebalance":
        trades, status = open_rebalancer.rebalance(portfolio)
    else:
        scale = 100 / given["span"]
        built = Built(portfolio, scale)
        if peer == "SCIP":
            values, bound, status = scip.solve(built.program, seconds, 100 * given["gap"])
        else:
            solve = continuous.highs if peer == "HiGHS" else continuous.with_clarabel
            values, bound, status = solve(built.program)
        bound = None if bound is None else bound / scale
        trades = None if values is None else plans.rounded(built, values)
        if peer == "SCIP" and trades is not None:
            trades = plans.repaired(portfolio, trades)
    spent = time.process_time() - start
    print(json.dumps(dict(trades=trades, bound=bound, status=status, seconds=spent)))


if __name__ == "__main__":
    main()
