"""A category of thousands of requirements: lots filled one after another, and the crude bound.

Tables of pairs would not fit in memory. Requirements are put in an order in which neighbours have
most in common, and each joins the open lot if it may, or opens the next. A lot that loses money is
parted into one lot for each of its authorities, which never does: without a partner there is no
cost of coordination, and a lower price and a saved tender are no loss.
"""

from dataclasses import dataclass, field

import numpy as np

from optimiser.market import Market, Members
from optimiser.timing import Deadline

VAST = 3_000
ASK_EVERY = 1_000


@dataclass
class _Open:
    """The lot that is being filled, and what its members have in common."""

    members: list[int] = field(default_factory=list)
    authorities: set[int] = field(default_factory=set)
    earliest: int = 0
    latest: int = 0
    terms: tuple[int, ...] = ()
    most: int = 0
    volume: float = 0.0


class _Filling:
    def __init__(self, market: Market) -> None:
        self.market = market
        self.limit = market.category.max_lot_value
        self.earliest, self.latest = market.earliest.tolist(), market.latest.tolist()
        self.q, self.v, self.a = market.q.tolist(), market.v.tolist(), market.a.tolist()
        # The bits of an attribute's accepted values as one whole number for each requirement.
        tables = [
            [int.from_bytes(row.tobytes(), "little") for row in bits] for bits in market.terms
        ]
        self.terms = list(zip(*tables, strict=True)) if tables else [()] * market.n
        self.apart = [set(np.flatnonzero(row).tolist()) for row in market.apart]

    def order(self) -> list[int]:
        return sorted(
            range(self.market.n),
            key=lambda i: (
                self.terms[i],
                sorted(self.apart[self.a[i]]),
                -self.q[i],
                self.earliest[i],
                self.a[i],
                self.market.ids[i],
            ),
        )

    def begun(self, i: int) -> _Open:
        return _Open(
            [i], {self.a[i]}, self.earliest[i], self.latest[i], self.terms[i], self.q[i], self.v[i]
        )

    def take(self, lot: _Open, i: int) -> bool:
        """Take the requirement into the lot if every rule allows it."""
        earliest, latest = max(lot.earliest, self.earliest[i]), min(lot.latest, self.latest[i])
        terms = tuple(x & y for x, y in zip(lot.terms, self.terms[i], strict=True))
        most, volume = min(lot.most, self.q[i]), lot.volume + self.v[i]
        count = len(lot.authorities | {self.a[i]})
        if (
            earliest > latest
            or not all(terms)
            or count > most
            or (self.limit is not None and volume > self.limit)
            or lot.authorities & self.apart[self.a[i]]
        ):
            return False
        lot.members.append(i)
        lot.authorities.add(self.a[i])
        lot.earliest, lot.latest, lot.terms = earliest, latest, terms
        lot.most, lot.volume = most, volume
        return True


def vast_bound(market: Market) -> float:
    """No grouping is worth more than

        Σ_i max(0, v_i·min(δ, 1 − (V̄_i/v_i)^(−β)) + F·(1 − v_i/U))      over i with a partner

    V̄_i, the volume that i could share at most, is that of all whose windows meet its own, and U
    at most. A joint lot saves F·(n − 1), and its volume is at most U, so that 1 ≥ Σ v_i/U. Without
    anybody whose window meets its own, a requirement stays alone.
    """
    m = market
    ends, starts = np.argsort(m.latest, kind="stable"), np.argsort(m.earliest, kind="stable")
    ended = np.searchsorted(m.latest[ends], m.earliest, side="left")
    begun = np.searchsorted(m.earliest[starts], m.latest, side="right")
    volume_ended = np.concatenate(([0.0], np.cumsum(m.v[ends])))[ended]
    volume_begun = np.concatenate(([0.0], np.cumsum(m.v[starts])))[begun]
    met = begun - ended > 1
    most = np.maximum(m.v, np.minimum(m.cap, volume_begun - volume_ended))
    share = np.minimum(m.v, m.cap) / m.cap
    each = np.maximum(0.0, m.saving(m.v, most) + m.tender * (1.0 - share))
    return float(each[met].sum()) * (1 + 1e-9)


def filled(market: Market, until: Deadline) -> list[Members]:
    """Joint lots that are worth something; who is not reached in time stays alone."""
    filling = _Filling(market)
    lots: list[_Open] = []
    for count, i in enumerate(filling.order()):
        if count % ASK_EVERY == 0 and until.passed:
            break
        if not (lots and filling.take(lots[-1], i)):
            lots.append(filling.begun(i))
    return [part for lot in lots for part in _worthwhile(market, tuple(sorted(lot.members)))]


def _worthwhile(market: Market, lot: Members) -> list[Members]:
    """The lot, or the part of each of its authorities, whichever is worth more."""
    parts: dict[int, list[int]] = {}
    for i in lot:
        parts.setdefault(int(market.a[i]), []).append(i)
    own = [tuple(part) for part in parts.values() if len(part) > 1]
    whole = [lot] if len(lot) > 1 else []
    return max(whole, own, key=lambda lots: sum(market.net(each) for each in lots))
