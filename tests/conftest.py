"""Fixtures for all tests. Those with data run on SQLite and on PostgreSQL: DATABASE_URL decides."""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import expect
from pytest_django import DjangoDbBlocker

from annotations.api.throttling import counter
from annotations.models import Assignment
from tests.cast import Cast, make_cast
from tests.chromium import launch_arguments
from tests.clean_slate import cleaner
from tests.client import StrictClient
from tests.factories import make_assignment, make_version

hypothesis_settings.register_profile(
    "newsnotes", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
hypothesis_settings.load_profile("newsnotes")

# Playwright's loop runs in the thread of the test, which is why Django would refuse the ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def pytest_configure() -> None:
    """Tests sign in often and serve static files as they lie in the checkout."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
    # Every test empties the cache, also those that have no database.
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True
    settings.TASK_FILES = Path(tempfile.gettempdir()) / f"newsnotes-test-{os.getpid()}-tasks"
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test with a database both connections, as the program has them, and one process to a shared world."""
    for item in items:
        asked = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        real = {"live_server", "transactional_db"} & fixtures or (asked and asked.kwargs.get("transaction"))
        if asked or {"db", "transactional_db", "live_server"} & fixtures:
            both = pytest.mark.django_db(transaction=bool(real), databases=["default", "reader"])
            item.add_marker(both, append=False)
        if "world" in fixtures:
            # It takes longer to make than most tests that look at it.
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


def pytest_collection_finish() -> None:
    """Let the garbage collector look no more at what was imported: it is much, and stays."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, monkeypatch_session: pytest.MonkeyPatch
) -> Iterator[None]:
    """Clean up our way, and close the pools at the end: PostgreSQL drops no database that somebody is connected to."""
    with django_db_blocker.unblock():
        clean = cleaner(connections["default"])
    monkeypatch_session.setattr(TransactionTestCase, "_fixture_teardown", lambda _self: clean())
    yield
    for connection in connections.all(initialized_only=True):
        connection.close()
        if connection.vendor == "postgresql":
            connection.close_pool()


@pytest.fixture(scope="session")
def monkeypatch_session() -> Iterator[pytest.MonkeyPatch]:
    """Change something for all tests."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True, scope="session")
def no_files_stay() -> Iterator[None]:
    """Delete at the end what tasks wrote."""
    yield
    shutil.rmtree(settings.TASK_FILES, ignore_errors=True)


@pytest.fixture(autouse=True)
def one_connection(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the reader share the connection of a test that runs inside one transaction."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        yield
        return
    reader = connections["reader"]
    connections["reader"] = connections["default"]
    yield
    connections["reader"] = reader


@pytest.fixture(autouse=True)
def empty_counts() -> None:
    """Start without the counts of rate limits: a token of this test may have the number of an earlier one."""
    cache.clear()
    counter.counts.clear()


@pytest.fixture
def cast(db: None) -> Cast:
    """The desk and everybody."""
    return make_cast()


@pytest.fixture
def client() -> StrictClient:
    """A client that nobody signed in with."""
    return StrictClient()


@pytest.fixture
def as_user() -> Any:
    """Return a function that signs a user in and gives the client."""

    def sign_in(user: Any) -> StrictClient:
        client = StrictClient()
        client.force_login(user)
        return client

    return sign_in


@pytest.fixture
def assignment(cast: Cast) -> Assignment:
    """The annotator's assignment of the usual story."""
    return make_assignment(make_version(cast.project, cast.manager), cast.annotator)


# What a person would wait for comes in milliseconds; a machine that is busy with other tests may need much longer.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that there is."""
    return browser_type_launch_args | launch_arguments()
