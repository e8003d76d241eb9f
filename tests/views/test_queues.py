"""Pages of the queue: setting it, the next story, giving one back, handing one over, progress."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from annotations import triggers
from annotations.models import Assignment, Change
from annotations.services.articles import add_version
from annotations.services.assignments import submit_assignment
from annotations.services.members import change_role
from annotations.services.queues import QueueSettings, seen_mark, settings_of
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(cast: Cast, as_user: Any) -> StrictClient:
    """The manager's browser."""
    client: StrictClient = as_user(cast.manager)
    return client


@pytest.fixture
def annotator(cast: Cast, as_user: Any) -> StrictClient:
    """The annotator's browser."""
    client: StrictClient = as_user(cast.annotator)
    return client


def fields(cast: Cast, **changed: Any) -> dict[str, Any]:
    """Return the form of the queue as the page fills it in, with other values."""
    takers = list(cast.project.memberships.exclude(role="viewer").values_list("pk", flat=True))
    return {
        "overlap": "1",
        "sampled_percent": "0",
        "sampled_overlap": "2",
        "order": "imported",
        "seed": "1",
        "days": "",
        "takers": takers,
        "shown": takers,
        "seen": seen_mark(cast.project),
        **changed,
    }


def set_queue(manager: StrictClient, cast: Cast, **changed: Any) -> None:
    """Save the queue."""
    answer = manager.post(reverse("queue", args=["desk"]), fields(cast, **changed))
    assert answer.status_code == 302, answer.content


def test_a_manager_sets_how_stories_are_handed_out(manager: StrictClient, cast: Cast) -> None:
    page = soup_of(manager.get(reverse("queue", args=["desk"])))
    form = page.select_one("main form")
    assert form is not None
    assert form.select_one("[name=overlap]")["value"] == "1"  # type: ignore[index]
    assert len(form.select("[name=takers][checked]")) == 4
    set_queue(manager, cast, overlap="3", order="random", seed="9", days="14")
    assert settings_of(cast.project) == QueueSettings(overlap=3, order="random", seed=9, days=14)
    history = soup_of(manager.get(reverse("project-detail", args=["desk"]))).get_text()
    assert "changed how stories are handed out" in history


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("overlap", "7"),
        ("overlap", ""),
        ("overlap", "１"),
        ("sampled_percent", "101"),
        ("order", "x"),
        ("takers", ["0"]),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_kept(
    manager: StrictClient, cast: Cast, name: str, value: Any
) -> None:
    answer = manager.post(reverse("queue", args=["desk"]), fields(cast, seed="77", **{name: value}))
    assert answer.status_code == 422
    page = soup_of(answer)
    assert page.select_one(".errorlist") is not None
    assert page.select_one("[name=seed]")["value"] == "77"  # type: ignore[index]
    assert settings_of(cast.project) is None


def test_who_was_slower_keeps_what_was_typed_and_may_save_it(manager: StrictClient, cast: Cast) -> None:
    mine = fields(cast, overlap="4")
    set_queue(manager, cast, overlap="2")
    answer = manager.post(reverse("queue", args=["desk"]), mine)
    assert answer.status_code == 409
    page = soup_of(answer)
    assert page.select_one("[name=overlap]")["value"] == "4"  # type: ignore[index]
    seen = page.select_one("[name=seen]")["value"]  # type: ignore[index]
    assert manager.post(reverse("queue", args=["desk"]), {**mine, "seen": seen}).status_code == 302
    assert settings_of(cast.project) == QueueSettings(overlap=4)


def test_who_came_after_the_form_was_read_keeps_what_they_have(manager: StrictClient, cast: Cast) -> None:
    """Also after a refusal: the page shows them as they are."""
    url, viewer = reverse("queue", args=["desk"]), cast.membership(cast.viewer)
    read = fields(cast)
    change_role(actor=cast.manager, membership=viewer, role="annotator")
    refused = manager.post(url, {**read, "seed": "x"})
    ticked = [one["value"] for one in soup_of(refused).select("[name=takers][checked]")]
    assert str(viewer.pk) in ticked
    assert manager.post(url, read).status_code == 302
    viewer.refresh_from_db()
    assert viewer.takes_stories


def test_a_manager_lets_everybody_choose_again(manager: StrictClient, cast: Cast) -> None:
    url = reverse("queue", args=["desk"])
    assert soup_of(manager.get(url)).select_one("form[action$='/queue/off/']") is None
    set_queue(manager, cast)
    form = soup_of(manager.get(url)).select_one("form[action$='/queue/off/']")
    assert form is not None
    sent = {one["name"]: one["value"] for one in form.select("input")}
    set_queue(manager, cast, overlap="2")
    told = manager.post(str(form["action"]), sent, follow=True)
    assert "Nothing was written" in soup_of(told).get_text()
    assert settings_of(cast.project) is not None
    assert manager.post(str(form["action"]), {"seen": seen_mark(cast.project)}).status_code == 302
    assert settings_of(cast.project) is None
    told = manager.get(reverse("project-detail", args=["desk"]))
    assert "switched off how stories are handed out" in soup_of(told).get_text()


def test_next_story_leads_to_work_until_none_is_left(
    manager: StrictClient, annotator: StrictClient, cast: Cast
) -> None:
    make_version(cast.project, cast.manager)
    set_queue(manager, cast)
    for page in (reverse("project-detail", args=["desk"]), reverse("home")):
        form = soup_of(annotator.get(page)).select_one(f"form[action='{reverse('next-story', args=['desk'])}']")
        assert form is not None
        assert form.select_one("[name=csrfmiddlewaretoken]") is not None
    answer = annotator.post(reverse("next-story", args=["desk"]))
    own = Assignment.objects.get()
    assert answer["Location"] == reverse("assignment", args=[own.pk])
    submit_assignment(actor=cast.annotator, assignment=own, revision=own.revision)
    told = annotator.post(reverse("next-story", args=["desk"]), follow=True)
    assert "No story is left for you" in soup_of(told).get_text()


def test_who_gets_no_stories_is_told(manager: StrictClient, annotator: StrictClient, cast: Cast) -> None:
    make_version(cast.project, cast.manager)
    set_queue(manager, cast, takers=[cast.membership(cast.manager).pk])
    told = annotator.post(reverse("next-story", args=["desk"]), follow=True)
    assert "hands no stories out to you" in soup_of(told).get_text()
    assert not Assignment.objects.exists()


def test_a_story_without_a_place_is_not_chosen_by_hand(
    manager: StrictClient, annotator: StrictClient, cast: Cast
) -> None:
    version = make_version(cast.project, cast.manager)
    make_assignment(version, cast.other_annotator)
    set_queue(manager, cast)
    told = annotator.post(reverse("article-annotate", args=["desk", version.article.key]), follow=True)
    assert "all the readers that it needs" in soup_of(told).get_text()


def test_a_story_is_given_back_and_taken_up_again(annotator: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    quote = make_quote(own, cast.annotator, "“The bridge is safe,”")
    url = reverse("assignment-skip", args=[own.pk])
    assert url in str(soup_of(annotator.get(reverse("assignment-submit", args=[own.pk]))))
    page = soup_of(annotator.get(url))
    given = {one["name"]: one.get("value", "") for one in page.select("main form input")}
    empty = annotator.post(url, given)
    assert (empty.status_code, soup_of(empty).select_one("[name=reason][aria-invalid=true]") is None) == (422, False)
    assert annotator.post(url, given | {"reason": "I know the author"})["Location"] == reverse("home")
    page = soup_of(annotator.get(reverse("assignment", args=[own.pk])))
    assert page.select_one("#steps .tag").get_text() == "skipped"  # type: ignore[union-attr]
    assert page.select_one("#editor, #words") is None
    assert page.find(id=f"q-{quote.key}") is not None
    again = page.select_one("#steps form")
    assert again is not None
    assert annotator.post(str(again["action"]))["Location"] == reverse("assignment", args=[own.pk])
    own.refresh_from_db()
    assert own.is_open


def test_what_was_given_back_is_no_work_of_ones_own(annotator: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    annotator.post(reverse("assignment-skip", args=[own.pk]), {"reason": "too long", "revision": own.revision})
    page = soup_of(annotator.get(reverse("home")))
    assert page.select_one("section[aria-labelledby=todo]") is None
    assert "skipped" in page.select_one("section[aria-labelledby=given-back]").get_text()  # type: ignore[union-attr]
    for work, found in (("given_back", True), ("assigned", False)):
        listed = soup_of(annotator.get(reverse("article-list", args=["desk"]), {"work": work})).select_one("tbody")
        assert (listed is not None and "skipped" in listed.get_text()) == found


def test_a_stale_page_gives_nothing_back(annotator: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    answer = annotator.post(reverse("assignment-skip", args=[own.pk]), {"reason": "too long", "revision": 9})
    assert answer.status_code == 409
    page = soup_of(answer)
    own.refresh_from_db()
    assert own.left == ""
    assert page.select_one("[name=reason]")["value"] == "too long"  # type: ignore[index]
    given = {one["name"]: one.get("value", "") for one in page.select("main form input")}
    assert annotator.post(reverse("assignment-skip", args=[own.pk]), given).status_code == 302


def test_a_manager_hands_a_story_over(manager: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    url = reverse("assignment-hand-over", args=[own.pk])
    assert url in str(soup_of(manager.get(reverse("progress", args=["desk"]))))
    to = cast.membership(cast.other_annotator).pk
    answer = manager.post(url, {"to": to, "reason": "holiday", "revision": own.revision})
    assert answer["Location"] == reverse("progress", args=["desk"])
    own.refresh_from_db()
    assert own.left == "handed_over"
    assert Assignment.objects.filter(annotator__user=cast.other_annotator, status="assigned").exists()
    back = Assignment.objects.get(annotator__user=cast.other_annotator)
    again = manager.post(
        reverse("assignment-hand-over", args=[back.pk]),
        {"to": cast.membership(cast.annotator).pk, "reason": "back", "revision": back.revision},
    )
    assert (again.status_code, "has or had" in soup_of(again).get_text()) == (422, True)


def test_nobody_hands_their_own_story_over(manager: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.manager)
    make_assignment(own.version, cast.annotator)
    url = reverse("assignment-hand-over", args=[own.pk])
    assert url not in str(soup_of(manager.get(reverse("progress", args=["desk"]))))
    to = cast.membership(cast.annotator).pk
    answer = manager.post(url, {"to": to, "reason": "no", "revision": own.revision})
    assert (answer.status_code, "has or had" in soup_of(answer).get_text()) == (403, False)


def test_an_older_version_is_taken_up_again_as_it_was(annotator: StrictClient, cast: Cast) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    annotator.post(reverse("assignment-skip", args=[own.pk]), {"reason": "too long", "revision": own.revision})
    add_version(actor=cast.manager, article=own.version.article, text="A corrected story.")
    annotator.post(reverse("assignment-resume", args=[own.pk]))
    own.refresh_from_db()
    assert own.is_open
    assert Assignment.objects.count() == 1


def worked(assignment: Assignment, minutes: list[float]) -> None:
    """Put the gestures of an assignment at these minutes from now."""
    triggers.take_off(connection)
    rows = Change.objects.filter(assignment=assignment).order_by("pk")
    for row, after in zip(rows, minutes, strict=True):
        Change.objects.filter(pk=row.pk).update(created_at=timezone.now() + timedelta(minutes=after))
    triggers.put_on(connection)


def test_progress_tells_readers_places_and_minutes(manager: StrictClient, cast: Cast) -> None:
    versions = [make_version(cast.project, cast.manager, f"Story {n}\n\nShe said it.") for n in range(2)]
    own = make_assignment(versions[0], cast.annotator)
    make_quote(own, cast.annotator, "She said it")
    make_quote(own, cast.annotator, "said")
    own.refresh_from_db()
    submit_assignment(actor=cast.annotator, assignment=own, revision=own.revision)
    worked(own, [0, 2, 30, 32.5])
    set_queue(manager, cast, overlap="2")
    page = soup_of(manager.get(reverse("progress", args=["desk"])))
    rows = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in page.select("tbody tr")]
    assert ["Annotator", "0", "1", "0", "4.5"] in rows
    assert ["Story 0", "Annotator submitted 4.5 minutes 1 place free"] in rows
    assert ["Story 1", "2 places free"] in rows
    assert page.select_one("svg title").get_text() == "1 of 4 readings submitted"  # type: ignore[union-attr]


def shown(manager: StrictClient) -> str:
    """Return the words of the page of progress."""
    return soup_of(manager.get(reverse("progress", args=["desk"]))).get_text()


def test_a_manager_who_annotates_a_story_sees_only_their_own_work_on_it(manager: StrictClient, cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    make_assignment(version, cast.manager)
    before = shown(manager)
    theirs = make_assignment(version, cast.annotator)
    make_quote(theirs, cast.annotator, "“The bridge is safe,”")
    assert shown(manager) == before
