"""The form of a requirement, one thing a page."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from marketplace.accounts.models import Organisation
from marketplace.categories.models import CategoryPolicy
from marketplace.web.fields import (
    DayField,
    LineField,
    MoneyField,
    NumberField,
    ProseField,
    SendField,
    SomeOfField,
    WholeNumberField,
)
from marketplace.web.forms import Form


class WhatForm(Form):
    title = LineField("What do you need?", required="Enter a title, like Library books for adults")
    description = ProseField("Describe it (optional)", longest=5000)
    value = MoneyField(
        "Value over the whole term, without VAT",
        required="Enter the value, like £120,000",
        at_least=Decimal(1),
        description="What you would expect to pay if you bought it alone.",
    )
    quantity = NumberField("Quantity (optional)")
    unit = LineField("Unit of the quantity (optional)", longest=40)
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Save and continue")


class WhenForm(Form):
    earliest_start = DayField(
        "Earliest start", required="Enter the earliest day on which it can start"
    )
    latest_start = DayField(
        "Latest start",
        required="Enter the latest day on which it can start",
        description="A wider window fits more partners.",
    )
    term_months = WholeNumberField(
        "Term in months", required="Enter the term in months, like 24", at_least=1, at_most=600
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Save and continue")

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        first, last = self.earliest_start.data, self.latest_start.data
        if first and last and first > last:
            self.refuse(self.latest_start, "Enter a latest start on or after the earliest")
        return good and not self.errors


class SpecificationForm(Form):
    """What is accepted of each attribute; `specification_form` adds the fields."""

    def accepts(self) -> dict[str, list[str]]:
        return {
            name.removeprefix("accept_"): list(field.data or [])
            for name, field in self._fields.items()
            if name.startswith("accept_") and field.data
        }


def specification_form(policy: CategoryPolicy) -> SpecificationForm:
    """A form with check boxes for each attribute of the category."""
    fields: dict[str, object] = {
        f"accept_{each.name}": SomeOfField(
            each.label,
            description="Tick all that you can accept. None ticked means any.",
            choices=[(value, value) for value in each.values],
        )
        for each in policy.attributes
    }
    fields["version"] = WholeNumberField("Version", at_most=10**9)
    fields["send"] = SendField("Save and continue")
    made: SpecificationForm = type("CategorySpecificationForm", (SpecificationForm,), fields)()
    return made


class PartnersForm(Form):
    max_partners = WholeNumberField(
        "The most other authorities you accept in a lot (optional)",
        at_most=500,
        description="Leave empty for any number.",
    )
    excluded = SomeOfField(
        "Authorities with which you will not share this category",
        description="This holds for all your requirements in the category. Others do not see it.",
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Save and continue")

    def offer(self, others: Sequence[Organisation]) -> None:
        """Offer these authorities to tick."""
        self.excluded.choices = [(str(other.id), other.name) for other in others]
