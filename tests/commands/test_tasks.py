"""Tasks by command, and a worker that ends when nothing waits."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from annotations.models import Task
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def told(*arguments: str) -> str:
    """Return what the command prints for the manager."""
    out = io.StringIO()
    call_command("tasks", "desk", "--as", "manager", *arguments, stdout=out)
    return out.getvalue()


def test_a_task_is_started_shown_cancelled(cast: Cast) -> None:
    assert "queued" in told("start", "verify")
    key = Task.objects.get().key
    listed = told("list")
    assert "No worker is running" in listed
    assert key in listed
    assert "cancelled" in told("cancel", key)
    assert '"state": "cancelled"' in told("show", key)
    with pytest.raises(CommandError, match="cleared away"):
        told("retry", key)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("cancel", "task-none"), "no such task"),
        (("start", "statistics", "--argument", "against"), "NAME=VALUE"),
        (("start", "statistics", "--argument", "depth=3"), "against"),
    ],
)
def test_what_cannot_be_is_told(cast: Cast, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        told(*arguments)
