"""Looking up lots. Whose lots a person sees is decided here, inside the query."""

import uuid
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from marketplace.accounts.models import Organisation, Person, Role
from marketplace.barriers import Barrier
from marketplace.db import AnyColumns, remembered
from marketplace.errors import NotFound
from marketplace.finding import each_word_in
from marketplace.lots.conditions import Condition
from marketplace.lots.models import (
    Answer,
    Clarification,
    DeadlineMove,
    Lot,
    LotDocument,
    LotMember,
    LotOpener,
    LotParty,
    LotStatus,
    QualityQuestion,
)
from marketplace.openers.models import OpenerKey
from marketplace.requirements.models import Requirement

STAFF = frozenset({Role.REVIEWER, Role.ADMINISTRATOR})


def visible_lots(role: Role, organisation_id: uuid.UUID) -> Select[Lot]:
    """Staff see all; authorities their own and what is published; suppliers what is published."""
    lots = select(Lot)
    if role in STAFF:
        return lots
    published: ColumnElement[bool] = Lot.published_at.is_not(None)
    if role == Role.COMMISSIONER:
        return lots.where(or_(published, has_member(organisation_id)))
    return lots.where(published)


def shown(lots: Select[Lot]) -> AnyColumns:
    """What a row of a list of lots shows."""
    return lots.with_only_columns(
        *(Lot.id, Lot.reference, Lot.title, Lot.value, Lot.market_value, Lot.published_at),
        *(Lot.deadline, Lot.joining_closes_at, Lot.status),
    )


@remembered
def shown_to(organisation_id: uuid.UUID) -> Callable[[Select[Lot]], AnyColumns]:
    """What a row of the list of joining windows shows to an authority, its own answer with it."""
    own = select(LotMember.answer).where(
        LotMember.lot_id == Lot.id, LotMember.authority_id == organisation_id
    )
    answer = own.limit(1).scalar_subquery().label("answer")

    def shown_window(windows: Select[Lot]) -> AnyColumns:
        return windows.with_only_columns(
            *(Lot.id, Lot.reference, Lot.title, Lot.joining_closes_at, Lot.deadline, Lot.status),
            answer,
        )

    return shown_window


def value_seen_by(role: Role) -> InstrumentedAttribute[Any]:
    """The volume by which the role may find and sort lots: what it sees, and nothing finer."""
    return Lot.value if role in STAFF else Lot.market_value


def has_member(authority_id: uuid.UUID) -> ColumnElement[bool]:
    """Whether the authority was asked to join the lot."""
    return exists().where(LotMember.lot_id == Lot.id, LotMember.authority_id == authority_id)


def visible_lot(
    session: Session, lot_id: uuid.UUID, person: Person, *, for_update: bool = False
) -> Lot:
    """One lot that the person may see, with its category and questions; raises NotFound."""
    query = (
        visible_lots(person.role, person.organisation_id)
        .where(Lot.id == lot_id)
        .options(joinedload(Lot.category), selectinload(Lot.criteria))
    )
    lot = session.scalar(query.with_for_update(of=Lot) if for_update else query)
    if lot is None:
        raise NotFound()
    return lot


@remembered
def windows_of(
    authority_id: uuid.UUID, words: str = "", answer: Answer | None = None
) -> Select[Lot]:
    """The joining windows that an authority was asked into (and answered so), for a list."""
    own = select(LotMember.lot_id).where(LotMember.authority_id == authority_id)
    if answer is not None:
        own = own.where(LotMember.answer == answer)
    return select(Lot).where(Lot.id.in_(own), *each_word_in(words, Lot.title, Lot.reference))


def is_joining(at: datetime) -> ColumnElement[bool]:
    """Whether a lot's joining window is open for answers."""
    return and_(
        Lot.status == LotStatus.JOINING,
        Lot.joining_closed_at.is_(None),
        Lot.joining_closes_at > at,
    )


def status_filter(status: LotStatus, at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Lots of a status as the clock sees it."""
    if status == LotStatus.OPEN:
        return (Lot.status == LotStatus.OPEN) & (Lot.deadline > at)
    if status == LotStatus.CLOSED:
        return (Lot.status == LotStatus.CLOSED) | (
            (Lot.status == LotStatus.OPEN) & (Lot.deadline <= at)
        )
    return Lot.status == status


def members(session: Session, lot: Lot) -> Sequence[LotMember]:
    """Everybody who was asked, with their requirement, by authority."""
    return session.scalars(
        select(LotMember)
        .join(Organisation, Organisation.id == LotMember.authority_id)
        .where(LotMember.lot_id == lot.id)
        .options(joinedload(LotMember.requirement), joinedload(LotMember.authority))
        .order_by(Organisation.name, LotMember.requirement_id)
    ).all()


def members_for_update(session: Session, lot: Lot) -> Sequence[LotMember]:
    return session.scalars(select(LotMember).where(LotMember.lot_id == lot.id)).all()


def parts(session: Session, lot: Lot) -> Sequence[LotMember]:
    """The members whose demand is in the lot: what suppliers price."""
    return [member for member in members(session, lot) if member.active]


def priced_authorities(session: Session, lot: Lot) -> Sequence[Row[uuid.UUID, str]]:
    """The id and name of each authority with a part in the lot, once, in the same order."""
    return session.execute(
        select(Organisation.id, Organisation.name)
        .join(LotMember, LotMember.authority_id == Organisation.id)
        .where(LotMember.lot_id == lot.id, LotMember.active)
        .distinct()
        .order_by(Organisation.name, Organisation.id)
    ).all()


def barriers_named(session: Session, lot: Lot) -> Sequence[Barrier]:
    """What each authority that declined says stands in its way."""
    rows = session.execute(
        select(LotMember.authority_id, LotMember.barrier)
        .where(LotMember.lot_id == lot.id, LotMember.answer == Answer.DECLINED)
        .distinct()
    )
    return [row.barrier for row in rows if row.barrier]


def committed_requirements(session: Session, lot: Lot) -> Sequence[Requirement]:
    """The requirements of those who committed."""
    return session.scalars(
        select(Requirement)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(LotMember.lot_id == lot.id, LotMember.answer == Answer.COMMITTED)
        .options(joinedload(Requirement.authority))
        .order_by(Requirement.reference)
    ).all()


def willing_requirements(
    session: Session, lot: Lot, *, undecided: bool = False
) -> Sequence[Requirement]:
    """The requirements of those who committed, with a condition or without."""
    answers = [Answer.COMMITTED, Answer.CONDITIONAL, *([Answer.AWAITED] if undecided else [])]
    return session.scalars(
        select(Requirement)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(LotMember.lot_id == lot.id, LotMember.answer.in_(answers))
        .options(joinedload(Requirement.authority))
        .order_by(Requirement.reference)
    ).all()


def asked_requirements(
    session: Session, lot: Lot, authority: Organisation
) -> Sequence[Requirement]:
    """Those of everybody asked, and once the window is closed of those who are left.

    While it is open nobody's answer changes them: a figure that fell when one declined would give
    that one's value away. The authority's own are always among them.
    """
    asked = LotMember.lot_id == lot.id
    if lot.joining_closed_at:
        asked &= or_(LotMember.active, LotMember.authority_id == authority.id)
    return session.scalars(
        select(Requirement)
        .join(LotMember, LotMember.requirement_id == Requirement.id)
        .where(asked)
        .options(joinedload(Requirement.authority))
        .order_by(Requirement.reference)
    ).all()


def parties(session: Session, lot: Lot) -> Sequence[LotParty]:
    """The authorities asked, with what each may see and under which condition it joins."""
    return session.scalars(
        select(LotParty)
        .where(LotParty.lot_id == lot.id)
        .options(joinedload(LotParty.with_authority))
        .order_by(LotParty.authority_id)
    ).all()


def party(session: Session, lot: Lot, authority: Organisation) -> LotParty:
    """One authority's part in the window; raises NotFound where it was not asked."""
    found = session.get(
        LotParty, (lot.id, authority.id), options=[joinedload(LotParty.with_authority)]
    )
    if found is None:
        raise NotFound()
    return found


def conditions(
    session: Session, lot: Lot, authorities: Iterable[uuid.UUID]
) -> dict[uuid.UUID, Condition]:
    """The condition of each of these authorities; one that set none asks for nothing."""
    wanted = set(authorities)
    return {
        each.authority_id: each.condition
        for each in parties(session, lot)
        if each.authority_id in wanted
    }


def members_of(session: Session, lot: Lot, authority: Organisation) -> Sequence[LotMember]:
    """One authority's rows in the lot, to be changed."""
    return session.scalars(
        select(LotMember).where(LotMember.lot_id == lot.id, LotMember.authority_id == authority.id)
    ).all()


def member_answer(session: Session, lot: Lot, authority: Organisation) -> Answer | None:
    """What the authority has answered so far; None where it is not asked."""
    return session.scalar(
        select(LotMember.answer)
        .where(LotMember.lot_id == lot.id, LotMember.authority_id == authority.id)
        .limit(1)
    )


def own_members(session: Session, lot: Lot, person: Person) -> Sequence[LotMember]:
    """The person's authority's requirements in the lot."""
    return session.scalars(
        select(LotMember)
        .where(LotMember.lot_id == lot.id, LotMember.authority_id == person.organisation_id)
        .options(joinedload(LotMember.requirement))
        .order_by(LotMember.requirement_id)
    ).all()


def clarifications(session: Session, lot: Lot, person: Person) -> Sequence[Clarification]:
    """Questions with answers for all; unanswered ones for their asker and the reviewers."""
    query = select(Clarification).where(Clarification.lot_id == lot.id)
    if person.role not in STAFF:
        mine = Clarification.supplier_id == person.organisation_id
        query = query.where(or_(Clarification.answer.is_not(None), mine))
    return session.scalars(query.order_by(Clarification.asked_at, Clarification.id)).all()


def clarification(session: Session, lot: Lot, question_id: uuid.UUID) -> Clarification:
    """One question about the lot; raises NotFound."""
    found = session.get(Clarification, question_id)
    if found is None or found.lot_id != lot.id:
        raise NotFound()
    return found


def deadline_moves(session: Session, lot: Lot) -> Sequence[DeadlineMove]:
    """How the deadline moved, the first move first."""
    return session.scalars(
        select(DeadlineMove)
        .where(DeadlineMove.lot_id == lot.id)
        .order_by(DeadlineMove.moved_at, DeadlineMove.id)
    ).all()


def openers(session: Session, lot: Lot) -> Sequence[LotOpener]:
    """The openers that the lot names, in the order of their positions."""
    return session.scalars(
        select(LotOpener)
        .where(LotOpener.lot_id == lot.id)
        .options(
            joinedload(LotOpener.key).joinedload(OpenerKey.person).joinedload(Person.organisation)
        )
        .order_by(LotOpener.position)
    ).all()


def opener_keys(session: Session, lot: Lot) -> Sequence[str]:
    """Their public keys alone, in the same order."""
    return session.scalars(
        select(OpenerKey.public_key)
        .join(LotOpener, LotOpener.key_id == OpenerKey.id)
        .where(LotOpener.lot_id == lot.id)
        .order_by(LotOpener.position)
    ).all()


def usual_openers(session: Session) -> list[OpenerKey]:
    """Those of the lot published last, as far as their keys are still in use."""
    last = select(Lot.id).where(Lot.published_at.is_not(None)).order_by(Lot.published_at.desc())
    return list(
        session.scalars(
            select(OpenerKey)
            .join(LotOpener, LotOpener.key_id == OpenerKey.id)
            .where(
                LotOpener.lot_id == last.limit(1).scalar_subquery(),
                OpenerKey.retired_at.is_(None),
            )
            .order_by(LotOpener.position)
        )
    )


def documents(session: Session, lot: Lot) -> Sequence[LotDocument]:
    """The lot's documents, without their content."""
    return session.scalars(
        select(LotDocument)
        .where(LotDocument.lot_id == lot.id)
        .order_by(LotDocument.added_at, LotDocument.name, LotDocument.id)
    ).all()


def document(session: Session, lot: Lot, document_id: uuid.UUID) -> LotDocument:
    """One document of the lot; raises NotFound."""
    found = session.get(LotDocument, document_id)
    if found is None or found.lot_id != lot.id:
        raise NotFound()
    return found


def question(session: Session, lot: Lot, question_id: uuid.UUID) -> QualityQuestion:
    """One quality question of the lot; raises NotFound."""
    found = session.get(QualityQuestion, question_id)
    if found is None or found.lot_id != lot.id:
        raise NotFound()
    return found
