"""Sets of requirements that cover all lots: within one, most rules of a lot hold by themselves.

Every lot has a first member r (the latest earliest start, see `market.py`), and its other members
come after r and are compatible with r. For every attribute there is a value that all accept, and
with q the smallest limit on authorities of any member, all accept q. So every lot first in r is
{r} and a part of one of the sets

    { i after r : compatible(r, i), i accepts value_1, …, value_k, q_i ≥ q },  at most q authorities

of which only those inside no other are needed. Where values are too many to combine, the last
attributes are left out: the sets are then larger, and what is bounded over them is still a bound.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from optimiser.market import Bits, Flags, Market

MOST_SETS = 300


@dataclass(frozen=True)
class Cell:
    """Candidates to join the first member, and the most authorities of a lot with it."""

    inside: Flags
    limit: int


def cells_after(market: Market, first: int, candidates: Flags) -> tuple[Cell, ...]:
    """Cells that cover every joint lot whose first member is `first`."""
    found = [
        cell
        for inside in _by_values(market, first, candidates)
        for cell in _by_limit(market, first, inside)
    ]
    return tuple(_needed(found))


def cells_of_days(market: Market) -> tuple[Cell, ...]:
    """Cells that cover every joint lot, whoever is first: by start day instead."""
    days = np.unique(market.earliest)
    open_ = [(market.earliest <= day) & (day <= market.latest) for day in days.tolist()]
    found = [
        cell
        for candidates in maximal(open_)
        for inside in _by_values(market, None, candidates)
        for cell in _by_limit(market, None, inside)
    ]
    return tuple(_needed(found))


def _by_values(market: Market, first: int | None, candidates: Flags) -> list[Flags]:
    sets = maximal([candidates])
    for bits in market.terms:
        asked = ~np.zeros_like(bits[0]) if first is None else bits[first]
        if not len(sets) or (asked & np.bitwise_and.reduce(bits[candidates], axis=0)).any():
            continue
        accepted = list(_accepting(bits, asked))
        finer = maximal([each & accept for each in sets for accept in accepted])
        if len(finer) > MOST_SETS:
            break
        sets = finer
    return sets


def _accepting(bits: Bits, asked: Bits) -> Iterator[Flags]:
    """For each value asked for: who accepts it."""
    for word in range(bits.shape[1]):
        named = np.bitwise_or.reduce(bits[:, word][~(bits == ~np.uint64(0)).all(axis=1)], axis=0)
        for bit in range(64):
            one = np.uint64(1) << np.uint64(bit)
            if named & asked[word] & one:
                yield (bits[:, word] & one) > 0


def _by_limit(market: Market, first: int | None, inside: Flags) -> Iterator[Cell]:
    """For each limit on authorities: those who accept as many."""
    own = [] if first is None else [first]
    most = market.q[own].min(initial=market.n)
    for level in np.unique(np.minimum(market.q[inside], most)).tolist():
        here = inside & (market.q >= level)
        crowd = len({*market.a[here].tolist(), *market.a[own].tolist()})
        yield Cell(here, min(level, crowd))
        if crowd <= level:
            return  # nobody is shut out by the limit, so higher limits offer nothing new


def _needed(cells: list[Cell]) -> Iterator[Cell]:
    """Cells that are not inside another with no lower limit."""
    if not cells:
        return
    rows = np.array([cell.inside for cell in cells], dtype=np.float32)
    inside = (rows @ rows.T) >= rows.sum(axis=1)[:, None]
    limits = np.array([cell.limit for cell in cells])
    covered = inside & (limits[:, None] <= limits[None, :])
    for place, cell in enumerate(cells):
        equal = covered[place] & covered[:, place]
        if not (covered[place] & ~equal).any() and not equal[:place].any():
            yield cell


def maximal(sets: Iterable[Flags]) -> list[Flags]:
    """The sets that are inside no other, the largest first."""
    unique = {each.tobytes(): each for each in sets if each.any()}
    ordered = sorted(unique.values(), key=lambda each: (-int(each.sum()), each.tobytes()))
    if not ordered:
        return []
    rows = np.array(ordered, dtype=np.float32)
    inside = (rows @ rows.T) >= rows.sum(axis=1)[:, None]
    return [each for place, each in enumerate(ordered) if not inside[place, :place].any()]
