"""Taking stories in: what is new, same, changed or refused, and what exactly is kept."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
from django.db import connections

from annotations.models import Article, ArticleVersion, Change, Project
from annotations.services.articles import add_version, import_article
from annotations.services.errors import Invalid
from annotations.services.shelf import Outcome
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import STORY, at, make_assignment, make_quote
from tests.services.test_concurrency import together


def kept(cast: Cast, **story: Any) -> ArticleVersion:
    """Import a story and return its version as the database holds it."""
    version = import_article(actor=cast.manager, project=cast.project, **story).version
    assert version is not None
    return ArticleVersion.objects.get(pk=version.pk)


@pytest.mark.django_db
class TestText:
    @pytest.mark.parametrize(
        ("data", "text"),
        [
            ("“Yes,” she said.\r\nNo.\rMaybe.", "“Yes,” she said.\nNo.\nMaybe."),
            ("\ufeffHeadline", "Headline"),
            ("\n\nHeadline", "\n\nHeadline"),
            ("  two  spaces  ", "  two  spaces  "),
            ("Café Cafe\u0301", "Café Cafe\u0301"),
            ("AT&amp;T said &ldquo;no&rdquo;&nbsp;&#8212; <b>", "AT&amp;T said &ldquo;no&rdquo;&nbsp;&#8212; <b>"),
            ("a\u200bb\u200c\u200d\u2060\ufeffc\u00ad", "a\u200bb\u200c\u200d\u2060\ufeffc\u00ad"),
            ("\u202eabc\u2069 \u200fאב", "\u202eabc\u2069 \u200fאב"),
            (
                "\"straight\" 'single' “curly” „low” «guillemets» 「CJK」",
                "\"straight\" 'single' “curly” „low” «guillemets» 「CJK」",
            ),
            ("👨🏻‍🚒", "👨🏻‍🚒"),
            ("x", "x"),
        ],
    )
    def test_nothing_but_line_ends_and_one_mark_is_touched(self, cast: Cast, data: str, text: str) -> None:
        version = kept(cast, data=data.encode())
        assert version.text == text
        assert bytes(version.original) == data.encode()
        assert version.original_sha256 == hashlib.sha256(data.encode()).hexdigest()
        assert version.sha256 == hashlib.sha256(text.encode()).hexdigest()
        assert version.length == len(text)

    def test_offsets_are_those_of_the_text_that_is_kept(self, cast: Cast) -> None:
        version = kept(cast, data="“Yes,” she said.\r\nNo.\rMaybe.".encode())
        assignment = make_assignment(version, cast.annotator)
        make_quote(assignment, cast.annotator, "No.")
        assert at(version.text, "No.")["start"] == 17

    @pytest.mark.parametrize(
        ("data", "code", "where"),
        [
            (b"ab\x00cd", "nul", (1, 3)),
            (b"line\nab\x0bcd", "control_character", (2, 3)),
            (b"caf\xe9", "not_utf8", (1, 4)),
            (b"\xff\xfe\xfa", "not_utf8", None),
            (b"\xc0\xaf", "not_utf8", (1, 1)),
            (b"", "blank", None),
            (b" \n\t\n", "blank", None),
            ("\u200b\u2060".encode(), "blank", None),
            ("\ufeff\ufeffx".encode(), "second_bom", (1, 1)),
        ],
    )
    def test_what_cannot_be_kept_is_refused_with_its_place(
        self, cast: Cast, data: bytes, code: str, where: tuple[int, int] | None
    ) -> None:
        with pytest.raises(Invalid) as refused:
            import_article(actor=cast.manager, project=cast.project, data=data)
        if code != "not_utf8" or where:
            assert refused.value.code == code
        if where:
            assert (refused.value.details["line"], refused.value.details["column"]) == where
        assert not ArticleVersion.objects.exists()

    def test_a_lone_surrogate_is_refused(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refused:
            import_article(actor=cast.manager, project=cast.project, text="ab\ud83d")
        assert refused.value.code == "lone_surrogate"

    def test_a_declared_charset_is_honoured(self, cast: Cast) -> None:
        version = kept(cast, data="\u201cJa\u201d".encode("cp1252"), charset="windows-1252")
        assert (version.text, version.encoding) == ("“Ja”", "windows-1252")
        assert kept(cast, data="Nein".encode("utf-16")).encoding == "utf-16-le"
        assert list(verify()) == []

    def test_an_undeclared_charset_is_guessed_and_not_taken(self, cast: Cast) -> None:
        with pytest.raises(Invalid) as refused:
            import_article(actor=cast.manager, project=cast.project, data="Il dit « café »".encode("cp1252"))
        assert refused.value.details["guess"] == "windows-1252"
        assert refused.value.details["byte"] == 7

    def test_five_megabytes_are_taken_and_one_byte_more_is_not(self, cast: Cast) -> None:
        assert kept(cast, data=b"x" * 5_000_000).length == 5_000_000
        with pytest.raises(Invalid) as refused:
            import_article(actor=cast.manager, project=cast.project, data=b"x" * 5_000_001)
        assert (refused.value.code, refused.value.details["limit"]) == ("too_large", 5_000_000)

    def test_many_lines_and_one_long_line_are_taken(self, cast: Cast) -> None:
        assert kept(cast, text="word " * 200_000).length == 1_000_000
        assert kept(cast, text="word\n" * 200_000).length == 1_000_000

    def test_a_headline_given_apart_becomes_the_first_line(self, cast: Cast) -> None:
        version = kept(cast, text="It opened.\r\nToday.", headline=" Bridge\n opens ")
        assert (version.headline, version.text) == ("Bridge opens", "Bridge opens\n\nIt opened.\nToday.")

    def test_a_headline_in_the_text_is_found(self, cast: Cast) -> None:
        assert kept(cast, text=STORY).headline == "Mayor Opens Bridge"
        assert kept(cast, text="It opened today. It was a fine day.").headline == ""


@pytest.mark.django_db
class TestSameness:
    def test_pasted_and_uploaded_are_the_same_story(self, cast: Cast) -> None:
        first = import_article(actor=cast.manager, project=cast.project, text="One.\r\nTwo.")
        second = import_article(actor=cast.manager, project=cast.project, data=b"One.\nTwo.", name="other.txt")
        assert (second.outcome, second.article, second.version) == (Outcome.SAME, first.article, first.version)
        assert Article.objects.count() == 1

    @pytest.mark.parametrize("known", [{"key": "a"}, {"name": "folder/a.txt"}])
    def test_the_same_id_or_file_is_a_changed_story(self, cast: Cast, known: dict[str, str]) -> None:
        first = import_article(actor=cast.manager, project=cast.project, text="One.", **known)
        again = import_article(actor=cast.manager, project=cast.project, text="Two.", **known)
        assert (again.outcome, again.article, again.version) == (Outcome.CHANGED, first.article, None)
        assert ArticleVersion.objects.count() == 1
        updated = import_article(actor=cast.manager, project=cast.project, text="Two.", update=True, **known)
        assert updated.version is not None
        assert (updated.version.number, updated.article) == (2, first.article)

    def test_other_words_at_the_same_address_are_a_new_version(self, cast: Cast) -> None:
        known = {"url": "https://courier.example/a"}
        first = import_article(actor=cast.manager, project=cast.project, text="One.", outlet="OutA", **known)
        again = import_article(actor=cast.manager, project=cast.project, text="Two.", outlet="OutB", **known)
        assert (again.outcome, again.article, again.article.outlet) == (Outcome.CHANGED, first.article, "OutB")
        assert again.version is not None
        assert (again.version.number, again.version.text) == (2, "Two.")
        assert import_article(actor=cast.manager, project=cast.project, text="Two.", **known).outcome == Outcome.SAME
        told = import_article(actor=cast.manager, project=cast.project, text="Two.", outlet="OutC", **known)
        assert (told.outcome, told.article.outlet) == (Outcome.CHANGED, "OutC")
        assert list(first.article.versions.values_list("number", "text")) == [(1, "One."), (2, "Two.")]
        assert list(verify()) == []

    def test_id_of_one_and_address_of_another_is_refused(self, cast: Cast) -> None:
        import_article(actor=cast.manager, project=cast.project, text="One.", key="a")
        import_article(actor=cast.manager, project=cast.project, text="Two.", key="b", url="https://b.example/")
        with pytest.raises(Invalid) as refused:
            import_article(actor=cast.manager, project=cast.project, text="Three.", key="a", url="https://b.example/")
        assert refused.value.code == "two_stories"

    def test_another_project_has_its_own_stories(self, cast: Cast) -> None:
        import_article(actor=cast.manager, project=cast.project, text="One.")
        elsewhere = import_article(actor=cast.outsider, project=cast.other_project, text="One.")
        assert elsewhere.outcome == Outcome.NEW

    def test_ids_are_readable_and_free(self, cast: Cast) -> None:
        keys = [kept(cast, text=f"Text {n}.", headline="Bridge Opens").article.key for n in range(3)]
        assert keys[0] == "bridge-opens"
        assert len(set(keys)) == 3
        assert kept(cast, text="文", headline="千帆トンネル").article.key == "千帆トンネル"

    def test_the_same_gesture_twice_is_one_import(self, cast: Cast) -> None:
        for _ in range(2):
            done = import_article(actor=cast.manager, project=cast.project, text="One.", gesture="g")
            assert done.outcome == Outcome.NEW
        assert Change.objects.filter(subject_kind="article").count() == 1

    def test_history_tells_who_and_what_but_not_the_text(self, cast: Cast) -> None:
        kept(cast, text="Secret words.", key="a", outlet="Courier", published="2026-02-03")
        change = cast.changes.get()
        assert (change.actor, change.action, change.subject_key) == (cast.manager, "import", "a")
        assert change.after["published"] == "2026-02-03"
        assert "Secret" not in str(change.after)

    def test_a_version_is_added(self, cast: Cast) -> None:
        article = import_article(actor=cast.manager, project=cast.project, text="One.").article
        assert add_version(actor=cast.manager, article=article, text="Two.").version.number == 2
        assert add_version(actor=cast.manager, article=article, text="Two.").outcome == Outcome.SAME
        import_article(actor=cast.manager, project=cast.project, text="Other.")
        with pytest.raises(Invalid):
            add_version(actor=cast.manager, article=article, text="Other.")
        assert list(verify()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "javascript:alert(1)"),
        ("url", "ftp://a.example/"),
        ("url", "https://"),
        ("url", "https://a.example/" + "".join(chr(0x4E00 + place * 7) for place in range(900))),
        ("url", "https://a.example/\ud800"),
        ("url", "https://a.example/ b"),
        ("url", "https://user:secret@a.example/"),
        ("url", "http://[::1"),
        ("url", "https://a.example/" + "x" * 1000),
        ("language", "english please"),
        ("language", "e"),
        ("published", "31.3.2026"),
        ("published", "20260331"),
        ("published", "2026-02-30"),
        ("key", "a/b"),
        ("key", ".."),
        ("key", "x" * 101),
        ("outlet", "x" * 201),
        ("outlet", "a\u202eb"),
        ("byline", "a\u200bb"),
        ("licence", "a\nb"),
        ("headline", "x" * 501),
    ],
)
def test_metadata_that_cannot_be_is_refused_at_its_field(cast: Cast, name: str, value: str) -> None:
    with pytest.raises(Invalid) as refused:
        import_article(actor=cast.manager, project=cast.project, text="One.", **{name: value})
    assert refused.value.field == name
    assert not Article.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "http://localhost:8000/a?b=c#d"),
        ("url", "https://medien.example/größe"),
        ("language", "zh-Hant-TW"),
        ("language", "sr-Latn"),
        ("published", "2024-02-29"),
        ("key", "Story no. 7 (Sunday)"),
        ("byline", "Maël O’Brien-Ōta"),
    ],
)
def test_metadata_is_kept_as_it_is(cast: Cast, name: str, value: str) -> None:
    article = kept(cast, text="One.", **{name: value}).article
    assert str(getattr(article, name)) == value


@pytest.mark.usefixtures("transactional_db")
def test_eight_importing_the_same_file_make_one_story(cast: Cast) -> None:
    done = together(
        lambda _: (
            import_article(
                actor=cast.manager, project=Project.objects.get(slug="desk"), data=STORY.encode(), name="bridge.txt"
            ).outcome
        )
    )
    assert sorted(done) == ["new", *["same"] * 7]
    assert (Article.objects.count(), ArticleVersion.objects.count(), cast.changes.count()) == (1, 1, 1)
    connections.close_all()
