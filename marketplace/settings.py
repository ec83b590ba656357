"""Settings, read once from the environment (prefix MARKETPLACE_)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
MEGABYTE = 1024 * 1024


class SettingsFault(Exception):
    """A setting is missing or wrong; the message says which and how to mend it."""


@dataclass(frozen=True)
class Settings:
    """What differs between one installation and another."""

    secret_key: str
    database_url: str
    demo: bool = False
    secure_cookies: bool = True
    largest_upload: int = 20 * MEGABYTE
    argon2_memory_kib: int = 19 * 1024
    argon2_rounds: int = 2
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; raises SettingsFault outside the demo without a secret key."""
        env = os.environ if environment is None else environment
        demo = env.get("MARKETPLACE_DEMO", "") == "1"
        secret = env.get("MARKETPLACE_SECRET_KEY", "")
        if not secret and not demo:
            raise SettingsFault(
                "MARKETPLACE_SECRET_KEY is not set. Give it 32 or more random characters, for "
                "example from: python -c 'import secrets; print(secrets.token_hex(32))'"
            )
        if not demo and len(secret) < 32:
            raise SettingsFault("MARKETPLACE_SECRET_KEY is shorter than 32 characters.")
        return cls(
            secret_key=secret or "demo-only-key-that-guards-made-up-data",
            database_url=env.get("MARKETPLACE_DATABASE_URL", default_database_url()),
            demo=demo,
            secure_cookies=not demo,
        )


def default_database_url() -> str:
    """An embedded SQLite file under var/, for one machine."""
    return f"sqlite:///{PROJECT / 'var' / 'marketplace.sqlite'}"
