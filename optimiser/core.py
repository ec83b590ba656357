"""A division from which nobody has reason to walk away: in the core, nearest to a given one.

    minimise t   s.t.   −t ≤ x_k − φ_k ≤ t,   Σ_k x_k = w(P),   x(S) ≥ w(S) − ε for each S

with ε = 0. The sets S are too many to write down: the model begins with the single authorities,
and each solution is asked which sets still gain by leaving it; those are added, until none does.
Where the model has no solution, fewer sets already contradict each other, and the core is empty:
then ε is the least that has one (the least core, Maschler, Peleg and Shapley 1979), found the
same way. All sums are in units of the lot's worth.
"""

from dataclasses import dataclass

import numpy as np
import pulp

from optimiser.blocking import some_that_gain
from optimiser.coalitions import Bools, Floats, Game
from optimiser.highs import solver

PRECISION = 1e-7
AT_ONCE = 60


@dataclass(frozen=True)
class Division:
    """What each authority gets; `short` is how much the unluckiest set lacks, 0 in the core."""

    shares: Floats
    short: float
    core_is_empty: bool


def tolerance_of(game: Game) -> float:
    """Sums that differ by less are the same."""
    return PRECISION * _unit(game)


def nearest_in_core(game: Game, target: Floats) -> Division:
    """The division in the core, or in the least core where there is none, nearest to `target`."""
    model = Model(game, target)
    if not model.cut(target, 0.0):
        return Division(target, 0.0, False)
    shares = model.settle(0.0)
    if shares is not None:
        return Division(shares, 0.0, False)
    least, short = model.least_short()
    short = max(0.0, short)
    # A hair more than the least, or rounding would leave the next model without a solution.
    settled = model.settle(short + tolerance_of(game) / 10)
    empty = short > tolerance_of(game)
    return Division(least if settled is None else settled, short, empty)


def _unit(game: Game) -> float:
    return max(abs(game.whole), float(np.abs(game.fixed).max()), 1e-9)


class Model:
    """The linear programme of one lot, and the sets that it knows of so far."""

    def __init__(self, game: Game, target: Floats) -> None:
        self.game = game
        self.target = target
        self.unit = _unit(game)
        self.sets: list[Bools] = list(np.eye(game.size, dtype=bool))
        self.worth: list[float] = [float(each) for each in game.worth(np.array(self.sets))]

    def cut(self, shares: Floats, short: float) -> bool:
        """Add sets that lack more than `short` under this division; False: there are none."""
        tolerance = tolerance_of(self.game)
        found = some_that_gain(self.game, shares, short, tolerance, AT_ONCE)
        if found:
            self.sets += found
            self.worth += [float(each) for each in self.game.worth(np.array(found))]
        return bool(found)

    def settle(self, short: float) -> Floats | None:
        """The nearest division in which no set lacks more than `short`; None: proven none."""
        while True:
            shares = self._nearest(short)
            if shares is None or not self.cut(shares, short):
                return shares

    def least_short(self) -> tuple[Floats, float]:
        """A division in which no set lacks more than ε, and the least ε there is."""
        while True:
            shares, short = self._least()
            if not self.cut(shares, short):
                return shares, short

    def _nearest(self, short: float) -> Floats | None:
        model, x = self._start()
        apart = model.add_variable("t", lowBound=0)
        model.setObjective(apart)
        for share, wanted in zip(x, self.target / self.unit, strict=True):
            model.addConstraint(share - apart <= wanted)
            model.addConstraint(share + apart >= wanted)
        for members, worth in zip(self.sets, self.worth, strict=True):
            model.addConstraint(self._sum(x, members) >= (worth - short) / self.unit)
        return self._solve(model, x)

    def _least(self) -> tuple[Floats, float]:
        model, x = self._start()
        short = model.add_variable("e")
        model.setObjective(short)
        for members, worth in zip(self.sets, self.worth, strict=True):
            model.addConstraint(self._sum(x, members) + short >= worth / self.unit)
        shares = self._solve(model, x)
        if shares is None:
            raise ArithmeticError("the least core has no solution, which cannot be")
        return shares, float(short.value()) * self.unit

    def _start(self) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
        model = pulp.LpProblem("division", pulp.LpMinimize)
        x = [model.add_variable(f"x{k}") for k in range(self.game.size)]
        model.addConstraint(pulp.lpSum(x) == self.game.whole / self.unit)
        return model, x

    def _sum(self, x: list[pulp.LpVariable], members: Bools) -> pulp.LpAffineExpression:
        return pulp.LpAffineExpression([(x[k], 1) for k in np.flatnonzero(members)])

    def _solve(self, model: pulp.LpProblem, x: list[pulp.LpVariable]) -> Floats | None:
        tight = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
        model.solve(solver(**tight))
        if model.sol_status != pulp.LpSolutionOptimal:
            return None
        shares = np.array([float(share.value()) for share in x]) * self.unit
        # What rounding left over goes to all alike, so that the sum is exact.
        return np.asarray(shares + (self.game.whole - shares.sum()) / self.game.size)
