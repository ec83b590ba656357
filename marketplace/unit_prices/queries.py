"""Looking up prices: one's own, and the figures that one may see."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from marketplace.accounts.models import Person, Role
from marketplace.categories.models import CALLED, CategoryPolicy, CpvCode
from marketplace.db import AnyRow
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.unit_prices.guarding import Given
from marketplace.unit_prices.models import (
    FIRST_LOOK,
    FigurePrice,
    GivenPrice,
    PriceFigure,
    PriceRelease,
)

G, F, P = GivenPrice, PriceFigure, FigurePrice
IN_FORCE = G.withdrawn_at.is_(None)


class Group(NamedTuple):
    """What is compared with each other: no other question can be asked."""

    category_code: str
    unit: str
    year: int


def group_of(row: GivenPrice | PriceFigure) -> Group:
    return Group(row.category_code, row.unit, row.year)


def seen_by(person: Person, at: datetime) -> ColumnElement[bool]:
    """The figures that a person may see: once all see them, or first where its authority pays more.

    An authority sees a group's only while it gives a price of that category itself.
    """
    to_all = F.released_at <= at - FIRST_LOOK
    if person.role != Role.COMMISSIONER:
        return to_all
    authority = person.organisation_id
    gives = exists().where(
        G.authority_id == authority,
        IN_FORCE,
        G.category_code == F.category_code,
        G.unit == F.unit,
    )
    first = exists().where(P.figure_id == F.id, P.authority_id == authority, P.pays_more)
    return and_(gives, or_(to_all, first))


def figures(person: Person, at: datetime, words: str = "") -> Select[PriceFigure]:
    """The latest figure of each group that the person may see, for a list."""
    latest = (
        select(F.category_code, F.unit, F.year, func.max(F.released_at).label("last"))
        .where(seen_by(person, at))
        .group_by(F.category_code, F.unit, F.year)
        .subquery()
    )
    same = and_(
        latest.c.category_code == F.category_code,
        latest.c.unit == F.unit,
        latest.c.year == F.year,
        latest.c.last == F.released_at,
    )
    return (
        select(F)
        .join(latest, same)
        .join(CpvCode, CpvCode.code == F.category_code)
        .where(*each_word_in(words, CALLED))
        .options(contains_eager(F.category))
    )


def figure(session: Session, figure_id: uuid.UUID, person: Person, at: datetime) -> PriceFigure:
    """One figure that the person may see; raises NotFound."""
    found = session.scalar(
        select(F).where(F.id == figure_id, seen_by(person, at)).options(joinedload(F.category))
    )
    if found is None:
        raise NotFound()
    return found


def earlier(
    session: Session, figure: PriceFigure, person: Person, at: datetime
) -> Sequence[PriceFigure]:
    """All that the person may see of the same category and unit, the newest first."""
    return session.scalars(
        select(F)
        .where(F.category_code == figure.category_code, F.unit == figure.unit, seen_by(person, at))
        .order_by(F.year.desc(), F.released_at.desc(), F.id)
    ).all()


def used_of(
    session: Session, authority_id: uuid.UUID, figures: Sequence[uuid.UUID]
) -> Mapping[uuid.UUID, FigurePrice]:
    """The authority's own prices in these figures."""
    rows = session.scalars(
        select(P).where(P.authority_id == authority_id, P.figure_id.in_(figures))
    )
    return {row.figure_id: row for row in rows}


def own(authority_id: uuid.UUID, words: str = "") -> Select[GivenPrice]:
    """What an authority gives and has not withdrawn, for a list."""
    return (
        select(G)
        .join(CpvCode, CpvCode.code == G.category_code)
        .where(G.authority_id == authority_id, IN_FORCE, *each_word_in(words, CALLED))
        .options(contains_eager(G.category), joinedload(G.contract))
    )


def own_price(session: Session, authority_id: uuid.UUID, price_id: uuid.UUID) -> GivenPrice:
    """One that is in force; raises NotFound."""
    found = session.scalar(own(authority_id).where(G.id == price_id))
    if found is None:
        raise NotFound()
    return found


def groups_with_figures(session: Session, authority_id: uuid.UUID) -> set[Group]:
    """Of the groups in which the authority gives a price, those that have a figure, seen or not."""
    rows = session.execute(
        select(F.category_code, F.unit, F.year)
        .distinct()
        .join(G, and_(G.category_code == F.category_code, G.unit == F.unit, G.year == F.year))
        .where(G.authority_id == authority_id, IN_FORCE)
    )
    return {Group(*row) for row in rows}


def open_to_those_who_give(
    session: Session, authority_id: uuid.UUID, at: datetime
) -> Sequence[AnyRow]:
    """Categories with figures of which the authority sees none because it gives no price."""
    gives = exists().where(
        G.authority_id == authority_id,
        IN_FORCE,
        G.category_code == F.category_code,
        G.unit == F.unit,
    )
    return session.execute(
        select(F.category_code, CALLED.label("called"), F.unit)
        .distinct()
        .join(CpvCode, CpvCode.code == F.category_code)
        .where(F.released_at <= at - FIRST_LOOK, ~gives)
        .order_by(CALLED, F.category_code, F.unit)
    ).all()


def live(session: Session, before: datetime) -> dict[Group, dict[uuid.UUID, Given]]:
    """What each authority gives for each group: its average price by quantity, and the quantity."""
    rows = session.scalars(select(G).where(IN_FORCE, G.given_at < before).order_by(G.id))
    found: dict[Group, dict[uuid.UUID, list[GivenPrice]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        found[group_of(row)][row.authority_id].append(row)
    return {
        group: {key: average(given) for key, given in by.items()} for group, by in found.items()
    }


def average(given: Sequence[GivenPrice]) -> Given:
    """The price of a unit over all that an authority gives for a group."""
    quantity = sum((each.quantity for each in given), Decimal(0))
    paid = sum((each.price * each.quantity for each in given), Decimal(0))
    return Given((paid / quantity).quantize(Decimal("0.000001")), quantity)


def past(session: Session) -> dict[Group, list[dict[uuid.UUID, Decimal]]]:
    """The prices that each figure of each group rested on, the oldest first."""
    rows = session.execute(
        select(F, P.authority_id, P.price)
        .join(P, P.figure_id == F.id)
        .order_by(F.released_at, F.id, P.authority_id)
    )
    found: dict[Group, dict[uuid.UUID, dict[uuid.UUID, Decimal]]] = defaultdict(
        lambda: defaultdict(dict)
    )
    for figure, authority, price in rows:
        found[group_of(figure)][figure.id][authority] = price
    return {group: list(by.values()) for group, by in found.items()}


def last_release(session: Session) -> PriceRelease | None:
    return session.scalar(select(PriceRelease).order_by(PriceRelease.day.desc()).limit(1))


def with_units(session: Session) -> Sequence[CategoryPolicy]:
    """The categories that have a unit, so that prices of one can be compared."""
    return session.scalars(
        select(CategoryPolicy)
        .where(CategoryPolicy.cpv_code.is_not(None), CategoryPolicy.unit.is_not(None))
        .order_by(CategoryPolicy.title, CategoryPolicy.id)
    ).all()
