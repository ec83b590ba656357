"""How far a run has come, on stderr: a bar on a terminal, plain lines elsewhere."""

import time
from typing import TextIO

WIDTH = 30
BAR_EVERY = 0.1
LINE_EVERY = 2.0


class Progress:
    """Tells what is done of what there is to do, no more often than a reader can follow."""

    def __init__(self, stream: TextIO, what: str) -> None:
        self.stream = stream
        self.what = what
        self.bar = stream.isatty()
        self.last: float | None = None

    def say(self, sentence: str) -> None:
        """One line for good."""
        print(f"\r\x1b[K{sentence}" if self.bar else sentence, file=self.stream, flush=True)

    def tell(self, done: int, total: int, *, note: str = "") -> None:
        """`done` of `total`; the last one is always told."""
        now = time.monotonic()
        every = BAR_EVERY if self.bar else LINE_EVERY
        if self.last is not None and now - self.last < every and done < total:
            return
        self.last = now
        tail = f"{done} of {total} {self.what}{f', {note}' if note else ''}"
        if not self.bar:
            print(tail, file=self.stream, flush=True)
            return
        full = WIDTH if total == 0 else WIDTH * done // total
        picture = "█" * full + "·" * (WIDTH - full)
        print(f"\r\x1b[K{picture} {tail}", end="", file=self.stream, flush=True)

    def end(self) -> None:
        """Leave the terminal's cursor on a line of its own."""
        if self.bar and self.last is not None:
            print(file=self.stream, flush=True)
