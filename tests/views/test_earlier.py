"""Bringing back what stood earlier: by the form that changes it, or, of guidelines and label sets, with one press."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.urls import reverse

from annotations.models import Article, Claim, Speaker
from annotations.services.article_changes import change_article
from annotations.services.claims import NewClaim, change_claim, create_claim
from annotations.services.guidelines import change_guidelines, guidelines_seen, text_in_force
from annotations.services.label_sets import asked_of, change_label_set
from annotations.services.label_sets import seen_mark as mark_of_set
from annotations.services.queues import QueueSettings, change_queue, seen_mark, settings_of
from annotations.services.speakers import NewSpeaker, change_speaker, create_speaker
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_article, make_assignment, make_quote
from tests.queues import set_queue

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """The manager's browser."""
    client: StrictClient = as_user(cast.manager)
    return client


def offered(client: StrictClient) -> str:
    """Return the address under which the history of the project brings back what stood before the last change."""
    link = soup_of(client.get(reverse("project-history", args=["desk"]))).select_one(".timeline > li .compared + p a")
    assert link is not None
    return str(link["href"])


def saved(client: StrictClient, url: str) -> None:
    """Save the form of a page as it is filled in."""
    form = soup_of(client.get(url)).select_one("main form")
    assert form is not None
    fields = {one["name"]: one.get("value", "") for one in form.select("input:not([type=checkbox])")}
    fields |= {one["name"]: one.get_text().lstrip("\n") for one in form.select("textarea")}
    fields |= {one["name"]: one.select_one("[selected]")["value"] for one in form.select("select")}  # type: ignore[index]
    for box in form.select("input[type=checkbox][checked], input[name=shown]"):
        values: Any = fields.setdefault(f"{box['name']}[]", [])
        values.append(box["value"])
    assert client.post(url, {name.removesuffix("[]"): value for name, value in fields.items()}).status_code == 302


def test_a_speaker_and_a_claim(manager: StrictClient, cast: Cast) -> None:
    was = NewSpeaker("Ada Holt", description="mayor", aliases=("A. Holt", "the mayor"), wikidata="Q42")
    speaker = create_speaker(project=cast.project, actor=cast.manager, new=was)
    change_speaker(actor=cast.manager, speaker=speaker, revision=1, new=NewSpeaker("Eda Hold"))
    saved(manager, offered(manager))
    back = Speaker.objects.get()
    assert (back.label, back.description, back.aliases, back.wikidata) == (
        was.label,
        was.description,
        [*was.aliases],
        was.wikidata,
    )
    assert back.revision == 3
    claim = create_claim(project=cast.project, actor=cast.manager, new=NewClaim("The bridge is safe."))
    change_claim(actor=cast.manager, claim=claim, revision=1, text="The bridge stands.")
    saved(manager, offered(manager))
    assert Claim.objects.get().text == "The bridge is safe."


def test_an_article(manager: StrictClient, cast: Cast) -> None:
    article = make_article(cast.project, cast.manager, outlet="Times", published="2026-03-31", language="en")
    fields: Any = {"outlet": "Post", "published": "", "embargoed_until": "2099-01-01 06:00", "text_exportable": "no"}
    change_article(actor=cast.manager, article=article, revision=1, **fields)
    saved(manager, offered(manager))
    back = Article.objects.get()
    assert (back.outlet, str(back.published), back.embargoed_until) == ("Times", "2026-03-31", None)
    assert back.text_exportable


def test_a_queue_that_was_switched_off(manager: StrictClient, cast: Cast) -> None:
    set_queue(cast, overlap=3, order="random", seed=9, days=14)
    change_queue(actor=cast.manager, project=cast.project, seen=seen_mark(cast.project), settings=None, takers={})
    saved(manager, offered(manager))
    assert settings_of(cast.project) == QueueSettings(overlap=3, order="random", seed=9, days=14)
    assert manager.get(reverse("queue", args=["desk"]) + "?to=x").status_code == 404


def test_only_who_may_change_it_is_offered_it(manager: StrictClient, cast: Cast, as_user: Any) -> None:
    """Nor does history keep for anybody what they may not see."""
    article = make_article(cast.project, cast.manager)
    make_assignment(article.versions.get(), cast.reviewer)
    own = make_assignment(article.versions.get(), cast.annotator)
    change_article(actor=cast.manager, article=article, revision=1, outlet="Post")
    page = soup_of(as_user(cast.reviewer).get(reverse("project-history", args=["desk"])))
    assert "changed the article" in page.get_text()
    assert page.select_one(".compared + p") is None
    speaker = make_quote(own, cast.annotator, "nobody had measured it", speaker=NewSpeaker("Ada")).speaker
    assert speaker is not None
    edit = reverse("speaker-edit", args=["desk", speaker.key])
    assert manager.get(f"{edit}?to=1").status_code == 200
    assert manager.get(f"{edit}?to=9").status_code == 404
    assert manager.get(f"{edit}?to=x").status_code == 400
    assert as_user(cast.reviewer).get(f"{edit}?to=1").status_code == 404


def pressed(client: StrictClient, page: str) -> None:
    """Press the first button of a page that brings back what stood before."""
    found = next(form for form in soup_of(client.get(page)).select("form") if "Bring back" in form.get_text())
    sent = {str(field["name"]): str(field["value"]) for field in found.select("input")}
    for _press in range(2):
        assert client.post(str(found["action"]), sent).status_code == 302


def test_guidelines_and_label_sets_with_one_press(manager: StrictClient, cast: Cast, as_user: Any) -> None:
    label_set = cast.project.label_sets.get(key="act")
    renamed = replace(asked_of(label_set), name="Deed")
    change_label_set(actor=cast.manager, label_set=label_set, seen=mark_of_set(label_set), state=renamed)
    history, guidelines = (reverse(name, args=["desk"]) for name in ("project-history", "guidelines"))
    assert "Bring back" not in as_user(cast.reviewer).get(history).content.decode()
    pressed(manager, history)
    label_set.refresh_from_db()
    assert label_set.name == "Act"
    for text in ("# One\n", "# Two\n"):
        seen = guidelines_seen(cast.project)
        change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines=text)
    pressed(manager, history)
    assert text_in_force(cast.project) == "# One\n"
    page = soup_of(manager.get(f"{guidelines}?version=2"))
    form = next(form for form in page.select("form") if "in force again" in form.get_text())
    manager.post(str(form["action"]), {str(field["name"]): str(field["value"]) for field in form.select("input")})
    assert text_in_force(cast.project) == "# Two\n"
    assert "Put version" not in as_user(cast.annotator).get(f"{guidelines}?version=1").content.decode()
