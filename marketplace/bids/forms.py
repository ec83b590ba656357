"""The form of a bid: made for its lot, with a price for each authority and each question."""

import uuid
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import Row

from marketplace.lots.models import Lot
from marketplace.web.fields import (
    CountedProseField,
    FilesField,
    MoneyField,
    OneFileField,
    SendField,
    YesField,
)
from marketplace.web.forms import Form

LONGEST_ANSWER = 4000
ONE_PENNY = Decimal("0.01")


class BidForm(Form):
    """The part that all bids share; `bid_form` adds the rest."""

    def prices(self) -> dict[uuid.UUID, Decimal]:
        return {
            uuid.UUID(name.removeprefix("price_")): field.data
            for name, field in self._fields.items()
            if name.startswith("price_")
        }

    def answers(self) -> dict[uuid.UUID, str]:
        return {
            uuid.UUID(name.removeprefix("answer_")): field.data
            for name, field in self._fields.items()
            if name.startswith("answer_")
        }


class PartForm(Form):
    """An opener's part, as the command wrote it."""

    part = OneFileField("The file that the command wrote", required="Choose the file")
    send = SendField("Give this part")


def bid_form(lot: Lot, authorities: Sequence[Row[uuid.UUID, str]]) -> BidForm:
    """A form with a field for each authority and question of the lot, in the page's order."""
    fields: dict[str, object] = {}
    for key, name in authorities:
        fields[f"price_{key}"] = MoneyField(
            f"Price for {name}, in pounds",
            required=f"Enter your price for {name}",
            at_least=ONE_PENNY,
        )
    for question in lot.criteria:
        fields[f"answer_{question.id}"] = CountedProseField(
            question.text,
            required=f"Answer question {question.position}",
            longest=LONGEST_ANSWER,
            description=f"Up to {question.weight} points.",
        )
    fields["documents"] = FilesField(
        "Documents (optional)", description="PDF, Office, CSV, text or pictures; 20 MB in all."
    )
    fields["sure"] = YesField("This is our offer for all of these authorities together")
    fields["send"] = SendField("Send this bid")
    made: BidForm = type("LotBidForm", (BidForm,), fields)()
    return made
