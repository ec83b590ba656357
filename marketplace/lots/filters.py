"""What a list of lots can be narrowed by, read from the address; anything odd narrows nothing."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal

from sqlalchemy import Select, bindparam, or_

from marketplace.accounts.models import Role
from marketplace.categories.codes import beginning
from marketplace.categories.models import CpvCode
from marketplace.db import UtcDateTime, remembered
from marketplace.lots.models import Lot, LotStatus
from marketplace.lots.queries import status_filter, value_seen_by, visible_lots
from marketplace.suppliers.queries import looks_for
from marketplace.web.fields import read_pounds

NOW = bindparam("now", type_=UtcDateTime)
"""The time, which a list is told each time that it is drawn."""


@dataclass(frozen=True)
class LotFilters:
    """The filters of the list of lots."""

    words: str = ""
    category: str = ""
    status: LotStatus | None = None
    at_least: Decimal | None = None
    closes_by: date | None = None
    mine: bool = False
    """Only what is in the reader's own categories, where the reader is a supplier."""

    @classmethod
    def from_request(cls, args: Mapping[str, str]) -> "LotFilters":
        status = args.get("status", "")
        return cls(
            words=args.get("q", "").strip()[:100],
            category=args.get("category", "").strip()[:100],
            status=LotStatus(status) if status in set(LotStatus) else None,
            at_least=_pounds(args.get("at_least", "")),
            closes_by=_day(args.get("closes_by", "")),
            mine=args.get("mine", "") == "1",
        )

    @property
    def any(self) -> bool:
        """Whether the list is narrowed at all."""
        return self != LotFilters()

    def apply(
        self,
        lots: Select[Lot],
        role: Role,
        organisation_id: uuid.UUID,
    ) -> Select[Lot]:
        """Narrow the query, as somebody of the role and organisation asks, but for the words.

        Where a status is asked for, the query has to be told the time as `now`. The list itself
        looks for the words.
        """
        if self.category:
            lots = lots.join(CpvCode, CpvCode.code == Lot.category_code).where(
                or_(
                    CpvCode.name.icontains(self.category, autoescape=True),
                    CpvCode.own_title.icontains(self.category, autoescape=True),
                    CpvCode.code.startswith(beginning(self.category), autoescape=True),
                )
            )
        if self.status:
            lots = lots.where(status_filter(self.status, NOW))
        if self.at_least is not None:
            lots = lots.where(value_seen_by(role) >= self.at_least)
        if self.closes_by:
            end = datetime.combine(self.closes_by, time(23, 59, 59), UTC)
            lots = lots.where(Lot.deadline <= end)
        if self.mine and role == Role.SUPPLIER:
            lots = lots.where(looks_for(organisation_id, Lot.category_code))
        return lots


@remembered
def listed(
    role: Role,
    organisation_id: uuid.UUID,
    wanted: LotFilters,
) -> Select[Lot]:
    """The lots that somebody sees and asked for, for a list that knows `now`."""
    return wanted.apply(visible_lots(role, organisation_id), role, organisation_id)


def _pounds(text: str) -> Decimal | None:
    try:
        return read_pounds(text) if text.strip() else None
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
