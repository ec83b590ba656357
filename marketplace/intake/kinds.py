"""What kind of file it is, found from what is in it and never from its name."""

from enum import StrEnum

from marketplace.errors import Unacceptable
from marketplace.intake.limits import MOST_BYTES


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSON = "json"


OTHERS = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Excel or Word file",
    b"\x1f\x8b": "a compressed archive",
    b"7z\xbc\xaf": "a compressed archive",
    b"Rar!": "a compressed archive",
    b"\x7fELF": "a program",
    b"MZ\x90": "a program",
    b"SQLite format 3": "a database",
}
START = 1_000
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def kind_of(name: str, content: bytes, most: int = MOST_BYTES) -> FileKind:
    """The kind; raises Unacceptable for an empty file, one too large, or another kind."""
    if not content[:START].strip() and not content.strip():  # a large file is not copied for it
        raise Unacceptable(f"{name} is empty. Choose the file again.")
    if len(content) > most:
        raise Unacceptable(f"{name} is over {most >> 20} MB. Split it and send the parts.")
    for signature, words in OTHERS.items():
        if content.startswith(signature):
            raise Unacceptable(f"{name} is {words}. Save it as CSV or XLSX and send that.")
    if content.startswith(b"PK"):
        return FileKind.XLSX
    if b"\0" in content and not content.startswith(UTF16):
        raise Unacceptable(f"{name} is not text: it has NUL bytes. Save it as CSV or XLSX.")
    start = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return FileKind.JSON if start in (b"{", b"[") else FileKind.CSV


def must_be(name: str, kind: FileKind, accepted: frozenset[FileKind]) -> None:
    """Raises Unacceptable where the format asked for is not written in this kind of file."""
    if kind not in accepted:
        wanted = " or ".join(sorted(k.value.upper() for k in accepted))
        raise Unacceptable(
            f"{name} is {kind.value.upper()}, and this format comes as {wanted}. "
            "Choose another format or another file."
        )
