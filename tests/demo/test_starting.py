"""The commands of the demo, and that its sign-ins stay inside it."""

import os
import signal
import subprocess
import sys
import time

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.demo.sign_ins import PASSWORD
from marketplace.requirements.models import Requirement
from marketplace.settings import PROJECT, Settings, SettingsFault


def command(url, *words, demo="1", **more):
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "MARKETPLACE_DATABASE_URL": url,
        "MARKETPLACE_DEMO": demo,
        **more,
    }
    return subprocess.Popen(
        [sys.executable, "-c", "from marketplace.cli import main; main()", *words],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def numbers(url):
    engine = create_engine(url)
    with Session(engine) as session:
        found = tuple(
            session.scalar(select(func.count()).select_from(model))
            for model in (Organisation, Requirement)
        )
    engine.dispose()
    return found


def test_outside_the_demo_nothing_starts_without_a_secret_key():
    with pytest.raises(SettingsFault, match="MARKETPLACE_SECRET_KEY is not set"):
        Settings.from_environment({})
    with pytest.raises(SettingsFault, match="shorter than 32"):
        Settings.from_environment({"MARKETPLACE_SECRET_KEY": "short"})


@pytest.mark.parametrize("words", [("serve",), ("worker",), ("migrate",)], ids=" ".join)
def test_commands_without_a_secret_key_say_what_to_set(tmp_path, words):
    process = command(f"sqlite:///{tmp_path / 'x.sqlite'}", *words, demo="")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "MARKETPLACE_SECRET_KEY is not set" in said
    assert not list(tmp_path.iterdir())


def test_the_demos_commands_refuse_outside_the_demo(tmp_path):
    key = "a key of the tests, of more than 32 characters"
    url = f"sqlite:///{tmp_path / 'x.sqlite'}"
    process = command(url, "demo", "load", demo="", MARKETPLACE_SECRET_KEY=key)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "MARKETPLACE_DEMO=1" in said


def test_outside_the_demo_the_sign_in_page_tells_nobodys_password(app):
    page = app.test_client().get("/sign-in").text
    assert PASSWORD not in page
    assert "demonstration" not in page


def test_a_loading_cut_short_is_made_again_and_only_once(tmp_path):
    url = f"sqlite:///{tmp_path / 'demo.sqlite'}"
    first = command(url, "demo", "load")
    assert first.stdout is not None
    assert "Loading" in first.stdout.readline()
    time.sleep(1.5)
    first.send_signal(signal.SIGKILL)
    first.wait()
    first.stdout.close()
    assert numbers(url) == (0, 0)
    for again in (True, False):
        process = command(url, "demo", "load")
        said, _ = process.communicate(timeout=300)
        assert process.returncode == 0
        assert ("Loading" in said) is again
    organisations, requirements = numbers(url)
    assert (organisations, requirements > 1000) == (1 + 33 + 40, True)
    process = command(url, "demo", "reset")
    process.communicate(timeout=60)
    assert not list(tmp_path.glob("*.sqlite*"))


def test_resetting_touches_embedded_databases_only(tmp_path):
    process = command("postgresql+psycopg://nobody@nowhere/x", "demo", "reset")
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "not an embedded database" in said
