"""Guidelines: versions that never change, the one under which a quote was made, and who has seen which."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from annotations.models import Assignment, GuidelinesVersion, Membership, Quote
from annotations.services import guidelines as services
from annotations.services.errors import Conflict, Invalid
from annotations.services.quotes import change_quote, delete_quote
from annotations.services.removals import remove_name
from annotations.services.speakers import NewSpeaker
from annotations.services.undo import redo, undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_quote

pytestmark = pytest.mark.django_db


def write(cast: Cast, text: str, **more: str) -> GuidelinesVersion | None:
    """Put a text in force."""
    seen = more.pop("seen", services.guidelines_seen(cast.project))
    return services.change_guidelines(
        actor=cast.manager, project=cast.project, seen=seen, guidelines=text, gesture=more.get("gesture")
    )


def numbers(cast: Cast) -> list[int]:
    return list(cast.project.guidelines_versions.values_list("number", flat=True))


class TestVersions:
    def test_each_text_is_a_version_and_the_same_text_none(self, cast: Cast) -> None:
        first, again = write(cast, "# One\n", gesture="g"), write(cast, "# One\n")
        assert first == again
        write(cast, "# Two\n")
        # The key of a gesture that was written stands for what it wrote.
        empty = services.mark_of(cast.project, 0)
        write(cast, "# One\n", gesture="g", seen=empty)
        assert numbers(cast) == [1, 2]
        assert services.text_in_force(cast.project) == "# Two\n"
        assert [clause.key for clause in services.clauses_of(cast.project)] == ["two"]
        assert list(verify()) == []

    def test_a_stale_text_is_a_conflict_and_writes_nothing(self, cast: Cast) -> None:
        seen = services.guidelines_seen(cast.project)
        write(cast, "Theirs.")
        with pytest.raises(Conflict) as refused:
            write(cast, "Mine.", seen=seen)
        assert refused.value.current == {"guidelines": "Theirs.", "version": 1}
        assert numbers(cast) == [1]

    def test_a_version_is_never_changed_or_deleted(self, cast: Cast) -> None:
        write(cast, "One.")
        rows = GuidelinesVersion.objects.filter(project=cast.project)
        acts = (lambda: rows.update(text="Two."), lambda: rows.update(number=2), rows.delete)
        for act in acts:
            with pytest.raises(DatabaseError), transaction.atomic():
                act()

    @pytest.mark.parametrize(
        ("text", "code", "told"),
        [
            ('# A {#a concerns="tone"}', "clause_concern", "Line 1: a clause cannot concern “tone”"),
            ("# A {#a}\n# B {#a}", "clause_twice", "Line 2"),
            ("# A {#a b}", "clause_anchor", "Line 1"),
        ],
    )
    def test_an_anchor_that_cannot_be_is_refused_with_its_line(
        self, cast: Cast, text: str, code: str, told: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            write(cast, text)
        assert refused.value.code == code
        assert told in refused.value.message
        assert "engagement" in refused.value.message or code != "clause_concern"

    def test_a_clause_that_is_not_there(self, cast: Cast) -> None:
        write(cast, '# A {#a concerns="engagement"}')
        assert services.require_clause(cast.project, "a").concerns == ("engagement",)
        with pytest.raises(Invalid):
            services.require_clause(cast.project, "b")

    def test_a_name_that_is_removed_leaves_every_version(self, cast: Cast, assignment: Assignment) -> None:
        quote = make_quote(assignment, cast.annotator, "bridge is", speaker=NewSpeaker("Ada Holt"))
        write(cast, "# One\n\nAda Holt is the mayor.")
        write(cast, "# Two\n\nAda Holt was the mayor.")
        assert quote.speaker is not None
        remove_name(actor=cast.manager, speaker=quote.speaker, reason="a request")
        assert not GuidelinesVersion.objects.filter(text__contains="Holt").exists()
        assert not [row for row in cast.changes.filter(subject_kind="project") if "Holt" in str(row.after)]
        assert list(verify()) == []


class TestQuotes:
    def test_a_quote_keeps_the_version_it_was_made_under(self, cast: Cast, assignment: Assignment) -> None:
        before = make_quote(assignment, cast.annotator, "moves a little")
        write(cast, "One.")
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        write(cast, "Two.")
        quote = change_quote(actor=cast.annotator, quote=quote, revision=quote.revision, parts={"note": "x"})
        quote = delete_quote(actor=cast.annotator, quote=quote, revision=quote.revision)
        for step in (undo, undo, undo, redo):
            assignment.refresh_from_db()
            step(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
        known = dict(Quote.objects.values_list("key", "guidelines__number"))
        assert known == {before.key: None, quote.key: 1}
        assert list(verify()) == []

    def test_the_database_holds_a_quote_to_its_version(self, cast: Cast, assignment: Assignment) -> None:
        write(cast, "One.")
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        other = services.add_version(project=cast.other_project, author=None, text="Other.")
        for version in (None, other.pk):
            with pytest.raises(DatabaseError), transaction.atomic():
                Quote.objects.filter(pk=quote.pk).update(guidelines=version)


class TestSeen:
    def test_who_has_never_annotated_is_told_nothing(self, cast: Cast, assignment: Assignment) -> None:
        write(cast, "One.")
        assert services.unread_change(cast.membership(cast.annotator)) is None
        make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        assert services.unread_change(cast.membership(cast.annotator)) is None
        write(cast, "Two.")
        write(cast, "Three.")
        assert services.unread_change(cast.membership(cast.annotator)) == (1, 3)
        assert services.unread_change(cast.membership(cast.other_annotator)) is None
        # Going on does not count as having looked.
        make_quote(assignment, cast.annotator, "moves a little")
        assert services.unread_change(cast.membership(cast.annotator)) == (1, 3)
        services.look_at_version(membership=cast.membership(cast.annotator), number=2)
        assert services.unread_change(cast.membership(cast.annotator)) == (2, 3)
        services.look_at_version(membership=cast.membership(cast.annotator), number=99)
        assert services.unread_change(cast.membership(cast.annotator)) is None
        assert cast.membership(cast.annotator).guidelines_seen == 3

    def test_who_began_before_there_were_any(self, cast: Cast, assignment: Assignment) -> None:
        make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        write(cast, "One.")
        assert services.unread_change(cast.membership(cast.annotator)) == (0, 1)

    def test_a_mark_is_never_older_than_it_was(self, cast: Cast) -> None:
        write(cast, "One.")
        write(cast, "Two.")
        membership = cast.membership(cast.viewer)
        services.look_at_version(membership=membership, number=2)
        services.look_at_version(membership=membership, number=1)
        assert Membership.objects.get(pk=membership.pk).guidelines_seen == 2


def test_more_clauses_than_a_page_can_show_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="at most 500 headings"):
        write(cast, "# A\n" * (services.MOST_CLAUSES + 1))
    assert write(cast, "# A\n" * services.MOST_CLAUSES) is not None
