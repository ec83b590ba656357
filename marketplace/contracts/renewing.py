"""Opening the requirements that follow contracts which end: where the circle closes."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Person
from marketplace.categories.queries import meeting_places
from marketplace.categories.suggesting import Confidence, Suggestion, suggest_category
from marketplace.clock import london_day
from marketplace.contracts import renewal_queries as queries
from marketplace.contracts.models import Contract, Succession
from marketplace.contracts.planning import Window, term_of, value_of
from marketplace.db import AnyRow
from marketplace.errors import Unacceptable, WrongState
from marketplace.requirements.models import Requirement
from marketplace.requirements.services import Need, draft_requirements

LONGEST_DESCRIPTION = 5_000
FOLLOWED = (
    "A requirement follows some of these contracts already, or they are not yours. "
    "Open the list again to see those that are left."
)


@dataclass(frozen=True)
class Answer:
    """What a person says where the register does not."""

    value: Decimal | None = None
    term_months: int | None = None
    category_code: str | None = None
    starts: tuple[date, date] | None = None
    """Between which days what follows may start, where the contract's end does not say it."""


@dataclass(frozen=True)
class Renewal:
    """A contract that ends, and the requirement that would follow it."""

    contract: Contract | AnyRow
    category: Suggestion | None
    value: Decimal | None
    term_months: int | None
    earliest_start: date
    latest_start: date

    @cached_property
    def missing(self) -> Sequence[str]:
        """What has to be asked before there can be a draft."""
        parts = {"category": self.category, "value": self.value, "term": self.term_months}
        return [name for name, part in parts.items() if part is None]

    def need(self) -> Need:
        """The requirement; raises Unacceptable where something is missing."""
        if self.category is None or self.value is None or self.term_months is None:
            raise Unacceptable(f"{self.contract.title}: give its {' and '.join(self.missing)}.")
        given = self.category.confidence == Confidence.GIVEN
        return Need(
            category_code=self.category.code,
            category_note="" if given else self.category.reason[:255],
            title=self.contract.title,
            description=self.contract.description[:LONGEST_DESCRIPTION],
            value=self.value,
            earliest_start=self.earliest_start,
            latest_start=self.latest_start,
            term_months=self.term_months,
        )


UNSAID = Answer()
NOTHING_SAID: Mapping[uuid.UUID, Answer] = {}


def plan_renewals(
    session: Session,
    contracts: Sequence[Contract | AnyRow],
    today: date,
    window: Window,
    answers: Mapping[uuid.UUID, Answer] = NOTHING_SAID,
) -> list[Renewal]:
    """The requirement that would follow each contract, with what the person said put in."""
    categories = _categories(session, contracts, answers)
    return [
        _plan(
            contract, categories.get(contract.id), answers.get(contract.id, UNSAID), today, window
        )
        for contract in contracts
    ]


@dataclass(frozen=True)
class Opened:
    """The drafts made, and the contracts left because something of them is missing."""

    drafts: Sequence[Requirement]
    left: Sequence[Renewal]


def open_renewals(
    session: Session,
    authority: Organisation,
    wanted: Select[Contract],
    window: Window,
    answers: Mapping[uuid.UUID, Answer] = NOTHING_SAID,
    *,
    only: Collection[uuid.UUID] | None = None,
    by: Person | None,
    at: datetime,
) -> Opened:
    """Draft the requirement that follows each contract (→ draft).

    `wanted` are contracts of the authority that nothing follows; those of which something is
    missing are left. With `only`, it is these contracts, all of them or none: raises WrongState
    where something follows one by now, Unacceptable where something of one is missing.
    """
    query = wanted if only is None else queries.named(wanted, only)
    contracts = queries.held_for_renewal(session, query)
    if only is not None and len(contracts) != len(set(only)):
        raise WrongState(FOLLOWED)
    renewals = plan_renewals(session, contracts, london_day(at), window, answers)
    left = [renewal for renewal in renewals if renewal.missing] if only is None else []
    chosen = [renewal for renewal in renewals if renewal not in left]
    needs = [(authority, renewal.need()) for renewal in chosen]
    drafts = draft_requirements(session, needs, by=by, at=at)
    session.add_all(
        Succession(
            contract_id=renewal.contract.id,
            requirement_id=draft.id,
            category_reason=renewal.category.reason[:255] if renewal.category else "",
        )
        for renewal, draft in zip(chosen, drafts, strict=True)
    )
    return Opened(drafts, left)


def _plan(
    contract: Contract | AnyRow,
    category: Suggestion | None,
    said: Answer,
    today: date,
    window: Window,
) -> Renewal:
    amounts = contract.value, contract.yearly_value
    term = said.term_months or term_of(contract.start_date, contract.end_date, *amounts)
    earliest, latest = said.starts or window.around(contract.end_date or today, today)
    return Renewal(
        contract, category, said.value or value_of(*amounts, term), term, earliest, latest
    )


def _categories(
    session: Session,
    contracts: Sequence[Contract | AnyRow],
    answers: Mapping[uuid.UUID, Answer],
) -> dict[uuid.UUID, Suggestion]:
    """The category of each: what was said, else by its code, else by its words.

    A code stands for the nearest category above it that has a policy of its own, because partners
    meet in a category.
    """
    found: dict[uuid.UUID, Suggestion] = {}
    wordy: list[Contract | AnyRow] = []
    for contract in contracts:
        said = answers.get(contract.id, UNSAID).category_code
        if said:
            found[contract.id] = Suggestion(said, "chosen by hand", Confidence.GIVEN)
        elif contract.category_code:
            reason = f"from the contract’s CPV code {contract.category_code}"
            found[contract.id] = Suggestion(contract.category_code, reason, Confidence.GIVEN)
        else:
            wordy.append(contract)
    if wordy:
        finder = queries.finder(session)
        for contract in wordy:
            near = suggest_category(
                finder, title=contract.title, label=contract.category_label or ""
            )
            if near:
                found[contract.id] = near
    return _at_policies(session, found)


def _at_policies(
    session: Session, found: Mapping[uuid.UUID, Suggestion]
) -> dict[uuid.UUID, Suggestion]:
    places = meeting_places(session, [each.code for each in found.values()])
    return {
        key: Suggestion(places[each.code][0], each.reason, each.confidence, places[each.code][1])
        for key, each in found.items()
    }
