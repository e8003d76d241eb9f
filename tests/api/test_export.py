"""The dataset by the API: the bytes of the command, as far as the member may see."""

from __future__ import annotations

import hashlib
import json
from io import StringIO

import pytest
from django.core.management import call_command

from annotations.models import Assignment, Quote
from tests.api.program import Program, program_of
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

EXPORT = "projects/desk/export"


@pytest.fixture
def gold(cast: Cast, quote: Quote) -> Assignment:
    """Gold of another story, beside the annotator's work."""
    version = make_version(cast.project, cast.manager, text="Gold\n\nShe said yes 🌉.")
    assignment = make_assignment(version, cast.manager)
    make_quote(assignment, cast.manager, "yes 🌉", cue="said", source="She", resolution="anaphoric")
    gold = Assignment.objects.create(project=cast.project, version=version, status="gold")
    Quote.objects.create(project=cast.project, assignment=gold, key="q-gold", type="indirect")
    return gold


def lines(program: Program, query: str = "") -> bytes:
    """Return what the export streams."""
    response = program.get(f"{EXPORT}{query}")
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    return b"".join(response.streaming_content)


def command(*arguments: str) -> bytes:
    """Return what the command writes."""
    out = StringIO()
    call_command("export_dataset", "--project", "desk", *arguments, stdout=out)
    return out.getvalue().encode()


def test_the_gold_has_the_bytes_of_the_command(gold: Assignment, cast: Cast) -> None:
    for user in cast.members.values():
        assert lines(program_of(user)) == lines(program_of(user), "?annotations=gold&format=jsonl") == command()


def test_everything_is_what_the_member_may_see(gold: Assignment, cast: Cast) -> None:
    manager, viewer = program_of(cast.manager), program_of(cast.viewer)
    whole = command("--annotations", "all")
    seen = lines(manager, "?annotations=all")
    assert len(whole.splitlines()) == 3
    assert seen == whole
    assert lines(viewer, "?annotations=all") == command()
    make_assignment(Assignment.objects.get(annotator__user=cast.annotator).version, cast.manager)
    blind = [json.loads(line)["annotator"] for line in lines(manager, "?annotations=all").splitlines()]
    assert Assignment.objects.get(annotator__user=cast.annotator).annotator.pseudonym not in blind


def test_the_manifest_tells_what_the_export_holds(gold: Assignment, annotator: Program) -> None:
    data = lines(annotator, "?annotations=all")
    manifest = annotator.read(f"{EXPORT}/manifest?annotations=all")
    (file,) = manifest["files"]
    assert (file["bytes"], file["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    assert manifest["counts"]["assignments"] == len(data.splitlines())


def test_an_export_names_its_file(annotator: Program) -> None:
    response = annotator.get(EXPORT)
    assert response.headers["Content-Disposition"] == 'attachment; filename="desk.gold.jsonl"'
    head = annotator.request("HEAD", EXPORT)
    assert (head.status_code, b"".join(head)) == (200, b"")
    # Whoever asks for the length of a stream is told none, and not that it were empty.
    assert "Content-Length" not in head.headers
    assert head.headers["Content-Disposition"] == response.headers["Content-Disposition"]
