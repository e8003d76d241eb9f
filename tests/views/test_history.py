"""The history of a project: what the member may see of it, by what is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from annotations.models import Quote
from annotations.services.claims import NewClaim, change_claim, create_claim
from annotations.services.handing_out import hand_over
from annotations.services.members import change_role
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.speakers import NewSpeaker, change_speaker, create_speaker
from tests.cast import Cast
from tests.client import StrictClient, soup_of
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db
SAFE = "“The bridge is safe,”"


@pytest.fixture
def url(cast: Cast) -> str:
    """The address of the history."""
    return reverse("project-history", args=[cast.project.slug])


def told(client: StrictClient, url: str, **asked: Any) -> list[str]:
    """Return what was done, the latest first."""
    page = soup_of(client.get(url, asked))
    return [" ".join(entry.p.get_text().split()) for entry in page.select(".timeline > li")]  # type: ignore[union-attr]


def test_every_filter_and_all_of_them(cast: Cast, as_user: Any, url: str) -> None:
    version = make_version(cast.project, cast.manager)
    own = make_assignment(version, cast.annotator)
    quote = make_quote(own, cast.annotator, SAFE)
    delete_quote(actor=cast.annotator, quote=quote, revision=1)
    create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("Ben Ruiz"))
    client, today = as_user(cast.manager), timezone.localdate().isoformat()
    deleted, made = (
        "Annotator deleted the quote ““The bridge is safe,””",
        "Annotator made the quote ““The bridge is safe,””",
    )
    speaker = "Manager made the speaker “Ben Ruiz”"
    assert told(client, url)[:4] == [speaker, deleted, made, "Annotator assigned the story"]
    assert told(client, url, person="annotator", kind="quote") == [deleted, made]
    assert told(client, url, action="delete") == [deleted]
    assert told(client, url, kind="speaker") == [speaker]
    assert told(client, url, story=version.article.key, person="manager") == [
        "Manager imported the article “Mayor Opens Bridge”"
    ]
    assert told(client, url, object=quote.key, since=today, until=today) == [deleted, made]
    assert told(client, url, until="2020-01-01") == []
    asked = {"person": "annotator", "kind": "quote", "action": "create", "story": version.article.key}
    assert told(client, url, **asked) == [made]


def test_it_says_whose_work_and_whose_membership(cast: Cast, as_user: Any, url: str) -> None:
    own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    to = cast.membership(cast.reviewer)
    hand_over(actor=cast.manager, assignment=own, to=to, reason="holiday", revision=1)
    change_role(actor=cast.manager, membership=to, role="annotator")
    client = as_user(cast.manager)
    assert told(client, url)[0] == "Manager changed the membership “reviewer”"
    page = soup_of(client.get(url, {"kind": "assignment", "person": "manager"}))
    lines = [entry.select("p")[1].get_text().rpartition(" · ")[2] for entry in page.select(".timeline > li")]
    assert lines == ["work of Reviewer", "work of Annotator"]


@pytest.mark.parametrize("asked", ["colour=red", "kind=x", "person=outsider", "since=yesterday", "page=x"])
def test_what_it_does_not_know_is_refused(cast: Cast, as_user: Any, url: str, asked: str) -> None:
    assert as_user(cast.manager).get(f"{url}?{asked}").status_code == 400


def test_words_that_differ_are_marked_and_names_are_those_of_the_time(cast: Cast, as_user: Any, url: str) -> None:
    claim = create_claim(project=cast.project, actor=cast.manager, new=NewClaim("The bridge is safe."))
    change_claim(actor=cast.manager, claim=claim, revision=1, text="The old bridge is safe.")
    row = soup_of(as_user(cast.manager).get(url, {"kind": "claim"})).select_one(".compared tbody tr")
    assert row is not None
    before, after = row.select("td")
    assert (before.get_text(), [one.get_text() for one in before.select("del")]) == ("The bridge is safe.", [])
    assert (after.get_text(), [one.get_text() for one in after.select("ins")]) == ("The old bridge is safe.", ["old "])


def test_it_asks_as_much_for_many_as_for_few(cast: Cast, as_user: Any, url: str) -> None:
    client, counts = as_user(cast.manager), []
    speaker = create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("Ada 0"))
    for number in range(1, 13):
        version = make_version(cast.project, cast.manager, f"Story {number}\n\nShe said it {number} times.")
        make_quote(
            make_assignment(version, cast.annotator), cast.annotator, "said it", speaker=NewSpeaker(f"S {number}")
        )
        change_speaker(actor=cast.manager, speaker=speaker, revision=number, new=NewSpeaker(f"Ada {number}"))
        if number in {1, 12}:
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(url)
            counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_is_blind_sees_nothing_of_the_others_work(cast: Cast, as_user: Any, url: str) -> None:
    version = make_version(cast.project, cast.manager)
    make_assignment(version, cast.manager)
    client = as_user(cast.manager)
    before = told(client, url)
    make_quote(make_assignment(version, cast.annotator), cast.annotator, SAFE, speaker=NewSpeaker("Ada Holt"))
    assert told(client, url) == before
    assert told(client, url, person="annotator") == []
    assert len(told(as_user(cast.reviewer), url, person="annotator")) == 3
    assert told(as_user(cast.viewer), url, kind="quote") == []


class TestRestoring:
    """Each state of a quote can be brought back where it is shown."""

    @pytest.fixture
    def quote(self, cast: Cast) -> Quote:
        """A quote that was made, changed and deleted."""
        own = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
        made = make_quote(own, cast.annotator, SAFE)
        changed = change_quote(actor=cast.annotator, quote=made, revision=1, parts={"note": "Sure?"})
        return delete_quote(actor=cast.annotator, quote=changed, revision=2)

    def test_from_the_page(self, cast: Cast, as_user: Any, quote: Quote) -> None:
        client, page = as_user(cast.annotator), reverse("quote-history", args=["desk", quote.key])
        forms = soup_of(client.get(page)).select(".timeline form")
        sent = [{one["name"]: str(one["value"]) for one in form.select("input")} for form in forms]
        # Before it was deleted; before and after the change; after it was made.
        assert [one["to"] for one in sent] == ["2", "1", "2", "1"]
        answer = client.post(str(forms[0]["action"]), sent[0])
        assert answer["Location"] == page
        quote.refresh_from_db()
        assert (quote.is_deleted, quote.note) == (False, "Sure?")
        told = soup_of(client.get(page))
        assert "brought back the quote" in told.select(".timeline > li")[0].get_text()
        assert "as it stands now" in told.select(".timeline > li")[0].get_text()
        late = client.post(str(forms[1]["action"]), sent[1], follow=True)
        assert "was changed since you saw it" in soup_of(late).get_text()
        bare = client.post(str(forms[1]["action"]), {"to": "x"}, follow=True)
        assert "Nothing was changed" in soup_of(bare).get_text()
        quote.refresh_from_db()
        assert quote.revision == 4

    def test_who_may_only_look_is_offered_nothing(self, cast: Cast, as_user: Any, quote: Quote) -> None:
        page = soup_of(as_user(cast.reviewer).get(reverse("quote-history", args=["desk", quote.key])))
        assert page.select(".compared")
        assert page.select(".timeline form") == []
