"""Volumes as partners may see them: so coarse that no figure gives another's value away.

A saving, a share and a total can each be turned back into the lot's volume, and two volumes that
differ by one member into that member's value. So what an authority is shown is worked out from
the others' volume on a grid of 1, 1.5, 2, 3, 5, 7 and 10: each step stands for amounts that
differ by two fifths or more, too wide to come within a tenth of anybody's.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from itertools import pairwise

STEPS = tuple(map(Decimal, ("1", "1.5", "2", "3", "5", "7", "10")))


def coarse(amount: Decimal) -> Decimal:
    """The step of the grid that is nearest in proportion; nothing stays nothing."""
    if amount == 0:
        return amount
    size = Decimal(10) ** abs(amount).adjusted()
    digits = abs(amount) / size
    for low, high in pairwise(STEPS):
        if digits * digits < low * high:
            return (low * size).copy_sign(amount)
    return (STEPS[-1] * size).copy_sign(amount)


def band(shown: Decimal) -> tuple[Decimal, Decimal]:
    """The amounts that are shown as this step: from, and up to."""
    size = Decimal(10) ** shown.adjusted()
    grid = [STEPS[-2] / 10, *STEPS, STEPS[1] * 10]
    place = grid.index((shown / size).normalize())
    low, here, high = grid[place - 1 : place + 2]
    return (low * here).sqrt() * size, (here * high).sqrt() * size


def can_be_told_apart(others: Sequence[object], told_before: Iterable[object]) -> bool:
    """Whether a total over `others` could be subtracted from a total that was shown before."""
    return bool(set(others) & set(told_before))
