"""Bids of random marks: before the opening no file holds one of them, however it is written."""

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.bids.playing import play_opening
from marketplace.keyfiles import read_site_keys
from marketplace.lots.models import Lot
from tests import factories
from tests.conftest import PLAYED
from tests.proofs.client import Client
from tests.proofs.conftest import serving
from tests.proofs.market import Market, make_market

IN_EVERY_RUN, PROVEN = 50, 1000
SUPPLIERS = 5
FILLING = b"a page of an offer " * 40_000

ENCODINGS: dict[str, Callable[[str], list[bytes]]] = {
    "UTF-8": lambda mark: [mark.encode()],
    "UTF-16, little end first": lambda mark: [mark.encode("utf-16-le")],
    "UTF-16, big end first": lambda mark: [mark.encode("utf-16-be")],
    "hexadecimal": lambda mark: [mark.encode().hex().encode()],
    "Base64, wherever it begins": lambda mark: list(_in_base64(mark.encode())),
    "backwards": lambda mark: [mark[::-1].encode()],
    "bytes of an escape each": lambda mark: [
        "".join(f"%{byte:02X}" for byte in mark.encode()).encode(),
        "".join(f"\\u{ord(sign):04x}" for sign in mark).encode(),
    ],
}


def _in_base64(mark: bytes) -> Iterator[bytes]:
    """The part of the text that does not depend on what stands before and after."""
    for before in range(3):
        whole = base64.b64encode(b"\0" * before + mark)
        yield whole[4 if before else 0 : len(whole) - 4]


def send_marks(market: Market, folder: Path, count: int, fault: str = "") -> str:
    """So many bids whose documents are marks; what all of these marks begin with is given back."""
    stem = secrets.token_hex(12)
    with serving(market.url, folder, fault) as server:
        clients = [Client(server.port, email) for email in market.suppliers]
        for client in clients:
            client.sign_in()
            client.read_form(market.lots[0])
        for number in range(count):
            name, content = (stem + secrets.token_hex(6) for _ in range(2))
            large = FILLING if number % 10 == 0 else b""
            files = {"documents": (f"{name}.txt", content.encode() + large)}
            client = clients[number % len(clients)]
            sent = client.bid(market.lots[0], market.authority, files=files)
            assert sent.number
            client.ask("GET", f"/lots/{market.lots[0]}/bid/receipt/{sent.number}.txt")
    return stem


def hits(mark: str, folders: list[Path]) -> set[tuple[str, str]]:
    """Each encoding and file in which a mark stands."""
    needles = {encoding: write(mark) for encoding, write in ENCODINGS.items()}
    return {
        (encoding, path.name)
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
        for content in contents(path)
        for encoding, written in needles.items()
        if any(needle in content for needle in written)
    }


def contents(path: Path) -> Iterator[bytes]:
    with suppress(OSError):
        yield path.read_bytes()


def written(market: Market, folder: Path) -> list[Path]:
    """Where everything is that was kept: the proof's folder, and that of the database's server.

    A copy of the database lies there too, as a backup would.
    """
    engine = create_engine(market.url)
    with engine.connect().execution_options(sqlite_reading=True) as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("SELECT 1"))
            connection.connection.driver_connection.commit()
            connection.connection.driver_connection.execute(f"VACUUM INTO '{folder / 'copy'}'")
            return [folder]
        connection.execute(text("COMMIT"))
        data = connection.scalar(text("SHOW data_directory"))
        number = connection.scalar(
            text("SELECT oid FROM pg_database WHERE datname = current_database()")
        )
        connection.rollback()
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
    engine.dispose()
    return [folder, Path(data) / "base" / str(number), Path(data) / "pg_wal"]


def open_all(market: Market, folder: Path) -> None:
    engine = create_engine(market.url)
    with Session(engine) as session:
        lot = session.get_one(Lot, market.lots[0])
        lot.deadline = clock.now()
        session.commit()
        gate = read_site_keys(folder / "keys").gate
        reviewer = factories.make_person(session, Role.REVIEWER)
        play_opening(session, lot, PLAYED, by=reviewer, at=clock.now(), gate=gate)
        session.commit()
    engine.dispose()


def test_no_file_holds_a_mark_of_50_bids_before_they_are_opened(empty_url, tmp_path):
    market = make_market(empty_url(), suppliers=SUPPLIERS)
    stem = send_marks(market, tmp_path, IN_EVERY_RUN)
    assert hits(stem, written(market, tmp_path)) == set()
    # Once they are opened they are found, in the database: so the search does find.
    open_all(market, tmp_path)
    assert "UTF-8" in {encoding for encoding, _ in hits(stem, again(market, tmp_path))}


def again(market: Market, folder: Path) -> list[Path]:
    (folder / "copy").unlink(missing_ok=True)
    return written(market, folder)


@pytest.mark.prove
def test_no_file_holds_a_mark_of_1000_bids_before_they_are_opened(empty_url, tmp_path):
    market = make_market(empty_url(), suppliers=SUPPLIERS)
    stem = send_marks(market, tmp_path, PROVEN)
    assert hits(stem, written(market, tmp_path)) == set()


@pytest.mark.one_database
@pytest.mark.parametrize("fault", ["not_sealed", "forms_kept"])
def test_a_bid_kept_in_the_open_is_found(empty_url, tmp_path, fault):
    market = make_market(empty_url(), suppliers=1)
    stem = send_marks(market, tmp_path, 2, fault)
    assert hits(stem, written(market, tmp_path))


def test_each_encoding_is_looked_for(tmp_path):
    mark = secrets.token_hex(12)
    as_written = {
        "UTF-8": mark.encode(),
        "UTF-16, little end first": mark.encode("utf-16-le"),
        "UTF-16, big end first": mark.encode("utf-16-be"),
        "hexadecimal": mark.encode().hex().encode(),
        "Base64, wherever it begins": base64.b64encode(b"xx" + mark.encode() + b"yyy"),
        "backwards": mark[::-1].encode(),
        "bytes of an escape each": quote(mark)
        .encode()
        .replace(mark.encode(), "".join(f"%{ord(sign):02X}" for sign in mark).encode()),
    }
    assert as_written.keys() == ENCODINGS.keys()
    for number, (encoding, content) in enumerate(as_written.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "file").write_bytes(b"before" + content + b"after")
        assert encoding in {found for found, _ in hits(mark, [folder])}, encoding
