"""A story that was removed: its pages say so, and whoever still has one of its forms open is told, too."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Assignment, Project
from annotations.services import accounts, tokens
from annotations.services.errors import Invalid
from annotations.services.removals import remove_article
from tests.cast import Cast
from tests.client import StrictClient
from tests.factories import at, make_article, make_assignment, make_quote

pytestmark = pytest.mark.django_db
READ = ("assignment", "assignment-read", "assignment-submit")
WRITTEN = ("assignment-submit", "assignment-undo", "assignment-redo", "assignment-looked-at", "quote-create")


@pytest.fixture
def gone(cast: Cast, assignment: Assignment) -> Assignment:
    """An assignment with work in it, of a story that was removed since."""
    make_quote(assignment, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt")
    remove_article(actor=cast.manager, article=assignment.version.article, reason="Order 7")
    assignment.refresh_from_db()
    return assignment


def form_of(assignment: Assignment) -> dict[str, Any]:
    """Return what the forms of a page send that was opened before."""
    return {
        "revision": assignment.revision,
        "confirmed": "1",
        "looked": "1",
        "start": "0",
        "end": "5",
        "exact": "Mayor",
    }


def test_its_pages_are_there(cast: Cast, as_user: Any, gone: Assignment) -> None:
    client, article = as_user(cast.annotator), gone.version.article
    for name in READ:
        assert client.get(reverse(name, args=[gone.pk])).status_code == 200, name
    for name in ("article-detail", "article-history"):
        assert client.get(reverse(name, args=["desk", article.key])).status_code == 200, name


def test_nothing_can_be_written_about_it(cast: Cast, as_user: Any, gone: Assignment) -> None:
    client = as_user(cast.annotator)
    for name in WRITTEN:
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.post(reverse(name, args=[gone.pk]), form_of(gone), headers=headers)
            assert answer.status_code in {409, 422}, (name, headers, answer.status_code)
    gone.refresh_from_db()
    assert gone.status == Assignment.Status.IN_PROGRESS


def test_programs_are_told_the_same(cast: Cast, gone: Assignment) -> None:
    secret = tokens.create_token(user=cast.annotator, name="x", scope="write")[1]
    headers, root = {"Authorization": f"Bearer {secret}"}, f"/api/v1/projects/desk/assignments/{gone.pk}"
    span = {"content": [at("Mayor", "Mayor")]}
    bodies = {"submit": {}, "undo": {}, "looked-at": {"start": 0, "end": 5}, "quotes": span}
    for name, body in bodies.items():
        seen = {} if name == "quotes" else {"revision": gone.revision}
        answer = StrictClient().post(f"{root}/{name}", {**body, **seen}, "application/json", headers=headers)
        assert answer.status_code in {400, 409, 422}, (name, answer.content)


def test_nobody_takes_it_up(cast: Cast, as_user: Any, gone: Assignment) -> None:
    article = gone.version.article
    answer = as_user(cast.reviewer).post(reverse("article-annotate", args=["desk", article.key]), follow=True)
    assert "removed for good: nobody works on it" in answer.content.decode()
    assert Assignment.objects.count() == 1
    with pytest.raises(Invalid, match="removed for good"):
        make_assignment(gone.version, cast.manager)


def test_whoever_signs_in_is_welcome_all_the_same(cast: Cast) -> None:
    sample = Project.objects.create(slug=accounts.SAMPLE_PROJECT, name="Sample")
    article = make_article(sample, cast.manager, key=accounts.SAMPLE_ARTICLE)
    remove_article(actor=cast.manager, article=article, reason="Order 7")
    accounts.welcome(user=cast.viewer)
    assert not Assignment.objects.exists()
