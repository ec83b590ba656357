"""Whose contract a row is: the names that sources give buyers, matched to authorities.

A source writes "LONDON BOROUGH OF CAMDEN", "Camden Council" or "Camden Council Libraries" for the
authority that we call Camden. What is left of a name without such words is its *core*.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from marketplace.accounts.models import Organisation

_LEADING = re.compile(
    r"^(the |lb of |lb |london borough of |royal borough of |metropolitan borough of "
    r"|borough of |city of |county of |council of |corporation of )+"
)
_TRAILING = frozenset(
    {
        *("council", "councils", "corporation", "borough", "county", "city", "district"),
        *("metropolitan", "unitary", "authority", "london", "mbc", "lbc", "dc", "cc"),
    }
)
CITY = ("city of london", "corporation of london")
UNKNOWN = "an authority that is registered here (an administrator can add it), or say whose it is"
NOT_SAID = "the name of an authority, or say whose it is"


@lru_cache(maxsize=4096)
def core(name: str) -> str:
    """A council's name without what all councils' names have."""
    plain = re.sub(r"\([^)]*\)?", " ", name.casefold().replace("&", " and ").replace("'", ""))
    plain = " ".join(re.findall(r"\w+", plain))
    if plain.startswith(CITY):
        return CITY[0]
    words = _LEADING.sub("", plain).split()
    while len(words) > 1 and words[-1] in _TRAILING:
        words.pop()
    # London Councils is nobody's council: what all of London has is not left alone.
    return plain if words == ["london"] else " ".join(words)


@lru_cache(maxsize=4096)
def cores(name: str) -> tuple[str, ...]:
    """What a buyer may be: the whole name, a council and its department, each of two councils."""
    found = [core(name)]
    plain = " ".join(re.findall(r"\w+", name.casefold().replace("&", " and ")))
    if re.search(r"\b(council|borough)", plain):
        before = [part.removeprefix(" and ") for part in re.split(r"\bcouncils?\b", plain)[:-1]]
        found += [core(part) for part in before if part.strip()]
        sides = [side for part in before for side in part.split(" and ")]
        found += [core(side) for side in sides if side.strip()]
    return tuple(dict.fromkeys(found))


@dataclass
class Ownership:
    """Which authority each row of one file belongs to."""

    authorities: Sequence[Organisation]
    given: Organisation | None = None
    """Whose register the person says the file is."""
    stranger: str = ""
    """The name that the whole file gives its buyer, where the person says that this is `given`."""
    _by_name: dict[str, Organisation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for authority in self.authorities:
            for name in (authority.name, authority.code, authority.short_code):
                if name:
                    self._by_name.setdefault(core(name), authority)

    def learn(self, buyers: Iterable[str]) -> None:
        """Look at all names: a file that calls its one buyer by a name of nobody is `given`'s.

        Where most rows name one buyer that is registered under no name here, and no row names the
        authority given, the person's word holds. Another registered authority's rows are never
        taken.
        """
        if self.given is None:
            return
        names = Counter(core(name) for name in buyers if name)
        known = {name for name in buyers if name and self.named(name)}
        if not names or self.given in [self.named(name) for name in known]:
            return
        name, count = names.most_common(1)[0]
        if count * 2 > names.total() and name not in self._by_name:
            self.stranger = name

    def named(self, buyer: str) -> Organisation | None:
        """The authority of that name; of two the one given, else the first."""
        found = [self._by_name[name] for name in cores(buyer) if name in self._by_name]
        if self.given in found:
            return self.given
        return found[0] if found else None

    def of(self, buyer: str) -> tuple[Organisation | None, str]:
        """Whose row it is; or None, and what was expected in place of the name."""
        if not buyer:
            return self.given, "" if self.given else NOT_SAID
        owner = self.named(buyer)
        if self.given is None:
            return owner, "" if owner else UNKNOWN
        if owner is self.given or (owner is None and self.stranger in cores(buyer)):
            return self.given, ""
        return None, f"{self.given.name}, whose register this is said to be"

    @property
    def notice(self) -> str:
        """What the person should know before accepting."""
        if not self.stranger or self.given is None:
            return ""
        return (
            f"The file names its authority “{self.stranger.title()}”, and nobody of that name is "
            f"registered here. If you accept, its contracts become those of {self.given.name}."
        )
