"""Exports in the background: the very bytes that are streamed, whole or not there."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from annotations.access import exportable_assignments, visible_changes
from annotations.exports.downloads import Download
from annotations.exports.filters import Asked
from annotations.models import Task
from annotations.services.errors import Invalid
from annotations.services.records import import_records
from annotations.services.task_files import folder_of
from annotations.services.task_leases import claim_next
from annotations.tasks import KINDS
from annotations.tasks.kinds import Run
from annotations.tasks.running import _attempt, run_task
from annotations.tasks.starting import start
from benchmarks import corpus
from tests.cast import Cast
from tests.client import StrictClient
from tests.tasks.test_imports import After

pytestmark = [pytest.mark.django_db, pytest.mark.data]


def test_a_task_writes_the_bytes_that_are_streamed_whatever_happened_to_it(
    cast: Cast, as_user: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    records = [corpus.record(number, seed=7, quotes=12) for number in range(30)]
    import_records(actor=cast.manager, project=cast.project, records=records)
    member = cast.membership(cast.reviewer)
    task = start(membership=member, kind="export", arguments={"type": ["indirect", "direct"]})
    assert {*task.arguments} == {"annotations", "as_of", "format", "restricted", "type"}
    download = Download(
        cast.project,
        exportable_assignments(member),
        visible_changes(member),
        Asked.of({"type": ["direct", "indirect"]}),
    )
    streamed = b"".join(download.pieces())

    found = claim_next("one")
    assert found == task
    _attempt(Run(found, After(1)), KINDS)  # type: ignore[arg-type]
    assert list(folder_of(task).iterdir()) == []
    again = claim_next("one")
    assert again == task
    run_task(again, KINDS)
    task.refresh_from_db()
    assert task.state == Task.State.DONE, task.reason
    data, manifest = ((folder_of(task) / one["name"]).read_bytes() for one in task.result["files"])
    assert (data, manifest) == (streamed, download.manifest())
    assert task.result["files"][0]["sha256"] == hashlib.sha256(data).hexdigest()
    assert (
        task.result["counts"]["assignments"] == len(data.splitlines()) == json.loads(manifest)["counts"]["assignments"]
    )

    for wrong in ({"type": "no type"}, {"colour": "red"}, {"annotations": ["gold"]}, {"as_of": "soon"}, {"type": [1]}):
        with pytest.raises(Invalid):
            start(membership=member, kind="export", arguments=wrong)
    client: StrictClient = as_user(cast.reviewer)
    page = client.get("/projects/desk/export/?annotations=all&type=direct&type=mixed&format=jsonl")
    assert "Export in the background" in page.content.decode()
    sent = {"kind": "export", "annotations": "all", "type": ["direct", "mixed"], "gesture": "once"}
    assert client.post("/projects/desk/tasks/start/", sent, follow=True).template_name == "tasks/detail.html"
    options = {"project": "desk", "background": True, "annotations": "all", "type": ["mixed", "direct"]}
    call_command("export_dataset", user="reviewer", **options)
    by_page, by_command = Task.objects.exclude(pk=task.pk)
    assert by_page.arguments == by_command.arguments
    assert capsys.readouterr().out.strip() in {by_page.key, by_command.key}
    for more in ({}, {"user": "reviewer", "output": "file"}, {"user": "reviewer", "outlet": ["None"]}):
        with pytest.raises(CommandError):
            call_command("export_dataset", **(options | more))
