"""An embedded database, copied while others write to it, and put back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, create_engine
from sqlalchemy.orm import Session

from marketplace.audit.export import checkpoint
from marketplace.backups.archive import Content, Manifest, part_of
from marketplace.backups.record import revision_of
from marketplace.errors import Unacceptable

NAME = "database.sqlite"


def copy(url: URL, folder: Path) -> Content:
    """A copy as the database was at one moment, in the folder."""
    target = folder / NAME
    # In one step: a copy in several begins anew with each change that others make meanwhile.
    with closing(sqlite3.connect(str(url.database))) as here, closing(_new(target)) as there:
        here.backup(there, pages=-1)
        there.execute("PRAGMA journal_mode=DELETE")
    engine = create_engine(f"sqlite:///{target}", execution_options={"sqlite_reading": True})
    with Session(engine) as session:
        end, revision = checkpoint(session), revision_of(session.connection())
    engine.dispose()
    with closing(sqlite3.connect(target)) as copied:
        copied.execute("PRAGMA journal_mode=DELETE")  # one file again, after the site's settings
    return Content("sqlite", revision, end, [part_of(target)])


def must_be_free(url: URL) -> None:
    """Raises Unacceptable where a database is in the way."""
    for ending in ("", "-wal", "-shm"):
        if Path(f"{url.database}{ending}").exists():
            raise Unacceptable(
                f"{url.database}{ending} is there. Stop the site and move it away first: what is "
                "restored never replaces anything."
            )


def put_back(manifest: Manifest, folder: Path) -> str:
    """Check the copy; the address at which it can be looked at before it takes its place."""
    restored = folder / NAME
    with closing(sqlite3.connect(restored)) as connection:
        faults = connection.execute("PRAGMA integrity_check").fetchall()
        loose = connection.execute("PRAGMA foreign_key_check").fetchall()
    if faults != [("ok",)] or loose:
        raise Unacceptable("The database in this backup is damaged.")
    return f"sqlite:///{restored}"


def take_its_place(url: URL, folder: Path) -> None:
    """Move the database where the site looks for it."""
    target, restored = Path(str(url.database)), folder / NAME
    with closing(sqlite3.connect(restored)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")
    restored.chmod(0o600)
    with restored.open("rb") as file:
        os.fsync(file.fileno())
    must_be_free(url)
    restored.replace(target)


def _new(path: Path) -> sqlite3.Connection:
    path.touch(mode=0o600)
    return sqlite3.connect(path)
