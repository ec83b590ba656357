"""The parts of what the Centre knows: one line of links on each of their pages."""

from flask import Flask, current_app

from marketplace.security.guard import current_person
from marketplace.security.permissions import Permission, may

PARTS = (
    ("precedents.ways", "Ways to share", Permission.VIEW_KNOWLEDGE),
    ("precedents.index", "Precedents", Permission.VIEW_KNOWLEDGE),
    ("barriers.report", "What stood in the way", Permission.VIEW_BARRIERS),
    ("cases.index", "Business cases", Permission.VIEW_CASES),
    ("savings.index", "Ledger of savings", Permission.VIEW_SAVINGS),
    ("directory.index", "Directory of roles", Permission.VIEW_KNOWLEDGE),
)


def install(app: Flask) -> None:
    """Give the macro of `components/knowledge.html` its links."""
    app.add_template_global(knowledge_parts)


def knowledge_parts() -> list[tuple[str, str]]:
    """Endpoint and text of each part that the person may open."""
    role = current_person().role
    return [
        (endpoint, text)
        for endpoint, text, permission in PARTS
        if endpoint in current_app.view_functions and may(role, permission)
    ]
