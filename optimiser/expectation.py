"""What a lot is worth if each of its authorities joins or not, by chance.

With every authority joining independently with probability p, the lot that is left is S, and goes
on where two or more are left and it is still worth it: the expectation of max(0, net(S)) over all
S with |S| ≥ 2. Up to 12 authorities it is the sum over all sets; above, the mean over sets drawn
with a fixed seed, so that the same question has the same answer.
"""

from collections.abc import Sequence

import numpy as np

from optimiser.coalitions import Bools, Floats, Game, as_sets, game_of
from optimiser.problem import Problem

ALL_SETS = 12
DRAWN = 4096
SEED = 2006


def expected_benefit(problem: Problem, lot: Sequence[str], chance: float) -> float:
    """The expected net benefit of a lot whose authorities each join with this chance."""
    game = game_of(problem, lot)
    if game.size <= ALL_SETS:
        sets = as_sets(np.arange(1 << game.size), game.size)
        count = sets.sum(axis=1)
        weight = chance**count * (1.0 - chance) ** (game.size - count)
        return float(weight @ _left(game, sets))
    drawn = np.random.default_rng(SEED).random((DRAWN, game.size)) < chance
    return float(_left(game, drawn).mean())


def _left(game: Game, sets: Bools) -> Floats:
    """What is left of the lot where only these join: nothing with fewer than two."""
    worth = np.maximum(0.0, game.worth(sets))
    return np.where(sets.sum(axis=1) >= 2, worth, 0.0)
