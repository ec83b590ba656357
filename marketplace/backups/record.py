"""What is checked of a restored database before anybody uses it."""

from collections.abc import Iterator

from sqlalchemy import Connection, Engine, text
from sqlalchemy.orm import Session

from marketplace.audit.export import export_lines
from marketplace.errors import Unacceptable
from verifier.__main__ import verify
from verifier.chain import Checkpoint, Fault


def revision_of(connection: Connection) -> str:
    """The revision of the tables' shape."""
    return str(connection.scalar(text("SELECT version_num FROM alembic_version")))


def verified(engine: Engine, checkpoints: list[Checkpoint]) -> Checkpoint:
    """Follow the whole record; raises Unacceptable at its first bad entry or a wrong end."""
    with Session(engine.execution_options(sqlite_reading=True)) as session:
        try:
            return verify(_lines(session), checkpoints)
        except Fault as fault:
            raise Unacceptable(f"The record in this backup is not whole: {fault}.") from fault


def _lines(session: Session) -> Iterator[bytes]:
    return (f"{line}\n".encode() for line in export_lines(session))
