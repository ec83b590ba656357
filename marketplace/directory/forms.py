"""A role in an authority."""

import re
from collections.abc import Sequence
from typing import Any

from wtforms.validators import ValidationError

from marketplace.categories.models import CategoryPolicy
from marketplace.directory.models import DirectoryRole
from marketplace.directory.services import RoleTold
from marketplace.web.fields import LineField, OneOfManyField, SendField, WholeNumberField
from marketplace.web.forms import Form

ALL = ("", "All purchases")
ADDRESS = r"[^@\s]+@[^@\s]+\.[^@\s]+"


def an_address(form: Any, field: Any) -> None:
    """Refuse what is no address; nothing is fine."""
    if field.data and not re.fullmatch(ADDRESS, field.data):
        raise ValidationError("Enter an address, like libraries@authority.example")


class RoleForm(Form):
    title = LineField(
        "The role",
        required="Enter the role, like Head of library procurement",
        longest=120,
        description="Like “Head of library procurement”. Never a person’s name.",
    )
    category = OneOfManyField("For which purchases", choices=[ALL])
    mailbox = LineField(
        "The team’s mailbox (optional)",
        longest=200,
        description="An address that stays when people change, like libraries@authority.example.",
        validators=[an_address],
    )
    version = WholeNumberField("Version", at_most=10**9)
    send = SendField("Keep this role")

    def offer(self, policies: Sequence[CategoryPolicy]) -> "RoleForm":
        """Offer the categories that have a policy, by title."""
        named = [(str(each.cpv_code), each.title) for each in policies]
        chosen = self.category.data
        if chosen and chosen not in dict(named) and not self.is_submitted():
            named.append((chosen, chosen))
        self.category.choices = [ALL, *named]
        return self

    def show(self, role: DirectoryRole) -> None:
        """Fill in what stands there."""
        self.title.data, self.mailbox.data = role.title, role.mailbox
        self.category.data = role.category_code or ""

    def told(self) -> RoleTold:
        return RoleTold(self.title.data, self.category.data or "", self.mailbox.data or "")
