"""Shapley values: what each authority adds to those before it, on average over all orders.

    φ_k = Σ_{S ∌ k} |S|!·(n − |S| − 1)!/n! · (w(S ∪ {k}) − w(S))

Up to 16 authorities every S is looked at. Above, orders are drawn in blocks: a random order, all
its rotations (each authority stands in each place once) and the reverse of each. The mean of a
block is an unbiased estimate, and blocks are independent; the standard error comes from them.
Castro, Gómez and Tejada (2009) study sampling orders, Mitchell and others (2022) paired ones.
"""

import math
from dataclasses import dataclass

import numpy as np

from optimiser.coalitions import Floats, Game

EXACT = 16
ACCURACY = 0.001
FEWEST_BLOCKS = 100
MOST_BLOCKS = 20_000
SEED = 20_260_101
CELLS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Shapley:
    """The value of each authority; `error` is the largest standard error, 0 where exact."""

    values: Floats
    error: float


def shapley(game: Game) -> Shapley:
    if game.size <= EXACT:
        return Shapley(exact(game), 0.0)
    return estimated(game)


def exact(game: Game) -> Floats:
    """By the sum over all S."""
    size, worth = game.size, game.worth_of_all
    sizes = np.array([place.bit_count() for place in range(1 << size)])
    weights = np.array([1 / (size * math.comb(size - 1, count)) for count in range(size)])
    found = np.empty(size)
    for k in range(size):
        pairs = worth.reshape(-1, 2, 1 << k)
        without = sizes.reshape(-1, 2, 1 << k)[:, 0, :]
        found[k] = (weights[without] * (pairs[:, 1, :] - pairs[:, 0, :])).sum()
    return found


def estimated(game: Game) -> Shapley:
    """Blocks of orders until the largest standard error is small beside the lot's worth."""
    rng = np.random.default_rng(SEED)
    goal = ACCURACY * abs(game.whole)
    count, mean, spread = 0, np.zeros(game.size), np.zeros(game.size)
    error = math.inf
    while count < FEWEST_BLOCKS or (error > goal and count < MOST_BLOCKS):
        block = _block(game, rng)
        count += 1
        change = block - mean
        mean = mean + change / count
        spread = spread + change * (block - mean)
        if count > 1:
            error = float(np.sqrt(spread.max() / (count - 1) / count))
    return Shapley(mean, error)


def _block(game: Game, rng: np.random.Generator) -> Floats:
    """The mean of what each authority adds over a random order's rotations and their reverses."""
    order = rng.permutation(game.size)
    places = (np.arange(game.size)[:, None] + np.arange(game.size)) % game.size
    orders = order[places]
    orders = np.concatenate((orders, orders[:, ::-1]))
    total = np.zeros(game.size)
    step = max(1, CELLS_AT_ONCE // (game.size * len(game.values)))
    for start in range(0, len(orders), step):
        some = orders[start : start + step]
        added = np.diff(worth_along(game, some), axis=1, prepend=0.0)
        np.add.at(total, some.ravel(), added.ravel())
    return total / len(orders)


def worth_along(game: Game, orders: np.ndarray) -> Floats:
    """w of the first 1, 2, … authorities of each order; a row for each order."""
    volume = np.cumsum(game.volumes[orders], axis=1)
    total = np.cumsum(game.fixed[orders], axis=1) + (game.coordination_cost - game.tender_cost)
    power = (volume / game.values.sum()) ** -game.elasticity
    place = np.argsort(orders, axis=1)
    steps = np.arange(game.size)
    for value, scaled, owner in zip(game.values, game.scaled, game.owner, strict=True):
        there = steps >= place[:, owner][:, None]
        total += there * (value * np.minimum(game.ceiling, 1.0 - scaled * power))
    worth = np.maximum(0.0, total)
    worth[:, -1] = game.whole
    return worth
