"""The demo has something in every state, and says the same each time."""

import csv
import re
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Neighbours, Organisation, OrganisationKind, Person, Role
from marketplace.audit.export import export_lines
from marketplace.audit.models import AuditEntry
from marketplace.awards.models import Award, PriceExplanation, QualityScore
from marketplace.bids.models import Bid, BidStatus
from marketplace.categories.models import CategoryPolicy, CpvCode
from marketplace.clock import london_day
from marketplace.contracts.models import Contract, ContractSource, Succession
from marketplace.demo import cpv, london, shelves
from marketplace.grouping.models import GroupingRun, LeftAlone, Proposal, ProposalStatus, RunStatus
from marketplace.lots.models import Answer, Clarification, Lot, LotDocument, LotMember, LotStatus
from marketplace.requirements.models import Requirement, RequirementRevision, RequirementStatus
from marketplace.unit_prices.models import FigurePrice, PriceFigure
from marketplace.waves.models import Wave, WaveAnswer, WaveParty
from tests.demo.conftest import LOADED_AT
from verifier.__main__ import verify


def count(session, model, *where):
    return session.scalar(select(func.count()).select_from(model).where(*where))


@pytest.mark.parametrize("status", RequirementStatus)
def test_each_state_of_a_requirement_is_there(london, status):
    assert count(london, Requirement, Requirement.status == status) >= 2


def test_the_record_of_what_led_there_is_well(london):
    lines = [f"{line}\n".encode() for line in export_lines(london)]
    assert verify(lines).sequence > 1000


def test_about_a_thousand_requirements_are_posted(london):
    posted = count(london, Requirement, Requirement.status == RequirementStatus.POSTED)
    assert 900 <= posted <= 1100
    assert count(london, Requirement, Requirement.max_partners.is_not(None)) > 50
    titles = select(func.count(Requirement.title.distinct()))
    assert london.scalar(titles) > 200


def test_some_requirements_were_edited(london):
    assert count(london, RequirementRevision, RequirementRevision.number == 2) >= 40


@pytest.mark.parametrize(
    "status", [RunStatus.DONE, RunStatus.FAILED, RunStatus.CANCELLED], ids=lambda s: s.value
)
def test_runs_ended_in_each_way(london, status):
    assert count(london, GroupingRun, GroupingRun.status == status) >= 1


def test_some_requirements_are_better_bought_alone(london):
    assert count(london, LeftAlone) > 10


@pytest.mark.parametrize("status", ProposalStatus)
def test_each_state_of_a_proposal_is_there(london, status):
    assert count(london, Proposal, Proposal.status == status) >= 3


@pytest.mark.parametrize("status", LotStatus)
def test_each_state_of_a_lot_is_there(london, status):
    states = [lot.status_at(LOADED_AT) for lot in london.scalars(select(Lot))]
    assert states.count(status) >= 2


@pytest.mark.parametrize("answer", Answer)
def test_windows_have_every_answer(london, answer):
    assert count(london, LotMember, LotMember.answer == answer) >= 1


@pytest.mark.parametrize("status", BidStatus)
def test_each_state_of_a_bid_is_there(london, status):
    assert count(london, Bid, Bid.status == status) >= 1


def test_no_bid_came_after_its_deadline(london):
    for bid in london.scalars(select(Bid)):
        deadline = london.get_one(Lot, bid.lot_id).deadline
        assert all(revision.received_at < deadline for revision in _revisions(london, bid))


def _revisions(session, bid):
    from marketplace.bids.models import BidRevision

    return session.scalars(select(BidRevision).where(BidRevision.bid_id == bid.id)).all()


def test_lots_have_questions_documents_and_two_reviewers(london):
    assert count(london, LotDocument) >= 20
    assert count(london, Clarification, Clarification.answer.is_(None)) >= 1
    assert count(london, Clarification, Clarification.answer.is_not(None)) >= 10
    reviewers = select(func.count(QualityScore.reviewer_id.distinct()))
    assert london.scalar(reviewers) >= 2


def test_low_prices_were_explained_with_and_without_success(london):
    assert set(london.scalars(select(PriceExplanation.accepted))) == {True, False}


def test_awards_became_contracts(london):
    assert count(london, Award) >= 4
    assert count(london, Contract, Contract.source == ContractSource.AWARD) >= 12


def test_registers_end_over_the_next_three_years(london):
    ends = london.scalars(
        select(Contract.end_date).where(Contract.source == ContractSource.IMPORT)
    ).all()
    today = london_day(LOADED_AT)
    ahead = {(end - today).days // 365 for end in ends if end >= today}
    assert ahead == {0, 1, 2}
    assert any(end < today for end in ends)
    assert count(london, Succession) >= 4


def test_prices_of_units_are_released_and_camden_pays_more_for_one(london):
    assert count(london, PriceFigure) >= 10
    assert count(london, PriceFigure, PriceFigure.at_least == 16) >= 3
    camden = select(Organisation.id).where(Organisation.short_code == "CAM").scalar_subquery()
    mine = FigurePrice.authority_id == camden
    assert count(london, FigurePrice, mine, FigurePrice.pays_more, FigurePrice.seen_at.is_(None))


def test_the_register_has_waves_and_one_is_proposed(london, browser_of):
    page = browser_of("reviewer1@demo.example").get("/contracts/waves").text
    assert len(re.findall(r"In \w+ 20\d\d, \d+ of \d+ authorities", page)) >= 3
    assert "extending" in page
    assert count(london, Wave) == 1
    answers = set(london.scalars(select(WaveParty.answer)))
    assert answers == set(WaveAnswer)


def test_people_are_named_by_their_post(london):
    assert count(london, Person, Person.role == Role.COMMISSIONER) == 33
    assert count(london, Organisation, Organisation.kind == OrganisationKind.SUPPLIER) == 40
    words = ("Commissioner", "Reviewer", "Administrator", "Bids team")
    assert all(name.startswith(words) for name in london.scalars(select(Person.name)))


def test_the_record_is_in_the_order_of_time(london):
    times = london.scalars(select(AuditEntry.at).order_by(AuditEntry.sequence)).all()
    times = [at for at in times if at <= LOADED_AT]  # signing in to look came later
    back = [(a, b) for a, b in pairwise(times) if a - b > timedelta(minutes=30)]
    assert not back


def test_every_category_has_a_policy_of_its_own_and_a_tier(london):
    codes = set(london.scalars(select(CategoryPolicy.cpv_code)))
    assert {"22113000", "79620000", "85311000", None} | set(shelves.WARES) <= codes


FACTS = (
    (Requirement, "reference title value quantity status earliest_start latest_start accepts"),
    (Proposal, "reference title status value net_benefit_likely"),
    (Lot, "reference title status value deadline"),
    (Contract, "reference title supplier_name value end_date"),
    (AuditEntry, "sequence action object_type"),
)


@pytest.mark.parametrize(("model", "names"), FACTS, ids=lambda each: getattr(each, "__name__", ""))
def test_the_same_day_gives_the_same_london(london, another_london, model, names):
    columns = [getattr(model, name) for name in names.split()]
    query = select(*columns).order_by(columns[0])
    if model is AuditEntry:
        query = query.where(AuditEntry.at <= LOADED_AT)  # signing in to look came later
    assert london.execute(query).all() == another_london.execute(query).all()


def test_the_same_day_gives_the_same_bids(london, another_london):
    # A bid's own reference is drawn anew, so that it tells nothing.
    query = (
        select(Lot.reference, Organisation.name, Bid.status)
        .join(Lot, Lot.id == Bid.lot_id)
        .join(Organisation, Organisation.id == Bid.supplier_id)
        .order_by(Lot.reference, Organisation.name)
    )
    assert london.execute(query).all() == another_london.execute(query).all()


def test_every_authority_has_a_neighbour(london):
    pairs = london.execute(select(Neighbours.authority_a_id, Neighbours.authority_b_id)).all()
    authorities = select(Organisation.id).where(Organisation.kind == OrganisationKind.AUTHORITY)
    assert {each for pair in pairs for each in pair} == set(london.scalars(authorities))


@pytest.mark.shared
def test_borders_are_those_of_the_map(shared):
    path = shared / "data/reference/geo/london_borough_adjacency.csv"
    with path.open() as file:
        rows = list(csv.DictReader(file))
    boroughs = {each.short: each for each in london.authorities()}
    ours = {frozenset({boroughs[a].code, boroughs[b].code}) for a, b in london.neighbours()}
    theirs = {frozenset({row["gss_a"], row["gss_b"]}) for row in rows}
    # The map is too coarse for three reaches of the Thames.
    assert theirs <= ours
    assert len(ours - theirs) == 3
    names = {row["gss_a"]: row["name_a"] for row in rows}
    assert all(names.get(each.code, each.name) == each.name for each in boroughs.values())


@pytest.mark.shared
def test_codes_are_those_of_the_common_procurement_vocabulary(shared):
    with (shared / "data/reference/cpv/cpv_2008_en.csv").open() as file:
        official = {row["code8"]: row for row in csv.DictReader(file)}
    for code in cpv.codes():
        row = official[code["code"]]
        assert code["name"] == row["description"]
        assert (code["level"], code["kind"]) == (row["level"], row["kind"])
        assert (code["parent_code"] or "") == row["parent"][:8]


@pytest.mark.shared
def test_risk_tiers_are_those_of_the_report(shared):
    with (shared / "report/risk-tiers.csv").open() as file:
        tiers = {row["activity"]: row["tier"] for row in csv.DictReader(file)}
    for ware in shelves.WARES.values():
        if ware.policy.risk:
            assert tiers[ware.policy.risk] == ware.policy.tier, ware.name


def test_a_codes_parents_are_all_there(london):
    rows = london.execute(select(CpvCode.code, CpvCode.parent_code)).all()
    assert {parent for _, parent in rows if parent} <= {code for code, _ in rows}
