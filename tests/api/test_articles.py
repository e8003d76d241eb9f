"""Taking articles in, and correcting what is known of them, by the API."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from annotations.models import Article, ArticleVersion, Change
from annotations.services.article_lines import items_of_lines
from annotations.tasks.running import work
from tests.api.program import Program, program_of
from tests.cast import Cast

ADDRESS = "projects/desk/articles"
KNOWN = {
    "outlet": "Post",
    "url": "https://post.example/bridge",
    "byline": "Ben Ruiz",
    "published": "2026-03-31",
    "language": "en",
    "licence": "CC BY 4.0",
}
TEXT = "“The bridge is safe,” said\u00a0Mayor Ada Holt.\n"
BRIDGE = {"id": "bridge", "text": TEXT, **KNOWN, "text_exportable": False, "embargoed_until": "2026-04-01 06:00"}


@pytest.fixture
def manager(cast: Cast) -> Program:
    """A program of the manager that may write."""
    return program_of(cast.manager)


def test_an_article_is_taken_in_as_it_was_sent(manager: Program) -> None:
    response = manager.post(ADDRESS, {**BRIDGE, "headline": "Mayor Opens Bridge"})
    path = response.headers["Location"].removeprefix("http://testserver")
    found = manager.get(path)
    assert (response.status_code, response.json(), response.headers["ETag"]) == (
        201,
        found.json(),
        found.headers["ETag"],
    )
    told = found.json()
    assert {name: told[name] for name in KNOWN} == KNOWN
    assert (told["id"], told["version"], told["revision"], told["text_exportable"]) == ("bridge", 1, 1, False)
    assert (told["text"], told["embargoed_until"]) == (f"Mayor Opens Bridge\n\n{TEXT}", "2026-04-01T06:00:00+00:00")
    assert bytes(ArticleVersion.objects.get().original) == TEXT.encode()


def test_the_same_text_again_is_the_article_that_is_here(manager: Program) -> None:
    first = manager.post(ADDRESS, BRIDGE)
    again = manager.post(ADDRESS, {"text": TEXT})
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["Location"] == first.headers["Location"]
    corrected = manager.post(ADDRESS, {"text": TEXT, "outlet": "Herald"})
    assert (corrected.status_code, corrected.json()) == (200, first.json() | {"outlet": "Herald", "revision": 2})
    assert (Article.objects.count(), ArticleVersion.objects.count()) == (1, 1)


def test_another_text_is_a_new_version_only_if_that_is_wanted(manager: Program) -> None:
    manager.post(ADDRESS, BRIDGE)
    other = {"id": "bridge", "text": "The bridge is closed."}
    refused = manager.post(ADDRESS, other)
    assert (refused.status_code, refused.json()["code"], refused.json()["yours"]) == (409, "changed", {"id": "bridge"})
    assert refused.json()["current"]["sha256"] == manager.read(f"{ADDRESS}/bridge")["sha256"]
    made = manager.post(ADDRESS, {**other, "update": True})
    assert (made.status_code, made.json()["version"], made.json()["outlet"]) == (201, 2, "Post")
    assert manager.read(made.headers["Location"].removeprefix("http://testserver")) == made.json()


def test_a_retry_gets_the_same_answer_and_writes_nothing(manager: Program) -> None:
    first = manager.post(ADDRESS, BRIDGE, Idempotency_Key="once")
    manager.patch(f"{ADDRESS}/bridge", {"revision": 1, "outlet": "Herald"})
    count = Change.objects.count()
    again = manager.post(ADDRESS, BRIDGE, Idempotency_Key="once")
    assert (again.status_code, again.content, again.headers["ETag"]) == (201, first.content, first.headers["ETag"])
    other = manager.post(ADDRESS, {"text": "Another story."}, Idempotency_Key="once")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert Change.objects.count() == count


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"text": " \n"}, 400, "text"),
        ({"text": "a\x01b"}, 422, "text"),
        ({"text": "A story.", "id": "a/b"}, 422, "id"),
        ({"text": "A story.", "url": "ftp://post.example"}, 422, "url"),
        ({"text": "A story.", "published": "yesterday"}, 422, "published"),
        ({"text": "A story.", "embargoed_until": "2026-04-01"}, 422, "embargoed_until"),
        ({"text": "A story.", "text_exportable": "no"}, 400, "text_exportable"),
        ({"text": "A story.", "colour": "red"}, 400, "colour"),
        ({"id": "bridge"}, 400, "text"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    manager: Program, sent: dict[str, Any], status: int, field: str
) -> None:
    response = manager.post(ADDRESS, sent)
    assert (response.status_code, [one["field"] for one in response.json()["errors"]]) == (status, [field])
    assert not Article.objects.exists()


def test_what_is_known_can_be_corrected(manager: Program) -> None:
    made = manager.post(ADDRESS, BRIDGE)
    path = f"{ADDRESS}/bridge"
    sent = {"outlet": "Herald", "byline": None, "text_exportable": True, "embargoed_until": None}
    changed = manager.patch(path, sent, If_Match=made.headers["ETag"], Idempotency_Key="change")
    assert (changed.status_code, changed.json()) == (200, made.json() | sent | {"revision": 2})
    assert changed.json() == manager.read(path)
    same = manager.patch(path, {"revision": 2, "outlet": "Herald"})
    assert (same.status_code, same.json()["revision"]) == (200, 2)
    manager.patch(path, {"revision": 2, "licence": ""})
    again = manager.patch(path, sent, If_Match=made.headers["ETag"], Idempotency_Key="change")
    assert (again.status_code, again.content) == (200, changed.content)
    stale = manager.patch(path, {"revision": 1, "outlet": "Post"})
    assert (stale.status_code, stale.json()["yours"]) == (409, {"revision": 1, "outlet": "Post"})
    assert stale.json()["current"] == manager.read(ADDRESS)["results"][0]
    assert manager.patch(path, {"outlet": "Post"}).status_code == 428
    assert manager.patch(path, {"revision": 3, "text": "Other."}).status_code == 400


def lines(program: Program, *sent: Any, query: str = "") -> Any:
    """Send lines, and return the answer."""
    body = b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in sent)
    return program.client.generic(
        "POST",
        f"/api/v1/{ADDRESS}{query}",
        body,
        content_type="application/x-ndjson",
        headers={"Authorization": f"Bearer {program.secret}"},
    )


def test_lines_are_written_and_those_that_cannot_be_are_told(manager: Program) -> None:
    record = {"format": "newsnotes/1"}
    sent = [BRIDGE, b"", {"text": "A second story."}, b"{", {"text": 7}, [], {"text": "x", "txt": ""}, record]
    report = lines(manager, *sent).json()
    told = [(one["line"], one["outcome"], one["place"]) for one in report.pop("told")]
    assert report == {"new": 2, "same": 0, "changed": 0, "refused": 5, "told_left_out": 0}
    assert [line for line, _, _ in told] == [4, 5, 6, 7, 8]
    assert [place for _, _, place in told][1:4] == ["text", "", "txt"]
    assert manager.read(f"{ADDRESS}/bridge")["text"] == TEXT


def test_lines_sent_again_write_nothing(manager: Program) -> None:
    lines(manager, BRIDGE)
    count = Change.objects.count()
    assert lines(manager, BRIDGE).json()["same"] == 1
    other = {"id": "bridge", "text": "The bridge is closed."}
    (told,) = lines(manager, other).json()["told"]
    assert (told["line"], told["outcome"], told["id"]) == (1, "changed", "bridge")
    assert Change.objects.count() == count
    report = lines(manager, other, query="?update=true").json()
    assert (report["changed"], report["told"], ArticleVersion.objects.count()) == (1, [], 2)


def test_a_line_is_bounded_and_the_next_one_is_read() -> None:
    stream = io.BytesIO(b'{"text": "' + b"x" * 90 + b'"}\n{"text": "A story."}\n' + b"y" * 60)
    first, second, third = items_of_lines(stream, longest=50)
    assert (first.line, second.line, third.line) == (1, 2, 3)
    assert [one.refusal is None for one in (first, second, third)] == [False, True, False]
    assert second.story is not None
    assert second.story.text == "A story."


def test_lines_are_larger_than_other_bodies_and_have_an_end(manager: Program, settings: Any) -> None:
    settings.API_MAX_BODY_BYTES, settings.MAX_REQUEST_BYTES, settings.MAX_LINES_BYTES = 50, 100, 1000
    assert lines(manager, {"text": "A story." * 20}).status_code == 200
    assert lines(manager, {"text": "A story." * 200}).status_code == 413
    assert lines(manager, b"\n").json()["refused"] == 0


def test_lines_without_a_length_are_refused(manager: Program) -> None:
    """What comes without one is read as empty, and would be told as done."""
    headers = {"Authorization": f"Bearer {manager.secret}", "Content-Type": "application/x-ndjson"}
    response = manager.client.generic("POST", f"/api/v1/{ADDRESS}", b"", headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, "body")
    both = manager.post(f"{ADDRESS}?update=true", BRIDGE)
    assert (both.status_code, both.json()["code"]) == (400, "parameter")


def test_a_task_imports_lines_and_tables_and_its_report_tells_of_each(manager: Program) -> None:
    def sent(data: bytes, kind: str, query: str, key: str) -> Any:
        headers = {"Authorization": f"Bearer {manager.secret}", "Idempotency-Key": key}
        return manager.client.generic("POST", f"/api/v1/{ADDRESS}{query}", data, content_type=kind, headers=headers)

    jsonl, table = "application/x-ndjson", "text/csv"
    started = sent(json.dumps(BRIDGE).encode() + b"\n{", jsonl, "?background=true", "one")
    assert started.status_code == 201
    assert started.json()["kind"] == "import"
    assert (
        sent(json.dumps(BRIDGE).encode() + b"\n{", jsonl, "?background=true", "one").json()["id"]
        == started.json()["id"]
    )
    other = sent(b"text\nA second story.\n", table, "?background=true", "two")
    assert sent(b"text\nA second story.\n", table, "", "three").json()["code"] == "parameter"
    assert manager.post(f"{ADDRESS}?background=true", BRIDGE).json()["code"] == "parameter"
    work.call()
    work.call()
    done = manager.client.get(started["Location"], headers={"Authorization": f"Bearer {manager.secret}"}).json()
    assert done["result"]["counts"] == {"new": 1, "same": 0, "changed": 0, "refused": 1}
    address = f"{started['Location']}/files/report.jsonl"
    report = manager.client.get(address, headers={"Authorization": f"Bearer {manager.secret}"})
    assert [json.loads(line)["line"] for line in report.getvalue().splitlines()] == [1, 2]
    assert other.status_code == 201
    assert ArticleVersion.objects.count() == 2


def test_only_managers_write(manager: Program, annotator: Program, outsider: Program, cast: Cast) -> None:
    manager.post(ADDRESS, BRIDGE)
    for program, status in ((annotator, 403), (program_of(cast.reviewer), 403), (outsider, 404)):
        assert program.post(ADDRESS, {"text": "A story."}).status_code == status
        assert lines(program, {"text": "A story."}).status_code == status
        assert program.patch(f"{ADDRESS}/bridge", {"revision": 1, "outlet": "Herald"}).status_code == status
    assert Change.objects.filter(subject_kind=Change.Subject.ARTICLE).count() == 1
