"""The OpenAPI document is true: whoever sends whatever, the answer is one that it names, in the shape it names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from annotations.api.openapi import document
from annotations.models import Adjudication, ApiToken, Assignment, Quote, User
from annotations.services.adjudication_sources import compared
from annotations.services.assignments import submit_assignment
from annotations.services.comments import write_comment
from annotations.services.quotes import change_quote
from annotations.services.reviews import approve_assignment, return_assignment, start_correction
from annotations.services.suggestions import Suggestion, push_suggestions
from annotations.services.tokens import create_token
from tests.adjudicating import begun, disputed
from tests.cast import Cast
from tests.factories import STORY, at, make_quote
from tests.releasing import small_release
from tests.tasks.making import FILE, make_tasks

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/x-ndjson")
def as_lines(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Send a text as it is."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/schema/", get_wsgi_application())
# How many requests of each operation are made up at random, besides those at the edges of each parameter.
EXAMPLES = 12


class Desk:
    """A desk with one of everything, and a token of everybody."""

    def __init__(self, cast: Cast, assignment: Assignment, quote: Quote) -> None:
        people = {**cast.members, "outsider": cast.outsider}
        self.headers: dict[str, dict[str, str]] = {"anonymous": {}}
        for name, user in people.items():
            self.headers[name] = self._header(user, ApiToken.Scope.WRITE)
        self.headers["read token"] = self._header(cast.annotator, ApiToken.Scope.READ)
        self.first = "annotator"
        self.others = cycle(self.headers.values())
        suggested = Suggestion({"content": [at(STORY, "moves a little")]}, 0.5)
        program = {"model": "tagger", "model_version": "1"}
        pushed = push_suggestions(actor=cast.manager, version=assignment.version, suggestions=[suggested], **program)
        self.turns = cycle([False, True])
        self.assignment = str(assignment.pk)
        self.adjudication = str(begun(cast, disputed(cast, STORY.replace("Opens", "Closes"))).pk)
        comment = write_comment(actor=cast.annotator, assignment=assignment, text="Is that all, @reviewer?")
        self.tasks = make_tasks(cast.project, cast.annotator)
        self.keys = {
            "articles": assignment.version.article.key,
            "speakers": quote.speaker.key,
            "claims": quote.claim_links.get().claim.key,
            "quotes": quote.key,
            "comments": comment.key,
            "tasks": self.tasks["task"].key,
            "releases": str(small_release(cast.project, cast.manager).number),
            "carry-over": quote.key,
            "suggestions": pushed.quotes.get().key,
        }

    def review(self, cast: Cast, path: str) -> None:
        """Bring the story as far as this act of its review needs it."""
        assignment = Assignment.objects.get(pk=self.assignment)

        def then(act: Callable[..., Any], actor: User, **asked: Any) -> Any:
            assignment.refresh_from_db()
            return act(actor=actor, assignment=assignment, revision=assignment.revision, **asked)

        then(submit_assignment, cast.annotator)
        if path.endswith("/adopt"):
            corrected = then(start_correction, cast.reviewer).quotes.order_by("pk")[0]
            change_quote(actor=cast.reviewer, quote=corrected, revision=1, parts={"note": "A shorter one."})
            then(return_assignment, cast.reviewer, note="Look.")
            self.keys["corrections"] = corrected.key
            return
        self.first = "reviewer"
        if path.endswith("/withdraw"):
            then(approve_assignment, cast.reviewer)

    def askers(self) -> Iterator[dict[str, str]]:
        """Let the one ask who may do most, and then one of all in turn."""
        yield self.headers[self.first]
        yield next(self.others)

    def _header(self, user: Any, scope: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {create_token(user=user, name='test', scope=scope)[1]}"}

    def place(self, case: schemathesis.Case) -> None:
        """Lead most of the requests to what is there: a random id is never one."""
        parameters = case.path_parameters or {}
        if len(parameters.get("slug", "")) % 4:
            parameters["slug"] = "desk"
        if "id" in parameters and len(str(parameters["id"])) % 4:
            parameters["id"] = self.adjudication if "/adjudications" in case.path else self.assignment
        if "key" in parameters and len(parameters["key"]) % 4:
            parameters["key"] = self.keys[case.path.rpartition("/{key}")[0].rpartition("/")[2]]
        if "number" in parameters and len(str(parameters["number"])) % 4:
            parameters["number"] = self.keys["releases"]
            parameters |= {"name": "README.md"} if "name" in parameters else {}
        if "/tasks/" in case.path and parameters["key"] == self.tasks["task"].key:
            if case.path.endswith("/retry"):
                parameters["key"] = self.tasks["failed_task"].key
            elif "name" in parameters:
                parameters |= {"key": self.tasks["done_task"].key, "name": FILE}
        if isinstance(case.body, dict):
            self._mend(case.body, case.method)

    def _mend(self, body: dict[str, Any], method: str) -> None:
        """Give every second body words that are there and the revision that is due, and nothing else unlikely."""
        if next(self.turns):
            return
        if "content" in body:
            body["content"] = [at(STORY, "nobody had measured it")]
            for part in (
                "cue",
                "source",
                "addressee",
                "speaker",
                "resolution",
                "no_source",
                "parent",
                "labels",
                "claims",
            ):
                body.pop(part, None)
        if "quote_revision" in body:
            body["quote_revision"] = 1
        if "revision" in body:
            quote, assignment = Quote.objects.get(key=self.keys["quotes"]), Assignment.objects.get(pk=self.assignment)
            body["revision"] = (quote if method == "PATCH" else assignment).revision
        if "item" in body:
            adjudication = Adjudication.objects.select_related("version").get(pk=self.adjudication)
            body["item"], body["revision"] = compared(adjudication).items[1].key, 0


@pytest.fixture
def desk(request: pytest.FixtureRequest, cast: Cast, assignment: Assignment, quote: Quote) -> Iterator[Desk]:
    """The desk, in a transaction that no request ends."""
    make_quote(assignment, cast.annotator, "denied this")
    made = Desk(cast, assignment, quote)
    path = request.node.name.rpartition(" ")[2].rstrip("]")
    if "/review" in path:
        made.review(cast, path)
    elif "/adjudications" in path:
        made.first = "reviewer"
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield made
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@SCHEMA.parametrize()
@settings(max_examples=EXAMPLES)
def test_every_answer_is_one_that_the_document_names(case: schemathesis.Case, desk: Desk) -> None:
    desk.place(case)
    for headers in desk.askers():
        response = case.call(headers=headers)
        case.validate_response(response, checks=CHECKS, headers=headers)


def test_the_document_says_what_it_is() -> None:
    found = document()
    assert found["openapi"] == "3.1.0"
    operations = [one for methods in found["paths"].values() for one in methods.values()]
    assert len({one["operationId"] for one in operations}) == len(operations) == 99
    for operation in operations:
        assert operation["security"] == [{"bearerAuth": []}]
        assert {"400", "401", "406", "429", "500", "503"} <= operation["responses"].keys()
        assert operation["summary"]
