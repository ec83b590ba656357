"""Keeping the directory of roles: each authority keeps its own."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.directory import queries
from marketplace.directory.models import DirectoryRole
from marketplace.errors import StaleEdit, Unacceptable


@dataclass(frozen=True)
class RoleTold:
    """What a commissioner writes of a role; an empty code is all purchases."""

    title: str
    code: str
    mailbox: str


def add_role(session: Session, told: RoleTold, *, by: Person, at: datetime) -> DirectoryRole:
    """Add a role of one's own authority; raises Unacceptable for one that is there."""
    _check(session, told, by, None)
    role = DirectoryRole(authority_id=by.organisation_id)
    session.add(role)
    _write(role, told, by, at)
    record(session, Action.ROLE_KEPT, role, by=by, at=at)
    return role


def change_role(
    session: Session, role: DirectoryRole, told: RoleTold, *, version: int, by: Person, at: datetime
) -> None:
    """Correct a role, which confirms it too; raises StaleEdit, and Unacceptable for a double."""
    if role.version != version:
        raise StaleEdit("A colleague changed this since you opened it. Check it and save again.")
    _check(session, told, by, role)
    _write(role, told, by, at)
    record(session, Action.ROLE_KEPT, role, by=by, at=at)


def confirm_role(session: Session, role: DirectoryRole, *, by: Person, at: datetime) -> None:
    """Say that a role is still as it stands."""
    role.confirmed_at, role.confirmed_by_id = at, by.id
    record(session, Action.ROLE_CONFIRMED, role, by=by, at=at)


def remove_role(session: Session, role: DirectoryRole, *, by: Person, at: datetime) -> None:
    """Take a role that is no more off the directory."""
    record(session, Action.ROLE_REMOVED, role, by=by, at=at)
    session.delete(role)


def _check(session: Session, told: RoleTold, by: Person, own: DirectoryRole | None) -> None:
    there = queries.same_role(session, by.organisation_id, told.code, told.title)
    if there is not None and there is not own:
        raise Unacceptable("This role stands in the directory already, for the same purchases.")
    if told.mailbox and queries.is_a_persons(session, told.mailbox):
        raise Unacceptable(
            "This is a person’s own address. Give the address of a team, or none: the directory "
            "holds nobody’s private data."
        )


def _write(role: DirectoryRole, told: RoleTold, by: Person, at: datetime) -> None:
    role.title, role.mailbox = told.title, told.mailbox
    role.category_code, role.category_key = told.code or None, told.code
    role.confirmed_at, role.confirmed_by_id = at, by.id
