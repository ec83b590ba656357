"""The base of every form that changes something."""

import uuid
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict, ImmutableMultiDict
from wtforms import HiddenField, MultipleFileField

from marketplace.errors import Unacceptable


def fresh_key() -> str:
    """A key for a form that is drawn now."""
    return uuid.uuid4().hex


class Form(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form with its CSRF token and an idempotency key, so that a double click counts once."""

    idempotency_key = HiddenField(default=fresh_key)

    class Meta(FlaskForm.Meta):  # type: ignore[misc] # Flask-WTF has no types
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Words for fields of words and files for fields of files, whatever was sent."""
            if formdata is not _Auto:
                return formdata
            if not form.is_submitted():
                return None
            taken = {field.name for field in form if isinstance(field, MultipleFileField)}
            files = [pair for pair in request.files.items(multi=True) if pair[0] in taken]
            words = [pair for pair in request.form.items(multi=True) if pair[0] not in taken]
            return CombinedMultiDict([ImmutableMultiDict(files), ImmutableMultiDict(words)])

    @property
    def status(self) -> int:
        """What to answer with when the form is drawn: 422 once something in it is wrong."""
        return 422 if self.errors else 200

    def refuse(self, field: Any, message: str) -> None:
        """Add an error found by a rule that needs more than the form."""
        field.errors = [*field.errors, message]

    def summary(self) -> list[dict[str, str]]:
        """The errors as links to their fields, in the order of the page."""
        return [
            {"text": str(_first(field.errors)), "href": f"#{_anchor(field)}"}
            for field in self
            if field.errors
        ]


class Button(Form):
    """A form that is only a button: nothing to fill in."""

    def must_be_valid(self) -> None:
        """Raises Unacceptable for a forged or stale token."""
        if not self.validate_on_submit():
            raise Unacceptable("Open the page again and press the button once more.")


def _first(errors: Any) -> Any:
    """The first message, however deep the field keeps it."""
    while isinstance(errors, (list, tuple, dict)):
        values = list(errors.values()) if isinstance(errors, dict) else [e for e in errors if e]
        errors = values[0] if values else "Check this answer"
    return errors


def _anchor(field: Any) -> str:
    return str(getattr(field, "error_anchor", field.id))
