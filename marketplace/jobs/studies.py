"""The steps of a study of what insisting costs, each safe to do twice."""

import uuid

from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.grouping import studies
from marketplace.grouping.models import InsistenceStudy
from marketplace.jobs.database import database


def waiting(proposal_id: str) -> list[str]:
    """The members that are still to be looked at."""
    with database.looking() as session:
        return studies.waiting_members(session, _study(session, proposal_id))


def look_at(proposal_id: str, reference: str) -> None:
    """Look at one member's limits, outside the transaction that keeps what is found."""
    with database.looking() as session:
        costs = studies.costs_of(session, _study(session, proposal_id), reference)
    with database.changing() as session:
        studies.keep_costs(session, _study(session, proposal_id), reference, costs)


def finish(proposal_id: str) -> None:
    """Say that the study is whole."""
    with database.changing() as session:
        studies.finish_study(session, _study(session, proposal_id), at=clock.now())


def give_up(proposal_id: str, why: str) -> None:
    """Say that the study cannot go on."""
    with database.changing() as session:
        studies.fail_study(session, _study(session, proposal_id), why, at=clock.now())


def unfinished() -> list[tuple[str, str]]:
    """Proposal and workflow of each study that is not over."""
    with database.looking() as session:
        return [
            (str(study.proposal_id), study.workflow_id)
            for study in studies.studies_under_way(session)
        ]


def _study(session: Session, proposal_id: str) -> InsistenceStudy:
    return session.get_one(InsistenceStudy, uuid.UUID(proposal_id))
