"""The real worker, whose solver writes down each category it begins, and waits at one of them.

SOLVED_LOG is where it writes, SOLVED_HOLD the category at which it waits until it is told to stop
or the file SOLVED_RELEASED is there.
"""

import os
import time
from pathlib import Path
from typing import Any

from marketplace.grouping import translate
from marketplace.jobs.worker import run_worker
from marketplace.settings import Settings

LOG, HOLD = Path(os.environ["SOLVED_LOG"]), os.environ["SOLVED_HOLD"]
RELEASED = Path(os.environ["SOLVED_RELEASED"])
really_solve = translate.solve_category


def watched(run: Any, code: str, **how: Any) -> translate.Solved:
    with LOG.open("a") as log:
        log.write(code + "\n")
    while code == HOLD and not RELEASED.exists() and not how["should_stop"]():
        time.sleep(0.05)
    return really_solve(run, code, **how)


if __name__ == "__main__":
    translate.solve_category = watched
    run_worker(Settings.from_environment())
