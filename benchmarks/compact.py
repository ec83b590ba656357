"""The lot-grouping problem as one compact integer programme: what a user would write first.

A lot is named by its first member r. For each requirement i, representative r and volume tier t:

    x_ir   i is in r's lot                    w_rt   r's lot has at least the volume lo_t
    y_irt  i is in r's lot at tier t          p_ar   authority a is in r's lot
    u_rkb  r's lot takes value b of attribute k

    maximise  Σ saving_i(lo_t)·y_irt + F·(Σ x_ir − Σ x_rr) − κ·(Σ p_ar − Σ x_rr)

Savings are those at the tier's lower end, so its value is reached; the true value is computed
from its lots. The same model goes to CBC and HiGHS through PuLP, and to CP-SAT where it is
installed.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pulp

from optimiser.market import Market, Members

TIERS = 6


def tiers(market: Market) -> list[float]:
    """Lower ends of volume, from the largest lot down."""
    return [market.cap * 0.9 * 0.7**t for t in range(TIERS)]


class Compact:
    """The rows of the model, for any solver: (coefficients, bound) meaning Σ ≤ bound."""

    def __init__(self, market: Market) -> None:
        self.market = m = market
        self.names: dict[tuple[Any, ...], int] = {}
        self.gain: dict[int, float] = {}
        self.reps = range(m.n)
        for r in self.reps:
            for i in self._members(r):
                self._variable(("x", i, r), m.tender if i != r else m.kappa)
                self._variable(("p", int(m.a[i]), r), -m.kappa)
                for t, low in enumerate(tiers(m)):
                    self._variable(("w", r, t), 0.0)
                    saving = float(m.saving(m.v[i], max(low, float(m.v[i]))))
                    self._variable(("y", i, r, t), max(0.0, saving))

    def _members(self, r: int) -> list[int]:
        return [r, *(np.nonzero(self.market.compatible[r, r + 1 :])[0] + r + 1).tolist()]

    def _variable(self, name: tuple[Any, ...], gain: float) -> int:
        place = self.names.setdefault(name, len(self.names))
        self.gain[place] = gain
        return place

    def rows(self) -> Iterator[tuple[dict[int, float], float]]:
        m, at = self.market, self.names
        for i in range(m.n):
            yield {at["x", i, r]: 1.0 for r in self.reps if ("x", i, r) in at}, 1.0
        for r in self.reps:
            members = self._members(r)
            volume = {at["x", i, r]: float(m.v[i]) for i in members}
            yield {**volume, at["x", r, r]: float(m.v[r] - max(m.cap, m.v[r]))}, 0.0
            for t, low in enumerate(tiers(m)):
                yield {**{k: -v for k, v in volume.items()}, at["w", r, t]: low}, 0.0
            yield {at["w", r, t]: 1.0 for t in range(TIERS)}, 1.0
            yield from self._limits(r, members)
            for place, i in enumerate(members):
                x = at["x", i, r]
                if i != r:
                    yield {x: 1.0, at["x", r, r]: -1.0}, 0.0
                yield {x: 1.0, at["p", int(m.a[i]), r]: -1.0}, 0.0
                yield {**{at["y", i, r, t]: 1.0 for t in range(TIERS)}, x: -1.0}, 0.0
                for t in range(TIERS):
                    yield {at["y", i, r, t]: 1.0, at["w", r, t]: -1.0}, 0.0
                for j in members[place + 1 :]:
                    if i != r and not m.compatible[i, j]:
                        yield {x: 1.0, at["x", j, r]: 1.0, at["x", r, r]: -1.0}, 0.0

    def _limits(self, r: int, members: list[int]) -> Iterator[tuple[dict[int, float], float]]:
        m, at = self.market, self.names
        crowd = {at["p", a, r]: 1.0 for a in sorted({int(m.a[i]) for i in members})}
        for i in members:
            slack = float(max(0, len(crowd) - int(m.q[i])))
            if slack:
                yield {**crowd, at["x", i, r]: slack}, float(m.q[i]) + slack
        for k, bits in enumerate(m.terms):
            values = [b for b in range(64) if int(bits[r, 0]) >> b & 1 and b < 8]
            names = {b: self._variable(("u", r, k, b), 0.0) for b in values}
            yield dict.fromkeys(names.values(), 1.0), 1.0
            for i in members:
                fit = {names[b]: -1.0 for b in values if int(bits[i, 0]) >> b & 1}
                yield {**fit, at["x", i, r]: 1.0}, 0.0

    def lots(self, taken: set[int]) -> list[Members]:
        found: dict[int, list[int]] = {}
        for name, place in self.names.items():
            if name[0] == "x" and place in taken:
                found.setdefault(name[2], []).append(name[1])
        return [tuple(sorted(lot)) for lot in found.values() if len(lot) > 1]


def with_pulp(market: Market, seconds: float, solver: str) -> tuple[list[Members], float | None]:
    model = Compact(market)
    rows = list(model.rows())
    problem = pulp.LpProblem("compact", pulp.LpMinimize)
    x = [problem.add_variable(f"x{k:07d}", cat=pulp.LpBinary) for k in range(len(model.names))]
    problem += pulp.LpAffineExpression([(x[k], -gain) for k, gain in model.gain.items()])
    for row, most in rows:
        problem += pulp.LpAffineExpression([(x[k], c) for k, c in row.items()]) <= most
    if solver == "cbc":
        problem.solve(pulp.PULP_CBC_CMD(msg=False, threads=1, timeLimit=seconds))
    else:
        problem.solve(pulp.HiGHS(msg=False, threads=1, timeLimit=seconds, gapRel=0.0))
    return model.lots({k for k, each in enumerate(x) if (each.value() or 0) > 0.5}), None


def with_cp_sat(market: Market, seconds: float) -> tuple[list[Members], float | None]:
    from ortools.sat.python import cp_model

    model = Compact(market)
    rows = list(model.rows())
    cp = cp_model.CpModel()
    x = [cp.new_bool_var(str(k)) for k in range(len(model.names))]
    for row, most in rows:
        cp.add(sum(round(c) * x[k] for k, c in row.items()) <= round(most))
    cp.maximize(sum(round(gain) * x[k] for k, gain in model.gain.items()))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    status = solver.solve(cp)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return [], None
    return model.lots({k for k, each in enumerate(x) if solver.value(each)}), None
