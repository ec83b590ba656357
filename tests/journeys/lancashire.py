"""The facts with which the journey through Lancashire begins, and its people."""

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Person, Role
from tests import factories

AUTHORITIES = {
    "blackburn": ("E06000008", "Blackburn with Darwen"),
    "blackpool": ("E06000009", "Blackpool"),
    "chorley": ("E07000118", "Chorley"),
    "fylde": ("E07000119", "Fylde"),
    "hyndburn": ("E07000120", "Hyndburn"),
    "lancashire_cc": ("E10000017", "Lancashire"),
    "pendle": ("E07000122", "Pendle"),
    "preston": ("E07000123", "Preston"),
    "ribble_valley": ("E07000124", "Ribble Valley"),
    "rossendale": ("E07000125", "Rossendale"),
    "south_ribble": ("E07000126", "South Ribble"),
    "west_lancashire": ("E07000127", "West Lancashire"),
    "wyre": ("E07000128", "Wyre"),
}
"""The name of each council's file, its GSS code and its name."""

POLICIES = {
    "34100000": ("Motor vehicles", "0.02", "0.06", "0.10"),
    "34900000": ("Transport equipment", "0.02", "0.06", "0.10"),
    "37000000": ("Play and sport equipment", "0.02", "0.06", "0.10"),
    "45000000": ("Construction work", "0", "0.03", "0.06"),
    "48000000": ("Software", "0", "0.03", "0.06"),
    "71000000": ("Architecture and engineering", "0", "0.03", "0.06"),
    "79000000": ("Business services", "0", "0.03", "0.06"),
    "85000000": ("Health and social work", "0", "0.01", "0.03"),
    "90000000": ("Waste and environment", "0", "0.03", "0.06"),
}
"""CPV code, plain name, and the price effect of volume: low, likely, high."""


@dataclass
class County:
    """Who takes part."""

    session: Session
    administrator: Person
    reviewers: list[Person]
    suppliers: list[Person]
    buyers: dict[str, Person] = field(default_factory=dict)
    """A commissioner of each authority, by the name of its file."""

    def add_buyer(self, file: str, authority: Organisation) -> Person:
        self.buyers[file] = factories.make_person(
            self.session,
            Role.COMMISSIONER,
            authority,
            name="Buying team",
            email=f"buying@{file.replace('_', '-')}.example",
        )
        return self.buyers[file]


def people(session: Session) -> County:
    """The centre's staff and two suppliers; nothing else is there yet."""
    centre = factories.make_organisation(
        session, OrganisationKind.CENTRE, name="Centre of Excellence"
    )
    suppliers = [
        factories.make_person(
            session,
            Role.SUPPLIER,
            factories.make_organisation(session, OrganisationKind.SUPPLIER, name=name),
            name="Bids team",
        )
        for name in ("Made-up Fleet Ltd", "Invented Wheels Ltd")
    ]
    return County(
        session,
        factories.make_person(session, Role.ADMINISTRATOR, centre, name="Administrator"),
        [
            factories.make_person(session, Role.REVIEWER, centre, name=f"Reviewer {which}")
            for which in ("one", "two")
        ],
        suppliers,
    )


def usual_term(today: date) -> int:
    """So many months that contracts awarded in the fullest years of the files end from now on."""
    return (today.year - 2024) * 12 + today.month - 7 + 12
