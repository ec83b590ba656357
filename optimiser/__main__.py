"""`python -m optimiser`: the commands. The stopwatch starts before anything large is loaded."""

import os
import sys
import time

BEGAN = time.monotonic()


def keep_stdout_for_the_summary() -> None:
    """The solver's library prints a banner of its own on the process's standard output."""
    sys.stdout = os.fdopen(os.dup(1), "w")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


if __name__ == "__main__":
    keep_stdout_for_the_summary()

    from optimiser.commands import main

    sys.exit(main(sys.argv[1:], began=BEGAN))
