"""The form of an opener's key."""

from marketplace.web.fields import LineField, SendField
from marketplace.web.forms import Form


class KeyForm(Form):
    """The public half only: the private one never leaves its owner's machine."""

    public_key = LineField(
        "Your public key",
        required="Paste the line that the command printed",
        longest=255,
        description="The line that begins with opener-key-1:",
    )
    send = SendField("Register this key")
