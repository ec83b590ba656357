"""How long a search may still take: a deadline that somebody may bring forward."""

import time
from collections.abc import Callable

ASK_EVERY = 0.2


class Deadline:
    """Passed at a moment of the monotonic clock, or as soon as `should_stop` says so."""

    def __init__(self, until: float, should_stop: Callable[[], bool] | None = None) -> None:
        self.until = until
        self.should_stop = should_stop
        self._asked = 0.0
        self._stopped = False

    @classmethod
    def after(cls, seconds: float) -> "Deadline":
        return cls(time.monotonic() + seconds)

    def sooner(self, seconds: float) -> "Deadline":
        """At most so many seconds from now, and no later than this one."""
        return Deadline(min(self.until, time.monotonic() + seconds), self.should_stop)

    @property
    def left(self) -> float:
        return 0.0 if self.passed else self.until - time.monotonic()

    @property
    def passed(self) -> bool:
        now = time.monotonic()
        if now >= self.until:
            return True
        if self.should_stop and not self._stopped and now > self._asked + ASK_EVERY:
            self._asked, self._stopped = now, bool(self.should_stop())
        return self._stopped
