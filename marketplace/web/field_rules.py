"""Rules that fields share: what must be there, how long it may be, what can be printed."""

import re
from collections.abc import Callable
from typing import Any

from wtforms import Field, Form
from wtforms.validators import InputRequired, Optional, StopValidation, ValidationError

Validator = Callable[[Form, Field], None]


def trim(value: str | None) -> str | None:
    """Without blanks around it, lines ended alike."""
    return value.strip().replace("\r\n", "\n") if value else value


def printable(form: Form, field: Field) -> None:
    """Refuse characters that cannot be printed."""
    if re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", field.data or ""):
        raise ValidationError("Take out characters that cannot be printed")


def presence(message: str | None) -> Validator:
    """Something must be there, where a message says so."""
    return Required(message) if message else Optional()


class Required(InputRequired):
    """Something must be there, and blanks are nothing: no field reads an answer from them."""

    def __call__(self, form: Any, field: Any) -> None:
        if not any(str(given).strip() for given in field.raw_data or []):
            field.errors = []
            raise StopValidation(str(self.message))


def date_presence(message: str | None) -> Validator:
    """A date must be there, where a message says so; nothing given is no date."""

    def check(form: Form, field: Field) -> None:
        given = any(str(part).strip() for part in field.raw_data or [])
        if not given and field.data is None and message:
            raise StopValidation(message)
        if field.data is None:
            raise StopValidation()

    return check


def file_presence(message: str | None) -> Validator:
    """A file must be there, where a message says so."""

    def check(form: Form, field: Field) -> None:
        if message and not field.data:
            raise StopValidation(message)

    return check


def too_long(label: str, longest: int) -> str:
    """What to say of an answer that is too long."""
    return f"{label}: enter at most {longest:,} characters"
