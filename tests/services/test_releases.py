"""Releases: what is in them, that nobody changes them, and how a removal withdraws them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from annotations import triggers
from annotations.exports.records import Record
from annotations.models import Article, Change, Quote, Release, ReleaseFile, ReleasePiece, ReleaseStory, Speaker
from annotations.services.errors import Invalid
from annotations.services.guidelines import change_guidelines, guidelines_seen
from annotations.services.records import import_records
from annotations.services.removals import remove_article, remove_name
from annotations.services.sample import sample_record
from annotations.services.verification import verify
from benchmarks import corpus
from tests.cast import Cast
from tests.releasing import AS_OF, STORIES, ask, correct, files_of, make_gold, released

pytestmark = pytest.mark.django_db

REFUSED = (
    "UPDATE annotations_release SET number = 2",
    "UPDATE annotations_release SET summary = asked",
    "UPDATE annotations_release SET sha256 = 'x'",
    "UPDATE annotations_releasestory SET split = 'test'",
    "UPDATE annotations_releasefile SET name = name || 'x'",
    "UPDATE annotations_releasepiece SET number = number + 1",
    "UPDATE annotations_releasepiece SET data = ''",
    "INSERT INTO annotations_releasefile (release_id, name, bytes, sha256)"
    " SELECT id, 'more', 0, 'x' FROM annotations_release",
    "DELETE FROM annotations_releasepiece",
    "DELETE FROM annotations_releasefile",
    "DELETE FROM annotations_releasestory",
    "DELETE FROM annotations_release",
)


def records(files: dict[str, bytes], kind: str = "gold") -> dict[str, list[Record]]:
    """Return the records of each split."""
    names = {split: f"{kind}-{split}.jsonl" for split in ("train", "dev", "test")}
    return {split: [*map(json.loads, files[name].splitlines())] for split, name in names.items() if name in files}


def key_of(story: str) -> str:
    """Return the id of a sample story."""
    key: str = sample_record(story)["article"]["id"]
    return key


def execute(sql: str) -> None:
    """Change something as nobody should."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_release_is_what_its_manifest_says_and_stays_so(cast: Cast) -> None:
    make_gold(cast)
    seen = guidelines_seen(cast.project)
    change_guidelines(actor=cast.manager, project=cast.project, guidelines="## Edges\n\nWhole words.", seen=seen)
    release = released(cast, licence="CC-BY-4.0", authors=["City | desk"], note="Of *May*.")
    files = files_of(release)
    manifest = json.loads(files["manifest.json"])

    # Files and checksums.
    assert {file["name"]: file["sha256"] for file in manifest["files"]} == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in files.items()
        if name not in {"manifest.json", "SHA256SUMS"}
    }
    told = dict(reversed(line.split("  ")) for line in files["SHA256SUMS"].decode().splitlines())
    assert told == {name: hashlib.sha256(data).hexdigest() for name, data in files.items() if name != "SHA256SUMS"}
    assert release.sha256 == hashlib.sha256(files["SHA256SUMS"]).hexdigest()

    # Stories, splits and counts.
    found = records(files)
    splits = {one["article"]["id"]: split for split, rows in found.items() for one in rows}
    wanted = {key_of(name) for name in STORIES} - {key_of("miyah-ar")}
    assert wanted | {"again"} < splits.keys()
    assert len(splits) == sum(map(len, found.values())) == manifest["counts"]["stories"] == len(wanted) + 2
    assert splits["again"] == splits[key_of("council")]
    assert manifest["near_duplicates"]["groups"] == 1
    assert manifest["held_back"] == 1
    for split, rows in found.items():
        assert manifest["splits"][split]["quotes"] == sum(len(row["quotes"]) for row in rows)
    (kirby,) = (row for rows in found.values() for row in rows if row["article"]["id"] == key_of("kirby"))
    assert kirby["article"]["text"] is None
    assert "exact" not in kirby["quotes"][0]["content"][0]
    assert all(row["annotator"] is None for rows in found.values() for row in rows)
    work = [row for rows in records(files, "annotators").values() for row in rows]
    assert [row["status"] for row in work] == ["submitted", "submitted"]
    assert dict(release.stories.values_list("version__article__key", "split")) == splits

    # What people read.
    card = files["README.md"].decode()
    assert "license: cc-by-4.0" in card
    assert "Content, exact F1 in words | 0.800" in card
    assert "City \\| desk" in card
    assert 'name: "City | desk"' in files["CITATION.cff"].decode()
    assert files["guidelines.md"] == b"## Edges\n\nWhole words."
    assert release.guidelines is not None
    assert f"version {release.guidelines.reference}" in card

    # Nobody changes it.
    change = Change.objects.latest("pk")
    assert (change.action, change.subject_kind, change.subject_key) == ("publish", "release", "1")
    assert change.after is not None
    assert change.after["sha256"] == release.sha256
    for sql in REFUSED:
        with pytest.raises(DatabaseError, match=r"release that is published|bytes of a release"):
            execute(sql)
    assert list(verify()) == []
    triggers.take_off(connection)
    ReleasePiece.objects.filter(file__name="README.md").update(data=b"x")
    ReleaseFile.objects.filter(name="CHANGES.md").update(sha256="0" * 64)
    triggers.put_on(connection)
    messages = [breach.message for breach in verify() if breach.kind == "release"]
    assert len(messages) == 3
    assert "README.md has not the bytes that were published" in messages


def test_the_next_release_says_what_is_different(cast: Cast) -> None:
    make_gold(cast)
    released(cast)
    import_records(actor=cast.manager, project=cast.project, records=[corpus.record(1, seed=7)])
    correct(cast, "dam", outlet="Another Post")
    Quote.objects.filter(key=sample_record("filing")["quotes"][0]["id"]).update(note="Not sure.")
    correct(cast, "harbour", outlet="Left out")
    outlets = Article.objects.exclude(outlet="Left out").values_list("outlet", flat=True).distinct()
    release = released(cast, seed=2, outlet=[outlet for outlet in outlets if outlet])
    files = files_of(release)
    assert release.number == 2
    changes = {one["story"]: one for one in map(json.loads, files["changes.jsonl"].splitlines())}
    assert changes[key_of("harbour")]["changes"] == ["gone"]
    assert changes[corpus.record(1, seed=7)["article"]["id"]]["changes"] == ["new"]
    assert "known" in changes[key_of("dam")]["changes"]
    assert changes[key_of("filing")]["quotes_changed"] == 1
    assert "quotes" not in changes[key_of("dam")]["changes"]
    page = files["CHANGES.md"].decode()
    assert "Compared with release 1." in page
    assert "## New stories: 1" in page
    assert release.summary["changes"]["gone"] == sum(one["changes"] == ["gone"] for one in changes.values())
    moved = [one for one in changes.values() if "split" in one["changes"]]
    assert all(one["split"][0] != one["split"][1] for one in moved)
    assert json.loads(files["manifest.json"])["previous"] == 1


def test_a_removal_withdraws_the_releases_that_held_it(cast: Cast) -> None:
    make_gold(cast)
    both = released(cast)
    without = released(cast, outlet=["Northgate Wire"])
    gone = Article.objects.get(key=key_of("hafen-de"))
    removal = remove_article(actor=cast.manager, article=gone, reason="A court says so.")
    both.refresh_from_db()
    without.refresh_from_db()
    assert (both.withdrawn_by, both.summary, both.number) == (removal, {}, 1)
    assert set(files_of(both).values()) == {b""}
    assert without.withdrawn_by is None
    assert list(verify()) == []

    # The next is compared with the one that stands.
    assert b"Compared with release 2." in files_of(released(cast, title="Of Mayor Holt"))["CHANGES.md"]
    story = without.stories.select_related("version__article").latest("pk")
    quote = Quote.objects.filter(assignment__version=story.version, speaker__named=True).first()
    assert quote is not None
    assert quote.speaker is not None
    remove_name(actor=cast.manager, speaker=quote.speaker, reason="Privacy.")
    without.refresh_from_db()
    assert without.withdrawn_by is not None
    assert list(verify()) == []
    withdrawn = Change.objects.filter(action=Change.Action.WITHDRAW).values_list("subject_key", flat=True)
    assert sorted(withdrawn) == ["1", "2", "3"]


def test_a_name_that_a_release_does_not_say_leaves_it_alone(cast: Cast) -> None:
    make_gold(cast)
    release = released(cast, outlet=["Northgate Wire"])
    other = Speaker.objects.filter(label="Ada Holt").latest("pk")
    remove_name(actor=cast.manager, speaker=other, reason="Privacy.")
    release.refresh_from_db()
    assert release.withdrawn_by is None


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"dev": 50}, "dev"),
        ({"how": "by hand"}, "how"),
        ({"as_of": "2999-01-01"}, "as_of"),
        ({"outlet": ["No such"]}, "outlet"),
        ({"title": "x" * 201}, "title"),
        ({"authors": "\n".join("abc" for _ in range(51))}, "authors"),
    ],
)
def test_what_no_release_can_be_is_refused(cast: Cast, asked: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        ask(cast, **asked)
    assert refused.value.field == field


def test_without_gold_there_is_nothing_to_release(cast: Cast) -> None:
    with pytest.raises(AssertionError, match="nothing to release"):
        released(cast, as_of=AS_OF)
    assert not Release.objects.exists()
    assert not ReleaseStory.objects.exists()
