"""How many join feeds what the next run expects; pictures and tables to take away."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import product
from xml.etree import ElementTree

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services as grouping
from marketplace.grouping.expectations import Joining, joining_so_far
from marketplace.grouping.models import Proposal, RunCategory
from marketplace.lots import closing, joining
from optimiser.expectation import expected_benefit
from optimiser.lots import members_of, net_benefit
from tests import factories
from tests.optimiser.instances import made

CODE = "22113000"


def test_the_expectation_is_the_mean_over_everybody_who_may_join():
    problem = made(2, 6, authorities=5).of_category("1")
    lot = [each.id for each in problem.requirements]
    owners = {member.id: member.authority for member in members_of(problem, lot)}
    names, chance, mean = sorted(set(owners.values())), 0.7, 0.0
    for joins in product((True, False), repeat=len(names)):
        inside = {name for name, there in zip(names, joins, strict=True) if there}
        left = [each for each in lot if owners[each] in inside]
        weight = chance ** len(inside) * (1 - chance) ** (len(names) - len(inside))
        if len(inside) > 1:
            mean += weight * max(0.0, net_benefit(problem, left))
    assert expected_benefit(problem, lot, chance) == pytest.approx(mean)
    assert expected_benefit(problem, lot, 1.0) == pytest.approx(max(0, net_benefit(problem, lot)))
    assert expected_benefit(problem, lot, 0.0) == 0


def test_a_large_lot_expects_nearly_what_an_average_of_many_draws_says():
    problem = made(5, 40, authorities=20).of_category("1")
    gainful = replace(problem.categories[0], coordination_cost=0.0, elasticity=0.06)
    problem = replace(problem, categories=(gainful,))
    lot = [each.id for each in problem.requirements]
    sure, likely = expected_benefit(problem, lot, 1.0), expected_benefit(problem, lot, 0.8)
    assert 0 < likely < sure
    assert likely == expected_benefit(problem, lot, 0.8), "the same question, the same answer"


@pytest.fixture
def reviewer(session):
    factories.make_policy(session)
    return factories.make_person(session, Role.REVIEWER)


def window_of(session, reviewer, *, joining_: int, declining: int) -> None:
    """A window that has ended with so many who committed, and the rest silent."""
    people = [
        factories.make_person(session, Role.COMMISSIONER) for _ in range(joining_ + declining)
    ]
    members = [factories.make_requirement(session, each.organisation) for each in people]
    then = clock.now() - timedelta(days=20)
    lot = joining.open_joining(
        session,
        factories.make_proposal(session, members),
        closes_at=then + timedelta(days=10),
        by=reviewer,
        at=then,
    )
    for person in people[:joining_]:
        joining.commit_to_lot(session, lot, person.organisation, by=person, at=then)
    closing.close_joining(session, lot, by=reviewer, at=clock.now())


def test_what_joined_in_earlier_windows_is_what_the_next_run_expects(session, reviewer, sign_in):
    assert joining_so_far(session, [CODE])[CODE] == Joining(0, 0)
    window_of(session, reviewer, joining_=3, declining=1)
    window_of(session, reviewer, joining_=1, declining=2)  # which breaks the lot
    assert joining_so_far(session, [CODE])[CODE] == Joining(asked=7, joined=4)
    for _ in range(3):
        factories.make_requirement(session)
    session.commit()
    browser = sign_in(reviewer)
    assert "60% are expected to join" in browser.get("/grouping/start").text
    run = grouping.start_run(session, [CODE], 30, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    row = session.scalars(select(RunCategory)).one()
    assert (row.joining_rate, row.joining_asked) == (Decimal("0.6"), 7)
    assert "60%, after 7 asked" in browser.get(f"/grouping/{run.id}/categories").text
    (proposal,) = session.scalars(select(Proposal).where(Proposal.run_id == run.id))
    assert 0 < proposal.net_benefit_expected < proposal.net_benefit_likely
    assert "is to be expected" in browser.get(f"/grouping/{run.id}").text
    assert "is to be expected" in browser.get(f"/proposals/{proposal.id}").text


def test_where_nothing_is_known_two_thirds_are_expected():
    assert round(Joining().rate, 3) == Decimal("0.667")


def test_each_picture_can_be_taken_away_with_its_table(session, reviewer, sign_in):
    for _ in range(3):
        factories.make_requirement(session)
    run = grouping.start_run(session, [CODE], 30, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    browser = sign_in(reviewer)
    proposal = session.scalars(select(Proposal)).one()
    for page, names in (
        (f"/grouping/{run.id}", ("benefit", "tiers")),
        (f"/proposals/{proposal.id}", ("benefit", "division")),
    ):
        text = browser.get(page).text
        for name in names:
            assert f"{page}/{name}.csv" in text
            answer = browser.get(f"{page}/{name}.csv")
            rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
            assert len(rows) > 1
            assert len({len(row) for row in rows}) == 1
            if name != "tiers":
                drawn = ElementTree.fromstring(browser.get(f"{page}/{name}.svg").data)
                assert drawn.tag == "{http://www.w3.org/2000/svg}svg"
    assert "Low" in browser.get(f"/grouping/{run.id}/tiers.csv").text.title()
