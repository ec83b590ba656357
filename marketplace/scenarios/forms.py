"""Forms of the desk: one shape for every step, and a name for a scenario."""

from typing import Any

from flask import request
from wtforms import HiddenField

from marketplace.scenarios.board import STEPS
from marketplace.web.fields import LineField, SendField
from marketplace.web.forms import Form

PLAIN = (
    "requirement",
    "to",
    "lot",
    "into",
    "a",
    "b",
    "elasticity",
    "tender_cost",
    "coordination_cost",
)


class StepForm(Form):
    """A step as the desk's many small forms send it; the board judges what is in it."""

    version = HiddenField()

    @property
    def seen_version(self) -> int:
        """The version of the scenario that the person saw; -1 where the form says none."""
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1

    def step(self, kind: str) -> dict[str, Any]:
        """What was sent, as a step of that kind."""
        sent = {name: request.form[name].strip()[:100] for name in PLAIN if name in request.form}
        found: dict[str, Any] = {"kind": kind, **sent}
        if "requirements" in request.form:
            found["requirements"] = sorted(set(request.form.getlist("requirements")))[:500]
        return found

    def step_upon(self) -> dict[str, Any] | None:
        """The step that a form carries along beside what it is about; None where it has none."""
        kind = request.form.get("kind", "")
        return self.step(kind) if kind in STEPS and kind != "regroup" else None


class NameForm(Form):
    name = LineField("Name of the scenario", required="Give the scenario a name", longest=100)
    send = SendField("Begin")
