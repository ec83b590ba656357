"""Solutions and answers as JSON files: read with every fault named, written whole or not at all."""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from optimiser.faults import Fault, Faults
from optimiser.lots import faults_of
from optimiser.problem import Problem

Lots = tuple[tuple[str, ...], ...]


def read_lots(path: Path, problem: Problem) -> Lots:
    """The lots of a solution file of this problem. Raises BadInput with every fault."""
    faults = Faults()
    content = _content(path, faults)
    faults.stop_if_any()
    lots = content.get("lots") if isinstance(content, dict) else None
    if not isinstance(lots, list):
        faults.add(Fault(path.name, 'an object with "lots", a list of lists of ids', column="lots"))
        faults.stop_if_any()
    found = tuple(_lots(path.name, lots or [], problem, faults))
    faults.stop_if_any()
    return found


def _content(path: Path, faults: Faults) -> Any:
    try:
        return json.loads(path.read_bytes())
    except FileNotFoundError:
        faults.add(Fault(str(path), "a solution file"))
    except OSError as error:
        faults.add(Fault(str(path), f"a file that can be read ({error.strerror})"))
    except UnicodeDecodeError as error:
        faults.add(Fault(path.name, f"text in UTF-8 ({error.reason} at byte {error.start})"))
    except json.JSONDecodeError as error:
        faults.add(Fault(path.name, f"JSON ({error.msg})", row=error.lineno))
    except (RecursionError, ValueError):
        faults.add(Fault(path.name, 'JSON of the form {"lots": [["R1", "R7"], ["R2"]]}'))
    return None


def _lots(
    name: str, lots: list[Any], problem: Problem, faults: Faults
) -> Iterator[tuple[str, ...]]:
    """Each lot that is one; the faults of the others by their place in the list, from 1."""
    seen: dict[str, int] = {}
    for place, lot in enumerate(lots, 1):
        column = f"lots, lot {place}"
        if not (isinstance(lot, list) and lot and all(isinstance(each, str) for each in lot)):
            faults.add(Fault(name, "a list of at least one requirement's id", column=column))
            continue
        strangers = [each for each in lot if each not in problem.requirement_by_id]
        for each in strangers:
            expected = "a requirement of requirements.csv"
            faults.add(Fault(name, expected, column=column, found=each))
        for each in lot:
            if each in seen:
                expected = f"each requirement once, and lot {seen[each]} has it too"
                faults.add(Fault(name, expected, column=column, found=each))
            seen[each] = place
        if not strangers and len(set(lot)) == len(lot):
            for broken in faults_of(problem, lot):
                faults.add(
                    Fault(name, f"a feasible lot, which this is not: {broken}", column=column)
                )
        yield tuple(lot)


def check_writable(path: Path) -> None:
    """Raise BadInput where no answer could be written to, before any work is done for it."""
    faults = Faults()
    if path.is_dir():
        faults.add(Fault(str(path), "the name of a file to write, and this is a folder"))
    elif not path.parent.is_dir():
        faults.add(Fault(str(path.parent), "a folder that exists, to write the answer in"))
    elif not os.access(path.parent, os.W_OK):
        faults.add(Fault(str(path.parent), "a folder that may be written in"))
    faults.stop_if_any()


def write_answer(path: Path, answer: Any) -> None:
    """Write the answer beside the place and move it there: never half a file."""
    text = json.dumps(answer, ensure_ascii=False, allow_nan=False, indent=1) + "\n"
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
