"""Alembic's environment: one database, batch mode on SQLite, every model known."""

import warnings

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SAWarning

from marketplace import capabilities
from marketplace.db import Base
from marketplace.settings import Settings

capabilities.import_models()
# Where a table is copied, those that it refers to are looked at too, and keep what they have.
warnings.filterwarnings("ignore", "Skipped unsupported reflection of expression", SAWarning)


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    engine = create_engine(Settings.from_environment().database_url)
    with engine.begin() as connection:
        run(connection)
    engine.dispose()
