"""What the tests of the reading pages begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotations.exports.records import Record
from annotations.models import ArticleVersion, Assignment, Project, Quote, User
from annotations.services.records import import_records
from tests.factories import make_assignment, make_quote, make_version

SAMPLES = Path(__file__).parents[2] / "annotations" / "sample"


def gold_record(name: str = "kirby") -> Record:
    """Return the gold of a sample story as the file has it."""
    record: Record = json.loads((SAMPLES / f"{name}.gold.json").read_text("utf-8"))
    return record


def make_gold(project: Project, actor: User, name: str = "kirby") -> ArticleVersion:
    """Import a sample story with its gold."""
    import_records(actor=actor, project=project, records=[gold_record(name)])
    return ArticleVersion.objects.select_related("article", "project").get(project=project, article__key=name)


def make_work(version: ArticleVersion, user: User, content: str = "The bridge is safe", **parts: Any) -> Quote:
    """Give a user an assignment of a version with one quote in it."""
    return make_quote(make_assignment(version, user), user, content, **parts)


def other_story(project: Project, actor: User, number: int = 1, **fields: Any) -> ArticleVersion:
    """Import a short story unlike the others."""
    text = f"Story Number {number}\n\n“This is story {number},” said Ada Holt.\n\nNothing else was said."
    return make_version(project, actor, text, **fields)


def gold_of(version: ArticleVersion) -> Assignment:
    """Return the gold of a version."""
    return Assignment.objects.get(version=version, status=Assignment.Status.GOLD)
