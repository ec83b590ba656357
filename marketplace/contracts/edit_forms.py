"""What a person may say of a contract."""

from typing import Any

from wtforms.validators import ValidationError

from marketplace.contracts.editing import Facts
from marketplace.contracts.extensions import EXPECTED, read_extensions, written
from marketplace.contracts.models import Contract, ContractSource
from marketplace.web.fields import (
    DayField,
    LineField,
    MoneyField,
    OneOfField,
    ProseField,
    SendField,
    WholeNumberField,
    YesField,
)
from marketplace.web.forms import Form

YES, NO, UNKNOWN = "yes", "no", "unknown"


class EditForm(Form):
    """The facts of one contract; those that its award settled are not in it."""

    version = WholeNumberField("Version", at_most=10**9)
    yearly_value = MoneyField("Value a year", description="In pounds, without VAT.")
    end_date = DayField("When it ends, without extensions", description="For example, 31 3 2028.")
    extensions = LineField(
        "Extension options",
        longest=60,
        description="Months, like 12, 12 + 6 or 2 x 12 months; none where there is none. Leave it "
        "empty where you do not know.",
    )
    break_date = DayField("First day on which it can be ended early")
    break_terms = ProseField(
        "Break clause", longest=1000, description="Who may end it, with what notice."
    )
    others_may_join = OneOfField(
        "May other authorities join it?",
        required="Say whether others may join it",
        choices=[(YES, "Yes"), (NO, "No"), (UNKNOWN, "I do not know")],
    )
    joining_terms = ProseField(
        "On which terms", longest=1000, description="Who may join, how, until when."
    )
    lead_authority = LineField(
        "Lead authority", description="Who let it for all, where that was not your authority alone."
    )
    is_public = YesField("Show it in the public register")
    checked = YesField("I have compared all this with the contract itself")
    send = SendField("Keep these facts")

    def of(self, contract: Contract) -> "EditForm":
        """Without what the award here has settled, and filled in where it was not sent."""
        if contract.source == ContractSource.AWARD:
            del self.yearly_value, self.end_date, self.is_public, self.checked
        if not self.is_submitted():
            self._fill(contract)
        return self

    def _fill(self, contract: Contract) -> None:
        joins = {True: YES, False: NO, None: UNKNOWN}
        known = {
            **Facts.of(contract).__dict__,
            "extensions": {None: "", "0": "none"}.get(contract.extensions, contract.extensions),
            "others_may_join": joins[contract.others_may_join],
        }
        for name, value in known.items():
            if name in self:
                self[name].data = value

    def validate_extensions(self, field: Any) -> None:
        """Refused with what was expected."""
        try:
            read_extensions(field.data or "")
        except ValueError as fault:
            raise ValidationError(f"Enter {EXPECTED}") from fault

    def facts(self, contract: Contract) -> Facts:
        """What was said; what the form does not have stays."""
        said = {
            "extensions": written(read_extensions(self.extensions.data or "")),
            "others_may_join": {YES: True, NO: False}.get(self.others_may_join.data),
        }
        for name in ("break_terms", "joining_terms", "lead_authority"):
            said[name] = self[name].data or ""
        for name in ("yearly_value", "end_date", "break_date", "is_public"):
            if name in self:
                said[name] = self[name].data
        return Facts(**{**Facts.of(contract).__dict__, **said})
