"""Grouping runs on real worker processes: done, killed and gone on with, cancelled."""

import signal

import pytest
from sqlalchemy import func, select

from marketplace.accounts.models import Role
from marketplace.grouping import translate
from marketplace.grouping.models import GroupingRun, Proposal, RunCategory, RunSample, RunStatus
from tests import factories
from tests.jobs.conftest import wait_until

BOOKS, LAPTOPS, PAPER = "22113000", "30213100", "30197630"


@pytest.fixture
def desk(session, sign_in):
    """A reviewer, with requirements of three authorities in three categories."""
    buyers = [factories.make_organisation(session) for _ in range(3)]
    for code, name in ((BOOKS, "Library books"), (LAPTOPS, "Laptops"), (PAPER, "Paper")):
        factories.make_cpv(session, code, name)
        factories.make_policy(session, code, title=name)
        for buyer in buyers:
            factories.make_requirement(session, buyer, category_code=code)
    return sign_in(factories.make_person(session, Role.REVIEWER))


def fill_up(session, code, number):
    """Requirements enough for a category to travel to the worker by itself."""
    for _ in range(number):
        factories.make_requirement(session, category_code=code)


def start(session, desk, seconds="5"):
    answer = desk.send("/grouping/start", {"which": "all", "seconds": seconds})
    assert answer.status_code == 303, answer.text
    return session.scalars(select(GroupingRun)).one()


def status_of(session, run):
    session.rollback()
    return session.scalar(select(GroupingRun.status).where(GroupingRun.id == run.id))


def finished_in(session, run):
    session.rollback()
    return set(
        session.scalars(
            select(RunCategory.category_code).where(
                RunCategory.run_id == run.id, RunCategory.finished_at.is_not(None)
            )
        )
    )


def wait_for(session, run, status):
    wait_until(lambda: status_of(session, run) == status, f"run is not {status}")


def test_a_run_started_on_the_page_is_done_by_the_worker(session, desk, workers):
    worker = workers.start()
    run = start(session, desk)
    wait_for(session, run, RunStatus.DONE)
    page = desk.get(f"/grouping/{run.id}").text
    assert "3 proposals" in page
    assert session.scalar(select(func.count()).select_from(Proposal)) == 3
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0


def test_a_run_asked_for_before_any_worker_ever_ran_is_taken_up_by_the_first(
    session, desk, workers
):
    run = start(session, desk)
    assert "Waiting for a worker" in desk.get(f"/grouping/{run.id}").text
    workers.start()
    wait_for(session, run, RunStatus.DONE)


@pytest.mark.parametrize("extra", [0, 31], ids=["in one batch", "each by itself"])
def test_a_killed_worker_finishes_what_was_missing_and_solves_nothing_twice(
    session, desk, workers, extra
):
    for code in (BOOKS, LAPTOPS, PAPER):
        fill_up(session, code, extra)
    run = start(session, desk)
    killed = workers.start_watched(hold=PAPER)
    # Of equal categories the lowest code comes first; side by side the held one blocks nobody.
    done_before = {BOOKS, LAPTOPS} if extra else {BOOKS}
    wait_until(
        lambda: PAPER in workers.begun() and finished_in(session, run) >= done_before,
        "the worker is not in the middle of the run",
    )
    before = finished_in(session, run)
    assert PAPER not in before
    workers.kill(killed)
    begun_before = len(workers.begun())
    assert status_of(session, run) == RunStatus.RUNNING

    workers.start_watched()
    wait_for(session, run, RunStatus.DONE)
    again = workers.begun()[begun_before:]
    assert set(again) == {BOOKS, LAPTOPS, PAPER} - before
    assert len(again) == len(set(again))
    proposed = session.scalars(select(Proposal.category_code)).all()
    assert set(proposed) == {BOOKS, LAPTOPS, PAPER}


@pytest.mark.several_machines
def test_a_live_worker_takes_over_what_a_killed_one_was_at_and_the_page_says_so(
    session, desk, workers
):
    for code in (BOOKS, LAPTOPS, PAPER):
        fill_up(session, code, 31)
    run = start(session, desk)
    names = ("First", "Second")
    both = {name: workers.start_watched(name, hold=PAPER) for name in names}
    wait_until(
        lambda: PAPER in workers.begun() and finished_in(session, run) == {BOOKS, LAPTOPS},
        "the workers are not in the middle of the run",
    )
    lost = worker_at(session, run, PAPER)
    alive = "First" if lost == "Second" else "Second"
    workers.kill(both[lost])
    workers.release()

    wait_for(session, run, RunStatus.DONE)
    assert sorted(workers.begun()) == sorted([BOOKS, LAPTOPS, PAPER, PAPER])
    assert worker_at(session, run, PAPER) == alive
    page = desk.get(f"/grouping/{run.id}").text
    assert f"{lost} stopped answering. {alive} took over" in page
    assert "began again with what it was at: Paper." in page
    for category in session.scalars(select(RunCategory).where(RunCategory.run_id == run.id)):
        undisturbed = translate.solve_category(run, category.category_code, time_limit=30)
        assert category.lots == [list(lot) for lot in undisturbed.lots]


def worker_at(session, run, code):
    session.rollback()
    return session.scalar(
        select(RunCategory.worker).where(
            RunCategory.run_id == run.id, RunCategory.category_code == code
        )
    )


def test_a_worker_killed_twice_still_ends_with_one_set_of_proposals(session, desk, workers):
    run = start(session, desk)
    for held in (BOOKS, PAPER):
        workers.log.unlink(missing_ok=True)
        worker = workers.start_watched(hold=held)
        wait_until(lambda held=held: held in workers.begun(), f"{held} is not begun")
        workers.kill(worker)
    workers.start_watched()
    wait_for(session, run, RunStatus.DONE)
    assert session.scalar(select(func.count()).select_from(Proposal)) == 3


def test_a_run_under_way_is_cancelled_and_proposes_nothing(session, desk, workers):
    run = start(session, desk)
    workers.start_watched(hold=PAPER)
    wait_until(lambda: PAPER in workers.begun(), "the held category is not begun")
    page = f"/grouping/{run.id}"
    answer = desk.send(f"{page}/cancel", {}, page=page)
    assert answer.status_code == 303, answer.text
    wait_for(session, run, RunStatus.CANCELLED)
    assert "It proposes nothing" in desk.get(page).text
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0
    assert desk.send(f"{page}/cancel", {}, page="/grouping/start").status_code == 409


def test_a_run_stopped_early_keeps_what_it_has_found_and_proposes_it(session, desk, workers):
    run = start(session, desk, seconds="600")
    page = f"/grouping/{run.id}"
    assert desk.send(f"{page}/keep", {}, page=page).status_code == 409, "nothing is found yet"
    workers.start_watched(hold=PAPER)
    wait_until(lambda: PAPER in workers.begun(), "the held category is not begun")
    running = desk.get(page).text
    assert "by worker of the tests" in running
    assert "seconds left" in running
    assert desk.send(f"{page}/keep", {}, page=page).status_code == 303
    wait_for(session, run, RunStatus.DONE)
    result = desk.get(page).text
    assert "A reviewer stopped it early" in result
    assert session.scalar(select(func.count()).select_from(Proposal)) >= 1
    best, bound = session.execute(select(GroupingRun.net_benefit, GroupingRun.upper_bound)).one()
    assert 0 < best <= bound


def test_best_and_bound_are_sampled_from_nothing_until_they_close(session, desk, workers):
    run = start(session, desk)
    workers.start()
    wait_for(session, run, RunStatus.DONE)
    samples = session.scalars(select(RunSample).order_by(RunSample.id)).all()
    first, last = samples[0], samples[-1]
    assert first.net_benefit == 0
    assert first.upper_bound >= last.upper_bound >= last.net_benefit > 0
    assert [each.upper_bound for each in samples] == sorted(
        (each.upper_bound for each in samples), reverse=True
    )
    page = desk.get(f"/grouping/{run.id}").text
    assert page.count("<polyline") == 2
    assert "The same in figures" in page


def test_a_queued_run_is_cancelled_at_once_and_no_worker_takes_it_up(session, desk, workers):
    run = start(session, desk)
    page = f"/grouping/{run.id}"
    assert desk.send(f"{page}/cancel", {}, page=page).status_code == 303
    assert status_of(session, run) == RunStatus.CANCELLED
    second = start_another(session, desk, run)
    workers.start_watched()
    wait_for(session, second, RunStatus.DONE)
    assert status_of(session, run) == RunStatus.CANCELLED
    assert sorted(workers.begun()) == sorted({BOOKS, LAPTOPS, PAPER})


def start_another(session, desk, first):
    answer = desk.send("/grouping/start", {"which": "all", "seconds": "5"})
    assert answer.status_code == 303, answer.text
    return session.scalars(select(GroupingRun).where(GroupingRun.id != first.id)).one()


def test_a_run_whose_snapshot_cannot_be_read_fails_and_says_why(session, desk, workers):
    run = start(session, desk)
    run.snapshot = "{}"
    session.commit()
    workers.start()
    wait_for(session, run, RunStatus.FAILED)
    page = desk.get(f"/grouping/{run.id}").text
    assert "The worker could not go on" in page
    assert "Traceback" not in page


def test_what_insisting_costs_is_worked_out_by_a_worker_after_it_is_asked_for(
    session, desk, workers
):
    run = start(session, desk)
    workers.start()
    wait_for(session, run, RunStatus.DONE)
    page = f"/proposals/{session.scalars(select(Proposal.id)).first()}"
    assert desk.send(f"{page}/study", {}, page=page).status_code == 303
    wait_until(
        lambda: "proven to cost nothing" in desk.get(page).text, "the study is not worked out"
    )
