"""What was read of a file, as bytes: texts as JSON and numbers as they are, nothing that runs."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from marketplace.spend.values import Array

_LENGTH = 8


def pack(said: Mapping[str, Any], numbers: Mapping[str, Array]) -> bytes:
    """One JSON object and columns of numbers."""
    columns = [(name, str(column.dtype), len(column)) for name, column in numbers.items()]
    text = json.dumps({"said": said, "columns": columns}, ensure_ascii=False)
    head = text.encode("utf-8", errors="replace")
    parts = [len(head).to_bytes(_LENGTH, "big"), head]
    return b"".join([*parts, *(np.ascontiguousarray(each).tobytes() for each in numbers.values())])


def unpack(packed: bytes) -> tuple[dict[str, Any], dict[str, Array]]:
    """The same again."""
    at = _LENGTH + int.from_bytes(packed[:_LENGTH], "big")
    head = json.loads(packed[_LENGTH:at])
    numbers = {}
    for name, kind, count in head["columns"]:
        numbers[name] = np.frombuffer(packed, np.dtype(kind), count, at)
        at += numbers[name].nbytes
    return head["said"], numbers
