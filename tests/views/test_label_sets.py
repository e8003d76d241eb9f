"""The page of label sets: making, changing, ordering and hiding them, and two who do so at once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotations.models import Change, LabelSet
from annotations.services.label_sets import asked_of, change_label_set, seen_mark
from tests.api.program import program_of
from tests.cast import Cast
from tests.client import soup_of
from tests.factories import make_assignment, make_quote, make_version

URL = "/projects/desk/label-sets/"


def form_of(client: Any, url: str) -> dict[str, str]:
    """Return the fields of the form as a browser would send them, with no box ticked that is not."""
    fields = {}
    for field in soup_of(client.get(url)).select("main form.form--wide input"):
        box = field.get("type") == "checkbox"
        if not box or field.has_attr("checked"):
            fields[str(field["name"])] = str(field.get("value", "on" if box else ""))
    return fields


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> Any:
    """The manager's browser."""
    return as_user(cast.manager)


def test_a_question_is_made_with_its_labels_and_its_history(cast: Cast, manager: Any) -> None:
    form = form_of(manager, URL) | {"name": "Tone", "key": "tone", "question": "How does it sound?"}
    form |= {"form-0-key": "calm", "form-0-name": "calm", "form-2-key": "angry", "form-2-name": "very angry"}
    for _press in range(2):
        assert manager.post(URL, form)["Location"] == URL
    made = LabelSet.objects.get(key="tone")
    assert list(made.labels.values_list("key", "name")) == [("calm", "calm"), ("angry", "very angry")]
    assert Change.objects.filter(subject_kind="label_set").count() == 1
    page = soup_of(manager.get(URL))
    assert "very angry" in page.select("tbody tr")[3].get_text()
    history = page.select_one(".timeline").get_text(" ", strip=True)
    assert "made the label set “Tone”" in history
    assert "calm, very angry (angry)" in history
    assert soup_of(manager.get("/projects/desk/")).find(string=lambda text: "made the label set" in text)


def test_labels_are_renamed_ordered_added_and_hidden(cast: Cast, manager: Any) -> None:
    form = form_of(manager, f"{URL}engagement/") | {"name": "Manner", "form-0-name": "passes on", "form-0-place": "9"}
    del form["form-1-active"]
    form |= {"form-3-key": "mocks", "form-3-name": "mocks", "form-3-place": "1"}
    assert manager.post(f"{URL}engagement/", form)["Location"] == URL
    changed = LabelSet.objects.get(project=cast.project, key="engagement")
    assert changed.name == "Manner"
    assert list(changed.labels.values_list("key", "name", "is_active")) == [
        ("mocks", "mocks", True),
        ("endorses", "endorses", False),
        ("distances", "distances", True),
        ("acknowledges", "passes on", True),
    ]
    assert "endorses, hidden" in soup_of(manager.get(URL)).select_one(".timeline").get_text()


def test_a_question_moves_up(cast: Cast, manager: Any) -> None:
    for _press in range(3):
        assert manager.post(f"{URL}factuality/up/")["Location"] == URL
    keys = LabelSet.objects.filter(project=cast.project).values_list("key", flat=True)
    assert list(keys) == ["factuality", "act", "engagement"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": ""}, "required"),
        ({"form-0-name": ""}, "an id and a name"),
        ({"form-3-name": "mocks"}, "an id and a name"),
        ({"form-3-key": "Mocks!", "form-3-name": "mocks"}, "no id"),
        ({"form-3-key": "endorses", "form-3-name": "again"}, "Two labels"),
        ({"form-0-place": "x"}, "whole number"),
        ({"form-TOTAL_FORMS": "2"}, "never deleted"),
    ],
)
def test_what_cannot_be_stays_in_the_form(cast: Cast, manager: Any, typed: dict[str, str], said: str) -> None:
    form = form_of(manager, f"{URL}engagement/") | {"question": "Typed."} | typed
    response = manager.post(f"{URL}engagement/", form)
    assert response.status_code == 422
    page = soup_of(response)
    assert said in page.main.get_text()
    assert page.find("input", {"name": "question"})["value"] == "Typed."
    assert not cast.changes.exists()


def test_a_conflict_shows_both_and_a_second_try_is_a_choice(cast: Cast, manager: Any) -> None:
    form = form_of(manager, f"{URL}act/") | {"name": "Mine"}
    act = LabelSet.objects.get(project=cast.project, key="act")
    theirs = replace(asked_of(act), name="Theirs")
    change_label_set(actor=cast.reviewer, label_set=act, seen=seen_mark(act), state=theirs)
    response = manager.post(f"{URL}act/", form)
    assert response.status_code == 409
    page = soup_of(response)
    assert [cell.get_text() for cell in page.select(".error-summary td")] == ["Theirs", "Mine"]
    again = form | {name: page.find("input", {"name": name})["value"] for name in ("seen", "gesture")}
    assert manager.post(f"{URL}act/", again).status_code == 302
    act.refresh_from_db()
    assert act.name == "Mine"


def test_what_is_hidden_is_asked_nowhere_and_still_read(cast: Cast, as_user: Any) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    make_quote(own, cast.annotator, "“The bridge is safe,”", labels={"act": "belief"})
    act = LabelSet.objects.get(project=cast.project, key="act")
    state = replace(asked_of(act), active=False, name="Deed")
    change_label_set(actor=cast.manager, label_set=act, seen=seen_mark(act), state=state)
    quote = own.quotes.get()
    page = soup_of(as_user(cast.annotator).get(f"/assignments/{own.pk}/?quote={quote.key}"))
    assert page.find(id="editor").find("input", {"value": "act"}) is None
    assert "Deed" not in soup_of(as_user(cast.viewer).get("/projects/desk/guidelines/")).aside.get_text()
    assert "Deed" not in soup_of(as_user(cast.annotator).get(f"/assignments/{own.pk}/submit/")).main.get_text()
    told = program_of(cast.annotator).read("projects/desk")["label_sets"]
    assert [one["key"] for one in told if not one["active"]] == ["act"]
    assert program_of(cast.annotator).read(f"projects/desk/quotes/{quote.key}")["labels"] == {"act": "belief"}
