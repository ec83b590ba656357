"""What a requirement says, as a plain value: from a form, a file, a contract, or its history."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from marketplace.errors import Unacceptable
from marketplace.requirements.models import Requirement


@dataclass(frozen=True)
class Need:
    """What a requirement says."""

    category_code: str
    title: str
    value: Decimal
    earliest_start: date
    latest_start: date
    term_months: int
    description: str = ""
    quantity: Decimal | None = None
    unit: str | None = None
    accepts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    max_partners: int | None = None
    category_note: str = ""

    @classmethod
    def of(cls, requirement: Requirement) -> "Need":
        return cls(**{name: getattr(requirement, name) for name in cls.__dataclass_fields__})

    def plain(self) -> dict[str, Any]:
        """As JSON can hold it."""
        return {
            name: str(value) if isinstance(value, Decimal | date) else value
            for name, value in asdict(self).items()
        }


def need_of(content: Mapping[str, Any]) -> Need:
    """A need again from what `Need.plain` wrote."""
    quantity = content.get("quantity")
    return Need(
        **{
            **content,
            "value": Decimal(content["value"]),
            "quantity": None if quantity is None else Decimal(quantity),
            "earliest_start": date.fromisoformat(content["earliest_start"]),
            "latest_start": date.fromisoformat(content["latest_start"]),
        }
    )


def check(need: Need) -> None:
    """Raises Unacceptable naming the first thing that makes no sense."""
    if not need.title.strip():
        raise Unacceptable("Give the requirement a title.")
    if not (need.value.is_finite() and 0 < need.value <= Decimal(10) ** 11):
        raise Unacceptable("Give a value above nothing and under £100 billion.")
    if need.earliest_start > need.latest_start:
        raise Unacceptable("The latest start is before the earliest.")
    if not 1 <= need.term_months <= 600:
        raise Unacceptable("Give a term between 1 and 600 months.")
