"""The forms that take files of spending, and what people decide about them."""

from typing import Any

from wtforms import ValidationError

from marketplace.spend.fields import WORDS, Field
from marketplace.spend.months import MONTH_FAULT, read_month
from marketplace.web.fields import FilesField, LineField, OneOfManyField, SendField, YesField
from marketplace.web.forms import Form

COLUMN_CHOICES = [("", "None of these"), *((field.value, WORDS[field]) for field in Field)]


class SpendForm(Form):
    """Files, and for the centre whose spending it is."""

    files = FilesField(
        "The files",
        description="CSV or XLSX as you publish them, at most 20 MB together. Nothing is added "
        "before you have seen what was understood.",
    )
    authority = OneOfManyField("Whose spending it is", required="Choose the authority")
    month = LineField(
        "The month, where rows have no dates (optional)",
        longest=7,
        description="Like 2027-04. A month in the name of the file or above its table is found.",
    )
    send = SendField("Show what would be added")

    def validate_files(self, field: Any) -> None:
        if not field.data:
            raise ValidationError("Choose the files")

    def validate_month(self, field: Any) -> None:
        if field.data and read_month(field.data) is None:
            raise ValidationError(MONTH_FAULT)


class AcceptForm(Form):
    """Accept a preview, in spite of what it says where that was ticked."""

    despite_total = YesField("Accept it though it does not come to the file’s own total")
    replace = YesField("Put it in the place of the earlier edition")
    send = SendField("Accept")
