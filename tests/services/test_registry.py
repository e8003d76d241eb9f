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
from tests.factories import make_assignment, make_quote, make_version
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


@pytest.mark.parametrize("make", [make_speakers, make_claims])
def test_words_that_were_merged_stand_for_others_whoever_writes_them(cast: Cast, make: Any) -> None:
    one, other = make(cast, "Bob Stone", "Jane Doe")
    merge(cast, one, other)
    assert make(cast, "bob  stone") == [other]
    back = {"actor": cast.manager, "revision": 2}
    if make is make_speakers:
        speakers.unmerge_speaker(speaker=one, **back)
    else:
        claims.unmerge_claim(claim=one, **back)
    assert make(cast, "Bob Stone") == [one]


def test_a_merged_name_without_a_description_is_the_only_one_of_its_name(cast: Cast) -> None:
    def make(description: str) -> Speaker:
        new = NewSpeaker("Bob Stone", description=description)
        return speakers.create_speaker(project=cast.project, actor=cast.manager, new=new)

    mayor, teacher = make("mayor"), make("teacher")
    merge(cast, mayor, teacher)
    assert make("") == teacher
    assert make("baker") not in {mayor, teacher}


def test_a_name_that_is_taken_is_a_fault_of_the_name_and_no_conflict(cast: Cast) -> None:
    make_speakers(cast, "Jane Doe")
    make_claims(cast, "It stands.")
    with pytest.raises(Invalid) as taken:
        speakers.change_speaker(
            actor=cast.manager, speaker=make_speakers(cast, "Bob")[0], revision=1, new=NewSpeaker("Jane Doe")
        )
    assert taken.value.field == "label"
    with pytest.raises(Invalid) as worded:
        claims.change_claim(actor=cast.manager, claim=make_claims(cast, "It fell.")[0], revision=1, text="It stands.")
    assert worded.value.field == "text"


def test_who_annotates_beside_others_cannot_ask_which_names_are_taken(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    (bob,), (fell,) = make_speakers(cast, "Bob"), make_claims(cast, "It fell.")
    make_assignment(version, cast.manager)
    # Alone with the story there is nothing to find out.
    speakers.change_speaker(actor=cast.manager, speaker=bob, revision=1, new=NewSpeaker("Bob Stone"))
    own = make_assignment(version, cast.annotator)
    make_quote(own, cast.annotator, "in winter", speaker=NewSpeaker("Jane Doe"))
    for name in ("Jane Doe", "Nobody Known"):
        with pytest.raises(Invalid) as refused:
            speakers.change_speaker(actor=cast.manager, speaker=bob, revision=2, new=NewSpeaker(name))
        assert refused.value.code == "blind"
    with pytest.raises(Invalid):
        claims.change_claim(actor=cast.manager, claim=fell, revision=1, text="It stands.")
    more = NewSpeaker("Bob  Stone", aliases=("Bobby",))
    assert speakers.change_speaker(actor=cast.manager, speaker=bob, revision=2, new=more).aliases == ["Bobby"]


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
