"""The form over many drafts: the few main things each says, a row each."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wtforms import HiddenField

from marketplace.requirements.models import Requirement
from marketplace.requirements.needs import Need
from marketplace.web.cells import CellDayField
from marketplace.web.fields import LineField, MoneyField, WholeNumberField
from marketplace.web.forms import Form

CHANGED = "Somebody changed this since you opened the page"


class DraftsForm(Form):
    """`drafts_form` adds the fields of each row."""

    draft = HiddenField("Drafts")
    """The ticks of the table; the route reads them, and an error about them stands here."""

    def cell(self, part: str, draft_id: uuid.UUID) -> Any:
        """The field of a part of a draft."""
        return self._fields[f"{part}_{draft_id.hex}"]

    def need(self, draft: Requirement) -> Need:
        """What the row says now."""
        return replace(
            Need.of(draft),
            title=self.cell("title", draft.id).data,
            value=self.cell("value", draft.id).data,
            term_months=self.cell("term", draft.id).data,
            earliest_start=self.cell("first", draft.id).data,
            latest_start=self.cell("last", draft.id).data,
        )

    def check_rows(self, drafts: Sequence[Requirement]) -> bool:
        """Whether each row makes sense; what does not gets its error in its cell."""
        for draft in drafts:
            first, last = self.cell("first", draft.id), self.cell("last", draft.id)
            if first.data and last.data and first.data > last.data:
                self.refuse(last, "Enter a latest start on or after the earliest")
        return not self.errors

    def stale(self, drafts: Sequence[Requirement]) -> list[Requirement]:
        """The drafts that somebody changed since the page was drawn, each marked."""
        changed = [d for d in drafts if self.cell("version", d.id).data != d.version]
        for draft in changed:
            self.refuse(self.cell("title", draft.id), CHANGED)
        return changed


def drafts_form(drafts: Sequence[Requirement]) -> DraftsForm:
    """A form with a row for each draft."""
    fields: dict[str, object] = {}
    for draft in drafts:
        fields |= {f"{part}_{draft.id.hex}": field for part, field in _row(draft).items()}
    made: DraftsForm = type("DraftsFormOfPage", (DraftsForm,), fields)()
    return made


def _row(draft: Requirement) -> dict[str, object]:
    of = draft.reference
    return {
        "title": LineField(f"Title of {of}", required="Enter a title", default=draft.title),
        "value": MoneyField(
            f"Value of {of}",
            required="Enter the value, like £120,000",
            at_least=Decimal(1),
            default=draft.value,
        ),
        "term": WholeNumberField(
            f"Term of {of} in months",
            required="Enter the term in months, like 24",
            at_least=1,
            at_most=600,
            default=draft.term_months,
        ),
        "first": CellDayField(
            f"Earliest start of {of}",
            required="Enter the earliest day on which it can start",
            default=draft.earliest_start,
        ),
        "last": CellDayField(
            f"Latest start of {of}",
            required="Enter the latest day on which it can start",
            default=draft.latest_start,
        ),
        "version": WholeNumberField("Version", at_most=10**9, default=draft.version),
    }
