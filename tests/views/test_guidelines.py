"""The guidelines: to read, to write, and two who write at once."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Project
from annotations.services.projects import GUIDELINES_LENGTH, change_guidelines, guidelines_seen
from tests.cast import Cast
from tests.client import soup_of

URL = "/projects/desk/guidelines/"


def write(cast: Cast, text: str) -> None:
    project = Project.objects.get(pk=cast.project.pk)
    change_guidelines(actor=cast.manager, project=project, seen=guidelines_seen(project), guidelines=text)


def form_of(client: Any) -> dict[str, str]:
    page = soup_of(client.get(URL + "edit/"))
    return {field["name"]: field.get("value", "") for field in page.select("main form input[type=hidden]")}


def test_markdown_and_questions_are_shown(cast: Cast, as_user: Any) -> None:
    write(cast, "# Content\n\nMark **every** word. <script>x</script> [bad](javascript:x) ![p](http://127.0.0.1/)")
    page = soup_of(as_user(cast.viewer).get(URL))
    prose = page.select_one(".prose")
    assert prose.h2.get_text() == "Content"
    assert prose.strong.get_text() == "every"
    assert prose.find(["script", "img"]) is None
    assert "statement" in page.aside.get_text()
    assert "Last changed by Manager" in page.main.get_text()


def test_an_empty_page_says_who_writes_it(cast: Cast, as_user: Any) -> None:
    assert soup_of(as_user(cast.annotator).get(URL)).select_one(".empty a") is None
    assert soup_of(as_user(cast.manager).get(URL)).select_one(".empty a")["href"] == URL + "edit/"


def test_what_a_manager_writes_is_kept_once_with_its_history(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    form = form_of(client) | {"guidelines": "  One.\r\n\r\n\tTwo.\r\n"}
    for _press in range(2):
        assert client.post(URL + "edit/", form)["Location"] == URL
    assert Project.objects.get(pk=cast.project.pk).guidelines == "  One.\n\n\tTwo.\n"
    change = cast.changes.get(subject_kind="project")
    assert (change.before, change.after) == ({"guidelines": ""}, {"guidelines": "  One.\n\n\tTwo.\n"})


def test_a_conflict_shows_both_texts_and_loses_nothing(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    form = form_of(client) | {"guidelines": "Mine."}
    write(cast, "Theirs.")
    response = client.post(URL + "edit/", form)
    assert response.status_code == 409
    page = soup_of(response)
    assert page.pre.get_text() == "Theirs."
    assert page.textarea.get_text().strip() == "Mine."
    assert Project.objects.get(pk=cast.project.pk).guidelines == "Theirs."
    again = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    assert client.post(URL + "edit/", form | again).status_code == 302
    assert Project.objects.get(pk=cast.project.pk).guidelines == "Mine."


@pytest.mark.parametrize("text", ["x" * (GUIDELINES_LENGTH + 1), "x" * (2 * GUIDELINES_LENGTH + 1), "a\x00b", "a\x1bb"])
def test_what_cannot_be_kept_is_refused(cast: Cast, as_user: Any, text: str) -> None:
    client = as_user(cast.manager)
    assert client.post(URL + "edit/", form_of(client) | {"guidelines": text}).status_code == 422
    assert not cast.changes.exists()


def test_saving_without_a_change_leaves_no_history(cast: Cast, as_user: Any) -> None:
    client = as_user(cast.manager)
    assert client.post(URL + "edit/", form_of(client) | {"guidelines": ""}).status_code == 302
    assert not cast.changes.exists()


@pytest.mark.parametrize("who", ["annotator", "reviewer", "viewer"])
def test_only_managers_write(cast: Cast, as_user: Any, who: str) -> None:
    client = as_user(cast.members[who])
    assert client.get(URL).status_code == 200
    assert client.get(URL + "edit/").status_code == 403
    assert client.post(URL + "edit/", {"guidelines": "x", "seen": "x"}).status_code == 403


def test_strangers_and_wrong_methods(cast: Cast, as_user: Any) -> None:
    assert as_user(cast.outsider).get(URL).status_code == 404
    assert as_user(cast.outsider).post(URL + "edit/").status_code == 404
    assert as_user(cast.manager).post(URL).status_code == 405
    assert as_user(cast.manager).get(URL + "?x=1").status_code == 400
