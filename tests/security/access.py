"""The one table of who gets what answer where: `access.txt` beside this file.

Each line is a method, an endpoint, the states of the thing that the address names, and what each
reader gets: not signed in; a commissioner of the authority that it belongs to, of another that
shares it, and of one that has no part in it; the same of suppliers; a reviewer; an administrator.
"""

import itertools
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import NoResultFound
from werkzeug.routing import Rule

from marketplace.accounts.models import Person
from tests.conftest import Browser, hidden_in
from tests.door.conftest import Door, with_files
from tests.pages import FORMS, MISSING, PAGES, Sent
from tests.world import LOT_STATES, World, requirement_in

FILE = Path(__file__).with_name("access.txt")
READERS = (
    *("nobody", "C own", "C shared", "C foreign", "S own", "S shared", "S foreign"),
    *("reviewer", "administrator"),
)
ANY = "-"
"""The state of a thing of which the world has one."""
UNASKED = {"static"}
KEY = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")

Key = tuple[str, str, str]
"""A method, an endpoint, a state."""
Answers = tuple[int, ...]


def read_table(text: str) -> dict[Key, Answers]:
    """The expected answers by method, endpoint and state."""
    table: dict[Key, Answers] = {}
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        where, answers = line.split(":")
        method, endpoint, *states = where.split()
        for state in (each.replace("_", " ") for each in states):
            assert (method, endpoint, state) not in table, f"twice: {line}"
            table[method, endpoint, state] = tuple(int(each) for each in answers.split())
    return table


def write_table(table: Mapping[Key, Answers]) -> Iterator[str]:
    """The lines of the table, states with the same answers on one line."""
    ordered = sorted(table.items(), key=lambda row: (row[0][1], row[0][0]))
    for (method, endpoint), rows in itertools.groupby(ordered, key=lambda row: row[0][:2]):
        states: dict[Answers, list[str]] = {}
        for (_, _, state), answers in rows:
            states.setdefault(answers, []).append(state.replace(" ", "_"))
        for answers, same in states.items():
            yield f"{method} {endpoint} {' '.join(same)}: {' '.join(map(str, answers))}"


def people(world: World) -> list[Person | None]:
    """One for each of READERS."""
    return [
        *(None, world.commissioners[0], world.commissioners[1], world.stranger),
        *(world.suppliers[0], world.suppliers[1], world.outsider),
        *(world.reviewers[0], world.administrator),
    ]


def things(world: World) -> dict[str, dict[str, object]]:
    """What each part of an address may name, by state."""
    lots = {state: world.lots[state].id for state in LOT_STATES}
    in_lots = {
        f"in {state} lot": requirement_in(world, state).id
        for state in ("joining", "unpublished", "open", "awarded")
    }
    return {
        "lot_id": lots,
        "requirement_id": {s: each.id for s, each in world.requirements.items()} | in_lots,
        "run_id": {state: run.id for state, run in world.runs.items()},
        "proposal_id": {state: each.id for state, each in world.proposals.items()},
        "contract_id": {state: each.id for state, each in world.contracts.items()},
        "wave_id": {state: each.id for state, each in world.waves.items()},
        "scenario_id": {ANY: world.scenarios[0].id},
        "sign_in_id": {ANY: world.elsewhere.id},
    }


def rest_of(rule: Rule, application: Flask, world: World, state: str) -> dict[str, object]:
    """The other parts of the address: as its first case has them, or as the lot does."""
    case = next(case for cases in (PAGES, FORMS) for case in cases.get(rule.endpoint, ()))
    method = "GET" if rule.endpoint in PAGES else "POST"
    path = case.at(world).split("?")[0]
    _, found = application.url_map.bind("tests.example").match(path, method=method)
    if "lot_id" not in rule.arguments:
        return dict(found)
    of_bids = rule.endpoint.startswith("bids.")
    return {**found} | {
        "document_id": _or_missing(world.bid_document if of_bids else world.document, state),
        "question_id": _or_missing(world.question, state),
        "bid_id": _or_missing(world.bid, state),
        "asked_id": _or_missing(lambda each: world.asked(world.lots[each]), state),
    }


def _or_missing(find, state: str) -> uuid.UUID:
    try:
        return find(state).id
    except NoResultFound:
        return MISSING


@dataclass
class Walk:
    """Sends each request of the table, without anything that they do being kept."""

    door: Door
    application: Flask
    only: str = ""
    states: frozenset[str] = frozenset()
    """Where some are named, only these states of lots and the like."""
    differing: int = 0
    """Answers of 404 that are not those of a thing that is not there, to the byte."""
    _seen: dict[tuple[int, str], dict[str, str]] = field(default_factory=dict)
    _missing: dict[tuple[int, str, str], bytes] = field(default_factory=dict)

    def found(self) -> dict[Key, Answers]:
        """What each reader gets, by method, endpoint and state."""
        world = self.door.world
        browsers = [self.door.of(person) for person in people(world)]
        tokens = [each.hidden("/") or each.hidden("/sign-in") for each in browsers]
        table: dict[Key, Answers] = {}
        for rule in sorted(self.application.url_map.iter_rules(), key=lambda each: each.endpoint):
            if rule.endpoint in UNASKED or not rule.endpoint.startswith(self.only):
                continue
            for state, path in self._addresses(rule, world):
                for method in ("GET", "POST"):
                    if method in (rule.methods or ()):
                        table[method, rule.endpoint, state] = tuple(
                            self._ask(method, rule, path, number, browser, dict(token))
                            for number, (browser, token) in enumerate(
                                zip(browsers, tokens, strict=True)
                            )
                        )
        return table

    def _addresses(self, rule: Rule, world: World) -> Iterator[tuple[str, str]]:
        named = next((each for each in rule.arguments if each in things(world)), None)
        states = things(world)[named] if named else {ANY: None}
        for state, key in states.items():
            if self.states and state != ANY and state not in self.states:
                continue
            values = rest_of(rule, self.application, world, state)
            values = {name: values[name] for name in rule.arguments if name in values}
            values |= {named: key} if named else {}
            with self.application.test_request_context():
                address = self.application.url_for(rule.endpoint, **values)
            yield state, address  # outside, for a request of the test would lie over its own

    def _ask(self, method: str, rule: Rule, path: str, number: int, browser: Browser, form) -> int:
        if method == "GET":
            answer = browser.client.get(path)
            self._seen[number, path] = hidden_in(answer.text) if answer.status_code == 200 else {}
        else:
            form |= self._answers(rule, path, number, browser)
            form["idempotency_key"] = uuid.uuid4().hex
            cookie = browser.client.get_cookie("session")
            answer = browser.client.post(
                path, data=with_files(form), content_type="multipart/form-data"
            )
            if cookie:  # whoever signs in or out is still who they were
                browser.client.set_cookie("session", cookie.value)
        if answer.status_code == 404:
            self._compare(method, path, number, browser, answer, form)
        return answer.status_code

    def _answers(self, rule: Rule, path: str, number: int, browser: Browser) -> dict[str, object]:
        """The right answers for this address, or those of another state of its thing."""
        world = self.door.world
        cases = FORMS[rule.endpoint]
        sent: Sent = next((each for each in cases if each.at(world) == path), cases[0])
        here = sent.at(world) == path
        if sent.page and here and (number, sent.page(world)) not in self._seen:
            self._seen[number, sent.page(world)] = browser.hidden(sent.page(world))
        page = sent.page(world) if sent.page and here else path
        return {**self._seen.get((number, page), {}), **sent.answers(world)}

    def _compare(self, method: str, path: str, number: int, browser: Browser, answer, form) -> None:
        """Whether what the reader may not know of looks like what is not there."""
        keys = KEY.findall(path)
        if not keys:
            return
        nothing = path.replace(keys[-1], str(MISSING))
        place = (number, method, nothing)
        if place not in self._missing:
            ask = browser.client.get(nothing)
            if method == "POST":
                ask = browser.client.post(
                    nothing, data=with_files(form), content_type="multipart/form-data"
                )
            assert ask.status_code == 404, place
            self._missing[place] = without_tokens(ask.data)
        self.differing += without_tokens(answer.data) != self._missing[place]


def without_tokens(page: bytes) -> bytes:
    """What is fresh in each answer, whoever asks for what."""
    fresh = rb'(nonce|name="csrf_token" value|name="idempotency_key" value)="[^"]*"'
    return re.sub(fresh, b"", page)
