"""What a removal left of a speaker or a claim is offered to nobody, unless quotes still name it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from annotations.access import offered_claim, offered_speaker
from annotations.models import Assignment, Claim, Quote, Speaker
from annotations.services import claims, quotes, speakers
from annotations.services.claims import NewClaim
from annotations.services.removals import remove_article, remove_name
from annotations.services.speakers import NewSpeaker
from annotations.services.tokens import create_token
from tests.cast import Cast
from tests.client import StrictClient
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def annotated(cast: Cast, assignment: Assignment) -> Assignment:
    """A story with a named speaker, one who is not, and a claim."""
    claim = [{"claim": NewClaim("The Tarn bridge is safe."), "stance": "asserts"}]
    make_quote(assignment, cast.annotator, "“The bridge is safe,”", speaker=NewSpeaker("Ada Holt"), claims=claim)
    make_quote(assignment, cast.annotator, "nobody had measured it", speaker=NewSpeaker("a shy man", named=False))
    return assignment


@pytest.fixture
def offered(cast: Cast, as_user: Any) -> Callable[[], dict[str, int]]:
    """Return what counts the tombstones in each list, offer and choice."""
    story = make_version(cast.project, cast.manager, "Another story.\n\nIt is short.")
    work = make_assignment(story, cast.annotator)
    token = create_token(user=cast.manager, name="t", scope="read", days=1)[1]
    speaker = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("Removed Ed"))
    claim = claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim("It is removed."))

    def count() -> dict[str, int]:
        found = {}
        for noun, row in (("speakers", speaker), ("claims", claim)):
            pages = as_user(cast.manager)
            found[noun] = pages.get(f"/projects/desk/{noun}/").content.count(b"[removed-")
            merging = pages.get(f"/projects/desk/{noun}/{row.key}/merge/", {"q": "removed"})
            found[f"{noun} to merge"] = merging.content.count(b"[removed-")
            answer = StrictClient().get(f"/api/v1/projects/desk/{noun}/", headers={"Authorization": f"Bearer {token}"})
            assert answer.status_code == 200
            found[f"{noun} by API"] = answer.content.count(b"[removed-")
        typing = as_user(cast.annotator)
        for name, field in (("speaker-options", "name"), ("claim-options", "claim")):
            found[name] = typing.get(reverse(name, args=[work.pk]), {field: "[removed"}).content.count(b"[removed-")
        return found

    return count


def test_those_of_a_story_are_nowhere(cast: Cast, annotated: Assignment, offered: Any) -> None:
    one = speakers.create_speaker(
        project=cast.project, actor=cast.manager, new=NewSpeaker("Zed"), article=annotated.version.article
    )
    into = Speaker.objects.get(label="Ada Holt")
    speakers.merge_speakers(actor=cast.manager, speaker=one, into=into, revision=1)
    remove_article(actor=cast.manager, article=annotated.version.article, reason="Order 7")
    assert Speaker.objects.filter(label__startswith="[removed-").count() == 3
    assert set(offered().values()) == {0}
    assert Speaker.objects.standing().get().label == "Removed Ed"
    assert Claim.objects.standing().get().text == "It is removed."


def test_what_is_left_can_still_be_looked_at(cast: Cast, as_user: Any, annotated: Assignment) -> None:
    remove_article(actor=cast.manager, article=annotated.version.article, reason="Order 7")
    for noun, model in (("speakers", Speaker), ("claims", Claim)):
        for key in model.objects.values_list("key", flat=True):
            assert as_user(cast.manager).get(f"/projects/desk/{noun}/{key}/").status_code == 200


@pytest.mark.parametrize("is_merged", [False, True])
def test_a_name_with_quotes_stays_until_they_go(
    cast: Cast, annotated: Assignment, offered: Any, is_merged: bool
) -> None:
    speaker = Speaker.objects.get(label="Ada Holt")
    if is_merged:
        other = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("A. Holt"))
        speakers.merge_speakers(actor=cast.manager, speaker=speaker, into=other, revision=speaker.revision)
    remove_name(actor=cast.manager, speaker=speaker, reason="She asked for it")
    assert offered()["speakers"] > 0
    quote = Quote.objects.get(speaker=speaker)
    quotes.delete_quote(actor=cast.annotator, quote=quote, revision=quote.revision)
    assert offered()["speakers"] == offered()["speakers by API"] == offered()["speaker-options"] == 0


def test_a_program_cannot_choose_one(cast: Cast, annotated: Assignment) -> None:
    remove_article(actor=cast.manager, article=annotated.version.article, reason="Order 7")
    membership = cast.membership(cast.annotator)
    assert [offered_speaker(membership, key) for key in Speaker.objects.values_list("key", flat=True)] == [None] * 2
    assert [offered_claim(membership, key) for key in Claim.objects.values_list("key", flat=True)] == [None]
