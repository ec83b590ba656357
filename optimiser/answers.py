"""What the solver answers: typed, and free of any solver's own types."""

from collections.abc import Callable
from dataclasses import dataclass

Lot = tuple[str, ...]
Stop = Callable[[], bool]

# What the referee of the problem forgives: a penny, or a millionth.
PENNY = 0.01
MILLIONTH = 1e-6


def is_proven(net_benefit: float, upper_bound: float) -> bool:
    """Nothing is left between the answer and the bound but rounding."""
    return upper_bound - net_benefit <= max(PENNY, MILLIONTH * abs(upper_bound))


@dataclass(frozen=True)
class CategoryResult:
    """What was found in one category; `upper_bound` is proven, pounds."""

    category: str
    requirements: int
    lots: tuple[Lot, ...]
    net_benefit: float
    upper_bound: float
    seconds: float
    method: str

    @property
    def proven_optimal(self) -> bool:
        return is_proven(self.net_benefit, self.upper_bound)


@dataclass(frozen=True)
class Grouping:
    """The joint lots of a whole problem; who is in none of them buys alone."""

    lots: tuple[Lot, ...]
    net_benefit: float
    upper_bound: float
    proven_optimal: bool
    seconds: float
    categories: tuple[CategoryResult, ...]

    @property
    def gap(self) -> float:
        """What may be missing, as a part of the bound."""
        missing = self.upper_bound - self.net_benefit
        return max(0.0, missing / self.upper_bound) if self.upper_bound > 0 else 0.0


@dataclass(frozen=True)
class Progress:
    """How far a grouping is: enough to draw a bar."""

    categories_done: int
    categories: int
    net_benefit: float
    upper_bound: float
    seconds: float
