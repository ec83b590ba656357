"""Tests of safety knock at the door of the whole world."""

from tests.door.conftest import app as app
from tests.door.conftest import door as door
from tests.door.conftest import original as original
from tests.door.conftest import world as world
