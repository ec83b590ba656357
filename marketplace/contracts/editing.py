"""Saying what a contract allows, and that its row was checked."""

from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.clock import london_day
from marketplace.contracts.models import Contract, Sureness
from marketplace.errors import StaleEdit, Unacceptable

STALE = "Somebody changed this contract since you opened the page."


@dataclass(frozen=True)
class Facts:
    """What a person may say of a contract, by the names of its columns."""

    yearly_value: Decimal | None
    end_date: date | None
    extensions: str | None
    break_date: date | None
    break_terms: str
    others_may_join: bool | None
    joining_terms: str
    lead_authority: str
    is_public: bool

    @classmethod
    def of(cls, contract: Contract) -> "Facts":
        return cls(**{each.name: getattr(contract, each.name) for each in fields(cls)})


def edit_contract(
    session: Session,
    contract: Contract,
    said: Facts,
    *,
    checked: bool,
    version: int | None,
    by: Person,
    at: datetime,
) -> Contract:
    """Change what the register says of a contract; `checked`: it was compared with the contract.

    An end that somebody gives is no longer an estimate. What was checked and is changed without
    being checked again is as given. Raises StaleEdit where somebody changed it since `version`,
    Unacceptable for what makes no sense.
    """
    session.refresh(contract, with_for_update={"of": Contract})
    if version is not None and contract.version != version:
        raise StaleEdit(STALE)
    _check(contract, said)
    before = Facts.of(contract)
    changed = [
        each.name
        for each in fields(Facts)
        if getattr(before, each.name) != getattr(said, each.name)
    ]
    for name in changed:
        setattr(contract, name, getattr(said, name))
    if "end_date" in changed or checked:
        contract.end_is_estimate = False
    _say_how_sure(contract, bool(changed), checked, london_day(at))
    record(session, Action.CONTRACT_EDITED, contract, by=by, at=at, changed=changed)
    return contract


def _say_how_sure(contract: Contract, changed: bool, checked: bool, today: date) -> None:
    """An award here needs no checking; another row is as sure as the last person made it."""
    if contract.sureness == Sureness.AWARDED:
        return
    if checked:
        contract.sureness, contract.checked_on = Sureness.CHECKED, today
    elif changed:
        estimated = contract.end_is_estimate
        contract.sureness = Sureness.ESTIMATED if estimated else Sureness.AS_GIVEN
        contract.checked_on = None


def _check(contract: Contract, said: Facts) -> None:
    start = contract.start_date
    if start and said.end_date and said.end_date < start:
        raise Unacceptable(f"The end is before the start, {start:%d/%m/%Y}.")
    if start and said.break_date and said.break_date < start:
        raise Unacceptable(f"It cannot be ended before its start, {start:%d/%m/%Y}.")
    if said.joining_terms and not said.others_may_join:
        raise Unacceptable("Say that others may join, or leave the terms of joining empty.")
