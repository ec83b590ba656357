"""Each list page against a bare page of 25 rows, in turn, in one process.

`python -m benchmarks.pages` prints the fastest of many rounds of each, so that whatever else the
machine does stays out of it, and the ratio. The aim is that no ratio is above 3 with 100,000
requirements and 5,000 lots in the database; `docs/benchmarks.md` says how far that is reached.
"""

import argparse
import time
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from benchmarks.bare import bare_app
from benchmarks.bulk import fill
from benchmarks.sites import empty_site
from benchmarks.small_lists import fill_small_lists
from marketplace.accounts.models import Organisation, Role
from tests.conftest import PASSWORD, Browser
from tests.factories import make_person

PAGES = (
    (Role.REVIEWER, "/requirements"),
    (Role.COMMISSIONER, "/requirements"),
    (Role.COMMISSIONER, "/requirements?sort=title"),
    (Role.COMMISSIONER, "/requirements?sort=value&page=30"),
    (Role.REVIEWER, "/requirements?sort=title"),
    (Role.REVIEWER, "/requirements?status=posted&sort=value&order=down"),
    (Role.REVIEWER, "/requirements?q=supply&sort=value&order=down"),
    (Role.REVIEWER, "/requirements?q=part+77&sort=value&order=down"),
    (Role.REVIEWER, "/requirements?q=part+77123&sort=value&order=down"),
    (Role.COMMISSIONER, "/requirements/imports"),
    (Role.REVIEWER, "/grouping"),
    (Role.REVIEWER, "/proposals"),
    (Role.COMMISSIONER, "/joining"),
    (Role.SUPPLIER, "/lots"),
    (Role.REVIEWER, "/lots?sort=deadline"),
    (Role.REVIEWER, "/lots?sort=title"),
    (Role.REVIEWER, "/lots?status=open&sort=value"),
    (Role.REVIEWER, "/lots?q=things+bought&sort=value"),
    (Role.SUPPLIER, "/bids"),
    (Role.COMMISSIONER, "/contracts"),
    (Role.REVIEWER, "/contracts?sort=end"),
    (Role.REVIEWER, "/contracts?sort=title"),
    (Role.REVIEWER, "/contracts?sort=value&order=down"),
    (Role.REVIEWER, "/contracts?words=part+77"),
    (Role.COMMISSIONER, "/contracts/ending"),
    (Role.ADMINISTRATOR, "/contracts/imports"),
    (Role.REVIEWER, "/categories"),
    (Role.ADMINISTRATOR, "/people"),
    (Role.ADMINISTRATOR, "/record"),
)
"""Every list of the site, and those that are searched or sorted in ways that cost most."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=40)
    rounds = parser.parse_args().rounds
    with empty_site() as (site, engine):
        with Session(engine) as session:
            fill(session)
            clients = {role: _signed_in(site.test_client(), session, role) for role in Role}
            fill_small_lists(session)
        bare = bare_app(engine).test_client()
        print(f"{'page':64} {'bare ms':>8} {'page ms':>8} {'ratio':>6}")
        for role, path in PAGES:
            _compare(f"{role.value} {path}", lambda r=role, p=path: clients[r].get(p), bare, rounds)


def _signed_in(client: FlaskClient, session: Session, role: Role) -> FlaskClient:
    organisation = session.query(Organisation).first() if role == Role.COMMISSIONER else None
    person = make_person(session, role, organisation)
    Browser(client, session).send("/sign-in", {"email": person.email, "password": PASSWORD})
    return client


def _compare(name: str, page: Callable[[], object], bare: FlaskClient, rounds: int) -> None:
    ours, theirs = [], []
    for turn in range(rounds + 3):
        theirs_time, _ = _timed(lambda: bare.get("/"))
        ours_time, answer = _timed(page)
        assert answer.status_code == 200, (name, answer.status_code)  # type: ignore[attr-defined]
        if turn >= 3:  # the first turns warm caches on both sides
            ours.append(ours_time)
            theirs.append(theirs_time)
    mine, yardstick = min(ours), min(theirs)
    print(f"{name:64} {yardstick * 1000:8.2f} {mine * 1000:8.2f} {mine / yardstick:6.2f}")


def _timed(call: Callable[[], object]) -> tuple[float, object]:
    start = time.perf_counter()
    result = call()
    return time.perf_counter() - start, result


if __name__ == "__main__":
    main()
