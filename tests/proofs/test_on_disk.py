"""What the system is asked for, traced: a bid is on disk before its answer leaves, and only sealed.

SQLite, whose files the server itself writes; `test_on_disk_postgresql.py` looks at PostgreSQL.
"""

import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.proofs.client import Client
from tests.proofs.conftest import serving
from tests.proofs.market import make_market

IN_EVERY_RUN, PROVEN = 50, 1000
CALLS = "fsync,fdatasync,recvfrom,sendto,openat"
LARGE = b"a page of an offer " * 40_000
"""More than a web library keeps in memory by itself."""

pytestmark = [
    pytest.mark.one_database,
    pytest.mark.skipif(
        shutil.which("strace") is None, reason="strace is missing: install Debian's strace"
    ),
]


@dataclass(frozen=True)
class Traced:
    acknowledged: int
    on_disk_before: int
    other_files: frozenset[str]
    """Files that a request for a bid opened to write, but the database's."""


def traced(folder: Path, count: int, fault: str = "") -> Traced:
    """Send so many bids, every tenth with a large file, to a server that is traced."""
    market = make_market(f"sqlite:///{folder / 'proof.sqlite'}", suppliers=1)
    trace = folder / "trace.txt"
    command = ("strace", "-f", "-y", "-s", "64", "-e", f"trace={CALLS}", "-o", str(trace))
    with serving(market.url, folder, fault, before=command) as server:
        client = Client(server.port, market.suppliers[0])
        client.sign_in()
        client.read_form(market.lots[0])
        for number in range(count):
            files = {} if number % 10 else {"documents": ("offer.txt", LARGE)}
            client.bid(market.lots[0], market.authority, files=files)
    assert all(each.number for each in client.sent)
    return understood(trace.read_text(errors="replace"))


def understood(trace: str) -> Traced:
    """Follow each thread: the request that it read, what it synced, and the answer that it sent."""
    reading: dict[str, bool] = defaultdict(bool)
    synced: dict[str, bool] = defaultdict(bool)
    asked_of: dict[str, str] = {}
    acknowledged = kept = 0
    others = set()
    for line in trace.splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if "unfinished" in call:
            asked_of[thread] = call
        elif "resumed>" in call:
            call = asked_of.pop(thread, "") + call
        if call.startswith("recvfrom") and '"POST /lots/' in call:
            reading[thread], synced[thread] = True, False
        if re.match(r"f(data)?sync\(.*proof\.sqlite-wal", call) and re.search(r"\) += 0$", call):
            synced[thread] = True
        if reading[thread] and call.startswith("openat") and re.search("O_WRONLY|O_RDWR", call):
            path = re.findall(r'"([^"]*)"', call)[0]
            if not re.search(r"proof\.sqlite(-wal|-shm)?$|^/dev/null$", path):
                others.add(path)
        if call.startswith("sendto") and '"HTTP/1.1 303' in call and reading[thread]:
            acknowledged += 1
            kept += synced[thread]
            reading[thread] = False
    return Traced(acknowledged, kept, frozenset(others))


def test_each_acknowledgement_is_sent_after_its_bid_is_on_disk(tmp_path):
    assert traced(tmp_path, IN_EVERY_RUN) == Traced(IN_EVERY_RUN, IN_EVERY_RUN, frozenset())


@pytest.mark.prove
def test_a_thousand_acknowledgements_are_sent_after_their_bids_are_on_disk(tmp_path):
    assert traced(tmp_path, PROVEN) == Traced(PROVEN, PROVEN, frozenset())


def test_an_answer_before_the_disk_has_it_is_found(tmp_path):
    found = traced(tmp_path, 5, "never_synced")
    assert (found.acknowledged, found.on_disk_before) == (5, 0)


def test_an_upload_that_touches_the_disk_is_found(tmp_path):
    found = traced(tmp_path, 1, "uploads_on_disk")
    assert [path for path in found.other_files if str(tmp_path) in path]
