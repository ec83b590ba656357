"""A backup as one file: a tar of what the database holds, with a manifest that says what and when.

The manifest comes first and names each part with its hash, so that a file which was cut short or
changed on its way is refused before anything is restored from it.
"""

import hashlib
import json
import os
import tarfile
import uuid
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from marketplace.errors import Unacceptable

FORMAT = "marketplace backup 1"
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 16 * 1024 * 1024
BLOCK = 1024 * 1024
BROKEN = (tarfile.TarError, zlib.error, EOFError, OSError, KeyError, TypeError, ValueError)
"""What reading a file that was changed or cut short may raise."""


@dataclass(frozen=True)
class Part:
    """A file of the backup: a table, or a whole embedded database."""

    name: str
    sha256: str
    columns: Sequence[str] = ()


@dataclass(frozen=True)
class Manifest:
    """What a backup is."""

    id: str
    made_at: str
    dialect: str
    revision: str
    """Of the tables' shape."""
    checkpoint: str
    """Where the record ends in it."""
    parts: Sequence[Part]
    """In the order in which they can be restored."""
    format: str = FORMAT

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)


@dataclass(frozen=True)
class Content:
    """What a kind of database gives for its backup."""

    dialect: str
    revision: str
    checkpoint: str
    parts: Sequence[Part]


def write(file: Path, folder: Path, content: Content, *, at: datetime) -> Manifest:
    """Pack the parts in the folder; the file is there whole or not at all, for its owner only."""
    manifest = Manifest(
        str(uuid.uuid4()),
        at.isoformat(),
        content.dialect,
        content.revision,
        content.checkpoint,
        content.parts,
    )
    (folder / MANIFEST).write_text(json.dumps(asdict(manifest)))
    unfinished = file.with_name(f"{file.name}.part")
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as out:
            with tarfile.open(fileobj=out, mode="w:gz", compresslevel=1) as packed:
                for name in (MANIFEST, *(part.name for part in content.parts)):
                    packed.add(folder / name, name, recursive=False)
            out.flush()
            os.fsync(out.fileno())
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
    return manifest


@contextmanager
def unpacked(file: Path, beside: Path | None = None) -> Iterator[tuple[Manifest, Path]]:
    """The manifest and a folder with the parts, each of them whole; raises Unacceptable."""
    with TemporaryDirectory(prefix="restore-", dir=beside) as name:
        folder = Path(name)
        try:
            with tarfile.open(file, "r:gz") as packed:
                manifest = _manifest(packed)
                for part in manifest.parts:
                    _take_out(packed, part, folder)
                # To the end, where the compression has its own sum of all that came before.
                while packed.fileobj and packed.fileobj.read(BLOCK):
                    pass
        except BROKEN as fault:
            raise Unacceptable(f"{file} is not a whole backup: {fault}.") from fault
        yield manifest, folder


def part_of(path: Path, columns: Sequence[str] = ()) -> Part:
    """The part that this file is."""
    with path.open("rb") as file:
        return Part(path.name, hashlib.file_digest(file, "sha256").hexdigest(), columns)


def _manifest(packed: tarfile.TarFile) -> Manifest:
    member = packed.next()
    stream = packed.extractfile(member) if member and member.name == MANIFEST else None
    if member is None or stream is None or member.size > LARGEST_MANIFEST:
        raise ValueError("it does not begin with a manifest")
    said = json.loads(stream.read())
    if said.get("format") != FORMAT:
        raise ValueError(f"its format is {said.get('format')!r}, not {FORMAT!r}")
    parts = [Part(**part) for part in said.pop("parts")]
    return Manifest(**said, parts=parts)


def _take_out(packed: tarfile.TarFile, part: Part, folder: Path) -> None:
    """Only what the manifest names is taken, as a plain file in the folder."""
    member = packed.next()
    stream = packed.extractfile(member) if member and member.name == part.name else None
    if stream is None or Path(part.name).name != part.name:
        raise ValueError(f"{part.name} is missing")
    sha256 = hashlib.sha256()
    with (folder / part.name).open("xb") as out:
        while block := stream.read(BLOCK):
            sha256.update(block)
            out.write(block)
    if sha256.hexdigest() != part.sha256:
        raise ValueError(f"{part.name} was changed")
