"""Signing in, and adding people."""

from wtforms.validators import Regexp

from marketplace.web.fields import LineField, OneOfManyField, SecretField, SendField
from marketplace.web.forms import Form


class SignInForm(Form):
    email = LineField("Email address", required="Enter your email address")
    password = SecretField("Password", required="Enter your password")
    send = SendField("Sign in")


class PersonForm(Form):
    email = LineField(
        "Email address",
        required="Enter their email address",
        validators=[
            Regexp(
                r"^[^@\s]+@[^@\s]+\.[^@\s]+$",
                message="Enter an email address, like name@camden.example",
            )
        ],
    )
    name = LineField("Name or post", required="Enter a name or post, like Head of procurement")
    organisation = OneOfManyField("Organisation", required="Choose their organisation")
    role = OneOfManyField("Role", required="Choose a role")
    password = SecretField("First password", required="Enter a first password to give them")
    send = SendField("Add this person")
