"""Signing in, and adding people."""

import re

from wtforms import Field
from wtforms import Form as AnyForm
from wtforms.validators import ValidationError

from marketplace.web.fields import LineField, OneOfManyField, SecretField, SendField
from marketplace.web.forms import Form


def _address(form: AnyForm, field: Field) -> None:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", field.data or ""):
        raise ValidationError("Enter an email address, like name@camden.example")


class SignInForm(Form):
    email = LineField("Email address", required="Enter your email address")
    password = SecretField("Password", required="Enter your password")
    send = SendField("Sign in")


class PersonForm(Form):
    email = LineField(
        "Email address",
        required="Enter their email address",
        validators=[_address],
    )
    name = LineField("Name or post", required="Enter a name or post, like Head of procurement")
    organisation = OneOfManyField("Organisation", required="Choose their organisation")
    role = OneOfManyField("Role", required="Choose a role")
    password = SecretField("First password", required="Enter a first password to give them")
    send = SendField("Add this person")


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
