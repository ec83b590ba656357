"""HiGHS through PuLP, in one thread and without a word.

HiGHS greets on standard output when the first of it in a process is made, before it can be told
not to; what reads our output would take the greeting for a part of it.
"""

import os
from functools import cache
from typing import Any

import highspy
import pulp


def solver(seconds: float | None = None, **options: float) -> pulp.HiGHS:
    """A solver with HiGHS's own options; without `seconds` it takes the time that it takes."""
    _be_greeted()
    # One thread count in one process: mixing them makes HiGHS end without an answer.
    chosen: dict[str, Any] = {"threads": 1, "timeLimit": seconds, **options}
    return pulp.HiGHS(msg=False, **chosen)


@cache
def _be_greeted() -> None:
    """Let the greeting pass where nobody reads it."""
    kept, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        highspy.Highs()  # type: ignore[no-untyped-call]
    finally:
        os.dup2(kept, 1)
        os.close(kept)
        os.close(nowhere)
