"""The form that takes a register."""

from marketplace.contracts.formats import FORMATS
from marketplace.contracts.importing import LONGEST_TERM
from marketplace.web.fields import (
    OneFileField,
    OneOfField,
    OneOfManyField,
    SendField,
    WholeNumberField,
)
from marketplace.web.forms import Form

EACH_ROW = ("", "Each row names its own authority")


class ImportForm(Form):
    """A file, its format, and for an administrator whose register it is."""

    file = OneFileField(
        "The register",
        required="Choose the file of the register",
        description="CSV, XLSX or JSON, at most 20 MB. Nothing is added before you have seen "
        "what was understood.",
    )
    format = OneOfField(
        "Its format",
        required="Choose the format of the file",
        choices=[(name.value, format_.words) for name, format_ in FORMATS.items()],
    )
    authority = OneOfManyField(
        "Whose register it is",
        description="Leave it at “Each row names its own” where the file has several authorities.",
        choices=[EACH_ROW],
    )
    term_months = WholeNumberField(
        "Months that such contracts usually last",
        description="Needed for Contracts Finder, which gives no end: it is estimated from the "
        "day of the award and this term, and marked as an estimate.",
        at_least=1,
        at_most=LONGEST_TERM,
    )
    send = SendField("Show what would be added")
