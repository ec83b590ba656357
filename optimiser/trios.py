"""Where three authorities at most may share, all lots can be listed, however many want to.

A *bundle* is a set of requirements of one authority that could be in one lot. A lot is one, two or
three bundles of different authorities. Windows overlap in common if they do pair by pair; whether
a value is accepted by all is tried for each three. Lots of no worth are left out.

Over this list the relaxation is solved by column generation, which is exact here: at prices π

    reduced(L) = net(L) − Σ_{i ∈ L} π_i        of all lots at once, and

    Σ_i π_i + Σ_b max(0, the largest reduced worth of a lot whose first bundle is b)

is a bound on every grouping: its lots have different first bundles. With Z the bound, a grouping
better than the one known has only lots of reduced worth ≥ known − Z. If these are few, the best
packing of them is the answer; if not, those nearest to their prices make a good one.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from optimiser.ceiling import ceiling_prices
from optimiser.market import HAIR, Flags, Floats, Ints, Market
from optimiser.master import CONCESSION, Live, pack
from optimiser.pool import pool_of
from optimiser.state import State, lots_of
from optimiser.timing import Deadline

AUTHORITIES = 3
MOST_BUNDLES, MOST_LOTS = 1_500, 4_000_000
OWN = 6  # requirements of one authority of which all sets are bundles
A_ROUND, TO_EACH = 400, 6
ROUNDS = 200
NEAR = 0.5  # prices are looked at so far from the best ones to the relaxation's
CLOSE = 2e-4
PACKED = 5_000
CHUNK = 500_000

Places = NDArray[np.int32]


@dataclass(frozen=True)
class Trios:
    """All lots of some worth: their bundles in rising order (the last one: none), and their net."""

    holds: Flags
    lots: Places
    net: Floats

    def members(self, which: Ints | Flags) -> Flags:
        """Rows of members of some lots."""
        found: Flags = np.asarray(self.holds[self.lots[which]].any(axis=1))
        return found

    def reduced(self, pi: Floats) -> Floats:
        """net(L) − π(L) of every lot."""
        price = self.holds @ pi
        found = self.net.copy()
        for place in range(self.lots.shape[1]):
            found -= price[self.lots[:, place]]
        return found


def may_be_listed(market: Market) -> bool:
    """Whether no lot has more than three authorities, and none of these has many requirements."""
    own = np.bincount(market.a, minlength=1)
    few = int(market.q.max(initial=0)) <= AUTHORITIES and int(own.max(initial=0)) <= OWN
    return few and int((2**own - 1).sum()) <= MOST_BUNDLES


def all_lots(market: Market, until: Deadline) -> Trios | None:
    """Every lot of some worth; None where they are too many, or time did not suffice."""
    bundles = _bundles(market)
    holds = np.zeros((len(bundles) + 1, market.n), dtype=np.bool_)
    for place, bundle in enumerate(bundles):
        holds[place, list(bundle)] = True
    lister, found, total = _Lister(market, bundles), [], 0
    for some in lister.lots():
        net = lister.nets(some)
        keep = net > 0
        found.append((some[keep], net[keep]))
        total += int(keep.sum())
        if until.passed or total > MOST_LOTS:
            return None
    lots = np.concatenate([each for each, _ in found])
    return Trios(holds, lots, np.concatenate([net for _, net in found]))


def _bundles(market: Market) -> list[tuple[int, ...]]:
    """Sets of one authority's requirements that could be in one lot, whoever else is in it."""
    found: list[tuple[int, ...]] = []
    for authority in range(int(market.a.max(initial=-1)) + 1):
        own = np.nonzero(market.a == authority)[0].tolist()
        sets = (each for size in range(1, len(own) + 1) for each in combinations(own, size))
        found += [each for each in sets if len(each) == 1 or market.feasible(each)]
    return found


class _Lister:
    """The rules and figures of bundles."""

    def __init__(self, market: Market, bundles: Sequence[tuple[int, ...]]) -> None:
        self.market = m = market
        self.count = len(bundles)
        self.v = np.array([m.v[list(b)].sum() for b in bundles])
        self.size = np.array([len(b) for b in bundles])
        self.a = np.array([m.a[b[0]] for b in bundles])
        self.q = np.array([m.q[list(b)].min() for b in bundles])
        self.earliest = np.array([m.earliest[list(b)].max() for b in bundles])
        self.latest = np.array([m.latest[list(b)].min() for b in bundles])
        self.terms = [
            np.array([np.bitwise_and.reduce(bits[list(b)]) for b in bundles]) for bits in m.terms
        ]
        # Requirement by requirement, the first of all bundles, then the second of those with two …
        most = max(map(len, bundles))
        self.each = np.array([[*b, *[-1] * (most - len(b))] for b in bundles])
        self.fits = self._pairs()

    def _pairs(self) -> Flags:
        """Which two bundles may be in one lot, the first before the second."""
        m = self.market
        fits: Flags = np.maximum(self.earliest[:, None], self.earliest) <= np.minimum(
            self.latest[:, None], self.latest
        )
        for bits in self.terms:
            fits &= (bits[:, None, :] & bits[None, :, :]).any(axis=2)
        fits &= ~m.apart[self.a[:, None], self.a] & (self.a[:, None] != self.a)
        fits &= self.v[:, None] + self.v <= m.cap * (1 + HAIR)
        fits &= (self.q[:, None] >= 2) & (self.q >= 2)
        return np.triu(fits)

    def lots(self) -> Iterator[Places]:
        """All lots: bundles of two or more requirements alone, pairs, and threes by their first."""
        none = self.count
        alone = np.nonzero((self.size > 1) & (self.q >= 1))[0]
        yield _columns(alone, np.full_like(alone, none), np.full_like(alone, none))
        first, second = np.nonzero(self.fits)
        yield _columns(first, second, np.full_like(first, none))
        for one in np.nonzero(self.q >= AUTHORITIES)[0].tolist():
            near = np.nonzero(self.fits[one] & (self.q >= AUTHORITIES))[0]
            two, three = np.nonzero(self.fits[np.ix_(near, near)])
            two, three = near[two], near[three]
            keep = self.v[one] + self.v[two] + self.v[three] <= self.market.cap * (1 + HAIR)
            for bits in self.terms:
                keep &= (bits[one] & bits[two] & bits[three]).any(axis=1)
            yield _columns(np.full(int(keep.sum()), one), two[keep], three[keep])

    def nets(self, lots: Places) -> Floats:
        """net(L) of these lots."""
        m, here = self.market, lots < self.count
        padded = np.append(self.v, 0.0)
        volume = padded[lots].sum(axis=1)
        sizes = np.append(self.size, 0)[lots].sum(axis=1)
        each = np.vstack([self.each, np.full((1, self.each.shape[1]), -1)])
        value = np.append(m.v, 0.0)
        found: Floats = m.tender * (sizes - 1) - m.kappa * (here.sum(axis=1) - 1)
        for place in range(lots.shape[1]):
            for number in range(self.each.shape[1]):
                i = each[lots[:, place], number]
                some = np.nonzero(i >= 0)[0]
                if len(some):
                    found[some] += m.saving(value[i[some]], volume[some])
        return found


def _columns(*columns: Ints) -> Places:
    return np.column_stack(columns).astype(np.int32)


class TrioSolver:
    """Works on a market whose lots are all listed."""

    def __init__(self, market: Market, state: State) -> None:
        self.market = market
        self.state = state

    def step(self, until: Deadline) -> bool:
        """List, price and pack; False where the lots are too many to be listed."""
        state, missing, left = self.state, self.state.missing, until.left
        if state.trios is None:
            state.trios = all_lots(self.market, until)
            if state.trios is None:
                return False
        if not state.finished:
            self._price(state.trios, until.sooner(0.7 * until.left))
        self._pack(state.trios, until)
        state.settle((missing - state.missing) / max(1e-3, left - until.left))
        return True

    def _price(self, trios: Trios, until: Deadline) -> None:
        """The relaxation, to a hair; its bound, and its prices."""
        state, n = self.state, self.market.n
        scale = float(trios.net.max(initial=1.0))
        live = Live(np.ones(n))
        known: set[int] = set()
        own: Floats | None = None
        centre = ceiling_prices(self.market) if state.pi is None else state.pi
        look = centre
        for _ in range(ROUNDS):
            worth = trios.reduced(look)
            bound = self._bound(trios, look, worth)
            if bound < state.dual:
                state.dual, centre = bound, look
                state.limit(bound)
            fresh = [each for each in _nearest(trios, worth) if each not in known]
            if fresh:
                known.update(fresh)
                lot, i = np.nonzero(trios.members(np.array(fresh, dtype=np.int64)))
                live.add_columns(-trios.net[fresh] / scale, lot, i, np.ones(len(i)))
            elif look is own:
                state.finished = True
                break
            found = live.solve(until.left)
            if found is None or until.passed:
                break
            own = found * scale
            if state.dual <= (1 + CLOSE) * float(own.sum()):
                state.finished = True
                break
            # Where nothing new lies between, look at the relaxation's own prices.
            look = NEAR * own + (1 - NEAR) * centre if fresh or not known else own
        state.pi = centre

    def _bound(self, trios: Trios, pi: Floats, worth: Floats) -> float:
        most = np.zeros(len(trios.holds))
        some = worth > 0
        np.maximum.at(most, trios.lots[some, 0], worth[some])
        total = float(pi.sum() + most.sum())
        return total + CONCESSION * abs(total)

    def _pack(self, trios: Trios, until: Deadline) -> None:
        """The best packing of the lots nearest to their prices."""
        state = self.state
        if state.pi is None:
            return
        worth = trios.reduced(state.pi)
        # A grouping with a lot further below its price is worth less than the one known.
        gap = state.dual - state.value
        which = np.nonzero(worth >= -gap)[0]
        most = PACKED * min(8, state.rounds)
        whole = len(which) <= most
        if not whole:
            which = which[np.argsort(-worth[which], kind="stable")[:most]]
        pool = pool_of(self.market, trios.members(which))
        packed = pack(self.market.n, pool, (), until.left)
        state.offer(self.market, lots_of(pool.members[packed.taken]), "all lots, set packing")
        if whole:
            state.limit(max(state.value, packed.bound))


def _nearest(trios: Trios, worth: Floats) -> list[int]:
    """The lots that are worth most above their prices, not too many of one bundle."""
    most = float(worth.max(initial=0.0))
    some = np.nonzero(worth > 0.05 * most)[0]
    order = some[np.argsort(-worth[some], kind="stable")]
    taken = np.zeros(len(trios.holds), dtype=np.int64)
    found: list[int] = []
    for lot in order[: 40 * A_ROUND].tolist():
        bundles = trios.lots[lot]
        if (taken[bundles[bundles < len(taken) - 1]] < TO_EACH).all():
            taken[bundles] += 1
            found.append(lot)
            if len(found) == A_ROUND:
                break
    return found
