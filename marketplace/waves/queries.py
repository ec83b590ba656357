"""Reading what ends when, and the waves that were proposed."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from marketplace.categories.codes import beginning
from marketplace.contracts.models import Contract
from marketplace.contracts.months import months_after
from marketplace.contracts.queries import END_OR_NEVER
from marketplace.contracts.renewal_queries import followed
from marketplace.db import AnyRow
from marketplace.errors import NotFound
from marketplace.waves.models import Wave, WaveAnswer, WaveMember, WaveParty, WaveStatus
from marketplace.waves.timing import HORIZON

MOST_CONTRACTS = 20_000
"""Contracts that a page looks at; there are fewer, even if all of London imports all it has."""


@dataclass(frozen=True)
class Scope:
    """Whose contracts are looked at: one authority's, a sub-region's, or all of London's."""

    authority_id: uuid.UUID | None = None
    subregion: str = ""

    def where(self) -> list[ColumnElement[bool]]:
        found: list[ColumnElement[bool]] = []
        if self.authority_id:
            found.append(Contract.authority_id == self.authority_id)
        if self.subregion:
            found.append(Organisation.subregion == self.subregion)
        return found


ALL_LONDON = Scope()


def seen_by(person: Person | None) -> list[ColumnElement[bool]]:
    """The centre, also at its command line, sees all; a commissioner its own and what is public."""
    if person and person.role == Role.COMMISSIONER:
        return [or_(Contract.authority_id == person.organisation_id, Contract.is_public)]
    return []


def endings(
    session: Session,
    person: Person | None,
    scope: Scope,
    today: date,
    code: str = "",
    *,
    breaking: bool = False,
) -> Sequence[AnyRow]:
    """The contracts with a code that end from today within the horizon, the first first.

    With `breaking` also those that end later and may be ended early within it.
    """
    horizon = months_after(today, HORIZON)
    ends = Contract.end_date <= horizon
    query = (
        select(
            *(Contract.id, Contract.reference, Contract.title, Contract.supplier_name),
            *(Contract.start_date, Contract.end_date, Contract.end_is_estimate, Contract.value),
            *(Contract.yearly_value, Contract.category_code, Contract.extensions),
            *(Contract.break_date, Contract.is_public, Contract.authority_id, Contract.sureness),
            Organisation.name.label("authority"),
            Organisation.code.label("authority_code"),
            Organisation.short_code,
            Organisation.subregion,
            followed().label("is_followed"),
        )
        .join(Organisation, Organisation.id == Contract.authority_id)
        .where(
            Contract.end_date >= today,
            or_(ends, Contract.break_date <= horizon) if breaking else ends,
            Contract.category_code.is_not(None),
            *scope.where(),
            *seen_by(person),
        )
        .order_by(Contract.end_date, Contract.reference)
        .limit(MOST_CONTRACTS)
    )
    if code:
        query = query.where(Contract.category_code.startswith(beginning(code)))
    return session.execute(query).all()


def authorities_with_contracts(
    session: Session, person: Person | None, scope: Scope, today: date
) -> Mapping[str, Collection[uuid.UUID]]:
    """For each CPV code the authorities that have a contract which has not ended."""
    rows = session.execute(
        select(Contract.category_code, Contract.authority_id)
        .join(Organisation, Organisation.id == Contract.authority_id)
        .where(
            today <= END_OR_NEVER,
            Contract.category_code.is_not(None),
            *scope.where(),
            *seen_by(person),
        )
        .distinct()
    )
    found: dict[str, set[uuid.UUID]] = {}
    for code, authority_id in rows:
        found.setdefault(str(code), set()).add(authority_id)
    return found


def without_code(session: Session, person: Person, scope: Scope, today: date) -> int:
    """How many contracts that end within the horizon have no code, so that they are nowhere."""
    query = (
        select(func.count())
        .select_from(Contract)
        .join(Organisation, Organisation.id == Contract.authority_id)
        .where(
            Contract.end_date >= today,
            Contract.end_date <= months_after(today, HORIZON),
            Contract.category_code.is_(None),
            *scope.where(),
            *seen_by(person),
        )
    )
    return session.scalar(query) or 0


def subregions(session: Session) -> Sequence[str]:
    """Every sub-region that an authority lies in, by name."""
    query = (
        select(Organisation.subregion)
        .where(Organisation.kind == OrganisationKind.AUTHORITY, Organisation.subregion.is_not(None))
        .distinct()
        .order_by(Organisation.subregion)
    )
    return [str(each) for each in session.scalars(query)]


def contracts_seen(
    session: Session, person: Person, ids: Collection[uuid.UUID]
) -> Sequence[Contract]:
    """Contracts by their keys, as far as the person sees them."""
    query = (
        select(Contract)
        .where(Contract.id.in_(ids), *seen_by(person))
        .options(joinedload(Contract.authority))
        .order_by(Contract.reference)
    )
    return session.scalars(query).all()


def waves_of(person: Person, *, status: WaveStatus | None = None) -> Select[Wave]:
    """The proposed waves that the person may see: the centre all, others those they are asked."""
    query = select(Wave).options(joinedload(Wave.category), selectinload(Wave.parties))
    if person.role == Role.COMMISSIONER:
        asked = select(WaveParty.wave_id).where(WaveParty.authority_id == person.organisation_id)
        query = query.where(Wave.id.in_(asked))
    return query.where(Wave.status == status) if status else query


def wave(session: Session, person: Person, wave_id: uuid.UUID) -> Wave:
    """One proposed wave with all that its page shows; raises NotFound for another's."""
    found = session.scalar(
        waves_of(person)
        .where(Wave.id == wave_id)
        .options(
            joinedload(Wave.proposed_by),
            selectinload(Wave.parties).joinedload(WaveParty.authority),
            selectinload(Wave.members).joinedload(WaveMember.contract),
        )
    )
    if found is None:
        raise NotFound()
    return found


def may_see_worth(found: Wave, person: Person) -> bool:
    """Whether what the wave is worth gives no other authority's figures away.

    Of what is public everybody can work it out; of two, each could subtract the other's.
    """
    return person.role != Role.COMMISSIONER or all(
        each.contract.is_public or each.authority_id == person.organisation_id
        for each in found.members
    )


def party(session: Session, found: Wave, authority_id: uuid.UUID) -> WaveParty:
    """What an authority is asked by a wave; raises NotFound where it is not."""
    row = session.get(WaveParty, (found.id, authority_id))
    if row is None:
        raise NotFound()
    return row


def proposed_for(session: Session, person: Person, code: str) -> dict[str, Wave]:
    """The waves of a category that are asked about now, by the references of their contracts."""
    rows = session.execute(
        select(Contract.reference, Wave)
        .join(WaveMember, WaveMember.contract_id == Contract.id)
        .join(Wave, Wave.id == WaveMember.wave_id)
        .where(Wave.category_code == code, Wave.status == WaveStatus.PROPOSED)
        .where(Wave.id.in_(waves_of(person).with_only_columns(Wave.id).order_by(None)))
        .order_by(Wave.proposed_at, Wave.id)
    )
    return {row.reference: row.Wave for row in rows}


def awaiting(session: Session, person: Person) -> Sequence[Wave]:
    """Waves to which the commissioner's authority has not answered, the most pressing first."""
    return session.scalars(
        select(Wave)
        .join(WaveParty, WaveParty.wave_id == Wave.id)
        .where(
            WaveParty.authority_id == person.organisation_id,
            WaveParty.answer == WaveAnswer.AWAITED,
            Wave.status == WaveStatus.PROPOSED,
        )
        .options(joinedload(Wave.category))
        .order_by(Wave.answer_by, Wave.reference)
    ).all()
