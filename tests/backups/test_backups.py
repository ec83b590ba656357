"""Backups while the site runs, and what comes back from them."""

import io
import json
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Attempt, AttemptKind
from marketplace.audit.guards import drop_guards
from marketplace.backups import archive, sqlite
from marketplace.errors import Unacceptable
from tests import factories
from tests.backups.conftest import Load, Running, titles
from tests.conftest import Said
from tests.copies import fingerprint


@pytest.fixture
def marketplace(running: Running, monkeypatch, capfd) -> Callable[..., Said]:
    """marketplace(address, "backup", file) runs the command on the database at the address."""
    import sys

    from marketplace.cli import main

    monkeypatch.setenv("MARKETPLACE_SECRET_KEY", running.site.config["SECRET_KEY"])

    def run(address: str, *words: object) -> Said:
        monkeypatch.setenv("MARKETPLACE_DATABASE_URL", address)
        monkeypatch.setattr(sys, "argv", ["marketplace", *map(str, words)])
        capfd.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        told = capfd.readouterr()
        return Said(int(ended.value.code or 0), told.out + told.err)

    return run


def missing_after(running: Running, marketplace, file: Path) -> set[str]:
    """Back up under load and restore; what was acknowledged before it began, and is gone."""
    with Load(running) as load:
        before = load.wait_for(25)
        made = marketplace(running.address, "backup", file)
        load.wait_for(5)
    assert (made.exit_code, running.faults) == (0, []), made.output
    target = running.empty()
    back = marketplace(target, "restore", file)
    assert back.exit_code == 0, back.output
    assert "The record is whole" in back.output
    return set(before) - titles(target)


def test_what_was_acknowledged_before_a_backup_under_load_comes_back(
    running: Running, marketplace, tmp_path
):
    assert missing_after(running, marketplace, tmp_path / "backup.tar.gz") == set()


@pytest.mark.prove
def test_ten_backups_under_load_miss_nothing(running: Running, marketplace, tmp_path):
    for number in range(10):
        assert missing_after(running, marketplace, tmp_path / f"{number}.tar.gz") == set()


@pytest.mark.one_database
def test_a_file_copied_while_others_write_would_be_found_out(
    running: Running, marketplace, tmp_path, monkeypatch
):
    """The seeded fault: the database’s file is copied as it lies there, without what it is owed."""

    def as_it_lies_there(url, folder):
        shutil.copy(str(url.database), folder / "as-it-lies.sqlite")
        return genuine(url.set(database=str(folder / "as-it-lies.sqlite")), folder)

    genuine = sqlite.copy
    monkeypatch.setattr(sqlite, "copy", as_it_lies_there)
    assert missing_after(running, marketplace, tmp_path / "backup.tar.gz") != set()


def test_all_of_it_comes_back_and_everybody_signs_in_anew(running: Running, marketplace, tmp_path):
    add_attempt(running.engine)
    browser = running.browser()
    browser.send("/requirements/new?code=22113000", {"title": "Atlases", "value": "£120,000"})
    browser.session.commit()
    file, target = tmp_path / "backup.tar.gz", running.empty()
    marketplace(running.address, "backup", file)
    assert file.stat().st_mode & 0o077 == 0, "others may read it"
    marketplace(target, "restore", file)
    engine = create_engine(target)
    before, after = fingerprint(running.engine), fingerprint(engine)
    differing = {name for name in before if before[name] != after[name]}
    assert differing == {"sign_in", "audit_entry"}
    with engine.connect() as connection:
        assert not connection.scalar(text("SELECT count(*) FROM sign_in WHERE ended_at IS NULL"))
        last = "SELECT action FROM audit_entry ORDER BY sequence DESC LIMIT 1"
        assert connection.scalar(text(last)) == "backup_restored"
    add_attempt(engine)  # numbers go on after the last
    engine.dispose()


def add_attempt(engine) -> None:
    with Session(engine) as session, session.begin():
        session.add(Attempt(kind=AttemptKind.SIGN_IN, account="a", address="b", at=factories.NOW))


def test_nothing_is_ever_restored_over_something(running: Running, marketplace, tmp_path):
    file = tmp_path / "backup.tar.gz"
    marketplace(running.address, "backup", file)
    before = fingerprint(running.engine)
    refused = marketplace(running.address, "restore", file)
    assert refused.exit_code == 2
    assert "never replaces anything" in refused.output
    assert fingerprint(running.engine) == before
    again = marketplace(running.address, "backup", file)
    assert (again.exit_code, "is there already" in again.output) == (2, True)


def test_a_backup_changed_anywhere_is_refused_and_leaves_nothing(
    running: Running, marketplace, tmp_path
):
    file, bad = tmp_path / "backup.tar.gz", tmp_path / "bad.tar.gz"
    marketplace(running.address, "backup", file)
    whole = file.read_bytes()
    for content in (
        whole[: len(whole) // 2],
        with_a_part_changed(file, tmp_path),
        b"",
        b"not a backup",
    ):
        bad.write_bytes(content)
        target = running.empty()
        refused = marketplace(target, "restore", bad)
        assert refused.exit_code == 2, refused.output
        assert "is not a whole backup" in refused.output
        assert not _is_there(target)


def with_a_part_changed(file: Path, folder: Path) -> bytes:
    """The same archive with a byte of its largest part changed: a bit of the packed file may not be
    anything that unpacking would notice."""
    changed = folder / "changed.tar.gz"
    with tarfile.open(file) as packed, tarfile.open(changed, "w:gz") as out:
        _, *parts = members = packed.getmembers()
        largest = max(parts, key=lambda member: member.size)
        for member in members:
            content = packed.extractfile(member).read()
            if member is largest:
                content = content[:-1] + bytes([content[-1] ^ 1])
            out.addfile(member, io.BytesIO(content))
    return changed.read_bytes()


@pytest.mark.one_database
def test_a_backup_with_a_bit_turned_is_refused_or_gives_the_very_same(
    running, marketplace, tmp_path
):
    file, bad = tmp_path / "backup.tar.gz", tmp_path / "bad.tar.gz"
    marketplace(running.address, "backup", file)
    with archive.unpacked(file) as (manifest, _):
        original = manifest
    whole, refused = file.read_bytes(), 0
    for place in range(0, len(whole), len(whole) // 60):
        for bit in (1, 128):
            bad.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
            refused += said(bad) != original
            assert said(bad) in (original, "refused"), place
    assert refused > 60, "most bits mean something"


def said(file: Path) -> archive.Manifest | str:
    """The manifest of a backup whose parts are those that it names, or that it is refused."""
    try:
        with archive.unpacked(file) as (manifest, _):
            return manifest
    except Unacceptable:
        return "refused"


def _is_there(address: str) -> bool:
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return Path(str(url.database)).exists()
    engine = create_engine(url)
    with engine.connect() as connection:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        found = connection.scalar(text(tables))
    engine.dispose()
    return bool(found)


def test_a_backup_with_a_record_told_anew_is_refused(running: Running, marketplace, tmp_path):
    """Somebody with all of the database changes an entry before the backup is made."""
    running.browser()
    with running.engine.begin() as connection:
        for statement in drop_guards(connection.dialect.name):
            connection.execute(text(statement))
        connection.execute(text("UPDATE audit_entry SET object_type = 'lot' WHERE sequence = 1"))
    file = tmp_path / "backup.tar.gz"
    marketplace(running.address, "backup", file)
    refused = marketplace(running.empty(), "restore", file)
    assert refused.exit_code == 2
    assert "entry 1: its hash is not that of its content" in refused.output


def test_a_backup_that_lacks_what_a_kept_checkpoint_saw_is_refused(
    running: Running, marketplace, tmp_path
):
    file = tmp_path / "backup.tar.gz"
    made = marketplace(running.address, "backup", file)
    running.browser()
    later = marketplace(running.address, "record", "checkpoint").output.split()[0]
    refused = marketplace(running.empty(), "restore", file, "--checkpoint", later)
    assert refused.exit_code == 2
    assert "it is missing" in refused.output
    kept = made.output.split()[-1]
    assert marketplace(running.empty(), "restore", file, "--checkpoint", kept).exit_code == 0
    wrong = marketplace(running.empty(), "restore", file, "--checkpoint", "yesterday")
    assert (wrong.exit_code, "not a checkpoint" in wrong.output) == (2, True)


@pytest.mark.one_database
def test_only_what_the_manifest_names_leaves_the_archive(running, marketplace, tmp_path):
    """A backup made by somebody else must not write where it likes."""
    file = tmp_path / "evil.tar.gz"
    manifest = {
        "format": "marketplace backup 1",
        "id": "x",
        "made_at": "2027-01-01T00:00:00+00:00",
        "dialect": "sqlite",
        "revision": "0001",
        "checkpoint": f"0:{'0' * 64}",
        "parts": [{"name": "../evil", "sha256": "", "columns": []}],
    }
    with tarfile.open(file, "w:gz") as packed:
        for name, content in (("manifest.json", json.dumps(manifest).encode()), ("../evil", b"x")):
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    refused = marketplace(running.empty(), "restore", file)
    assert refused.exit_code == 2
    assert not (tmp_path.parent / "evil").exists()
    assert not (tmp_path / "evil").exists()
