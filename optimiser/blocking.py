"""The set of authorities with most to gain by leaving: maximise net(S) − x(S) over S ⊂ P.

Up to 16 authorities every S is looked at. Above, branch and bound. A node fixes some authorities
inside and some outside, and a band [a, b] for the volume V(S). A discount grows with volume, so

    net(S) − x(S) ≤ κ − F + max Σ_{k ∈ S} c_k,   c_k = (saving of L_k at volume b) + F·n_k − κ − x_k

over the S of the node with a ≤ V(S) ≤ b: a knapsack, whose relaxation to parts of one authority is
solved by sorting and is the bound. The set that it suggests is tried. A wide band is cut in two;
in a narrow one the authority that is taken in part is put inside in one half, outside in the other.
`nodes.py` does this for hundreds of nodes in one go; the most promising go first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from optimiser.coalitions import Bools, Floats, Game, as_sets, sums_of_all
from optimiser.nodes import Nodes, Relaxation, halves, joined

ALL_SETS = 16
BANDS = 8
IN_ONE_GO = 512


@dataclass(frozen=True)
class Coalition:
    """A set of authorities, what it gains by leaving, and what no set gains more than."""

    members: Bools
    gain: float
    gain_at_most: float


def most_to_gain(game: Game, shares: Floats, tolerance: float) -> Coalition | None:
    """Who gains most by leaving, to `tolerance`; None is proof that no set gains more than that.

    A set has at least one authority, and not all of them.
    """
    if game.size <= ALL_SETS:
        gains = gains_of_all(game, shares)
        place = int(np.argmax(gains))
        gain = float(gains[place])
        if gain <= tolerance:
            return None
        return Coalition(as_sets(np.array([place]), game.size)[0], gain, gain)
    search = Search(game, shares, 0.0, tolerance)
    search.run()
    if search.best is None or search.gain <= tolerance:
        return None
    return Coalition(search.best, search.gain, search.gain + tolerance)


def some_that_gain(
    game: Game, shares: Floats, floor: float, tolerance: float, enough: int
) -> Sequence[Bools]:
    """About `enough` sets that gain more than `floor`; none is proof that there is none."""
    if game.size <= ALL_SETS:
        gains = gains_of_all(game, shares)
        places = np.argsort(-gains, kind="stable")[:enough]
        return list(as_sets(places[gains[places] > floor + tolerance], game.size))
    search = Search(game, shares, floor, tolerance, enough)
    search.run()
    return list(search.found.values())


def gains_of_all(game: Game, shares: Floats) -> Floats:
    """w(S) − x(S) of every S, −∞ for none and for all."""
    gains = game.worth_of_all - sums_of_all(shares)
    gains[[0, -1]] = -np.inf
    return gains


class Search:
    """Branch and bound for one division of one lot: the sets that gain more than `floor`.

    It ends when no set can gain `tolerance` more than the best, or with `enough` sets found.
    """

    def __init__(
        self, game: Game, shares: Floats, floor: float, tolerance: float, enough: int | None = None
    ) -> None:
        self.game = game
        self.shares = shares
        self.floor = floor
        self.tolerance = tolerance
        self.enough = enough
        self.best: Bools | None = None
        self.gain = floor
        self.found: dict[bytes, Bools] = {}
        self._try(self._who_would_pay()[None, :])

    def run(self) -> None:
        relaxation = Relaxation(self.game, self.shares)
        waiting = self._opened(self._roots(), relaxation)
        while len(waiting) and not (self.enough and len(self.found) >= self.enough):
            first = np.argsort(-waiting.bound, kind="stable")
            now, later = waiting.some(first[:IN_ONE_GO]), waiting.some(first[IN_ONE_GO:])
            children = self._opened(halves(now, self.game.volumes), relaxation)
            waiting = joined([later, children])
            waiting = waiting.some(waiting.bound > self.gain + self.tolerance)

    def _opened(self, nodes: Nodes, relaxation: Relaxation) -> Nodes:
        """The nodes with their bounds, without those in which there is nothing to find."""
        bounded = relaxation.of(nodes)
        self._try(bounded.chosen)
        return bounded.some(bounded.bound > self.gain + self.tolerance)

    def _roots(self) -> Nodes:
        """Each set but all and none is in one band, and leaves out one authority first."""
        size, volumes = self.game.size, self.game.volumes
        order = np.argsort(-volumes, kind="stable")
        inside, free, low, high = [], [], [], []
        for place, outside in enumerate(order):
            held = np.zeros(size, dtype=bool)
            held[order[:place]] = True
            open_ = ~held
            open_[outside] = False
            # No set is emptier than its smallest authority: the band does not begin at nothing.
            least = max(volumes[held].sum(), volumes.min())
            most = max(volumes[held | open_].sum(), least)
            edges = np.geomspace(least, most, BANDS + 1)
            edges[0], edges[-1] = least, most
            for a, b in pairwise(edges):
                inside.append(held)
                free.append(open_)
                low.append(a)
                high.append(b)
        return Nodes.unbounded(np.array(inside), np.array(free), np.array(low), np.array(high))

    def _who_would_pay(self) -> Bools:
        """The set with most to gain by doing nothing at all together, w(S) = 0."""
        paying = self.shares < 0
        if paying.all():
            paying[int(np.argmax(self.shares))] = False
        return paying

    def _try(self, sets: Bools) -> None:
        """Remember the best of these sets, and those that gain more than the floor."""
        gains = np.where(
            sets.any(axis=1) & ~sets.all(axis=1),
            self.game.worth(sets) - sets @ self.shares,
            -np.inf,
        )
        if self.enough is not None:
            for place in np.flatnonzero(gains > self.floor + self.tolerance):
                self.found[sets[place].tobytes()] = sets[place]
        if len(gains) and gains.max() > self.gain:
            best = int(np.argmax(gains))
            self.best, self.gain = sets[best], float(gains[best])
