"""What the demo's reviewers have under way: a question, a study, and scenarios to compare."""

from sqlalchemy import select

from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.grouping import queries
from marketplace.grouping.models import (
    Barrier,
    GroupingRun,
    Proposal,
    ProposalStatus,
    RunStatus,
)
from marketplace.grouping.questions import ask_authority
from marketplace.grouping.studies import ask_for_study, study_now
from marketplace.scenarios import queries as scenarios
from marketplace.scenarios.models import Scenario
from marketplace.scenarios.services import copy_scenario, start_scenario, take_step

MEALS = "55523100"
"""School meals: a category of the last run with many small lots."""


def under_way(world: World) -> History[None]:
    """After the last run: the best proposal studied, one sent back, two scenarios tried."""
    yield world.timeline.day(-2, 11)
    first, *others = _undecided(world)
    study = ask_for_study(world.session, first, by=world.reviewers[0], at=world.now)
    world.session.flush()
    study_now(world.session, study, at=world.now)
    yield world.timeline.day(-2, 14, 30)
    _ask_camden(world, others)
    yield world.timeline.day(-1, 10)
    _try_changes(world, first.run)


def _undecided(world: World) -> list[Proposal]:
    """What awaits a decision, the most gain first."""
    keys = world.session.scalars(
        select(Proposal.id)
        .where(Proposal.status == ProposalStatus.PROPOSED)
        .order_by(Proposal.net_benefit_likely.desc(), Proposal.reference)
    ).all()
    return [queries.proposal(world.session, key) for key in keys]


def _ask_camden(world: World, proposals: list[Proposal]) -> None:
    camden = world.authority("CAM").id
    asked_about = next(
        each
        for each in proposals
        if camden in {member.requirement.authority_id for member in each.members}
    )
    ask_authority(
        world.session,
        asked_about,
        camden,
        question="Could you start a month earlier than you posted?",
        barrier=Barrier.TIME,
        by=world.reviewers[0],
        at=world.now,
    )


def _try_changes(world: World, run: GroupingRun) -> None:
    """Two lots into one, and the same with another assumption."""
    if run.status != RunStatus.DONE:
        return
    by, at = world.reviewers[1], world.now
    begun = start_scenario(world.session, run, MEALS, name="Two lots in one", by=by, at=at)
    merged = _loaded(world, begun)
    step = {"kind": "merge", "lot": "1", "into": "2"}
    take_step(world.session, merged, step, version=merged.version, by=by, at=at)
    seen = merged.version
    copied = copy_scenario(
        world.session, merged, name="And half the effect", version=seen, by=by, at=at
    )
    assumed = _loaded(world, copied)
    step = {"kind": "assume", "elasticity": "0.015"}
    take_step(world.session, assumed, step, version=assumed.version, by=by, at=at)


def _loaded(world: World, scenario: Scenario) -> Scenario:
    world.session.flush()
    return scenarios.scenario(world.session, scenario.id)
