"""The export page and its downloads."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from annotations.exports import jsonl_v1
from annotations.exports.overview import Counts
from annotations.exports.records import without_words
from annotations.models import Article, Assignment
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from tests.cast import Cast
from tests.factories import make_quote

URL = "/projects/desk/export/"


@pytest.fixture
def kirby(cast: Cast) -> bytes:
    """The line of the Kirby story, whose gold is imported."""
    record = sample_record("kirby")
    import_records(actor=cast.manager, project=cast.project, records=[record])
    return jsonl_v1.line(record)


def taken(client: Any, **asked: str) -> bytes:
    """Download a dataset."""
    response = client.get(f"{URL}download/", {"format": "jsonl", **asked})
    assert response.status_code == 200
    assert response.headers["Content-Disposition"].startswith("attachment")
    return b"".join(response)


def test_the_gold_comes_out_as_it_went_in(cast: Cast, as_user: Any, kirby: bytes) -> None:
    for user in cast.members.values():
        assert taken(as_user(user), annotations="gold") == kirby


def test_the_manifest_fits_the_file(cast: Cast, as_user: Any, kirby: bytes) -> None:
    response = as_user(cast.viewer).get(f"{URL}manifest/", {"annotations": "gold", "format": "jsonl"})
    manifest = json.loads(response.content)
    assert manifest["files"] == [
        {"name": "desk.gold.jsonl", "bytes": len(kirby), "sha256": hashlib.sha256(kirby).hexdigest()}
    ]
    assert manifest["counts"] == {"assignments": 1, "articles": 1, "quotes": 23, "spans": 75}


def test_all_is_what_the_member_may_see(cast: Cast, as_user: Any, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He")
    assert len(taken(as_user(cast.annotator), annotations="all").splitlines()) == 1
    assert taken(as_user(cast.other_annotator), annotations="all") == b""
    assert len(taken(as_user(cast.reviewer), annotations="all").splitlines()) == 1
    assert taken(as_user(cast.annotator), annotations="gold") == b""


@pytest.mark.parametrize("hidden", [{"text_exportable": False}, {"embargoed_until": timezone.now() + timedelta(1)}])
def test_what_may_not_leave_is_for_managers(cast: Cast, as_user: Any, kirby: bytes, hidden: dict[str, Any]) -> None:
    Article.objects.update(**hidden)
    left = b"" if "embargoed_until" in hidden else jsonl_v1.line(without_words(json.loads(kirby)))
    for user in (cast.reviewer, cast.manager):
        assert taken(as_user(user), annotations="gold") == left
    assert taken(as_user(cast.manager), annotations="gold", restricted="include") == kirby
    refused = {"annotations": "gold", "format": "jsonl", "restricted": "include"}
    assert as_user(cast.reviewer).get(f"{URL}download/", refused).status_code == 400
    assert "left out" in as_user(cast.viewer).get(URL).content.decode()


def test_the_page_tells_counts_and_commands(cast: Cast, as_user: Any, kirby: bytes) -> None:
    page = as_user(cast.viewer).get(URL)
    assert page.context_data["counts"] == Counts(assignments=1, articles=1, quotes=23, statuses={"gold": (1, 23)})
    assert "export_dataset --project desk" in page.content.decode()


def test_other_choices_are_refused(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.viewer)
    for asked in ({}, {"annotations": "some", "format": "jsonl"}, {"annotations": "gold", "format": "xml"}):
        assert client.get(f"{URL}download/", asked).status_code == 400
    assert client.get(URL, {"x": "1"}).status_code == 400
    assert client.post(URL).status_code == 405
    assert as_user(cast.outsider).get(URL).status_code == 404
