"""The release of a quarter: figures worked out, and those who pay more told first."""

import uuid
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.categories.queries import names_of
from marketplace.clock import london_day
from marketplace.errors import WrongState
from marketplace.messages.models import MessageKind
from marketplace.messages.queries import commissioners_of
from marketplace.messages.services import Words, tell
from marketplace.unit_prices import guarding, queries
from marketplace.unit_prices.guarding import PAYS_MORE, Prices
from marketplace.unit_prices.models import FIRST_LOOK, FigurePrice, PriceFigure, PriceRelease
from marketplace.unit_prices.quarters import beginning_of, quarter_of, year_name
from marketplace.web.formatting import day as in_words
from marketplace.web.formatting import in_a_sentence


def make_release(session: Session, day: date, *, at: datetime) -> PriceRelease:
    """Work out the figures of a quarter from what was given before its first day, once.

    A group about which the guard lets nothing new be said keeps the figure that it has. Raises
    WrongState for a day that is not the first of a quarter or has had its release.
    """
    if day != quarter_of(day):
        raise WrongState("Figures are released on the first day of a quarter.")
    if session.scalar(select(PriceRelease.id).where(PriceRelease.day >= day)):
        raise WrongState("This quarter’s figures are released already.")
    release = PriceRelease(day=day, made_at=at)
    session.add(release)
    session.flush()
    past = queries.past(session)
    made = [
        _figure(release, group, chosen, at)
        for group, live in sorted(queries.live(session, beginning_of(day)).items())
        for chosen in [guarding.prices_for(past.get(group, []), live)]
        if guarding.may_be_published(chosen, past.get(group, []), live)
    ]
    session.add_all(made)
    record(session, Action.PRICES_RELEASED, release, by=None, at=at, figures=len(made))
    _tell_first(session, made, at)
    return release


def _figure(
    release: PriceRelease, group: queries.Group, chosen: Prices[uuid.UUID], at: datetime
) -> PriceFigure:
    spread = guarding.spread(list(chosen.values()))
    return PriceFigure(
        release_id=release.id,
        category_code=group.category_code,
        unit=group.unit,
        year=group.year,
        lower=spread.lower,
        median=spread.median,
        upper=spread.upper,
        at_least=guarding.roughly(len(chosen)),
        released_at=at,
        prices=[
            FigurePrice(
                authority_id=authority,
                price=price,
                pays_more=guarding.place(price, spread) in PAYS_MORE,
            )
            for authority, price in sorted(chosen.items())
        ],
    )


def _tell_first(session: Session, made: list[PriceFigure], at: datetime) -> None:
    """Those who pay more are told, and nobody else is."""
    names = names_of(session, [figure.category_code for figure in made])
    for figure in made:
        title = in_a_sentence(names[figure.category_code])
        words = Words(
            f"You pay more than most for {title}",
            f"Your price for {title} in {year_name(figure.year)} is above the median of the "
            "authorities that give theirs. You see it first: the others see the figures from "
            f"{in_words(figure.shown_to_all_from)}.",
            f"/unit-prices/{figure.id}",
        )
        people = commissioners_of(session, [p.authority_id for p in figure.prices if p.pays_more])
        tell(session, people, MessageKind.PAYS_ABOVE_MEDIAN, figure.id, words, at=at)


def due_release(session: Session, at: datetime) -> date | None:
    """The day of the release that is due and not made."""
    from_day = quarter_of(london_day(at))
    last = queries.last_release(session)
    return from_day if last is None or last.day < from_day else None


def to_tell(session: Session, at: datetime) -> list[PriceFigure]:
    """Figures that all may see by now, whose others were not told."""
    return list(
        session.scalars(
            select(PriceFigure)
            .where(PriceFigure.told_at.is_(None), PriceFigure.released_at <= at - FIRST_LOOK)
            .options(selectinload(PriceFigure.prices))
            .order_by(PriceFigure.released_at, PriceFigure.id)
        )
    )


def tell_others(session: Session, at: datetime) -> None:
    """Tell those who give prices, and do not pay more, that they can see a figure."""
    figures = to_tell(session, at)
    names: Mapping[str, str] = names_of(session, [figure.category_code for figure in figures])
    for figure in figures:
        figure.told_at = at
        title = in_a_sentence(names[figure.category_code])
        words = Words(
            f"What others pay for {title}",
            f"The figures for {title} in {year_name(figure.year)} are there, and your own place "
            "among them.",
            f"/unit-prices/{figure.id}",
        )
        others = [p.authority_id for p in figure.prices if not p.pays_more]
        people = commissioners_of(session, others)
        tell(session, people, MessageKind.PRICES_SHOWN, figure.id, words, at=at)
