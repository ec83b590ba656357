"""The best answer that keeps what a reviewer has decided.

Locked lots stay as they are and leave the problem. Of what remains, only lots 𝓛' are allowed that
hold no two requirements kept apart, and each set T put together wholly or not at all:

    maximise Σ_{L ∈ 𝓛'} net(L)·x_L   s.t.   Σ_{L ∋ i} x_L ≤ 1 for each i,   = 1 for i in a T

The equations are had from the packing without them: a lot is paid a bonus for each T that it
holds, larger than anything else could bring. Prices and bound of the category without decisions
hold with them too, because decisions only take groupings away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from optimiser.answers import Lot, is_proven
from optimiser.decisions import Decisions, decided
from optimiser.known import lots_by_id, offered, solved
from optimiser.lots import is_feasible, net_benefit
from optimiser.market import Flags, Market, Members, market_of
from optimiser.nearness import near, near_with
from optimiser.packing import best_packing
from optimiser.pool import Pool, empty, joined, pool_of, rows_of
from optimiser.problem import Problem
from optimiser.search import Search
from optimiser.state import State
from optimiser.timing import Deadline


@dataclass(frozen=True)
class Regrouping:
    """Joint lots that keep the decisions; no grouping that keeps them exceeds the bound."""

    lots: tuple[Lot, ...]
    net_benefit: float
    upper_bound: float

    @property
    def proven_optimal(self) -> bool:
        return is_proven(self.net_benefit, self.upper_bound)


def regroup(
    problem: Problem,
    locked_lots: Sequence[Sequence[str]] = (),
    apart: Iterable[tuple[str, str]] = (),
    together: Iterable[Sequence[str]] = (),
    *,
    known: Sequence[Sequence[str]] = (),
    seconds: float = 10.0,
) -> Regrouping:
    """Group again around the decisions. Raises Contradiction where they cannot all be kept.

    The search begins from the lots that are known, those of them that the rules allow.
    """
    until = Deadline.after(seconds)
    decisions = decided(problem, locked_lots, apart, together)
    lots = [tuple(lot) for lot in locked_lots if len(lot) > 1]
    value = bound = sum(net_benefit(problem, lot) for lot in lots)
    held = {each for lot in locked_lots for each in lot}
    codes = sorted({r.category for r in problem.requirements if r.id not in held})
    for place, code in enumerate(codes):
        part = problem.of_category(code)
        rest = tuple(r for r in part.requirements if r.id not in held)
        share = until.sooner(until.left / (len(codes) - place))
        left = replace(part, requirements=rest)
        found = _category(left, decisions, _allowed(left, known), share)
        lots += found.lots
        value, bound = value + found.net_benefit, bound + found.upper_bound
    return Regrouping(tuple(sorted(lots)), value, bound)


def _allowed(problem: Problem, lots: Sequence[Sequence[str]]) -> list[Sequence[str]]:
    """The lots of the problem that break no rule."""
    here = problem.requirement_by_id
    mine = [lot for lot in lots if all(each in here for each in lot)]
    return [lot for lot in mine if is_feasible(problem, lot)]


def _category(
    problem: Problem, decisions: Decisions, known: Sequence[Sequence[str]], until: Deadline
) -> Regrouping:
    """One category without its locked lots."""
    state = offered(problem, known)
    part = decisions.among(problem.requirement_by_id)
    solved(problem, state, until.left * (0.6 if part else 1.0))
    if not part:
        return Regrouping(tuple(lots_by_id(problem, state)), state.value, state.bound)
    return _Constrained(market_of(problem), state, part, until).solve()


class _Constrained:
    """A category with decisions, from what is known of it without them."""

    def __init__(self, market: Market, state: State, decisions: Decisions, until: Deadline) -> None:
        place = {each: number for number, each in enumerate(market.ids)}
        self.market, self.state, self.until = market, state, until
        self.apart = [(place[a], place[b]) for a, b in decisions.apart]
        self.together = [sorted(place[each] for each in group) for group in decisions.together]
        self.bonus = 0.0

    def solve(self) -> Regrouping:
        lots = self._first_lots()
        value = sum(self.market.net(lot) for lot in lots)
        # Just enough: what a grouping could bring more by parting a set is less. The solver's
        # rounding is a part of what it adds up, so that a larger bonus would blur the bound.
        self.bonus = self.state.bound - value + 1.0
        listed, beyond = self._listed(value)
        rows = np.concatenate([listed.members, rows_of(self.market, lots)])
        pool = joined([pool_of(self.market, rows[self._allowed(rows)])])
        bonus = self.bonus * len(self.together)
        paid = replace(pool, net=pool.net + self.bonus * self._held(pool.members))
        given = self.state.bound + bonus
        packing = best_packing(paid, value + bonus, given, self.until)
        if packing.members is not None:
            lots = [tuple(np.flatnonzero(row).tolist()) for row in packing.members]
            value = sum(self.market.net(lot) for lot in lots)
        most = min(self.state.bound, max(packing.bound - bonus, beyond))
        ids = self.market.ids
        named = sorted(tuple(sorted(ids[each] for each in lot)) for lot in lots)
        return Regrouping(tuple(named), value, max(value, most))

    def _allowed(self, rows: Flags) -> Flags:
        good = np.ones(len(rows), dtype=np.bool_)
        for a, b in self.apart:
            good &= ~(rows[:, a] & rows[:, b])
        for group in self.together:
            good &= rows[:, group].all(axis=1) | ~rows[:, group].any(axis=1)
        return good

    def _held(self, rows: Flags) -> np.ndarray:
        """How many of the sets put together each lot holds."""
        count = np.zeros(len(rows))
        for group in self.together:
            count += rows[:, group].all(axis=1)
        return count

    def _first_lots(self) -> list[Members]:
        """The lots of the answer without decisions, with what goes against them taken out."""
        lots = [self._trimmed(lot) for lot in self.state.lots]
        whole = [group for group in self.together if any(set(group) <= set(lot) for lot in lots)]
        lots += [tuple(group) for group in self.together if group not in whole]
        bound = {each for group in self.together for each in group}
        worth = self.market.net
        return [lot for lot in lots if len(lot) > 1 and (worth(lot) > 0 or bound & set(lot))]

    def _trimmed(self, lot: Members) -> Members:
        """Part of a lot that is allowed: first the sets that it holds whole, then the others."""
        whole = [group for group in self.together if set(group) <= set(lot)]
        kept: list[int] = []
        split = {each for group in self.together for each in group}
        for few in [*whole, *([each] for each in lot if each not in split)]:
            pairs = [(a, b) for a, b in self.apart if {a, b} <= {*kept, *few}]
            if not pairs:
                kept += few
        return tuple(sorted(kept))

    def _listed(self, value: float) -> tuple[Pool, float]:
        """Lots that a better grouping may have; with any other it is worth at most so much."""
        state, market = self.state, self.market
        if state.complete or state.bound <= 0:
            # All lots of any worth are known, or that there is none.
            worthy = empty(market) if state.pool is None else state.pool
            # What holds a set put together may be worth less than nothing.
            nothing, least = np.zeros(market.n), -market.kappa * market.n - 1.0
            found = [
                near_with(market, nothing, np.array(group), least, self.until)
                for group in self.together
            ]
            pool = joined([worthy, *(each.pool for each in found)])
            whole = all(each.missed <= least for each in found)
            return pool, -np.inf if whole else np.inf
        if state.pi is None or not np.isfinite(state.dual):
            return (empty(market) if state.pool is None else state.pool), np.inf
        floor = value - state.dual
        close = near(Search(market), state.pi, floor, self.until.sooner(self.until.left * 0.5))
        return close.pool, state.dual + close.missed
