"""What is known of a story can be corrected, by hand and by an import, and history says truly what became of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from annotations.models import Article, Change
from annotations.services import imports
from annotations.services.article_changes import change_article, state_of
from annotations.services.articles import import_article
from annotations.services.errors import Conflict, Invalid, KeyReused
from annotations.services.imports import Options, Source
from annotations.services.removals import remove_article
from annotations.services.shelf import Outcome
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_article
from tests.services.test_concurrency import together

UNTIL = datetime(2099, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def article(cast: Cast) -> Article:
    """A story of which an outlet is known."""
    return make_article(cast.project, cast.manager, key="mm", outlet="OutA")


def last() -> Change:
    """Return the last change of the article."""
    return Change.objects.filter(subject_kind="article").order_by("-pk")[0]


@pytest.mark.django_db
class TestByHand:
    def test_everything_but_the_text_can_be_corrected(self, cast: Cast, article: Article) -> None:
        fields: dict[str, Any] = {
            "outlet": "OutB",
            "url": "https://b.example/1",
            "byline": "Bo",
            "published": "2026-03-31",
            "language": "en",
            "licence": "CC0-1.0",
            "text_exportable": "no",
            "embargoed_until": "2099-01-02 04:04+01:00",
        }
        before = state_of(article)
        changed = change_article(actor=cast.manager, article=article, revision=1, **fields)
        assert (changed.outlet, changed.published, changed.revision) == ("OutB", date(2026, 3, 31), 2)
        assert (changed.text_exportable, changed.embargoed_until) == (False, UNTIL)
        row = last()
        assert (row.action, row.actor, row.before, row.after) == ("change", cast.manager, before, state_of(changed))
        assert row.after["embargoed_until"] == "2099-01-02T03:04:00+00:00"
        assert list(verify()) == []

    def test_what_is_not_named_stays_and_what_is_empty_becomes_empty(self, cast: Cast, article: Article) -> None:
        change_article(actor=cast.manager, article=article, revision=1, byline="Bo", embargoed_until=UNTIL)
        assert article.outlet == "OutA"
        change_article(actor=cast.manager, article=article, revision=2, byline="", embargoed_until=None, outlet=None)
        assert (article.byline, article.embargoed_until, article.outlet) == ("", None, "")

    def test_nothing_new_writes_nothing(self, cast: Cast, article: Article) -> None:
        change_article(actor=cast.manager, article=article, revision=1, outlet="OutA", text_exportable=True)
        assert (article.revision, last().action) == (1, "import")

    def test_who_saw_something_else_is_told_how_it_stands(self, cast: Cast, article: Article) -> None:
        change_article(actor=cast.manager, article=article, revision=1, outlet="OutB")
        with pytest.raises(Conflict) as conflict:
            change_article(actor=cast.manager, article=article, revision=1, outlet="OutC")
        assert conflict.value.current == state_of(Article.objects.get())
        assert Article.objects.get().outlet == "OutB"

    def test_a_retry_does_no_harm(self, cast: Cast, article: Article) -> None:
        for _ in range(2):
            change_article(actor=cast.manager, article=article, revision=1, outlet="OutB", gesture="g")
        assert (article.outlet, article.revision) == ("OutB", 2)
        with pytest.raises(KeyReused):
            change_article(actor=cast.manager, article=article, revision=1, outlet="OutC", gesture="g")

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("embargoed_until", "2026-03-31"),
            ("embargoed_until", "tomorrow"),
            ("embargoed_until", "0001-01-01 00:00+14:00"),
            ("text_exportable", "perhaps"),
            ("url", "javascript:alert(1)"),
            ("outlet", "a\u202eb"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, cast: Cast, article: Article, name: str, value: str) -> None:
        with pytest.raises(Invalid) as refused:
            change_article(actor=cast.manager, article=article, revision=1, **{name: value})  # type: ignore[arg-type]
        assert refused.value.field == name
        assert Article.objects.get().revision == 1

    def test_an_address_of_another_story(self, cast: Cast, article: Article) -> None:
        make_article(cast.project, cast.manager, "Two.", key="two", url="https://b.example/1")
        with pytest.raises(Invalid, match="two") as refused:
            change_article(actor=cast.manager, article=article, revision=1, url="https://b.example/1")
        assert (refused.value.field, refused.value.code) == ("url", "taken")
        assert list(verify()) == []

    def test_nothing_is_said_of_a_story_that_was_removed(self, cast: Cast, article: Article) -> None:
        remove_article(actor=cast.manager, article=article, reason="Order 7")
        with pytest.raises(Invalid) as refused:
            change_article(actor=cast.manager, article=article, revision=article.revision, outlet="OutB")
        assert refused.value.code == "removed"


@pytest.mark.django_db
class TestByImport:
    def test_a_new_version_brings_what_is_said_of_it(self, cast: Cast, article: Article) -> None:
        done = import_article(
            actor=cast.manager, project=cast.project, text="Two.", key="mm", outlet="OutB", language="en", update=True
        )
        assert (done.outcome, done.version and done.version.number) == (Outcome.CHANGED, 2)
        assert (done.article.outlet, done.article.language, done.article.revision) == ("OutB", "en", 2)
        version, change = Change.objects.filter(subject_kind="article", subject_key="mm").order_by("pk")[1:]
        assert set(version.after) == {"id", "version", "headline", "sha256", "length", "blocks"}
        assert (change.before["outlet"], change.after["outlet"]) == ("OutA", "OutB")
        assert (change.action, change.gesture) == ("change", version.gesture)
        assert list(verify()) == []

    def test_so_does_the_same_text(self, cast: Cast, article: Article) -> None:
        text = article.versions.get().text
        said: dict[str, Any] = {"outlet": "OutB", "text_exportable": "no", "embargoed_until": UNTIL}
        for outcome in (Outcome.CHANGED, Outcome.SAME):
            done = import_article(actor=cast.manager, project=cast.project, text=text, **said)
            assert (done.outcome, done.version) == (outcome, article.versions.get())
        article.refresh_from_db()
        assert (article.outlet, article.text_exportable, article.embargoed_until) == ("OutB", False, UNTIL)
        assert (article.revision, last().before["outlet"]) == (2, "OutA")
        assert list(verify()) == []

    def test_the_same_gesture_twice_is_one_change(self, cast: Cast, article: Article) -> None:
        text = article.versions.get().text
        for _ in range(2):
            done = import_article(actor=cast.manager, project=cast.project, text=text, outlet="OutB", gesture="g")
            assert (done.outcome, done.version) == (Outcome.CHANGED, article.versions.get())

    def test_what_is_not_said_changes_nothing(self, cast: Cast, article: Article) -> None:
        change_article(actor=cast.manager, article=article, revision=1, text_exportable=False, embargoed_until=UNTIL)
        import_article(actor=cast.manager, project=cast.project, text="Two.", key="mm", outlet="", update=True)
        article.refresh_from_db()
        assert (article.outlet, article.text_exportable, article.embargoed_until) == ("OutA", False, UNTIL)
        assert article.revision == 2

    def test_a_changed_story_that_is_left_alone_keeps_what_is_known_of_it(self, cast: Cast, article: Article) -> None:
        import_article(actor=cast.manager, project=cast.project, text="Two.", key="mm", outlet="OutB")
        assert Article.objects.get().outlet == "OutA"

    @pytest.mark.parametrize(
        "said", [{"key": "two", "outlet": "OutB"}, {"url": "https://two.example/"}, {"key": "two", "language": "en"}]
    )
    def test_what_is_said_of_two_stories_is_refused(self, cast: Cast, article: Article, said: dict[str, str]) -> None:
        make_article(cast.project, cast.manager, "Two.", key="two", url="https://two.example/")
        with pytest.raises(Invalid, match="two") as refused:
            import_article(actor=cast.manager, project=cast.project, text=article.versions.get().text, **said)  # type: ignore[arg-type]
        assert refused.value.code == "two_stories"
        assert not Article.objects.exclude(revision=1).exists()

    def test_a_new_story_can_be_held_back(self, cast: Cast) -> None:
        made = make_article(cast.project, cast.manager, text_exportable="no", embargoed_until="2099-01-02 03:04")
        assert (made.text_exportable, made.embargoed_until) == (False, UNTIL)
        assert (last().after["text_exportable"], last().after["revision"]) == (False, 1)
        assert list(verify()) == []

    def test_the_preview_says_what_will_change(self, cast: Cast, article: Article) -> None:
        text, fields = article.versions.get().text, {"outlet": "OutB", "language": "en", "text_exportable": "no"}
        for words, told in ((text, "text here"), ("Two.", "new version")):
            options = Options(fields={"key": "mm", **fields}, update=True)  # type: ignore[typeddict-item]
            items = list(imports.items_of(Source("", words.encode()), options))
            (row,) = imports.preview(actor=cast.manager, project=cast.project, items=items, update=True)
            assert (row.outcome, row.is_written, row.is_text_here) == ("changed", True, told == "text here")
            assert row.changes == "outlet: OutA → OutB; language: – → en; text may be exported: yes → no"
        assert Article.objects.get().revision == 1

    def test_two_files_about_one_story_follow_each_other(self, cast: Cast) -> None:
        items = [
            item
            for outlet, words in (("OutA", b"One."), ("OutB", b"Two."), ("OutC", b"Two."))
            for item in imports.items_of(Source("mm.txt", words), Options(fields={"outlet": outlet}))
        ]
        rows = imports.run(actor=cast.manager, project=cast.project, items=items, update=True)
        assert [row.changes for row in rows] == ["", "outlet: OutA → OutB", "outlet: OutB → OutC"]
        assert (Article.objects.get().outlet, Article.objects.get().revision) == ("OutC", 3)
        assert list(verify()) == []


@pytest.mark.usefixtures("transactional_db")
def test_of_eight_who_saw_the_same_one_is_heard(cast: Cast) -> None:
    article = make_article(cast.project, cast.manager, key="mm")

    def correct(number: int) -> str:
        try:
            row = Article.objects.get(pk=article.pk)
            change_article(actor=cast.manager, article=row, revision=1, outlet=f"Out{number}")
        except Conflict:
            return "conflict"
        return "written"

    assert sorted(together(correct)) == [*["conflict"] * 7, "written"]
    assert Article.objects.get().revision == 2
    connections.close_all()
