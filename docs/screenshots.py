"""Make the pictures of the guides again, from a demo that is loaded for it: `make screenshots`."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from marketplace.demo.sign_ins import PASSWORD, email_of
from marketplace.settings import PROJECT

IMAGES = PROJECT / "docs" / "images"
WIDTH = 1000
LARGEST = 150 * 1024
PATIENCE_SECONDS = 180
CHROMIUM = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


@dataclass(frozen=True)
class Shot:
    """A picture: who looks, where they begin, which links they follow, and how much is shown."""

    name: str
    who: str
    at: str
    links: tuple[str, ...] = ()
    height: int = 900
    begins: str = ""
    """What the picture begins with, if not the head of the page."""


ID = "[0-9a-f-]{36}"
JUDGED = ("/proposals?status=proposed", (f"/proposals/{ID}$",))
"""The proposal with most gain, whose limits were studied."""
TO_DESK = (f"/grouping/{ID}$", "/categories$", "/scenarios/55523100$", f"/scenarios/{ID}$")
"""From the runs to a scenario for school meals."""
SHOTS = (
    Shot("home", "reviewer1", "/proposals?status=proposed", (f"/proposals/{ID}$",), 1180),
    Shot("sign-in", "", "/sign-in", (), 620),
    Shot("commissioner-home", "camden", "/", (), 620),
    Shot("commissioner-find-category", "camden", "/requirements/new?q=books", (), 700),
    Shot("commissioner-check", "camden", "/requirements?status=draft", (f"/requirements/{ID}$",)),
    Shot("commissioner-joining", "camden", "/", ("/joining/",), 880),
    Shot("commissioner-division", "camden", "/", ("/joining/",), 900, "#dividing"),
    Shot("commissioner-question", "camden", "/", ("/questions/",), 900),
    Shot("commissioner-messages", "camden", "/messages", (), 900),
    Shot("commissioner-ready", "camden", "/readiness", ("/readiness/",), 900),
    Shot("commissioner-award", "camden", "/lots?status=awarded", (f"/lots/{ID}$", "/award$"), 820),
    Shot("commissioner-ending", "camden", "/contracts/ending"),
    Shot("commissioner-spending", "camden", "/spend", (), 1100),
    Shot("commissioner-register", "camden", "/contracts", (), 900),
    Shot("commissioner-calendar", "camden", "/contracts/calendar", (), 900),
    Shot("commissioner-import", "camden", "/spend/imports", (f"/spend/imports/{ID}$",), 1000),
    Shot("commissioner-prices", "camden", "/unit-prices", (), 820),
    Shot("commissioner-case", "camden", "/knowledge/cases", (f"/cases/{ID}$",), 1100),
    Shot("commissioner-savings", "camden", "/knowledge/savings", (f"/savings/{ID}$",), 1100),
    Shot("supplier-lots", "larkmoor", "/lots?status=open", (), 760),
    Shot("supplier-lot", "larkmoor", "/lots?status=open&q=books", (f"/lots/{ID}$",), 1080),
    Shot("supplier-bid", "larkmoor", "/lots?status=open&q=books", (f"/lots/{ID}$", "/bid$"), 1000),
    Shot("supplier-result", "larkmoor", "/", ("/result$",), 1000),
    Shot("supplier-receipt", "larkmoor", "/bids", ("/bid/receipt/",), 980),
    Shot("opener-key", "reviewer1", "/account/opener-key", (), 860),
    Shot("opener-opening", "reviewer2", "/lots?status=closed", (f"/lots/{ID}$", "/open$"), 1200),
    Shot("reviewer-home", "reviewer1", "/", (), 860),
    Shot("reviewer-run", "reviewer1", "/grouping", (f"/grouping/{ID}$",), 1000),
    Shot("reviewer-alone", "reviewer1", "/grouping", (f"/grouping/{ID}$", "/left-alone"), 820),
    Shot("reviewer-why", "reviewer1", *JUDGED, 600, "#why-these"),
    Shot("reviewer-insisting", "reviewer1", *JUDGED, 900, "#insisting"),
    Shot("reviewer-split", "reviewer1", *JUDGED, 800, "#splitting"),
    Shot("reviewer-desk", "reviewer2", "/grouping?status=done", TO_DESK, 1000),
    Shot("reviewer-waves", "reviewer1", "/contracts/waves", ("/contracts/waves/[0-9]{8}",), 900),
    Shot("reviewer-together", "reviewer1", "/spend/together", (), 900),
    Shot("reviewer-precedents", "reviewer1", "/knowledge/precedents", (), 900),
    Shot("reviewer-case", "reviewer1", "/knowledge/cases", (f"/cases/{ID}$",), 1150),
    Shot("reviewer-savings", "reviewer1", "/knowledge/savings?only=some", (), 820),
    Shot("reviewer-barriers", "reviewer1", "/knowledge/barriers", (), 900),
    Shot("reviewer-evaluation", "reviewer1", "/", ("/evaluation$",), 940),
    Shot("administrator-categories", "administrator", "/categories", (), 820),
    Shot("administrator-policy", "administrator", "/categories", (f"/categories/{ID}$", "/edit$")),
    Shot("administrator-record", "administrator", "/record", (), 820),
)


def main() -> int:
    """Load, serve, look and stop; says which picture is too large."""
    with tempfile.TemporaryDirectory() as folder, socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        site = _serve(Path(folder), port)
        try:
            _wait_for(f"http://127.0.0.1:{port}/health")
            sizes = _take_all(f"http://127.0.0.1:{port}")
        finally:
            site.send_signal(signal.SIGTERM)
            site.wait()
    heavy = {name: size for name, size in sizes.items() if size > LARGEST}
    for name, size in heavy.items():
        print(f"{name} is {size // 1024} KB: show less of it.", file=sys.stderr)
    print(f"{len(sizes)} pictures are in {IMAGES.relative_to(PROJECT)}.")
    return 1 if heavy else 0


def _serve(folder: Path, port: int) -> subprocess.Popen[bytes]:
    command = [
        str(Path(sys.executable).parent / "marketplace"),
        "demo",
        "serve",
        "--port",
        str(port),
    ]
    database = f"sqlite:///{folder / 'screenshots.sqlite'}"
    environment = {**os.environ, "MARKETPLACE_DEMO": "1", "MARKETPLACE_DATABASE_URL": database}
    return subprocess.Popen(command, env=environment)  # noqa: S603 - our own command


def _wait_for(address: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The demo did not start.")


def _take_all(site: str) -> dict[str, int]:
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=list(CHROMIUM))
        pages = {who: _signed_in(browser, site, who) for who in {shot.who for shot in SHOTS}}
        sizes = {shot.name: _take(pages[shot.who], site, shot) for shot in SHOTS}
        browser.close()
    return sizes


def _chromium() -> str:
    return next(
        (
            path
            for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser")
            if Path(path).exists()
        ),
        "chromium",
    )


def _signed_in(browser: Browser, site: str, who: str) -> Page:
    page = browser.new_context(viewport={"width": WIDTH, "height": 900}).new_page()
    if who:
        page.goto(f"{site}/sign-in")
        page.fill("#email", email_of(who))
        page.fill("#password", PASSWORD)
        page.click("form:not(.app-sign-in-as) [type=submit], #send")
    return page


def _take(page: Page, site: str, shot: Shot) -> int:
    page.goto(site + shot.at)
    for link in shot.links:
        found = [a.get_attribute("href") or "" for a in page.query_selector_all("main a")]
        page.goto(site + next(href for href in found if re.search(link, href)))
    whole = page.evaluate("document.documentElement.scrollHeight")
    path = IMAGES / f"{shot.name}.png"
    box = page.locator(shot.begins).bounding_box() if shot.begins else None
    top = max(0, round(box["y"]) - 20) if box else 0
    clip = {"x": 0, "y": top, "width": WIDTH, "height": min(shot.height, whole - top)}
    page.screenshot(path=path, full_page=True, clip=clip)
    return path.stat().st_size


if __name__ == "__main__":
    sys.exit(main())
