"""The search lists every lot above a threshold, and its bounds are bounds."""

from itertools import combinations

import numpy as np
import pytest

from optimiser.market import market_of
from optimiser.search import Search
from tests.optimiser.instances import made


def hold_to_brute_force(seed: int) -> None:
    # Few authorities, so that some have several requirements in one lot.
    market = market_of(made(seed, 8, authorities=3))
    rng = np.random.default_rng(seed)
    pi, threshold = rng.uniform(0, 40_000, market.n), rng.uniform(-60_000, 10_000)
    search = Search(market)
    for first in range(market.n):
        listing = search.above(first, pi, threshold, 100_000)
        worth = {
            lot: market.net(lot) - pi[list(lot)].sum()
            for size in range(2, market.n - first + 1)
            for rest in combinations(range(first + 1, market.n), size - 1)
            if market.feasible(lot := (first, *rest))
        }
        wanted = {lot for lot, each in worth.items() if each >= threshold}
        assert {tuple(np.flatnonzero(row)) for row in listing.pool.members} == wanted
        assert search.bound(first, pi) >= max(worth.values(), default=-np.inf) - 1e-6


@pytest.mark.parametrize("seed", [*range(40), 59, 107, 189])
def test_every_lot_above_a_threshold_is_listed_and_no_other(seed: int):
    hold_to_brute_force(seed)


@pytest.mark.prove
@pytest.mark.parametrize("seed", range(1000, 3000))
def test_every_lot_of_thousands_of_problems_is_listed(seed: int):
    hold_to_brute_force(seed)
