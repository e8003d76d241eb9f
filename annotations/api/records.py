"""The records that the API answers with: those of the native format, and where each belongs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from annotations.exports.dataset import (
    article_facts,
    article_record,
    claim_records,
    export_quote,
    quote_states,
    redirects,
    speaker_records,
)
from annotations.exports.records import STATE_KEYS, Record, span_record
from annotations.models import (
    Article,
    ArticleVersion,
    Assignment,
    Change,
    Claim,
    GuidelinesExample,
    GuidelinesVersion,
    Label,
    Membership,
    Project,
    Quote,
    Speaker,
)
from annotations.services.article_metadata import COLUMNS
from annotations.services.guidelines import text_in_force


def project_records(projects: Sequence[Project], user_pk: int) -> list[Record]:
    """Return projects as lists show them, each with the role of whoever asks."""
    roles = dict(
        Membership.objects.filter(user_id=user_pk, project__in=[project.pk for project in projects]).values_list(
            "project_id", "role"
        )
    )
    return [
        {
            "slug": project.slug,
            "name": project.name,
            "description": project.description,
            "role": roles[project.pk],
        }
        for project in projects
    ]


def project_detail(membership: Membership) -> Record:
    """Return one project with its guidelines and label sets."""
    project = membership.project
    labels = Label.objects.filter(label_set__project=project).select_related("label_set")
    sets: dict[str, Record] = {
        one.key: {
            "key": one.key,
            "name": one.name,
            "question": one.question,
            "active": one.is_active,
            "labels": [],
        }
        for one in project.label_sets.all()
    }
    for label in labels.order_by("position", "pk"):
        shown = {"key": label.key, "name": label.name, "active": label.is_active}
        sets[label.label_set.key]["labels"].append(shown)
    (record,) = project_records([project], membership.user_id)
    return {**record, "guidelines": text_in_force(project), "label_sets": list(sets.values())}


def guidelines(project: Project, version: GuidelinesVersion | None) -> Record:
    """Return a version of the guidelines with its clauses, and the list of all versions."""
    versions = project.guidelines_versions.order_by("-number").values_list("number", "created_at")
    return {
        "revision": version.number if version else 0,
        "written": version.created_at.isoformat() if version else None,
        "text": version.text if version else "",
        "clauses": [
            {
                "key": clause.key,
                "title": clause.title,
                "level": clause.level,
                "concerns": list(clause.concerns),
                "text": clause.text,
            }
            for clause in (version.clauses if version else ())
        ],
        "versions": [{"version": number, "written": written.isoformat()} for number, written in versions],
    }


def example(row: GuidelinesExample, state: Record | None = None) -> Record:
    """Return an example as it stands, or in the ``state`` in which history says that it stood."""
    version = row.quote.assignment.version
    shown = state or {"clause": row.clause, "good": row.is_good, "note": row.note}
    spans = sorted((span for span in row.quote.spans.all() if span.role == "content"), key=lambda span: span.start)
    return {
        "id": row.pk,
        "clause": shown["clause"],
        "quote": row.quote.key,
        "article": version.article.key,
        "version": version.number,
        "content": [{"start": span.start, "end": span.end, "exact": span.exact} for span in spans],
        "good": shown["good"],
        "note": shown["note"],
    }


def article_summaries(articles: Sequence[Article]) -> list[Record]:
    """Return articles as lists show them: with the newest version, without its text."""
    versions = (
        ArticleVersion.objects.filter(article__in=[article.pk for article in articles])
        .select_related("article")
        .defer(*ArticleVersion.LONG)
        .order_by("number")
    )
    newest = {version.article_id: version for version in versions}
    return [article_summary(newest[article.pk]) for article in articles]


def article_summary(version: ArticleVersion) -> Record:
    """Return what is known of an article, without the words of this version of it."""
    return {**article_facts(version), **_known(version.article), "length": version.length}


def _known(article: Article) -> Record:
    until = article.embargoed_until
    return {
        "text_exportable": article.text_exportable,
        "embargoed_until": until.isoformat() if until else None,
        "revision": article.revision,
    }


def article_detail(version: ArticleVersion, state: Mapping[str, Any] | None = None) -> Record:
    """Return one version of an article with its text, and the list of all its versions.

    What is known of it beside its text is as it stands, or as ``state``, which history keeps, says that it stood.
    """
    known = _known(version.article)
    stood = {name: value if name in known else value or None for name, value in (state or {}).items()}
    versions = version.article.versions.defer(*ArticleVersion.LONG).order_by("number")
    return {
        **article_record(version),
        **known,
        **{name: stood[name] for name in (*COLUMNS, "revision") if name in stood},
        "length": version.length,
        "versions": [
            {"version": one.number, "headline": one.headline or None, "sha256": one.sha256, "length": one.length}
            for one in versions
        ],
    }


def speakers(rows: Sequence[Speaker], project_pk: int) -> list[Record]:
    """Return speakers, each with the article it belongs to, if it is not named, and what it was merged into."""
    native = speaker_records(project_pk, [row.key for row in rows])
    merged_to = redirects(Speaker, project_pk)
    return [
        {
            **native[row.key],
            "article": row.article.key if row.article else None,
            "merged_into": merged_to.get(row.key),
            "revision": row.revision,
        }
        for row in rows
    ]


def claims(rows: Sequence[Claim], project_pk: int) -> list[Record]:
    """Return claims, each with what it was merged into."""
    native = claim_records(project_pk, [row.key for row in rows])
    merged_to = redirects(Claim, project_pk)
    return [{**native[row.key], "merged_into": merged_to.get(row.key), "revision": row.revision} for row in rows]


def assignment_record(assignment: Assignment, user_pk: int, state: Mapping[str, Any] | None = None) -> Record:
    """Return one assignment as it stands, or as ``state`` says that it stood."""
    annotator = assignment.annotator
    return {
        "id": assignment.pk,
        "article": assignment.version.article.key,
        "version": assignment.version.number,
        "annotator": annotator.pseudonym if annotator else None,
        "own": assignment.is_of(user_pk),
        "status": assignment.status if state is None else state["status"],
        "left": (assignment.left if state is None else state.get("left")) or None,
        "read_up_to": assignment.read_up_to if state is None else state.get("read_up_to"),
        "revision": assignment.revision if state is None else state["revision"],
    }


def looked_at(assignment: Assignment, state: Mapping[str, Any] | None = None) -> Record:
    """Return the stretches of an assignment that were looked at, as they stand or as ``state`` says that they stood."""
    text = assignment.version.text
    stretches = assignment.looked_at if state is None else state["looked_at"]
    return {
        "assignment": assignment.pk,
        "revision": assignment.revision if state is None else state["revision"],
        "looked_at": [span_record(start, end, text[start:end]) for start, end in stretches],
    }


def quotes(rows: Iterable[Quote], project_pk: int) -> list[Record]:
    """Return quotes, which are selected with their assignment, version and article; redirects are followed."""
    found = list(rows)
    states = quote_states(Quote.objects.filter(pk__in=[row.pk for row in found]))
    speakers_to, claims_to = redirects(Speaker, project_pk), redirects(Claim, project_pk)
    numbers = dict(GuidelinesVersion.objects.filter(project=project_pk).values_list("pk", "number"))
    return [
        placed(
            export_quote(states[row.pk], speakers_to, claims_to),
            row.assignment,
            states[row.pk]["revision"],
            numbers.get(row.guidelines_id or 0),
            row.score,
        )
        for row in found
    ]


def changes(rows: Iterable[Change]) -> list[Record]:
    """Return rows of history, which are selected with their actor and article."""
    return [
        {
            "at": row.created_at.isoformat(),
            "user": row.actor.username if row.actor else None,
            "action": row.action,
            "kind": row.subject_kind,
            "object": row.subject_key,
            "article": row.article.key if row.article else None,
            "assignment": row.assignment_id,
            "gesture": row.gesture,
            "before": row.before,
            "after": row.after,
        }
        for row in rows
    ]


def quote_from_state(state: Record, assignment: Assignment) -> Record:
    """Return a quote as history keeps it."""
    (record,) = quotes_from_states([state], assignment)
    return record


def quotes_from_states(states: Sequence[Record], assignment: Assignment) -> list[Record]:
    """Return quotes of one assignment as history keeps them, and what never changes about them."""
    rows = Quote.objects.filter(project=assignment.project_id, key__in=[state["id"] for state in states])
    told = {key: rest for key, *rest in rows.values_list("key", "guidelines__number", "score")}
    return [
        placed(
            {name: value for name, value in state.items() if name not in STATE_KEYS},
            assignment,
            state["revision"],
            *told.get(state["id"], (None, None)),
        )
        for state in states
    ]


def placed(
    native: Record, assignment: Assignment, revision: int, guidelines: int | None, score: float | None
) -> Record:
    """Add to the record of a quote where it belongs, its revision, the guidelines behind it, a suggester's score."""
    return {
        **native,
        "guidelines": guidelines,
        "score": score,
        "assignment": assignment.pk,
        "article": assignment.version.article.key,
        "version": assignment.version.number,
        "revision": revision,
    }
