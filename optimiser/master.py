"""The set packing itself, in HiGHS through PuLP: the one file in which a solver is named.

Over a pool of lots, with x_L = 1 if the lot is taken, and further rows k (`Row`):

    minimise −Σ net(L)·x_L
    s.t.  Σ_{L ∋ i} x_L ≤ 1            each requirement i     (price π_i ≥ 0)
          Σ a_kL·x_L ≤ b_k             each row k             (price σ_k ≥ 0)
          x_L ≥ 0, or binary

Always minimised, because the signs of duals differ between solvers otherwise. The model is built
once in PuLP; columns and rows found later are added to the live HiGHS model.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import numpy as np
import pulp

from optimiser.highs import solver
from optimiser.market import Floats, Ints
from optimiser.pool import Pool, beside

SOLVER = f"HiGHS {version('highspy')} through PuLP {version('pulp')}"
# The solver works to about 1e-9 of the figures it is given; ten times that is conceded.
CONCESSION = 1e-8
PENALTY = 10.0
"""Times the worth of the best lot: what it costs to count a lot that is not there."""


@dataclass(frozen=True)
class Cut:
    """Of lots that hold two or more of three requirements, at most one is taken."""

    triple: tuple[int, int, int]
    most: float = 1.0

    def over(self, pool: Pool) -> Floats:
        x, y, z = (pool.members[:, i] for i in self.triple)
        found: Floats = ((x & y) | (z & (x | y))).astype(np.float64)
        return found


@dataclass(frozen=True)
class Count:
    """sign · (number of lots taken of a volume of `least` or more) ≤ most."""

    least: float
    sign: float
    most: float

    def over(self, pool: Pool) -> Floats:
        found: Floats = np.where(pool.volume >= self.least, self.sign, 0.0)
        return found


Row = Cut | Count


@dataclass(frozen=True)
class Relaxed:
    """The linear relaxation's answer: prices of requirements and rows, and the lots taken."""

    value: float
    pi: Floats
    sigma: Floats
    x: Floats


class Live:
    """A linear programme of rows Σ ≤ b, built in PuLP and then grown in HiGHS."""

    def __init__(self, most: Floats) -> None:
        model = pulp.LpProblem("live", pulp.LpMinimize)
        none = model.add_variable("none", lowBound=0, upBound=0)
        model += none
        for limit in most.tolist():
            model += none <= limit
        model.solve(solver(gapRel=0.0))
        self.highs: Any = model.solverModel

    def add_rows(self, most: Floats) -> None:
        count, none = len(most), np.zeros(0, dtype=np.int32)
        least = np.full(count, -np.inf)
        self.highs.addRows(count, least, most, 0, np.zeros(count, np.int32), none, np.zeros(0))

    def add_columns(self, cost: Floats, column: Ints, row: Ints, entry: Floats) -> None:
        """Columns x ≥ 0, their entries in the order of columns."""
        count = len(cost)
        starts = np.searchsorted(column, np.arange(count)).astype(np.int32)
        self.highs.addCols(
            count, cost, np.zeros(count), np.full(count, np.inf),
            len(row), starts, row.astype(np.int32), entry,
        )  # fmt: skip

    def set_costs(self, first: int, cost: Floats) -> None:
        """The costs of columns from the first one on."""
        places = np.arange(first, first + len(cost), dtype=np.int32)
        self.highs.changeColsCost(len(cost), places, cost)

    def close(self, which: Ints) -> None:
        """Hold these columns at 0."""
        none = np.zeros(len(which))
        self.highs.changeColsBounds(len(which), which.astype(np.int32), none, none)

    def add_pairs(self, less: Ints, more: Ints) -> None:
        """Rows x_less − x_more ≤ 0."""
        count = len(less)
        places = np.column_stack([less, more]).ravel().astype(np.int32)
        self.highs.addRows(
            count, np.full(count, -np.inf), np.zeros(count), 2 * count,
            np.arange(0, 2 * count, 2, dtype=np.int32), places, np.tile([1.0, -1.0], count),
        )  # fmt: skip

    @property
    def x(self) -> Floats:
        """The columns at the optimum, the first one being the empty one."""
        return np.array(self.highs.getSolution().col_value)

    def solve(self, seconds: float) -> Floats | None:
        """The prices ≥ 0 of the rows at the optimum; None where time did not suffice."""
        self.highs.setOptionValue("time_limit", float(self.highs.getRunTime() + max(0.05, seconds)))
        self.highs.run()
        if self.highs.modelStatusToString(self.highs.getModelStatus()) != "Optimal":
            return None
        prices: Floats = np.maximum(0.0, -np.array(self.highs.getSolution().row_dual))
        return prices


class Master:
    """The linear relaxation over a growing pool."""

    def __init__(self, n: int, pool: Pool, rows: Sequence[Row] = ()) -> None:
        self.n = n
        self.pool = pool
        self.scale = max(1.0, float(np.abs(pool.net).max(initial=1.0)))
        self.rows: list[Row] = []
        self.lacking: list[int] = []
        model, _ = _model(n, pool, (), self.scale, {"lowBound": 0})
        model.solve(solver(gapRel=0.0))
        self.live: Any = model.solverModel
        self.add_rows(rows)

    def add(self, more: Pool) -> None:
        """Add lots that are not in it yet."""
        inside = [more.members, *(row.over(more)[:, None] for row in self.rows)]
        entries = np.concatenate(inside, axis=1, dtype=np.float64)
        lot, place = np.nonzero(entries)
        starts = np.searchsorted(lot, np.arange(len(more)))
        count = len(more)
        self.live.addCols(
            count, -more.net / self.scale, np.zeros(count), np.full(count, np.inf),
            len(place), starts.astype(np.int32), place.astype(np.int32), entries[lot, place],
        )  # fmt: skip
        self.pool = beside([self.pool, more])

    def add_rows(self, rows: Sequence[Row]) -> None:
        for row in rows:
            entries = row.over(self.pool)
            places = np.nonzero(entries)[0]
            self.live.addRow(
                -np.inf, row.most, len(places), places.astype(np.int32), entries[places]
            )
            self.rows.append(row)
            if row.most < 0:
                self._let_lack(len(self.rows) - 1)

    def _let_lack(self, number: int) -> None:
        """A row that asks for lots can lack some, at a price: few lots may not obey it, and at
        prices that are no dearer every bound is as good."""
        self.lacking.append(self.live.getNumCol())
        place = np.array([self.n + number], dtype=np.int32)
        self.live.addCol(PENALTY, 0.0, np.inf, 1, place, np.full(1, -1.0))

    def solve(self, seconds: float) -> Relaxed | None:
        """The relaxation's optimum; None where there is none, or time did not suffice."""
        until = self.live.getRunTime() + max(0.05, seconds)
        self.live.setOptionValue("time_limit", float(until))
        self.live.run()
        if self._status == "Unknown" and self.live.getRunTime() < until:
            # The last basis led it astray: once more from the beginning.
            self.live.clearSolver()
            self.live.run()
        if self._status != "Optimal":
            return None
        solution = self.live.getSolution()
        dual = np.maximum(0.0, -np.array(solution.row_dual)) * self.scale
        value = -self.live.getInfo().objective_function_value * self.scale
        taken = np.delete(np.array(solution.col_value), self.lacking)
        return Relaxed(value, dual[: self.n], dual[self.n :], taken)

    @property
    def _status(self) -> str:
        return str(self.live.modelStatusToString(self.live.getModelStatus()))


@dataclass(frozen=True)
class Packed:
    """The lots taken, and a proven bound over the whole pool (inf: none was found)."""

    taken: Ints
    bound: float


def pack(n: int, pool: Pool, rows: Sequence[Row], seconds: float) -> Packed:
    """The best lots of the pool without a requirement in two."""
    if not len(pool):
        return Packed(np.zeros(0, dtype=np.int64), 0.0)
    scale = max(1.0, float(np.abs(pool.net).max()))
    model, take = _model(n, pool, rows, scale, {"cat": pulp.LpBinary})
    model.solve(solver(max(0.05, seconds), gapRel=0.0))
    live = model.solverModel
    if live.modelStatusToString(live.getModelStatus()) == "Infeasible":
        return Packed(np.zeros(0, dtype=np.int64), -np.inf)
    chosen = [place for place, x in enumerate(take) if (x.value() or 0.0) > 0.5]
    dual = -float(live.getInfo().mip_dual_bound) * scale
    bound = dual + CONCESSION * abs(dual) if abs(dual) < 1e29 * scale else np.inf
    return Packed(np.array(chosen, dtype=np.int64), bound)


def _model(
    n: int, pool: Pool, rows: Sequence[Row], scale: float, kind: dict[str, Any]
) -> tuple[Any, list[Any]]:
    """The packing in PuLP, money in units of `scale`."""
    model = pulp.LpProblem("lots", pulp.LpMinimize)
    take = [model.add_variable(f"x{place:07d}", **kind) for place in range(len(pool))]
    model += pulp.LpAffineExpression(zip(take, (-pool.net / scale).tolist(), strict=True))
    for i in range(n):
        lots = np.nonzero(pool.members[:, i])[0].tolist()
        model += pulp.LpAffineExpression([(take[lot], 1) for lot in lots]) <= 1
    for row in rows:
        entries = row.over(pool)
        lots = np.nonzero(entries)[0].tolist()
        model += pulp.LpAffineExpression([(take[j], float(entries[j])) for j in lots]) <= row.most
    return model, take
