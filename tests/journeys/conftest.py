"""A real browser on a real server: one thread serves the application under test."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from marketplace.accounts.models import Person
from tests.conftest import PASSWORD

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    missing = shutil.which("chromium") is None
    for item in items:
        if "/journeys/" in str(item.path):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if missing:
                item.add_marker(
                    pytest.mark.skip(reason="Chromium is missing: install Debian's chromium")
                )


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the run."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def server(app: Flask) -> Iterator[str]:
    """The address at which the application under test answers."""
    serving = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{serving.server_port}"
    serving.shutdown()
    thread.join(10)


class Visitor:
    """Somebody at a browser. Each page that they reach is looked over by axe."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page: Page = context.new_page()
        self.address = address
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("console", self._heard)

    def _heard(self, message: object) -> None:
        if getattr(message, "type", "") == "error" and "Content" in getattr(message, "text", ""):
            self.faults.append(f"console: {message.text}")  # type: ignore[attr-defined]

    def go(self, path: str) -> None:
        """Open a page and look it over."""
        self.page.goto(self.address + path)
        self.look()

    def look(self) -> None:
        """Remember what axe finds on the page, and anything wider than the screen."""
        found = Axe().run(self.page).response["violations"]
        self.faults += [
            f"{self.page.url}: {fault['id']}: {fault['nodes'][0]['html'][:200]}" for fault in found
        ]
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth + 1"):
            self.faults.append(f"{self.page.url}: wider than the screen")

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).fill(text)

    def fill_day(self, name: str, day: int, month: int, year: int) -> None:
        for part, value in (("day", day), ("month", month), ("year", year)):
            self.page.locator(f"#{name}-{part}").fill(str(value))

    def press(self, name: str) -> None:
        """Press a button and look the next page over."""
        self.page.get_by_role("button", name=name, exact=True).first.click()
        self.page.wait_for_load_state()
        self.look()

    def follow(self, name: str) -> None:
        """Follow a link and look the next page over."""
        self.page.get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()
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
    chromium: Browser, server: str, scripts: bool, session: Session
) -> Iterator[Callable[..., Visitor]]:
    """visit(person) is that person at a browser, signed in; faults of any page fail the test."""
    contexts: list[BrowserContext] = []
    visitors: list[Visitor] = []

    def come(person: Person, *, width: int = 1280) -> Visitor:
        email = person.email
        session.commit()  # what was arranged is there, and no transaction of the test is open
        # axe is put into pages by the driver, which needs scripts; the site's own do not run.
        context = chromium.new_context(viewport={"width": width, "height": 900}, locale="en-GB")
        if not scripts:
            context.route("**/*.js", lambda route: route.abort())
        contexts.append(context)
        visitor = Visitor(context, server)
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
