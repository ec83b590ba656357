"""The form by which an estimate becomes the policy."""

from decimal import Decimal

from marketplace.unit_prices.applying import Effect
from marketplace.unit_prices.elasticity import Estimate
from marketplace.web.fields import NumberField, ProseField, SendField, WholeNumberField
from marketplace.web.forms import Form

ONE = Decimal(1)


class ApplyForm(Form):
    low = NumberField("Price effect, low", required="Enter the low price effect", at_most=ONE)
    likely = NumberField(
        "Price effect, likely", required="Enter the likely price effect", at_most=ONE
    )
    high = NumberField("Price effect, high", required="Enter the high price effect", at_most=ONE)
    reason = ProseField("Why", required="Say why the policy changes", longest=1000)
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Make this the policy")

    def begin(self, found: Estimate, version: int) -> None:
        """What is offered: the estimate, to three decimals."""
        offered = [Decimal(f"{each:.3f}") for each in found.for_policy()]
        self.low.data, self.likely.data, self.high.data = offered
        self.version.data = version

    def effect(self) -> Effect:
        return Effect(self.low.data, self.likely.data, self.high.data, self.reason.data)
