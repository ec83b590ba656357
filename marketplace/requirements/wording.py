"""What a requirement says, in words: for its history and for two versions side by side."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from marketplace.requirements.models import RequirementRevision
from marketplace.requirements.needs import Need, need_of
from marketplace.web.formatting import day, months, pounds


@dataclass(frozen=True)
class Change:
    """One thing that differs between two versions."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Step:
    """One line of a requirement's history."""

    at: datetime
    by: str
    changes: Sequence[Change]


def lines(need: Need) -> dict[str, str]:
    """Each thing that it says, under its label."""
    said = {
        "Category": f"CPV {need.category_code}",
        "Title": need.title,
        "Description": need.description or "none",
        "Value over the term": pounds(need.value),
        "Quantity": quantity(need.quantity, need.unit),
        "Can start between": f"{day(need.earliest_start)} and {day(need.latest_start)}",
        "Term": months(need.term_months),
        "Most other authorities": _number(need.max_partners),
    }
    for name, values in sorted(need.accepts.items()):
        said[name.replace("_", " ").capitalize()] = " or ".join(values)
    return said


def quantity(amount: Decimal | None, unit: str | None) -> str:
    """1,200.5 tonnes; decimals only where there are some."""
    if amount is None:
        return "not given"
    shown = f"{amount:,.2f}".rstrip("0").rstrip(".")
    return f"{shown} {unit or ''}".strip()


def changes(before: Need, after: Need) -> list[Change]:
    """What differs, in the order of the page."""
    old, new = lines(before), lines(after)
    return [
        Change(label, old.get(label, "any"), new.get(label, "any"))
        for label in dict.fromkeys([*old, *new])
        if old.get(label) != new.get(label)
    ]


def history(revisions: Iterable[RequirementRevision], names: Mapping[Any, str]) -> list[Step]:
    """When it was posted and edited, by whom, and what each edit changed."""
    steps: list[Step] = []
    before: Need | None = None
    for revision in revisions:
        need = need_of(revision.content)
        by = names.get(revision.saved_by_id, "")
        steps.append(Step(revision.saved_at, by, changes(before, need) if before else ()))
        before = need
    return steps


def _number(count: int | None) -> str:
    return "any number" if count is None else str(count)
