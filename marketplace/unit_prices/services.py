"""Giving prices, correcting and withdrawing them, and saying that a figure was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.models import CategoryPolicy
from marketplace.clock import london_day
from marketplace.errors import Unacceptable, WrongState
from marketplace.unit_prices.contract_prices import ContractPrice
from marketplace.unit_prices.models import FigurePrice, GivenPrice, PriceSource
from marketplace.unit_prices.quarters import financial_year

YEARS_BACK = 2


@dataclass(frozen=True)
class Paid:
    """What somebody typed: so many units in a financial year, at so much each."""

    year: int
    quantity: Decimal
    price: Decimal


def years_to_give(at: datetime) -> list[int]:
    """The financial years of which a price can be given, the present one first."""
    present = financial_year(london_day(at))
    return [present - back for back in range(YEARS_BACK + 1)]


def give_price(
    session: Session,
    policy: CategoryPolicy,
    paid: Paid,
    *,
    by: Person,
    at: datetime,
    replaces: GivenPrice | None = None,
) -> GivenPrice:
    """Give what one's authority pays; `replaces` is what this corrects, which it withdraws.

    Raises Unacceptable for a category without a unit and a year that is too long ago.
    """
    if policy.cpv_code is None or policy.unit is None:
        raise Unacceptable("This category has no unit, so prices in it cannot be compared.")
    if paid.year not in years_to_give(at):
        raise Unacceptable("Choose one of the financial years on the page.")
    if replaces is not None:
        withdraw_price(session, replaces, by=by, at=at)
    given = GivenPrice(
        authority_id=by.organisation_id,
        category_code=policy.cpv_code,
        unit=policy.unit,
        year=paid.year,
        quantity=paid.quantity,
        price=paid.price,
        source=PriceSource.TYPED,
        given_at=at,
        given_by_id=by.id,
    )
    return _kept(session, given, by=by, at=at)


def give_from_contracts(
    session: Session, found: Sequence[ContractPrice], *, by: Person, at: datetime
) -> list[GivenPrice]:
    """Give the prices of one's own contracts, as `contract_prices` found them."""
    return [
        _kept(
            session,
            GivenPrice(
                authority_id=by.organisation_id,
                category_code=each.category_code,
                unit=each.unit,
                year=each.year,
                quantity=each.quantity,
                price=each.price,
                source=PriceSource.CONTRACT,
                contract_id=each.contract_id,
                given_at=at,
                given_by_id=by.id,
            ),
            by=by,
            at=at,
        )
        for each in found
    ]


def _kept(session: Session, given: GivenPrice, *, by: Person, at: datetime) -> GivenPrice:
    """The record says that a price was given and for what, never how much it is."""
    session.add(given)
    session.flush()
    what = {"category": given.category_code, "year": given.year, "source": given.source.value}
    record(session, Action.PRICE_GIVEN, given, by=by, at=at, **what)
    return given


def withdraw_price(session: Session, given: GivenPrice, *, by: Person, at: datetime) -> None:
    """Take a price back: no figure is worked out with it any more. Raises WrongState if it was."""
    if given.withdrawn_at is not None:
        raise WrongState("This price was withdrawn already.")
    given.withdrawn_at, given.withdrawn_by_id = at, by.id
    record(session, Action.PRICE_WITHDRAWN, given, by=by, at=at)


def say_seen(session: Session, used: FigurePrice, *, by: Person, at: datetime) -> None:
    """Note that the authority has seen where it stands; once is enough."""
    if used.seen_at is None:
        used.seen_at, used.seen_by_id = at, by.id
        record(session, Action.PRICE_FIGURE_SEEN, by.organisation, by=by, at=at)
