"""The lines of a file into the database, and their cells, in the transaction under way."""

from datetime import datetime
from itertools import repeat

import numpy as np
from sqlalchemy.orm import Session

from marketplace.bulk import insert_rows
from marketplace.spend.blocks import LINES
from marketplace.spend.learning import Known, labels, names
from marketplace.spend.reading import SpendRead
from marketplace.spend.rows import NOT_NAMED

CELL_COLUMNS = (
    *("import_number", "first", "lines", "month", "amount", "supplier_id", "name_id"),
    *("label_id", "category_code", "sureness"),
)
BLOCK_COLUMNS = ("import_number", "first", "content")


def store(session: Session, whole: SpendRead, number: int, at: datetime) -> None:
    """Add the cells and the blocks of lines under the import's number."""
    found_names = names(session, whole.suppliers, at)
    found_labels = labels(session, whole.labels)
    by_name = [found_names[each or NOT_NAMED] for each in whole.suppliers]
    by_label = [found_labels[each] for each in whole.labels]
    cells = whole.columns
    first, name, label = cells["first"].tolist(), cells["supplier"], cells["label"]
    codes = sorted({each.category_code or "" for each in (*by_name, *by_label)})
    code_of = {code: place for place, code in enumerate(codes)}
    name_numbers = _numbers(by_name, code_of)[name]
    label_numbers = _numbers(by_label, code_of)[label]
    # The surer of the two says the category.
    said = np.where(
        (label_numbers[:, 3] >= name_numbers[:, 3])[:, None], label_numbers, name_numbers
    )
    rows = zip(
        repeat(number),
        first,
        cells["lines"].tolist(),
        cells["month"].tolist(),
        cells["amount"].tolist(),
        name_numbers[:, 1].tolist(),
        name_numbers[:, 0].tolist(),
        label_numbers[:, 0].tolist(),
        [codes[place] or None for place in said[:, 2].tolist()],
        said[:, 3].tolist(),
    )
    insert_rows(session, "spend_cell", CELL_COLUMNS, rows)
    places = range(1, whole.lines + 1, LINES)
    insert_rows(session, "spend_block", BLOCK_COLUMNS, zip(repeat(number), places, whole.blocks))


def _numbers(known: list[Known], code_of: dict[str, int]) -> np.ndarray:
    """Key, supplier, category (by its place) and sureness of each name or label."""
    rows = [
        (each.id, each.supplier_id, code_of[each.category_code or ""], each.sureness)
        for each in known
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 4)
