"""A desk with gold worth releasing, and releases of it, made as a worker makes them."""

from __future__ import annotations

import hashlib
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from annotations.exports.records import Record
from annotations.exports.releases.manifest import checksums
from annotations.models import Article, ArticleVersion, Project, Release, Task, User
from annotations.services.article_changes import change_article
from annotations.services.records import import_records
from annotations.services.release_files import content_of, listed, write_file
from annotations.services.releases import add_stories, begin_release, publish_release
from annotations.services.sample import sample_record
from annotations.services.shelf import Outcome
from annotations.services.task_leases import finish_task
from annotations.services.tasks import start_task
from annotations.tasks import KINDS
from annotations.tasks.running import me, run_task
from annotations.tasks.starting import start
from tests.agreeing import copied, two_readings
from tests.cast import Cast
from tests.tasks.making import taken

AS_OF = "2026-11-01"
STORIES = ("kirby", "council", "dam", "filing", "harbour", "hafen-de", "miyah-ar")


def again(record: Record) -> Record:
    """Return a story with the same words and one line more, as another outlet prints it."""
    text = record["article"]["text"] + "\n\nThis report was first published by somebody else."
    # Named speakers and claims are those of the other story; who is not named is of one story alone.
    ids = {one["id"]: one["id"] if one["named"] else f"again-{one['id']}" for one in record["speakers"]}
    speakers = [speaker | {"id": ids[speaker["id"]]} for speaker in record["speakers"]]
    quotes = [
        quote | {"id": f"again-{quote['id']}", "parent": None, "speaker": ids.get(quote["speaker"])}
        for quote in record["quotes"]
    ]
    article = record["article"] | {"id": "again", "url": None, "outlet": "Second Post", "text": text, "blocks": []}
    article["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return record | {"article": article, "speakers": speakers, "quotes": quotes}


def make_gold(cast: Cast) -> None:
    """Give the desk gold: one story has a near-duplicate, one keeps its text, one is under embargo, two read one."""
    records = [sample_record(name) for name in STORIES]
    records.append(again(sample_record("council")))
    outcomes = import_records(actor=cast.manager, project=cast.project, records=records)
    assert {one.outcome for one in outcomes} == {Outcome.NEW}, [one.reason for one in outcomes]
    correct(cast, "kirby", text_exportable=False)
    correct(cast, "miyah-ar", embargoed_until=datetime(2026, 12, 1, tzinfo=UTC))
    copied(cast, two_readings(cast)[0], annotator=None)


def correct(cast: Cast, story: str, **known: Any) -> None:
    """Change what is known of a sample story."""
    article = Article.objects.get(project=cast.project, key=sample_record(story)["article"]["id"])
    change_article(actor=cast.manager, article=article, revision=article.revision, **known)


def released(cast: Cast, *, by: User | None = None, **asked: Any) -> Release:
    """Ask for a release, be the worker that makes it, and return it."""
    task = ask(cast, by=by, **asked)
    work_on(task)
    assert task.state == Task.State.DONE, task.reason
    return Release.objects.get(task=task)


def ask(cast: Cast, *, by: User | None = None, **asked: Any) -> Task:
    """Ask for a release."""
    membership = cast.membership(by or cast.manager)
    return start(membership=membership, kind="release", arguments={"as_of": AS_OF} | asked)


def work_on(task: Task) -> None:
    """Run one attempt at a task."""
    me.name = "a worker"
    run_task(taken(task, me.name), KINDS)
    task.refresh_from_db()


def small_release(project: Project, manager: User, version: ArticleVersion | None = None) -> Release:
    """Publish a release with no more in it than its pages need."""
    task = taken(start_task(actor=manager, project=project, kind="release", arguments={}))
    asked = {"title": "City quotes", "as_of": AS_OF}
    summary = {"counts": {"stories": 1, "quotes": 1}, "previous": None, "changes": None}
    release = begin_release(task=task, asked=asked, summary=summary, as_of_change=1, guidelines=None)
    add_stories(release=release, stories=[(version.pk, "train")] if version else [])
    card = b"---\nlicense: other\n---\n\n# City quotes, release 1\n"
    files = [write_file(release=release, name="README.md", content=[card], step=nullcontext)]
    files += [write_file(release=release, name="CHANGES.md", content=[b"# Changes\n"], step=nullcontext)]
    sums = checksums(listed(files))
    write_file(release=release, name="SHA256SUMS", content=[sums], step=nullcontext)
    publish_release(release=release, number=1)
    finish_task(task, {"number": 1, "stories": 1, "quotes": 1})
    return release


def files_of(release: Release) -> dict[str, bytes]:
    """Return the files of a release by name."""
    return {file.name: b"".join(content_of(file)) for file in release.files.all()}
