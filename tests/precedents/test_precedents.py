"""The library of precedents, the ways of sharing, and what a proposal shows of them."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.categories.models import Tier
from marketplace.grouping.models import ProposalWay
from marketplace.labels import Label, Labelled, MixedLabels, total
from marketplace.precedents.models import Precedent
from marketplace.precedents.relevance import Sought, closeness, relevant
from marketplace.precedents.seeds import SEEDS
from marketplace.precedents.services import load_report
from marketplace.precedents.ways import WAYS, Way
from tests import factories
from tests.pages import FOUND, LESSON
from tests.world import BOOKS

PAGE = "/knowledge/precedents"


@pytest.fixture
def library(session):
    factories.make_policy(session, None)
    factories.make_policy(session, BOOKS, tier=Tier.LOW)
    factories.make_cpv(session, "79620000", "Supply services of personnel")
    load_report(session, by=None, at=clock.now())
    session.commit()
    return session.scalars(select(Precedent).order_by(Precedent.reference)).all()


@pytest.fixture
def proposal(session, library):
    members = [factories.make_requirement(session) for _ in range(3)]
    made = factories.make_proposal(session, members)
    session.commit()
    return made


@pytest.fixture
def reviewer(session, sign_in):
    return sign_in(factories.make_person(session, Role.REVIEWER))


def test_the_empty_library_is_filled_with_what_the_report_tells_once(session, reviewer):
    assert "The library is empty" in reviewer.get(PAGE).text
    assert reviewer.send(f"{PAGE}/load", {}, page=PAGE).status_code == 303
    reviewer.send(f"{PAGE}/load", {}, page=PAGE)
    page = reviewer.get(PAGE).text
    assert f"{len(SEEDS)} precedents" in page
    assert "What negotiating one large contract costs" in page


def test_the_command_fills_it_too(session, command):
    factories.make_cpv(session, BOOKS, "Library books")
    assert f"{len(SEEDS)} precedents added" in command("precedents", "load").output
    assert "0 precedents added" in command("precedents", "load").output
    found = session.scalars(select(Precedent.category_code).where(Precedent.category_code != ""))
    assert set(found) == {BOOKS}, "codes that this site does not have are left out"


def test_the_library_is_found_by_words_way_outcome_and_evidence(library, reviewer):
    assert "5 precedents" not in reviewer.get(f"{PAGE}?q=consultancy").text
    assert "1 precedent<" in reviewer.get(f"{PAGE}?q=consultancy").text
    assert "A strong borough" in reviewer.get(f"{PAGE}?way=delivery_partnership").text
    told = reviewer.get(f"{PAGE}?outcome=worked&evidence=told").text
    assert "2 precedents" in told
    assert "No precedent fits" in reviewer.get(f"{PAGE}?q=submarines").text
    assert reviewer.get(f"{PAGE}?way=telepathy&sort=saving&order=down").status_code == 200


def test_a_precedent_says_its_source_and_how_good_its_evidence_is(library, reviewer):
    page = reviewer.get(f"{PAGE}/{library[0].id}").text
    assert "June 2006, section 4" in page
    assert "Reported: a figure that somebody published" in page


def test_a_proposal_shows_the_precedents_that_speak_to_it_and_why(proposal, reviewer):
    page = reviewer.get(f"/proposals/{proposal.id}").text
    assert "Books for libraries: among the first" in page
    assert "The same category; the same way: boroughs commission together" in page
    assert "Care placements" not in page


def test_a_reviewer_says_which_way_a_proposal_takes_and_precedents_follow(
    session, proposal, reviewer
):
    page = f"/proposals/{proposal.id}"
    assert WAYS[Way.BOROUGHS_COMMISSION].what in reviewer.get(page).text
    answers = {"way": "same_provider", "reason": "Each wants a contract of its own"}
    assert reviewer.send(f"{page}/way", {"way": "same_provider"}).status_code == 422
    assert reviewer.send(f"{page}/way", answers).status_code == 303
    assert "Each wants a contract of its own" in reviewer.get(page).text
    assert "the same provider for several" in reviewer.get(f"{page}/digest").text
    assert "One supplier, one service, two prices" in reviewer.get(page).text
    assert session.get(ProposalWay, proposal.id).way == Way.SAME_PROVIDER


def test_a_saving_says_what_kind_of_figure_it_is(library, reviewer):
    page = f"{PAGE}/{library[0].id}/edit"
    unsaid = reviewer.send(page, {**LESSON, "label": ""})
    assert unsaid.status_code == 422
    assert "Choose whether it is projected" in unsaid.text
    assert reviewer.send(page, {**LESSON, "saving": ""}).status_code == 422
    assert reviewer.send(page, LESSON).status_code == 303
    assert "4%, contracted" in reviewer.get(f"{PAGE}/{library[0].id}").text


def test_a_reviewer_adds_a_case_of_elsewhere_with_its_source_and_evidence(
    session, library, reviewer
):
    found = LESSON | FOUND | {"category": BOOKS, "tier": "low", "authorities": "3", "value": "1.2m"}
    for missing in ("source", "year", "evidence"):
        assert reviewer.send(f"{PAGE}/add", found | {missing: ""}).status_code == 422
    assert reviewer.send(f"{PAGE}/add", found | {"year": "2999"}).status_code == 422
    assert reviewer.send(f"{PAGE}/add", found | {"category": "79620000"}).status_code == 422
    added = reviewer.send(f"{PAGE}/add", found)
    assert added.status_code == 303
    page = reviewer.get(added.location).text
    for words in (FOUND["source"], "Measured", "£1.2", "2019"):
        assert words in page, words
    written = session.scalars(select(Precedent).where(Precedent.year == 2019)).one()
    corrected = found | {"source": "The same, section 4"}
    assert reviewer.send(f"{PAGE}/{written.id}/edit", corrected).status_code == 303
    assert "The same, section 4" in reviewer.get(added.location).text


def test_the_facts_of_the_report_stay_as_they_are(session, library, reviewer):
    seeded = library[0]
    page = f"{PAGE}/{seeded.id}/edit"
    assert 'name="source"' not in reviewer.get(page).text
    assert reviewer.send(page, LESSON | FOUND).status_code == 303
    session.refresh(seeded)
    assert (seeded.year, "2006" in seeded.source) == (2006, True)


@pytest.mark.parametrize(
    ("code", "points"),
    [
        ("22113000", 5),
        ("22110000", 4),
        ("22113100", 4),
        ("22114000", 3),
        ("22120000", 2),
        ("22900000", 1),
        ("79620000", None),
    ],
)
def test_the_nearer_a_category_stands_the_more_it_counts(code, points):
    found = closeness(BOOKS, code)
    assert (found[0] if found else None) == points


def test_what_has_only_the_way_in_common_is_not_shown(library):
    sought = Sought("45000000", Tier.LOW, Way.AGENCIES_DELIVER, 3)
    assert relevant(sought, library) == []
    near = relevant(Sought("79620000", Tier.MEDIUM, Way.BOROUGHS_COMMISSION, 33), library)
    assert near[0].precedent.seed_key == "agency-staff"
    assert near[0].points == 5 + 2 + 2 + 1


def test_amounts_of_two_kinds_are_never_added():
    projected = Labelled(Label.PROJECTED, Decimal(5))
    assert total(Label.PROJECTED, [projected, projected]).amount == 10
    for other in (Labelled(Label.REALISED, Decimal(5)), Decimal(5), 5):
        with pytest.raises(MixedLabels):
            projected + other
        with pytest.raises(MixedLabels):
            other + projected
    with pytest.raises(MixedLabels):
        sum([projected])
