"""The form in which a supplier describes itself."""

from decimal import Decimal

from marketplace.accounts.models import SupplierSize
from marketplace.web.fields import LineField, MoneyField, OneOfField, SendField, WholeNumberField
from marketplace.web.forms import Form

SIZES = {
    SupplierSize.MICRO: "Fewer than 10 people",
    SupplierSize.SMALL: "10 to 49 people",
    SupplierSize.MEDIUM: "50 to 249 people",
    SupplierSize.LARGE: "250 people or more",
}


class ProfileForm(Form):
    size = OneOfField(
        "How many people work in your organisation",
        required="Choose how many people work in your organisation",
        choices=[(size.value, text) for size, text in SIZES.items()],
    )
    location = LineField(
        "Where you are based (optional)", longest=120, description="A borough or town."
    )
    largest_contract = MoneyField(
        "The largest contract you could take on, over its whole term (optional)",
        at_least=Decimal(1),
        description="The Centre reads this when it decides how large a lot may be.",
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Save")
