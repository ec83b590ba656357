"""What an authority reports of a contract."""

from decimal import Decimal
from typing import Any

from marketplace.savings.services import Report
from marketplace.savings.splitting import Trade
from marketplace.web.fields import DayField, LineField, NumberField, SendField
from marketplace.web.forms import Form

SMALLEST = Decimal("0.000001")
LARGEST = Decimal(1_000_000)
MOST_SPENT = Decimal(10) ** 11


class ReportForm(Form):
    begins = DayField("First day of the period", required="Enter the first day of the period")
    ends = DayField("Last day of the period", required="Enter the last day of the period")
    unit = LineField("What is counted", required="Say what is counted, like hours", longest=40)
    expected_volume = NumberField(
        "How many were expected",
        required="Enter how many were expected",
        at_least=SMALLEST,
        at_most=LARGEST,
    )
    expected_price = NumberField(
        "What one would have cost alone, in pounds",
        required="Enter what one would have cost alone",
        at_least=SMALLEST,
        at_most=LARGEST,
        description="The unit price of the baseline, before joining.",
    )
    volume = NumberField(
        "How many were bought", required="Enter how many were bought", at_most=LARGEST
    )
    price = NumberField("What one cost, in pounds", required="Enter what one cost", at_most=LARGEST)
    index = NumberField(
        "By how much an index moved prices since the baseline, in percent (optional)",
        at_least=Decimal(-50),
        at_most=Decimal(100),
        description="Only what the contract passes on. A minus where the index fell.",
    )
    specification = NumberField(
        "What a change of specification adds to one, in pounds (optional)",
        at_least=-LARGEST,
        at_most=LARGEST,
        description="A minus where it became plainer.",
    )
    send = SendField("Add this to the ledger")

    def validate(self, extra_validators: Any = None) -> bool:
        """What was spent must be an amount that there can be."""
        good = bool(super().validate(extra_validators))
        if good:
            trade = self.report().trade
            for field, volume in (
                (self.expected_volume, trade.expected_volume),
                (self.volume, trade.volume),
            ):
                if volume * max(trade.price, trade.expected_price) > MOST_SPENT:
                    self.refuse(field, "That comes to over £100 billion. Check both figures")
        return good and not self.errors

    def report(self) -> Report:
        moved = Decimal(self.index.data or 0) / 100
        trade = Trade(
            expected_volume=self.expected_volume.data,
            expected_price=self.expected_price.data,
            volume=self.volume.data,
            price=self.price.data,
            index=1 + moved,
            specification=Decimal(self.specification.data or 0),
        )
        return Report(self.begins.data, self.ends.data, self.unit.data, trade)
