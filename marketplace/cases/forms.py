"""What a business case assumes, and a line of its risk register."""

from decimal import Decimal

from marketplace.cases.models import BusinessCase, CaseRisk
from marketplace.cases.services import Costs, RiskTold
from marketplace.web.fields import (
    CountedProseField,
    LineField,
    MoneyField,
    NumberField,
    OneOfField,
    SendField,
    WholeNumberField,
)
from marketplace.web.forms import Form

SCALE = ("Very low", "Low", "Medium", "High", "Very high")
CHOICES = [(str(number), f"{number}: {text}") for number, text in enumerate(SCALE, start=1)]


class CostsForm(Form):
    rate = NumberField(
        "Discount rate, in percent a year",
        required="Enter a rate, like 3.5",
        at_most=Decimal(100),
        description="The Green Book’s is 3.5.",
    )
    tender_cost = MoneyField("Cost of one tender", required="Enter what a tender costs")
    coordination_cost = MoneyField(
        "Cost of aligning each authority beyond the first, once",
        required="Enter what aligning an authority costs",
    )
    running_cost = MoneyField(
        "Cost of running the joint contract, for each authority and year",
        required="Enter a running cost, 0 for none",
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Work it out again")

    def show(self, case: BusinessCase) -> None:
        """Fill in what is assumed now."""
        self.rate.data = case.rate * 100
        self.tender_cost.data, self.running_cost.data = case.tender_cost, case.running_cost
        self.coordination_cost.data = case.coordination_cost

    def costs(self) -> Costs:
        return Costs(
            Decimal(self.rate.data) / 100,
            self.tender_cost.data,
            self.coordination_cost.data,
            self.running_cost.data,
        )


class RiskForm(Form):
    what = CountedProseField("What could happen", required="Say what could happen", longest=500)
    likelihood = OneOfField("How likely", choices=CHOICES)
    impact = OneOfField("How bad", choices=CHOICES)
    answer = CountedProseField("What is done about it", longest=500)
    owner = LineField(
        "Whose it is (optional)", longest=120, description="A role, never a person’s name."
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Keep this line")

    def show(self, risk: CaseRisk) -> None:
        """Fill in what stands there."""
        self.what.data, self.answer.data, self.owner.data = risk.what, risk.answer, risk.owner
        self.likelihood.data = str(risk.likelihood) if risk.likelihood else None
        self.impact.data = str(risk.impact) if risk.impact else None

    def told(self) -> RiskTold:
        return RiskTold(
            what=self.what.data,
            likelihood=_number(self.likelihood.data),
            impact=_number(self.impact.data),
            answer=self.answer.data or "",
            owner=self.owner.data or "",
        )


def _number(chosen: str | None) -> int | None:
    """The number of a choice; nothing but blanks is none."""
    return int(chosen) if chosen and chosen.strip() else None
