"""What each limit of a requirement costs everybody: relax it, group again, bracket the rise.

With prices π and their bound Z of the category as it is (`generation.py`) and a best known worth v:
a grouping that only the relaxed limit allows holds a *new* lot L, and is worth at most
Z + k·reduced(L), where k is the number of new lots that fit in one grouping. The rise is what the
best such grouping brings above the best one without new lots, which is worth v at least. So

1. new lots with reduced(L) ≥ v − Z are listed; where there are none, the limit costs nothing;
2. otherwise the rise is at most Z + k·(the largest reduced worth of a new lot) − v, and no more
   than a lot can gain by taking the requirement in;
3. new lots and the lots of the category near their prices are packed again: what that is worth is
   reached, and its bound is a bound where a grouping with an unlisted lot is proven to be worse;
4. where that proves too little, the relaxed category is solved anew, as far as time allows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from optimiser.known import base_of
from optimiser.limits import relaxations
from optimiser.problem import Problem
from optimiser.rising import Bracket, rise
from optimiser.timing import Deadline


@dataclass(frozen=True)
class Cost:
    """The rise in net benefit if one limit were relaxed: reached, and proven not to be more."""

    limit: str
    was: str
    becomes: str
    gain: float
    gain_at_most: float
    lot: tuple[str, ...] = ()
    """The requirement's lot in the grouping that brings the gain."""


def costs_of(
    problem: Problem,
    lots: Sequence[Sequence[str]],
    requirement: str,
    until: Deadline,
    on_progress: Callable[[int, int], None] | None = None,
) -> tuple[Cost, ...]:
    """Each limit of a requirement of a problem of one category, and what it costs everybody."""
    todo = list(relaxations(problem, requirement))
    if not todo:
        return ()
    base = base_of(problem, lots, until)
    found: dict[int, Cost] = {}
    # Backwards, so that a window opened further is known before the same opened less.
    for place, each in enumerate(reversed(todo)):
        wider = found.get(id(each.within))
        risen = Bracket(0.0, 0.0)
        if wider is None or wider.gain_at_most > 0:
            risen = rise(base, each, until.sooner(until.left / (len(todo) - place)))
        most = risen.gain_at_most
        if wider is not None:
            most = max(risen.gain, min(most, wider.gain_at_most))
        if on_progress:
            on_progress(place + 1, len(todo))
        found[id(each)] = Cost(each.limit, each.was, each.becomes, risen.gain, most, risen.lot)
    return tuple(found[id(each)] for each in todo)
