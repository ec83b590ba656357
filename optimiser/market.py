"""A category as numbers and bits: the rules of `lots.py` restated for the search.

Requirements are put in the order

    i before j  ⇔  earliest_i > earliest_j, or equal and id_i < id_j

so that in every lot the *first* member has the latest earliest start. Then

    some day lies in every window  ⇔  latest_j ≥ earliest_first for every member j,

and a common start day is a rule between the first member and each other one. The rest of a lot's
feasibility is pairwise (authorities), per attribute (a common value), or a count (U, M, partners).

    v      values                    a      the number of each requirement's authority
    q      the most authorities that each accepts in its lot: min(M, 1 + max_partners)
    terms  per attribute, the bits of the accepted values (all bits where it names none)
    apart  pairs of authorities that may not share
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimiser.problem import Category, Problem, Reach, Requirement

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bits = NDArray[np.uint64]
Flags = NDArray[np.bool_]
Members = tuple[int, ...]

# A hair, so that a lot at the cap to the penny is not lost or gained by rounding of sums.
HAIR = 1e-12


@dataclass(frozen=True)
class Market:
    """One category's requirements, by place in the order above."""

    ids: tuple[str, ...]
    v: Floats
    a: Ints
    earliest: Ints
    latest: Ints
    q: Ints
    terms: tuple[Bits, ...]
    apart: Flags
    category: Category

    @property
    def n(self) -> int:
        return len(self.ids)

    @property
    def beta(self) -> float:
        return self.category.elasticity

    @property
    def delta(self) -> float:
        return self.category.max_discount

    @property
    def tender(self) -> float:
        return self.category.tender_cost

    @property
    def kappa(self) -> float:
        return self.category.coordination_cost

    @cached_property
    def cap(self) -> float:
        """U, or all there is."""
        cap = self.category.max_lot_value
        return float(self.v.sum() if cap is None else min(cap, self.v.sum()))

    @cached_property
    def compatible(self) -> Flags:
        """Which pairs could be in one lot, n × n; nobody with itself."""
        return compatible_rows(self, np.arange(self.n))

    def saving(self, v: Any, volume: Any) -> Any:
        """v · min(δ, 1 − (V / v)^(−β)), elementwise."""
        return v * np.minimum(self.delta, 1.0 - (volume / v) ** -self.beta)

    def net(self, lot: Sequence[int]) -> float:
        """The net benefit of a lot; 0 for a lot of one."""
        if len(lot) < 2:
            return 0.0
        v = self.v[list(lot)]
        partners = len(set(self.a[list(lot)].tolist())) - 1
        saved = float(self.saving(v, v.sum()).sum())
        return saved - self.kappa * partners + self.tender * (len(lot) - 1)

    def feasible(self, lot: Sequence[int]) -> bool:
        """Whether the lot obeys every rule."""
        if len(lot) < 2:
            return True
        each = list(lot)
        authorities = sorted(set(self.a[each].tolist()))
        limit = self.category.max_lot_value
        return bool(
            self.earliest[each].max() <= self.latest[each].min()
            and all(np.bitwise_and.reduce(bits[each]).any() for bits in self.terms)
            and not self.apart[np.ix_(authorities, authorities)].any()
            and (limit is None or sum(self.v[each].tolist()) <= limit)
            and len(authorities) <= self.q[each].min()
        )

    def part(self, places: Ints) -> "Market":
        """The market of some of its requirements, in the same order."""
        codes, a = np.unique(self.a[places], return_inverse=True)
        return Market(
            ids=tuple(self.ids[place] for place in places.tolist()),
            v=self.v[places],
            a=a.astype(np.int64),
            earliest=self.earliest[places],
            latest=self.latest[places],
            q=self.q[places],
            terms=tuple(bits[places] for bits in self.terms),
            apart=self.apart[np.ix_(codes, codes)],
            category=self.category,
        )


def market_of(problem: Problem) -> Market:
    """The market of a problem of one category."""
    category = problem.categories[0]
    members = sorted(problem.requirements, key=lambda r: (-r.earliest_start.toordinal(), r.id))
    codes = sorted({member.authority for member in members})
    number = {code: place for place, code in enumerate(codes)}
    most = len(codes) if category.max_authorities is None else category.max_authorities
    return Market(
        ids=tuple(member.id for member in members),
        v=np.array([member.value for member in members], dtype=np.float64),
        a=np.array([number[member.authority] for member in members], dtype=np.int64),
        earliest=_days([member.earliest_start.toordinal() for member in members]),
        latest=_days([member.latest_start.toordinal() for member in members]),
        q=np.array(
            [
                min(most, len(codes) if m.max_partners is None else 1 + m.max_partners)
                for m in members
            ],
            dtype=np.int64,
        ),
        terms=_terms(members),
        apart=_apart(problem, category, codes),
        category=category,
    )


def _days(ordinals: list[int]) -> Ints:
    return np.array(ordinals, dtype=np.int64)


def _terms(members: Sequence[Requirement]) -> tuple[Bits, ...]:
    """Per attribute an array n × words: bit k is set where value k is accepted."""
    found = []
    for name in sorted({name for member in members for name in member.accepts}):
        values = sorted({value for m in members for value in m.accepts.get(name, ())})
        bit = {value: place for place, value in enumerate(values)}
        bits = np.zeros((len(members), len(values) // 64 + 1), dtype=np.uint64)
        for place, member in enumerate(members):
            if name not in member.accepts:
                bits[place] = ~np.uint64(0)
            for value in member.accepts.get(name, ()):
                bits[place, bit[value] // 64] |= np.uint64(1) << np.uint64(bit[value] % 64)
        found.append(bits)
    return tuple(found)


def _apart(problem: Problem, category: Category, codes: list[str]) -> Flags:
    """Which authorities may not share: by the category's reach, and by what they said."""
    apart = np.zeros((len(codes), len(codes)), dtype=np.bool_)
    number = {code: place for place, code in enumerate(codes)}
    if category.reach is Reach.SUBREGION:
        where = np.array([problem.authority_by_code[code].subregion for code in codes])
        apart = where[:, None] != where[None, :]
    elif category.reach is Reach.NEIGHBOUR:
        apart[:] = True
        for pair in problem.neighbours:
            x, y = (number.get(code) for code in (*pair, *pair)[:2])
            if x is not None and y is not None:
                apart[x, y] = apart[y, x] = False
    for pair, code in problem.exclusions:
        x, y = (number.get(each) for each in (*pair, *pair)[:2])
        if code in ("", category.code) and x is not None and y is not None:
            apart[x, y] = apart[y, x] = True
    np.fill_diagonal(apart, False)
    return apart


def compatible_rows(market: Market, rows: Ints) -> Flags:
    """For some requirements, which others could be in a lot with them."""
    m = market
    fits = np.maximum(m.earliest[rows, None], m.earliest) <= np.minimum(
        m.latest[rows, None], m.latest
    )
    for bits in m.terms:
        fits &= (bits[rows, None, :] & bits[None, :, :]).any(axis=2)
    fits &= ~m.apart[m.a[rows, None], m.a[None, :]]
    two = m.a[rows, None] != m.a[None, :]
    fits &= ~(two & ((m.q[rows, None] < 2) | (m.q[None, :] < 2)))
    if m.category.max_lot_value is not None:
        fits &= m.v[rows, None] + m.v[None, :] <= m.category.max_lot_value
    fits &= (m.q[rows, None] >= 1) & (m.q[None, :] >= 1)
    fits[np.arange(len(rows)), rows] = False
    return fits


def bits_of(rows: Flags, words: int) -> Bits:
    """Rows of flags as rows of 64-bit words."""
    packed = np.packbits(rows, axis=1, bitorder="little")
    wide = np.zeros((len(rows), words * 8), dtype=np.uint8)
    wide[:, : packed.shape[1]] = packed
    return wide.view(np.uint64)
