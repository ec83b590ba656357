"""The lines of a file into the database, and the cube of them, in the transaction under way."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.bulk import insert_rows
from marketplace.spend.learning import labels, names, rank
from marketplace.spend.reading import SpendRead
from marketplace.spend.rows import NOT_NAMED
from marketplace.spend.values import Array

LINE_COLUMNS = (
    *("import_number", "position", "source_row", "part", "month", "paid_on", "amount"),
    *("name_id", "supplier_id", "label_id", "category_code", "sureness", "reference"),
    "description",
)
CUBE_COLUMNS = (
    *("import_number", "authority_id", "category_code", "supplier_id", "month"),
    *("amount", "lines", "guessed"),
)
GUESS = 1


@dataclass(frozen=True)
class Resolved:
    """What each line is of: numbers in the database, the category, and how sure that is."""

    name: Array
    supplier: Array
    label: Array
    category: Array
    """The place in `codes`."""
    sureness: Array
    codes: Sequence[str | None]


def store(
    session: Session, whole: SpendRead, number: int, authority: Organisation, at: datetime
) -> None:
    """Add the lines under the import's number, and what they come to by category and month."""
    resolved = _resolve(session, whole, at)
    insert_rows(session, "spend_line", LINE_COLUMNS, _lines(whole, resolved, number))
    rows = _cube(whole, resolved, number, authority)
    insert_rows(session, "spend_cube", CUBE_COLUMNS, rows)


def _resolve(session: Session, whole: SpendRead, at: datetime) -> Resolved:
    known_names = names(session, whole.suppliers, at)
    known_labels = labels(session, whole.labels)
    by_name = [known_names[each or NOT_NAMED] for each in whole.suppliers]
    by_label = [known_labels[each] for each in whole.labels]
    codes: list[str | None] = [None]
    places: dict[str | None, int] = {None: 0}
    met = [each.category_code for each in by_name] + [each.category_code for each in by_label]
    for code in dict.fromkeys(met):
        if code not in places:
            places[code] = len(codes)
            codes.append(code)
    name, label = whole.columns["supplier"], whole.columns["label"]
    name_sure = _of(by_name, lambda each: rank(each.confidence))[name]
    label_sure = _of(by_label, lambda each: rank(each.confidence))[label]
    by_file = label_sure >= name_sure
    return Resolved(
        name=_of(by_name, lambda each: each.id)[name],
        supplier=_of(by_name, lambda each: each.supplier_id)[name],
        label=_of(by_label, lambda each: each.id)[label],
        category=np.where(
            by_file,
            _of(by_label, lambda each: places[each.category_code])[label],
            _of(by_name, lambda each: places[each.category_code])[name],
        ),
        sureness=np.where(by_file, label_sure, name_sure),
        codes=codes,
    )


def _of(things: Sequence[Any], value: Any) -> Array:
    return np.array([value(each) for each in things] or [0], dtype=np.int64)


def _lines(whole: SpendRead, resolved: Resolved, number: int) -> Iterator[tuple[Any, ...]]:
    columns = whole.columns
    months, days = columns["day"] // 100, columns["day"]
    written = {int(day): _iso(int(day)) for day in np.unique(days)}
    codes = resolved.codes
    return zip(
        [number] * whole.lines,
        range(1, whole.lines + 1),
        columns["row"].tolist(),
        columns["part"].tolist(),
        months.tolist(),
        [written[day] for day in days.tolist()],
        columns["amount"].tolist(),
        resolved.name.tolist(),
        resolved.supplier.tolist(),
        resolved.label.tolist(),
        [codes[place] for place in resolved.category.tolist()],
        resolved.sureness.tolist(),
        whole.references,
        whole.descriptions,
        strict=True,
    )


def _iso(day: int) -> str | None:
    if day % 100 == 0:
        return None
    return f"{day // 10_000:04d}-{day // 100 % 100:02d}-{day % 100:02d}"


def _cube(
    whole: SpendRead, resolved: Resolved, number: int, authority: Organisation
) -> Iterator[tuple[Any, ...]]:
    amount = whole.columns["amount"]
    table = pd.DataFrame(
        {
            "category": resolved.category,
            "supplier": resolved.supplier,
            "month": whole.columns["day"] // 100,
            "amount": amount,
            "guessed": np.where(resolved.sureness == GUESS, amount, 0),
        }
    )
    keys = ["category", "supplier", "month"]
    sums = table.groupby(keys, sort=True)[["amount", "guessed"]].sum()
    sums["lines"] = table.groupby(keys, sort=True).size()
    for (category, supplier, month), row in zip(
        sums.index.tolist(), sums[["amount", "lines", "guessed"]].to_numpy().tolist(), strict=True
    ):
        yield (number, authority.id.hex, resolved.codes[category], supplier, month, *row)


def months_of(whole: SpendRead) -> list[Mapping[str, int]]:
    """What the file has of each month."""
    table = pd.DataFrame({"month": whole.columns["day"] // 100, "pence": whole.columns["amount"]})
    sums = table.groupby("month")["pence"].agg(["size", "sum"])
    return [
        {"month": int(month), "lines": int(size), "pence": int(total)}
        for month, (size, total) in zip(sums.index.tolist(), sums.to_numpy().tolist(), strict=True)
    ]
