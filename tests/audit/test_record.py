"""The record: written with the change or not at all, in one chain, and never changed."""

import re
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.audit import chain
from marketplace.audit.export import checkpoint, export_lines
from marketplace.audit.guards import NAMES, drop_guards
from marketplace.audit.models import Action, AuditEntry
from marketplace.audit.services import record
from marketplace.errors import ClockBehind
from migrations.check import differences
from tests import factories
from tests.audit.forging import chained, read
from tests.conftest import PASSWORD
from tests.factories import NOW
from verifier.__main__ import main as verifier
from verifier.__main__ import verify
from verifier.chain import Checkpoint, Fault


def note(session, thing, **detail) -> None:
    record(session, Action.REQUIREMENT_EDITED, thing, by=None, at=NOW, **detail)


def noted(session) -> list[object]:
    """The details of what is recorded, in its order."""
    session.rollback()
    return list(session.scalars(select(AuditEntry.detail).order_by(AuditEntry.sequence)))


def lines(session) -> list[bytes]:
    return [f"{line}\n".encode() for line in export_lines(session)]


@pytest.mark.usefixtures("world")
def test_the_record_of_a_whole_world_is_well_and_ends_where_its_checkpoint_says(
    session, command, tmp_path, capfd
):
    said = command("record", "export", tmp_path / "record.jsonl")
    assert said.exit_code == 0
    end = command("record", "checkpoint").output.split()[0]
    assert end == checkpoint(session)
    assert verifier([str(tmp_path / "record.jsonl"), "--checkpoint", end]) == 0
    assert f"Checkpoint {end}" in capfd.readouterr().out
    assert f"{len(lines(session)):,} entries" in said.output


def test_a_receipt_holds_a_checkpoint_that_the_record_keeps_and_a_forged_one_does_not(
    session, world, sign_in
):
    path = f"/lots/{world.lots['open'].id}/bid/receipt/1"
    browser = sign_in(world.suppliers[0])
    (on_page,) = re.findall(r"\d+:[0-9a-f]{64}", browser.get(path).text)
    assert f"Record:      {on_page}\n" in browser.get(f"{path}.txt").text
    kept = [Checkpoint(on_page)]
    session.rollback()
    whole = lines(session)
    assert verify(whole, kept).sequence == len(whole)
    entries = read(whole)
    about = entries[kept[0].sequence - 1]
    assert about["action"] == "bid_submitted"
    assert about["detail"]["lot"] == world.lots["open"].reference
    about["detail"]["sha256"] = "0" * 64
    assert verify(chained(entries)).sequence == len(whole), "its hashes alone are right"
    with pytest.raises(Fault) as fault:
        verify(chained(entries), kept)
    assert fault.value.sequence == kept[0].sequence


def test_an_export_that_cannot_be_written_leaves_nothing_and_says_so(command, tmp_path):
    said = command("record", "export", tmp_path / "no" / "record.jsonl")
    assert said.exit_code == 2
    assert "cannot be written" in said.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET detail = '{}' WHERE sequence = 1",
        "UPDATE audit_entry SET sequence = sequence + 1",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_refuses_to_change_or_remove_an_entry(session, statement):
    note(session, factories.make_requirement(session))
    session.commit()
    before = lines(session)
    with pytest.raises(DatabaseError, match="only grows"):
        session.execute(text(statement))
    session.rollback()
    assert lines(session) == before


def test_the_check_of_the_migrations_misses_no_guard(app):
    with app.extensions["engine_of_the_tests"].connect() as connection:
        assert [line for line in differences(connection) if "trigger" in line] == []
        for statement in drop_guards(connection.dialect.name):
            connection.execute(text(statement))
        found = [line for line in differences(connection) if "trigger" in line]
        connection.rollback()
    assert len(found) == len(NAMES)


def test_what_is_rolled_back_is_not_recorded_and_leaves_no_gap(session):
    thing = factories.make_requirement(session)
    session.commit()
    for number in range(3):
        note(session, thing, number=number)
        session.rollback() if number == 1 else session.commit()
    assert noted(session) == [{"number": 0}, {"number": 2}]
    assert verify(lines(session)).sequence == 2


def test_a_savepoint_rolled_back_takes_its_own_entries_only(session):
    thing = factories.make_requirement(session)
    note(session, thing, number=1)
    with session.begin_nested():
        note(session, thing, number=2)
        inner = session.begin_nested()
        note(session, thing, number=3)
        inner.rollback()
    note(session, thing, number=4)
    session.commit()
    assert noted(session) == [{"number": 1}, {"number": 2}, {"number": 4}]
    assert verify(lines(session)).sequence == 3


def test_a_session_closed_without_a_commit_takes_its_entries_with_it(session):
    thing = factories.make_requirement(session)
    session.commit()
    with Session(session.get_bind()) as other:
        note(other, thing, number=1)
        other.close()
        note(other, thing, number=2)
        other.commit()
    assert noted(session) == [{"number": 2}]


def test_an_entry_says_what_was_so_when_it_was_recorded(session):
    thing, members = factories.make_requirement(session), ["a"]
    note(session, thing, members=members)
    members.append("b")
    session.commit()
    assert noted(session) == [{"members": ["a"]}]


def test_what_is_hashed_is_what_the_database_gives_back(session):
    """A time on a clock in London, a key of many kinds, text in any script, a huge number."""
    thing = factories.make_requirement(session)
    at = datetime(2026, 7, 1, 12, 0, 0, 7, tzinfo=clock.LONDON)
    detail = {"b": [1.5, None, True], "a": {"é": "“né”\u2028\\", "Z": -0.0}, "n": 10**30}
    record(session, Action.REQUIREMENT_EDITED, thing, by=None, at=at, **detail)
    session.commit()
    assert noted(session) == [detail]
    assert verify(lines(session)).sequence == 1
    assert b'"at":"2026-07-01T11:00:00.000007Z"' in lines(session)[0]


def test_transactions_at_once_make_one_chain(app, session):
    """Eight threads, each of whose commits holds a row of its own before it records."""
    things = [factories.make_requirement(session).id for _ in range(8)]
    session.commit()
    engine, model = app.extensions["engine_of_the_tests"], factories.Requirement
    gate = threading.Barrier(8)

    def change(key) -> None:
        gate.wait()
        for number in range(10):
            with Session(engine) as own, own.begin():
                thing = own.get_one(model, key, with_for_update={"of": model})
                note(own, thing, number=number)
                note(own, thing, number=number)

    threads = [threading.Thread(target=change, args=(key,)) for key in things]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert verify(lines(session)).sequence == 160


def test_recording_before_or_after_taking_a_lock_cannot_end_in_a_deadlock(app, session):
    key = factories.make_requirement(session).id
    session.commit()
    engine, model = app.extensions["engine_of_the_tests"], factories.Requirement
    gate, failed = threading.Barrier(2), []

    def lock(own) -> None:
        own.get_one(model, key, with_for_update={"of": model}, populate_existing=True)

    def change(*steps) -> None:
        gate.wait()
        try:
            for _ in range(40):
                with Session(engine) as own, own.begin():
                    for step in steps:
                        step(own)
        except DatabaseError as fault:
            failed.append(fault)

    def tell(own) -> None:
        note(own, own.get_one(model, key))

    threads = [threading.Thread(target=change, args=each) for each in ((tell, lock), (lock, tell))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    session.rollback()
    assert failed == []
    assert verify(lines(session)).sequence == 80


def test_a_clock_a_little_behind_lends_the_last_time_and_one_far_behind_is_refused(
    session, monkeypatch
):
    thing = factories.make_requirement(session)
    note(session, thing)
    session.commit()
    last = session.scalar(select(func.max(AuditEntry.recorded_at)))
    monkeypatch.setattr(clock, "of_database", lambda session: last - timedelta(seconds=0.9))
    note(session, thing)
    session.commit()
    monkeypatch.setattr(clock, "of_database", lambda session: last - timedelta(seconds=2))
    note(session, thing)
    with pytest.raises(ClockBehind):
        session.commit()
    session.rollback()
    assert verify(lines(session)).sequence == 2


def test_a_clock_far_behind_is_told_to_the_person_and_nothing_is_changed(
    session, browser, monkeypatch
):
    person = factories.make_person(session, Role.SUPPLIER)
    note(session, factories.make_requirement(session))
    session.commit()
    monkeypatch.setattr(clock, "of_database", lambda session: NOW - timedelta(days=1))
    answer = browser.send("/sign-in", {"email": person.email, "password": PASSWORD})
    assert answer.status_code == 503
    assert "behind" in answer.text
    assert len(noted(session)) == 1


def test_recording_takes_a_fixed_number_of_statements_however_many_entries(session, queries):
    thing = factories.make_requirement(session)
    session.commit()

    def commit(count: int) -> None:
        for number in range(count):
            note(session, thing, number=number)
        session.commit()

    commit(1)
    assert queries(lambda: commit(1)) == queries(lambda: commit(200))
    assert chain.WAITING not in session.info or session.info[chain.WAITING] == []
