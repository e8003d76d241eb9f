"""Real rows for tests, made as the program makes them."""

from __future__ import annotations

from typing import Any

from django.db import connection

from annotations.exports.records import Record
from annotations.models import Article, ArticleVersion, Assignment, Project, Quote, User
from annotations.services import articles, assignments, quotes
from annotations.services.quote_parts import QuoteParts

STORY = (
    "Mayor Opens Bridge\n\n"
    "“The bridge is safe,” said Mayor Ada Holt, “and it will stay open.”\n\n"
    "According to her, engineers told the council that the old pier “moves a little” in winter.\n\n"
    "Councillor Ben Ruiz denied this. 🌉 He said nobody had measured it."
)


def make_article(project: Project, actor: User | None = None, text: str = STORY, **fields: Any) -> Article:
    """Import a story."""
    return articles.import_article(actor=actor, project=project, text=text, **fields).article


def make_version(project: Project, actor: User | None = None, text: str = STORY, **fields: Any) -> ArticleVersion:
    """Import a story and return its version."""
    return make_article(project, actor, text, **fields).versions.select_related("article", "project").get()


def make_assignment(version: ArticleVersion, user: User) -> Assignment:
    """Give ``user`` the story to annotate."""
    return assignments.start_assignment(actor=user, version=version)


def at(text: str, words: str, nth: int = 0) -> Record:
    """Return the span of the ``nth`` occurrence of ``words``."""
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return {"start": start, "end": start + len(words), "exact": words}


def make_quote(assignment: Assignment, user: User, content: str, **parts: Any) -> Quote:
    """Make a quote; roles are given as words of the story or lists of them, other parts as the service takes them."""
    text = assignment.version.text
    asked: QuoteParts = {"content": _spans(text, content)}
    for name, value in parts.items():
        asked[name] = _spans(text, value) if name in {"source", "cue", "addressee"} else value  # type: ignore[literal-required]
    return quotes.create_quote(actor=user, assignment=assignment, parts=asked)


def make_newer(version: ArticleVersion, user: User, manager: User) -> Assignment:
    """Let ``user`` make a quote in a story, correct the story, and give them the corrected version."""
    make_quote(make_assignment(version, user), user, "nobody had measured it", source="He", cue="said")
    newer = articles.add_version(actor=manager, article=version.article, text=f"{version.text}\n\nUpdate: It is open.")
    assert newer.version is not None
    return make_assignment(newer.version, user)


def earlier_quote(assignment: Assignment) -> Quote:
    """Return the only quote of the version before that of an assignment, by the same person."""
    return Quote.objects.get(
        assignment__annotator=assignment.annotator_id,
        assignment__version__article=assignment.version.article_id,
        assignment__version__number__lt=assignment.version.number,
    )


def _spans(text: str, words: str | list[str]) -> list[Record]:
    return [at(text, one) for one in ([words] if isinstance(words, str) else words)]


def count_rows() -> None:
    """Let PostgreSQL know how much there is: of rows that are not committed it learns nothing by itself.

    Without that it takes each table for as large as the tests before left it, and may join them row by row.
    Only our own tables: the catalogue is shared, and its lock would be held until the world's transaction ends,
    while the world of another process waits for it.
    """
    if connection.vendor == "postgresql":
        tables = connection.introspection.django_table_names(only_existing=True)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))
