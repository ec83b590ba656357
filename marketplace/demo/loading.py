"""Loading the demo's made-up London into an empty database: one seed, one transaction."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Neighbours, Organisation, SupplierSize
from marketplace.categories.models import CpvCode
from marketplace.categories.services import add_cpv, set_policy
from marketplace.demo import (
    cpv,
    desks,
    knowledge,
    london,
    postings,
    prices,
    readiness,
    register,
    runs,
    shelves,
    spending,
    waves,
)
from marketplace.demo.firms import firms
from marketplace.demo.keys import DemoKeys
from marketplace.demo.timeline import Timeline
from marketplace.demo.world import World, people
from marketplace.messages.services import settle
from marketplace.precedents.services import load_report
from marketplace.suppliers.services import describe_supplier, look_for_category

LARGEST_CONTRACT = {
    SupplierSize.MICRO: Decimal(400_000),
    SupplierSize.SMALL: Decimal(2_500_000),
    SupplierSize.MEDIUM: Decimal(12_000_000),
    SupplierSize.LARGE: Decimal(80_000_000),
}
"""What each could take on, pounds over the whole term."""


def is_loaded(session: Session) -> bool:
    """Whether the database has anybody in it."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def load(session: Session, at: datetime, *, keys: DemoKeys) -> None:
    """Load it all, in the transaction under way, as it would have come about until `at`."""
    timeline = Timeline(at)
    world = people(session, timeline, keys)
    _add_neighbours(world)
    _add_categories(world)
    _describe_suppliers(world)
    load_report(session, by=world.reviewers[0], at=timeline.day(-420, 11))
    timeline.begin(
        readiness.answers(world),
        knowledge.roles(world),
        knowledge.lessons(world),
        knowledge.cases_and_savings(world),
        postings.todays(world),
        postings.drafts(world),
        postings.exclusions(world),
        *register.registers(world),
        waves.proposed(world),
        *spending.spending(world),
        *prices.prices(world),
        *runs.all_of_them(world),
        desks.under_way(world),
    )
    timeline.play()
    settle(session, unread_from=at - timedelta(days=4), at=at)


def _describe_suppliers(world: World) -> None:
    at = world.timeline.day(-430, 11)
    for firm in firms():
        team = world.suppliers[firm.slug]
        describe_supplier(
            world.session,
            team.organisation,
            size=firm.size,
            location=firm.place,
            largest_contract=LARGEST_CONTRACT[firm.size],
            by=team,
            at=at,
        )
        for code in firm.codes:
            cpv = world.session.get_one(CpvCode, code)
            look_for_category(world.session, team.organisation, cpv, by=team, at=at)


def _add_neighbours(world: World) -> None:
    ids = {short: person.organisation_id for short, person in world.commissioners.items()}
    pairs = (sorted((ids[one], ids[other])) for one, other in london.neighbours())
    world.session.add_all(
        Neighbours(authority_a_id=first, authority_b_id=second) for first, second in pairs
    )


def _add_categories(world: World) -> None:
    add_cpv(world.session, cpv.codes())
    at = world.timeline.day(-440, 10)
    wares = {code: ware.terms() for code, ware in shelves.WARES.items()}
    every = [(None, shelves.EVERYTHING_ELSE), *shelves.PARENTS.items(), *wares.items()]
    for code, terms in every:
        set_policy(world.session, None, terms, cpv_code=code, by=world.administrator, at=at)
