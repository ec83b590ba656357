"""Tests of safety knock at the door of the whole world."""

from tests.door.conftest import door as door
