"""Prices for the world of the tests: figures of some categories, a contract to take one from."""

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from marketplace.accounts.models import Organisation, Role
from marketplace.categories.models import CategoryPolicy
from marketplace.clock import london_day
from marketplace.contracts.models import Contract
from marketplace.lots.models import LotMember
from marketplace.requirements.models import Requirement
from marketplace.unit_prices.models import GivenPrice, PriceSource
from marketplace.unit_prices.quarters import quarter_of
from marketplace.unit_prices.releasing import make_release
from tests import factories

YEAR = 2026
OTHERS = ("9.10", "10.20", "11.30")


def add_prices(world) -> None:
    """A figure for each of `size` categories; the first authority pays the most."""
    session = world.session
    authorities = [
        world.authorities[0],
        *(factories.make_person(session, Role.COMMISSIONER).organisation for _ in OTHERS),
    ]
    for number in range(world.size):
        code = f"34{number + 1}00000"
        factories.make_cpv(session, code, f"Vehicles {number}")
        factories.make_policy(session, code, title=f"Vehicles {number}", unit="vehicles")
        for authority, price in zip(authorities, ("14.50", *OTHERS), strict=True):
            give(session, authority, code, price, unit="vehicles", at=world.now)
    released = world.now - timedelta(days=30)
    make_release(session, quarter_of(london_day(released)), at=released)
    _contract_with_quantity(world)


def give(session, authority: Organisation, code: str, price: str, *, unit: str, at, **facts):
    """A price that an authority gave long ago."""
    given = GivenPrice(
        authority_id=authority.id,
        category_code=code,
        unit=unit,
        **{"year": YEAR, "quantity": Decimal(100), **facts},
        price=Decimal(price),
        source=PriceSource.TYPED,
        given_at=at - timedelta(days=400),
    )
    session.add(given)
    session.flush()
    return given


def _contract_with_quantity(world) -> None:
    """Of the lot that was awarded it is known how many units each authority buys."""
    session = world.session
    contract = session.scalars(
        select(Contract).where(
            Contract.award_id.is_not(None), Contract.authority_id == world.authorities[0].id
        )
    ).first()
    policy = session.scalars(
        select(CategoryPolicy).where(CategoryPolicy.cpv_code == contract.category_code)
    ).one()
    policy.unit = "books"
    needs = session.scalars(
        select(Requirement)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(LotMember.lot_id == world.lots["awarded"].id)
    )
    for need in needs:
        need.quantity, need.unit = Decimal(5_000), "books"
