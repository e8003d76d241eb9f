"""Guidelines as pages show them: clauses with the examples that a member may see, and what each concerns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from annotations.access import visible_examples
from annotations.clauses import CONCERNS, section_of
from annotations.models import Assignment, GuidelinesExample, GuidelinesVersion, LabelSet, Membership, Span
from annotations.services.guidelines import in_force
from annotations.templatetags.markdown import ShownClause, shown_clauses
from annotations.views.changes import quote_url


class Example(NamedTuple):
    """A pinned quote, and where it stands."""

    example: GuidelinesExample
    words: str
    url: str


class ClauseOnPage(NamedTuple):
    """A clause with its examples."""

    clause: ShownClause
    examples: list[Example]


class PageOfClauses(NamedTuple):
    """A version: what stands before its clauses, these, and examples of clauses that it does not have."""

    preamble: SafeString
    clauses: list[ClauseOnPage]
    loose: list[Example]


def page_of_clauses(membership: Membership, version: GuidelinesVersion) -> PageOfClauses:
    """Return a version with the examples of its clauses."""
    preamble, shown = shown_clauses(version.text)
    examples = _examples(membership)
    clauses = [ClauseOnPage(clause, examples.pop(clause.key, [])) for clause in shown]
    return PageOfClauses(preamble, clauses, [one for rest in examples.values() for one in rest])


def clauses_about(membership: Membership, version: GuidelinesVersion, concern: str) -> list[ClauseOnPage]:
    """Return the clauses that concern this, each with those below it, once."""
    asked = [clause.key for clause in version.clauses if concern in clause.concerns]
    wanted = {one.key for key in asked for one in section_of(version.clauses, key)}
    if not wanted:
        return []
    return [one for one in page_of_clauses(membership, version).clauses if one.clause.key in wanted]


def ruled(project_id: int) -> frozenset[str]:
    """Return everything that a clause in force concerns."""
    version = in_force(project_id)
    return frozenset(concern for clause in version.clauses for concern in clause.concerns) if version else frozenset()


def concern_names(label_sets: Iterable[LabelSet]) -> dict[str, str]:
    """Return what people call each thing that a clause can concern."""
    ours = {
        "type": _("Type"),
        "resolution": _("Resolution"),
        "speaker": _("Speaker"),
        "claims": _("Claim"),
        "parent": _("Inside"),
    }
    names = {name: ours.get(name) or str(Span.Role(name).label).capitalize() for name in CONCERNS}
    return {row.key: row.name for row in label_sets} | names


def _examples(membership: Membership) -> dict[str, list[Example]]:
    content = Span.objects.filter(role=Span.Role.CONTENT).order_by("start")
    rows = (
        visible_examples(membership)
        .select_related("quote__assignment__version__article__project", "quote__speaker")
        .defer(*(f"quote__assignment__version__{name}" for name in ("text", "original", "search_text", "blocks")))
        .prefetch_related(Prefetch("quote__spans", content, to_attr="content_spans"))
        # The good ones first, as they were pinned.
        .order_by("-is_good", "pk")
    )
    found: dict[str, list[Example]] = defaultdict(list)
    for row in rows:
        words = " … ".join(span.exact for span in row.quote.content_spans)  # type: ignore[attr-defined]
        found[row.clause].append(Example(row, words, _url(row)))
    return found


def _url(example: GuidelinesExample) -> str:
    # Work that is no gold has a page for some members only.
    assignment = example.quote.assignment
    if assignment.status == Assignment.Status.GOLD:
        return quote_url(example.quote)
    article = assignment.version.article
    version = assignment.version.number
    return f"{reverse('article-detail', args=[article.project.slug, article.key])}?version={version}"
