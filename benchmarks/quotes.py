"""Making a quote: server time of one gesture with content, source, cue, speaker and history.

``python -m benchmarks.quotes`` measures on SQLite, ``python -m tests.postgres -- python -m benchmarks.quotes`` on
PostgreSQL, at 100 and at 10,000 stories with 12 quotes each.
"""

from __future__ import annotations

import json
import secrets
from functools import partial
from typing import Any

from benchmarks import corpus
from benchmarks.desk import desk, machine, project, say, seconds, spread

SIZES = (100, 10_000)
QUOTES = 12
TRIES = 240


def fill(desk_project: Any, manager: Any, first: int, last: int) -> None:
    """Import annotated stories until the project has ``last``."""
    from annotations.services.records import import_records

    for start in range(first, last, 200):
        batch = [corpus.record(number, seed=7, quotes=QUOTES) for number in range(start, min(start + 200, last))]
        import_records(actor=manager, project=desk_project, records=batch)


def measure(desk_project: Any, manager: Any, stories: int) -> None:
    """Annotate stories from their own gold: the service alone, then the same through the API and its middleware."""
    for way in (by_service, by_api):
        times = way(desk_project, manager, stories)
        say(f"make a quote at {stories:,} stories, {way.__doc__}", spread(times[10:]))


def assignments(desk_project: Any, manager: Any) -> list[tuple[Any, dict[str, Any]]]:
    """Take up stories that nobody has, and give each with the quotes to make."""
    from annotations.models import ArticleVersion
    from annotations.services.assignments import start_assignment

    found = []
    free = ArticleVersion.objects.filter(project=desk_project).exclude(assignments__annotator__isnull=False)
    for version in free.select_related("article", "project")[: TRIES // QUOTES]:
        number = int(version.article.key.removeprefix("story-"))
        record = corpus.record(number, seed=7, quotes=QUOTES)
        found.append((start_assignment(actor=manager, version=version), record))
    return found


def by_service(desk_project: Any, manager: Any, stories: int) -> list[float]:
    """by the service"""
    from annotations.services.quotes import create_quote

    times = []
    for assignment, record in assignments(desk_project, manager):
        for quote in record["quotes"]:
            parts = {role: quote[role] for role in ("content", "source", "cue")} | {"speaker": quote["speaker"]}
            gesture = secrets.token_hex(16)
            act = partial(create_quote, actor=manager, assignment=assignment, parts=parts, gesture=gesture)
            times.append(seconds(act))
    return times


def by_api(desk_project: Any, manager: Any, stories: int) -> list[float]:
    """by the API"""
    from django.test import Client

    from annotations.models import ApiToken
    from annotations.services.tokens import create_token

    secret = create_token(user=manager, name=f"bench-{stories}", scope=ApiToken.Scope.WRITE)[1]
    client = Client(SERVER_NAME="localhost", headers={"Authorization": f"Bearer {secret}"})

    def post(path: str, body: str) -> None:
        key = {"Idempotency-Key": secrets.token_hex(16)}
        answer = client.post(path, body, content_type="application/json", headers=key)
        if answer.status_code != 201:
            raise RuntimeError(answer.content)

    times = []
    for assignment, record in assignments(desk_project, manager):
        path = f"/api/v1/projects/{desk_project.slug}/assignments/{assignment.pk}/quotes"
        for quote in record["quotes"]:
            parts = {role: quote[role] for role in ("content", "source", "cue")} | {"speaker": quote["speaker"]}
            times.append(seconds(partial(post, path, json.dumps(parts))))
    return times


def main() -> None:
    """Measure and print."""
    with desk():
        say("machine", machine())
        desk_project, manager = project()
        done = 0
        for stories in SIZES:
            fill(desk_project, manager, done, stories)
            done = stories
            measure(desk_project, manager, stories)


if __name__ == "__main__":
    main()
