"""Clients race a deadline while the application's clock is an hour off: nobody late, nobody lost.

What counts is known from outside: a bid that began to be sent after the deadline was late, one
that was answered before it was in time. On every second lot somebody holds the lot's lock across
the deadline, so that whatever is sent meanwhile is late, however early it came.
"""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from marketplace.lots.models import Lot
from tests.proofs.client import Client, Sending, multipart
from tests.proofs.conftest import serving
from tests.proofs.market import Market, make_market

CLIENTS = 16
IN_EVERY_RUN, PROVEN = 1000, 25_000
"""Submissions on each database."""
HOUR = 3600
AHEAD = timedelta(seconds=0.25)
"""From when clients are let go to the deadline: about what so many bids take."""


@dataclass(frozen=True)
class Tried:
    """One submission, by the clock of the machine, which is the database's."""

    lot: int
    began: datetime
    answered: datetime
    status: int


@dataclass(frozen=True)
class Found:
    late_accepted: int
    timely_refused: int


def now() -> datetime:
    return datetime.now(UTC)


def raced(
    url: str, folder: Path, count: int, fault: str = "", shifts: tuple[int, ...] = (HOUR, -HOUR)
) -> Found:
    """So many submissions, each client one for each lot, half of them to each server."""
    rounds = -(-count // CLIENTS)
    market = make_market(url, suppliers=CLIENTS, lots=rounds)
    found = []
    for number, shift in enumerate(shifts):
        part = range(number * rounds // len(shifts), (number + 1) * rounds // len(shifts))
        with serving(url, folder, fault, shift) as server:
            clients = [Client(server.port, email) for email in market.suppliers]
            for client in clients:
                client.sign_in()
                client.read_form(market.lots[part[0]])
            found += [race(market, lot, clients) for lot in part]
    return Found(sum(each.late_accepted for each in found), sum(e.timely_refused for e in found))


def race(market: Market, number: int, clients: list[Client]) -> Found:
    """All clients send a bid for one lot around its deadline."""
    engine = create_engine(market.url)
    lot, held = market.lots[number], number % 2 == 1
    deadline = now() + AHEAD
    with Session(engine) as session:
        session.execute(update(Lot).where(Lot.id == lot).values(deadline=deadline))
        session.commit()
    rng = random.Random(number)
    ahead = AHEAD.total_seconds()
    waits = [rng.uniform(0.08 if held else 0, ahead * 1.4) for _ in clients]
    tried: list[Tried] = []
    threads = [
        threading.Thread(target=send, args=[market, number, client, wait, tried])
        for client, wait in zip(clients, waits, strict=True)
    ]
    with holding(engine, lot, deadline) if held else nobody() as since:
        for thread in threads:
            thread.start()
        time.sleep(max(0.0, (deadline - now()).total_seconds()) + 0.05)
    for thread in threads:
        thread.join()
    engine.dispose()
    return judged(tried, deadline, since)


@contextmanager
def holding(engine, lot, deadline: datetime) -> Iterator[datetime | None]:
    """The lot's lock is ours until after the deadline: from when on, if that was before it."""
    with Session(engine) as session:
        session.scalars(select(Lot).where(Lot.id == lot).with_for_update()).one()
        since = now()
        yield since if since < deadline else None
        assert now() > deadline


@contextmanager
def nobody() -> Iterator[None]:
    yield None


def send(market: Market, number: int, client: Client, wait: float, tried: list[Tried]) -> None:
    """One bid, sent once."""
    sending = Sending(f"{number} {client.email}", 1000 + number)
    body = multipart(client.form(market.authority, sending))
    time.sleep(wait)
    began = now()
    answer = client.ask("POST", f"/lots/{market.lots[number]}/bid", body)
    tried.append(Tried(number, began, now(), answer.status))


def judged(tried: list[Tried], deadline: datetime, held_since: datetime | None) -> Found:
    assert {each.status for each in tried} <= {303, 409}
    assert len(tried) == CLIENTS
    latest = held_since or deadline
    return Found(
        sum(1 for each in tried if each.status == 303 and each.began >= latest),
        sum(
            1
            for each in tried
            if each.status == 409 and each.answered < deadline and held_since is None
        ),
    )


def test_no_late_bid_is_taken_and_no_timely_one_refused(empty_url: Callable[[], str], tmp_path):
    assert raced(empty_url(), tmp_path, IN_EVERY_RUN) == Found(0, 0)


@pytest.mark.prove
def test_in_50000_races_no_late_bid_is_taken_and_no_timely_one_refused(empty_url, tmp_path):
    assert raced(empty_url(), tmp_path, PROVEN) == Found(0, 0)


FAULTS = {
    "clock_of_the_application": ((-HOUR,), "late_accepted"),
    "clock_of_the_application ahead": ((HOUR,), "timely_refused"),
    "clock_before_the_lock": ((0,), "late_accepted"),
    "moment_of_the_transaction": ((0,), "late_accepted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_deadline_kept_by_the_wrong_clock_is_found(fault, postgresql_server, tmp_path):
    from tests.conftest import new_database

    shifts, finds = FAULTS[fault]
    url = new_database(postgresql_server)
    found = raced(url, tmp_path, 6 * CLIENTS, fault.partition(" ")[0], shifts)
    assert getattr(found, finds) > 0, found
