"""Examples: real quotes that every member reads, and none of a story that somebody still reads blind."""

from __future__ import annotations

import pytest

from annotations.access import get_article, visible_changes, visible_examples
from annotations.models import Assignment, Change, GuidelinesExample, Quote, User
from annotations.services.errors import Invalid
from annotations.services.examples import can_be_shown, pin_example, unpin_example
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.quotes import delete_quote
from annotations.services.removals import remove_article, remove_name
from annotations.services.speakers import NewSpeaker
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

pytestmark = pytest.mark.django_db


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote on a desk whose guidelines have one clause."""
    seen = guidelines_seen(cast.project)
    change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines="# The cue {#cue}\n")
    return make_quote(assignment, cast.annotator, "“The bridge is safe,”", speaker=NewSpeaker("Ada Holt"))


def pin(cast: Cast, quote: Quote, note: str = "The verb alone.", **more: str) -> GuidelinesExample:
    """Pin a quote as the reviewer."""
    asked = {"clause": "cue", "is_good": True, "note": note, "gesture": None} | more
    return pin_example(actor=cast.reviewer, quote=quote, **asked)  # type: ignore[arg-type]


def seen_by(cast: Cast, user: User) -> list[str]:
    return [row.clause for row in visible_examples(cast.membership(user))]


def told(cast: Cast, user: User) -> bool:
    changes = visible_changes(cast.membership(user))
    return changes.filter(subject_kind=Change.Subject.EXAMPLE).exists()


def test_every_member_sees_it_until_it_is_taken_off(cast: Cast, quote: Quote) -> None:
    example = pin(cast, quote, "  The verb\n alone. ", gesture="g")
    assert pin(cast, quote, "  The verb\n alone. ", gesture="g") == example
    assert example.note == "The verb alone."
    assert all(seen_by(cast, user) == ["cue"] for user in cast.members.values())
    with pytest.raises(Invalid, match="already"):
        pin(cast, quote)
    for _twice in range(2):
        unpin_example(actor=cast.reviewer, example=example)
    assert seen_by(cast, cast.viewer) == []
    assert pin(cast, quote, "Again.").pk == example.pk
    rows = cast.changes.filter(subject_kind=Change.Subject.EXAMPLE).order_by("pk")
    assert [(row.action, row.after["pinned"]) for row in rows] == [
        ("create", True),
        ("change", False),
        ("change", True),
    ]
    assert list(verify()) == []


@pytest.mark.parametrize(
    ("more", "field"), [({"clause": "gone"}, "clause"), ({"note": " "}, "note"), ({"note": "x" * 201}, "note")]
)
def test_what_cannot_be_pinned(cast: Cast, quote: Quote, more: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        pin(cast, quote, **more)
    assert refused.value.field == field
    assert not GuidelinesExample.objects.exists()


def test_a_quote_that_was_deleted_is_no_example(cast: Cast, quote: Quote) -> None:
    pin(cast, quote)
    delete_quote(actor=cast.annotator, quote=quote, revision=quote.revision)
    assert seen_by(cast, cast.viewer) == []
    with pytest.raises(Invalid, match="deleted"):
        pin(cast, quote)


def test_nothing_is_pinned_of_a_story_that_somebody_reads_blind(
    cast: Cast, quote: Quote, assignment: Assignment
) -> None:
    make_assignment(assignment.version, cast.other_annotator)
    with pytest.raises(Invalid) as refused:
        pin(cast, quote)
    assert refused.value.code == "blind"
    gold = Assignment.objects.create(project=cast.project, version=assignment.version, status="gold")
    pin(cast, Quote.objects.create(project=cast.project, assignment=gold))
    assert seen_by(cast, cast.other_annotator) == ["cue"]


def test_who_reads_the_story_blind_is_not_told_whether_others_do(
    cast: Cast, quote: Quote, assignment: Assignment
) -> None:
    own = make_assignment(make_version(cast.project, cast.manager, "Another.\n\nIt says so."), cast.reviewer)
    mine = make_quote(own, cast.reviewer, "It says so")
    assert not can_be_shown(own, cast.reviewer)
    assert can_be_shown(own, cast.manager)
    make_assignment(own.version, cast.annotator)
    assert not can_be_shown(own, cast.reviewer)
    with pytest.raises(Invalid) as refused:
        pin(cast, mine)
    assert refused.value.code == "blind"


@pytest.mark.parametrize("who", ["other_annotator", "reviewer", "manager"])
def test_who_takes_the_story_up_later_sees_neither_example_nor_history(
    cast: Cast, quote: Quote, assignment: Assignment, who: str
) -> None:
    pin(cast, quote)
    user = cast.members[who]
    make_assignment(assignment.version, user)
    assert seen_by(cast, user) == []
    assert not told(cast, user)
    assert seen_by(cast, cast.annotator) == seen_by(cast, cast.viewer) == ["cue"]
    Assignment.objects.create(project=cast.project, version=assignment.version, status="gold")
    assert seen_by(cast, user) == ["cue"]


def test_a_removal_takes_the_note(cast: Cast, quote: Quote, assignment: Assignment) -> None:
    pin(cast, quote, "Not the zinc roof.")
    article = get_article(cast.membership(cast.manager), assignment.version.article.key)
    remove_article(actor=cast.manager, article=article, reason="court order")
    assert GuidelinesExample.objects.get().note == ""
    assert not [row for row in Change.objects.all() if "zinc" in f"{row.before} {row.after}"]
    assert seen_by(cast, cast.manager) == []
    assert list(verify()) == []


def test_a_removed_name_leaves_the_note(cast: Cast, quote: Quote) -> None:
    pin(cast, quote, "Ada Holt is named.")
    assert quote.speaker is not None
    remove_name(actor=cast.manager, speaker=quote.speaker, reason="a request")
    assert GuidelinesExample.objects.get().note == "[removed] is named."
    assert list(verify()) == []


def test_verify_finds_what_nobody_pinned(cast: Cast, quote: Quote) -> None:
    example = pin(cast, quote)
    GuidelinesExample.objects.update(is_good=False)
    assert [(one.kind, one.subject) for one in verify()] == [("example", str(example.pk))]
