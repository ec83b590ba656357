"""Watching a grouping run: the page moves by itself, and by reloading where scripts are off."""

from datetime import timedelta

from marketplace import clock
from marketplace.accounts.models import Role
from marketplace.grouping import services
from tests import factories

FINISHED = "1 of 2 categories with an answer"


def queued_run(session):
    buyers = [factories.make_organisation(session) for _ in range(3)]
    for code, name in (("22113000", "Library books"), ("30213100", "Laptops")):
        factories.make_cpv(session, code, name)
        factories.make_policy(session, code, title=name)
        for buyer in buyers:
            factories.make_requirement(session, buyer, category_code=code)
    reviewer = factories.make_person(session, Role.REVIEWER)
    codes = ["22113000", "30213100"]
    return reviewer, services.start_run(session, codes, 5, by=reviewer, at=clock.now())


def solve_next(session, run):
    """What a worker does with one category, after which it looks at the run once more."""
    services.begin_run(session, run, at=clock.now() - timedelta(seconds=3))
    row = next(c for c in services.categories_of(session, run) if c.finished_at is None)
    found = services.translate.solve_category(run, row.category_code, time_limit=5)
    services.keep_category_result(
        session, run, row.category_code, found, worker="here", at=clock.now()
    )


def test_the_progress_of_a_run_is_seen_until_its_result(session, visit, scripts):
    reviewer, run = queued_run(session)
    visitor = visit(reviewer)
    visitor.go(f"/grouping/{run.id}")
    assert visitor.sees("Waiting for a worker")

    solve_next(session, run)
    session.commit()
    if scripts:
        # Nothing is pressed: the page asks for itself.
        visitor.page.get_by_text(FINISHED).wait_for()
        visitor.look()
    else:
        visitor.follow("Reload this page")
    assert visitor.sees(FINISHED)

    solve_next(session, run)
    services.finish_run(session, run, services.conclusion_of(session, run), at=clock.now())
    session.commit()
    if scripts:
        visitor.page.get_by_role("heading", name="How good is it").wait_for()
        visitor.look()
    else:
        visitor.follow("Reload this page")
    assert visitor.sees("No other grouping of these requirements brings more")


def test_a_run_is_cancelled_from_its_page(session, visit):
    reviewer, run = queued_run(session)
    visitor = visit(reviewer)
    visitor.go(f"/grouping/{run.id}")
    visitor.press("Cancel this run")
    assert visitor.sees("is cancelled")
    assert visitor.sees("It proposes nothing")
