"""Steps of a scenario in words, for the undo button, the list of steps and whoever came second."""

from collections.abc import Mapping

from marketplace.scenarios.board import ALONE, NEW, Assumptions, Board, Step

Names = Mapping[str, str]
"""Authorities by code."""


def in_words(step: Step, before: Board, names: Names) -> str:
    """What a step does to the board before it."""
    kind, lot = step.get("kind"), f"lot {step.get('lot')}"
    if kind == "move":
        where = {ALONE: "out, alone", NEW: "to a new lot"}
        to = str(step.get("to"))
        return f"{step.get('requirement')} {where.get(to, f'to lot {to}')}"
    if kind == "split":
        return f"{', '.join(step.get('requirements') or ())} out of {lot} into a new one"
    if kind == "lock":
        was = any(str(each.number) == str(step.get("lot")) and each.locked for each in before.lots)
        return f"{lot} {'unlocked' if was else 'locked'}"
    if kind == "apart":
        pair = frozenset({str(step.get("a")), str(step.get("b"))})
        return f"{apart(pair, names)} {'may share again' if pair in before.apart else 'kept apart'}"
    return {
        "merge": f"{lot} into lot {step.get('into')}",
        "dissolve": f"{lot} apart",
        "assume": f"assume {_assumed(step)}",
        "regroup": "grouped anew around what is locked",
    }.get(str(kind), "a step that is not known")


def apart(pair: frozenset[str], names: Names) -> str:
    """Two authorities that a reviewer keeps apart."""
    return " and ".join(sorted(names.get(code, code) for code in pair))


def assumed(assumptions: Assumptions) -> str:
    """What is assumed in place of the policy."""
    return _assumed(vars(assumptions))


def _assumed(values: Mapping[str, object]) -> str:
    phrases = {
        "elasticity": "a price effect of {}",
        "tender_cost": "£{} for a tender",
        "coordination_cost": "£{} for each further authority",
    }
    parts = [
        phrase.format(values[name])
        for name, phrase in phrases.items()
        if values.get(name) not in (None, "")
    ]
    return ", ".join(parts) or "what the policy says"
