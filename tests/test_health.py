"""What the server says about itself, and what it says when the database does not answer."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).parent.parent
ASK = """
import sys
import django
from django.conf import settings
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies.load(sys.argv[2])
response = client.get(sys.argv[1], SERVER_NAME="localhost")
print(response.status_code, response.headers.get("Retry-After"), response.content.decode())
"""


def without_database(path: str, folder: Path, cookies: str = "") -> str:
    """Ask a server for a page where a folder stands in the place of its database file."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{folder}",
        "NEWSNOTES_VAR": str(folder),
        "DJANGO_SETTINGS_MODULE": "newsnotes.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK, path, cookies],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.django_db
def test_it_is_well(client: Client) -> None:
    response = client.get("/health/")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert response["Cache-Control"] == "no-store"


def test_without_a_database_it_is_not(tmp_path: Path) -> None:
    assert without_database("/health/", tmp_path) == '503 None {"status": "unavailable"}\n'


def test_a_page_without_a_database_asks_to_try_again(tmp_path: Path) -> None:
    page = without_database("/accounts/password/change/", tmp_path, "sessionid=somebody")
    assert page.startswith("503 10 ")
    assert "Nothing of this request was saved" in page


@pytest.mark.django_db
def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/health/").status_code == 405
