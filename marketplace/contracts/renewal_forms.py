"""The form over contracts that end: which to follow, and what the register does not say."""

import uuid
from collections.abc import Collection, Sequence
from typing import Any

from wtforms import HiddenField

from marketplace.categories.models import CategoryPolicy
from marketplace.contracts.planning import Window
from marketplace.contracts.renewing import Answer, Renewal
from marketplace.web.fields import MoneyField, OneOfManyField, WholeNumberField
from marketplace.web.forms import Form

LONGEST_WINDOW = 24


class EndingForm(Form):
    """`ending_form` adds fields for what is missing of each contract."""

    contract = HiddenField("Contracts")
    """The ticks of the table; the route reads them, and an error about them stands here."""
    before = WholeNumberField(
        "Months before the contract ends",
        required="Enter how many months before the end the next may start, like 3",
        at_most=LONGEST_WINDOW,
        default=3,
    )
    after = WholeNumberField(
        "Months after the contract ends",
        required="Enter how many months after the end the next may start, like 3",
        at_most=LONGEST_WINDOW,
        default=3,
    )

    @property
    def window(self) -> Window:
        return Window(self.before.data, self.after.data)

    def cell(self, part: str, contract_id: uuid.UUID) -> Any:
        """The field in which a part of a contract is asked for; None where it is known."""
        return self._fields.get(f"{part}_{contract_id.hex}")

    def answers(self, renewals: Sequence[Renewal]) -> dict[uuid.UUID, Answer]:
        """What was filled in."""

        def said(part: str, contract_id: uuid.UUID) -> Any:
            field = self.cell(part, contract_id)
            return (field.data or None) if field else None

        ids = [renewal.contract.id for renewal in renewals]
        return {
            each: Answer(said("value", each), said("term", each), said("category", each))
            for each in ids
        }


def ending_form(
    renewals: Sequence[Renewal],
    policies: Sequence[CategoryPolicy],
    ticked: Collection[uuid.UUID] = (),
) -> EndingForm:
    """A form that asks for what is missing, and insists for the contracts that are ticked."""
    choices = [("", "Choose a category"), *((p.cpv_code, p.title) for p in policies if p.cpv_code)]
    fields: dict[str, object] = {}
    for renewal in renewals:
        insist = renewal.contract.id in ticked
        for part in renewal.missing:
            fields[f"{part}_{renewal.contract.id.hex}"] = _field(
                part, renewal.contract.title, insist, choices
            )
    if not fields:
        return EndingForm()
    made: EndingForm = type("EndingFormOfPage", (EndingForm,), fields)()
    return made


def _field(part: str, title: str, insist: bool, choices: Sequence[tuple[str, str]]) -> object:
    if part == "category":
        return OneOfManyField(
            f"Category of {title}",
            required="Choose a category" if insist else None,
            choices=list(choices),
        )
    if part == "term":
        return WholeNumberField(
            f"Term of {title} in months",
            required="Enter the term in months, like 24" if insist else None,
            at_least=1,
            at_most=600,
        )
    return MoneyField(
        f"Value of {title}",
        required="Enter the value over the term, like £120,000" if insist else None,
    )
