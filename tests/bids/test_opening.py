"""From the close to the opening: the root first, then two openers, each with a key of their own."""

import html
import json
import re

import pytest
from sqlalchemy import select, update

from marketplace.audit.models import Action, AuditEntry
from marketplace.bids.models import Bid, BidRevision, BidStatus
from marketplace.bids.rounds import seal_round
from marketplace.jobs.database import database
from marketplace.keyfiles import write_opener_key
from marketplace.lots.models import Lot, LotStatus
from marketplace.openers.parts import Part
from marketplace.sealing import encrypt
from tests.conftest import PLAYED, SITE_KEYS
from tests.copies import changed
from tests.door.conftest import Door, with_files
from tests.pages import FORMS, part_of

PASSPHRASE = "a passphrase of the tests"


@pytest.fixture
def give(door: Door):
    """give(lot, position) sends the part of that opener as their command wrote it."""

    def send(state: str, position: int, *, by=None, content: bytes | None = None):
        person = by or openers(door)[position - 1]
        page = f"/lots/{door.world.lots[state].id}/open"
        content = content or part_of(door.world, state, position).text().encode()
        browser = door.of(person)
        hidden = browser.hidden(page)
        form = {**hidden, "part": [(content, "part.json")]}
        return browser.post(f"{page}/part", with_files(form))

    return send


def openers(door: Door):
    return [door.world.reviewers[0], door.world.commissioners[0], door.world.administrator]


def lot(door: Door, state: str) -> Lot:
    door.world.session.expire_all()
    return door.world.session.get_one(Lot, door.world.lots[state].id)


def bids_of(door: Door, state: str) -> list[Bid]:
    key = door.world.lots[state].id
    return list(door.world.session.scalars(select(Bid).where(Bid.lot_id == key)))


@pytest.mark.one_database
def test_two_openers_open_all_bids_with_the_commands_on_their_own_machines(
    door: Door, command, tmp_path, monkeypatch
):
    page = f"/lots/{door.world.lots['closed'].id}/open"
    browsers = [door.of(person) for person in openers(door)]
    assert browsers[0].get(f"{page}/keys.json").status_code == 409  # not before the root
    assert browsers[0].send(page.replace("/open", "/seal"), {}, page=page).status_code == 303
    root = lot(door, "closed").seal_root
    assert root in browsers[1].get(f"/lots/{door.world.lots['closed'].id}").text
    for number, browser in enumerate(browsers[:2], start=1):
        files = [tmp_path / f"{number}{name}" for name in (".key", "-keys.json", "-part.json")]
        public = door.world.openers[number - 1].public_key
        write_opener_key(files[0], PLAYED[public], PASSPHRASE)
        files[1].write_text(browser.get(f"{page}/keys.json").text)
        with monkeypatch.context() as offline:
            for name in ("MARKETPLACE_SECRET_KEY", "MARKETPLACE_DATABASE_URL"):
                offline.delenv(name)
            said = command("keys", "unwrap", *files, "--passphrase", PASSPHRASE)
        assert said.exit_code == 0, said.output
        assert root in said.output
        form = {**browser.hidden(page), "part": [(files[2].read_bytes(), "part.json")]}
        assert browser.post(f"{page}/part", with_files(form)).status_code == 303
        assert (lot(door, "closed").status == LotStatus.OPENED) is (number == 2)
    assert {bid.status for bid in bids_of(door, "closed")} == {BidStatus.OPENED}
    assert "By van" in door.of(door.world.reviewers[1]).get(page.replace("/open", "/bids")).text


@pytest.mark.parametrize("order", [(1, 3), (2, 3), (2, 1, 2), (1, 2)])
def test_any_two_open_the_one_with_the_lower_position_first(door: Door, give, order):
    for position in order:
        assert lot(door, "rooted").status == LotStatus.CLOSED
        assert give("rooted", position).status_code == 303
    assert lot(door, "rooted").status == LotStatus.OPENED
    assert not any(bid.unreadable for bid in bids_of(door, "rooted"))


def test_out_of_turn_or_for_another_a_part_is_refused(door: Door, give):
    for person in openers(door):
        door.of(person)
    before = door.state()
    assert give("rooted", 3).status_code == 409
    part = part_of(door.world, "rooted", 2).text().encode()
    assert give("rooted", 2, by=door.world.reviewers[0], content=part).status_code == 422
    tampered = json.loads(part) | {"root": "0" * 64}
    assert give("rooted", 2, content=json.dumps(tampered).encode()).status_code == 422
    for nonsense in (b"{}", b"[]", b"\xff", b'{"kind": "part of an opener 1", "position": "x"}'):
        assert give("rooted", 2, content=nonsense).status_code == 422
    assert changed(before, door.state()) == set()


def test_nobody_but_reviewers_and_the_lots_openers_reaches_the_opening(door: Door):
    path = f"/lots/{door.world.lots['rooted'].id}/open"
    for person in (door.world.stranger, door.world.commissioners[1]):
        assert door.of(person).get(path).status_code == 404
        assert door.of(person).get(f"{path}/keys.json").status_code == 404
    assert door.of(door.world.reviewers[1]).get(f"{path}/keys.json").status_code == 404
    assert door.of(door.world.suppliers[0]).get(path).status_code == 403


def test_what_one_opener_takes_home_reads_nothing(door: Door):
    """The file and the part of the first opener hold no key of a bid."""
    path = f"/lots/{door.world.lots['rooted'].id}/open/keys.json"
    given = json.loads(door.of(openers(door)[0]).get(path).text)
    assert {tuple(key["pair"]) for key in given["keys"]} == {(1, 2), (1, 3)}
    assert len(given["bids"]) == door.world.size
    second = json.loads(door.of(openers(door)[1]).get(path).text)
    assert {tuple(key["pair"]) for key in second["keys"]} == {(2, 3)}


def test_a_bid_that_cannot_be_read_is_recorded_and_not_in_the_way(door: Door):
    session = door.world.session
    broken = bids_of(door, "rooted")[0]
    session.execute(
        update(BidRevision).where(BidRevision.bid_id == broken.id).values(envelope=b"\2" * 9000)
    )
    session.commit()
    page = f"/lots/{door.world.lots['rooted'].id}/open"
    assert door.of(door.world.reviewers[0]).send(page, {}).status_code == 303
    unreadable = {bid.id: bid.unreadable for bid in bids_of(door, "rooted")}
    assert unreadable.pop(broken.id) is True
    assert set(unreadable.values()) == {False}
    shown = door.of(door.world.reviewers[0]).get(page.replace("/open", "/bids")).text
    assert "This bid cannot be read" in shown
    entry = session.scalars(
        select(AuditEntry).where(
            AuditEntry.action == Action.BIDS_OPENED,
            AuditEntry.object_id == str(door.world.lots["rooted"].id),
        )
    ).one()
    assert (entry.detail["bids"], entry.detail["unreadable"]) == (door.world.size, 1)


def test_a_part_with_which_nothing_can_be_read_opens_nothing(door: Door, give):
    assert give("rooted", 1).status_code == 303
    right = part_of(door.world, "rooted", 2)
    gate = SITE_KEYS.gate.public_key()
    empty = Part(right.lot_id, right.root, 2, encrypt(b"[]", gate, right.info))
    door.of(openers(door)[1])
    before = door.state()
    assert give("rooted", 2, content=empty.text().encode()).status_code == 422
    assert changed(before, door.state()) == set()


def test_where_the_openers_keep_their_own_keys_no_press_opens(door: Door, monkeypatch):
    reviewer = door.of(door.world.reviewers[1])
    path = f"/lots/{door.world.lots['rooted'].id}/open"
    assert "plays the openers" in reviewer.get(path).text
    ring = reviewer.client.application.extensions["keys"]
    monkeypatch.setattr(ring, "played", {})
    assert "plays the openers" not in reviewer.get(path).text
    assert reviewer.send(path, {}).status_code == 409
    assert lot(door, "rooted").status == LotStatus.CLOSED


@pytest.mark.one_database
def test_an_opener_makes_a_key_and_registers_it_and_lots_name_it(door: Door, command, tmp_path):
    kept = tmp_path / "opener.key"
    assert command("keys", "make", kept, "--passphrase", "short").exit_code == 2
    said = command("keys", "make", kept, "--passphrase", PASSPHRASE)
    assert said.exit_code == 0, said.output
    assert command("keys", "make", kept, "--passphrase", PASSPHRASE).exit_code == 2  # never over it
    (line,) = re.findall(r"opener-key-1:\S+", said.output)
    browser = door.of(door.world.commissioners[1])
    assert browser.send("/account/opener-key", {"public_key": "x"}).status_code == 422
    assert browser.send("/account/opener-key", {"public_key": line}).status_code == 303
    assert browser.send("/account/opener-key", {"public_key": line}).status_code == 422
    offered = door.of(door.world.reviewers[0]).get(
        f"/lots/{door.world.lots['unpublished'].id}/publish"
    )
    assert line.partition(":")[2][:8] in offered.text
    wrong = command("keys", "unwrap", kept, kept, tmp_path / "part", "--passphrase", "wrong")
    assert wrong.exit_code == 2
    assert "not a file of a lot" in wrong.output


def test_a_lot_names_three_openers_of_two_organisations(door: Door):
    sent = FORMS["publishing.publish"][0]
    answers = {**door.tokens(sent), **sent.answers(door.world)}
    same = door.send(sent, answers | {"opener_2": answers["opener_1"]})
    assert same.status_code == 422
    assert "Choose three different openers" in same.text
    missing = door.send(sent, answers | {"opener_3": ""})
    assert "Choose the third opener" in missing.text
    key = door.world.openers[1]
    key.person_id = door.world.reviewers[1].id
    one_house = door.send(sent, answers)
    assert one_house.status_code == 422
    assert "at least two organisations" in one_house.text


@pytest.mark.one_database
def test_a_receipt_is_checked_without_the_site_and_a_forged_one_found(
    door: Door, command, tmp_path
):
    path = f"/lots/{door.world.lots['open'].id}/bid/receipt/1.txt"
    supplier = door.of(door.world.suppliers[0])
    receipt = supplier.get(path).get_data()
    file = tmp_path / "receipt.txt"
    file.write_bytes(receipt)
    said = command("verify-receipt", file)
    assert said.exit_code == 0, said.output
    (key,) = re.findall(r"with the key (\S+)", said.output)
    assert key in html.unescape(door.nobody.get("/keys").text)
    assert command("verify-receipt", file, "--key", key).exit_code == 0
    assert command("verify-receipt", file, "--key", "A" * 44).exit_code == 2
    for spot in range(0, 480, 41):
        forged = bytearray(receipt)
        forged[spot] ^= 1
        file.write_bytes(bytes(forged))
        assert command("verify-receipt", file).exit_code == 2, spot
    file.write_bytes(receipt.rpartition(b"Signature")[0])
    assert command("verify-receipt", file).exit_code == 2


def test_the_worker_publishes_the_root_of_each_lot_past_its_deadline(door: Door, app):
    assert lot(door, "closed").seal_root is None
    door.world.session.commit()
    database.connect(app.extensions["settings"])
    seal_round()
    assert lot(door, "closed").sealed_bids == door.world.size
    assert lot(door, "open").seal_root is None
    seal_round()  # and once is enough
