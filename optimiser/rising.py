"""The rise in a category's net benefit when one limit is relaxed; see `insistence.py`."""

from dataclasses import dataclass

import numpy as np

from optimiser.answers import is_proven
from optimiser.ceiling import wide_bound
from optimiser.known import Base, solved
from optimiser.limits import Relaxation
from optimiser.market import Flags, Floats, Ints, Market, Members, market_of
from optimiser.nearness import NO_WORTH, Near, near_with
from optimiser.packing import best_packing
from optimiser.pool import Pool, authorities, empty, joined
from optimiser.search import reduced
from optimiser.state import State
from optimiser.timing import Deadline
from optimiser.vast import VAST

MOST_PACKED = 20_000


@dataclass(frozen=True)
class Bracket:
    """The rise that is reached, the rise that is proven not to be exceeded, and the lot in which
    the requirement then is, where there is a rise."""

    gain: float
    gain_at_most: float
    lot: tuple[str, ...] = ()


def rise(base: Base, relaxed: Relaxation, until: Deadline) -> Bracket:
    """What relaxing one limit brings."""
    if base.market.n > VAST:
        return Bracket(0.0, _at_most_in_a_vast_category(base, relaxed))
    return _Rise(base, relaxed, until).bracket()


def _at_most_in_a_vast_category(base: Base, relaxed: Relaxation) -> float:
    """What can be proven without tables of pairs."""
    most = wide_bound(base.market) - base.state.value
    if relaxed.partner is None:
        one = base.market.ids.index(relaxed.requirement)
        most = min(most, joining_at_most(base.market, one))
    return max(0.0, most)


class _Rise:
    """One relaxed limit: the category before and after, in the order of requirements after."""

    def __init__(self, base: Base, relaxed: Relaxation, until: Deadline) -> None:
        self.base = base
        self.state = base.state
        self.relaxed = relaxed
        self.until = until
        self.market = market_of(relaxed.problem)
        place = {each: number for number, each in enumerate(base.market.ids)}
        self.turn: Ints = np.array([place[each] for each in self.market.ids], dtype=np.int64)
        self.before = base.market.part(self.turn)
        self.one = self.market.ids.index(relaxed.requirement)

    def bracket(self) -> Bracket:
        if not self._opens_a_pair():
            return Bracket(0.0, 0.0)
        most = wide_bound(self.market) - self.state.value
        if self.relaxed.partner is None:
            most = min(most, joining_at_most(self.market, self.one))
        after = State()
        after.offer(self.market, [self._moved(lot) for lot in self.state.lots], self.state.method)
        if self.base.pi is not None:
            new, times = self._new_lots(self.base.pi[self.turn])
            if not len(new.pool) and new.missed <= self.base.floor:
                return Bracket(0.0, 0.0)
            dearest = max(float(new.reduced.max(initial=-np.inf)), new.missed)
            dearest = dearest if times == 1 else times * max(0.0, dearest)
            most = min(most, self.base.dual + dearest - self.state.value)
            if not self.until.passed:
                self._pack(after, new, times)
        if not (self.until.passed or is_proven(after.value, min(self._limit(most), after.bound))):
            solved(self.relaxed.problem, after, self.until.left)
        return self._told(after, min(most, after.bound - self.state.value))

    def _limit(self, most: float) -> float:
        return self.state.value + most

    def _told(self, after: State, most: float) -> Bracket:
        """The bracket; a better grouping that needs no relaxed limit is no gain of it."""
        gain = after.value - self.state.value
        rows = [np.isin(np.arange(self.market.n), lot) for lot in after.lots]
        if not rows or not self._is_new(np.array(rows)).any():
            gain = 0.0
        most = max(gain, most)
        most = gain if is_proven(after.value, self.state.value + most) else most
        there = next((lot for lot in after.lots if self.one in lot), (self.one,))
        return Bracket(gain, most, tuple(self.market.ids[each] for each in there))

    def _opens_a_pair(self) -> bool:
        """Whether anybody can join who could not: windows and exclusions bar pair by pair."""
        if self.relaxed.limit not in ("earliest_start", "latest_start", "exclusion"):
            return True
        return bool((self.market.compatible & ~self.before.compatible).any())

    def _is_new(self, rows: Flags) -> Flags:
        """Which of these lots, feasible now, were not before."""
        one, old = self.one, self.before
        there: Flags = rows[:, one]
        new = there & (authorities(old, rows) > old.q[one])
        if self.relaxed.partner is not None:
            barred = ~old.compatible & self.market.compatible
            return np.asarray(((rows.astype(np.float32) @ barred) * rows).any(axis=1))
        new = new | there & ((rows & ~old.compatible[one]).sum(axis=1) > 1)
        for bits in old.terms:
            shared = np.zeros(len(rows), dtype=np.bool_)
            for word in range(bits.shape[1]):
                for bit in range(64):
                    one_bit = np.uint64(1) << np.uint64(bit)
                    if bits[one, word] & one_bit:
                        shared |= ~(rows & ((bits[:, word] & one_bit) == 0)).any(axis=1)
            new = new | (there & ~shared)
        return np.asarray(new)

    def _new_lots(self, pi: Floats) -> tuple[Near, int]:
        """All new lots near their prices; and how many of them at most fit in one grouping."""
        forced, times = [[self.one]], 1
        if self.relaxed.partner is not None:
            ours = int(self.market.a[self.one])
            them = self._places_of(self.relaxed.partner)
            us = np.flatnonzero(self.market.a == ours).tolist()
            forced = [[i, j] for i in us for j in them if self.market.compatible[i, j]]
            times = max(1, min(len(us), len(them)))
        floor = self.base.floor
        found = [near_with(self.market, pi, np.array(each), floor, self.until) for each in forced]
        pool = joined([empty(self.market), *(each.pool for each in found)])
        pool = pool.take(self._is_new(pool.members))
        missed = max([floor, *(each.missed for each in found)])
        return Near(pool, reduced(pool, pi), missed), times

    def _places_of(self, authority: str) -> list[int]:
        owner = self.relaxed.problem.requirement_by_id
        return [n for n, each in enumerate(self.market.ids) if owner[each].authority == authority]

    def _pack(self, after: State, new: Near, times: int) -> None:
        """Pack the new lots with those near the old prices."""
        base = self.base
        old = base.near.nearest(MOST_PACKED)
        pool = Pool(old.pool.members[:, self.turn], old.pool.net, old.pool.volume)
        given = wide_bound(self.market)
        dearest = max(0.0, float(new.reduced.max(initial=0.0)), new.missed)
        packing = best_packing(joined([pool, new.pool]), after.value, given, self.until)
        if packing.members is not None:
            lots = [tuple(np.flatnonzero(row).tolist()) for row in packing.members]
            after.offer(self.market, lots, "set packing")
        after.limit(max(packing.bound, self._unlisted(old, new, times, dearest)))

    def _unlisted(self, old: Near, new: Near, times: int, dearest: float) -> float:
        """No grouping with a lot that is not listed is worth more."""
        if np.isinf(self.base.dual):
            return 0.0 if max(old.missed, new.missed) <= NO_WORTH else np.inf
        beyond = max(times * dearest + old.missed, (times - 1) * dearest + new.missed)
        return self.base.dual + beyond

    def _moved(self, lot: Members) -> Members:
        """A lot by the places of the new order."""
        return tuple(sorted(np.argsort(self.turn)[list(lot)].tolist()))


def joining_at_most(market: Market, one: int) -> float:
    """No lot gains more than this by taking in a requirement.

    Its own saving is at most v·min(δ, 1 − (U/v)^(−β)); a tender is saved; and the others together
    save at most β·v more, since Σ_j v_j·(1 − (V/v_j)^(−β)) rises with V by
    β·Σ_j (v_j/V)^(1+β) ≤ β.
    """
    value = float(market.v[one])
    own = float(market.saving(value, max(value, market.cap)))
    return own + market.beta * value + market.tender
