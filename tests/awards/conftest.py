"""Awards are tried at the door of the whole world."""

from tests.door.conftest import door as door
