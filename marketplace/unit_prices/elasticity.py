"""How strongly a category's unit price falls with volume, estimated from points: pure.

Sets and parameters: points i = 1 … n, each a lot with its volume Q_i > 0 and its unit price
p_i > 0; x_i = ln Q_i, y_i = ln p_i. The policy's β: low, likely and high; z = 1.645.

Model:      y_i = a − β x_i + e_i,  e_i ~ N(0, σ²),  nothing assumed of a.
Data:       β̂ = −S_xy / S_xx,  RSS = Σ (y_i − ȳ + β̂ (x_i − x̄))²
Variance:   s² = (ν₀ σ₀² + RSS) / ν  with ν = ν₀ + n − 2: σ² is estimated, with a first guess σ₀²
            worth ν₀ points, so that a few points in a line are not taken for certain;
            v = s² / S_xx · ν / (ν − 2), the variance of β̂ when σ² is not known (Student's t).
Prior:      β ~ N(m, τ²),  m = likely,  τ = (high − low) / 2z: low to high holds nine in ten.
Posterior:  1 / V = 1 / τ² + 1 / v,  b = V (m / τ² + β̂ / v): the normal-normal rule;
            interval b ± z √V, which holds nine in ten.

Source: A. Gelman and others, Bayesian Data Analysis, 3rd edition, sections 2.5, 2.6 and 14.2.
Where fewer than two points differ in volume the data say nothing and the prior stands.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, fsum, isfinite, log, sqrt

Z = 1.645
"""Of a normal, nine in ten lie within so many standard deviations."""
FIRST_GUESS = 0.25
"""σ₀: prices of the same thing differ by about a quarter for other reasons than volume."""
WORTH = 4
"""ν₀: how many points the first guess is worth."""
NARROWEST = 0.005
"""The least τ: no policy is so sure that data could not move it."""
SAME_VOLUME = 1e-6
"""Below this S_xx all volumes are one."""


@dataclass(frozen=True)
class Point:
    """A lot: what it is called, how much it is, and what a unit of it costs."""

    name: str
    volume: float
    price: float
    bids: int = 1


@dataclass(frozen=True)
class Prior:
    """What the policy says of β."""

    low: float
    likely: float
    high: float

    @property
    def spread(self) -> float:
        return max((self.high - self.low) / (2 * Z), NARROWEST)


@dataclass(frozen=True)
class Estimate:
    """β with its interval, and what it comes from."""

    low: float
    likely: float
    high: float
    points: tuple[Point, ...]
    """Those that were used, by volume."""
    left_out: int
    """Points without a positive volume and price."""
    from_data: float | None
    """β̂ of the points alone; None where they say nothing."""
    weight: float
    """The share of the data in `likely`; the rest is the prior's."""
    level: float
    """The unit price at `middle`."""
    middle: float
    """The geometric mean of the volumes."""

    def price_at(self, volume: float, beta: float) -> float:
        """What the unit price would be at a volume with this β, through the middle of the data."""
        return float(self.level * (volume / self.middle) ** -beta)

    def for_policy(self) -> tuple[float, float, float]:
        """Low, likely and high as a policy may have them: a price that rises counts as none."""
        low, likely, high = (
            min(max(each, 0.0), 1.0) for each in (self.low, self.likely, self.high)
        )
        return low, likely, high


def estimate(points: Sequence[Point], prior: Prior) -> Estimate:
    """β of a category from its points, shrunk towards the policy's."""
    usable = tuple(sorted(filter(_is_usable, points), key=lambda p: (p.volume, p.name)))
    x = [log(point.volume) for point in usable]
    y = [log(point.price) for point in usable]
    count = len(usable)
    middle = (fsum(x) / count, fsum(y) / count) if count else (0.0, 0.0)
    s_xx = fsum((each - middle[0]) ** 2 for each in x)
    slope, variance = None, 0.0
    if s_xx > SAME_VOLUME:
        slope, variance = _of_data(x, y, middle, s_xx)
    likely, spread, weight = _shrunk(slope, variance, prior)
    return Estimate(
        low=likely - Z * spread,
        likely=likely,
        high=likely + Z * spread,
        points=usable,
        left_out=len(points) - count,
        from_data=slope,
        weight=weight,
        level=exp(middle[1]),
        middle=exp(middle[0]),
    )


def _of_data(
    x: Sequence[float], y: Sequence[float], middle: tuple[float, float], s_xx: float
) -> tuple[float, float]:
    """β̂ and v."""
    s_xy = fsum((a - middle[0]) * (b - middle[1]) for a, b in zip(x, y, strict=True))
    slope = -s_xy / s_xx
    rss = fsum((b - middle[1] + slope * (a - middle[0])) ** 2 for a, b in zip(x, y, strict=True))
    freedom = WORTH + len(x) - 2
    scale = (WORTH * FIRST_GUESS**2 + rss) / freedom
    return slope, scale / s_xx * freedom / (freedom - 2)


def _shrunk(slope: float | None, variance: float, prior: Prior) -> tuple[float, float, float]:
    """b, √V and the weight of the data."""
    if slope is None:
        return prior.likely, prior.spread, 0.0
    own = 1 / prior.spread**2
    data = 1 / variance
    weight = data / (own + data)
    return weight * slope + (1 - weight) * prior.likely, sqrt(1 / (own + data)), weight


def _is_usable(point: Point) -> bool:
    return all(isfinite(each) and each > 0 for each in (point.volume, point.price))
