"""A small market for the proofs: lots of one authority where price alone decides, and suppliers."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.capabilities import import_models
from marketplace.db import Base
from marketplace.lots.models import Answer, Lot, LotMember, LotOpener, LotStatus
from tests import factories


@dataclass(frozen=True)
class Market:
    """Where to send what."""

    url: str
    lots: tuple[uuid.UUID, ...]
    authority: uuid.UUID
    suppliers: tuple[str, ...]
    """Their addresses."""


def make_market(url: str, *, suppliers: int, lots: int = 1) -> Market:
    """An empty database becomes a market."""
    import_models()
    engine = create_engine(url)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        authority = factories.make_organisation(session)
        keys = factories.make_openers(session)
        made = [_lot(session, authority, keys) for _ in range(lots)]
        people = [factories.make_person(session, Role.SUPPLIER) for _ in range(suppliers)]
        market = Market(url, tuple(made), authority.id, tuple(person.email for person in people))
        session.commit()
    engine.dispose()
    return market


def _lot(session: Session, authority, keys) -> uuid.UUID:
    now = clock.now()
    lot = factories.make_lot(
        session,
        status=LotStatus.OPEN,
        published_at=now,
        joining_closed_at=now,
        deadline=now + timedelta(days=2),
    )
    need = factories.make_requirement(session, authority)
    session.add(
        LotMember(
            lot_id=lot.id,
            requirement_id=need.id,
            authority_id=authority.id,
            value=need.value,
            answer=Answer.COMMITTED,
            answered_at=now,
        )
    )
    session.add_all(
        LotOpener(lot_id=lot.id, position=position, key_id=key.id)
        for position, key in enumerate(keys, start=1)
    )
    session.flush()
    return lot.id


def set_deadline(session: Session, lot: uuid.UUID, deadline: datetime) -> None:
    session.get_one(Lot, lot).deadline = deadline
    session.commit()
