"""A field small enough for a cell of a table, beside those of fields.py."""

from datetime import date
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import GovTextInput
from wtforms import StringField
from wtforms.validators import InputRequired, Optional


class CellDayField(StringField):
    """A date in one box, which browsers show as a calendar. `data` is a date or None."""

    widget = GovTextInput()
    box = "date"

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [InputRequired(required) if required else Optional()], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        text = str(valuelist[0]).strip() if valuelist else ""
        if not text:
            return
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError("Enter a date like 2027-03-27") from None
        if not 1900 <= day.year <= 2100:
            raise ValueError("Enter a year with four figures, like 2027-03-27")
        self.data = day

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""
