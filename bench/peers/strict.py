"""The judge without its tolerances.

In: what tools/evaluate.py takes. Out: what it gives, with money compared to a ten-millionth of a dollar and weights to
1e-12. Invariant: tools/evaluate.py itself is unchanged. A bound holds for plans that keep every rule exactly, so a
plan that is used against a bound has to do so.
"""
import contextlib

import evaluate


@contextlib.contextmanager
def strictly():
    """Within it the judge allows nothing but rounding of floats."""
    before = evaluate.CENT, evaluate.REL
    evaluate.CENT, evaluate.REL = 1e-7, 1e-12
    try:
        yield
    finally:
        evaluate.CENT, evaluate.REL = before
