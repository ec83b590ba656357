"""A large market: prices by a rule, then its own, and dives, rebuildings and bounds at them.

No list of lots is complete where requirements are hundreds. The first step finds prices, from
which lots are built at once; each later step is the one of three ways (a dive at better prices,
a rebuilding of a few lots, a better bound) that lately brought most for its time.
"""

import numpy as np

from optimiser.blocks import Blocks, Proof
from optimiser.building import Builder, improved
from optimiser.ceiling import ceiling_prices, wide_bound
from optimiser.diving import Dive
from optimiser.market import Flags, Floats, Market
from optimiser.pool import nets, rows_of
from optimiser.sketching import Sketch
from optimiser.state import State, lots_of, most_promising
from optimiser.tariff import Tariff
from optimiser.timing import Deadline

LOSS = 0.005


class Crowd:
    """Works on one large market."""

    def __init__(self, market: Market, state: State) -> None:
        self.market = market
        self.state = state

    def step(self, until: Deadline) -> None:
        """Prices and an answer first, then what promises most."""
        if self.state.guide is None:
            self.price(until)
        else:
            ways = {"deepen": self.deepen, "improve": self.improve, "prove": self.prove}
            most_promising(self.state, ways, until)

    def price(self, until: Deadline) -> None:
        """For a large market: first prices by a rule, then each its own, and an answer."""
        tariff = self._tariff(ceiling_prices(self.market), until)
        tariff.pi = self.state.rule = Sketch(tariff).run(until.sooner(0.25 * until.left))
        tariff.search(until.sooner(0.2 * until.left))
        self.state.guide, self.state.sets = tariff.pi, tariff.kept()
        self.dive(tariff, until.sooner(0.9 * until.left))
        self.improve(until)

    def _tariff(self, pi: Floats, until: Deadline, *, relaxed: bool = False) -> Tariff:
        state = self.state
        tariff = Tariff(Blocks(self.market), pi, until, 1 + state.rounds)
        for known in (state.sets, state.relaxed if relaxed else None):
            if known is not None:
                tariff.add(known.members, known.net)
        rows = rows_of(self.market, list(state.lots))
        tariff.add(rows, nets(self.market, rows))
        return tariff

    def deepen(self, until: Deadline) -> None:
        """For a large market: better prices, and an answer from a dive at them."""
        state = self.state
        assert state.guide is not None
        tariff = self._tariff(state.guide, until)
        tariff.search(until.sooner(0.35 * until.left))
        state.guide, state.sets = tariff.pi, tariff.kept()
        self.dive(tariff, until)

    def prove(self, until: Deadline) -> None:
        """For a large market: a better bound, near the prices of the best one."""
        state, first = self.state, []
        if state.pi is None:
            state.pi, state.dual = ceiling_prices(self.market), wide_bound(self.market)
            if state.rule is not None:
                first = [state.rule, (state.rule + state.pi) / 2]
        tariff = self._tariff(state.pi, until, relaxed=True)
        tariff.proof = Proof(state.pi, state.dual)
        tariff.tighten(until, first=first)
        state.limit(tariff.proof.bound)
        state.pi, state.dual = tariff.centre, tariff.proof.bound
        state.relaxed = tariff.kept()

    def dive(self, tariff: Tariff, until: Deadline) -> None:
        """An answer from the relaxation; what a dive leaves over is built at its prices."""
        rows = Dive(tariff).run(until)
        left: Flags = np.asarray(~rows.any(axis=0))
        rest = Builder(self.market, tariff.pi).built(left, LOSS, until)
        self.state.offer(self.market, lots_of(np.concatenate([rows, rest])), "diving at prices")

    def improve(self, until: Deadline) -> None:
        """For a large market: break up a few lots and build them again."""
        state, market = self.state, self.market
        assert state.guide is not None
        builder = Builder(market, state.guide, state.rounds)
        rows = improved(builder, rows_of(market, list(state.lots)), until)
        state.offer(market, lots_of(rows), "rebuilding at prices")
