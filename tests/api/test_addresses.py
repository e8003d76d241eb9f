"""What holds for every address: who may ask, in which way, and how the answer is kept out of sight of others."""

from __future__ import annotations

import pytest
from django.db import OperationalError
from django.test import Client

from annotations.api.problems import exception_handler
from annotations.models import Assignment, Claim, Quote, Speaker
from tests.api.program import PROBLEM, Program, program_of
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

DESK = "projects/desk"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "QUERY")


def addresses(quote: Quote) -> dict[str, set[str]]:
    """Return every address, with the methods that it knows."""
    article = quote.assignment.version.article.key
    speaker, claim = Speaker.objects.get(project=quote.project).key, Claim.objects.get(project=quote.project).key
    assignment = f"{DESK}/assignments/{quote.assignment_id}"
    return {
        "projects": {"GET"},
        DESK: {"GET"},
        f"{DESK}/articles": {"GET", "POST"},
        f"{DESK}/articles/{article}": {"GET", "PATCH"},
        f"{DESK}/speakers": {"GET", "POST"},
        f"{DESK}/speakers/{speaker}": {"GET", "PATCH"},
        f"{DESK}/claims": {"GET", "POST"},
        f"{DESK}/claims/{claim}": {"GET", "PATCH"},
        f"{DESK}/assignments": {"GET", "POST"},
        assignment: {"GET"},
        f"{assignment}/quotes": {"POST"},
        f"{assignment}/undo": {"POST"},
        f"{assignment}/redo": {"POST"},
        f"{assignment}/submit": {"POST"},
        f"{assignment}/reopen": {"POST"},
        f"{DESK}/quotes": {"GET"},
        f"{DESK}/quotes/{quote.key}": {"GET", "PATCH", "DELETE"},
        f"{DESK}/export": {"GET"},
        f"{DESK}/export/manifest": {"GET"},
    }


def test_every_member_reads_what_everybody_may_see(cast: Cast, quote: Quote) -> None:
    readable = (DESK, f"{DESK}/articles", f"{DESK}/export", f"{DESK}/articles/{quote.assignment.version.article.key}")
    for user in cast.members.values():
        program = program_of(user)
        assert [program.get(path).status_code for path in readable] == [200] * 4


def test_outside_of_a_project_nothing_of_it_exists(outsider: Program, quote: Quote) -> None:
    for path, methods in addresses(quote).items():
        for method in methods if path != "projects" else ():
            real = outsider.request(method, path, {} if method in {"POST", "PATCH"} else None, If_Match='"1"')
            false = path.replace("desk", "nothing")
            missing = outsider.request(method, false, {} if method in {"POST", "PATCH"} else None, If_Match='"1"')
            assert (real.status_code, real.content) == (missing.status_code, missing.content)
            assert real.status_code == 404


def test_what_belongs_to_another_project_does_not_exist_in_ones_own(
    annotator: Program, outsider: Program, quote: Quote, cast: Cast
) -> None:
    version = make_version(cast.other_project, cast.outsider, key="theirs")
    assignment = make_assignment(version, cast.outsider)
    theirs = make_quote(assignment, cast.outsider, "nobody", claims=[], speaker=None)
    speaker = Speaker.objects.create(
        project=cast.other_project, key="their-speaker", label="X", label_folded="x", description_folded=""
    )
    for path in (
        "articles/theirs",
        f"assignments/{assignment.pk}",
        f"quotes/{theirs.key}",
        f"speakers/{speaker.key}",
    ):
        assert annotator.get(f"{DESK}/{path}").status_code == 404
        assert outsider.get(f"projects/elsewhere/{path}").status_code == 200
    for query in ("articles?search=theirs", "quotes?article=theirs", f"quotes?assignment={assignment.pk}"):
        assert annotator.everything(f"{DESK}/{query}") == []
    ours = f"{DESK}/quotes/{quote.key}"
    assert annotator.patch(ours, {"revision": 1, "speaker": speaker.key}).status_code == 422
    assert annotator.patch(ours, {"revision": 1, "parent": theirs.key}).status_code == 422
    assert annotator.patch(f"{DESK}/quotes/{theirs.key}", {"revision": 1}).status_code == 404


def test_nobody_unknown_is_told_anything(quote: Quote) -> None:
    for path, methods in addresses(quote).items():
        for method in methods:
            assert Program().request(method, path).status_code == 401


def test_methods(annotator: Program, quote: Quote) -> None:
    for path, methods in addresses(quote).items():
        for method in METHODS:
            if method not in methods:
                response = annotator.request(method, path)
                assert response.status_code == 405, (method, path)
                assert methods <= set(response.headers["Allow"].split(", "))
        assert annotator.request("HEAD", path).status_code == (200 if "GET" in methods else 405)


def test_a_method_cannot_be_dressed_up(annotator: Program, quote: Quote) -> None:
    path = f"{DESK}/quotes/{quote.key}"
    assert annotator.get(path, X_HTTP_Method_Override="DELETE", If_Match='"1"').status_code == 200
    assert annotator.get(f"{path}?_method=DELETE", If_Match='"1"').status_code == 400
    assert annotator.post(path, {"_method": "DELETE"}, X_HTTP_Method_Override="DELETE").status_code == 405
    assert not Quote.objects.get(pk=quote.pk).is_deleted


def test_answers_are_kept_out_of_caches_and_apart_by_who_asked(annotator: Program, quote: Quote) -> None:
    for path, methods in addresses(quote).items():
        response = annotator.request("GET" if "GET" in methods else "POST", path)
        assert response.headers["Cache-Control"] == "no-store"
        assert "Authorization" in response.headers["Vary"]
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_single_objects_have_an_etag(annotator: Program, quote: Quote) -> None:
    nouns = ("articles", "speakers", "claims", "assignments", "quotes")
    single = [
        path
        for path, methods in addresses(quote).items()
        if path.count("/") == 3 and "GET" in methods and path.split("/")[2] in nouns
    ]
    assert len(single) == len(nouns)
    for path in (DESK, *single):
        etag = annotator.get(path).headers["ETag"]
        held = annotator.get(path, If_None_Match=f'"other", W/{etag}')
        assert (held.status_code, held.content, held.headers["ETag"]) == (304, b"", etag)
        assert annotator.get(path, If_None_Match='"other"').status_code == 200


NOT_THERE = (
    "nothing",
    "nothing/",
    "projects//",
    "projects/desk/quotes/a/b",
    "projects/d%2Fesk",
    "projects/..",
    "schema",
    "docs",
    "../v2/projects",
    "projects/desk/assignments/x",
    "projects/desk/assignments/-1",
    "projects/desk/assignments/1.0",
)
NOT_FOUND = (
    "projects/desk/assignments/99999999999999999999999999",
    "projects/desk/assignments/9223372036854775808",
    "projects/desk/articles/%ED%A0%80",
    "projects/desk/articles/%FF",
    "projects/desk/articles/" + "x" * 3_000,
)


def test_addresses_that_are_none(annotator: Program) -> None:
    for path in NOT_THERE:
        assert annotator.get(path).status_code == annotator.post(path, {}).status_code == 404, path
    for path in NOT_FOUND:
        assert annotator.get(path).status_code == 404, path[:100]


def test_the_root_leads_to_the_page_of_the_api(client: Client) -> None:
    response = client.get("/api/v1/")
    assert (response.status_code, response.headers["Location"]) == (302, "/api/v1/docs/")


@pytest.mark.parametrize("noun", ["articles", "speakers", "claims", "quotes"])
def test_a_nul_in_an_address_is_refused(annotator: Program, noun: str) -> None:
    response = annotator.get(f"{DESK}/{noun}/a%00b")
    assert (response.status_code, response.json()["code"]) == (400, "bad_request")


def test_a_format_that_we_do_not_speak(annotator: Program) -> None:
    assert annotator.get("projects", Accept="text/html").status_code == 406
    assert annotator.get(f"{DESK}/export", Accept="application/xml").status_code == 406
    assert annotator.get("projects", Accept="application/json").status_code == 200
    assert annotator.get(f"{DESK}/export", Accept="application/x-ndjson").status_code == 200


def test_a_wrong_host_gets_a_problem_too() -> None:
    response = Client().get("/api/v1/projects", headers={"Host": "evil.example"})
    assert (response.status_code, response.headers["Content-Type"]) == (400, PROBLEM)


def test_our_own_mistakes_are_told_as_problems_without_their_inside(
    annotator: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    annotator.client.raise_request_exception = False
    monkeypatch.setattr("annotations.access.projects_of", lambda user: 1 / 0)
    response = annotator.client.get("/api/v1/projects", headers={"Authorization": f"Bearer {annotator.secret}"})
    assert (response.status_code, response.headers["Content-Type"]) == (500, PROBLEM)
    assert response.json()["code"] == "server_error"
    assert b"ZeroDivision" not in response.content


def test_a_database_that_does_not_answer_is_told_as_such() -> None:
    response = exception_handler(OperationalError("the server closed the connection"), {})
    assert response is not None
    assert (response.status_code, response.headers["Retry-After"]) == (503, "10")
    assert b"closed" not in response.content


def test_reading_changes_nothing(annotator: Program, quote: Quote) -> None:
    before = _state()
    for path, methods in addresses(quote).items():
        if "GET" in methods:
            annotator.get(path)
    assert _state() == before


def _state() -> list[object]:
    assignments = Assignment.objects.order_by("pk").values_list("pk", "revision", "status")
    quotes = Quote.objects.order_by("pk").values_list("pk", "revision", "is_deleted")
    return [*assignments, *quotes]


def test_a_slash_at_the_end_is_forgiven(annotator: Program, quote: Quote) -> None:
    for path in ("projects", DESK, f"{DESK}/quotes", f"{DESK}/quotes/{quote.key}"):
        plain, slashed = annotator.get(path), annotator.get(f"{path}/")
        assert (slashed.status_code, slashed.content) == (plain.status_code, plain.content)
    assert annotator.get(f"{DESK}/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("path", "noun"),
    [
        ("articles/nothing", "article"),
        ("speakers/nothing", "speaker"),
        ("claims/nothing", "claim"),
        ("assignments/4711", "assignment"),
        ("assignments/4711/looked-at", "assignment"),
        ("quotes/nothing", "quote"),
    ],
)
def test_what_is_not_there_is_told_in_our_words(annotator: Program, path: str, noun: str) -> None:
    response = annotator.get(f"projects/desk/{path}")
    assert (response.status_code, response.json()["detail"]) == (404, f"There is no such {noun}.")


@pytest.mark.parametrize("path", ["", "schema/", "docs/", "schemas/newsnotes-1.json"])
def test_addresses_for_everybody_take_no_parameter(path: str) -> None:
    assert Program().get(f"/api/v1/{path}?q=1").status_code == 400
    assert Program().client.get(f"/api/v1/{path}").status_code in {200, 302}
