"""What the ledger asks of commissioners: to report what their contracts from lots came to."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.clock import london_day
from marketplace.home.tasks import Task, add_source
from marketplace.savings.queries import unreported
from marketplace.web.formatting import brief_day

QUARTER = timedelta(days=92)
"""A report is wanted for each quarter, once it is over."""
MOST = 5


@add_source
def savings_to_report(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """One line for each contract of which a quarter or more is not reported."""
    if person.role != Role.COMMISSIONER:
        return []
    since = london_day(at) - QUARTER
    return [
        Task(
            f"{row.reference}: report what it came to, {row.title}",
            url_for("savings.report", contract_id=row.id),
            f"Nothing since {brief_day(row.reached)}",
        )
        for row in unreported(session, person.organisation_id, since, MOST)
    ]
