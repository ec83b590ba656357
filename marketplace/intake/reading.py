"""Reading a file in a child process, so that a hostile one can harm nothing but itself."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from marketplace.errors import Unacceptable
from marketplace.intake.grids import Grid
from marketplace.intake.kinds import FileKind, kind_of, must_be
from marketplace.intake.limits import MOST_BYTES, PATIENCE_SECONDS
from marketplace.settings import PROJECT

KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH")

_TURNS = threading.BoundedSemaphore(2)
"""How many children one server process has at once; each may take the memory it is allowed."""


@dataclass(frozen=True)
class Allowance:
    """How large a file may be, and how long its reading may take."""

    most_bytes: int
    seconds: float


def read_grids(
    name: str, content: bytes, accepted: frozenset[FileKind] = frozenset(FileKind), key: str = ""
) -> list[Grid]:
    """The rows of a CSV or JSON file, or of each sheet of an XLSX file, as text.

    `key` is where JSON keeps its list.

    Raises Unacceptable with what is wrong and how to mend it.
    """
    name = plain_name(name)
    kind = kind_of(name, content)
    must_be(name, kind, accepted)
    allowed = Allowance(MOST_BYTES, PATIENCE_SECONDS)
    child = ("marketplace.intake.child", (kind.value, key))
    answer = json.loads(ask_child(name, *child, content, allowed))
    if "fault" in answer:
        raise Unacceptable(f"{name}: {answer['fault']}")
    grids: list[Grid] = answer["grids"]
    return grids


def plain_name(name: str) -> str:
    """A file's own name, without folders and without what cannot be printed."""
    last = PurePath(name.replace("\\", "/")).name
    return "".join(c for c in last if c.isprintable())[:120] or "file"


def ask_child(
    name: str,
    module: str,
    arguments: Sequence[str],
    content: bytes,
    allowed: Allowance,
) -> bytes:
    """What the module, run as a process of its own, answers to a file.

    Raises Unacceptable where it takes more time or memory than it is allowed.
    """
    command = [sys.executable, "-m", module, *arguments]
    try:
        # A file without a name is given faster than a pipe is filled.
        with _TURNS, tempfile.TemporaryFile() as given:
            given.write(content)
            given.seek(0)
            # Only our own words are in the command.
            done = subprocess.run(  # noqa: S603
                command,
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=allowed.seconds,
                cwd=PROJECT,
                # What the child has no use for, the site's secrets first, it does not get.
                env={name: os.environ[name] for name in KEPT if name in os.environ},
                check=True,
            )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        raise Unacceptable(
            f"{name} takes more time or memory than a file of its kind should. "
            "Save only the rows, as CSV, and send that."
        ) from None
    return done.stdout
