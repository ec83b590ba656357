"""The keys of a site that is running: read from their files when they are first needed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from flask import current_app

from marketplace.keyfiles import SiteKeys, read_site_keys


@dataclass
class KeyRing:
    """The site's own keys; in the demo also those of the openers, whom it plays."""

    folder: Path
    played: dict[str, X25519PrivateKey] = field(default_factory=dict)
    """Private keys of openers, by the line of the public half; empty but in the demo."""
    kept: SiteKeys | None = None

    @property
    def site(self) -> SiteKeys:
        """Raises NotSetUp where the files are missing."""
        if self.kept is None:
            self.kept = read_site_keys(self.folder)
        return self.kept


def keys() -> KeyRing:
    """Those of the site that serves this request."""
    return cast(KeyRing, current_app.extensions["keys"])
