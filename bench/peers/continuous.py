"""The continuous relaxation of a program in HiGHS and in Clarabel.

In: a `Program`. Out: (values or None, objective, status). Invariant: integers may be fractions, all else
stays; who starts this process limits its time. HiGHS knows no quadratic rows, so it is given the program without them, a relaxation too.
"""
import math

import clarabel
import highspy
import numpy as np
from scipy import sparse


def _with_squares(program):
    """(columns, rows, weights, offset): a column and a row `off = form + constant` for each square."""
    rows = [(form, least, most) for form, least, most in program.rows if any(form.values())]
    weights, offset, n = {}, program.constant, len(program.lower)
    for weight, form, constant in program.squares:
        if not any(form.values()):
            offset += weight * constant * constant
        elif weight:
            rows.append(({**form, n: -1.0}, -constant, -constant))
            weights[n] = weight
            n += 1
    return n, rows, weights, offset


def _matrix(rows, n):
    entries = [(i, j, c) for i, (form, _, _) in enumerate(rows) for j, c in form.items() if c]
    i, j, c = zip(*entries) if entries else ((), (), ())
    return sparse.csc_matrix((c, (i, j)), shape=(len(rows), n))


def _bounds(program, n):
    lower = np.full(n, -math.inf)
    upper = np.full(n, math.inf)
    lower[:len(program.lower)], upper[:len(program.upper)] = program.lower, program.upper
    return lower, upper


def highs(program):
    n, rows, weights, offset = _with_squares(program)
    lower, upper = _bounds(program, n)
    matrix = _matrix(rows, n)
    model = highspy.HighsModel()
    lp = model.lp_
    lp.num_col_, lp.num_row_, lp.offset_ = n, len(rows), offset
    cost = np.zeros(n)
    for j, c in program.linear.items():
        cost[j] = c
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, lower, upper
    lp.row_lower_ = np.array([least for _, least, _ in rows])
    lp.row_upper_ = np.array([most for _, _, most in rows])
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = matrix.indptr, matrix.indices, matrix.data
    hessian = sparse.csc_matrix(([2 * w for w in weights.values()], (list(weights), list(weights))), shape=(n, n))
    model.hessian_.dim_ = n
    model.hessian_.format_ = highspy.HessianFormat.kTriangular
    model.hessian_.start_, model.hessian_.index_, model.hessian_.value_ = hessian.indptr, hessian.indices, hessian.data
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.passModel(model)
    solver.run()
    status = solver.modelStatusToString(solver.getModelStatus()).lower()
    if status != "optimal":
        return None, None, status
    return list(solver.getSolution().col_value)[:len(program.lower)], solver.getInfo().objective_function_value, status


def with_clarabel(program):
    n, rows, weights, offset = _with_squares(program)
    lower, upper = _bounds(program, n)
    equal, least_zero = [], []  # a·x = b; a·x <= b
    for form, least, most in rows:
        if least == most:
            equal.append((form, most, most))
            continue
        if most < math.inf:
            least_zero.append((form, 0, most))
        if least > -math.inf:
            least_zero.append(({j: -c for j, c in form.items()}, 0, -least))
    for j in range(n):
        if upper[j] < math.inf:
            least_zero.append(({j: 1.0}, 0, upper[j]))
        if lower[j] > -math.inf:
            least_zero.append(({j: -1.0}, 0, -lower[j]))
    cones, cone_rows = [], []
    for squares, form, most in program.quadratic_rows:
        # sum of squares <= r  as  |(2·squares, r − 1)| <= r + 1, r = most − form·x
        block = [(dict(form), 0, most + 1), (dict(form), 0, most - 1)]
        for weight, inside, constant in squares:
            w = 2 * math.sqrt(weight)
            block.append(({j: -w * c for j, c in inside.items()}, 0, w * constant))
        cone_rows += block
        cones.append(clarabel.SecondOrderConeT(len(block)))
    everything = equal + least_zero + cone_rows
    quadratic = sparse.csc_matrix(([2 * w for w in weights.values()], (list(weights), list(weights))), shape=(n, n))
    cost = np.zeros(n)
    for j, c in program.linear.items():
        cost[j] = c
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    settings.max_threads = 1
    solver = clarabel.DefaultSolver(quadratic, cost, _matrix(everything, n),
                                    np.array([b for _, _, b in everything]),
                                    [clarabel.ZeroConeT(len(equal)), clarabel.NonnegativeConeT(len(least_zero)), *cones],
                                    settings)
    solution = solver.solve()
    status = str(solution.status).lower()
    if status not in ("solved", "almostsolved"):
        return None, None, status
    return list(solution.x)[:len(program.lower)], solution.obj_val + offset, status
