"""Settings, read once from the environment (prefix MARKETPLACE_)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    require_codes: bool = True
    """Whether administrators need one-time codes; never in the demo."""
    codes_for_all: bool = False
    """Whether everybody does."""
    smtp_url: str = ""
    mail_from: str = "demo@localhost"
    keys_folder: Path = PROJECT / "var" / "keys"
    """Where the gate's key and that of the receipts are; never in the database."""
    public_url: str = "http://127.0.0.1:8000"
    """Where people find the site, for the links in mail."""
    proxies: int = 0
    """How many reverse proxies of ours stand before the site and name the visitor's address."""
    argon2_memory_kib: int = 19 * 1024
    argon2_rounds: int = 2
    testing: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings; raises SettingsFault outside the demo without a secret key."""
        env = os.environ if environment is None else environment
        demo = env.get("MARKETPLACE_DEMO", "") == "1"
        secret = env.get("MARKETPLACE_SECRET_KEY", "") or _from_file(env)
        if not secret and not demo:
            raise SettingsFault(
                "MARKETPLACE_SECRET_KEY is not set. Give it 32 or more random characters, for "
                "example from: python -c 'import secrets; print(secrets.token_hex(32))'"
            )
        if not demo and len(secret) < 32:
            raise SettingsFault("MARKETPLACE_SECRET_KEY is shorter than 32 characters.")
        database_url = env.get("MARKETPLACE_DATABASE_URL", default_database_url())
        return cls(
            secret_key=secret or "demo-only-key-that-guards-made-up-data",
            database_url=database_url,
            keys_folder=_keys_folder(env, database_url),
            demo=demo,
            secure_cookies=not demo,
            require_codes=not demo,
            codes_for_all=_codes_for_all(env),
            proxies=_whole_number(env, "MARKETPLACE_PROXIES"),
            **_mail(env),
        )


def _from_file(env: Mapping[str, str]) -> str:
    """The secret key from the file that is said, where a store of secrets puts it for us alone."""
    path = env.get("MARKETPLACE_SECRET_KEY_FILE", "")
    try:
        return Path(path).read_text(encoding="ascii").strip() if path else ""
    except (OSError, UnicodeDecodeError) as fault:
        raise SettingsFault(f"MARKETPLACE_SECRET_KEY_FILE: {path} cannot be read.") from fault


def _codes_for_all(env: Mapping[str, str]) -> bool:
    """Who needs one-time codes besides administrators and openers, who always do."""
    said = env.get("MARKETPLACE_CODES", "")
    if said not in ("", "everybody"):
        raise SettingsFault(f"MARKETPLACE_CODES is {said!r}; give it “everybody” or leave it out.")
    return said == "everybody"


def _keys_folder(env: Mapping[str, str], database_url: str) -> Path:
    """Where it is said; by default beside an embedded database, which is on this machine too."""
    if given := env.get("MARKETPLACE_KEYS_FOLDER"):
        return Path(given)
    if database_url.startswith("sqlite:///"):
        return Path(database_url.removeprefix("sqlite:///")).parent / "keys"
    return PROJECT / "var" / "keys"


def _mail(env: Mapping[str, str]) -> dict[str, Any]:
    """Mail needs a server, a sender and the site's own address: all or none."""
    names = {
        "smtp_url": "MARKETPLACE_SMTP_URL",
        "mail_from": "MARKETPLACE_MAIL_FROM",
        "public_url": "MARKETPLACE_PUBLIC_URL",
    }
    given = {key: env[name] for key, name in names.items() if env.get(name)}
    if not given.get("smtp_url"):
        return given
    if missing := [names[key] for key in names if key not in given]:
        raise SettingsFault(f"Set {' and '.join(missing)} too: without, mail cannot be sent.")
    if not given["smtp_url"].startswith(("smtp://", "smtps://")):
        raise SettingsFault("MARKETPLACE_SMTP_URL must begin with smtp:// or smtps://.")
    return given


def _whole_number(env: Mapping[str, str], name: str) -> int:
    text = env.get(name, "0")
    if not (text.isascii() and text.isdigit()):
        raise SettingsFault(f"{name} is {text!r}; give it a whole number.")
    return int(text)


def default_database_url() -> str:
    """An embedded SQLite file under var/, for one machine."""
    return f"sqlite:///{PROJECT / 'var' / 'marketplace.sqlite'}"
