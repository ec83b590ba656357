"""A door of the whole world to knock at: everybody at a browser, and forms as they are sent."""

import io
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest
from flask import Flask
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from marketplace.accounts.models import Person, Role
from tests.conftest import Browser
from tests.copies import State, fingerprint
from tests.pages import Sent
from tests.world import World


@dataclass
class Door:
    """Browsers of everybody in the world, and what they send."""

    world: World
    sign_in: Callable[[Person], Browser]
    nobody: Browser
    engine: Engine
    browsers: dict[uuid.UUID, Browser] = field(default_factory=dict)
    addresses: dict[int, str] = field(default_factory=dict)

    def address(self, sent: Sent) -> str:
        """Where the form goes; the same place each time, whatever was sent there before."""
        return self.addresses.setdefault(id(sent), sent.at(self.world))

    def of(self, person: Person | Role | None) -> Browser:
        if person is None:
            return self.nobody
        if isinstance(person, Role):
            person = self.world.person(person)
        if person.id not in self.browsers:
            self.browsers[person.id] = self.sign_in(person)
        return self.browsers[person.id]

    def forget(self, role: Role | None) -> None:
        """Whoever has the role signs in anew the next time."""
        if role is not None:
            self.browsers.pop(self.world.person(role).id, None)

    def tokens(self, sent: Sent) -> dict[str, str]:
        """The hidden fields of the form as it stands on its page."""
        browser = self.of(sent.role)
        found = browser.hidden(sent.page(self.world) if sent.page else self.address(sent))
        assert "csrf_token" in found, self.address(sent)
        return found

    def send(self, sent: Sent, answers: Mapping[str, object]) -> TestResponse:
        """Send the form with these answers, files as they are."""
        return self.of(sent.role).post(self.address(sent), with_files(answers))

    def state(self) -> State:
        self.world.session.commit()
        return fingerprint(self.engine)


def with_files(answers: Mapping[str, object]) -> dict[str, object]:
    """Answers with a fresh stream for each file, given as (content, name)."""
    return {
        name: [(io.BytesIO(content), file) for content, file in value]
        if isinstance(value, list) and value and isinstance(value[0], tuple)
        else value
        for name, value in answers.items()
    }


@pytest.fixture
def door(world: World, sign_in: Callable[[Person], Browser], browser: Browser, app: Flask) -> Door:
    return Door(world, sign_in, browser, app.extensions["engine_of_the_tests"])
