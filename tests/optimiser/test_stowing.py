"""The programme over authorities and volume against every set of requirements."""

from itertools import combinations

import numpy as np
import pytest

from optimiser.market import market_of
from optimiser.stowing import Stowing
from tests.optimiser.instances import made


@pytest.mark.parametrize("seed", range(60))
def test_a_stowing_bounds_every_set_and_finds_one_that_fits(seed: int):
    # Few authorities, so that some have several requirements in one set.
    market = market_of(made(seed, 8, authorities=3 + seed % 3))
    rng = np.random.default_rng(seed)
    gain = rng.uniform(-20_000, 40_000, (2, market.n))
    hi = np.array([market.cap, 0.4 * market.cap])
    inside, most = rng.random(market.n) < 0.8, rng.choice([None, 1, 2, 3])
    down, up = Stowing.down(market, 64, market.cap), Stowing.up(market, 256, market.cap)

    def worth(chosen: tuple[int, ...], band: int) -> float:
        count = len(set(market.a[list(chosen)].tolist()))
        return float(gain[band, list(chosen)].sum() - market.kappa * count)

    bounds = down.bounds(inside, gain, hi, most)
    for band in range(2):
        sets = [
            chosen
            for size in range(1, market.n + 1)
            for chosen in combinations(np.flatnonzero(inside).tolist(), size)
            if market.v[list(chosen)].sum() <= hi[band]
            and (most is None or len(set(market.a[list(chosen)].tolist())) <= most)
        ]
        best = max((worth(chosen, band) for chosen in sets), default=-np.inf)
        assert bounds[band] >= best - 1e-6
        found = tuple(up.best(inside, gain[band], float(hi[band]), most).tolist())
        assert not found or found in sets
        # Few enough steps of volume are lost to rounding for the set to be a good one.
        assert not found or worth(found, band) > 0
