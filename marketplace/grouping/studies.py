"""Studies of what insisting costs: asked for from a page, worked through by a job, then read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.grouping import queries
from marketplace.grouping.beside import given_to, lots_beside
from marketplace.grouping.insisting import LimitCost, costs_of_insisting
from marketplace.grouping.models import InsistenceStudy, Proposal


@dataclass(frozen=True)
class Binding:
    """A limit that costs something: whose it is, and what."""

    reference: str
    cost: LimitCost


@dataclass(frozen=True)
class Findings:
    """A study as a page shows it."""

    binding: tuple[Binding, ...]
    """What is known to cost something, the dearest first."""
    unsettled: tuple[Binding, ...]
    """What might cost something: the search had no time to find out."""
    free: int
    """How many limits are proven to cost nothing."""


def ask_for_study(
    session: Session, proposal: Proposal, *, by: Person | None, at: datetime
) -> InsistenceStudy:
    """Have a job find out what the members' limits cost; one that is under way or done stays."""
    session.flush()
    study = session.get(InsistenceStudy, proposal.id, with_for_update=True)
    if study is not None and study.failure is None:
        return study
    if study is None:
        study = InsistenceStudy(proposal_id=proposal.id)
        session.add(study)
    study.asked_by_id, study.asked_at = (by.id if by else None), at
    study.finished_at = study.failure = None
    study.found = {}
    record(session, Action.INSISTENCE_STUDIED, proposal, by=by, at=at)
    return study


def waiting_members(session: Session, study: InsistenceStudy) -> list[str]:
    """The references of the members that the study has still to look at; none once it is over."""
    if study.finished_at is not None:
        return []
    proposal = queries.proposal(session, study.proposal_id)
    references = sorted(member.requirement.reference for member in proposal.members)
    return [each for each in references if each not in study.found]


def costs_of(session: Session, study: InsistenceStudy, reference: str) -> list[LimitCost]:
    """Look at one member; it changes nothing and takes seconds."""
    proposal = queries.proposal(session, study.proposal_id)
    lots = lots_beside(session, proposal)
    return costs_of_insisting(given_to(proposal), proposal.category_code, lots, reference)


def keep_costs(
    session: Session, study: InsistenceStudy, reference: str, costs: Sequence[LimitCost]
) -> None:
    """Keep what was found for a member; the first answer stays, so that nothing counts twice."""
    _lock(session, study)
    if study.finished_at is None and reference not in study.found:
        study.found = {**study.found, reference: [_written(cost) for cost in costs]}


def finish_study(session: Session, study: InsistenceStudy, *, at: datetime) -> None:
    """The study is whole; one that is over stays as it is."""
    _lock(session, study)
    if study.finished_at is None:
        study.finished_at = at


def fail_study(session: Session, study: InsistenceStudy, why: str, *, at: datetime) -> None:
    """The study cannot go on; it can be asked for again."""
    _lock(session, study)
    if study.finished_at is None:
        study.finished_at, study.failure = at, why


def study_now(session: Session, study: InsistenceStudy, *, at: datetime) -> None:
    """Work through a study here and now, without a worker: for the demo and for tests."""
    for reference in waiting_members(session, study):
        keep_costs(session, study, reference, costs_of(session, study, reference))
    finish_study(session, study, at=at)


def studies_under_way(session: Session) -> Sequence[InsistenceStudy]:
    """Studies that are asked for and not over, the oldest first."""
    return session.scalars(
        select(InsistenceStudy)
        .where(InsistenceStudy.finished_at.is_(None))
        .order_by(InsistenceStudy.asked_at, InsistenceStudy.proposal_id)
    ).all()


def findings(study: InsistenceStudy) -> Findings:
    """What the study has found so far; of one limit relaxed by degrees the best, least degree."""
    every = [
        Binding(reference, _read(row))
        for reference, rows in sorted(study.found.items())
        for row in rows
    ]
    best: dict[tuple[str, str], Binding] = {}
    for each in sorted(every, key=lambda one: (-one.cost.gain, -one.cost.gain_at_most)):
        best.setdefault((each.reference, each.cost.limit), each)
    ranked = tuple(best.values())
    return Findings(
        binding=tuple(each for each in ranked if each.cost.gain > 0),
        unsettled=tuple(each for each in ranked if each.cost.gain <= 0 < each.cost.gain_at_most),
        free=sum(each.cost.gain_at_most <= 0 for each in ranked),
    )


def _lock(session: Session, study: InsistenceStudy) -> None:
    session.flush()
    session.refresh(study, with_for_update=True)


def _written(cost: LimitCost) -> dict[str, str]:
    return {name: str(value) for name, value in vars(cost).items()}


def _read(row: Mapping[str, Any]) -> LimitCost:
    return LimitCost(
        limit=row["limit"],
        relaxed=row["relaxed"],
        kind=row["kind"],
        gain=Decimal(row["gain"]),
        gain_at_most=Decimal(row["gain_at_most"]),
        own_gain=Decimal(row["own_gain"]),
    )
