"""What every previewed file keeps. Each noun that takes files has its own pair of tables."""

import uuid
from enum import StrEnum

from sqlalchemy import ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.db import Json, Line, Moment, PrimaryKey
from marketplace.status import Moves


class ImportStatus(StrEnum):
    PREVIEWED = "previewed"
    ACCEPTED = "accepted"
    LEFT = "left"


IMPORT_MOVES: Moves[ImportStatus] = {
    ImportStatus.PREVIEWED: frozenset({ImportStatus.ACCEPTED, ImportStatus.LEFT}),
}


class PreviewedFile:
    """A file somebody gave, what was understood of it, and whether they accepted that."""

    id: Mapped[PrimaryKey]
    file_name: Mapped[Line]
    file_format: Mapped[str] = mapped_column(String(30))
    sha256: Mapped[str] = mapped_column(String(64))
    authority_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("organisation.id"))
    """Whose rows they are; none: each row names its own authority."""
    status: Mapped[ImportStatus]
    rows_read: Mapped[int]
    rows_understood: Mapped[int]
    rows_refused: Mapped[int]
    rows_known: Mapped[int]
    """Understood, and already there (or twice in the file)."""
    rows_added: Mapped[int | None]
    """How many things the acceptance made."""
    created_at: Mapped[Moment]
    created_by_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[Moment | None]

    @property
    def rows_new(self) -> int:
        """Understood, and not there at the time of the preview."""
        return self.rows_understood - self.rows_known


class PreviewedRow:
    """One row of a previewed file: understood (content) or refused (faults)."""

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=True)
    position: Mapped[int]
    source_row: Mapped[int]
    refused: Mapped[bool]
    known: Mapped[bool] = mapped_column(default=False)
    content: Mapped[Json | None]
    """What was understood, as plain JSON values."""
    faults: Mapped[Json | None]
    """A list of {file, row, column, value, expected}."""
