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

from optimiser.market import HAIR, Flags, Floats, Market

WIDTH = 1.2
# Where lots are large most are nearly full: there narrow bands pay.
NARROW = (1.03,) * 10 + (1.06,) * 5 + (1.12,) * 4 + (1.25,)


def knapsack(v: Floats, inside: Flags, gain: Floats, room: Floats) -> Floats:
    """sets × bands: the fractional knapsack of a set's members at a band's gains and room."""
    order = np.argsort(-gain / v, axis=1, kind="stable")
    ranked = np.take_along_axis(gain, order, axis=1)
    here = inside[:, order] & (ranked > 0)
    size = v[order]
    volume = here * size
    before = np.cumsum(volume, axis=2) - volume
    part = np.clip((room[:, None] - before) / size, 0.0, 1.0)
    value: Floats = np.einsum("cki,cki->ck", here * ranked, part)
    return value


def knapsacks(v: Floats, gain: Floats, room: Floats) -> Floats:
    """The fractional knapsack of each row of gains, with its own room."""
    order = np.argsort(-gain / v, axis=1, kind="stable")
    ranked = np.maximum(0.0, np.take_along_axis(gain, order, axis=1))
    size = v[order]
    before = np.cumsum(size, axis=1) - size
    part = np.clip((room[:, None] - before) / size, 0.0, 1.0)
    value: Floats = (ranked * part).sum(axis=1)
    return value


@dataclass(frozen=True)
class Bands:
    """Bands (lo, hi] of volume, from the cap down; every joint lot's volume is in one."""

    market: Market
    widths: tuple[float, ...] = (WIDTH,)  # of the first bands; the last one is for all others

    @cached_property
    def hi(self) -> Floats:
        top, least = self.market.cap * (1 + HAIR), float(np.sort(self.market.v)[:2].sum())
        found = [top]
        while found[-1] > least:
            found.append(found[-1] / self.widths[min(len(found), len(self.widths)) - 1])
        return np.array(found)

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
