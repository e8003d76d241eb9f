"""The sample project: stories with gold quotes, that show what newsnotes is for."""

from __future__ import annotations

import json
from pathlib import Path

from django.db import transaction

from annotations.exports.jsonl_v1_reader import LineRefused, check_record
from annotations.exports.records import Record
from annotations.models import Article, Project
from annotations.services.errors import Invalid
from annotations.services.projects import create_project
from annotations.services.records import import_records
from annotations.services.shelf import Outcome

FOLDER = Path(__file__).resolve().parent.parent / "sample"
SLUG = "sample"
NAME = "Sample desk"
DESCRIPTION = "Stories with gold quotes, to look at and to try things out."
# Whoever signs in is given this story to annotate, so it stands first.
FIRST = "kirby"
ENDING = ".gold.json"


def load_sample() -> tuple[Project, int]:
    """Load the stories that the sample project does not have yet; return it, and how many were new."""
    names = sorted((path.name.removesuffix(ENDING) for path in FOLDER.glob(f"*{ENDING}")), key=_first_first)
    with transaction.atomic():
        project = Project.objects.filter(slug=SLUG).first() or _create()
        here = set(Article.objects.filter(project=project, key__in=names).values_list("key", flat=True))
        records = [sample_record(name) for name in names if name not in here]
        for placement in import_records(actor=None, project=project, records=records):
            if placement.outcome == Outcome.REFUSED:
                raise Invalid(f"{placement.record['article']['id']}: {placement.path}: {placement.reason}")
    return project, len(records)


def _first_first(name: str) -> tuple[bool, str]:
    return (name != FIRST, name)


def _create() -> Project:
    guidelines = (FOLDER / "guidelines.md").read_text(encoding="utf-8")
    return create_project(actor=None, slug=SLUG, name=NAME, description=DESCRIPTION, guidelines=guidelines)


def sample_record(name: str) -> Record:
    """Return the record of one sample story. Raises ``Invalid`` if its file is damaged."""
    record: Record = json.loads((FOLDER / f"{name}{ENDING}").read_text(encoding="utf-8"))
    try:
        check_record(record)
    except LineRefused as refused:
        raise Invalid(f"{name}: {refused.path}: {refused.message}") from refused
    if record["article"]["id"] != name:
        raise Invalid(f"{name}: the file is named after the id of its story, “{record['article']['id']}”.")
    return record
