"""What a person asks of the calendar and of waves, read from the address."""

import re
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from marketplace.contracts.planning import Window
from marketplace.waves.queries import Scope

MOST_SLACK = 12
USUAL = Window()


@dataclass(frozen=True)
class Asked:
    """Whose contracts, of which category, and how far starts may lie from ends."""

    scope: Scope
    code: str = ""
    slack: Window = USUAL

    @property
    def address(self) -> dict[str, object]:
        """The same as parts of an address; what is usual is left out."""
        return {
            "authority": self.scope.authority_id,
            "subregion": self.scope.subregion or None,
            "category": self.code or None,
            "before": self.slack.before if self.slack != USUAL else None,
            "after": self.slack.after if self.slack != USUAL else None,
        }


def read_asked(args: MultiDict[str, str], subregions: Collection[str]) -> Asked:
    """What the address asks for; anything odd asks for nothing."""
    subregion, code = args.get("subregion", ""), args.get("category", "")
    return Asked(
        Scope(_key(args.get("authority", "")), subregion if subregion in subregions else ""),
        code if re.fullmatch(r"[0-9]{8}", code, re.ASCII) else "",
        Window(_months(args, "before", USUAL.before), _months(args, "after", USUAL.after)),
    )


def _months(args: MultiDict[str, str], name: str, usual: int) -> int:
    text = args.get(name, "")
    return min(int(text), MOST_SLACK) if re.fullmatch(r"[0-9]{1,2}", text, re.ASCII) else usual


def _key(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
