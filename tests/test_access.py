"""Independence: before there is gold, nobody who holds an assignment of a story sees another's work on it."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from annotations import access
from annotations.models import Assignment, Membership, Quote, Role, User
from annotations.services import quotes, speakers
from annotations.services.articles import add_version
from annotations.services.claims import NewClaim
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

SAFE = "“The bridge is safe,”"


@pytest.fixture
def theirs(cast: Cast, assignment: Assignment) -> Quote:
    """The other annotator's quote of the story that the annotator holds too."""
    other = make_assignment(assignment.version, cast.other_annotator)
    return make_quote(
        other,
        cast.other_annotator,
        SAFE,
        speaker=NewSpeaker("Ada Holt"),
        claims=[{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
    )


def sees(cast: Cast, user: User, quote: Quote) -> bool:
    """Whether the user sees a quote by any way; all ways must agree."""
    membership = cast.membership(user)
    answers = {
        access.visible_quotes(membership).filter(pk=quote.pk).exists(),
        access.visible_assignments(membership).filter(pk=quote.assignment_id).exists(),
        access.visible_changes(membership).filter(subject_kind="quote", subject_key=quote.key).exists(),
    }
    assert len(answers) == 1
    return answers.pop()


def offered(cast: Cast, user: User) -> tuple[set[str], set[str]]:
    """The speakers and claims that the user is offered."""
    membership = cast.membership(user)
    labels = access.visible_speakers(membership).values_list("label", flat=True)
    return set(labels), set(access.visible_claims(membership).values_list("text", flat=True))


ALL = ({"Ada Holt"}, {"The bridge is safe."})
NOTHING: tuple[set[str], set[str]] = (set(), set())


def test_before_there_is_gold(cast: Cast, theirs: Quote) -> None:
    assert [sees(cast, user, theirs) for user in cast.members.values()] == [False, True, True, True, False]
    assert offered(cast, cast.annotator) == NOTHING
    assert offered(cast, cast.other_annotator) == offered(cast, cast.reviewer) == ALL


@pytest.mark.parametrize("role", ["reviewer", "manager"])
def test_a_role_does_not_open_the_eyes_of_who_holds_an_assignment(cast: Cast, theirs: Quote, role: str) -> None:
    user = cast.members[role]
    make_assignment(theirs.assignment.version, user)
    assert not sees(cast, user, theirs)
    assert offered(cast, user) == NOTHING


def test_an_earlier_version_blinds_too(cast: Cast, theirs: Quote) -> None:

    newer = add_version(
        actor=cast.manager, article=theirs.assignment.version.article, text="Mayor Opens Bridge\n\nCorrected."
    ).version
    make_assignment(newer, cast.reviewer)
    assert not sees(cast, cast.reviewer, theirs)


def test_gold_opens_the_eyes(cast: Cast, theirs: Quote) -> None:
    make_assignment(theirs.assignment.version, cast.reviewer)
    gold = Assignment.objects.create(project=cast.project, version=theirs.assignment.version, status="gold")
    Quote.objects.create(project=cast.project, assignment=gold, speaker=theirs.speaker)
    assert sees(cast, cast.reviewer, theirs)
    # An annotator never sees others' work, but what gold uses is offered.
    assert not sees(cast, cast.annotator, theirs)
    assert offered(cast, cast.annotator)[0] == {"Ada Holt"}


def test_use_in_another_story_is_offered(cast: Cast, theirs: Quote) -> None:
    elsewhere = make_assignment(
        make_version(cast.project, cast.manager, "Elsewhere\n\n“Yes,” said Ada Holt."), cast.other_annotator
    )
    make_quote(elsewhere, cast.other_annotator, "“Yes,”", speaker=theirs.speaker.key if theirs.speaker else None)
    assert offered(cast, cast.annotator) == ({"Ada Holt"}, set())


def test_making_one_that_exists_yields_it_silently(cast: Cast, assignment: Assignment, theirs: Quote) -> None:
    mine = make_quote(assignment, cast.annotator, SAFE, speaker=NewSpeaker("ada holt"))
    assert mine.speaker == theirs.speaker
    assert offered(cast, cast.annotator)[0] == {"Ada Holt"}


def test_a_key_does_not_tell_that_another_has_these_words(cast: Cast, assignment: Assignment, theirs: Quote) -> None:
    mine = make_quote(assignment, cast.annotator, SAFE, speaker=NewSpeaker("Ada Holt", kind="group"))
    other = make_quote(assignment, cast.annotator, "moves a little", speaker=NewSpeaker("Nobody else's"))
    made = [quote.speaker for quote in (mine, other) if quote.speaker]
    assert [len(one.key.rpartition("-")[2]) for one in made] == [10, 10]


def test_the_history_of_a_speaker_one_is_not_offered_is_not_seen(cast: Cast, theirs: Quote) -> None:
    history = access.visible_changes(cast.membership(cast.annotator)).filter(subject_kind="speaker")
    assert not history.exists()
    assert access.visible_changes(cast.membership(cast.manager)).filter(subject_kind="speaker").exists()


def test_what_others_do_to_a_speaker_one_is_not_offered_is_not_seen(cast: Cast, theirs: Quote) -> None:
    assert theirs.speaker is not None
    speakers.change_speaker(actor=cast.manager, speaker=theirs.speaker, revision=1, new=NewSpeaker("Ada J. Holt"))
    assert not access.visible_changes(cast.membership(cast.annotator)).filter(subject_kind="speaker").exists()


@pytest.mark.parametrize("is_first", [True, False])
def test_nobody_finds_out_whether_they_made_a_name_first(cast: Cast, assignment: Assignment, is_first: bool) -> None:
    """Names that one used, and uses no longer, are gone, whoever made them; and history does not tell who did."""
    claim = {"claim": NewClaim("It stands."), "stance": "asserts"}
    if not is_first:
        other = make_assignment(assignment.version, cast.other_annotator)
        make_quote(other, cast.other_annotator, SAFE, speaker=NewSpeaker("Ada Holt"), claims=[claim])
    mine = make_quote(assignment, cast.annotator, SAFE, speaker=NewSpeaker("Ada Holt"), claims=[claim])
    assert offered(cast, cast.annotator) == ({"Ada Holt"}, {"It stands."})
    history = access.visible_changes(cast.membership(cast.annotator))
    assert not history.filter(subject_kind__in=["speaker", "claim"]).exists()
    quotes.delete_quote(actor=cast.annotator, quote=mine, revision=mine.revision)
    assert offered(cast, cast.annotator) == NOTHING


def test_another_desk_does_not_exist(cast: Cast) -> None:
    with pytest.raises(Http404):
        access.get_membership(cast.outsider, cast.project.slug)
    assert list(access.projects_of(cast.outsider)) == [cast.other_project]


@pytest.mark.parametrize("gone", ["membership", "user"])
def test_who_has_left_sees_nothing(cast: Cast, gone: str) -> None:
    if gone == "membership":
        Membership.objects.filter(user=cast.manager).update(is_active=False)
    else:
        User.objects.filter(pk=cast.manager.pk).update(is_active=False)
    with pytest.raises(Http404):
        access.get_membership(cast.manager, cast.project.slug)


def test_roles_are_what_the_table_says(cast: Cast) -> None:
    for act, roles in access.ALLOWED.items():
        for user in cast.members.values():
            membership = cast.membership(user)
            if Role(membership.role) in roles:
                access.require(membership, act)
            else:
                with pytest.raises(PermissionDenied):
                    access.require(membership, act)
