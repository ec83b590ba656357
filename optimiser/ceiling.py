"""Prices in closed form at which no lot is worth more than its members, and so a first bound.

A joint lot L has n ≥ 2 members of volume V ≤ U together and A ≤ min q authorities. With own_i the
number of requirements that i's authority has in the category, Σ_{i ∈ L} 1/own_i ≤ A, and so

    net(L) ≤ Σ_{i ∈ L} [saving_i(U) + F − κ/own_i] − (F − κ)

Of F − κ each member bears a share s_i:

    F ≥ κ:  s_i = v_i/U for all i                Σ_{i ∈ L} s_i = V/U ≤ 1
            or s_i = 1/(q_i·own_i) for all i     Σ_{i ∈ L} s_i ≤ A/min q ≤ 1
    F < κ:  s_i = 1/2                            Σ_{i ∈ L} s_i = n/2 ≥ 1

Either way net(L) ≤ Σ_{i ∈ L} π_i with

    π_i = max(0, saving_i(U) + F − κ/own_i − (F − κ)·s_i),    0 where i is too large for any lot

and Σ π_i is a bound on every grouping, since its lots are disjoint.
"""

import numpy as np

from optimiser.market import HAIR, Floats, Market

ROUNDING = 1e-9


def ceiling_prices(market: Market) -> Floats:
    """π, of the shares s the ones that give the lower bound."""
    m = market
    own = np.bincount(m.a, minlength=1)[m.a]
    most = np.maximum(m.v, m.cap)
    alone = m.saving(m.v, most) + m.tender - m.kappa / own
    left = m.tender - m.kappa
    shares = [np.full(m.n, 0.5)]
    if left >= 0:
        shares = [m.v / most, 1.0 / (np.maximum(1, m.q) * own)]
    fits = m.v <= m.cap * (1 + HAIR)
    found = [np.where(fits, np.maximum(0.0, alone - left * share), 0.0) for share in shares]
    return min(found, key=lambda pi: float(pi.sum()))


def wide_bound(market: Market) -> float:
    """No grouping is worth more."""
    if market.n < 2:
        return 0.0
    return float(ceiling_prices(market).sum()) * (1 + ROUNDING)
