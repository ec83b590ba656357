"""Making a backup while the site runs, and restoring one where nothing is."""

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType

from sqlalchemy import URL, Engine, create_engine, make_url, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import SignIn
from marketplace.audit.models import Action
from marketplace.audit.services import record
from marketplace.backups import archive, postgresql, sqlite
from marketplace.backups.archive import Content, Manifest
from marketplace.backups.record import revision_of, verified
from marketplace.errors import Unacceptable
from verifier.chain import Checkpoint


@dataclass(frozen=True)
class Restored:
    """What came back."""

    manifest: Manifest
    entries: int
    """Of the record, each of them checked."""


@dataclass
class _Restoration:
    """What the record tells of: the backup that was restored."""

    __tablename__ = "backup"

    id: str


def make_backup(database_url: str, file: Path, *, at: datetime) -> Manifest:
    """Write what the database holds at one moment to the file; nobody waits meanwhile."""
    url = make_url(database_url)
    if file.exists():
        raise Unacceptable(f"{file} is there already. Give each backup a name of its own.")
    try:
        with TemporaryDirectory(prefix=".backup-", dir=file.absolute().parent) as name:
            content: Content = _kind(url).copy(url, Path(name))
            return archive.write(file, Path(name), content, at=at)
    except OSError as fault:
        raise Unacceptable(f"{file} cannot be written: {fault.strerror}.") from fault


def restore(
    database_url: str, file: Path, *, checkpoints: list[Checkpoint], at: datetime
) -> Restored:
    """Put a backup where nothing is, once it is whole and its record verified.

    Everybody has to sign in anew, for a sign-in that was ended since would be alive again.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        return _restore_tables(url, file, checkpoints, at)
    sqlite.must_be_free(url)
    beside = Path(str(url.database)).absolute().parent
    beside.mkdir(parents=True, exist_ok=True)
    with archive.unpacked(file, beside) as (manifest, folder):
        _must_be(manifest, "sqlite")
        engine = create_engine(sqlite.put_back(manifest, folder))
        try:
            restored = _finish(engine, manifest, checkpoints, at)
        finally:
            engine.dispose()
        sqlite.take_its_place(url, folder)
        _sync(beside)
    return restored


def _restore_tables(url: URL, file: Path, checkpoints: list[Checkpoint], at: datetime) -> Restored:
    postgresql.must_be_free(url)
    with archive.unpacked(file) as (manifest, folder):
        _must_be(manifest, "postgresql")
        engine = create_engine(url)
        try:
            postgresql.put_back(engine, manifest, folder)
            return _finish(engine, manifest, checkpoints, at)
        finally:
            engine.dispose()


def _finish(
    engine: Engine, manifest: Manifest, checkpoints: list[Checkpoint], at: datetime
) -> Restored:
    """Verify the record to the end that the backup states, then bring all up to date."""
    from migrations.check import upgrade_database

    end = verified(engine, [*checkpoints, Checkpoint(manifest.checkpoint)])
    if f"{end.sequence}:{end.sha256}" != manifest.checkpoint:
        raise Unacceptable("The record in this backup goes on after the end that it states.")
    with engine.begin() as connection:
        if revision_of(connection) != manifest.revision:
            raise Unacceptable("The tables in this backup are not of the revision that it states.")
    upgrade_database(engine)
    with Session(engine) as session, session.begin():
        session.execute(update(SignIn).where(SignIn.ended_at.is_(None)).values(ended_at=at))
        record(
            session,
            Action.BACKUP_RESTORED,
            _Restoration(manifest.id),
            by=None,
            at=at,
            made_at=manifest.made_at,
            checkpoint=manifest.checkpoint,
        )
    return Restored(manifest, end.sequence)


def _must_be(manifest: Manifest, dialect: str) -> None:
    if manifest.dialect != dialect:
        raise Unacceptable(
            f"This is a backup of {manifest.dialect}, and MARKETPLACE_DATABASE_URL names {dialect}."
        )


def _kind(url: URL) -> ModuleType:
    return postgresql if url.get_backend_name() == "postgresql" else sqlite


def _sync(folder: Path) -> None:
    """Keep the folder's new name for the database through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
