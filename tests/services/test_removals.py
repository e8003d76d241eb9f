"""Removal: what is gone is gone everywhere, and what stays still holds together."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from threading import Event
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connections, models, transaction

from annotations.exports.downloads import Download
from annotations.exports.filters import ALL, Asked
from annotations.models import Article, ArticleVersion, Assignment, Change, Claim, Quote, Removal, Span, Speaker
from annotations.services import articles, claims, quotes, speakers
from annotations.services.article_changes import change_article
from annotations.services.claims import NewClaim
from annotations.services.errors import Conflict, Invalid
from annotations.services.looked_at import look_at
from annotations.services.records import place_records
from annotations.services.removals import remove_article, remove_name
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.speakers import NewSpeaker
from annotations.services.undo import redo, undo
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_quote, make_version


def everything() -> str:
    """Return all that the database holds of ours as one text."""
    found = []
    for model in apps.get_app_config("annotations").get_models():
        texts = [
            field.attname
            for field in model._meta.concrete_fields
            if isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)
        ]
        for row in model.objects.values_list(*texts):
            found += [bytes(one).decode() if isinstance(one, memoryview | bytes) else str(one) for one in row]
    return "\n".join(found)


@pytest.fixture
def annotated(cast: Cast, assignment: Assignment) -> Assignment:
    """A story with quotes, a named speaker, an unnamed one, and a claim."""
    look_at(actor=cast.annotator, assignment=assignment, revision=1, span=at(STORY, "in winter"))
    claim = [{"claim": NewClaim("The Tarn bridge is safe."), "stance": "asserts"}]
    make_quote(
        assignment,
        cast.annotator,
        "“The bridge is safe,”",
        source="Mayor Ada Holt",
        speaker=NewSpeaker("Ada Holt", description="Mayor", aliases=("Holt",)),
        claims=claim,
        note="Mayor Holt, who had it measured",
    )
    make_quote(
        assignment, cast.annotator, "nobody had measured it", source="He", speaker=NewSpeaker("a shy man", named=False)
    )
    return assignment


@pytest.fixture
def elsewhere(cast: Cast) -> Assignment:
    """Another story that quotes the same speaker."""
    text = "Holt Speaks\n\nAda Holt said the town was proud."
    assignment = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    make_quote(
        assignment,
        cast.annotator,
        "the town was proud",
        source="Ada Holt",
        cue="said",
        speaker=Speaker.objects.get(label="Ada Holt").key,
        claims=[{"claim": NewClaim("Ada Holt is proud."), "stance": "asserts"}],
    )
    return assignment


class TestArticle:
    def test_its_words_are_nowhere_any_more(self, cast: Cast, annotated: Assignment) -> None:
        assert "measured" in everything()
        removal = remove_article(actor=cast.manager, article=Article.objects.get(), reason="Order 7 of the court")
        left = everything()
        for words in ("bridge", "Bridge", "Holt", "measured", "shy man", "Mayor"):
            assert words not in left, words
        version = ArticleVersion.objects.get()
        assert removal.hashes == [version.sha256, version.original_sha256, sha256(b"mayor-opens-bridge").hexdigest()]
        assert (removal.finished_at is not None, removal.actor) == (True, cast.manager)
        assert not Span.objects.exists()
        assert set(Assignment.objects.values_list("revision", "read_up_to")) == {(4, None)}
        assert Assignment.objects.get().looked_at == []
        assert set(Quote.objects.values_list("is_deleted", flat=True)) == {True}

    @pytest.mark.parametrize("taken", [False, True])
    def test_an_id_that_was_made_of_its_headline_goes(self, cast: Cast, as_user: Any, taken: bool) -> None:
        if taken:
            make_version(cast.project, cast.manager, "Another story.", headline="Mayor Opens Bridge")
        article = make_version(cast.project, cast.manager).article
        old = article.key
        assert old.startswith("mayor-opens-bridge-" if taken else "mayor-opens-bridge")
        removal = remove_article(actor=cast.manager, article=article, reason="Order 7")
        assert re.fullmatch(r"removed-\w{10}", article.key)
        assert sha256(old.encode()).hexdigest() in removal.hashes
        rows = Change.objects.filter(article=article, subject_kind="article")
        assert {(row.subject_key, row.after["id"]) for row in rows} == {(article.key, article.key)}
        assert list(verify()) == []
        client = as_user(cast.viewer)
        for key, status in ((old, 404), (article.key, 200)):
            assert client.get(f"/projects/desk/articles/{key}/").status_code == status
        for story in (
            {"text": STORY},
            {"text": "New words.", "key": old},
            {"text": "New words.", "name": f"{old}.txt"},
        ):
            with pytest.raises(Invalid, match="removed for good"):
                articles.import_article(actor=cast.manager, project=cast.project, **story)
        record = copy.deepcopy(sample_record("viola"))
        record["article"]["id"] = old
        (placed,) = place_records(actor=cast.manager, project=cast.project, records=[record])
        assert (placed.outcome, placed.path) == (Outcome.REFUSED, "article.id")

    def test_another_story_of_that_headline_gets_another_id(self, cast: Cast) -> None:
        article = make_version(cast.project, cast.manager).article
        remove_article(actor=cast.manager, article=article, reason="Order 7")
        other = make_version(cast.project, cast.manager, "Other words.", headline="Mayor Opens Bridge").article
        assert other.key.startswith("mayor-opens-bridge-")

    @pytest.mark.parametrize("story", [{"key": "mm-7"}, {"name": "folder/mm-7.txt"}])
    def test_an_id_that_came_with_it_stays(self, cast: Cast, story: dict[str, Any]) -> None:
        article = make_version(cast.project, cast.manager, **story).article
        removal = remove_article(actor=cast.manager, article=article, reason="Order 7")
        assert (article.key, len(removal.hashes)) == ("mm-7", 2)
        assert list(verify()) == []

    def test_what_is_known_of_it_and_its_blocks_go_from_history_too(self, cast: Cast) -> None:
        article = make_version(cast.project, cast.manager, key="mm-7", outlet="Courier").article
        change_article(actor=cast.manager, article=article, revision=1, byline="Zed Alm", url="https://a.example/alm")
        remove_article(actor=cast.manager, article=article, reason="Order 7")
        left = everything()
        assert [words for words in ("Courier", "Zed", "alm") if words in left] == []
        assert list(verify()) == []

    def test_what_stays_holds_together(self, cast: Cast, annotated: Assignment, elsewhere: Assignment) -> None:
        before = Change.objects.count()
        remove_article(actor=cast.manager, article=annotated.version.article, reason="Order 7")
        assert list(verify()) == []
        assert Change.objects.count() > before
        assert Speaker.objects.filter(label="Ada Holt").exists()
        assert not Claim.objects.filter(text__contains="Tarn").exists()
        exported = b"".join(
            Download(cast.project, Assignment.objects.all(), Change.objects.all(), Asked(annotations=ALL)).lines()
        )
        assert exported.count(b"\n") == 1

    @pytest.mark.parametrize("turned", [False, True])
    def test_what_was_merged_goes_whichever_was_made_first(
        self, cast: Cast, annotated: Assignment, turned: bool
    ) -> None:
        article = annotated.version.article
        for module, first, last in (
            (speakers, NewSpeaker("Zed Alm"), NewSpeaker("Yara Bok")),
            (claims, NewClaim("It is closed."), NewClaim("It was closed.")),
        ):
            make = getattr(module, "create_speaker" if module is speakers else "create_claim")
            rows = [make(project=cast.project, actor=cast.manager, new=new, article=article) for new in (first, last)]
            one, into = reversed(rows) if turned else rows
            if module is speakers:
                speakers.merge_speakers(actor=cast.manager, speaker=one, into=into, revision=1)
            else:
                claims.merge_claims(actor=cast.manager, claim=one, into=into, revision=1)
        remove_article(actor=cast.manager, article=article, reason="Order 7")
        assert list(verify()) == []
        left = everything()
        assert [words for words in ("zed-alm", "yara-bok", "closed") if words in left] == []

    def test_the_door_is_shut_again(self, cast: Cast, annotated: Assignment) -> None:
        article = annotated.version.article
        remove_article(actor=cast.manager, article=article, reason="Order 7")
        with pytest.raises(Invalid):
            remove_article(actor=cast.manager, article=article, reason="again")
        with pytest.raises(Invalid, match="removed for good"):
            articles.import_article(actor=cast.manager, project=cast.project, text=STORY)
        annotated.refresh_from_db()
        with pytest.raises(Conflict):
            undo(actor=cast.annotator, assignment=annotated, revision=annotated.revision)

    def test_a_reason_is_needed(self, cast: Cast, annotated: Assignment) -> None:
        with pytest.raises(Invalid):
            remove_article(actor=cast.manager, article=Article.objects.get(), reason="  ")
        assert not Removal.objects.exists()


class TestName:
    def test_the_name_is_only_left_in_the_stories(
        self, cast: Cast, annotated: Assignment, elsewhere: Assignment
    ) -> None:
        speaker = Speaker.objects.get(label="Ada Holt")
        remove_name(actor=cast.manager, speaker=speaker, reason="She asked for it")
        speaker.refresh_from_db()
        assert (speaker.label, speaker.aliases, speaker.description) == (f"[{speaker.key}]", [], "")
        assert "holt" not in speaker.key
        for model in (Change, Claim, Quote, Speaker):
            for row in model.objects.all():
                found = str([getattr(row, field.attname) for field in model._meta.concrete_fields]).lower()
                assert "holt" not in found.replace("holt-speaks", ""), found
        assert list(verify()) == []

    def test_a_story_that_has_the_id_and_the_byline_of_the_name_keeps_them(self, cast: Cast) -> None:
        speaker = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("Kirby"))
        fields = {"key": speaker.key, "byline": "Kirby", "headline": "Kirby Speaks"}
        article = make_version(cast.project, cast.manager, "He said so.", **fields).article
        change_article(actor=cast.manager, article=article, revision=1, outlet="Courier")
        remove_name(actor=cast.manager, speaker=speaker, reason="She asked for it")
        rows = Change.objects.filter(subject_kind="article")
        assert {(row.subject_key, row.after["id"]) for row in rows} == {("kirby", "kirby")}
        assert list(verify()) == []
        change_article(actor=cast.manager, article=article, revision=2, licence="CC0-1.0")
        assert list(verify()) == []

    def test_its_quotes_stay_its_quotes(self, cast: Cast, annotated: Assignment, elsewhere: Assignment) -> None:
        speaker = Speaker.objects.get(label="Ada Holt")
        remove_name(actor=cast.manager, speaker=speaker, reason="She asked for it")
        assert Quote.objects.filter(speaker=speaker).count() == 2

    def test_whoever_was_merged_goes_too(self, cast: Cast, annotated: Assignment) -> None:
        speaker = Speaker.objects.get(label="Ada Holt")
        other = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("A. Holtova"))
        speakers.merge_speakers(actor=cast.manager, speaker=other, into=speaker, revision=other.revision)
        remove_name(actor=cast.manager, speaker=speaker, reason="She asked for it")
        assert "Holtova" not in everything()
        assert list(verify()) == []

    def test_work_from_before_can_be_undone(self, cast: Cast, annotated: Assignment) -> None:
        remove_name(actor=cast.manager, speaker=Speaker.objects.get(label="Ada Holt"), reason="She asked for it")
        for expected in (1, 0):
            annotated.refresh_from_db()
            undo(actor=cast.annotator, assignment=annotated, revision=annotated.revision)
            assert Quote.objects.live().count() == expected
        annotated.refresh_from_db()
        redo(actor=cast.annotator, assignment=annotated, revision=annotated.revision)
        assert Span.objects.filter(exact="Mayor Ada Holt").exists()
        assert list(verify()) == []

    def test_work_goes_on(self, cast: Cast, annotated: Assignment) -> None:
        remove_name(actor=cast.manager, speaker=Speaker.objects.get(label="Ada Holt"), reason="She asked for it")
        quote = Quote.objects.filter(speaker__named=True).get()
        quotes.change_quote(
            actor=cast.annotator, quote=quote, revision=quote.revision, parts={"labels": {"act": "statement"}}
        )
        assert list(verify()) == []


class TestPages:
    def test_the_id_is_typed_to_confirm(self, cast: Cast, as_user: Any, annotated: Assignment) -> None:
        client, key = as_user(cast.manager), annotated.version.article.key
        url = f"/projects/desk/articles/{key}/remove/"
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": "Order 7", "confirmation": "other"}).status_code == 422
        assert client.post(url, {"reason": "", "confirmation": key}).status_code == 422
        assert not Removal.objects.exists()
        assert client.post(url, {"reason": "Order 7", "confirmation": key}).status_code == 302
        assert Removal.objects.get().reason == "Order 7"
        assert client.get(url).status_code == 404
        left = f"/projects/desk/articles/{Article.objects.get().key}/remove/"
        assert "Order 7" in client.get(left).content.decode()

    def test_a_name(self, cast: Cast, as_user: Any, annotated: Assignment) -> None:
        client, speaker = as_user(cast.manager), Speaker.objects.get(label="Ada Holt")
        url = f"/projects/desk/speakers/{speaker.key}/remove/"
        assert client.get(url).status_code == 200
        assert client.post(url, {"reason": "Asked", "confirmation": "Ada Holt"}).status_code == 302
        assert not Speaker.objects.filter(label="Ada Holt").exists()

    def test_only_managers_remove(self, cast: Cast, as_user: Any, annotated: Assignment) -> None:
        url = f"/projects/desk/articles/{annotated.version.article.key}/remove/"
        for user in (cast.annotator, cast.reviewer, cast.viewer):
            assert as_user(user).post(url, {"reason": "x", "confirmation": "x"}).status_code == 403
        assert as_user(cast.outsider).get(url).status_code == 404


class TestCommand:
    def test_a_manager_removes_by_command(self, cast: Cast, annotated: Assignment) -> None:
        key = annotated.version.article.key
        call_command("remove", project="desk", article=key, reason="Order 7", user="manager", verbosity=0)
        assert Removal.objects.get().actor == cast.manager

    @pytest.mark.parametrize("user", ["reviewer", "outsider", "nobody"])
    def test_nobody_else_does(self, cast: Cast, annotated: Assignment, user: str) -> None:
        with pytest.raises(CommandError):
            call_command("remove", project="desk", article="x", reason="Order 7", user=user)


class TestWhileOthersWrite:
    """Whoever was faster: what somebody wrote while a removal began does not outlive it."""

    @pytest.fixture
    def slow_writer(self, transactional_db: None, cast: Cast, annotated: Assignment) -> Iterator[Callable[[], None]]:
        """Somebody who has written a quote and commits it only when told to, or a little later."""
        written, told = Event(), Event()

        def write() -> None:
            with transaction.atomic():
                make_quote(annotated, cast.annotator, "moves a little", source="her", speaker=NewSpeaker("Ada Holt"))
                written.set()
                told.wait(2)
            connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(write)
            assert written.wait(20)
            yield lambda: told.set() or done.result()

    def test_a_quote_goes_with_its_story(
        self, cast: Cast, annotated: Assignment, slow_writer: Callable[[], None]
    ) -> None:
        remove_article(actor=cast.manager, article=annotated.version.article, reason="A court said so.")
        slow_writer()
        assert not Span.objects.exists()
        assert "moves a little" not in everything()
        assert list(verify()) == []

    def test_a_name_goes_from_what_is_being_written(
        self, cast: Cast, annotated: Assignment, slow_writer: Callable[[], None]
    ) -> None:
        holt = Speaker.objects.get(label="Ada Holt")
        key = holt.key
        remove_name(actor=cast.manager, speaker=holt, reason="She asked for it.")
        slow_writer()
        assert key not in everything()
        assert list(verify()) == []


def test_a_speaker_that_another_story_means_stays(cast: Cast, annotated: Assignment) -> None:
    text = "Holt Speaks\n\nThe mayor said the town was proud."
    other = make_assignment(make_version(cast.project, cast.manager, text), cast.annotator)
    said = [{"claim": NewClaim("The bridge holds."), "stance": "asserts"}]
    make_quote(other, cast.annotator, "the town was proud", speaker=NewSpeaker("The mayor"), claims=said)
    mayor, holt = Speaker.objects.get(label="The mayor"), Speaker.objects.get(label="Ada Holt")
    speakers.merge_speakers(actor=cast.manager, speaker=mayor, into=holt, revision=1)
    holds, safe = Claim.objects.get(text="The bridge holds."), Claim.objects.get(text="The Tarn bridge is safe.")
    claims.merge_claims(actor=cast.manager, claim=holds, into=safe, revision=1)
    remove_article(actor=cast.manager, article=annotated.version.article, reason="A court said so.")
    for row in (holt, safe):
        row.refresh_from_db()
    assert (holt.label, safe.text) == ("Ada Holt", "The Tarn bridge is safe.")
    assert list(verify()) == []


@pytest.mark.parametrize("reason", ["a\0b", "a\udcffb"])
def test_a_reason_is_a_text(cast: Cast, annotated: Assignment, reason: str) -> None:
    with pytest.raises(Invalid):
        remove_article(actor=cast.manager, article=annotated.version.article, reason=reason)
