"""Guidelines for programs: any version with its clauses, and a new one by a manager, once."""

from __future__ import annotations

import pytest

from annotations.models import Quote
from annotations.services.guidelines import text_in_force
from tests.api.program import program_of
from tests.cast import Cast
from tests.factories import make_assignment

pytestmark = pytest.mark.django_db

PATH = "projects/desk/guidelines"
TEXT = '# The cue {#cue concerns="cue act"}\n\nThe verb.\n'


def test_from_the_first_version_to_the_next(cast: Cast) -> None:
    program = program_of(cast.manager)
    none = program.request("GET", PATH)
    assert none.json() == {"revision": 0, "written": None, "text": "", "clauses": [], "versions": []}
    first = program.request("PUT", PATH, {"text": TEXT}, If_Match=none["ETag"])
    assert (first.status_code, first.json()["revision"]) == (200, 1)
    (clause,) = first.json()["clauses"]
    assert clause == {"key": "cue", "title": "The cue", "level": 1, "concerns": ["cue", "act"], "text": TEXT}
    second = program.request("PUT", PATH, {"text": "# Two\n", "revision": 1}, Idempotency_Key="k")
    program.request("PUT", PATH, {"text": "# Three\n"}, If_Match=second["ETag"])
    # A retry is answered as the first time.
    again = program.request("PUT", PATH, {"text": "# Two\n", "revision": 1}, Idempotency_Key="k")
    assert (again.json()["revision"], again.json()["text"]) == (2, "# Two\n")
    assert program.request("GET", PATH + "?version=1").json()["text"] == TEXT
    assert [one["version"] for one in program.request("GET", PATH).json()["versions"]] == [3, 2, 1]
    assert program.request("GET", PATH + "?version=4").status_code == 404
    assert program.request("GET", "projects/desk").json()["guidelines"] == "# Three\n"


def test_what_cannot_be_and_what_comes_too_late(cast: Cast) -> None:
    program = program_of(cast.manager)
    assert program.request("PUT", PATH, {"text": TEXT}).status_code == 428
    assert program.request("PUT", PATH, {"text": TEXT}, If_Match='"x"').status_code == 400
    bad = program.request("PUT", PATH, {"text": '# A {#a concerns="tone"}', "revision": 0})
    assert (bad.status_code, bad.json()["code"]) == (422, "clause_concern")
    program.request("PUT", PATH, {"text": TEXT, "revision": 0})
    for revision in (0, 2):
        late = program.request("PUT", PATH, {"text": "x", "revision": revision})
        assert (late.status_code, late.json()["current"]["revision"]) == (409, 1)
    assert program_of(cast.annotator).request("PUT", PATH, {"text": "x", "revision": 1}).status_code == 403
    assert program_of(cast.outsider).request("GET", PATH).status_code == 404
    assert text_in_force(cast.project) == TEXT


def test_a_quote_says_under_which_it_was_made(cast: Cast, quote: Quote) -> None:
    annotator, manager = program_of(cast.annotator), program_of(cast.manager)
    path = f"projects/desk/quotes/{quote.key}"
    assert annotator.request("GET", path).json()["guidelines"] is None
    manager.request("PUT", PATH, {"text": TEXT, "revision": 0})
    span = {"start": 0, "end": 5}
    made = annotator.request("POST", f"projects/desk/assignments/{quote.assignment_id}/quotes", {"content": [span]})
    assert made.json()["guidelines"] == 1
    manager.request("PUT", PATH, {"text": "# Two\n", "revision": 1})
    path = f"projects/desk/quotes/{made.json()['id']}"
    assert annotator.request("PATCH", path, {"note": "x", "revision": 1}).json()["guidelines"] == 1
    listed = annotator.request("GET", "projects/desk/quotes?fields=id,guidelines").json()["results"]
    assert sorted(one["guidelines"] or 0 for one in listed) == [0, 1]


EXAMPLES = f"{PATH}/examples"


def test_examples_are_pinned_read_and_taken_off(cast: Cast, quote: Quote) -> None:
    reviewer, manager = program_of(cast.reviewer), program_of(cast.manager)
    manager.request("PUT", PATH, {"text": TEXT, "revision": 0})
    asked = {"quote": quote.key, "clause": "cue", "note": "The verb\nalone.", "good": False}
    made = reviewer.request("POST", EXAMPLES, asked, Idempotency_Key="pin")
    assert made.status_code == 201, made.json()
    told = made.json()
    assert (told["clause"], told["note"], told["good"]) == ("cue", "The verb alone.", False)
    assert [span["exact"] for span in told["content"]] == [
        span.exact for span in quote.spans.filter(role="content").order_by("start")
    ]
    assert reviewer.request("POST", EXAMPLES, asked, Idempotency_Key="pin").json() == told
    assert reviewer.request("POST", EXAMPLES, asked).json()["code"] == "taken"
    path = f"{EXAMPLES}/{told['id']}"
    assert program_of(cast.viewer).request("GET", path).json() == told
    for given, count in (("clause=cue", 1), ("good=true", 0), (f"quote={quote.key}", 1), ("clause=other", 0)):
        listed = reviewer.request("GET", f"{EXAMPLES}?{given}").json()["results"]
        assert len(listed) == count, given
    for _ in range(2):
        assert reviewer.request("DELETE", path, Idempotency_Key="off").status_code == 204
    assert reviewer.request("GET", path).status_code == 404
    assert reviewer.request("GET", EXAMPLES).json()["results"] == []
    # A retry of what was taken off since still says what it made.
    assert reviewer.request("POST", EXAMPLES, asked, Idempotency_Key="pin").json() == told


def test_what_cannot_be_an_example(cast: Cast, quote: Quote) -> None:
    reviewer = program_of(cast.reviewer)
    program_of(cast.manager).request("PUT", PATH, {"text": TEXT, "revision": 0})
    asked = {"quote": quote.key, "clause": "cue", "note": "So."}
    wrong = (
        ({"clause": "tone"}, "unknown_clause"),
        ({"quote": "nothing"}, "unknown_quote"),
        ({"note": " "}, "invalid"),
    )
    for change, code in wrong:
        refused = reviewer.request("POST", EXAMPLES, asked | change)
        assert (refused.status_code, refused.json()["code"]) == (422, code), refused.json()
    assert program_of(cast.annotator).request("POST", EXAMPLES, asked).status_code == 403
    assert program_of(cast.outsider).request("GET", EXAMPLES).status_code == 404
    # Whoever reads the story alone is shown no example of it, not even among those that were pinned before.
    reviewer.request("POST", EXAMPLES, asked)
    make_assignment(quote.assignment.version, cast.other_annotator)
    assert program_of(cast.other_annotator).request("GET", EXAMPLES).json()["results"] == []
    blind = reviewer.request("POST", EXAMPLES, asked | {"clause": "cue"})
    assert (blind.status_code, blind.json()["code"]) == (422, "blind")
