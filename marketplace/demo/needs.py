"""Writing what an authority needs: a believable title, size, window and specification."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from marketplace.accounts.models import Organisation
from marketplace.demo.timeline import Timeline
from marketplace.demo.ware import Ware
from marketplace.requirements.services import Need

SMALL = {"CTY": 0.35, "KIN": 0.6, "RIC": 0.65, "SUT": 0.65, "MER": 0.7, "BDG": 0.75}
LARGE = {"CRO": 1.4, "BNT": 1.35, "NEW": 1.3, "SWK": 1.25, "LAM": 1.25, "EAL": 1.2, "BRO": 1.15}
SIZES = SMALL | LARGE


@dataclass(frozen=True)
class Window:
    """Months from now between which the earliest start lies, and how long a start may wait."""

    start: tuple[int, int]
    length: tuple[int, int]
    agreeable: bool = False
    """The authorities of a wave that is to be shared are less particular."""


class Writer:
    """Writes needs; the same seed writes the same ones."""

    def __init__(self, rng: random.Random, timeline: Timeline) -> None:
        self.rng, self.timeline = rng, timeline

    def need(self, ware: Ware, authority: Organisation, window: Window) -> Need:
        """What this authority might post in a category."""
        rng = self.rng
        months = rng.choice(ware.months)
        title = rng.choice(ware.heads) + rng.choice(ware.tails)
        value = self._value(ware, authority, months)
        ahead = rng.randint(*window.start)
        notes = rng.sample(ware.notes, rng.randint(0, min(2, len(ware.notes))))
        return Need(
            category_code=ware.code,
            title=title,
            description=" ".join(notes),
            value=value,
            quantity=_quantity(value, rng.uniform(*ware.each)),
            unit=ware.unit,
            earliest_start=self.timeline.month(ahead),
            latest_start=self.timeline.month(ahead + rng.randint(*window.length)),
            term_months=months,
            accepts=self._accepts(ware, title, window.agreeable),
            max_partners=rng.choice((1, 2, 2, 3)) if rng.random() < 0.12 else None,
        )

    def _value(self, ware: Ware, authority: Organisation, months: int) -> Decimal:
        least, most = ware.yearly
        # Small contracts are more common than large ones.
        yearly = least * (most / least) ** self.rng.random()
        size = SIZES.get(str(authority.short_code), 1.0)
        return _rounded(yearly * 1000 * size * months / 12)

    def _accepts(self, ware: Ware, title: str, agreeable: bool) -> Mapping[str, Sequence[str]]:
        accepts: dict[str, Sequence[str]] = {}
        for name in ware.specification:
            values = ware.values(name)
            said = [value for value in values if _stem(value) in _stem(title)]
            if said:
                accepts[name] = said
            elif not agreeable and self.rng.random() < 0.6:
                accepts[name] = self.rng.sample(values, self.rng.randint(1, len(values)))
        return accepts


def _stem(words: str) -> str:
    return words.lower().replace("-", " ").removeprefix("by ")[:60].replace("disability", "disabil")


def _rounded(pounds: float) -> Decimal:
    """To three figures, as people estimate."""
    step = 10 ** max(len(str(int(pounds))) - 3, 2)
    return Decimal(max(round(pounds / step), 1) * step)


def _quantity(value: Decimal, each: float) -> Decimal:
    amount = float(value) / each
    step = 10 ** max(len(str(int(amount))) - 2, 0)
    return Decimal(max(round(amount / step), 1) * step)
