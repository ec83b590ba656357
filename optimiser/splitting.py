"""Splitting a lot in two: which of its authorities would go together, and what it would cost.

Each part of a feasible lot is feasible, so with the game of `coalitions.py` a split into S and
P ∖ S costs net(P) − w(S) − w(P ∖ S). Up to 16 authorities every split is looked at; above, those
that cut the authorities in order of volume, and what moving one of them across then mends.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimiser.coalitions import Bools, Floats, Game, as_sets, game_of
from optimiser.problem import Problem

ALL_SPLITS = 16
ROUNDS = 50


@dataclass(frozen=True)
class Split:
    """Two parts of a lot by their authorities, the larger first, and what the split costs."""

    parts: tuple[tuple[str, ...], tuple[str, ...]]
    values: tuple[float, float]
    cost: float


@dataclass(frozen=True)
class Splits:
    """The cheapest split and the most even one; `complete`: every split was looked at."""

    cheapest: Split
    even: Split
    complete: bool


def splits(problem: Problem, lot: Sequence[str]) -> Splits | None:
    """The ways to split a lot, in parts of two authorities or more where that is possible.

    None for a lot of one authority.
    """
    game = game_of(problem, lot)
    if game.size < 2:
        return None
    complete = game.size <= ALL_SPLITS
    sets = _all(game) if complete else np.unique(np.array(list(_some(game))), axis=0)
    costs = game.whole - game.worth(sets) - game.worth(~sets)
    volumes = sets @ game.volumes
    uneven = np.abs(2 * volumes - game.volumes.sum())
    cheapest = int(np.lexsort((uneven, np.round(costs, 2)))[0])
    even = int(np.lexsort((costs, np.round(uneven, 2)))[0])
    return Splits(_told(game, sets, costs, cheapest), _told(game, sets, costs, even), complete)


def _least(game: Game) -> int:
    """How many authorities a part has at least: two, so that both parts are joint lots."""
    return 2 if game.size >= 4 else 1


def _all(game: Game) -> Bools:
    """Each split once: the last authority is never in the set."""
    sets = as_sets(np.arange(1, 1 << (game.size - 1)), game.size)
    count = sets.sum(axis=1)
    least = _least(game)
    return np.asarray(sets[(count >= least) & (count <= game.size - least)])


def _some(game: Game) -> Iterator[Bools]:
    """Cuts through the order of volume, and the best of what can be mended one by one."""
    order = np.argsort(-game.volumes, kind="stable")
    cuts = np.zeros((game.size, game.size), dtype=np.bool_)
    for place in range(game.size):
        cuts[place, order[: place + 1]] = True
    cuts = np.concatenate([cuts, cuts[:, order[::-1]]])
    for cut in cuts[_sizes_fit(game, cuts)]:
        yield cut
        yield _mended(game, cut)


def _sizes_fit(game: Game, sets: Bools) -> NDArray[np.bool_]:
    count, least = sets.sum(axis=1), _least(game)
    return np.asarray((count >= least) & (count <= game.size - least))


def _mended(game: Game, cut: Bools) -> Bools:
    """Move one authority across at a time, while that makes the split cheaper."""
    worth = _together(game, cut[None])[0]
    for _ in range(ROUNDS):
        near = cut[None] ^ np.eye(game.size, dtype=np.bool_)
        near = near[_sizes_fit(game, near)]
        found = _together(game, near)
        if not len(found) or found.max() <= worth + 1e-6:
            break
        cut, worth = near[int(np.argmax(found))], float(found.max())
    return cut


def _together(game: Game, sets: Bools) -> Floats:
    return np.asarray(game.worth(sets) + game.worth(~sets))


def _told(game: Game, sets: Bools, costs: Floats, place: int) -> Split:
    inside = sets[place]
    sides = sorted((inside, ~inside), key=lambda side: -float(game.volumes[side].sum()))
    names = [
        tuple(name for name, there in zip(game.authorities, side, strict=True) if there)
        for side in sides
    ]
    values = [float(game.volumes[side].sum()) for side in sides]
    return Split((names[0], names[1]), (values[0], values[1]), float(costs[place]))
