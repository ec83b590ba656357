"""Signing in, and adding people."""

import re

from wtforms import Field
from wtforms import Form as AnyForm
from wtforms.validators import ValidationError

from marketplace.accounts.passwords import SHORTEST
from marketplace.web.fields import LineField, OneOfManyField, SecretField, SendField
from marketplace.web.forms import Form


def _address(form: AnyForm, field: Field) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data or ""):
        raise ValidationError("Enter an email address, like name@camden.example")


class SignInForm(Form):
    email = LineField("Email address", required="Enter your email address")
    password = SecretField("Password", required="Enter your password")
    code = LineField(
        "One-time code",
        longest=20,
        description="Only if you have set up codes: the six digits that your app shows now.",
    )
    send = SendField("Sign in")


class ForgottenPasswordForm(Form):
    email = LineField("Email address", required="Enter your email address", validators=[_address])
    send = SendField("Send me a link")


def _new_password() -> SecretField:
    return SecretField(
        "New password",
        required="Enter a new password",
        description=f"{SHORTEST} characters or more. Three words that you invent will do.",
    )


class NewPasswordForm(Form):
    password = _new_password()
    send = SendField("Set this password")


class ChangePasswordForm(Form):
    current = SecretField("Current password", required="Enter your current password")
    password = _new_password()
    send = SendField("Set this password")


class ConfirmForm(Form):
    password = SecretField("Password", required="Enter your password")
    code = LineField(
        "One-time code",
        longest=20,
        description="Only if you have set up codes: the six digits that your app shows now.",
    )
    send = SendField("Go on")


class CodeForm(Form):
    code = LineField("Code", required="Enter the six digits that your app shows", longest=20)
    send = SendField("Use these codes")


class PersonForm(Form):
    email = LineField(
        "Email address",
        required="Enter their email address",
        validators=[_address],
    )
    name = LineField("Name or post", required="Enter a name or post, like Head of procurement")
    organisation = OneOfManyField("Organisation", required="Choose their organisation")
    role = OneOfManyField("Role", required="Choose a role")
    send = SendField("Add this person and send them a link")


class AuthorityForm(Form):
    code = LineField(
        "Code",
        required="Enter the authority’s code, like E07000117",
        longest=20,
        description="Its GSS code: a letter and eight digits, like E07000117.",
    )
    name = LineField("Name", required="Enter the authority’s name, like Burnley")
    subregion = LineField(
        "Sub-region",
        longest=60,
        description="Some categories are shared within a sub-region only.",
    )
    send = SendField("Add this authority")
