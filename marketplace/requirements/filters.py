"""What a list of requirements can be narrowed by; anything odd in the address narrows nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select

from marketplace.categories.codes import beginning
from marketplace.requirements.models import Requirement, RequirementStatus


@dataclass(frozen=True)
class RequirementFilters:
    """The filters of the list of requirements."""

    words: str = ""
    category: str = ""
    status: RequirementStatus | None = None
    authority: uuid.UUID | None = None
    starts_by: date | None = None

    @classmethod
    def from_request(cls, args: Mapping[str, str]) -> "RequirementFilters":
        status = args.get("status", "")
        return cls(
            words=args.get("q", "").replace("\0", "").strip()[:100],
            category=args.get("category", "").strip()[:8],
            status=RequirementStatus(status) if status in set(RequirementStatus) else None,
            authority=_uuid(args.get("authority", "")),
            starts_by=_day(args.get("starts_by", "")),
        )

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != RequirementFilters()

    def apply(self, query: Select[Requirement]) -> Select[Requirement]:
        """Narrow the query, but for the words: the list itself looks for them."""
        if self.category.isdigit():
            query = query.where(Requirement.category_code.startswith(beginning(self.category)))
        if self.status:
            query = query.where(Requirement.status == self.status)
        if self.authority:
            query = query.where(Requirement.authority_id == self.authority)
        if self.starts_by:
            query = query.where(Requirement.earliest_start <= self.starts_by)
        return query


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
