"""The worker's post round on the database under test."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from marketplace.jobs.database import database as of_the_worker
from marketplace.jobs.post import post_round
from marketplace.settings import Settings
from tests.conftest import SECRET


@pytest.fixture
def settings(database_url: str) -> Settings:
    return Settings(SECRET, database_url, public_url="https://site.example/")


@pytest.fixture
def worker_database(app: Flask, settings: Settings) -> Iterator[None]:
    """The worker's own connections."""
    of_the_worker.connect(settings)
    yield
    of_the_worker.engine.dispose()


@pytest.fixture
def letters(
    worker_database: None, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], str]:
    """letters() lets the worker go its round, and gives what has left so far."""
    file = tmp_path / "mail.txt"
    monkeypatch.setattr("marketplace.mail.delivery.demo_mail_file", lambda settings: file)
    demo = Settings(SECRET, settings.database_url, demo=True, public_url=settings.public_url)

    def read() -> str:
        post_round(demo)
        return file.read_text() if file.exists() else ""

    return read
