"""From the register to a question for the optimiser: which contracts of which categories."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.categories.queries import meeting_places
from marketplace.contracts.extensions import months_in_all
from marketplace.contracts.models import Contract
from marketplace.contracts.planning import Window, term_of, value_of
from marketplace.db import AnyRow
from marketplace.grouping.snapshots import freeze_these
from marketplace.requirements.models import Requirement
from marketplace.waves import queries
from marketplace.waves.finding import Asked
from marketplace.waves.queries import Scope
from marketplace.waves.timing import Ending

MOST_CATEGORIES = 40
"""Categories that one page asks about: those with the most authorities, then the most value."""


@dataclass(frozen=True)
class Register:
    """Contracts that end, each in the category in which partners meet."""

    rows: Sequence[AnyRow]
    places: Mapping[str, tuple[str, str]]
    """The code and name of that category, by the contract's own code."""
    holders: Mapping[str, int]
    """How many authorities have contracts in a category, whenever they end."""

    def place(self, row: AnyRow) -> str:
        return self.places[row.category_code][0]

    @property
    def names(self) -> dict[str, str]:
        """What each category is called."""
        return dict(self.places.values())

    def of(self, code: str) -> Sequence[AnyRow]:
        """The contracts of one category."""
        return [row for row in self.rows if self.place(row) == code]


def register(
    session: Session,
    person: Person | None,
    scope: Scope,
    today: date,
    code: str = "",
    *,
    breaking: bool = False,
) -> Register:
    """What ends within the horizon, as far as the person sees it; of one category where named.

    With `breaking` also what ends later and may be ended within it, which waves reckon with.
    """
    rows = queries.endings(session, person, scope, today, code, breaking=breaking)
    holders = queries.authorities_with_contracts(session, person, scope, today)
    places = meeting_places(session, {row.category_code for row in rows} | holders.keys())
    if code:
        rows = [row for row in rows if places[row.category_code][0] == code]
    together: dict[str, set[uuid.UUID]] = {}
    for each, authorities in holders.items():
        together.setdefault(places[each][0], set()).update(authorities)
    return Register(rows, places, {place: len(found) for place, found in together.items()})


def ending_of(row: AnyRow | Contract, authority_code: str) -> Ending | None:
    """A contract as the waves count it; None where the register lacks its value or term."""
    amounts = row.value, row.yearly_value
    term = term_of(row.start_date, row.end_date, *amounts)
    value = value_of(*amounts, term)
    if term is None or value is None or row.end_date is None:
        return None
    extension = months_in_all(row.extensions)
    terms = (extension, value, term, row.break_date)
    return Ending(row.reference, authority_code, row.end_date, *terms)


def question(session: Session, found: Register, slack: Window, today: date) -> Asked:
    """The problem of following these contracts together, in the categories that matter most."""
    endings: dict[str, Ending] = {}
    needs: dict[str, list[Requirement]] = {}
    for row in found.rows:
        ending = None if row.is_followed else ending_of(row, row.authority_code)
        if ending:
            endings[ending.reference] = ending
            need = need_of(row.id, row.authority_id, found.place(row), ending, slack, today)
            needs.setdefault(found.place(row), []).append(need)
    chosen = sorted(needs.values(), key=_weight)[:MOST_CATEGORIES]
    frozen = freeze_these(session, [need for each in chosen for need in each])
    return Asked(frozen.snapshot, endings, slack, today)


def need_of(
    key: uuid.UUID,
    authority_id: uuid.UUID,
    code: str,
    ending: Ending,
    slack: Window,
    today: date,
) -> Requirement:
    """What would follow a contract: a requirement that is nowhere but in the question."""
    earliest, latest = ending.days(slack, today)
    return Requirement(
        id=key,
        reference=ending.reference,
        authority_id=authority_id,
        category_code=code,
        value=ending.value,
        earliest_start=earliest,
        latest_start=latest,
        accepts={},
    )


def _weight(needs: Sequence[Requirement]) -> tuple[int, Decimal, str]:
    value = sum((need.value for need in needs), Decimal(0))
    return -len({need.authority_id for need in needs}), -value, needs[0].category_code
