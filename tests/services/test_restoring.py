"""What stood earlier, as a new change: a quote, a label set, the guidelines."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from annotations.exports.records import Record
from annotations.models import Assignment, Change, Quote, Speaker
from annotations.services import quotes, undo
from annotations.services.assignments import submit_assignment
from annotations.services.changes import fingerprint
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict, Invalid, Locked, NotAllowed
from annotations.services.guidelines import change_guidelines, guidelines_seen, text_in_force
from annotations.services.label_sets import LabelState, asked_of, change_label_set, move_label_set, seen_mark
from annotations.services.label_sets import state_of as state_of_set
from annotations.services.quote_states import state_of
from annotations.services.removals import remove_article, remove_name
from annotations.services.restoring import restore_guidelines, restore_label_set, restore_quote
from annotations.services.speakers import NewSpeaker
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db
SAFE = "“The bridge is safe,”"


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote that had everything at its first revision, and lost it."""
    made = make_quote(
        assignment,
        cast.annotator,
        SAFE,
        source="Mayor Ada Holt",
        speaker=NewSpeaker("Ada Holt"),
        labels={"act": "demand"},
        claims=[{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
        note="Sure?",
    )
    parts: Any = {"speaker": None, "source": [], "labels": {"act": None}, "claims": [], "note": "", "type": "reported"}
    return quotes.change_quote(actor=cast.annotator, quote=made, revision=1, parts=parts)


def restore(cast: Cast, quote: Quote, to: int = 1, **asked: Any) -> Quote:
    """Bring a quote back as its annotator, who sees it as it stands."""
    quote.refresh_from_db()
    return restore_quote(**{"actor": cast.annotator, "quote": quote, "to": to, "revision": quote.revision, **asked})


def without_revision(state: Record | None) -> Record:
    return {**(state or {}), "revision": 0}


def test_everything_is_back_as_a_new_change(cast: Cast, quote: Quote) -> None:
    first = Change.objects.get(subject_key=quote.key, action="create").after
    back = restore(cast, quote)
    assert without_revision(state_of(back)) == without_revision(first)
    told = Change.objects.latest("pk")
    assert (told.action, told.before["revision"], told.after["revision"]) == ("restore", 2, 3)  # type: ignore[index]
    assert list(verify()) == []


def test_a_deleted_quote_comes_back_and_its_children_stand_in_it_again(cast: Cast, assignment: Assignment) -> None:
    outer = make_quote(assignment, cast.annotator, "engineers told the council that the old pier “moves a little”")
    inner = make_quote(assignment, cast.annotator, "moves a little")
    assert inner.parent == outer
    quotes.delete_quote(actor=cast.annotator, quote=outer, revision=1)
    restore(cast, outer)
    inner.refresh_from_db()
    assert (inner.parent, Quote.objects.live().count()) == (outer, 2)
    assert list(verify()) == []
    # One gesture, one step.
    assignment.refresh_from_db()
    undo.undo(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    inner.refresh_from_db()
    outer.refresh_from_db()
    assert (inner.parent, outer.is_deleted) == (None, True)


def test_a_chosen_parent_that_is_gone_is_given_up(cast: Cast, assignment: Assignment) -> None:
    parent = make_quote(assignment, cast.annotator, "nobody had measured it")
    child = make_quote(assignment, cast.annotator, SAFE, parent=parent.key)
    quotes.change_quote(actor=cast.annotator, quote=child, revision=1, parts={"parent": None})
    quotes.delete_quote(actor=cast.annotator, quote=parent, revision=1)
    back = restore(cast, child)
    assert (back.parent, back.parent_overridden) == (None, False)


def test_a_retry_does_no_harm_and_the_same_again_writes_nothing(cast: Cast, quote: Quote) -> None:
    restore(cast, quote, gesture="once")
    assert restore(cast, quote, gesture="once", revision=2).revision == 3
    assert restore(cast, quote).revision == 3
    assert Change.objects.filter(action="restore").count() == 1


def test_who_saw_less_is_told(cast: Cast, quote: Quote) -> None:
    with pytest.raises(Conflict) as refused:
        restore(cast, quote, revision=1)
    assert refused.value.current is not None
    assert refused.value.current["revision"] == 2


def test_only_its_annotator_and_only_while_it_is_open(cast: Cast, quote: Quote, assignment: Assignment) -> None:
    with pytest.raises(NotAllowed):
        restore(cast, quote, actor=cast.manager)
    assignment.refresh_from_db()
    submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    with pytest.raises(Locked):
        restore(cast, quote)


def test_a_state_that_there_is_not(cast: Cast, quote: Quote) -> None:
    with pytest.raises(Invalid, match="no revision 9"):
        restore(cast, quote, to=9)
    quotes.delete_quote(actor=cast.annotator, quote=quote, revision=2)
    with pytest.raises(Invalid, match="was deleted at revision 3"):
        restore(cast, quote, to=3)


def test_a_label_that_is_hidden_since(cast: Cast, quote: Quote) -> None:
    label_set = cast.project.label_sets.get(key="act")
    state = asked_of(label_set)
    labels = tuple(LabelState(one.key, one.name, one.key != "demand") for one in state.labels)
    hidden = type(state)(state.name, state.question, labels)
    change_label_set(actor=cast.manager, label_set=label_set, seen=seen_mark(label_set), state=hidden)
    with pytest.raises(Invalid, match="“demand” of “act” is hidden"):
        restore(cast, quote)


def test_a_speaker_whose_name_was_removed(cast: Cast, quote: Quote) -> None:
    remove_name(actor=cast.manager, speaker=Speaker.objects.get(), reason="a request")
    with pytest.raises(Invalid, match="speaker of that state"):
        restore(cast, quote)


def test_a_story_that_was_removed(cast: Cast) -> None:
    version = make_version(cast.project, cast.manager)
    made = make_quote(make_assignment(version, cast.annotator), cast.annotator, SAFE)
    quotes.change_quote(actor=cast.annotator, quote=made, revision=1, parts={"note": "x"})
    remove_article(actor=cast.manager, article=version.article, reason="court order")
    made.refresh_from_db()
    with pytest.raises(Invalid, match="removed for good"):
        restore(cast, made)


def test_a_label_set_comes_back_to_its_place_and_what_was_added_is_hidden(cast: Cast) -> None:
    label_set = cast.project.label_sets.get(key="act")
    first, mark = state_of_set(label_set), seen_mark(label_set)
    state = asked_of(label_set)
    labels = (LabelState("joke", "joke"), *(replace(one, name=one.name.upper()) for one in reversed(state.labels)))
    changed = replace(state, name="Deed", question="", labels=labels, active=False)
    change_label_set(actor=cast.manager, label_set=label_set, seen=mark, state=changed)
    move_label_set(actor=cast.manager, label_set=label_set, place=2)
    seen = seen_mark(label_set)
    for _press in range(2):
        restore_label_set(actor=cast.manager, label_set=label_set, to=mark, seen=seen, gesture="once")
    added = {"id": "joke", "name": "joke", "active": False}
    assert state_of_set(label_set) == {**first, "labels": [*first["labels"], added]}
    assert list(cast.project.label_sets.values_list("key", "position")) == [
        ("act", 0),
        ("engagement", 1),
        ("factuality", 2),
    ]
    assert Change.objects.filter(action="restore", subject_key="act").count() == 1
    with pytest.raises(Conflict):
        restore_label_set(actor=cast.manager, label_set=label_set, to=mark, seen=mark)
    with pytest.raises(Invalid, match="no such state"):
        restore_label_set(actor=cast.manager, label_set=label_set, to=fingerprint("other"), seen=seen_mark(label_set))
    assert list(verify()) == []


def test_an_earlier_version_of_the_guidelines_is_in_force_again(cast: Cast) -> None:
    for text in ("# One\n", "# Two\n"):
        seen = guidelines_seen(cast.project)
        change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines=text)
    asked: dict[str, Any] = {"actor": cast.manager, "project": cast.project, "number": 1}
    with pytest.raises(Conflict):
        restore_guidelines(**asked, seen=seen)
    seen = guidelines_seen(cast.project)
    for _press in range(2):
        version = restore_guidelines(**asked, seen=seen, gesture="once")
        assert version is not None
        assert (version.number, text_in_force(cast.project)) == (3, "# One\n")
    with pytest.raises(Invalid, match="no version 9"):
        restore_guidelines(**{**asked, "number": 9}, seen=guidelines_seen(cast.project))
    told = Change.objects.get(action="restore")
    assert (told.subject_kind, told.after["version"]) == ("project", 3)  # type: ignore[index]
    assert list(verify()) == []
