"""Where the workflow engine keeps its own tables: beside the site's, on the same server.

On SQLite a second file next to the main one, on PostgreSQL a schema of its own in the same
database.
"""

from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

from marketplace.settings import Settings

APPLICATION = "marketplace"
SCHEMA = "jobs"
RUNS, CATEGORIES, STUDIES = "grouping-runs", "grouping-categories", "insistence-studies"
GROUP_RUN, STUDY_INSISTENCE = "group_run", "study_insistence"
SEARCH_SCENARIO = "search_scenario"


def system_database_url(settings: Settings) -> str:
    """The address of the engine's tables."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        url = url.set(database=f"{str(url.database).removesuffix('.sqlite')}-jobs.sqlite")
    return url.render_as_string(hide_password=False)


def system_engine(settings: Settings) -> Engine:
    """Connections as the workflow engine expects them; it begins transactions by itself."""
    engine = create_engine(
        system_database_url(settings),
        pool_pre_ping=True,
        execution_options={"begins_by_itself": True},
    )
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _begin_immediately)
    return engine


def _begin_immediately(connection: Any, record: object) -> None:
    # After the site's own settings, which leave beginning to SQLAlchemy.
    connection.isolation_level = "IMMEDIATE"
