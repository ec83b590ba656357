"""Branch and price over counts: how many lots are large, before it is known which.

The relaxation fills lots to the brim and takes a fraction of one more. Where this leaves a gap in
which there are too many lots to list, the groupings are split in two, by the number of lots of a
volume of θ or more: at most k, or at least k + 1. Each half is priced anew over all lots. With a
price σ ≥ 0 for the count, a lot of such a volume is worth σ less than its net benefit in the first
half, σ more in the second, and for sign ±1 and most = k or −(k + 1)

    Σ_i π_i + σ·most + Σ_r max(0, the largest reduced worth of a lot first in r)

bounds the half (`packing.py` has the same over a list). What is worth no more than the answer known
is dropped; what has few lots in its gap is listed and packed; the rest is split again, the part of
the largest bound first.
"""

from dataclasses import dataclass, replace

import numpy as np

from optimiser.generation import Generated, generate, tolls_of
from optimiser.market import Flags, Floats
from optimiser.master import Count
from optimiser.packing import best_packing, is_settled, uncertain_count
from optimiser.pool import Pool
from optimiser.search import FREE, Search
from optimiser.timing import Deadline

MOST_LISTED, AT_LAST = 60_000, 400_000  # lots; where nothing is left to split by
SHARES = (1.0, 0.6, 0.35, 0.2)  # of the gap
MOST_KEPT = 6_000


@dataclass(frozen=True)
class Part:
    """Groupings that obey some counts, and a bound on them; hopeless if nothing known helps.

    `dual` is what the prices alone prove. A packing may have lowered the bound below it, but how
    far a lot may be below its price is reckoned from the prices' own.
    """

    counts: tuple[Count, ...]
    bound: float
    dual: float = np.inf
    pi: Floats | None = None
    sigma: Floats | None = None
    width: int = 0
    hopeless: bool = False


@dataclass
class Parts:
    """What is left to look at, kept from step to step."""

    open: list[Part]

    @property
    def bound(self) -> float:
        return max((part.bound for part in self.open), default=-np.inf)


class Counting:
    """Looks at one part after another."""

    def __init__(self, search: Search, pool: Pool, parts: Parts, known: float) -> None:
        self.search = search
        self.pool = pool
        self.parts = parts
        self.known = known
        self.best: Flags | None = None

    def run(self, until: Deadline) -> None:
        """Until nothing is worth more than what is known, or there is no way on."""
        while not until.passed:
            self.parts.open = [
                part for part in self.parts.open if not is_settled(part.bound, self.known)
            ]
            ahead = [part for part in self.parts.open if not part.hopeless]
            if not ahead:
                return
            part = max(ahead, key=lambda each: each.bound)
            self.parts.open.remove(part)
            self.parts.open += self._worked(part, until)

    def _worked(self, part: Part, until: Deadline) -> list[Part]:
        """What is left of a part."""
        made = generate(
            self.search, self.pool, self.known, until, _before(part, self.pool), part.counts
        )
        self._keep(made.pool)
        part = replace(
            part,
            bound=min(part.bound, made.bound),
            dual=made.bound,
            pi=made.pi,
            sigma=made.sigma,
            width=made.width,
        )
        if is_settled(part.bound, self.known):
            return []
        if not made.finished or made.relaxed is None:
            return [replace(part, hopeless=not until.passed)]
        gap = made.bound - self.known
        listed = self._listed(part, made, gap, MOST_LISTED, until)
        if listed is not None:
            return self._packed(part, listed, 0.0, until)
        least, total = uncertain_count(made.relaxed.x, made.pool.volume, self.search.market.cap)
        if least is None:
            return self._packed_in_part(part, made, until)
        few = Count(least, 1.0, float(np.floor(total)))
        many = Count(least, -1.0, -float(np.ceil(total)))
        sigma = np.append(made.sigma, 0.0)
        return [replace(part, counts=(*part.counts, count), sigma=sigma) for count in (few, many)]

    def _packed_in_part(self, part: Part, made: Generated, until: Deadline) -> list[Part]:
        """Where nothing is left to split by: of lots too many to list, those nearest to their
        prices. A grouping with another lot is worth less than the bound by as much."""
        for share in SHARES:
            gap = share * (made.bound - self.known)
            listed = self._listed(part, made, gap, AT_LAST, until)
            if listed is not None:
                return self._packed(part, listed, made.bound - gap if share < 1 else 0.0, until)
        return [replace(part, hopeless=not until.passed)]

    def _packed(self, part: Part, listed: Pool, beyond: float, until: Deadline) -> list[Part]:
        """Pack a list; a grouping with a lot that is not in it is worth at most `beyond`."""
        packing = best_packing(listed, self.known, part.bound, until, part.counts)
        if packing.members is not None:
            value = float(listed.net[_places(listed, packing.members)].sum())
            self.known, self.best = value, packing.members
        bound = min(part.bound, max(packing.bound, beyond))
        return [] if is_settled(bound, self.known) else [replace(part, bound=bound)]

    def _listed(
        self, part: Part, made: Generated, gap: float, most: int, until: Deadline
    ) -> Pool | None:
        """All lots of reduced worth ≥ −gap at the part's prices; None where they are too many."""
        self.search.tolls = tolls_of(part.counts, made.sigma)
        try:
            return self.search.all_above(made.pi, -gap, most, until)
        finally:
            self.search.tolls = FREE

    def _keep(self, pool: Pool) -> None:
        """Lots met in one part are good for the others."""
        if len(pool) <= MOST_KEPT:
            self.pool = pool


def _before(part: Part, pool: Pool) -> Generated | None:
    if part.pi is None or part.sigma is None:
        return None
    return Generated(pool, part.pi, part.dual, False, part.width, part.sigma)


def _places(pool: Pool, members: Flags) -> list[int]:
    known = {row.tobytes(): place for place, row in enumerate(pool.members)}
    return [known[row.tobytes()] for row in members]
