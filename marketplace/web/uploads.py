"""Files that people send: their kind is found from what is in them, not from their name."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from werkzeug.datastructures import FileStorage

from marketplace.errors import Unacceptable

LARGEST_FILE = 20 * 1024 * 1024
ZIP = b"PK\x03\x04"

SIGNATURES: dict[str, tuple[bytes, str]] = {
    ".pdf": (b"%PDF-", "application/pdf"),
    ".png": (b"\x89PNG\r\n\x1a\n", "image/png"),
    ".jpg": (b"\xff\xd8\xff", "image/jpeg"),
    ".jpeg": (b"\xff\xd8\xff", "image/jpeg"),
    ".docx": (ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": (ZIP, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".odt": (ZIP, "application/vnd.oasis.opendocument.text"),
    ".ods": (ZIP, "application/vnd.oasis.opendocument.spreadsheet"),
}
PLAIN = {".txt": "text/plain", ".csv": "text/csv"}
KINDS = "PDF, Word (docx), Excel (xlsx), OpenDocument, CSV, text, PNG or JPEG"


@dataclass(frozen=True)
class Upload:
    """A file of a kind that we keep."""

    name: str
    content_type: str
    content: bytes


def read_uploads(files: Iterable[FileStorage]) -> list[Upload]:
    """The files sent; raises Unacceptable naming the first that is too large or of another kind."""
    uploads = [_read(file) for file in files if file.filename]
    if sum(len(upload.content) for upload in uploads) > LARGEST_FILE:
        raise Unacceptable("The files are over 20 MB together. Send fewer or smaller ones.")
    return uploads


def _read(file: FileStorage) -> Upload:
    name = PurePosixPath((file.filename or "").replace("\\", "/")).name[:200] or "file"
    content = file.read(LARGEST_FILE + 1)
    if len(content) > LARGEST_FILE:
        raise Unacceptable(f"{name} is over 20 MB. Send a smaller file.")
    if not content:
        raise Unacceptable(f"{name} is empty. Choose the file again.")
    kind = _kind(name, content)
    if kind is None:
        raise Unacceptable(f"{name} is not one of the kinds we take: {KINDS}.")
    return Upload(name, kind, content)


def _kind(name: str, content: bytes) -> str | None:
    ending = PurePosixPath(name.lower()).suffix
    if ending in PLAIN:
        return PLAIN[ending] if b"\0" not in content[:4096] else None
    signature, kind = SIGNATURES.get(ending, (b"\0never", ""))
    return kind if content.startswith(signature) else None
