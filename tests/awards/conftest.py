"""Awards are tried in a whole world, fresh for each test."""

from tests.door.conftest import app, door, original, world  # noqa: F401 - fixtures
