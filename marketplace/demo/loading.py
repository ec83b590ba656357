"""Loading the demo's made-up London into an empty database, from a fixed seed."""

import random
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, OrganisationKind, Role
from marketplace.accounts.passwords import hasher
from marketplace.accounts.services import add_organisation, add_person
from marketplace.categories.services import add_cpv, set_policy
from marketplace.clock import london_day
from marketplace.demo import goods, london
from marketplace.grouping.services import solve_run_now, start_run
from marketplace.requirements.services import Need, draft_requirement, post_requirement

PASSWORD = "london-demo"  # noqa: S105 - it guards made-up data only
SEED = 2006
RUN_SECONDS = 8
SIGN_INS = {
    Role.COMMISSIONER: "camden@demo.example",
    Role.SUPPLIER: "supplier1@demo.example",
    Role.REVIEWER: "reviewer1@demo.example",
    Role.ADMINISTRATOR: "administrator@demo.example",
}


def is_loaded(session: Session) -> bool:
    """Whether the database has anybody in it."""
    return session.scalar(select(Organisation.id).limit(1)) is not None


def load(session: Session, at: datetime) -> None:
    """Load it all, in the transaction under way."""
    keep = hasher().hash(PASSWORD)

    def person(email: str, name: str, role: Role, of: Organisation) -> None:
        add_person(
            session,
            email=email,
            name=name,
            role=role,
            organisation=of,
            password=PASSWORD,
            by=None,
            at=at,
            password_hash=keep,
        )

    centre = add_organisation(
        session, kind=OrganisationKind.CENTRE, name="London Centre of Excellence", at=at
    )
    person("reviewer1@demo.example", "Reviewer one", Role.REVIEWER, centre)
    person("reviewer2@demo.example", "Reviewer two", Role.REVIEWER, centre)
    person(SIGN_INS[Role.ADMINISTRATOR], "Administrator", Role.ADMINISTRATOR, centre)
    authorities = []
    for code, name, subregion in london.authorities():
        made = add_organisation(
            session,
            kind=OrganisationKind.AUTHORITY,
            name=name,
            at=at,
            code=code,
            subregion=subregion,
        )
        slug = name.lower().replace(" ", "-")
        person(f"{slug}@demo.example", f"Commissioner, {name}", Role.COMMISSIONER, made)
        authorities.append(made)
    for number in range(1, 11):
        firm = add_organisation(
            session, kind=OrganisationKind.SUPPLIER, name=f"Made-up Supplies {number} Ltd", at=at
        )
        person(f"supplier{number}@demo.example", f"Bids team {number}", Role.SUPPLIER, firm)
    _load_goods(session, at)
    _post_requirements(session, authorities, at)
    run = start_run(session, goods.TITLES, RUN_SECONDS, by=None, at=at)
    solve_run_now(session, run, at=at)


def _load_goods(session: Session, at: datetime) -> None:
    names = ("code", "parent_code", "level", "kind", "name")
    add_cpv(session, [dict(zip(names, row, strict=True)) for row in goods.CPV])
    for code, terms in goods.POLICIES.items():
        set_policy(session, None, terms, cpv_code=code, by=None, at=at)


def _post_requirements(session: Session, authorities: list[Organisation], at: datetime) -> None:
    rng = random.Random(SEED)  # noqa: S311 - the same London each time
    today = london_day(at)
    for authority in authorities:
        for code, titles in goods.TITLES.items():
            ahead = rng.randrange(3, 10)
            name, _, values = goods.POLICIES[code].attributes[0]
            need = Need(
                category_code=code,
                title=rng.choice(titles),
                value=Decimal(rng.randrange(80, 900) * 1000),
                earliest_start=_month(today, ahead),
                latest_start=_month(today, ahead + rng.randrange(3, 9)),
                term_months=rng.choice([24, 36, 48]),
                accepts={name: rng.sample(list(values), rng.randrange(1, 4))},
            )
            drafted = draft_requirement(session, authority, need, by=None, at=at)
            post_requirement(session, drafted, by=None, at=at)


def _month(today: date, ahead: int) -> date:
    number = today.year * 12 + today.month - 1 + ahead
    return date(number // 12, number % 12 + 1, 1)
