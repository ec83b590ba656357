"""What a member is worth at most, when a lot's volume lies in a band: additive over members.

A lot's saving is not additive: each member's price depends on the volume of all. In a band of
volumes lo < V ≤ hi it is bounded by a sum over members. v·min(δ, 1 − (V/v)^(−β)) is concave in V,
so it lies below its tangent at hi, of slope

    c_i = β · (v_i / hi)^(1+β),  or 0 where the member has the deepest discount δ at hi

and hence saving(L) ≤ Σ_i saving_i(hi) − (hi − V)·C with C = Σ_i c_i ≤ C̄ = β · (v̄ / hi)^β, v̄ being
the largest member's value. Since (hi − lo − (hi − V))·(C̄ − C) ≥ 0 (McCormick 1976),

    saving(L) ≤ Σ_i [ saving_i(hi) − (hi − lo)·c_i + C̄·v_i ] − C̄·lo

which is exact at V = lo to first order, and additive. Where most members have the deepest discount
at hi there is little slope, and the plainer saving(L) ≤ Σ_i saving_i(hi) is the tighter of the two
(C̄ and all c_i taken as 0). Narrow bands make either as tight as wanted.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimiser.market import HAIR, Flags, Floats, Market

WIDTH = 1.2
LITTLE = 0.5
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
        m = self.market
        width = np.where(self.plain, 0.0, self.hi - self.lo)[:, None]
        volume = np.maximum(self.hi[:, None], m.v)
        found: Floats = m.saving(m.v, volume) - width * self.slope + m.tender
        return found

    @cached_property
    def slope(self) -> Floats:
        """bands × requirements: c_i."""
        m = self.market
        volume = np.maximum(self.hi[:, None], m.v)
        capped = 1.0 - (volume / m.v) ** -m.beta >= m.delta
        return np.where(capped, 0.0, m.beta * (m.v / volume) ** (1.0 + m.beta))

    @cached_property
    def plain(self) -> Flags:
        """The bands in which the plain bound is used: those of little slope, and the last one,
        which is the smallest pairs' own."""
        m = self.market
        usual = self.slope.sum(axis=1) / m.v.sum() * self.hi
        steepest = m.beta * (np.minimum(m.v.max(), self.hi) / self.hi) ** m.beta
        found: Flags = usual < LITTLE * steepest
        found[-1] = True
        return found

    def steepest(self, largest: float) -> Floats:
        """C̄ of each band when no member is larger than `largest`; 0 in the plain ones."""
        m = self.market
        found = m.beta * (np.minimum(largest, self.hi) / self.hi) ** m.beta
        return np.where(self.plain, 0.0, found)
