"""A server killed with -9 while bids are sent loses none, doubles none, leaves none unresolved."""

import itertools
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.bids.models import Bid, BidRevision
from tests.proofs.client import Client
from tests.proofs.conftest import Served, serving
from tests.proofs.market import Market, make_market

POINTS = ("after a flush", "before the commit", "after the commit")
IN_EVERY_RUN, PROVEN = 50, 1000
"""Kills on each database."""
SUPPLIERS = 4


@dataclass(frozen=True)
class Found:
    """What the clients' ledgers and the database disagree on."""

    lost: int
    doubled: int
    unresolved: int


def played(url: str, folder: Path, kills: int, fault: str = "") -> Found:
    """Send bids while the server dies so many times, a third of them at moments of no design."""
    market = make_market(url, suppliers=SUPPLIERS)
    with serving(url, folder, fault) as server:
        killer = threading.Thread(target=kill_at_random, args=[server, kills // 3])
        killer.start()
        clients = [Client(server.port, email) for email in market.suppliers]
        for client in clients:
            client.sign_in()
            client.read_form(market.lots[0])
        with ThreadPoolExecutor(len(clients)) as together:
            list(together.map(lambda each: send(each, market, server, kills), clients))
    killer.join()
    assert server.deaths >= kills
    return compared(market, clients)


def send(client: Client, market: Market, server: Served, kills: int) -> None:
    """Bids that kill the server at a named point, and others between them that do not."""
    lot, authority = market.lots[0], market.authority
    for point in itertools.cycle(POINTS):
        client.bid(lot, authority, die_at=point)
        client.bid(lot, authority)
        if server.deaths >= kills:
            return


def kill_at_random(server: Served, kills: int) -> None:
    """Kill some of the children, each some milliseconds after it began to serve."""
    rng = Random(2006)
    for child in server.children():
        if kills and server.deaths >= len(POINTS) and rng.random() < 0.6:
            time.sleep(rng.uniform(0, 0.12))
            with suppress(ProcessLookupError):  # it may have died at a named point
                os.kill(child, signal.SIGKILL)
                kills -= 1


def compared(market: Market, clients: list[Client]) -> Found:
    engine = create_engine(market.url)
    lost = doubled = unresolved = 0
    with Session(engine) as session:
        for client in clients:
            kept = session.scalars(
                select(BidRevision.number)
                .join(Bid, Bid.id == BidRevision.bid_id)
                .join(Person, Person.organisation_id == Bid.supplier_id)
                .where(Person.email == client.email)
            ).all()
            told = [each.number for each in client.sent if each.number]
            unresolved += sum(1 for each in client.sent if not each.number)
            # Two that were told of one revision: one of them is not kept.
            lost += len(set(told) - set(kept)) + len(told) - len(set(told))
            doubled += len(set(kept) - set(told)) + len(kept) - len(set(kept))
    engine.dispose()
    return Found(lost, doubled, unresolved)


def test_no_bid_is_lost_doubled_or_left_open_by_50_kills(empty_url: Callable[[], str], tmp_path):
    assert played(empty_url(), tmp_path, IN_EVERY_RUN) == Found(0, 0, 0)


@pytest.mark.prove
def test_no_bid_is_lost_doubled_or_left_open_by_1000_kills(empty_url, tmp_path):
    assert played(empty_url(), tmp_path, PROVEN) == Found(0, 0, 0)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("fault", "finds"),
    [
        ("keys_ignored", "doubled"),
        ("answered_before_kept", "lost"),
        ("key_kept_alone", "unresolved"),
    ],
)
def test_a_server_that_does_not_keep_its_word_is_found(empty_url, tmp_path, fault, finds):
    assert getattr(played(empty_url(), tmp_path, 12, fault), finds) > 0
