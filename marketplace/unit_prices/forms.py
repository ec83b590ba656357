"""The forms in which an authority gives a price."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from marketplace.categories.models import CategoryPolicy
from marketplace.unit_prices.contract_prices import ContractPrice
from marketplace.unit_prices.models import GivenPrice
from marketplace.unit_prices.quarters import year_name
from marketplace.unit_prices.services import Paid
from marketplace.web.fields import NumberField, OneOfField, OneOfManyField, SendField, SomeOfField
from marketplace.web.forms import Form

SMALLEST = Decimal("0.000001")
LARGEST = Decimal(10**9)


class PoundsForOneField(NumberField):
    """The price of one unit, which may be far less than a penny: £0.0042, 12.50."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        super().process_formdata([re.sub(r"[£\s]", "", str(text)) for text in valuelist])


class GivePriceForm(Form):
    category = OneOfManyField("What is bought, and in which unit", required="Choose a category")
    year = OneOfField("Financial year", required="Choose a financial year")
    quantity = NumberField(
        "How many units in that year",
        required="Enter how many units",
        at_least=Decimal("0.01"),
        at_most=LARGEST,
    )
    price = PoundsForOneField(
        "Price of one unit, in pounds, without VAT",
        required="Enter the price of one unit",
        at_least=SMALLEST,
        at_most=LARGEST,
    )
    send = SendField("Give this price")

    def offer(self, policies: Sequence[CategoryPolicy], years: Sequence[int]) -> None:
        """What can be chosen: categories with a unit, and the years of late."""
        named = [(str(each.cpv_code), f"{each.title} ({each.unit})") for each in policies]
        self.category.choices = [("", "Choose one"), *named]
        self.year.choices = [(str(year), year_name(year)) for year in years]

    def begin(self, given: GivenPrice | None, category: str) -> None:
        """Fill in what is to be corrected, or the category that was pressed."""
        known = {value for value, *_ in self.category.iter_choices()}
        self.category.data = category if category in known else ""
        if given is None:
            return
        self.category.data, self.year.data = given.category_code, str(given.year)
        self.quantity.data, self.price.data = given.quantity, given.price

    def paid(self) -> Paid:
        return Paid(int(self.year.data), self.quantity.data, self.price.data)


class FromContractsForm(Form):
    contracts = SomeOfField("Contracts", required="Tick at least one contract")
    send = SendField("Give the prices of those ticked")

    def offer(self, found: Sequence[ContractPrice]) -> None:
        self.contracts.choices = [(str(each.contract_id), each.title) for each in found]

    def chosen(self, found: Sequence[ContractPrice]) -> list[ContractPrice]:
        ticked = set(self.contracts.data or [])
        return [each for each in found if str(each.contract_id) in ticked]
