"""Making, changing and deleting quotes."""

from __future__ import annotations

import pytest

from annotations.exports.records import Record
from annotations.models import Assignment, Change, Claim, Quote, Speaker
from annotations.services import assignments, claims, quotes
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict, Invalid, KeyReused, Locked, NotAllowed
from annotations.services.quote_states import state_of
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import STORY, at, make_quote

SAFE = "“The bridge is safe,”"
OPEN = "“and it will stay open.”"


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote with everything."""
    return make_quote(
        assignment,
        cast.annotator,
        SAFE,
        source="Mayor Ada Holt",
        cue="said",
        speaker=NewSpeaker("Ada Holt", description="mayor"),
        labels={"act": "statement", "factuality": "said"},
        claims=[{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
    )


def change(quote: Quote, cast: Cast, **parts: object) -> Record:
    """Change a quote as the annotator, from the revision it has now."""
    quote.refresh_from_db()
    changed = quotes.change_quote(actor=cast.annotator, quote=quote, revision=quote.revision, parts=parts)  # type: ignore[arg-type]
    return state_of(changed)


def test_a_quote_is_one_object_with_all_its_parts(quote: Quote) -> None:
    assert state_of(quote) == {
        "id": quote.key,
        "type": "direct",
        "type_overridden": False,
        "content": [at(STORY, SAFE)],
        "cue": [at(STORY, "said")],
        "source": [at(STORY, "Mayor Ada Holt")],
        "addressee": [],
        "speaker": Speaker.objects.get().key,
        "resolution": "explicit",
        "no_source": None,
        "parent": None,
        "labels": {"act": "statement", "factuality": "said"},
        "claims": [{"claim": Claim.objects.get().key, "stance": "asserts"}],
        "parent_overridden": False,
        "deleted": False,
        "revision": 1,
    }


def test_every_gesture_leaves_history(quote: Quote, cast: Cast) -> None:
    after = change(quote, cast, content=[at(STORY, SAFE), at(STORY, OPEN)])
    row = Change.objects.filter(subject_kind="quote", subject_key=quote.key).last()
    assert row is not None
    assert (row.actor, row.action, row.before["revision"], row.after) == (cast.annotator, "change", 1, after)


def test_a_change_touches_only_what_it_names(quote: Quote, cast: Cast) -> None:
    before = state_of(quote)
    after = change(quote, cast, labels={"act": "belief"})
    assert after == before | {"labels": {"act": "belief", "factuality": "said"}, "revision": 2}


def test_an_empty_label_takes_the_answer_away(quote: Quote, cast: Cast) -> None:
    assert change(quote, cast, labels={"act": None})["labels"] == {"factuality": "said"}


def test_a_change_that_changes_nothing_writes_nothing(quote: Quote, cast: Cast) -> None:
    rows, seen = Change.objects.count(), Assignment.objects.get().revision
    assert change(quote, cast, labels={"act": "statement"})["revision"] == 1
    assert (Change.objects.count(), Assignment.objects.get().revision) == (rows, seen)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"content": []}, "content"),
        ({"content": [{"start": -1, "end": 3}]}, "content"),
        ({"content": [{"start": 3, "end": 3}]}, "content"),
        ({"content": [{"start": 5, "end": 3}]}, "content"),
        ({"content": [{"start": 0, "end": len(STORY) + 1}]}, "content"),
        ({"content": [{"start": 0, "end": 2**63}]}, "content"),
        ({"cue": [{"start": 0.0, "end": 2}]}, "cue"),
        ({"cue": [{"start": "0", "end": 2}]}, "cue"),
        ({"cue": [{"start": True, "end": 2}]}, "cue"),
        ({"cue": [{"start": 0}]}, "cue"),
        ({"source": [{"start": 0, "end": 5, "exact": "mayor"}]}, "source"),
        ({"content": [{"start": 18, "end": 20}]}, "content"),
        ({"type": "poetry"}, "type"),
        ({"resolution": "maybe"}, "resolution"),
        ({"resolution": "implicit"}, "source"),
        ({"resolution": "none"}, "source"),
        ({"resolution": "explicit", "no_source": "orphan"}, "no_source"),
        ({"source": [], "resolution": "explicit"}, "resolution"),
        ({"source": [], "resolution": "none"}, "speaker"),
        ({"source": [], "resolution": "none", "speaker": None}, "no_source"),
        ({"source": [], "resolution": "none", "speaker": None, "no_source": "shy"}, "no_source"),
        ({"source": [], "resolution": "implicit", "speaker": None}, "speaker"),
        ({"speaker": "nobody-known"}, "speaker"),
        ({"speaker": NewSpeaker("  ")}, "name"),
        ({"speaker": NewSpeaker("A\u202eB")}, "name"),
        ({"speaker": NewSpeaker("A", kind="dog")}, "kind"),
        ({"labels": {"act": "dancing"}}, "labels.act"),
        ({"labels": {"mood": "sad"}}, "labels.mood"),
        ({"labels": {"mood": None}}, "labels.mood"),
        ({"claims": [{"claim": "unknown", "stance": "asserts"}]}, "claims"),
        ({"claims": [{"claim": NewClaim("x"), "stance": "likes"}]}, "claims"),
        ({"parent": "q-unknown"}, "parent"),
    ],
)
def test_what_cannot_be_is_refused_and_writes_nothing(
    quote: Quote, cast: Cast, parts: dict[str, object], field: str
) -> None:
    before, rows = state_of(quote), Change.objects.count()
    with pytest.raises(Invalid) as refused:
        change(quote, cast, **parts)
    assert refused.value.field == field
    assert (state_of(quote), Change.objects.count()) == (before, rows)


def test_wrong_words_are_answered_with_the_true_ones(quote: Quote, cast: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        change(quote, cast, cue=[{"start": 0, "end": 5, "exact": "mayor"}])
    assert (refused.value.code, refused.value.details["true"]) == ("wrong_words", "Mayor")


def test_the_type_follows_the_marks_until_somebody_chooses(quote: Quote, cast: Cast) -> None:
    assert change(quote, cast, content=[at(STORY, "the old pier “moves a little” in winter")])["type"] == "mixed"
    chosen = change(quote, cast, type="reported")
    assert (chosen["type"], chosen["type_overridden"]) == ("reported", True)
    kept = change(quote, cast, content=[at(STORY, SAFE)])
    assert (kept["type"], kept["type_overridden"]) == ("reported", True)
    derived = change(quote, cast, type=None)
    assert (derived["type"], derived["type_overridden"]) == ("direct", False)


@pytest.mark.parametrize(("words", "expected"), [("Mayor Ada Holt", "explicit"), ("her", "anaphoric")])
def test_source_words_propose_a_resolution(cast: Cast, assignment: Assignment, words: str, expected: str) -> None:
    quote = make_quote(assignment, cast.annotator, SAFE, speaker=NewSpeaker("Ada Holt"))
    assert quote.resolution == ""
    assert change(quote, cast, source=[at(STORY, words)])["resolution"] == expected


def test_taking_the_source_away_leaves_the_question_open(quote: Quote, cast: Cast) -> None:
    assert change(quote, cast, source=[])["resolution"] is None


def test_no_source_is_an_answer(cast: Cast, assignment: Assignment) -> None:
    quote = make_quote(assignment, cast.annotator, SAFE, resolution="none", no_source="orphan")
    assert (quote.resolution, quote.no_source) == ("none", "orphan")
    named = change(quote, cast, speaker=NewSpeaker("Ada Holt"))
    assert (named["resolution"], named["no_source"]) == ("implicit", None)


def test_parents_come_from_containment_whatever_is_made_first(cast: Cast, assignment: Assignment) -> None:
    inner = make_quote(assignment, cast.annotator, "“moves a little”")
    outer = make_quote(assignment, cast.annotator, "the old pier “moves a little” in winter")
    outermost = make_quote(
        assignment, cast.annotator, "engineers told the council that the old pier “moves a little” in winter"
    )
    assert state_of(inner)["parent"] == outer.key
    assert state_of(outer)["parent"] == outermost.key
    outer.refresh_from_db()
    quotes.delete_quote(actor=cast.annotator, quote=outer, revision=outer.revision)
    assert state_of(inner)["parent"] == outermost.key


def test_a_link_to_a_merged_claim_is_taken_away_by_its_new_name(cast: Cast, assignment: Assignment) -> None:
    said = [{"claim": NewClaim(text), "stance": "asserts"} for text in ("It stands.", "It holds.", "It moves.")]
    quote = make_quote(assignment, cast.annotator, SAFE, claims=said)
    stands, holds, moves = Claim.objects.order_by("pk")
    into = claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim("The bridge stands."))
    for one in (stands, holds):
        claims.merge_claims(actor=cast.manager, claim=one, into=into, revision=1)
    quote = quotes.link_claim(actor=cast.annotator, quote=quote, revision=1, claim=into.key, stance=None)
    assert [link["claim"] for link in state_of(quote)["claims"]] == [moves.key]


OUTER = "engineers told the council that the old pier “moves a little” in winter"


def test_a_chosen_parent_keeps_its_own_parent(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, OUTER)
    inner = make_quote(assignment, cast.annotator, "“moves a little”")
    before = state_of(inner)
    child = make_quote(assignment, cast.annotator, "nobody had measured it", parent=inner.key)
    assert state_of(inner) == before
    change(child, cast, content=[at(STORY, "measured it")])
    assert state_of(inner) == before


def test_a_quote_whose_chosen_parent_goes_stands_where_its_content_stands(cast: Cast, assignment: Assignment) -> None:
    outer = make_quote(assignment, cast.annotator, OUTER)
    chosen = make_quote(assignment, cast.annotator, "nobody had measured it")
    inner = make_quote(assignment, cast.annotator, "“moves a little”", parent=chosen.key)
    quotes.delete_quote(actor=cast.annotator, quote=chosen, revision=chosen.revision)
    assert state_of(inner)["parent"] == outer.key


def test_a_chosen_parent_that_is_moved_into_its_child_is_given_up(cast: Cast, assignment: Assignment) -> None:
    chosen = make_quote(assignment, cast.annotator, "“moves a little”")
    child = make_quote(assignment, cast.annotator, SAFE, parent=chosen.key)
    assert change(chosen, cast, content=[at(STORY, "bridge is safe")])["parent"] == child.key
    assert (state_of(child)["parent"], state_of(child)["parent_overridden"]) == (None, False)


def test_a_chosen_parent_stays(cast: Cast, assignment: Assignment) -> None:
    inner = make_quote(assignment, cast.annotator, "“moves a little”")
    other = make_quote(assignment, cast.annotator, OPEN)
    assert change(inner, cast, parent=other.key)["parent"] == other.key
    outer = make_quote(assignment, cast.annotator, "the old pier “moves a little” in winter")
    assert state_of(inner)["parent"] == other.key
    with pytest.raises(Invalid):
        change(other, cast, parent=inner.key)
    assert change(inner, cast, parent=None)["parent"] is None
    assert change(inner, cast, derive_parent=True)["parent"] == outer.key


def test_a_stale_revision_is_a_conflict_with_the_present_state(quote: Quote, cast: Cast) -> None:
    seen = quote.revision
    change(quote, cast, labels={"act": "belief"})
    with pytest.raises(Conflict) as refused:
        quotes.change_quote(actor=cast.annotator, quote=quote, revision=seen, parts={"speaker": None})
    assert refused.value.current == state_of(quote)
    assert state_of(quote)["speaker"] == Speaker.objects.get().key


def test_a_retry_does_no_harm(cast: Cast, assignment: Assignment) -> None:
    asked = {"content": [at(STORY, SAFE)], "speaker": NewSpeaker("Ada Holt")}
    made = {
        quotes.create_quote(actor=cast.annotator, assignment=assignment, parts=asked, gesture="g-1").key  # type: ignore[arg-type]
        for _ in range(3)
    }
    assert len(made) == Quote.objects.count() == 1
    quote = Quote.objects.get()
    for _ in range(2):
        changed = quotes.change_quote(
            actor=cast.annotator, quote=quote, revision=1, parts={"labels": {"act": "desire"}}, gesture="g-2"
        )
        assert changed.revision == 2
    with pytest.raises(KeyReused):
        quotes.change_quote(
            actor=cast.annotator, quote=quote, revision=2, parts={"labels": {"act": "belief"}}, gesture="g-2"
        )


def test_a_page_may_give_a_new_quote_its_id(cast: Cast, assignment: Assignment) -> None:
    asked = {"actor": cast.annotator, "assignment": assignment, "parts": {"content": [at(STORY, SAFE)]}}
    made = quotes.create_quote(**asked, key="q-23456789bc", gesture="g1")  # type: ignore[arg-type]
    assert made.key == "q-23456789bc"
    assert quotes.create_quote(**asked, key="q-23456789bc", gesture="g1") == made  # type: ignore[arg-type]
    # Ids that could be guessed would tell whose quotes there are.
    for key, code in (("q-23456789bc", "key_taken"), ("kirby-q01", "bad_key"), ("q-23456789bc\n", "bad_key")):
        with pytest.raises(Invalid) as refused:
            quotes.create_quote(**asked, key=key)  # type: ignore[arg-type]
        assert refused.value.code == code
    with pytest.raises(KeyReused):
        quotes.create_quote(**asked, key="q-23456789bd", gesture="g1")  # type: ignore[arg-type]


def test_only_its_annotator_writes_an_assignment(cast: Cast, assignment: Assignment) -> None:
    for user in (cast.manager, cast.reviewer, cast.other_annotator):
        with pytest.raises(NotAllowed):
            make_quote(assignment, user, SAFE)


def test_a_submitted_assignment_is_locked_until_taken_back(cast: Cast, assignment: Assignment) -> None:
    make_quote(assignment, cast.annotator, SAFE)
    assignment.refresh_from_db()
    assignments.submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    with pytest.raises(Locked):
        make_quote(assignment, cast.annotator, OPEN)
    assignments.reopen_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    make_quote(assignment, cast.annotator, OPEN)


def test_submit_is_of_what_was_seen(cast: Cast, assignment: Assignment) -> None:
    seen = assignment.revision
    make_quote(assignment, cast.annotator, SAFE)
    with pytest.raises(Conflict):
        assignments.submit_assignment(actor=cast.annotator, assignment=assignment, revision=seen)


def test_the_same_speaker_is_found_again(cast: Cast, assignment: Assignment, quote: Quote) -> None:
    again = make_quote(assignment, cast.annotator, OPEN, speaker=NewSpeaker("ADA  Holt"))
    assert again.speaker == quote.speaker
    assert Speaker.objects.count() == 1


def test_a_speaker_who_is_not_named_belongs_to_one_story(cast: Cast, assignment: Assignment) -> None:
    quote = make_quote(assignment, cast.annotator, OPEN, speaker=NewSpeaker("engineers", kind="group", named=False))
    assert quote.speaker is not None
    assert quote.speaker.article == assignment.version.article
