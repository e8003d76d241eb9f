"""One world for all tests of a file: each test takes back what it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.world import World, lasting_world


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Both desks, and everybody."""
    with django_db_blocker.unblock(), lasting_world() as made:
        yield made
