"""Form fields that read what people write and draw themselves in the GOV.UK style.

Each field refuses what it cannot read with a message that says what to enter.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from govuk_frontend_wtf.wtforms_widgets import (
    GovCharacterCount,
    GovCheckboxesInput,
    GovCheckboxInput,
    GovDateInput,
    GovFileInput,
    GovPasswordInput,
    GovRadioInput,
    GovSelect,
    GovSubmitInput,
    GovTextArea,
    GovTextInput,
)
from wtforms import (
    BooleanField,
    Field,
    MultipleFileField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    SubmitField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, ValidationError

from marketplace.clock import LONDON
from marketplace.web.field_rules import (
    Validator,
    date_presence,
    file_presence,
    presence,
    printable,
    too_long,
    trim,
)

LARGEST_AMOUNT = Decimal(10) ** 11
"""£100 billion: more than anybody buys, and far inside what the database holds."""


class LineField(StringField):
    """One line of text, trimmed, without control characters."""

    data: Any
    widget = GovTextInput()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        longest: int = 255,
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        rules = [presence(required), Length(max=longest, message=too_long(label, longest))]
        super().__init__(label, [*rules, printable, *validators], filters=[trim], **kwargs)


class ProseField(TextAreaField):
    """Several lines of text, trimmed."""

    data: Any
    widget = GovTextArea()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        longest: int = 5000,
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        rules = [presence(required), Length(max=longest, message=too_long(label, longest))]
        super().__init__(label, [*rules, printable, *validators], filters=[trim], **kwargs)


class CountedProseField(ProseField):
    """Prose that shows how many characters are left; pass params={'maxlength': n} to draw it."""

    widget = GovCharacterCount()


class SecretField(PasswordField):
    """A password."""

    data: Any
    widget = GovPasswordInput()

    def __init__(
        self, label: str, *, required: str, validators: Sequence[Validator] = (), **kwargs: Any
    ) -> None:
        rules = [InputRequired(required), Length(max=200), *validators]
        super().__init__(label, rules, **kwargs)


class MoneyField(StringField):
    """Pounds as people write them: £12,000, 12000.50, 12k, 1.2m. `data` is a Decimal or None."""

    widget = GovTextInput()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        at_least: Decimal = Decimal(0),
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        self.at_least = at_least
        super().__init__(label, [presence(required), *validators], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        text = str(valuelist[0]) if valuelist else ""
        if text.strip():
            self.data = read_pounds(text, self.at_least)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data:,.2f}".removesuffix(".00")


class WholeNumberField(StringField):
    """A whole number within limits. `data` is an int or None."""

    widget = GovTextInput()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        at_least: int = 0,
        at_most: int = 1_000_000,
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(label, [presence(required), *validators], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise ValueError(f"Enter a whole number, like {self.at_least:,}")
        if not self.at_least <= int(text) <= self.at_most:
            raise ValueError(f"Enter a number between {self.at_least:,} and {self.at_most:,}")
        self.data = int(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)


class NumberField(StringField):
    """A number that may have decimals, within limits. `data` is a Decimal or None."""

    widget = GovTextInput()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        at_least: Decimal = Decimal(0),
        at_most: Decimal = LARGEST_AMOUNT,
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        self.at_least, self.at_most = at_least, at_most
        super().__init__(label, [presence(required), *validators], **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        text = str(valuelist[0]).strip().replace(",", "") if valuelist else ""
        if not text:
            return
        if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,6})?", text):
            raise ValueError("Enter a number, like 12 or 0.5")
        if not self.at_least <= Decimal(text) <= self.at_most:
            raise ValueError(f"Enter a number between {self.at_least} and {self.at_most}")
        self.data = Decimal(text)

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"


class _DateWidget(GovDateInput):  # type: ignore[misc] # the library has no types
    """The library's date input answers a fault of its own unless it gets exactly three values."""

    def map_gov_params(self, field: Any, **kwargs: Any) -> Any:
        kept = field.raw_data
        if kept is not None:
            field.raw_data = [*map(str, kept), "", "", ""][:3]
        try:
            return super().map_gov_params(field, **kwargs)
        finally:
            field.raw_data = kept


class DayField(Field):
    """A date in three boxes. `data` is a date or None; its error links to the first box."""

    widget = _DateWidget()

    def __init__(
        self,
        label: str,
        *,
        required: str | None = None,
        validators: Sequence[Validator] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [date_presence(required), *validators], **kwargs)

    @property
    def error_anchor(self) -> str:
        return f"{self.name}-day"

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = None
        parts = [str(part).strip() for part in valuelist]
        if any(parts):
            self.data = read_day(parts)

    def _value(self) -> str:
        return ""


class OneOfField(RadioField):
    """One choice of a few, as radio buttons."""

    widget = GovRadioInput()

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        validators = [presence(required)]
        kwargs.setdefault("validate_choice", True)
        super().__init__(label, validators, **kwargs)

    @property
    def error_anchor(self) -> str:
        return str(self.id)

    def pre_validate(self, form: Any) -> None:
        """Nothing chosen is for the presence rule; something unknown is refused here."""
        if self.data in (None, "", "None"):
            self.data = None
            return
        known = {str(value) for value, *_ in self.iter_choices()}
        if str(self.data) not in known:
            raise ValidationError("Choose one of the answers on the page")


class OneOfManyField(SelectField):
    """One choice of many, as a list to pick from."""

    widget = GovSelect()

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [presence(required)], **kwargs)

    def pre_validate(self, form: Any) -> None:
        if self.data in (None, "", "None"):
            self.data = ""
            return
        known = {str(value) for value, *_ in self.iter_choices()}
        if str(self.data) not in known:
            raise ValidationError("Choose one of the answers in the list")


class SomeOfField(SelectMultipleField):
    """Any number of choices, as check boxes."""

    widget = GovCheckboxesInput()

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [presence(required)], **kwargs)

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_ in self.iter_choices()}
        if any(str(value) not in known for value in self.data or []):
            raise ValidationError("Choose from the answers on the page")


class YesField(BooleanField):
    """One check box."""

    widget = GovCheckboxInput()


class FilesField(MultipleFileField):
    """Files to send. `data` is a list of uploads that have a name."""

    widget = GovFileInput(multiple=True)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data: Any = [upload for upload in valuelist if getattr(upload, "filename", "")]


class OneFileField(FilesField):
    """One file to send. `data` is a list of at most one."""

    widget = GovFileInput()

    def __init__(self, label: str, *, required: str | None = None, **kwargs: Any) -> None:
        super().__init__(label, [file_presence(required)], **kwargs)


class SendField(SubmitField):
    """The button."""

    widget = GovSubmitInput()


def read_pounds(text: str, at_least: Decimal = Decimal(0)) -> Decimal:
    """Pounds and pence from what a person typed; raises ValueError that says what to enter."""
    cleaned = re.sub(r"[£,\s]", "", text).lower()
    found = re.fullmatch(r"(-?[0-9]{1,15}(?:\.[0-9]{1,6})?)(k|m|million|thousand)?", cleaned)
    if not found:
        raise ValueError("Enter an amount in pounds, like £12,000 or 12000.50")
    scale = {"k": 1000, "thousand": 1000, "m": 10**6, "million": 10**6}.get(found[2] or "", 1)
    try:
        amount = (Decimal(found[1]) * scale).quantize(Decimal("0.01"))
    except InvalidOperation:
        raise ValueError("Enter an amount in pounds, like £12,000") from None
    if amount < at_least:
        raise ValueError(f"Enter an amount of £{at_least:,} or more")
    if amount > LARGEST_AMOUNT:
        raise ValueError("Enter an amount under £100 billion")
    return amount


def read_day(parts: Sequence[str]) -> date:
    """A date from day, month and year; raises ValueError that says what to enter."""
    if len(parts) != 3 or not all(re.fullmatch(r"[0-9]{1,4}", part) for part in parts):
        raise ValueError("Enter a day, month and year, like 27 3 2027")
    day, month, year = (int(part) for part in parts)
    if not 1900 <= year <= 2100:
        raise ValueError("Enter a year with four figures, like 2027")
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError("Enter a date that exists, like 27 3 2027") from None


def at_london_time(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment given as London's clock shows it."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=LONDON).astimezone(UTC)
