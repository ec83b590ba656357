"""Who can sign in to the demo: on its sign-in page, and on the screen of who started it."""

from dataclasses import dataclass

from flask import Flask

from marketplace.accounts.models import Role

PASSWORD = "london-demo"  # noqa: S105 - it guards made-up data only


@dataclass(frozen=True)
class SignInAs:
    """One of the made-up people."""

    role: Role
    name: str
    slug: str
    words: str

    @property
    def email(self) -> str:
        return email_of(self.slug)


SIGN_INS = (
    SignInAs(
        *(Role.COMMISSIONER, "Camden’s commissioner", "camden"),
        "posts what Camden needs, and commits to lots or declines",
    ),
    SignInAs(
        *(Role.SUPPLIER, "Larkmoor Library and Office Supply", "larkmoor"),
        "a small firm that bids for books, stationery and furniture",
    ),
    SignInAs(
        *(Role.REVIEWER, "Reviewer one", "reviewer1"),
        "runs the grouping, judges its proposals, takes lots to market and to their award",
    ),
    SignInAs(
        *(Role.ADMINISTRATOR, "The administrator", "administrator"),
        "sets the policy of categories, adds people, reads the record",
    ),
)
"""One for each role."""

OTHERS = (
    SignInAs(Role.REVIEWER, "Reviewer two", "reviewer2", "confirms what the first asks for"),
    SignInAs(Role.COMMISSIONER, "Hackney’s commissioner", "hackney", "shares lots with Camden"),
    SignInAs(Role.COMMISSIONER, "Croydon’s commissioner", "croydon", "south of the river"),
    SignInAs(Role.SUPPLIER, "Quillbrook Books", "quillbrook", "a large bookseller"),
    SignInAs(Role.SUPPLIER, "Hearthwick Care", "hearthwick", "care homes and home care"),
)
"""Further ones, so that both sides of a deal can be tried."""


def email_of(slug: str) -> str:
    """The address of a made-up person."""
    return f"{slug}@demo.example"


def install(app: Flask) -> None:
    """Show who can sign in on the sign-in page; called in the demo only."""
    app.jinja_env.globals.update(demo_sign_ins=SIGN_INS, demo_others=OTHERS, demo_password=PASSWORD)
