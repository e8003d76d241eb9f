"""Importing newsnotes/1: ids are kept, nothing is overwritten, and what comes out is what went in."""

from __future__ import annotations

import copy
import hashlib
from functools import partial
from typing import Any

import pytest
from django.db import connection

from annotations.exports import jsonl_v1
from annotations.exports.downloads import Download
from annotations.exports.filters import ALL, GOLD, Asked
from annotations.exports.jsonl_v1_reader import read_line
from annotations.exports.records import Record
from annotations.models import (
    Annotator,
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    Label,
    Project,
    Quote,
    Span,
    Speaker,
)
from annotations.services import claims, quotes, speakers
from annotations.services.articles import add_version, import_article
from annotations.services.claims import NewClaim
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.record_shelf import RecordPlacement
from annotations.services.records import import_records, place_records
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.speakers import NewSpeaker
from annotations.services.verification import verify
from tests.cast import Cast, make_project
from tests.exports.test_jsonl_v1_reader import SAMPLES, put
from tests.exports.test_schema import VALIDATOR
from tests.factories import at, make_assignment, make_quote
from tests.services.test_concurrency import together

pytestmark = pytest.mark.django_db


def exported(project: Project, annotations: str = GOLD) -> bytes:
    """Return the dataset of a project."""
    return b"".join(
        Download(
            project, Assignment.objects.filter(project=project), Change.objects.none(), Asked(annotations=annotations)
        ).lines()
    )


def imported(cast: Cast, *records: Record, project: Project | None = None) -> list[RecordPlacement]:
    """Import records, and see that the preview says the same as the import."""
    project = project or cast.project
    foretold = place_records(actor=cast.manager, project=project, records=records)
    done = import_records(actor=cast.manager, project=project, records=records)
    assert [(one.outcome, one.path, one.reason) for one in foretold] == [
        (one.outcome, one.path, one.reason) for one in done
    ]
    return done


@pytest.fixture
def kirby() -> Record:
    """A copy of the Kirby record."""
    return copy.deepcopy(sample_record("kirby"))


def with_text(record: Record, text: str) -> Record:
    """Return a record of another text, without quotes."""
    article = record["article"] | {
        "text": text,
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "blocks": [],
        "headline": None,
    }
    return record | {"article": article, "quotes": [], "speakers": [], "claims": []}


def test_all_samples_come_out_as_they_went_in(cast: Cast) -> None:
    records = [sample_record(name) for name in SAMPLES]
    assert {one.outcome for one in imported(cast, *records)} == {Outcome.NEW}
    assert exported(cast.project) == b"".join(map(jsonl_v1.line, records))
    assert list(verify()) == []


def test_the_kirby_gold_equals_its_file(cast: Cast, kirby: Record) -> None:
    imported(cast, kirby)
    gold = Assignment.objects.get()
    assert (gold.status, gold.annotator) == ("gold", None)
    assert Quote.objects.count() == 23
    assert exported(cast.project) == jsonl_v1.line(kirby)


@pytest.fixture
def told(kirby: Record) -> Record:
    """The Kirby record with notes, with what was looked at, and with how far it was read."""
    text = kirby["article"]["text"]
    kirby["quotes"][1]["note"] = "Is “him” Kirby?\n\nAsk."
    looked = [at(text, words) for words in ("Phone Calls", "being destroyed")]
    return kirby | {"looked_at": sorted(looked, key=lambda one: one["start"]), "read_up_to": len(text) - 1}


def test_notes_and_what_was_looked_at_come_out_as_they_went_in(cast: Cast, told: Record) -> None:
    imported(cast, told)
    assert exported(cast.project) == jsonl_v1.line(told)
    assert imported(cast, told)[0].outcome == Outcome.SAME
    assert list(VALIDATOR.iter_errors(told)) == []
    assert list(verify()) == []


@pytest.mark.parametrize("name", ["looked_at", "read_up_to"])
def test_other_work_on_the_same_story_differs(cast: Cast, told: Record, name: str) -> None:
    imported(cast, told)
    without = {key: value for key, value in told.items() if key != name}
    assert imported(cast, without)[0].outcome == Outcome.REFUSED


@pytest.mark.parametrize("note", [" a", "a\n", "a\r\nb", "x" * 2001])
def test_a_note_that_would_not_be_kept_as_it_is(cast: Cast, told: Record, note: str) -> None:
    told["quotes"][1]["note"] = note
    placed = imported(cast, told)[0]
    assert (placed.outcome, placed.path) == (Outcome.REFUSED, "quotes[1].note")


def test_an_import_leaves_its_history(cast: Cast, kirby: Record) -> None:
    imported(cast, kirby)
    change = Change.objects.get(subject_kind="assignment")
    assert (change.action, change.actor, len(change.after["quotes"])) == ("import", cast.manager, 23)
    assert Change.objects.filter(subject_kind="speaker").count() == Speaker.objects.count() == 10
    assert Change.objects.filter(subject_kind="claim").count() == Claim.objects.count() == 6


def test_importing_again_adds_nothing(cast: Cast, kirby: Record) -> None:
    imported(cast, kirby)
    counts = [model.objects.count() for model in (Article, Quote, Span, Speaker, Claim, Change)]
    assert imported(cast, kirby)[0].outcome == Outcome.SAME
    assert counts == [model.objects.count() for model in (Article, Quote, Span, Speaker, Claim, Change)]


def test_the_order_of_its_rows_makes_no_difference(cast: Cast, kirby: Record) -> None:
    imported(cast, kirby)
    turned = kirby | {name: kirby[name][::-1] for name in ("quotes", "speakers", "claims")}
    assert imported(cast, turned)[0].outcome == Outcome.SAME


def test_what_people_made_comes_out_as_it_went_in(cast: Cast, kirby: Record) -> None:
    """Export, wipe, import, export: the same bytes, with gold, open work, nesting, deletion and merging in it."""
    imported(cast, kirby, sample_record("harbour"))
    version = ArticleVersion.objects.get(article__key="kirby")
    for user in (cast.annotator, cast.other_annotator):
        assignment = make_assignment(version, user)
        outer = make_quote(
            assignment,
            user,
            "Russian defense officials are ignoring the United States",
            source="Pentagon spokesman John Kirby",
            speaker="john-kirby",
            labels={"act": "statement", "factuality": "said"},
            claims=[{"claim": NewClaim("Nobody calls."), "stance": "denies"}],
        )
        make_quote(assignment, user, "ignoring the United States", speaker=NewSpeaker("officials", named=False))
        gone = make_quote(assignment, user, "John Kirby")
        quotes.delete_quote(actor=user, quote=gone, revision=gone.revision)
        assert outer.children.count() == 1
    person = Speaker.objects.get(key="joe-biden")
    other = speakers.create_speaker(project=cast.project, actor=cast.manager, new=NewSpeaker("J. Biden"))
    speakers.merge_speakers(actor=cast.manager, speaker=person, into=other, revision=person.revision)
    assert list(verify()) == []

    first = exported(cast.project, ALL)
    fresh = make_project("fresh", "Fresh")
    records = [read_line(line) for line in first.splitlines()]
    assert {one.outcome for one in imported(cast, *records, project=fresh)} == {Outcome.NEW}
    assert exported(fresh, ALL) == first
    assert Annotator.objects.filter(project=fresh, user__isnull=True).count() == 2
    assert list(verify()) == []


def test_the_guidelines_behind_a_quote_come_out_as_they_went_in(cast: Cast, kirby: Record) -> None:
    write = partial(change_guidelines, actor=cast.manager)
    write(project=cast.project, seen=guidelines_seen(cast.project), guidelines="One.")
    imported(cast, kirby)
    assignment = make_assignment(ArticleVersion.objects.get(), cast.annotator)
    make_quote(assignment, cast.annotator, "John Kirby")
    write(project=cast.project, seen=guidelines_seen(cast.project), guidelines="Two.")
    make_quote(assignment, cast.annotator, "Fox News")
    first = exported(cast.project, ALL)
    gold, work = records = [read_line(line) for line in first.splitlines()]
    assert not any("guidelines" in one for one in gold["quotes"])
    one, two = (version.reference for version in cast.project.guidelines_versions.all())
    assert ([quote["guidelines"] for quote in work["quotes"]], work["guidelines"]) == ([one, two], two)
    assert list(VALIDATOR.iter_errors(work)) == []
    # Where nobody has them, they are kept as they are called; a version of the same number may be another.
    fresh = make_project("fresh", "Fresh")
    write(project=fresh, seen=guidelines_seen(fresh), guidelines="Something else.")
    write(project=fresh, seen=guidelines_seen(fresh), guidelines="Two.")
    imported(cast, *records, project=fresh)
    made_under = dict(
        Quote.objects.filter(project=fresh, assignment__annotator__isnull=False).values_list(
            "guidelines__number", "guidelines_named"
        )
    )
    assert made_under == {None: one, 2: ""}
    assert exported(fresh, ALL) == first
    assert {placed.outcome for placed in imported(cast, *records, project=fresh)} == {Outcome.SAME}
    assert list(verify()) == []


@pytest.mark.parametrize(
    "line",
    ["Bridge\u00a0Opens\u00a0", "\u2003Bridge Opens", "Bridge\u2028Opens", "Bridge  \tOpens", "\n\ufeffBridge \ufeff"],
)
@pytest.mark.parametrize("is_apart", [False, True])
def test_every_headline_that_the_desk_finds_or_takes_comes_out_as_it_went_in(
    cast: Cast, line: str, is_apart: bool
) -> None:
    body = "It opened today. It was fine."
    story: dict[str, Any] = {"text": body, "headline": line} if is_apart else {"text": f"{line}\n\n{body}"}
    taken = import_article(actor=cast.manager, project=cast.project, **story)
    assert taken.version is not None
    make_assignment(taken.version, cast.annotator)
    first = exported(cast.project, ALL)
    fresh = make_project("fresh", "Fresh")
    (placed,) = imported(cast, read_line(first), project=fresh)
    assert (placed.outcome, placed.reason) == (Outcome.NEW, "")
    assert exported(fresh, ALL) == first


def test_what_happened_to_names_since_comes_out_as_it_went_in(cast: Cast) -> None:
    """Claims merged with both stances, an unnamed speaker in two stories, versions, a retired label, blank work."""
    texts = ("Bridge Opens\n\n“It is safe,” officials said.", "Bridge Closes\n\n“It is not,” officials said.")
    for number, text in enumerate(texts):
        taken = import_article(actor=cast.manager, project=cast.project, text=text, key=f"story-{number}")
        assert taken.version is not None
        make_assignment(taken.version, cast.other_annotator)
        made = make_quote(
            make_assignment(taken.version, cast.annotator),
            cast.annotator,
            "It is",
            speaker=NewSpeaker("officials", named=False, aliases=("they", "them"), wikidata="Q7"),
            labels={"act": "statement", "engagement": "endorses"},
            claims=[
                {"claim": NewClaim("It stands."), "stance": "asserts"},
                {"claim": NewClaim(f"It holds {number}."), "stance": "denies"},
            ],
        )
        said, other = Claim.objects.filter(links__quote=made).order_by("pk")
        if number:
            claims.merge_claims(actor=cast.manager, claim=other, into=said, revision=1)
    corrected = add_version(
        actor=cast.manager, article=Article.objects.get(key="story-0"), text="“It may fall,” it said."
    )
    assert corrected.version is not None
    make_quote(make_assignment(corrected.version, cast.annotator), cast.annotator, "It may fall")
    Label.objects.filter(label_set__project=cast.project, key="endorses").update(is_active=False)
    first = exported(cast.project, ALL)
    fresh = make_project("fresh", "Fresh")
    records = [read_line(line) for line in first.splitlines()]
    assert {(one.outcome, one.reason) for one in imported(cast, *records, project=fresh)} == {(Outcome.NEW, "")}
    assert exported(fresh, ALL) == first
    assert {one.outcome for one in imported(cast, *records, project=fresh)} == {Outcome.SAME}
    assert list(verify()) == []


class TestRefused:
    """Each is refused with its path, and nothing of its line is written."""

    @pytest.mark.parametrize(
        ("path", "value", "refused_at"),
        [
            ("quotes.0.labels.act", "shout", "quotes[0].labels"),
            ("article.url", "javascript:x", "article.url"),
            ("article.published", "1.2.2026", "article.published"),
            ("article.outlet", " Courier", "article.outlet"),
            ("article.byline", "a\u202eb", "article.byline"),
            ("article.id", "a/b", "article.id"),
            ("speakers.0.label", "John  Kirby", "speakers[0].label"),
            ("speakers.0.aliases", ["Kir\u200bby"], "speakers[0].aliases"),
            ("claims.0.text", "x" * 1001, "claims[0].text"),
            ("speakers.9.label", "John Kirby", None),
        ],
    )
    def test_what_the_desk_would_not_keep(
        self, cast: Cast, kirby: Record, path: str, value: Any, refused_at: str | None
    ) -> None:
        put(path, value)(kirby)
        if path == "speakers.9.label":
            kirby["speakers"][9] |= {key: kirby["speakers"][0][key] for key in ("kind", "named", "description")}
            refused_at = "speakers[9].id"
        (placement,) = imported(cast, kirby)
        assert (placement.outcome, placement.path) == (Outcome.REFUSED, refused_at)
        for model in (Article, Speaker, Claim, Assignment):
            assert not model.objects.exists()
        assert not cast.changes.exists()

    def test_quotes_that_are_there_are_never_overwritten(self, cast: Cast, kirby: Record) -> None:
        imported(cast, kirby)
        before = exported(cast.project)
        kirby["quotes"][0]["labels"] = {}
        (placement,) = imported(cast, kirby)
        assert (placement.outcome, placement.path) == (Outcome.REFUSED, "quotes")
        assert exported(cast.project) == before

    @pytest.mark.parametrize(
        ("path", "value", "refused_at"),
        [
            ("article.licence", "CC0-1.0", "article.licence"),
            ("article.headline", None, "article.headline"),
            ("article.version", 2, "article.version"),
            ("article.id", "other", "article.id"),
            ("article.blocks.0.kind", "subhead", "article.blocks"),
            ("speakers.0.description", "someone else", "speakers[0].description"),
            ("speakers.0.id", "jk", "speakers[0].id"),
            ("claims.0.text", "Something else.", "claims[0].id"),
            ("claims.0.id", "nc", "claims[0].id"),
        ],
    )
    def test_another_annotators_line_that_contradicts_the_desk(
        self, cast: Cast, kirby: Record, path: str, value: Any, refused_at: str
    ) -> None:
        imported(cast, copy.deepcopy(kirby))
        kirby |= {"status": "submitted", "annotator": "anna", "quotes": []}
        put(path, value)(kirby)
        (placement,) = imported(cast, kirby)
        assert (placement.outcome, placement.path) == (Outcome.REFUSED, refused_at)
        assert not Annotator.objects.exists()

    def test_an_id_of_a_quote_that_is_taken(self, cast: Cast, kirby: Record) -> None:
        imported(cast, kirby)
        kirby |= {"status": "submitted", "annotator": "anna"}
        (placement,) = imported(cast, kirby)
        assert (placement.outcome, placement.path) == (Outcome.REFUSED, "quotes[0].id")

    def test_a_bad_line_refuses_only_itself(self, cast: Cast, kirby: Record) -> None:
        harbour = copy.deepcopy(sample_record("harbour"))
        harbour["quotes"][0]["id"] = "q01"
        viola = sample_record("viola")
        outcomes = [one.outcome for one in imported(cast, kirby, harbour, viola)]
        assert outcomes == [Outcome.NEW, Outcome.REFUSED, Outcome.NEW]
        assert not Article.objects.filter(key="harbour").exists()

    def test_a_speaker_without_a_name_belongs_to_its_story(self, cast: Cast, kirby: Record) -> None:
        imported(cast, kirby)
        unnamed = next(speaker for speaker in kirby["speakers"] if not speaker["named"])
        other = with_text(kirby, "Another story.") | {"speakers": [unnamed]}
        other["article"]["id"] = "another"
        assert imported(cast, other)[0].outcome == Outcome.REFUSED

    def test_the_same_line_twice_in_one_file(self, cast: Cast, kirby: Record) -> None:
        outcomes = [one.outcome for one in imported(cast, kirby, copy.deepcopy(kirby))]
        assert outcomes == [Outcome.NEW, Outcome.SAME]


class TestVersions:
    def test_a_version_of_its_own_number_is_added(self, cast: Cast, kirby: Record) -> None:
        second = with_text(kirby, "Another text.")
        second["article"]["version"] = 2
        assert [one.outcome for one in imported(cast, kirby, second)] == [Outcome.NEW, Outcome.NEW]
        assert list(ArticleVersion.objects.values_list("number", flat=True)) == [1, 2]
        assert exported(cast.project).count(b"\n") == 2
        assert list(verify()) == []

    def test_another_text_under_the_same_number_is_refused(self, cast: Cast, kirby: Record) -> None:
        imported(cast, kirby)
        assert imported(cast, with_text(kirby, "Another text."))[0].path == "article.version"

    def test_annotations_come_to_a_story_that_was_imported_as_text(self, cast: Cast, kirby: Record) -> None:
        import_article(
            actor=cast.manager, project=cast.project, text=kirby["article"]["text"], key="kirby", language="en"
        )
        assert imported(cast, kirby)[0].outcome == Outcome.NEW
        assert exported(cast.project) == jsonl_v1.line(kirby)

    def test_parents_that_people_chose_stay_chosen(self, cast: Cast, kirby: Record) -> None:
        nested = next(quote for quote in kirby["quotes"] if quote["parent"])
        nested["parent"] = None
        imported(cast, kirby)
        assert Quote.objects.get(key=nested["id"]).parent_overridden
        assert not Quote.objects.exclude(key=nested["id"]).filter(parent_overridden=True).exists()


@pytest.mark.django_db(transaction=True)
def test_eight_importing_the_same_line_write_it_once(cast: Cast) -> None:
    record = sample_record("viola")

    def act(_: int) -> str:
        records, project = [copy.deepcopy(record)], Project.objects.get(slug="desk")
        return import_records(actor=cast.manager, project=project, records=records)[0].outcome

    assert sorted(together(act)) == ["new", *["same"] * 7]
    assert Quote.objects.count() == len(record["quotes"])
    connection.close()
