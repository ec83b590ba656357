"""Grouping a whole problem: time where it is worth most, in one process or several.

Categories are independent: the answer is the union of theirs and the bound the sum of theirs.

1. Every category gets a first answer and a first bound.
2. Every category that is not proven gets a share of the time for prices.
3. The time left goes to the categories in the order of the pounds that may still be missing,
   until the proof, the asked gap, or the time limit.

What is known of a category is kept from step to step, so an answer is there from the start.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from optimiser.answers import CategoryResult, Grouping, Lot, Progress, Stop, is_proven
from optimiser.category import CROWD, STEPS, step
from optimiser.master import SOLVER
from optimiser.problem import Problem, Reach
from optimiser.state import State
from optimiser.timing import Deadline
from optimiser.workers import Hands, ManyHands, OwnHands

__all__ = ["SOLVER", "CategoryResult", "Grouping", "Progress", "group", "group_category"]

Told = Callable[[float, float], None]

PLENTY = 60.0  # seconds for each category where no limit is given
RESERVE = 0.25  # seconds kept to put the answer together
FEW = 150  # requirements that are not worth starting processes for
LEAST = 0.5  # seconds below which a step is not worth starting again
MARGIN = 1.0  # seconds that steps end before the deadline
SHORT, LONG = 2.0, 6.0  # seconds of a large market's later steps
PART = 0.2  # of its share of the time left: a small market's later steps
MOST = 4.0  # times an even share of the time left: a first look for the proof
TRIES = 500


def group(
    problem: Problem,
    *,
    time_limit: float | None = None,
    gap: float = 0.0,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Stop | None = None,
) -> Grouping:
    """Group all requirements; stop at the gap, at the time limit (seconds), or at the proof."""
    began = time.monotonic()
    codes = sorted(code for code, members in problem.requirements_by_category.items() if members)
    workers = max(1, min(workers, len(codes)))
    limit = PLENTY * max(1, len(codes)) / workers if time_limit is None else time_limit
    deadline = Deadline(began + limit - min(RESERVE, 0.1 * limit), should_stop)
    alone = workers == 1 or len(problem.requirements) <= FEW or limit < 2.0
    tasks = [Task(code, problem.of_category(code)) for code in codes]
    hands: Hands = OwnHands() if alone else ManyHands(workers)
    try:
        _Foreman(tasks, hands, 1 if alone else workers, gap, deadline, on_progress).run()
    finally:
        hands.close()
    return _answer(tasks, time.monotonic() - began)


def group_category(
    problem: Problem,
    *,
    time_limit: float | None = None,
    on_progress: Told | None = None,
    should_stop: Stop | None = None,
) -> CategoryResult:
    """Group a problem of one category; the joint lots found, and the bound."""
    limit = PLENTY if time_limit is None else time_limit
    deadline = Deadline(time.monotonic() + limit, should_stop)
    task = Task(problem.categories[0].code, problem)

    def tell(progress: Progress) -> None:
        if on_progress:
            on_progress(progress.net_benefit, progress.upper_bound)

    _Foreman([task], OwnHands(), 1, 0.0, deadline, tell).run()
    return task.result()


@dataclass
class Task:
    """One category, what is known of it, and how often each step was tried."""

    code: str
    problem: Problem
    state: State = field(default_factory=State)
    stage: int = 0
    tries: int = 0
    at_work: bool = False
    seconds: float = 0.0

    @property
    def missing(self) -> float:
        """Pounds that may still be missing."""
        return self.state.missing

    @property
    def large(self) -> bool:
        return len(self.problem.requirements) > CROWD

    @property
    def stepwise(self) -> bool:
        """Whether its later steps are short ones, each begun from what the last one found."""
        return self.stage >= STEPS if not self.large else self.stage >= STEPS - 1

    @property
    def proven(self) -> bool:
        return self.stage > 0 and is_proven(self.state.value, self.state.bound)

    def result(self) -> CategoryResult:
        ids = self.state.ids
        return CategoryResult(
            category=self.code,
            requirements=len(self.problem.requirements),
            lots=tuple(sorted(tuple(sorted(ids[i] for i in lot)) for lot in self.state.lots)),
            net_benefit=self.state.value,
            upper_bound=self.state.bound,
            seconds=self.seconds,
            method=self.state.method,
        )


class _Foreman:
    """Gives out steps of categories until all is proven or time is up."""

    def __init__(
        self,
        tasks: list[Task],
        hands: Hands,
        workers: int,
        gap: float,
        deadline: Deadline,
        tell: Callable[[Progress], None] | None,
    ) -> None:
        self.tasks = {task.code: task for task in tasks}
        self.hands = hands
        self.workers = workers
        self.gap = gap
        self.deadline = deadline
        self.tell = tell
        self.began = time.monotonic()
        self.limit = deadline.until - self.began

    def run(self) -> None:
        while not self._enough():
            while self.hands.free() and (task := self._next()):
                self._give(task)
            if not self.hands.busy():
                break
            for code, outcome in self.hands.done(min(0.2, self.deadline.left + RESERVE)):
                self._take(self.tasks[code], outcome)
            if self.deadline.passed and not self._soon():
                break
        for task in self.tasks.values():
            if task.stage == 0:
                # No time at all: everybody alone, and the bound that needs no search.
                self._take(task, step(task.problem, task.state, 0, 0.0, self.gap))

    def _soon(self) -> bool:
        """Work that is given out may still come in for a moment after the deadline."""
        late = time.monotonic() - self.deadline.until
        return bool(self.hands.busy()) and late < RESERVE

    def _enough(self) -> bool:
        tasks = self.tasks.values()
        if any(task.stage == 0 for task in tasks):
            return False
        if all(task.proven for task in tasks):
            return True
        bound = sum(task.state.bound for task in tasks)
        missing = sum(task.missing for task in tasks)
        return self.gap > 0 and missing <= self.gap * bound

    def _next(self) -> Task | None:
        """Who is to be worked on: first steps first, then the most pounds."""
        if self.deadline.passed:
            return None
        idle = [task for task in self.tasks.values() if not task.at_work and not task.proven]
        idle = [task for task in idle if task.stage < STEPS or task.tries < TRIES]
        if self.deadline.left < LEAST:
            idle = [task for task in idle if task.stage == 0]
        if not idle:
            return None
        return min(idle, key=_turn)

    def _give(self, task: Task) -> None:
        """The next step of a category, with its share of the time."""
        stage = min(task.stage, STEPS - 1)
        peers = [
            each
            for each in self.tasks.values()
            if not each.proven and min(each.stage, STEPS - 1) == stage and each.tries <= task.tries
        ]
        left = self.deadline.left * self.workers
        if stage == 0:
            share = 2.0 * left / len(peers)
        elif stage == 1:
            share = 0.6 * left / len(peers)
        elif task.stepwise and task.large:
            share = min(LONG, max(SHORT, left / len(peers)))
        elif task.stepwise:
            share = max(SHORT, PART * left / sum(not each.proven for each in self.tasks.values()))
        else:
            share = left * task.missing / max(1e-9, sum(max(0.0, p.missing) for p in peers))
            share = min(share, MOST * left / len(peers))
        # A step may end a little late, and what it found should still be in time.
        spare = min(MARGIN, 0.03 * self.limit)
        seconds = min(max(0.0, self.deadline.left - spare), max(LEAST, share))
        task.at_work = True
        self.hands.give(task.code, step, task.problem, task.state, stage, seconds, self.gap)

    def _take(self, task: Task, outcome: tuple[State, float] | None) -> None:
        task.at_work = False
        if outcome is None:
            task.tries += 1
            return
        task.state, seconds = outcome
        task.seconds += seconds
        if task.stage >= STEPS - 1:
            task.tries += 1
        task.stage += 1
        if self.tell:
            tasks = self.tasks.values()
            bounds = [t.state.bound for t in tasks if t.stage]
            self.tell(
                Progress(
                    sum(t.proven for t in tasks),
                    len(tasks),
                    sum(t.state.value for t in tasks),
                    sum(bounds),
                    time.monotonic() - self.began,
                )
            )


def _turn(task: Task) -> tuple[int, int, bool, float, str]:
    """Whose turn it is: earlier steps first; then who is soon done and leaves time to others."""
    anywhere = task.problem.categories[0].reach is Reach.ANYWHERE
    later = task.stage == 1 and anywhere
    if task.stepwise:
        # Each step tells what the next one may bring, so that all may be asked again at once.
        return STEPS - 1, 0, later, -task.state.promise, task.code
    return min(task.stage, STEPS - 1), task.tries, later, -_sized(task), task.code


def _sized(task: Task) -> float:
    """What a category weighs: the pounds missing, or its requirements at first."""
    return task.missing if task.stage else float(len(task.problem.requirements))


def _answer(tasks: list[Task], seconds: float) -> Grouping:
    results = tuple(task.result() for task in tasks)
    best = sum(result.net_benefit for result in results)
    bound = sum(result.upper_bound for result in results)
    lots: list[Lot] = [lot for result in results for lot in result.lots]
    return Grouping(tuple(lots), best, bound, is_proven(best, bound), seconds, results)
