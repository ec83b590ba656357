"""Proposing a wave, answering for one's own contracts, and taking a proposal back."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person, Role
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.clock import london_day
from marketplace.contracts.models import Contract
from marketplace.contracts.planning import Window
from marketplace.contracts.renewal_queries import followed
from marketplace.contracts.renewing import Answer, Opened, open_renewals
from marketplace.db import AnyRow
from marketplace.errors import NotAllowed, Unacceptable, WrongState
from marketplace.grouping.models import Barrier
from marketplace.references import next_reference
from marketplace.requirements.services import Posting, post_requirements
from marketplace.status import move
from marketplace.waves import queries
from marketplace.waves.asking import Register, question
from marketplace.waves.finding import Asked, wave_of
from marketplace.waves.finding import Wave as Found
from marketplace.waves.models import (
    WAVE_MOVES,
    Wave,
    WaveAnswer,
    WaveMember,
    WaveParty,
    WaveStatus,
)
from marketplace.waves.telling import tell_answer, tell_proposed

ANSWERED = "Your authority has answered already."
TAKEN_BACK = "This wave was taken back, so there is nothing to answer."


@dataclass(frozen=True)
class Chosen:
    """Contracts of one category that somebody wants to follow together, and what it is worth."""

    wave: Found
    rows: Sequence[AnyRow]
    asked: Asked
    holders: int

    @property
    def by_reference(self) -> dict[str, object]:
        return {row.reference: row for row in self.rows}


def choose(
    session: Session,
    found: Register,
    code: str,
    references: Sequence[str],
    slack: Window,
    today: date,
) -> Chosen:
    """Look at the contracts named, as they are now.

    Raises Unacceptable where one of them ended, is followed, lacks its value, cannot be seen or
    has no month in common with the others, and for fewer than two authorities.
    """
    rows = [row for row in found.of(code) if row.reference in set(references)]
    asked = question(session, Register(rows, found.places, found.holders), slack, today)
    if len(asked.endings) != len(set(references)) or not rows:
        raise Unacceptable("Some of these contracts are followed or changed by now. Look again.")
    if len({row.authority_id for row in rows}) < 2:
        raise Unacceptable("A wave needs contracts of two authorities or more.")
    wave = wave_of(asked, code, [row.reference for row in rows], proven=False)
    if wave is None or wave.worth.faults:
        why = wave.worth.faults[0] if wave else "they have no month in common"
        raise Unacceptable(f"These contracts cannot be followed together: {why}.")
    return Chosen(wave, rows, asked, found.holders.get(code, 0))


def propose_wave(
    session: Session,
    chosen: Chosen,
    *,
    note: str,
    answer_by: date,
    by: Person,
    at: datetime,
) -> Wave:
    """Ask the authorities of these contracts to follow them together (→ proposed).

    Each authority's commissioners are told. Raises NotAllowed for a commissioner whose authority
    has no contract in it, Unacceptable for a day to answer by that is not to come.
    """
    rows = chosen.rows
    if by.role == Role.COMMISSIONER and by.organisation_id not in {r.authority_id for r in rows}:
        raise NotAllowed("You can propose waves that your own authority is in.")
    if answer_by <= london_day(at):
        raise Unacceptable("Give them at least a day to answer.")
    wave = _wave_of(session, chosen, by, at)
    wave.note, wave.answer_by = note.strip(), answer_by
    session.add(wave)
    session.flush()
    _ask(session, wave, chosen, rows)
    record(
        session,
        Action.WAVE_PROPOSED,
        wave,
        by=by,
        at=at,
        contracts=len(rows),
        start=str(wave.start),
    )
    tell_proposed(session, wave, {row.authority_id for row in rows}, at=at)
    return wave


def _wave_of(session: Session, chosen: Chosen, by: Person, at: datetime) -> Wave:
    """What was chosen as a wave that is proposed, without its word and its day to answer by."""
    found = chosen.wave
    low, likely, high = (
        found.worth.net_benefit_low,
        found.worth.net_benefit_likely,
        found.worth.net_benefit_high,
    )
    return Wave(
        reference=next_reference(session, "WAV", at.year),
        category_code=found.category_code,
        start=found.meeting.start,
        value=found.worth.value,
        # Each is rounded for itself: where they are the same, a penny may part them.
        worth_low=min(low, likely),
        worth_likely=likely,
        worth_high=max(high, likely),
        authorities_with_contracts=chosen.holders,
        snapshot=chosen.asked.snapshot,
        status=WaveStatus.PROPOSED,
        proposed_at=at,
        proposed_by_id=by.id,
    )


def _ask(session: Session, wave: Wave, chosen: Chosen, rows: Sequence[AnyRow]) -> None:
    """A line for each authority that is asked, and for each contract."""
    session.add_all(
        WaveParty(wave_id=wave.id, authority_id=each, answer=WaveAnswer.AWAITED)
        for each in sorted({row.authority_id for row in rows}, key=str)
    )
    session.flush()
    asked, month = chosen.asked, chosen.wave.meeting.month
    for row in rows:
        ending = asked.endings[row.reference]
        earliest, latest = ending.days(asked.slack, asked.today)
        session.add(
            WaveMember(
                wave_id=wave.id,
                contract_id=row.id,
                authority_id=row.authority_id,
                value=ending.value,
                term_months=ending.term_months,
                earliest_start=earliest,
                latest_start=latest,
                extended_by=ending.extended_by(month, asked.slack),
                ended_early_by=ending.ended_early_by(month, asked.slack),
            )
        )


@dataclass(frozen=True)
class Agreed:
    """What an agreement made: drafts, and of those to be posted why one was not."""

    opened: Opened
    postings: Sequence[Posting]


def agree(session: Session, wave: Wave, *, post: bool, by: Person, at: datetime) -> Agreed:
    """Agree for one's own contracts (awaited → agreed): a requirement follows each.

    They are drafts, or posted at once. Raises WrongState where it was answered or taken back, or
    where something follows one of the contracts by now.
    """
    party = _hold(session, wave, by)
    answers = answers_of(wave, by, london_day(at))
    opened = open_renewals(
        session,
        by.organisation,
        free_of(wave, by),
        Window(),
        answers,
        only=list(answers),
        by=by,
        at=at,
    )
    postings = post_requirements(session, opened.drafts, by=by, at=at) if post else []
    party.answer, party.answered_at, party.answered_by_id = WaveAnswer.AGREED, at, by.id
    record(session, Action.WAVE_AGREED, wave, by=by, at=at, requirements=len(opened.drafts))
    tell_answer(session, wave, party, at=at)
    return Agreed(opened, postings)


def decline(
    session: Session, wave: Wave, *, barrier: Barrier, reason: str, by: Person, at: datetime
) -> None:
    """Decline for one's own contracts (awaited → declined); they stay as they are."""
    party = _hold(session, wave, by)
    party.answer, party.barrier, party.reason = WaveAnswer.DECLINED, barrier, reason.strip()
    party.answered_at, party.answered_by_id = at, by.id
    record(session, Action.WAVE_DECLINED, wave, by=by, at=at, barrier=barrier.value)
    tell_answer(session, wave, party, at=at)


def take_back(session: Session, wave: Wave, *, by: Person, at: datetime) -> None:
    """Ask no longer (proposed → taken back); what was agreed to stays as it is.

    Raises NotAllowed for whoever is neither of the centre nor of the proposer's organisation.
    """
    if not may_take_back(wave, by):
        raise NotAllowed("Whoever proposed a wave takes it back, or the Centre does.")
    session.refresh(wave, ["status", "version"], with_for_update={"of": Wave})
    move(wave, WaveStatus.TAKEN_BACK, WAVE_MOVES)
    record(session, Action.WAVE_TAKEN_BACK, wave, by=by, at=at)


def may_take_back(wave: Wave, person: Person) -> bool:
    """Whether the person may take the wave back; its proposer must be loaded."""
    if person.role in (Role.REVIEWER, Role.ADMINISTRATOR):
        return True
    return wave.proposed_by.organisation_id == person.organisation_id


def answers_of(wave: Wave, by: Person, today: date) -> dict[uuid.UUID, Answer]:
    """What follows each of one's contracts in the wave: as it was proposed, and not in the past."""
    return {
        each.contract_id: Answer(
            value=each.value,
            term_months=each.term_months,
            starts=(max(each.earliest_start, today), max(each.latest_start, today)),
        )
        for each in wave.members
        if each.authority_id == by.organisation_id
    }


def free_of(wave: Wave, by: Person) -> Select[Contract]:
    """The contracts of one's authority in the wave that nothing follows."""
    return select(Contract).where(
        Contract.authority_id == by.organisation_id,
        Contract.id.in_([each.contract_id for each in wave.members]),
        ~followed(),
    )


def _hold(session: Session, wave: Wave, by: Person) -> WaveParty:
    """The authority's place in the wave, locked; raises WrongState where nothing is asked."""
    session.refresh(wave, ["status", "version"], with_for_update={"of": Wave})
    party = queries.party(session, wave, by.organisation_id)
    session.refresh(party, with_for_update={"of": WaveParty})
    check_open(wave, party)
    return party


def check_open(wave: Wave, party: WaveParty) -> None:
    """Raises WrongState where nothing is asked of the authority any longer."""
    if wave.status != WaveStatus.PROPOSED:
        raise WrongState(TAKEN_BACK)
    if party.answer != WaveAnswer.AWAITED:
        raise WrongState(ANSWERED)
