"""What one authority can expect of a lot whose others it knows by their number and volume only.

The game is that of `coalitions`, of the authority k and m others of one requirement each: the
first of them of volume b, the rest of volume r each. Others of one size are interchangeable, so
that a set S is known by whether k and b are in it and by how many s of the rest are; that makes
sums over all sets short:

    φ_k = Σ_{S ∌ k} |S|!·(n − |S| − 1)!/n! · (w(S ∪ {k}) − w(S)),   C(m − 1, s) sets for each s

The core is convex and does not change where others of one size change places, so that what it
gives k at least and at most is found among the divisions that give each of the rest the same:

    x_k + x_b + (m − 1)·x_r = w(P),   x(S) ≥ w(S) for each S
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import comb

import numpy as np

from optimiser.coalitions import Bools, Game
from optimiser.problem import Category

ROUNDS = 60
TOLERANCE = 1e-7


@dataclass(frozen=True)
class Expectation:
    """Its Shapley value, and the least and most that the core gives it; None: the core is empty."""

    whole: float
    """What there is to divide."""
    fair: float
    stable: tuple[float, float] | None


def expectation(
    category: Category, own: Sequence[float], first: float, rest: float, others: int
) -> Expectation:
    """What an authority with these values can expect beside one other and equal further ones."""
    game = _game(category, own, [first, *[rest] * (others - 1)])
    table = _Table(game)
    return Expectation(game.whole, table.fair(), table.stable())


def _game(category: Category, own: Sequence[float], others: Sequence[float]) -> Game:
    game = Game(
        authorities=tuple(str(number) for number in range(len(others) + 1)),
        values=np.array([*own, *others], dtype=float),
        owner=np.array([*[0] * len(own), *range(1, len(others) + 1)]),
        elasticity=category.elasticity,
        ceiling=category.max_discount,
        tender_cost=category.tender_cost,
        coordination_cost=category.coordination_cost,
        whole=0.0,
    )
    everybody = np.ones((1, game.size), dtype=bool)
    return replace(game, whole=float(game.net(everybody)[0]))


class _Table:
    """w(S) of each kind of set: whether k and b are in it, and how many of the rest."""

    def __init__(self, game: Game) -> None:
        self.whole, self.size, self.rest = game.whole, game.size, game.size - 2
        kinds = list(product((0, 1), (0, 1), range(self.rest + 1)))
        sets: Bools = np.array(
            [[k, b, *[1] * s, *[0] * (self.rest - s)] for k, b, s in kinds], dtype=bool
        )
        worth = np.where(sets.any(axis=1), game.worth(sets), 0.0)
        self.worth = {kind: float(each) for kind, each in zip(kinds, worth, strict=True)}

    def fair(self) -> float:
        """φ_k."""
        total = 0.0
        for b, s in product((0, 1), range(self.rest + 1)):
            # |S|!·(n − |S| − 1)!/n! is 1 over n·C(n − 1, |S|).
            weight = comb(self.rest, s) / (self.size * comb(self.size - 1, b + s))
            total += weight * (self.worth[1, b, s] - self.worth[0, b, s])
        return total

    def stable(self) -> tuple[float, float] | None:
        """The least and the most of x_k in the core."""
        if self.rest == 0:
            low, high = self.worth[1, 0, 0], self.whole - self.worth[0, 1, 0]
            return (low, high) if low <= high + self._hair else None
        low, high = self.worth[1, 0, 0], self.whole - self.worth[0, 1, self.rest]
        if low > high:
            return None
        best = _least(self._lack, low, high)
        if self._lack(best) > self._hair:
            return None
        return (
            low if self._lack(low) <= self._hair else _edge(self._lack, best, low, self._hair),
            high if self._lack(high) <= self._hair else _edge(self._lack, best, high, self._hair),
        )

    @property
    def _hair(self) -> float:
        return TOLERANCE * max(abs(self.whole), 1.0)

    def _lack(self, own: float) -> float:
        """How much some set lacks however the others divide the rest, if k gets `own`; convex."""
        lower, upper, fixed = [], [], [-np.inf]
        left = self.whole - own
        for (k, b, s), worth in self.worth.items():
            if (k, b, s) == (1, 1, self.rest):
                continue
            # b·x_b + s·x_r ≥ w − k·x_k with x_r = (left − x_b)/rest.
            slope = b - s / self.rest
            need = worth - k * own - s * left / self.rest
            if slope > 0:
                lower.append(need / slope)
            elif slope < 0:
                upper.append(need / slope)
            else:
                fixed.append(need)
        return max(max(lower) - min(upper), *fixed)


def _least(of: Callable[[float], float], low: float, high: float) -> float:
    """Where a convex function is least."""
    for _ in range(ROUNDS):
        third = (high - low) / 3
        if of(low + third) <= of(high - third):
            high -= third
        else:
            low += third
    return (low + high) / 2


def _edge(of: Callable[[float], float], inside: float, outside: float, limit: float) -> float:
    """Where it passes the limit on the way out."""
    for _ in range(ROUNDS):
        middle = (inside + outside) / 2
        if of(middle) <= limit:
            inside = middle
        else:
            outside = middle
    return inside
