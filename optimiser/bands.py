"""What a member is worth at most, when a lot's volume lies in a band: additive over members.

A lot's saving is not additive: each member's price depends on the volume of all. In a band of
volumes lo < V ≤ hi it is bounded by a sum over members. v·min(δ, 1 − (V/v)^(−β)) is concave in V,
so it lies below its tangent at hi, of slope

    c_i = β · (v_i / hi)^(1+β),  or 0 where the member has the deepest discount δ at hi

and hence saving(L) ≤ Σ_i saving_i(hi) − (hi − V)·C with C = Σ_i c_i ≤ C̄ = β · (v̄ / hi)^β, v̄ being
the largest member's value. Since (hi − lo − (hi − V))·(C̄ − C) ≥ 0 (McCormick 1976),

    saving(L) ≤ Σ_i [ saving_i(hi) − (hi − lo)·c_i + C̄·v_i ] − C̄·lo

which is exact at V = lo to first order, and additive. Narrow bands make it as tight as wanted.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimiser.market import HAIR, Floats, Market

WIDTH = 1.2


@dataclass(frozen=True)
class Bands:
    """Bands (lo, hi] of volume, from the cap down; every joint lot's volume is in one."""

    market: Market

    @cached_property
    def hi(self) -> Floats:
        top, least = self.market.cap, float(np.sort(self.market.v)[:2].sum())
        count = max(1, int(np.ceil(np.log(max(1.0, top / least)) / np.log(WIDTH))) + 1)
        found: Floats = top * (1 + HAIR) * WIDTH ** -np.arange(count, dtype=np.float64)
        return found

    @cached_property
    def lo(self) -> Floats:
        """The next band's hi; the last band goes down to nothing."""
        return np.append(self.hi[1:], 0.0)

    @cached_property
    def base(self) -> Floats:
        """bands × requirements: saving_i(hi) − (hi − lo)·c_i + F."""
        m, hi = self.market, self.hi[:, None]
        volume = np.maximum(hi, m.v)
        capped = 1.0 - (volume / m.v) ** -m.beta >= m.delta
        slope = np.where(capped, 0.0, m.beta * (m.v / volume) ** (1.0 + m.beta))
        # The last band is the smallest pairs' own: there the plain worth at hi is the bound.
        width = np.append((self.hi - self.lo)[:-1], 0.0)[:, None]
        found: Floats = m.saving(m.v, volume) - width * slope + m.tender
        return found

    def steepest(self, largest: float) -> Floats:
        """C̄ of each band when no member is larger than `largest`; 0 in the last."""
        m = self.market
        found = m.beta * (np.minimum(largest, self.hi) / self.hi) ** m.beta
        found[-1] = 0.0
        return found
