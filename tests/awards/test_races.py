"""Two of the staff confirm the award of one lot at once, again and again: one award each time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.awards import services
from marketplace.awards.models import Award
from marketplace.contracts.awarding import award_and_register
from marketplace.contracts.models import Contract
from marketplace.errors import MarketplaceError
from marketplace.lots.queries import visible_lot
from tests import factories
from tests.copies import Original

RACES = {"sqlite": 170, "postgresql": 30}
ON_DEMAND = {"sqlite": 9_500, "postgresql": 500}


@pytest.fixture
def racers(original: Original):
    """Two people of whom neither asked for the award, and what waits."""
    original.restore()
    with Session(original.engine) as session:
        world = original.world.again(session)
        lot = world.lots["award asked"]
        third = factories.make_person(session, Role.REVIEWER, world.reviewers[0].organisation)
        racers = (world.reviewers[0].id, third.id)
        waits = (lot.id, world.asked(lot).id)
        session.commit()
    original.engine.dispose()
    return racers, waits


def race(original: Original, racers, waits) -> tuple[int, int, int]:
    """How many were told that it is done, how many awards there are, and how many contracts."""
    start = Barrier(2)

    def confirm(person_id) -> bool:
        with Session(original.engine.execution_options(sqlite_reading=True)) as session:
            person = session.get_one(Person, person_id)
            lot = visible_lot(session, waits[0], person)  # as it was when the page was drawn
            assert lot.reference
        start.wait()
        with Session(original.engine) as session:
            person = session.get_one(Person, person_id)
            lot = visible_lot(session, waits[0], person)
            try:
                award_and_register(session, lot, waits[1], by=person, at=original.world.now)
                session.commit()
            except MarketplaceError:
                session.rollback()
                return False
            return True

    with ThreadPoolExecutor(2) as side_by_side:
        told = list(side_by_side.map(confirm, racers))
    with Session(original.engine.execution_options(sqlite_reading=True)) as session:
        awards = session.scalars(select(Award.id).where(Award.lot_id == waits[0])).all()
        contracts = session.scalar(
            select(func.count()).select_from(Contract).where(Contract.award_id.in_(awards))
        )
    return sum(told), len(awards), contracts or 0


def again(original: Original, racers) -> None:
    """Everything as before the race, with the third person."""
    original.restore()
    with Session(original.engine) as session:
        centre = original.world.again(session).reviewers[0].organisation
        factories.make_person(session, Role.REVIEWER, centre, id=racers[1])
        session.commit()


def run(original: Original, racers, waits, races: int) -> None:
    members = len(original.world.authorities)
    for _ in range(races):
        assert race(original, racers, waits) == (1, 1, members)
        again(original, racers)


def test_each_of_200_races_ends_with_one_award(original: Original, racers, database):
    run(original, *racers, RACES[database])


@pytest.mark.prove
def test_each_of_10000_races_ends_with_one_award(original: Original, racers, database):
    run(original, *racers, ON_DEMAND[database])


def test_without_the_lock_a_race_would_end_otherwise(
    original: Original, racers, database, monkeypatch
):
    """The seeded fault: nobody locks the lot or looks at what waits; the database alone holds."""
    if database == "sqlite":
        pytest.skip("SQLite lets one write at a time, with or without locks")
    monkeypatch.setattr(
        services, "_ready", lambda session, lot: services.Evaluation.of(session, lot)
    )
    ends = []
    for _ in range(20):
        try:
            ends.append(race(original, *racers))
        except Exception as fault:  # the second meets the one award that the database allows
            ends.append(type(fault).__name__)
        again(original, racers[0])
    assert any(end != (1, 1, len(original.world.authorities)) for end in ends)
