"""Verify finds what was changed behind the program's back, each row once, and nothing else."""

from __future__ import annotations

import copy
from collections.abc import Iterator

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from annotations import triggers
from annotations.models import (
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    GuidelinesVersion,
    Membership,
    Quote,
    Removal,
    Span,
    Speaker,
)
from annotations.services import assignments, quotes, speakers
from annotations.services.article_changes import change_article
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.looked_at import look_at
from annotations.services.quote_parts import QuoteParts
from annotations.services.records import import_records
from annotations.services.sample import sample_record
from annotations.services.speakers import NewSpeaker
from annotations.services.undo import redo, undo
from annotations.services.verification import Scope, verify
from annotations.services.verification.database import references_hold
from tests.cast import Cast
from tests.factories import STORY, at, make_quote

pytestmark = pytest.mark.django_db


def breaches() -> list[tuple[str, str]]:
    """Return what verify finds, without the words."""
    return [(breach.kind, breach.subject) for breach in verify()]


def execute(sql: str, *values: object) -> None:
    """Change something as nobody should."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.fixture
def kirby(cast: Cast) -> Assignment:
    """The gold of the Kirby story."""
    import_records(actor=cast.manager, project=cast.project, records=[copy.deepcopy(sample_record("kirby"))])
    return Assignment.objects.get()


@pytest.fixture
def unguarded() -> Iterator[None]:
    """Take the triggers off, as somebody with a database client could."""
    triggers.take_off(connection)
    yield
    triggers.put_on(connection)


def test_a_desk_at_work_keeps_every_promise(cast: Cast, kirby: Assignment, assignment: Assignment) -> None:
    first = make_quote(
        assignment, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt", speaker=NewSpeaker("Ada Holt")
    )
    make_quote(assignment, cast.annotator, "bridge is", speaker=NewSpeaker("a clerk", named=False))
    quotes.change_quote(
        actor=cast.annotator, quote=first, revision=first.revision, parts={"labels": {"act": "statement"}}
    )
    first.refresh_from_db()
    quotes.delete_quote(actor=cast.annotator, quote=first, revision=first.revision)
    for step in (undo, undo, redo):
        assignment.refresh_from_db()
        step(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    span = at(STORY, "the old pier")
    look_at(actor=cast.annotator, assignment=assignment, revision=assignment.revision, span=span)
    assignments.submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
    holt = Speaker.objects.get(label="Ada Holt")
    other = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("A. Holt"))
    speakers.merge_speakers(actor=cast.manager, speaker=holt, into=other, revision=holt.revision)
    assert list(verify()) == []


@pytest.mark.usefixtures("unguarded")
class TestCorruption:
    @pytest.mark.parametrize(
        ("table", "column"),
        [
            ("annotations_span", "quote_id"),
            ("annotations_quote", "speaker_id"),
            ("annotations_quote", "parent_id"),
            ("annotations_claimlink", "claim_id"),
            ("annotations_quotelabel", "label_id"),
            ("annotations_change", "assignment_id"),
        ],
    )
    def test_an_id_of_nothing_is_found(self, kirby: Assignment, table: str, column: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT id, {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY id DESC LIMIT 1")  # noqa: S608
            row, true = cursor.fetchone()
        # Until the end of the transaction both databases let that stand; PostgreSQL no longer.
        execute(f"UPDATE {table} SET {column} = 999999 WHERE id = %s", row)  # noqa: S608
        found = [(breach.kind, breach.subject) for breach in references_hold(Scope(connection.alias))]
        execute(f"UPDATE {table} SET {column} = %s WHERE id = %s", true, row)  # noqa: S608
        assert found == ([(table, str(row))] if connection.vendor == "sqlite" else [])

    def test_three_rows_that_were_changed_are_these_three(self, kirby: Assignment) -> None:
        span = Span.objects.order_by("pk")[5]
        quote = Quote.objects.get(key="q07")
        version = ArticleVersion.objects.get()
        triggers.put_on(connection)
        assert breaches() == []
        triggers.take_off(connection)
        Span.objects.filter(pk=span.pk).update(exact=span.exact[:-1] + "x")
        Quote.objects.filter(pk=quote.pk).update(note="x")
        execute("UPDATE annotations_articleversion SET original_sha256 = 'x' WHERE id = %s", version.pk)
        found = breaches()
        missing = [(kind, name) for kind, name in found if kind == "trigger"]
        assert {name for _, name in missing} == triggers.names(connection.vendor)
        assert sorted(set(found) - set(missing)) == [
            ("quote", "q07"),
            ("span", str(span.pk)),
            ("version", str(version.pk)),
        ]
        assert len(found) == len(missing) + 3

    def found(self) -> list[tuple[str, str]]:
        """Return what is found beside the triggers, which are put back first."""
        triggers.put_on(connection)
        found = breaches()
        triggers.take_off(connection)
        return found

    def test_a_text_that_was_changed_is_told_once(self, kirby: Assignment) -> None:
        version = ArticleVersion.objects.get()
        execute("UPDATE annotations_articleversion SET text = %s", version.text.replace("Russia", "Prussia"))
        assert self.found() == [("version", str(version.pk))]

    def test_a_text_that_does_not_come_from_its_bytes(self, kirby: Assignment) -> None:
        version = ArticleVersion.objects.get()
        execute(
            "UPDATE annotations_articleversion SET original = %s, original_sha256 = %s",
            b"x",
            "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881",
        )
        assert self.found() == [("version", str(version.pk))]

    def test_a_quote_without_content(self, kirby: Assignment) -> None:
        execute(
            "DELETE FROM annotations_span WHERE role = 'content' AND quote_id = %s", Quote.objects.get(key="q03").pk
        )
        assert set(self.found()) == {("quote", "q03")}

    def test_a_resolution_that_its_source_belies(self, kirby: Assignment) -> None:
        execute("UPDATE annotations_quote SET resolution = 'implicit' WHERE key = 'q03'")
        assert set(self.found()) == {("quote", "q03")}

    def test_a_parent_of_another_assignment_and_a_ring(self, cast: Cast, kirby: Assignment) -> None:
        import_records(actor=cast.manager, project=cast.project, records=[copy.deepcopy(sample_record("viola"))])
        keys = dict(Quote.objects.values_list("key", "pk"))
        stranger = Quote.objects.exclude(assignment=kirby).first()
        execute("UPDATE annotations_quote SET parent_id = %s WHERE key = 'q01'", stranger.pk)
        execute("UPDATE annotations_quote SET parent_id = %s WHERE key = 'q02'", keys["q03"])
        execute("UPDATE annotations_quote SET parent_id = %s WHERE key = 'q03'", keys["q02"])
        assert set(self.found()) == {("quote", "q01"), ("quote", "q02"), ("quote", "q03")}

    def test_a_deleted_parent(self, kirby: Assignment) -> None:
        child = Quote.objects.filter(parent__isnull=False).select_related("parent").first()
        execute("UPDATE annotations_quote SET is_deleted = %s WHERE id = %s", True, child.parent.pk)
        assert {child.key, child.parent.key} == {key for _, key in self.found()}

    def test_redirects_in_a_ring(self, kirby: Assignment) -> None:
        first, second = Speaker.objects.filter(named=True)[:2]
        execute("UPDATE annotations_speaker SET merged_into_id = %s WHERE id = %s", second.pk, first.pk)
        execute("UPDATE annotations_speaker SET merged_into_id = %s WHERE id = %s", first.pk, second.pk)
        assert {("speaker", first.key), ("speaker", second.key)} == set(self.found())

    def test_references_across_projects(self, cast: Cast, kirby: Assignment) -> None:
        execute("UPDATE annotations_claim SET project_id = %s WHERE key = 'purge'", cast.other_project.pk)
        kinds = {kind for kind, _ in self.found()}
        assert {"claim link"} <= kinds <= {"claim link", "claim"}

    def test_an_unnamed_speaker_used_elsewhere(self, cast: Cast, kirby: Assignment) -> None:
        import_records(actor=cast.manager, project=cast.project, records=[copy.deepcopy(sample_record("viola"))])
        unnamed = Speaker.objects.filter(named=False, article__key="kirby").first()
        quote = Quote.objects.filter(assignment__version__article__key="viola", speaker__isnull=False).first()
        execute("UPDATE annotations_quote SET speaker_id = %s WHERE id = %s", unnamed.pk, quote.pk)
        assert set(self.found()) == {("quote", quote.key)}

    def test_history_that_was_changed(self, kirby: Assignment) -> None:
        execute("DELETE FROM annotations_change WHERE subject_kind = 'claim' AND subject_key = 'purge'")
        assert self.found() == [("claim", "purge")]

    @pytest.mark.parametrize(
        ("column", "value"),
        [
            ("outlet", "Other"),
            ("url", "https://other.example/"),
            ("byline", "Bo"),
            ("language", "xx"),
            ("licence", "CC0-1.0"),
            ("published", "1999-01-01"),
            ("text_exportable", False),
            ("embargoed_until", "2099-01-01 00:00+00:00"),
            ("revision", 7),
        ],
    )
    def test_what_history_does_not_know_of_an_article(self, kirby: Assignment, column: str, value: object) -> None:
        execute(f"UPDATE annotations_article SET {column} = %s", value)  # noqa: S608
        assert self.found() == [("article", "kirby")]

    def test_what_nobody_could_have_written_of_an_article(self, cast: Cast, kirby: Assignment) -> None:
        article = Article.objects.get()
        change_article(actor=cast.manager, article=article, revision=1, url="https://a.example/")
        Article.objects.update(url="gopher://a.example/")
        for change in Change.objects.filter(subject_kind="article", action="change"):
            Change.objects.filter(pk=change.pk).update(after={**change.after, "url": "gopher://a.example/"})
        assert self.found() == [("article", "kirby")]

    def test_a_correction_that_does_not_follow(self, cast: Cast, kirby: Assignment) -> None:
        article = Article.objects.get()
        for revision, outlet in ((1, "OutA"), (2, "OutB")):
            change_article(actor=cast.manager, article=article, revision=revision, outlet=outlet)
        first, _second = Change.objects.filter(subject_kind="article", action="change").order_by("pk")
        execute("DELETE FROM annotations_change WHERE id = %s", first.pk)
        assert [kind for kind, _ in self.found()] == ["change"]

    def test_a_headline_that_history_does_not_know(self, kirby: Assignment) -> None:
        execute("UPDATE annotations_articleversion SET headline = 'Other'")
        assert self.found() == [("version", str(ArticleVersion.objects.get().pk))]

    def test_blocks_that_history_does_not_know(self, kirby: Assignment) -> None:
        ArticleVersion.objects.update(blocks=[["paragraph", 0, 5]])
        assert self.found() == [("version", str(ArticleVersion.objects.get().pk))]

    def test_a_false_span_does_not_hide_behind_a_false_hash(self, kirby: Assignment) -> None:
        span = Span.objects.order_by("pk")[5]
        execute("UPDATE annotations_articleversion SET sha256 = %s", "0" * 64)
        Span.objects.filter(pk=span.pk).update(exact=span.exact[:-1] + "x")
        version = ("version", str(ArticleVersion.objects.get().pk))
        assert sorted(self.found()) == [("span", str(span.pk)), version, version]

    @pytest.mark.parametrize("chosen", [True, False])
    def test_a_type_that_the_quotation_marks_belie(self, kirby: Assignment, chosen: bool) -> None:
        for name in ("q07", "q08"):
            quote = Quote.objects.get(key=name)
            Quote.objects.filter(pk=quote.pk).update(type="direct", type_overridden=chosen)
        found = [breach for breach in verify() if "quotation marks make it" in breach.message]
        assert [breach.subject for breach in found] == ([] if chosen else ["q07", "q08"])

    def test_a_role_that_history_does_not_know(self, cast: Cast) -> None:
        membership = cast.membership(cast.viewer)
        Membership.objects.filter(pk=membership.pk).update(role="manager")
        assert self.found() == [("membership", str(membership.pk))]

    def test_a_membership_without_history(self, cast: Cast) -> None:
        execute("DELETE FROM annotations_change WHERE subject_kind = 'membership'")
        assert sorted(self.found()) == sorted(
            ("membership", str(pk)) for pk in Membership.objects.values_list("pk", flat=True)
        )

    def test_a_project_without_history(self, cast: Cast) -> None:
        execute("DELETE FROM annotations_change WHERE subject_kind = 'project'")
        assert self.found() == [("project", "desk"), ("project", "elsewhere")]

    def test_guidelines_that_history_does_not_know(self, cast: Cast) -> None:
        seen = guidelines_seen(cast.project)
        change_guidelines(actor=cast.manager, project=cast.project, seen=seen, guidelines="One.")
        GuidelinesVersion.objects.filter(project=cast.project).update(text="Two.")
        assert self.found() == [("guidelines", "desk")]
        GuidelinesVersion.objects.filter(project=cast.project).update(text="One.", number=2)
        assert self.found() == [("guidelines", "desk")]

    @pytest.mark.parametrize(
        ("kind", "action", "forged"),
        [
            ("quote", "create", "change"),
            ("quote", "create", "delete"),
            ("quote", "change", "create"),
            ("quote", "delete", "change"),
            ("quote", "change", "undo"),
            ("quote", "undo", "change"),
            ("quote", "change", "merge"),
            ("assignment", "assign", "submit"),
            ("assignment", "submit", "reopen"),
            ("assignment", "submit", "change"),
            ("assignment", "change", "submit"),
            ("speaker", "create", "merge"),
            ("speaker", "merge", "unmerge"),
            ("article", "import", "create"),
            ("membership", "create", "change"),
            ("article", "import", "burn"),
        ],
    )
    def test_an_action_that_its_row_belies(
        self, cast: Cast, assignment: Assignment, kind: str, action: str, forged: str
    ) -> None:
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”", speaker=NewSpeaker("Ada Holt"))
        parts: QuoteParts = {"labels": {"act": "statement"}}
        quote = quotes.change_quote(actor=cast.annotator, quote=quote, revision=1, parts=parts)
        quotes.delete_quote(actor=cast.annotator, quote=quote, revision=2)
        for step in (undo, redo, undo):
            assignment.refresh_from_db()
            step(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
        span = at(STORY, "the old pier")
        look_at(actor=cast.annotator, assignment=assignment, revision=assignment.revision, span=span)
        assignments.submit_assignment(actor=cast.annotator, assignment=assignment, revision=assignment.revision)
        holt = Speaker.objects.get(label="Ada Holt")
        other = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("A. Holt"))
        speakers.merge_speakers(actor=cast.manager, speaker=holt, into=other, revision=1)
        assert self.found() == []
        row = Change.objects.filter(subject_kind=kind, action=action).order_by("pk")[0]
        execute("UPDATE annotations_change SET action = %s WHERE id = %s", forged, row.pk)
        assert self.found() == [("change", str(row.pk))]

    def test_a_status_that_history_does_not_know(self, cast: Cast, assignment: Assignment) -> None:
        execute("UPDATE annotations_assignment SET status = 'approved'")
        assert self.found() == [("assignment", str(assignment.pk))]

    def test_a_revision_that_was_turned_back(self, cast: Cast, assignment: Assignment) -> None:
        make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        execute("UPDATE annotations_assignment SET revision = 1")
        assert self.found() == [("assignment", str(assignment.pk))]

    def test_a_quote_whose_revision_was_turned_back(self, cast: Cast, assignment: Assignment) -> None:
        quote = make_quote(assignment, cast.annotator, "“The bridge is safe,”")
        execute("UPDATE annotations_quote SET revision = 7")
        assert self.found() == [("quote", quote.key)]

    @pytest.mark.parametrize("stretches", [[[5, 5]], [[0, 9999]], [[0, 4], [4, 8]], [[10, 14], [0, 4]]])
    def test_stretches_that_cannot_be(self, kirby: Assignment, stretches: list[list[int]]) -> None:
        Assignment.objects.filter(pk=kirby.pk).update(looked_at=stretches)
        assert set(self.found()) == {("assignment", str(kirby.pk))}
        assert len(self.found()) == 2

    def test_what_history_does_not_know_to_be_looked_at(self, kirby: Assignment) -> None:
        Assignment.objects.filter(pk=kirby.pk).update(looked_at=[[0, 6]], read_up_to=20)
        assert self.found() == [("assignment", str(kirby.pk))]

    def test_a_note_that_history_does_not_know(self, kirby: Assignment) -> None:
        Quote.objects.filter(key="q07").update(note="x")
        assert self.found() == [("quote", "q07")]

    def test_a_claim_compared_by_other_words(self, kirby: Assignment) -> None:
        execute("UPDATE annotations_claim SET text_folded = 'x' WHERE key = 'purge'")
        assert self.found() == [("claim", "purge")]

    def test_a_removal_half_done(self, cast: Cast, kirby: Assignment) -> None:
        removal = Removal.objects.create(
            project=cast.project, article=Article.objects.get(), actor=cast.manager, reason="x"
        )
        assert self.found() == [("removal", str(removal.pk))]


class TestCommand:
    def test_it_passes_a_healthy_desk(self, kirby: Assignment, capsys: pytest.CaptureFixture[str]) -> None:
        call_command("verify")
        assert "All promises hold." in capsys.readouterr().out

    @pytest.mark.usefixtures("unguarded")
    def test_it_fails_and_names_the_rows(self, kirby: Assignment, capsys: pytest.CaptureFixture[str]) -> None:
        claim = Claim.objects.get(key="purge")
        execute("UPDATE annotations_claim SET text = 'x', text_folded = 'x' WHERE id = %s", claim.pk)
        with pytest.raises(CommandError) as failed:
            call_command("verify")
        assert failed.value.returncode == 1
        lines = capsys.readouterr().out.splitlines()
        assert [line for line in lines if not line.startswith("trigger ")] == [
            "claim purge: it is not what its history says"
        ]
