"""A program in SCIP, the open solver for mixed-integer nonlinear programs.

In: a `Program`, seconds of CPU time, the absolute gap at which it may stop. Out: (values or None, lower bound,
status). Invariant: the bound is as good as SCIP's tolerances, which are set finer than its defaults.
"""
from pyscipopt import Model, quicksum


def solve(program, seconds, gap):
    m = Model()
    m.hideOutput()
    m.setParam("limits/time", seconds)
    m.setParam("timing/clocktype", 1)  # CPU time
    m.setParam("limits/absgap", gap)
    m.setParam("limits/gap", 0.0)
    m.setParam("numerics/feastol", 1e-8)

    def end(value):
        return None if abs(value) == float("inf") else value

    x = [m.addVar(lb=end(lo), ub=end(hi), vtype="I" if whole else "C")
         for lo, hi, whole in zip(program.lower, program.upper, program.integer)]

    def value(form):
        return quicksum(c * x[j] for j, c in form.items() if c)

    for form, least, most in program.rows:
        if not any(form.values()):
            if least > 1e-9 or most < -1e-9:
                return None, float("inf"), "infeasible"
            continue
        if least == most:
            m.addCons(value(form) == least)
            continue
        if end(least) is not None:
            m.addCons(value(form) >= least)
        if end(most) is not None:
            m.addCons(value(form) <= most)

    def squares(terms):
        """A variable for each form, so that SCIP sees squares of single variables."""
        found = []
        for weight, form, constant in terms:
            if not weight:
                continue
            if not any(form.values()):
                found.append(weight * constant * constant)
                continue
            off = m.addVar(lb=None, ub=None)
            m.addCons(off == value(form) + constant)
            found.append(weight * off * off)
        return found

    for terms, form, most in program.quadratic_rows:
        m.addCons(quicksum(squares(terms)) + value(form) <= most)
    parts = []
    for square in squares(program.squares):
        if isinstance(square, float):
            parts.append(square)
            continue
        part = m.addVar(lb=0.0, ub=None)
        m.addCons(square <= part)
        parts.append(part)
    m.setObjective(quicksum(parts) + value(program.linear) + program.constant)
    m.optimize()
    status = m.getStatus()
    best = m.getBestSol() if m.getNSols() else None
    return ([m.getSolVal(best, v) for v in x] if best is not None else None), m.getDualbound(), status
