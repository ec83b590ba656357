"""What grouping asks of reviewers."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.grouping import queries
from marketplace.grouping.questions import open_questions_to
from marketplace.home.tasks import Task, add_source
from marketplace.web.formatting import counted


@add_source
def runs_at_work(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """Runs that are queued or running."""
    if person.role != Role.REVIEWER:
        return []
    return [
        Task(
            f"{run.reference}: a grouping run is under way",
            url_for("grouping.show", run_id=run.id),
            run.status.value.capitalize(),
        )
        for run in queries.runs_under_way(session)[:3]
    ]


@add_source
def questions_to_answer(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """What reviewers asked the commissioner's authority before they decide."""
    if person.role != Role.COMMISSIONER:
        return []
    return [
        Task(
            f"Answer a question about {asked.proposal.category.called}",
            url_for("questions.answer", question_id=asked.id),
            "Waiting",
        )
        for asked in open_questions_to(session, person.organisation)
    ]


@add_source
def proposals_to_decide(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """Proposals that await a decision."""
    if person.role != Role.REVIEWER:
        return []
    waiting = queries.undecided(session)
    if not waiting:
        return []
    return [
        Task(
            f"{counted(waiting, 'proposal')} {'awaits' if waiting == 1 else 'await'} your decision",
            url_for("proposals.index", status="proposed"),
            "To decide",
        )
    ]
