"""The worker's own connections, and what it has mailed."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs.database import database as of_the_worker
from marketplace.jobs.messages import mail_round, remind_round
from marketplace.mail.models import Mail
from marketplace.settings import Settings
from tests.conftest import SECRET


@pytest.fixture
def work(app: Flask, session: Session) -> Iterator[Callable[[], list[str]]]:
    """work() is a round of the worker, and gives the subjects of all mail so far."""
    url = app.extensions["engine_of_the_tests"].url.render_as_string(hide_password=False)
    settings = Settings(SECRET, url, public_url="https://site.example")
    of_the_worker.connect(settings)

    def round_() -> list[str]:
        session.commit()
        remind_round()
        mail_round(settings)
        return sorted(session.scalars(select(Mail.subject)))

    yield round_
    of_the_worker.engine.dispose()
