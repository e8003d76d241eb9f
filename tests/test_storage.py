"""Static files as they are collected for a browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

SHEETS = Path(__file__).parent.parent / "static" / "css"


@pytest.mark.parametrize("name", ["site", "workbench"])
def test_a_sheet_holds_those_that_it_imports(name: str, settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": "newsnotes.storage.StaticStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    (collected,) = tmp_path.glob(f"css/{name}.*.css")
    imported = re.findall(r'@import "(.+)";', (SHEETS / f"{name}.css").read_text())
    assert imported
    assert "@import" not in collected.read_text()
    for sheet in imported:
        assert without_comments((SHEETS / sheet).read_text()) in collected.read_text()


def without_comments(source: str) -> str:
    """Return a sheet as it is sent."""
    return re.sub(r"(?s)/\*.*?\*/\s*", "", source)
