"""The pages of a story's versions: what changed, and carrying one's quotes over."""

from __future__ import annotations

import pytest
from django.urls import reverse

from annotations.exports.dataset import quote_states
from annotations.models import Assignment, Quote
from annotations.services.articles import import_article
from annotations.services.carrying import carry_over_of
from annotations.services.notices import touched
from tests.cast import Cast
from tests.client import StrictClient
from tests.factories import STORY, make_assignment, make_quote, make_version

ADDRESS = "https://courier.example/bridge"
NOTICE = "Correction: An earlier version misquoted the engineers about the pier."
CORRECTED = STORY.replace("moves a little", "moves a lot").replace("nobody had measured it.", "less.") + f"\n\n{NOTICE}"

pytestmark = pytest.mark.django_db


@pytest.fixture
def first(cast: Cast) -> Assignment:
    assignment = make_assignment(make_version(cast.project, url=ADDRESS), cast.annotator)
    make_quote(assignment, cast.annotator, "The bridge is safe,", source="Mayor Ada Holt", cue="said")
    make_quote(assignment, cast.annotator, "the old pier “moves a little” in winter", source="engineers", cue="told")
    make_quote(assignment, cast.annotator, "nobody had measured it", source="He", cue="said")
    import_article(actor=cast.manager, project=cast.project, text=CORRECTED, url=ADDRESS)
    return assignment


@pytest.fixture
def client(cast: Cast) -> StrictClient:
    found = StrictClient()
    found.force_login(cast.annotator)
    return found


def newest_of(first: Assignment) -> Assignment:
    return Assignment.objects.select_related("version__article").get(
        annotator=first.annotator, version__article=first.version.article, version__number=2
    )


def test_the_whole_way_from_the_earlier_version_to_the_last_quote(client: StrictClient, first: Assignment) -> None:
    page = client.get(reverse("assignment", args=[first.pk])).content.decode()
    assert "Go on in version 2 with my quotes" in page
    page = client.post(reverse("carry-over", args=[first.pk]), {"gesture": "g"}, follow=True).content.decode()
    newest = newest_of(first)
    assert "1 carried over, 2 waiting, 0 left out" in page
    assert 'id="carry"' in page
    proposed, repair = carry_over_of(newest).proposed[0], carry_over_of(newest).repair[0]
    for one in (proposed, repair):
        assert f'id="carry-{one.key}"' in page
    accepted = client.post(reverse("carry-over-quote", args=[newest.pk, proposed.key]), {"revision": 1}, follow=True)
    assert Quote.objects.get(ancestors__ancestor__key=proposed.key).key in accepted.redirect_chain[0][0]
    mended = reverse("carry-over-quote", args=[newest.pk, repair.key])
    refused = client.post(mended, {"revision": 1, "words": "He said more."})
    assert refused.status_code == 422
    assert "He said more." in refused.content.decode()
    assert client.post(mended, {"revision": 1, "words": "less."}).status_code == 302
    page = client.get(reverse("assignment", args=[newest.pk])).content.decode()
    assert 'id="carry"' not in page
    assert Quote.objects.filter(assignment=newest).count() == 3


def test_a_quote_is_left_out_and_waits_again(client: StrictClient, first: Assignment) -> None:
    client.post(reverse("carry-over", args=[first.pk]))
    newest = newest_of(first)
    key = carry_over_of(newest).repair[0].key
    address = reverse("carry-over-leave-out", args=[newest.pk, key])
    for out, count in (("1", 1), ("0", 0)):
        assert client.post(address, {"revision": 1, "out": out}).status_code == 302
        newest.refresh_from_db()
        assert len(carry_over_of(newest).left_out) == count
    assert client.post(address, {"revision": 2, "out": "1"}).status_code == 409
    assert client.post(address, {"out": "1"}).status_code == 422


def test_versions_are_compared_word_by_word(client: StrictClient, first: Assignment) -> None:
    address = reverse("version-differences", args=["desk", first.version.article.key])
    page = client.get(address).content.decode()
    assert "<del>little</del><ins>lot</ins>" in page
    assert client.get(f"{address}?from=1&to=2").content.decode().count("<ins>") == page.count("<ins>")
    assert client.get(f"{address}?from=9").status_code == 404
    assert client.get(f"{address}?since=1").status_code == 400


def test_the_article_says_which_version_is_current(client: StrictClient, first: Assignment) -> None:
    address = reverse("article-detail", args=["desk", first.version.article.key])
    assert "version 2 is current" in client.get(f"{address}?version=1").content.decode()
    assert "is current." not in client.get(address).content.decode()


def test_a_notice_is_shown_on_the_quotes_that_it_touches(client: StrictClient, first: Assignment) -> None:
    client.post(reverse("carry-over", args=[first.pk]))
    states = quote_states(Quote.objects.filter(assignment=first)).values()
    hit = {state["content"][0]["exact"] for state in states if state["id"] in touched(first.version, states)}
    assert hit == {"the old pier “moves a little” in winter", "nobody had measured it"}
    assert client.get(reverse("assignment-read", args=[first.pk])).content.decode().count("quote-card__correction") == 2
    page = client.get(reverse("assignment", args=[newest_of(first).pk])).content.decode()
    assert "quote-card__correction" not in page


def test_a_manager_carries_over_for_everybody(cast: Cast, first: Assignment) -> None:
    manager = StrictClient()
    manager.force_login(cast.manager)
    address = reverse("article-detail", args=["desk", first.version.article.key])
    assert "Carry everybody’s quotes over" in manager.get(address).content.decode()
    manager.post(reverse("article-carry-over", args=["desk", first.version.article.key]))
    assert newest_of(first).quotes.count() == 1
