"""Grouping runs in the demo, and what comes of their proposals: the plan of the last year."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from marketplace.accounts.models import Person
from marketplace.demo.histories import Plan, history_of, reject
from marketplace.demo.plans import EARLIER, LATER, NOW, SECOND, Wave
from marketplace.demo.postings import clear_away, wave
from marketplace.demo.timeline import History
from marketplace.demo.world import World
from marketplace.grouping import services as grouping
from marketplace.grouping import translate
from marketplace.grouping.models import GroupingRun, Proposal, ProposalMember, ProposalStatus
from marketplace.requirements.models import Requirement

SECONDS = 120


def all_of_them(world: World) -> Sequence[History[None]]:
    """Every run and its consequences."""
    return [
        *(_wave(world, each) for each in (EARLIER, SECOND, LATER)),
        *(_run_of_today(world, day, plans) for day, plans in NOW.items()),
        _failed(world, -45),
        _cancelled(world, -30),
    ]


def _wave(world: World, plan: Wave) -> History[None]:
    posted = yield from wave(world, plan.posted, plan.days, plan.window)
    yield world.timeline.day(plan.run, 10)
    run = run_now(world, sorted(plan.lots), by=world.reviewers[0])
    planned = _begin(world, run, plan.lots)
    world.timeline.begin(_rest_rejected(world, run, planned, plan.run + 30))
    if plan.cleared is not None:
        world.timeline.begin(clear_away(world, posted, plan.cleared))


def _run_of_today(world: World, day: int, plans: Mapping[str, Sequence[Plan]]) -> History[None]:
    yield world.timeline.day(day, 10)
    _begin(world, run_now(world, sorted(plans), by=world.reviewers[0]), plans)


def run_now(world: World, codes: Sequence[str], *, by: Person) -> GroupingRun:
    """A run from its start to its proposals; its times are those that it really took."""
    session = world.session
    run = grouping.start_run(session, codes, SECONDS, by=by, at=world.now)
    at = world.now + timedelta(seconds=2)
    grouping.begin_run(session, run, at=at)
    for row in grouping.categories_of(session, run):
        code = row.category_code
        found = translate.solve_category(run, code, time_limit=grouping.time_for(session, run, row))
        at += timedelta(seconds=float(found.seconds))
        grouping.keep_category_result(session, run, code, found, worker="demo", at=at)
    return grouping.finish_run(session, run, grouping.conclusion_of(session, run), at=at)


def _begin(
    world: World, run: GroupingRun, plans: Mapping[str, Sequence[Plan]]
) -> Sequence[Proposal]:
    """Give each category's best proposals their plans, Camden's first; those that got one."""
    planned = []
    for code, wanted in plans.items():
        for proposal, plan in zip(_proposals(world, run, code), wanted, strict=False):
            world.timeline.begin(history_of(world, proposal, plan))
            planned.append(proposal)
    return planned


def _proposals(world: World, run: GroupingRun, code: str) -> list[Proposal]:
    camden = world.authority("CAM").id
    found = world.session.scalars(
        select(Proposal)
        .where(Proposal.run_id == run.id, Proposal.category_code == code)
        .options(selectinload(Proposal.members).joinedload(ProposalMember.requirement))
    ).all()

    def others(proposal: Proposal) -> tuple[bool, int, str]:
        buyers = {_buyer(member.requirement) for member in proposal.members}
        return camden not in buyers, -len(buyers), proposal.reference

    return sorted(found, key=others)


def _rest_rejected(
    world: World, run: GroupingRun, planned: Sequence[Proposal], day: int
) -> History[None]:
    """Proposals that nobody took up are turned down after a month."""
    yield world.timeline.day(day, 15)
    left = world.session.scalars(
        select(Proposal)
        .where(Proposal.run_id == run.id, Proposal.status == ProposalStatus.PROPOSED)
        .where(Proposal.id.not_in([proposal.id for proposal in planned]))
        .order_by(Proposal.reference)
    ).all()
    for number, proposal in enumerate(left):
        yield world.timeline.day(day, 15, number + 1)
        reject(world, proposal, number)


def _buyer(requirement: Requirement) -> object:
    return requirement.authority_id


def _failed(world: World, day: int) -> History[None]:
    yield world.timeline.day(day, 17, 5)
    run = grouping.start_run(
        world.session, ["66510000"], SECONDS, by=world.reviewers[1], at=world.now
    )
    grouping.begin_run(world.session, run, at=_later(world.now, 3))
    why = "The worker was stopped for an update and did not come back to this run."
    grouping.fail_run(world.session, run, why, at=_later(world.now, 340))


def _cancelled(world: World, day: int) -> History[None]:
    yield world.timeline.day(day, 9, 15)
    by = world.reviewers[1]
    codes = ["50700000", "79100000", "90510000"]
    run = grouping.start_run(world.session, codes, SECONDS, by=by, at=world.now)
    grouping.begin_run(world.session, run, at=_later(world.now, 2))
    grouping.request_cancel(world.session, run, by=by, at=_later(world.now, 21))
    conclusion = translate.Conclusion((), ())
    grouping.finish_run(world.session, run, conclusion, at=_later(world.now, 22))


def _later(at: datetime, seconds: int) -> datetime:
    return at + timedelta(seconds=seconds)
