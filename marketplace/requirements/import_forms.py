"""The form that takes a file of requirements."""

from marketplace.web.fields import OneFileField, SendField
from marketplace.web.forms import Form


class RequirementFileForm(Form):
    file = OneFileField(
        "The file",
        required="Choose the file of your requirements",
        description="CSV or XLSX, at most 20 MB. Nothing is added before you have seen what was "
        "understood.",
    )
    send = SendField("Show what would be added")
