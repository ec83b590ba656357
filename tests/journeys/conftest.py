"""A real browser on a real server: one thread serves the application under test."""

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.wrappers import Response

from marketplace.accounts.models import Person
from tests.conftest import PASSWORD

PATIENCE_MS = 15_000
WIDE, NARROW = 1280, 390
"""A desk and a telephone; whoever has no scripts comes with a telephone."""
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    # Two differences at a time would show nothing that one at a time does not.
    twice = [item for item in items if {"without scripts", "postgresql"} <= _ways_of(item)]
    items[:] = [item for item in items if item not in twice]
    config.hook.pytest_deselected(items=twice)
    missing = shutil.which("chromium") is None
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if missing:
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is missing: install Debian's chromium")
                )


def _ways_of(item: pytest.Item) -> set[object]:
    called = getattr(item, "callspec", None)
    return set(called.params.values()) if called and "/journeys/" in str(item.path) else set()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


class WithScriptsOff:
    """Serves pages without their scripts to a browser that asks for that.

    Switching them off in the browser would switch axe off too, which is a script itself.
    """

    def __init__(self, app: Flask) -> None:
        self.app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        response = Response.from_app(self.app, environ)
        if environ.get("HTTP_SCRIPTS") == "off" and response.mimetype == "text/html":
            response.set_data(re.sub(rb"(?s)<script.*?</script>", b"", response.get_data()))
        return response(environ, start_response)


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address at which the application under test answers."""
    serving = make_server("127.0.0.1", 0, WithScriptsOff(app), threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join(10)


FAULTLESS: set[tuple[str, int]] = set()
"""Pages by shape and width in which axe found nothing: it looks once at pages of one shape."""


def shape_of(page: str) -> str:
    """A page without what makes no difference to axe: its words, numbers, keys and answers."""
    page = re.sub(r"(?s)<(script|style)\b.*?</\1>", "", page)
    page = re.sub(r">[^<]*?[^<\s][^<]*<", ">word<", page)
    page = re.sub(r' (href|action|value|content|nonce)="[^"]+"', r' \1="some"', page)
    page = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-f]{32,}|[0-9]+", "0", page)
    return hashlib.sha256(page.encode()).hexdigest()


class Visitor:
    """Somebody at a browser. Each page that they reach is looked over by axe."""

    def __init__(self, context: BrowserContext, address: str, *, looks: bool = True) -> None:
        self.page: Page = context.new_page()
        self.address, self.looks = address, looks
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        # A form that is refused answers 4xx, of which the browser complains by itself.
        if message.type == "error" and not re.search(r"status of 4[0-9]{2}", message.text):
            self.faults.append(f"console: {message.text}")

    def go(self, path: str) -> None:
        """Open a page and look it over."""
        self.page.goto(self.address + path)
        self.look()

    def look(self) -> None:
        """Remember what axe finds on the page, and whether it is wider than a screen.

        A page of a shape that was looked at before is looked at as it stands and not resized.
        """
        # A click returns as soon as the next page begins to come, and half a page has no heading.
        self.page.wait_for_load_state()
        if not self.looks:
            return
        size = self.page.viewport_size
        assert size
        self.must_fit(size["width"])
        if not self.look_with_axe(size["width"]):
            return
        for width in {WIDE, NARROW} - {size["width"]}:
            self.page.set_viewport_size({**size, "width": width})
            self.must_fit(width)
        self.page.set_viewport_size(size)

    def must_fit(self, width: int) -> None:
        """Remember whether the page is wider than its screen."""
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            self.faults.append(f"{self.page.url}: wider than a screen of {width}")

    def look_with_axe(self, width: int) -> bool:
        """Remember what axe finds on the page at that width; whether its shape was a new one."""
        size = self.page.viewport_size
        assert size
        if size["width"] != width:
            self.page.set_viewport_size({**size, "width": width})
        shape = shape_of(self.page.content()), width
        is_new = shape not in FAULTLESS
        if is_new:
            found = Axe().run(self.page).response["violations"]
            self.faults += [
                f"{self.page.url} at {width}: {fault['id']}: {fault['nodes'][0]['html'][:200]}"
                for fault in found
            ]
            if not found:
                FAULTLESS.add(shape)
        if size["width"] != width:
            self.page.set_viewport_size(size)
        return is_new

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def fill_day(self, name: str, day: int, month: int, year: int) -> None:
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.locator(f"#{name}-{part}").fill(str(value))

    def press(self, name: str) -> None:
        """Press a button and look the next page over."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link and look the next page over."""
        self.page.get_by_role("link", name=name).first.click()
        self.look()

    def sees(self, text: str) -> bool:
        return text in self.page.inner_text("body")

    def picture(self, name: str) -> None:
        """Keep a screenshot, where the folder for them is named by PICTURES."""
        folder = os.environ.get("PICTURES")
        if folder:
            self.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request: pytest.FixtureRequest) -> bool:
    """Whether the browser runs scripts; each journey is made both ways."""
    return bool(request.param == "with scripts")


@pytest.fixture
def visit(
    chromium: Browser, server: str, scripts: bool, session: Session, database: str
) -> Iterator[Callable[..., Visitor]]:
    """visit(person) is that person at a browser, signed in; faults of any page fail the test."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def come(person: Person, *, width: int = WIDE if scripts else NARROW) -> Visitor:
        email = person.email
        session.commit()  # what was arranged is there, and no transaction of the test is open
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            locale="en-GB",
            extra_http_headers={} if scripts else {"Scripts": "off"},
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        # Pages look alike on both databases.
        visitor = Visitor(context, server, looks=database == "sqlite")
        visitors.append(visitor)
        visitor.go("/sign-in")
        visitor.fill("Email address", email)
        visitor.fill("Password", PASSWORD)
        visitor.press("Sign in")
        return visitor

    yield come
    faults = [fault for visitor in visitors for fault in visitor.faults]
    for context in contexts:
        context.close()
    assert faults == []
