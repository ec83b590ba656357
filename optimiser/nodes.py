"""The nodes of the search for a set that gains by leaving, many in one array; see `blocking.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from optimiser.coalitions import Bools, Floats, Game

NARROW = 1e-3
HAIR = 1e-12
NOBODY = -1


@dataclass(frozen=True)
class Nodes:
    """Each row one node: who is inside, who is still free, and the band of their volume.

    `bound` is what no set of the node gains more than, `chosen` the set that the bound suggests,
    and `part` the authority that it takes only in part, if any.
    """

    inside: Bools
    free: Bools
    low: Floats
    high: Floats
    bound: Floats
    chosen: Bools
    part: NDArray[np.int64]

    @classmethod
    def unbounded(cls, inside: Bools, free: Bools, low: Floats, high: Floats) -> "Nodes":
        unknown = np.full(len(low), np.inf)
        return cls(inside, free, low, high, unknown, inside, np.full(len(low), NOBODY))

    def __len__(self) -> int:
        return len(self.low)

    def some(self, which: NDArray[np.int64] | Bools) -> "Nodes":
        return Nodes(*(getattr(self, each.name)[which] for each in fields(self)))


def joined(parts: Sequence[Nodes]) -> Nodes:
    columns = [[getattr(part, each.name) for part in parts] for each in fields(Nodes)]
    return Nodes(*map(np.concatenate, columns))


class Relaxation:
    """The knapsack of each node with parts of an authority allowed: a bound, and a set to try."""

    def __init__(self, game: Game, shares: Floats) -> None:
        self.game = game
        self.volumes = game.volumes
        self.apart = game.fixed - shares
        self.start = game.coordination_cost - game.tender_cost
        self.owned = np.eye(game.size)[game.owner]

    def of(self, nodes: Nodes) -> Nodes:
        """The nodes in which some set fits the band, with their bounds."""
        held = nodes.inside @ self.volumes
        reach = held + nodes.free @ self.volumes
        fits = (held <= nodes.high * (1 + HAIR)) & (reach >= nodes.low * (1 - HAIR))
        nodes, held = nodes.some(fits), held[fits]
        worth = self._worth(nodes.high)
        wanted = nodes.free & (worth > 0)
        volume = held + wanted @ self.volumes
        over = volume - nodes.high
        under = nodes.low - volume
        # Too much: the least worth for its volume leaves. Too little: the least loss comes in.
        among = np.where((over > 0)[:, None], wanted, nodes.free & ~wanted)
        moved, cost, part = self._moved(among, np.abs(worth), np.maximum(over, under))
        bound = self.start + ((nodes.inside | wanted) * worth).sum(axis=1) - cost
        return Nodes(
            nodes.inside,
            nodes.free,
            nodes.low,
            nodes.high,
            bound,
            nodes.inside | (wanted ^ moved),
            part,
        )

    def _worth(self, volume: Floats) -> Floats:
        """c_k of each authority, a row for each volume."""
        game = self.game
        power = (np.maximum(volume, 1e-300) / game.values.sum()) ** -game.elasticity
        each = game.values * np.minimum(game.ceiling, 1.0 - game.scaled * power[:, None])
        return np.asarray(each @ self.owned + self.apart)

    def _moved(
        self, among: Bools, cost: Floats, volume: Floats
    ) -> tuple[Bools, Floats, NDArray[np.int64]]:
        """Who of a set moves so that `volume` does, at the least cost; the cost; who in part."""
        rows = np.arange(len(volume))
        ratio = np.where(among, cost / self.volumes, np.inf)
        order = np.argsort(ratio, axis=1, kind="stable")
        sizes = np.where(among, self.volumes, 0.0)[rows[:, None], order]
        costs = np.where(among, cost, 0.0)[rows[:, None], order]
        taken, paid = np.cumsum(sizes, axis=1), np.cumsum(costs, axis=1)
        needed = volume > 0
        last = np.minimum((taken < volume[:, None]).sum(axis=1), len(self.volumes) - 1)
        beyond = taken[rows, last] - volume
        cut = needed & (beyond > 0) & (sizes[rows, last] > 0)
        rest = np.where(cut, beyond / np.maximum(sizes[rows, last], 1e-300), 0.0)
        total = paid[rows, last] - costs[rows, last] * np.minimum(rest, 1.0)
        place = np.empty_like(order)
        place[rows[:, None], order] = np.arange(order.shape[1])
        moved = among & (place <= last[:, None]) & needed[:, None]
        part = np.where(cut, order[rows, last], NOBODY)
        return moved, np.where(needed, total, 0.0), part


def halves(nodes: Nodes, volumes: Floats) -> Nodes:
    """Two nodes for each: by the band, or by one authority where the band is narrow."""
    reached = nodes.chosen @ volumes
    whole = nodes.part == NOBODY
    # At the top of a band, the bound of the set that it suggests is its very gain.
    at_set = whole & (nodes.low < reached) & (reached < nodes.high)
    wide = nodes.high - nodes.low > NARROW * nodes.high
    middle = np.where(at_set, reached, (nodes.low + nodes.high) / 2)
    by_band = np.where(whole, at_set | wide, wide)
    banded, middle = nodes.some(by_band), middle[by_band]
    branched = nodes.some(~by_band & nodes.free.any(axis=1))
    who = np.where(branched.part == NOBODY, np.argmax(branched.free, axis=1), branched.part)
    return joined(
        [
            Nodes.unbounded(banded.inside, banded.free, banded.low, middle),
            Nodes.unbounded(banded.inside, banded.free, middle, banded.high),
            _fixed(branched, who, volumes, inside=True),
            _fixed(branched, who, volumes, inside=False),
        ]
    )


def _fixed(nodes: Nodes, who: NDArray[np.int64], volumes: Floats, *, inside: bool) -> Nodes:
    """One authority of each node inside or outside, with the band that is left."""
    rows = np.arange(len(who))
    free, held = nodes.free.copy(), nodes.inside.copy()
    free[rows, who] = False
    held[rows, who] = inside
    low = np.maximum(nodes.low, held @ volumes)
    high = np.minimum(nodes.high, (held | free) @ volumes)
    some = low <= high * (1 + HAIR)
    return Nodes.unbounded(held[some], free[some], np.minimum(low, high)[some], high[some])
