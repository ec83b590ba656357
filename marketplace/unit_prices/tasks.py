"""What prices ask of people: to look where their authority pays more than the median."""

from collections.abc import Sequence
from datetime import datetime

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.home.tasks import Task, add_source
from marketplace.unit_prices import queries
from marketplace.unit_prices.models import FigurePrice, PriceFigure
from marketplace.web.formatting import day, in_a_sentence

MOST = 5


@add_source
def prices_above_median(session: Session, person: Person, at: datetime) -> Sequence[Task]:
    """Figures above whose median the authority pays, until somebody has seen them."""
    if person.role != Role.COMMISSIONER:
        return []
    paying = select(FigurePrice.figure_id).where(
        FigurePrice.authority_id == person.organisation_id,
        FigurePrice.pays_more,
        FigurePrice.seen_at.is_(None),
    )
    found = session.scalars(
        queries.figures(person, at)
        .where(PriceFigure.id.in_(paying))
        .order_by(PriceFigure.released_at.desc(), PriceFigure.id)
        .limit(MOST)
    )
    return [
        Task(
            f"You pay more than most for {in_a_sentence(figure.category.called)}: see by how much",
            url_for("unit_prices.show", figure_id=figure.id),
            f"Yours first, until {day(figure.shown_to_all_from)}"
            if at < figure.shown_to_all_from
            else "Not seen yet",
        )
        for figure in found
    ]
