"""Imports in the background: unseen until all is there, a report on each line, and nothing left of a cancelled one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from annotations.access import known_claims, known_speakers
from annotations.models import (
    Annotator,
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    Delivery,
    Quote,
    Span,
    Speaker,
    Task,
)
from annotations.services import claims, speakers
from annotations.services.articles import import_article
from annotations.services.claims import NewClaim
from annotations.services.errors import Invalid
from annotations.services.speakers import NewSpeaker
from annotations.services.task_files import folder_of
from annotations.services.task_leases import claim_next, fail_task
from annotations.services.tasks import cancel_task, retry_task
from annotations.services.verification import verify
from annotations.tasks import KINDS
from annotations.tasks.kinds import Run
from annotations.tasks.running import _attempt, run_task, work
from annotations.tasks.starting import start, start_import
from benchmarks import corpus
from tests.cast import Cast
from tests.factories import make_article, make_assignment, make_quote
from tests.tasks.making import taken

pytestmark = [pytest.mark.django_db, pytest.mark.data]

DELIVERED = (Annotator, Article, ArticleVersion, Assignment, Change, Claim, Quote, Speaker)
STORIES = 24


class After:
    """Asks a worker to end at its n-th step."""

    def __init__(self, steps: int) -> None:
        self.steps = steps

    def is_set(self) -> bool:
        """Whether that many steps were begun."""
        self.steps -= 1
        return self.steps < 0


def lines(stories: int = STORIES) -> list[bytes]:
    """Return stories as lines: the last ones as bare articles, the others with gold."""
    whole = list(corpus.lines(stories, quotes=3))
    bare = [json.loads(line)["article"] for line in whole[-4:]]
    plain = [{name: one[name] for name in ("id", "text", "outlet")} for one in bare]
    return whole[:-4] + [json.dumps(one).encode() + b"\n" for one in plain]


def asked(cast: Cast, data: Iterable[bytes], **options: Any) -> Task:
    """Ask for an import."""
    return start_import(
        membership=cast.membership(cast.manager),
        pieces=data,
        file_format=options.pop("file_format", "jsonl"),
        **options,
    )


def ran(task: Task) -> Task:
    """Let a worker run the next task, which is this one, to its end."""
    found = claim_next("one")
    assert found == task
    run_task(found, KINDS)
    task.refresh_from_db()
    return task


def interrupted(task: Task, steps: int) -> None:
    """Let a worker run the next task, and be asked to end after so many steps."""
    found = claim_next("one")
    assert found == task
    _attempt(Run(found, After(steps)), KINDS)  # type: ignore[arg-type]
    task.refresh_from_db()
    assert task.state == Task.State.QUEUED


def report(task: Task) -> list[dict[str, Any]]:
    """Return the report of a task, and see that nothing else is left in its folder."""
    (path,) = folder_of(task).iterdir()
    assert path.name == "report.jsonl"
    assert task.result["files"] == [{"name": path.name, "bytes": path.stat().st_size}]
    rows = [json.loads(line) for line in path.read_bytes().splitlines()]
    assert task.result["lines"] == len(rows) == sum(task.result["counts"].values())
    return rows


def seen() -> dict[str, list[Any]]:
    """Return what is there for everybody."""
    return {model.__name__: sorted(model.objects.values_list("pk", flat=True)) for model in DELIVERED}


def test_nothing_shows_before_all_is_there_and_editors_go_on_meanwhile(cast: Cast) -> None:
    data = lines()
    data[3] = b'{"format": "newsnotes/1", "quotes": \n'
    wrong = json.loads(data[5])
    wrong["quotes"][1]["content"][0]["start"] += 1
    data[5] = json.dumps(wrong).encode() + b"\n"
    data += [data[0], b"\n", b'{"text": "A story\\u0000"}\n']
    here = make_assignment(make_article(cast.project, cast.manager).versions.get(), cast.annotator)
    before = seen()
    task = asked(cast, data)
    interrupted(task, 4)
    assert seen() == before
    assert Article.every.count() > 2
    assert task.checkpoint["line"] > 1
    hidden = Speaker.every.exclude(delivery=None).filter(article=None)[0]
    claim = Claim.every.exclude(delivery=None)[0]
    for rows in (known_speakers, known_claims):
        assert not rows(cast.membership(cast.manager)).exists()

    # An editor names somebody whom the import is about to bring: it is the same person, from now on for everybody.
    new = NewSpeaker(label=hidden.label, kind=hidden.kind, description=hidden.description)
    made = speakers.create_speaker(project=cast.project, actor=cast.manager, new=new)
    said = claims.create_claim(project=cast.project, actor=cast.manager, new=NewClaim(claim.text))
    assert (made.pk, said.pk) == (hidden.pk, claim.pk)
    make_quote(here, cast.annotator, "nobody had measured it", source="He", cue="said", speaker=NewSpeaker("Ben Ruiz"))
    with pytest.raises(Invalid, match="An import that is under way"):
        import_article(actor=cast.manager, project=cast.project, text=json.loads(data[0])["article"]["text"])
    assert list(verify(cast.project)) == []

    assert ran(task).state == Task.State.DONE, task.reason
    rows = report(task)
    assert [row["line"] for row in rows] == [number for number in range(1, STORIES + 4) if number != STORIES + 2]
    outcomes = {row["line"]: row["outcome"] for row in rows}
    assert [line for line, outcome in outcomes.items() if outcome == "refused"] == [4, 6, STORIES + 3]
    assert outcomes[STORIES + 1] == "same"
    refused = {row["line"]: row for row in rows if row["outcome"] == "refused"}
    assert refused[6]["place"].startswith("quotes[1].content[0]")
    assert all(row["reason"] for row in refused.values())
    assert task.result["counts"] == {"new": STORIES - 2, "same": 1, "changed": 0, "refused": 3}
    assert Article.objects.count() == STORIES - 2 + 1
    assert Article.objects.count() == Article.every.count()
    assert Quote.objects.exclude(delivery=None).count() == 3 * (STORIES - 4 - 2)
    assert list(verify(cast.project)) == []
    # Not even the number of the last change is the same before and after.
    last = Change.objects.order_by("-pk")[0]
    assert (last.action, last.subject_kind, last.after, last.delivery) == (
        "import",
        "project",
        {"task": task.key},
        None,
    )

    again = ran(asked(cast, data))
    assert again.result["counts"] == {"new": 0, "same": STORIES - 1, "changed": 0, "refused": 3}
    assert Change.objects.order_by("-pk")[0] == last


def test_a_cancelled_import_leaves_nothing(cast: Cast) -> None:
    task = asked(cast, lines())
    before = seen()
    interrupted(task, 4)
    assert Quote.every.exists()
    hidden = Speaker.every.exclude(delivery=None).filter(article=None)[0]
    kept = speakers.create_speaker(
        project=cast.project, actor=cast.manager, new=NewSpeaker(hidden.label, hidden.kind, True, hidden.description)
    )
    cancel_task(actor=cast.manager, task=task)
    work.call()
    after = seen()
    assert after.pop("Speaker") == [kept.pk]
    assert [*before["Change"], *cast.changes.filter(subject_key=kept.key).values_list("pk", flat=True)] == after.pop(
        "Change"
    )
    assert after.items() <= before.items()
    assert all(sorted(model.every.values_list("pk", flat=True)) == seen()[model.__name__] for model in DELIVERED)
    assert not any((Span.objects.exists(), Delivery.objects.exists(), folder_of(task).exists()))
    assert list(verify(cast.project)) == []
    # Its file is gone with it.
    retry_task(actor=cast.manager, task=task)
    assert "Send it again" in ran(task).reason
    assert ran(asked(cast, lines())).result["counts"]["new"] == STORIES


def test_what_changes_a_published_story_is_written_after_the_rest(cast: Cast) -> None:
    records = [json.loads(line) for line in corpus.lines(6, quotes=2)]
    for record in records[:3]:
        import_article(
            actor=cast.manager, project=cast.project, text=record["article"]["text"], key=record["article"]["id"]
        )
    first, second, third = (record["article"] for record in records[:3])
    other = copy.deepcopy(records[4])
    other["annotator"], other["status"] = "kim", "submitted"
    for quote in other["quotes"]:
        quote["id"] = f"{quote['id']}-kim"
    plain = {name: first[name] for name in ("id", "text")}
    data = [
        plain | {"outlet": "Courier"},
        records[3],
        {"id": second["id"], "text": "Other words\n\nAltogether."},
        {"id": third["id"], "text": "Newer words\n\nOf it.", "url": "https://example.org/3"},
        records[4],
        other,
        plain | {"outlet": "Courier"},
    ]
    task = asked(cast, [json.dumps(one).encode() + b"\n" for one in data])
    # The step that begins, two that write unseen, one that publishes: then it changes what is published.
    interrupted(task, 4)
    assert Article.objects.count() == 5
    assert Article.objects.get(key=first["id"]).outlet == ""
    ran(task)
    assert [row["outcome"] for row in report(task)] == ["changed", "new", "changed", "changed", "new", "new", "same"]
    assert "update=true" in report(task)[2]["reason"]
    assert Article.objects.get(key=first["id"]).outlet == "Courier"
    assert Assignment.objects.filter(version__article__key=other["article"]["id"]).count() == 2
    updated = ran(asked(cast, [json.dumps(data[2]).encode()], update=True))
    assert updated.result["counts"]["changed"] == 1
    assert Article.objects.get(key=second["id"]).versions.count() == 2
    assert list(verify(cast.project)) == []


def test_one_import_at_a_time_and_a_new_one_clears_away_what_a_failed_one_left(cast: Cast) -> None:
    first, second = asked(cast, lines()), asked(cast, lines(), gesture="a key")
    assert asked(cast, lines(), gesture="a key") == second
    interrupted(first, 3)
    run_task(taken(second), KINDS)
    second.refresh_from_db()
    assert second.state == Task.State.FAILED
    assert first.key in second.reason
    fail_task(taken(first), "There was no room.")
    assert ran(asked(cast, lines())).result["counts"]["new"] == STORIES
    assert Delivery.objects.count() == 1
    retry_task(actor=cast.manager, task=first)
    assert "Send it again" in ran(first).reason


def test_a_line_at_which_we_break_is_refused_alone(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    # The database refuses a row of which we did not know that it would.
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE annotations_article ADD CONSTRAINT trap CHECK (key <> 'trap')"
            if connection.vendor == "postgresql"
            else "CREATE TRIGGER trap BEFORE INSERT ON annotations_article WHEN NEW.key = 'trap'"
            " BEGIN SELECT RAISE(ABORT, 'trap'); END"
        )
    data = [json.dumps({"id": key, "text": f"Story {key}."}).encode() + b"\n" for key in ("a", "b", "trap", "c")]
    found = ran(asked(cast, data))
    assert [row["outcome"] for row in report(found)] == ["new", "new", "refused", "new"]
    assert "We made a mistake" in report(found)[2]["reason"]
    assert "line 3 cannot be written" in caplog.text


def test_a_table_is_imported_and_an_import_needs_its_file(cast: Cast) -> None:
    rows = 'id,text,published,text_exportable\na,"One\n\nTwo ""three"".",2026-01-31,no\nb,Four "five,,\nc,Six.,,\n'
    task = ran(asked(cast, [rows.encode()], file_format="csv", name="stories.csv"))
    assert [(row["line"], row["outcome"]) for row in report(task)] == [(2, "new"), (5, "refused"), (6, "new")]
    article = Article.objects.get(key="a")
    assert (article.versions.get().text, str(article.published)) == ('One\n\nTwo "three".', "2026-01-31")
    assert not article.text_exportable
    for refused in (
        lambda: asked(cast, [b"text\n"], file_format="xml"),
        lambda: asked(cast, []),
        lambda: start(membership=cast.membership(cast.manager), kind="import", arguments={}),
    ):
        with pytest.raises(Invalid):
            refused()
    with pytest.raises(PermissionDenied):
        start_import(membership=cast.membership(cast.annotator), pieces=[b"text"], file_format="csv")
    assert Task.objects.count() == 1
