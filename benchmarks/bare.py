"""The yardstick: a bare Flask, SQLAlchemy and Jinja page that shows 25 requirements."""

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from marketplace.requirements.models import Requirement

PAGE = """<!doctype html><html lang="en"><title>Requirements</title><h1>Requirements</h1>
<table>{% for row in rows %}<tr><td>{{ row.reference }}</td><td>{{ row.title }}</td>
<td>{{ row.value }}</td><td>{{ row.earliest_start }}</td><td>{{ row.status }}</td></tr>
{% endfor %}</table></html>"""


def bare_app(engine: Engine) -> Flask:
    """One page, no session, no menu, no forms."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": PAGE})
    engine = engine.execution_options(sqlite_reading=True)  # it takes no lock for writing

    @app.get("/")
    def index() -> str:
        with Session(engine) as session:
            rows = session.scalars(
                select(Requirement).order_by(Requirement.created_at.desc()).limit(25)
            ).all()
            return render_template("page.html", rows=rows)

    return app
