"""No giant file and no giant function: quality shows in the tail."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def sources() -> list[Path]:
    found = [
        path for folder in ("marketplace", "optimiser") for path in (PROJECT / folder).rglob("*.py")
    ]
    assert found
    return found


def test_no_file_is_longer_than_400_lines():
    # Tables of facts about the demo's London are data, not code.
    long = [
        str(path.relative_to(PROJECT))
        for path in sources()
        if "demo" not in path.parts and len(path.read_text().splitlines()) > LONGEST_FILE
    ]
    assert long == [], "split by concern"


def test_no_function_is_longer_than_50_lines():
    long = [
        f"{path.relative_to(PROJECT)}:{node.name}"
        for path in sources()
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == [], "split by concern"


def test_nothing_is_called_util_helpers_common_or_misc():
    vague = {"util", "utils", "helper", "helpers", "common", "misc"}
    assert [str(path) for path in sources() if path.stem in vague] == []
