"""Speakers and claims by themselves: making them once, keys that tell nothing, and merging without rings."""

from __future__ import annotations

from typing import Any

import pytest

from annotations.models import Claim, Speaker
from annotations.services import claims, speakers
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict, Invalid
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.services.test_concurrency import WORKERS, together


def make_speakers(cast: Cast, *names: str) -> list[Speaker]:
    """Make speakers of these names."""
    return [speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker(name)) for name in names]


def make_claims(cast: Cast, *texts: str) -> list[Claim]:
    """Make claims of these words."""
    return [claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim(text)) for text in texts]


def merge(cast: Cast, one: Any, into: Any, gesture: str | None = None) -> Any:
    """Merge a row that nobody changed since it was made."""
    if isinstance(one, Speaker):
        return speakers.merge_speakers(actor=cast.manager, speaker=one, into=into, revision=1, gesture=gesture)
    return claims.merge_claims(actor=cast.manager, claim=one, into=into, revision=1, gesture=gesture)


@pytest.mark.parametrize("make", [make_speakers, make_claims])
def test_a_merge_that_would_close_a_ring_is_refused_whatever_the_page_showed(cast: Cast, make: Any) -> None:
    one, other = make(cast, "One", "Other")
    as_seen = type(one).objects.get(pk=one.pk)
    merge(cast, one, other)
    with pytest.raises(Invalid):
        merge(cast, other, as_seen)


@pytest.mark.parametrize("make", [make_speakers, make_claims])
def test_a_retried_merge_stands_although_its_target_was_merged_since(cast: Cast, make: Any) -> None:
    one, other, third = make(cast, "One", "Other", "Third")
    merge(cast, one, other, gesture="once")
    merge(cast, other, third)
    again = merge(cast, one, type(one).objects.get(pk=other.pk), gesture="once")
    assert again.merged_into == other


def test_a_retry_gives_the_speaker_that_was_made_although_another_has_the_name_since(cast: Cast) -> None:
    def make(office: str, gesture: str) -> Speaker:
        new = NewSpeaker("Ada Holt", description=office)
        return speakers.create_speaker(project=cast.project, actor=cast.manager, new=new, gesture=gesture)

    mayor = make("mayor", "first")
    make("teacher", "second")
    assert make("mayor", "first") == mayor


def test_a_retry_gives_what_was_made_although_it_has_other_words_since(cast: Cast) -> None:
    def speaker() -> Speaker:
        new = NewSpeaker("Ada")
        return speakers.create_speaker(project=cast.project, actor=cast.manager, new=new, gesture="speaker")

    def claim() -> Claim:
        new = NewClaim("It stands.")
        return claims.create_claim(project=cast.project, actor=cast.manager, new=new, gesture="claim")

    one, other = speaker(), claim()
    speakers.change_speaker(actor=cast.manager, speaker=one, revision=1, new=NewSpeaker("Ada Holt"))
    claims.change_claim(actor=cast.manager, claim=other, revision=1, text="The bridge stands.")
    assert (speaker(), claim()) == (one, other)


# No letter twice: what repeats itself would be compressed, and fit.
CHINESE = [chr(0x4E00 + place * 19) for place in range(1000)]
ANCIENT = [chr(0x20000 + place * 37) for place in range(1000)]


@pytest.mark.parametrize(
    "letters", [CHINESE, ANCIENT, ["ﷺ"] * 1000, [*"a\0b"], [*"a\ud800b"]], ids=["3 bytes", "4", "long", "NUL", "half"]
)
def test_every_name_is_taken_whole_or_refused_in_words(cast: Cast, letters: list[str]) -> None:
    label, description, text = ("".join(letters[:length]) for length in (300, 500, 1000))
    for new in (NewSpeaker(label), NewSpeaker("Ada", description=description), NewSpeaker("Ada", aliases=(label,))):
        with pytest.raises(Invalid):
            speakers.create_speaker(project=cast.project, actor=cast.manager, new=new)
    with pytest.raises(Invalid):
        claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim(text))


def test_names_of_the_greatest_length_are_taken(cast: Cast) -> None:
    for letters in (["ß"] * 1000, CHINESE[:860], ["a"] * 1000):
        size = len(letters)
        label, description = "".join(letters[: size * 3 // 10]), "".join(letters[: size // 2])
        new = NewSpeaker(label, kind="organisation", description=description)
        assert speakers.create_speaker(project=cast.project, actor=cast.manager, new=new).label == label
        assert claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim("".join(letters)))


@pytest.mark.parametrize("wikidata", ["q42", "42", "Q0", "Q42\0", "https://www.wikidata.org/wiki/Q42"])
def test_a_wikidata_id_is_one_that_an_import_takes_again(cast: Cast, wikidata: str) -> None:
    with pytest.raises(Invalid):
        speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("Ada", wikidata=wikidata))


@pytest.mark.usefixtures("transactional_db")
@pytest.mark.parametrize("make", [make_speakers, make_claims])
def test_merging_in_a_circle_at_once_makes_no_ring(cast: Cast, make: Any) -> None:
    made = make(cast, *(f"Number {number}" for number in range(WORKERS)))
    given = together(lambda number: merge(cast, made[number], made[(number + 1) % WORKERS]))
    assert {type(one) for one in given} <= {type(made[0]), Invalid, Conflict}
    step = dict(type(made[0]).objects.values_list("pk", "merged_into"))
    for first in step:
        seen: list[int] = []
        pk = first
        while pk not in seen and step[pk]:
            seen.append(pk)
            pk = step[pk]
        assert pk not in seen
