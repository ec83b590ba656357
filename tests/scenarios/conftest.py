"""A scenario on a run, and a reviewer's browser in front of it."""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services as grouping
from marketplace.scenarios import regrouping
from marketplace.scenarios.models import Scenario
from tests import factories

CODE = "22113000"


@dataclass
class Desk:
    """A scenario on a run over five authorities, and a reviewer's browser."""

    session: Any
    browser: Any
    scenario: Scenario
    references: list[str]

    @property
    def page(self) -> str:
        return f"/scenarios/{self.scenario.id}"

    @property
    def text(self) -> str:
        return self.browser.get(self.page).text

    def send(self, path: str, browser=None, **form: object):
        browser = browser or self.browser
        version = browser.hidden(self.page)["version"]
        return browser.send(f"{self.page}/{path}", {"version": version, **form}, page=self.page)

    def step(self, kind: str, **form: object):
        return self.send(f"steps/{kind}", **form)

    def lots(self) -> dict[str, int]:
        """The lot of each requirement, by its number on the page."""
        found: dict[str, int] = {}
        for section in re.findall(r'<section class="app-lot.*?</section>', self.text, re.S):
            number = int(re.search(r'id="lot-(\d+)"', section)[1])
            found |= {each: number for each in self.references if f"{each}<br>" in section}
        return found


@pytest.fixture(autouse=True)
def time_enough(monkeypatch):
    """What a small category holds is found however busy the machine is; a proof ends the search."""
    monkeypatch.setattr(regrouping, "AT_ONCE", 60.0)


@pytest.fixture
def desk(session, sign_in) -> Desk:
    factories.make_policy(session)
    return make_desk(session, sign_in)


def make_desk(session, sign_in) -> Desk:
    requirements = [
        factories.make_requirement(session, value=Decimal(100_000 * n)) for n in range(1, 6)
    ]
    reviewer = factories.make_person(session, Role.REVIEWER)
    run = grouping.start_run(session, [CODE], 30, by=reviewer, at=clock.now())
    grouping.solve_run_now(session, run, at=clock.now())
    session.commit()
    browser = sign_in(reviewer)
    begun = browser.send(f"/grouping/{run.id}/scenarios/{CODE}", {"name": "Smaller"})
    assert begun.status_code == 303, begun.text
    scenario = session.scalars(select(Scenario)).one()
    return Desk(session, browser, scenario, [each.reference for each in requirements])
