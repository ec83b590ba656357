"""The process in which a file is read: `python -m marketplace.spend.child KIND HINTS < FILE`.

It limits itself before it looks at the file, and answers with what was read, packed.
"""

import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np

from marketplace.intake.child import limit
from marketplace.intake.grids import GridFault
from marketplace.spend.blocks import blocks_of, cells_of
from marketplace.spend.fields import NEEDED, WORDS, Field
from marketplace.spend.layouts import Hints, Layout, find_layout
from marketplace.spend.limits import MOST_CPU_SECONDS, MOST_MEMORY_BYTES
from marketplace.spend.packing import pack
from marketplace.spend.rows import PartRead, PartReader, Shared
from marketplace.spend.sheets import Sheet, WiderRow, csv_sheet, workbook_sheets
from marketplace.spend.values import Array

MOST_REASONS = 20
MOST_EXAMPLES = 3
TEXTS = (Field.REFERENCE, Field.DESCRIPTION)
PLAIN = (Field.AMOUNT, *TEXTS)
"""Columns in which nearly every row has a text of its own."""


def main() -> None:
    limit(MOST_MEMORY_BYTES, MOST_CPU_SECONDS)
    kind, hints = sys.argv[1], Hints(**json.loads(sys.argv[2]))
    try:
        answer = read(kind, sys.stdin.buffer.read(), hints)
    except GridFault as fault:
        answer = pack({"fault": str(fault)}, {})
    sys.stdout.buffer.write(answer)


def read(kind: str, content: bytes, hints: Hints) -> bytes:
    """All tables of the file, packed; raises GridFault where none is a table of spending."""
    width = 0
    while True:
        try:
            return _read(kind, content, hints, width)
        except WiderRow as fault:
            width = fault.width


def _read(kind: str, content: bytes, hints: Hints, width: int) -> bytes:
    sheets = workbook_sheets(content) if kind == "xlsx" else [csv_sheet(content, width)]
    shared = Shared()
    parts: list[tuple[str, PartRead]] = []
    left_out: list[str] = []
    for sheet in sheets:
        layout = find_layout(sheet.name, sheet.head, hints)
        if layout is None or any(each not in layout.chosen.places for each in NEEDED):
            left_out.append(f"{sheet.name}: {_missing(layout)}" if sheet.name else _missing(layout))
        else:
            parts.append((sheet.name, _read_part(sheet, layout, shared)))
    if not parts:
        raise GridFault(" ".join(left_out) or "There is nothing in it.")
    return _packed(parts, shared, left_out)


def _read_part(sheet: Sheet, layout: Layout, shared: Shared) -> PartRead:
    if Field.DATE not in layout.chosen.places and layout.month is None:
        raise GridFault(
            f"{sheet.name or 'The file'} has no column of dates, and neither its name nor the "
            "lines above the header say one month. Say the month that it is of."
        )
    reader = PartReader(layout, shared)
    plain = {layout.chosen.places[each] for each in PLAIN if each in layout.chosen.places}
    for start, found in sheet.chunks(layout.columns, plain):
        reader.read(start, found)
    return reader.whole()


def _missing(layout: Layout | None) -> str:
    """Why a table is none of spending, and what to do."""
    wanted = (
        "Expected a row of headings with at least the supplier and the amount, like "
        "“Supplier Name” and “Net Amount”."
    )
    if layout is None:
        return f"No row was recognised as the headings of a table of spending. {wanted}"
    if layout.chosen.fault:
        return f"{layout.chosen.fault[:1].upper()}{layout.chosen.fault[1:]}. {wanted}"
    lacking = [WORDS[each].lower() for each in NEEDED if each not in layout.chosen.places]
    headings = ", ".join(f"“{each}”" for each in layout.headings[:12] if each)
    return (
        f"No column was recognised as the {' or the '.join(lacking)} among {headings}. "
        "Say which it is, or mend the headings."
    )


def _packed(parts: Sequence[tuple[str, PartRead]], shared: Shared, left_out: list[str]) -> bytes:
    """Cells, and their lines in blocks; lines of one cell stand together, in the file's order."""
    columns = _together([part for _, part in parts])
    order, cells = cells_of(columns, len(shared.suppliers.list), len(shared.labels.list))
    blocks = list(blocks_of({name: column[order] for name, column in columns.items()}))
    said = {
        "parts": [_described(name, part) for name, part in parts],
        "left_out": left_out,
        "suppliers": shared.suppliers.list,
        "labels": shared.labels.list,
        "bodies": shared.bodies.list[:10],
        "refused": sum(part.faults.count for _, part in parts),
        "faults": [fault for _, part in parts for fault in part.faults.shown],
        "reasons": _reasons([part for _, part in parts]),
    }
    numbers = {
        **cells,
        "pence": columns["amount"][order],
        "day": columns["day"].astype(np.int32)[order],
        "block": np.array([len(block) for block in blocks], np.int64),
        "blocks": np.frombuffer(b"".join(blocks), np.uint8),
    }
    return pack(said, numbers)


def _together(parts: Sequence[PartRead]) -> dict[str, Array]:
    """The columns of all tables as one; texts that a table lacks are empty."""
    found = {
        name: np.concatenate([part.columns[name] for part in parts])
        for name in ("row", "amount", "supplier", "label", "day")
    }
    sizes = [len(part.columns["row"]) for part in parts]
    found["part"] = np.repeat(np.arange(len(parts), dtype=np.int16), sizes)
    for each in TEXTS:
        pieces = [
            part.columns.get(each.value, np.full(size, "", dtype=object))
            for part, size in zip(parts, sizes, strict=True)
        ]
        found[each.value] = np.concatenate(pieces)
    return found


def _described(name: str, part: PartRead) -> dict[str, Any]:
    return {
        "name": name,
        **part.layout.described(),
        "rows": len(part.columns["row"]),
        "pence": int(part.columns["amount"].sum()),
        "refused_pence": part.refused_pence,
        "refused": part.faults.count,
        "claims": part.claims,
        "notes": part.notes,
        "month_first": part.month_first,
    }


def _reasons(parts: Sequence[PartRead]) -> list[dict[str, object]]:
    """Why rows were refused, commonest first, as previews show it."""
    found = [item for part in parts for item in part.faults.reasons.items()]
    ranked = sorted(found, key=lambda item: -item[1].total())
    return [
        {
            "column": column,
            "expected": expected,
            "values": [value for value, _ in seen.most_common(MOST_EXAMPLES)],
            "others": max(0, len(seen) - MOST_EXAMPLES),
            "count": seen.total(),
        }
        for (column, expected), seen in ranked[:MOST_REASONS]
    ]


if __name__ == "__main__":
    main()
