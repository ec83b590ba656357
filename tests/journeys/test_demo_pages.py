"""Every kind of page of the demo in a browser: nothing for axe to find, nothing too wide."""

import re
import threading
from collections import Counter, deque

import pytest
from werkzeug.serving import make_server

from marketplace.demo.sign_ins import PASSWORD, SIGN_INS
from tests.demo.conftest import demo, demo_url  # noqa: F401 - fixtures
from tests.journeys.conftest import NARROW, Visitor

pytestmark = pytest.mark.prove

ALIKE = 2
"""How many pages that differ in their numbers alone are looked at."""
FILES = re.compile(r"\.(csv|xlsx|svg|txt|json)|/(snapshot|documents|template|export)")


@pytest.mark.parametrize("each", SIGN_INS, ids=lambda each: each.role.value)
def test_axe_finds_nothing_on_the_pages_of_the_demo(demo, chromium, database, each):  # noqa: F811 - the fixture
    if database != "sqlite":
        pytest.skip("pages look the same on both databases")
    serving = make_server("127.0.0.1", 0, demo, threaded=True)
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    context = chromium.new_context(viewport={"width": NARROW, "height": 800})
    visitor = Visitor(context, f"http://127.0.0.1:{serving.server_port}")
    visitor.go("/sign-in")
    visitor.page.fill("#email", each.email)
    visitor.page.fill("#password", PASSWORD)
    visitor.page.press("#password", "Enter")
    visitor.page.wait_for_url("**/")
    looked = _look_around(visitor)
    context.close()
    serving.shutdown()
    assert visitor.faults == []
    assert looked > 20


def _look_around(visitor):
    """Follow links from page to page; how many were looked at."""
    seen, waiting, alike = {"/"}, deque(["/"]), Counter()
    while waiting:
        visitor.go(waiting.popleft())
        for anchor in visitor.page.query_selector_all("a[href^='/']"):
            link = (anchor.get_attribute("href") or "").partition("#")[0]
            kind = re.sub(r"[0-9a-f-]{36}|\d+", "#", link.partition("?")[0])
            if not FILES.search(link) and link not in seen and alike[kind] < ALIKE:
                alike[kind] += 1
                seen.add(link)
                waiting.append(link)
    return len(seen)
