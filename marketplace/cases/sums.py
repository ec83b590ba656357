"""The sums of a business case: pure, in Decimal pounds, each rounded to the penny once.

Members i of a lot, each with the value vᵢ that it would pay alone over its term and Nᵢ years of
term (months over twelve). Under the assumptions β (price effect of volume), δ (deepest discount),
f (volume bought over volume expected), s (share of the members’ volume that joins):

    V   = Σ vᵢ                                            the volume together
    dᵢ  = min(δ, 1 − max(1, s·V / vᵢ)^(−β))               by how much i’s price falls
    Sᵢ  = s · f · vᵢ · dᵢ                                 what it saves over its term
    Aᵢ  = s · T                                           the tender that it need not run
    Cᵢ  = (T + C·(n − 1)) · vᵢ / V                        its part of the one-off costs
    Rᵢ  = R                                               its running cost in each year

with T the cost of a tender, C that of aligning each authority beyond the first, R that of running
the joint contract. Year 0 has Aᵢ − Cᵢ; year t of the term its part of Sᵢ less Rᵢ. At the rate r

    NPVᵢ = Σₜ flowᵢₜ / (1 + r)ᵗ,   NPV = Σᵢ NPVᵢ
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

PENNY = Decimal("0.01")
ZERO = Decimal(0)
LESS, MORE = Decimal("0.75"), Decimal("1.25")
GREEN_BOOK_RATE = Decimal("0.035")
"""The social time preference rate of HM Treasury’s Green Book, real, for the first 30 years."""


@dataclass(frozen=True)
class Part:
    """One authority’s part of the baseline."""

    authority: str
    value: Decimal
    term_months: int


@dataclass(frozen=True)
class Assumptions:
    """What the sums rest on besides the baseline."""

    elasticity: Decimal
    max_discount: Decimal
    tender_cost: Decimal
    coordination_cost: Decimal
    running_cost: Decimal
    """Of each authority, in each year of its term."""
    rate: Decimal = GREEN_BOOK_RATE
    volume: Decimal = Decimal(1)
    joining: Decimal = Decimal(1)


@dataclass(frozen=True)
class Benefit:
    """What one authority gains: before discounting by kind, and its net present value."""

    authority: str
    value: Decimal
    saving: Decimal
    avoided: Decimal
    one_off: Decimal
    running: Decimal
    flows: tuple[Decimal, ...]
    """Year 0, 1, 2 and so on."""
    present_value: Decimal


@dataclass(frozen=True)
class Case:
    """All that follows from a baseline under some assumptions."""

    benefits: tuple[Benefit, ...]
    flows: tuple[Decimal, ...]
    net_present_value: Decimal
    payback_year: int | None
    """The first year by whose end the discounted flows together are not negative; None: never."""
    break_even_discount: Decimal | None
    """The price cut, the same for all, at which the net present value is nothing."""


@dataclass(frozen=True)
class Swing:
    """The net present value at the low and the high end of one assumption."""

    name: str
    low: str
    high: str
    at_low: Decimal
    at_high: Decimal

    @property
    def spread(self) -> Decimal:
        return abs(self.at_high - self.at_low)


def discount_of(value: Decimal, together: Decimal, given: Assumptions) -> Decimal:
    """dᵢ = min(δ, 1 − max(1, s·V / v)^(−β))."""
    leverage = max(Decimal(1), given.joining * together / value)
    return min(given.max_discount, 1 - leverage**-given.elasticity)


def work_out(parts: Sequence[Part], given: Assumptions) -> Case:
    """The case of a baseline; the authorities’ figures add up to those of all, to the penny."""
    together = sum((part.value for part in parts), ZERO)
    one_off = _pennies(given.tender_cost + given.coordination_cost * (len(parts) - 1))
    shares = spread(one_off, [part.value for part in parts])
    benefits = tuple(
        _benefit(part, together, share, given) for part, share in zip(parts, shares, strict=True)
    )
    years = max(len(each.flows) for each in benefits)
    flows = tuple(
        sum((each.flows[year] for each in benefits if year < len(each.flows)), ZERO)
        for year in range(years)
    )
    return Case(
        benefits,
        flows,
        sum((each.present_value for each in benefits), ZERO),
        payback_year(flows, given.rate),
        break_even_discount(parts, benefits, given),
    )


def present_value(flows: Sequence[Decimal], rate: Decimal) -> Decimal:
    """Σₜ flowₜ / (1 + r)ᵗ, to the penny."""
    return _pennies(sum((flow / (1 + rate) ** year for year, flow in enumerate(flows)), ZERO))


def payback_year(flows: Sequence[Decimal], rate: Decimal) -> int | None:
    """The first year t with Σ_{u ≤ t} flowᵤ / (1 + r)ᵘ ≥ 0 that stays so to the end."""
    sums, running = [], ZERO
    for year, flow in enumerate(flows):
        running += flow / (1 + rate) ** year
        sums.append(running)
    stays = [year for year in range(len(sums)) if min(sums[year:]) >= 0]
    return stays[0] if stays else None


def break_even_discount(
    parts: Sequence[Part], benefits: Sequence[Benefit], given: Assumptions
) -> Decimal | None:
    """d* with Σᵢ PV(s·f·vᵢ·d*) = −Σᵢ PV(everything else); None where nothing is bought.

    The saving of a uniform discount d is d times the discounted volume, so d* is a quotient.
    """
    bought = ZERO
    rest = ZERO
    for part, benefit in zip(parts, benefits, strict=True):
        volume = given.joining * given.volume * part.value
        yearly = spread(_pennies(volume), year_weights(part.term_months))
        bought += present_value([ZERO, *yearly], given.rate)
        rest += benefit.present_value
        saved = spread(benefit.saving, year_weights(part.term_months))
        rest -= present_value([ZERO, *saved], given.rate)
    return None if bought == 0 else -rest / bought


def of_all(case: Case) -> Decimal:
    """The net present value of everybody together."""
    return case.net_present_value


def tornado(
    parts: Sequence[Part],
    given: Assumptions,
    elasticities: tuple[Decimal, Decimal],
    whose: Callable[[Case], Decimal] = of_all,
) -> list[Swing]:
    """What the net present value depends on most: one assumption moved at a time.

    The price effect between its low and high estimate, the costs of agreeing and running and that
    of a tender (which members avoid, so a dear one speaks for the lot) a quarter less and more,
    volume a tenth less and more, and three fifths to all of the volume joining.
    """

    def value(**changed: Decimal) -> Decimal:
        return whose(work_out(parts, replace(given, **changed)))

    def costs(factor: Decimal) -> Decimal:
        return value(
            coordination_cost=given.coordination_cost * factor,
            running_cost=given.running_cost * factor,
        )

    def tender(factor: Decimal) -> Decimal:
        return value(tender_cost=given.tender_cost * factor)

    low, high = elasticities
    swings = [
        Swing(
            "Price effect of volume",
            f"{low.normalize():f}",
            f"{high.normalize():f}",
            value(elasticity=low),
            value(elasticity=high),
        ),
        Swing("Agreeing and running", "25% more", "25% less", costs(MORE), costs(LESS)),
        Swing("Cost of a tender", "25% less", "25% more", tender(LESS), tender(MORE)),
        Swing(
            "Volume bought",
            "10% less",
            "10% more",
            value(volume=Decimal("0.9")),
            value(volume=Decimal("1.1")),
        ),
        Swing("Share that joins", "60%", "100%", value(joining=Decimal("0.6")), value()),
    ]
    return sorted(swings, key=lambda each: (-each.spread, each.name))


def year_weights(months: int) -> list[Decimal]:
    """The months in each year of a term: 30 months are 12, 12 and 6."""
    whole, rest = divmod(months, 12)
    return [Decimal(12)] * whole + ([Decimal(rest)] if rest else [])


def spread(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Whole pennies by weight that add up to the amount.

    Each gets the difference of two rounded running totals, so no remainder is left to place.
    """
    total, so_far, given, found = sum(weights, ZERO), ZERO, ZERO, []
    for weight in weights:
        so_far += weight
        reached = _pennies(amount * so_far / total)
        found.append(reached - given)
        given = reached
    return found


def _benefit(part: Part, together: Decimal, one_off: Decimal, given: Assumptions) -> Benefit:
    cut = discount_of(part.value, together, given)
    saving = _pennies(given.joining * given.volume * part.value * cut)
    avoided = _pennies(given.joining * given.tender_cost)
    weights = year_weights(part.term_months)
    running = [_pennies(given.running_cost * weight / 12) for weight in weights]
    saved = spread(saving, weights)
    years = [gained - cost for gained, cost in zip(saved, running, strict=True)]
    flows = (avoided - one_off, *years)
    return Benefit(
        part.authority,
        part.value,
        saving,
        avoided,
        one_off,
        sum(running, ZERO),
        flows,
        present_value(flows, given.rate),
    )


def _pennies(amount: Decimal) -> Decimal:
    return amount.quantize(PENNY)
