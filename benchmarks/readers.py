"""A second desk for the pictures: two people read its stories, and not quite alike.

``python -m benchmarks.readers`` makes it where NEWSNOTES_VAR says, on top of the sample desk, and prints the addresses
of its pages as JSON.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent.parent / "annotations" / "sample"
STORIES = ("harbour", "council", "dam", "viola")
READERS = ("dana", "eve")
ROLES = ("content", "source", "cue", "addressee")


def asked(quote: dict[str, Any], speakers: dict[str, Any], place: int) -> dict[str, Any]:
    """Return a quote of the gold as a gesture asks for it; as the second reader has it, if it has a ``place``."""
    from annotations.services.speakers import NewSpeaker

    parts: dict[str, Any] = {role: [{"start": s["start"], "end": s["end"]} for s in quote[role]] for role in ROLES}
    who = speakers.get(quote["speaker"])
    parts["speaker"] = NewSpeaker(who["label"], kind=who["kind"], named=who["named"]) if who else None
    parts["labels"] = dict(quote["labels"])
    if place % 3 == 1:
        last = quote["content"][-1]
        shorter = last["exact"].rstrip('”“"., ').rpartition(" ")[0]
        parts["content"][-1]["end"] = last["start"] + len(shorter or last["exact"])
    if place % 4 == 2:
        parts["labels"]["engagement"] = "endorses"
    if place % 5 == 3:
        parts["cue"] = []
    return parts


def read(version: Any, record: dict[str, Any], user: Any, *, otherwise: bool) -> Any:
    """Let somebody annotate a story as its gold has it, or not quite, and submit it."""
    from annotations.services.assignments import start_assignment, submit_assignment
    from annotations.services.quotes import create_quote

    speakers = {speaker["id"]: speaker for speaker in record["speakers"]}
    assignment = start_assignment(actor=user, version=version)
    for place, quote in enumerate(record["quotes"], start=1):
        if not (otherwise and place % 7 == 0):
            parts: Any = asked(quote, speakers, place if otherwise else 0)
            create_quote(actor=user, assignment=assignment, parts=parts)
    return submit_assignment(actor=user, assignment=assignment, revision=assignment.revision)


def main() -> None:
    """Make the desk."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsnotes.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.urls import reverse

    from annotations.models import Membership, Project, Role, User
    from annotations.services.articles import import_article

    call_command("create_project", "city", name="City desk", manager="editor", verbosity=0, stdout=sys.stderr)
    project, editor = Project.objects.get(slug="city"), User.objects.get(username="editor")
    people = [User.objects.create_user(name) for name in READERS]
    Membership.objects.bulk_create(Membership(project=project, user=user, role=Role.ANNOTATOR) for user in people)
    found: dict[str, str] = {}
    for name in STORIES:
        record = json.loads((SAMPLE / f"{name}.gold.json").read_text(encoding="utf-8"))
        article = import_article(actor=editor, project=project, text=record["article"]["text"]).article
        version = article.versions.select_related("article", "project").get()
        first, _second = (read(version, record, user, otherwise=user is people[1]) for user in people)
        found.setdefault("review", reverse("assignment-review", args=[first.pk]))
        found.setdefault("adjudicate", reverse("adjudicate", args=["city", article.key]))
    sys.stdout.write(json.dumps({**found, "agreement": reverse("agreement", args=["city"])}))


if __name__ == "__main__":
    main()
