"""The promises that the database itself keeps: conditions under which it refuses a statement.

They are plain SQL that SQLite and PostgreSQL read alike. ``triggers`` puts them on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

SLICE = """(SELECT substr(v.text, NEW.start + 1, NEW."end" - NEW.start)
    FROM annotations_quote q JOIN annotations_assignment a ON a.id = q.assignment_id
    JOIN annotations_articleversion v ON v.id = a.version_id WHERE q.id = NEW.quote_id)"""

# A removal that has not finished is the one door. It opens for its own article, with the speakers and claims that
# only that article knew; for a name it opens the project, whose whole history may mention it.
DOOR_FOR_ARTICLE = """EXISTS (SELECT 1 FROM annotations_removal r
    WHERE r.article_id = OLD.article_id AND r.finished_at IS NULL)"""
DOOR_FOR_CHANGE = """EXISTS (SELECT 1 FROM annotations_removal r WHERE r.finished_at IS NULL
    AND r.project_id = OLD.project_id AND (r.article_id = OLD.article_id OR r.speaker_id IS NOT NULL
    OR (OLD.article_id IS NULL AND OLD.subject_kind IN ('speaker', 'claim'))))"""

DOOR_FOR_COMMENT = """EXISTS (SELECT 1 FROM annotations_removal r WHERE r.finished_at IS NULL
    AND r.project_id = OLD.project_id)"""
# Guidelines may name a person, too.
DOOR_FOR_NAME = """EXISTS (SELECT 1 FROM annotations_removal r WHERE r.finished_at IS NULL
    AND r.project_id = OLD.project_id AND r.speaker_id IS NOT NULL)"""

DOOR_FOR_RELEASE = """EXISTS (SELECT 1 FROM annotations_removal r WHERE r.finished_at IS NULL
    AND r.project_id = OLD.project_id)"""
DOOR_FOR_PIECE = """EXISTS (SELECT 1 FROM annotations_removal r JOIN annotations_release l ON l.withdrawn_by_id = r.id
    JOIN annotations_releasefile f ON f.release_id = l.id WHERE f.id = OLD.file_id AND r.finished_at IS NULL)"""
DRAFT = "EXISTS (SELECT 1 FROM annotations_release l WHERE l.id = {release} AND l.number IS NULL)"
FILE_OF_DRAFT = """EXISTS (SELECT 1 FROM annotations_releasefile f JOIN annotations_release l ON l.id = f.release_id
    WHERE f.id = {file} AND l.number IS NULL)"""
# What an import in the background brought is cleared away when it is cancelled: nobody has ever seen it.
DOOR_FOR_DELIVERY = """EXISTS (SELECT 1 FROM annotations_delivery d
    WHERE d.id = OLD.delivery_id AND d.published_at IS NULL)"""

SOURCE_EXISTS = "EXISTS (SELECT 1 FROM annotations_span s WHERE s.quote_id = {quote} AND s.role = 'source')"


@dataclass(frozen=True)
class Promise:
    """The database refuses ``event`` on ``table`` where ``condition`` holds, and says ``message``.

    An update is looked at only if it sets one of the columns ``of``, where they are given.
    """

    name: str
    table: str
    event: str
    condition: str
    message: str
    when: str = "BEFORE"
    of: tuple[str, ...] = ()

    @property
    def occasion(self) -> str:
        """When the database looks at the condition, in the words of ``CREATE TRIGGER``."""
        return f"{self.when} {self.event}{' OF ' if self.of else ''}{', '.join(self.of)} ON {self.table}"


def _differs(*columns: str) -> str:
    return " OR ".join(f'(OLD."{column}" IS DISTINCT FROM NEW."{column}")' for column in columns)


def _always(name: str, table: str, condition: str, message: str, *, of: tuple[str, ...] = ()) -> Iterator[Promise]:
    yield Promise(f"{name}_insert", table, "INSERT", condition, message)
    yield Promise(f"{name}_update", table, "UPDATE", condition, message, of=of)


def _stays(table: str, *columns: str, message: str) -> Promise:
    return Promise(f"{table}_stays", table, "UPDATE", _differs(*columns), message)


def _of_project(table: str, column: str, *, empty: bool = False) -> str:
    """Return the condition that a row names one of another project; without ``empty`` it must name one."""
    strange = f"NOT EXISTS (SELECT 1 FROM {table} t WHERE t.id = NEW.{column} AND t.project_id = NEW.project_id)"
    return f"(NEW.{column} IS NOT NULL AND {strange})" if empty else strange


def _never_deleted(table: str, noun: str, unless: str = "1 = 0") -> Promise:
    return Promise(
        f"{table}_no_delete",
        table,
        "DELETE",
        f"NOT ({unless})",
        f"{noun} is never deleted; it is hidden or removed",
    )


def _frozen(table: str, draft: str, name: str) -> Iterator[Promise]:
    """Yield the promises that what belongs to a release stays as it is once the release is published."""
    new, old = (f"NOT {draft.format(**{name: f'{row}.{name}_id'})}" for row in ("NEW", "OLD"))
    yield Promise(f"{table}_frozen", table, "INSERT", new, RELEASE_STAYS)
    if table != "annotations_releasepiece":
        yield Promise(f"{table}_fixed", table, "UPDATE", f"{old} OR {new}", RELEASE_STAYS)
    yield Promise(f"{table}_no_delete", table, "DELETE", old, RELEASE_STAYS)


RELEASE_STAYS = "a release that is published never changes"

PROMISES = (
    *_always(
        "annotations_span_truth",
        "annotations_span",
        f"NEW.exact IS DISTINCT FROM {SLICE}",
        "the words of a span are not the slice of its article",
    ),
    Promise(
        "annotations_span_source_allowed",
        "annotations_span",
        "INSERT",
        "NEW.role = 'source' AND EXISTS (SELECT 1 FROM annotations_quote q WHERE q.id = NEW.quote_id"
        " AND q.resolution IN ('implicit', 'none'))",
        "a quote resolved as implicit or none has no source words",
    ),
    Promise(
        "annotations_span_source_needed",
        "annotations_span",
        "DELETE",
        "OLD.role = 'source' AND EXISTS (SELECT 1 FROM annotations_quote q WHERE q.id = OLD.quote_id"
        f" AND q.resolution IN ('explicit', 'anaphoric')) AND NOT {SOURCE_EXISTS.format(quote='OLD.quote_id')}",
        "a quote resolved as explicit or anaphoric keeps its source words",
        when="AFTER",
    ),
    Promise(
        "annotations_quote_source_insert",
        "annotations_quote",
        "INSERT",
        "NEW.resolution IN ('explicit', 'anaphoric')",
        "a new quote has no source words yet: set its resolution after its spans",
    ),
    Promise(
        "annotations_quote_source_update",
        "annotations_quote",
        "UPDATE",
        f"(NEW.resolution IN ('explicit', 'anaphoric') AND NOT {SOURCE_EXISTS.format(quote='NEW.id')})"
        f" OR (NEW.resolution IN ('implicit', 'none') AND {SOURCE_EXISTS.format(quote='NEW.id')})",
        "explicit and anaphoric need source words; implicit and none have none",
        of=("resolution",),
    ),
    Promise(
        "annotations_quote_fixed",
        "annotations_quote",
        "UPDATE",
        _differs("id", "assignment_id", "project_id", "key", "guidelines_id", "guidelines_named"),
        "a quote keeps its id, its assignment and the guidelines under which it was made",
    ),
    *_always(
        "annotations_quote_one_desk",
        "annotations_quote",
        "NOT EXISTS (SELECT 1 FROM annotations_assignment a WHERE a.id = NEW.assignment_id"
        " AND a.project_id = NEW.project_id)"
        " OR (NEW.speaker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotations_speaker s"
        " WHERE s.id = NEW.speaker_id AND s.project_id = NEW.project_id AND (s.article_id IS NULL"
        " OR s.article_id = (SELECT v.article_id FROM annotations_articleversion v"
        " JOIN annotations_assignment a ON a.version_id = v.id WHERE a.id = NEW.assignment_id))))"
        " OR (NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotations_quote p"
        " WHERE p.id = NEW.parent_id AND p.assignment_id = NEW.assignment_id))"
        f" OR {_of_project('annotations_guidelinesversion', 'guidelines_id', empty=True)}",
        "speaker, assignment and guidelines of a quote are of its project, an unnamed speaker is of its article,"
        " its parent is of its assignment",
        of=("project_id", "assignment_id", "speaker_id", "parent_id"),
    ),
    *_always(
        "annotations_claimlink_one_desk",
        "annotations_claimlink",
        "NOT EXISTS (SELECT 1 FROM annotations_quote q JOIN annotations_claim c ON c.project_id = q.project_id"
        " WHERE q.id = NEW.quote_id AND c.id = NEW.claim_id)",
        "a claim that a quote links to is of its project",
    ),
    *_always(
        "annotations_quotelabel_one_desk",
        "annotations_quotelabel",
        "NOT EXISTS (SELECT 1 FROM annotations_label l JOIN annotations_labelset s ON s.id = l.label_set_id"
        " JOIN annotations_quote q ON q.project_id = s.project_id"
        " WHERE l.id = NEW.label_id AND s.id = NEW.label_set_id AND q.id = NEW.quote_id)",
        "a label is of its label set, and the label set of the project of the quote",
    ),
    *_always(
        "annotations_speaker_one_desk",
        "annotations_speaker",
        f"{_of_project('annotations_speaker', 'merged_into_id', empty=True)}"
        f" OR {_of_project('annotations_article', 'article_id', empty=True)}",
        "what a speaker is merged into, and the article of an unnamed one, are of its project",
    ),
    *_always(
        "annotations_claim_one_desk",
        "annotations_claim",
        _of_project("annotations_claim", "merged_into_id", empty=True),
        "what a claim is merged into is of its project",
    ),
    *_always(
        "annotations_guidelinesexample_one_desk",
        "annotations_guidelinesexample",
        _of_project("annotations_quote", "quote_id"),
        "the quote that is an example is of its project",
    ),
    Promise(
        "annotations_assignment_one_desk",
        "annotations_assignment",
        "INSERT",
        f"{_of_project('annotations_articleversion', 'version_id')}"
        f" OR {_of_project('annotations_annotator', 'annotator_id', empty=True)}",
        "the article version and the annotator of an assignment are of its project",
    ),
    Promise(
        "annotations_articleversion_one_desk",
        "annotations_articleversion",
        "INSERT",
        _of_project("annotations_article", "article_id"),
        "a version is of the project of its article",
    ),
    Promise(
        "annotations_removal_one_desk",
        "annotations_removal",
        "INSERT",
        f"{_of_project('annotations_article', 'article_id', empty=True)}"
        f" OR {_of_project('annotations_speaker', 'speaker_id', empty=True)}",
        "what is removed is of the project that removes it",
    ),
    # What other rows were held against at their writing must not move away from under them.
    _stays("annotations_article", "project_id", message="an article keeps its project"),
    _stays("annotations_annotator", "project_id", message="an annotator keeps the project"),
    _stays("annotations_speaker", "project_id", "article_id", message="a speaker keeps its project and its article"),
    _stays("annotations_claim", "project_id", message="a claim keeps its project"),
    _stays("annotations_labelset", "project_id", message="a label set keeps its project"),
    _stays("annotations_label", "label_set_id", message="a label keeps its label set"),
    Promise(
        "annotations_assignment_fixed",
        "annotations_assignment",
        "UPDATE",
        _differs("version_id", "project_id", "annotator_id"),
        "an assignment keeps its article version and its annotator",
    ),
    Promise(
        "annotations_articleversion_fixed",
        "annotations_articleversion",
        "UPDATE",
        f"({_differs('article_id', 'project_id', 'number', 'text', 'length', 'sha256', 'original', 'original_sha256')})"
        f" AND NOT (NEW.text = '' AND {DOOR_FOR_ARTICLE})",
        "the text of an article never changes; a corrected story is a new version",
    ),
    Promise(
        "annotations_guidelinesversion_fixed",
        "annotations_guidelinesversion",
        "UPDATE",
        f"{_differs('id', 'project_id', 'number', 'author_id', 'created_at')}"
        f" OR ({_differs('text')} AND NOT {DOOR_FOR_NAME})",
        "a version of the guidelines never changes; what is corrected is a new version",
    ),
    Promise(
        "annotations_change_fixed",
        "annotations_change",
        "UPDATE",
        f"{_differs('id', 'gesture', 'sequence', 'action', 'actor_id', 'created_at')} OR NOT {DOOR_FOR_CHANGE}",
        "history never changes",
    ),
    Promise(
        "annotations_removal_fixed",
        "annotations_removal",
        "UPDATE",
        "OLD.finished_at IS NOT NULL",
        "a finished removal never changes",
    ),
    *_always(
        "annotations_review_one_desk",
        "annotations_review",
        f"{_of_project('annotations_assignment', 'assignment_id')}"
        f" OR {_of_project('annotations_assignment', 'copy_id', empty=True)}",
        "what is reviewed, and its corrected copy, are of the project of the review",
    ),
    *_always(
        "annotations_comment_one_desk",
        "annotations_comment",
        f"{_of_project('annotations_assignment', 'assignment_id')} OR (NEW.quote_id IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM annotations_quote q WHERE q.id = NEW.quote_id AND q.assignment_id = NEW.assignment_id))"
        " OR (NEW.thread_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotations_comment c"
        " WHERE c.id = NEW.thread_id AND c.assignment_id = NEW.assignment_id AND c.thread_id IS NULL))",
        "a comment, its quote and its thread are of one assignment",
    ),
    *_always(
        "annotations_adjudication_one_desk",
        "annotations_adjudication",
        f"{_of_project('annotations_articleversion', 'version_id')}"
        f" OR {_of_project('annotations_assignment', 'result_id')}",
        "what is adjudicated and what comes of it are of one project",
    ),
    Promise(
        "annotations_comment_fixed",
        "annotations_comment",
        "UPDATE",
        f"{_differs('id', 'project_id', 'assignment_id', 'quote_id', 'thread_id', 'key', 'author_id', 'created_at')}"
        f" OR ({_differs('text')} AND NOT {DOOR_FOR_COMMENT})",
        "a comment keeps its words",
    ),
    Promise(
        "annotations_release_one_desk",
        "annotations_release",
        "INSERT",
        f"{_of_project('annotations_task', 'task_id')}"
        f" OR {_of_project('annotations_guidelinesversion', 'guidelines_id', empty=True)}",
        "the task and the guidelines of a release are of its project",
    ),
    Promise(
        "annotations_releasestory_one_desk",
        "annotations_releasestory",
        "INSERT",
        "NOT EXISTS (SELECT 1 FROM annotations_articleversion v JOIN annotations_release l"
        " ON l.project_id = v.project_id WHERE v.id = NEW.version_id AND l.id = NEW.release_id)",
        "a story in a release is of its project",
    ),
    Promise(
        "annotations_release_fixed",
        "annotations_release",
        "UPDATE",
        "(OLD.number IS NOT NULL AND"
        f" ({_differs('id', 'number', 'as_of_change', 'sha256', 'created_at', 'published_at')}"
        f" OR (({_differs('asked', 'summary', 'withdrawn_by_id')}) AND NOT {DOOR_FOR_RELEASE})"
        f" OR (OLD.withdrawn_by_id IS NOT NULL AND {_differs('withdrawn_by_id')})))"
        f" OR {_differs('project_id', 'task_id', 'actor_id', 'guidelines_id')}",
        "a release that is published never changes; a removal withdraws it",
    ),
    Promise(
        "annotations_release_no_delete",
        "annotations_release",
        "DELETE",
        f"NOT {DRAFT.format(release='OLD.id')}",
        RELEASE_STAYS,
    ),
    *_frozen("annotations_releasestory", DRAFT, "release"),
    *_frozen("annotations_releasefile", DRAFT, "release"),
    *_frozen("annotations_releasepiece", FILE_OF_DRAFT, "file"),
    Promise(
        "annotations_releasepiece_fixed",
        "annotations_releasepiece",
        "UPDATE",
        f"{_differs('id', 'file_id', 'number')} OR length(NEW.data) > 0 OR NOT {DOOR_FOR_PIECE}",
        "the bytes of a release never change; a removal empties them",
    ),
    _never_deleted("annotations_review", "a review"),
    _never_deleted("annotations_comment", "a comment"),
    _never_deleted("annotations_adjudication", "an adjudication"),
    _never_deleted("annotations_decision", "a decision"),
    _never_deleted("annotations_quoteancestor", "the ancestry of a quote"),
    _never_deleted("annotations_article", "an article", DOOR_FOR_DELIVERY),
    _never_deleted("annotations_articleversion", "the text of an article", DOOR_FOR_DELIVERY),
    _never_deleted("annotations_assignment", "an assignment", DOOR_FOR_DELIVERY),
    _never_deleted("annotations_quote", "a quote", DOOR_FOR_DELIVERY),
    _never_deleted("annotations_guidelinesversion", "a version of the guidelines"),
    _never_deleted("annotations_change", "history", DOOR_FOR_DELIVERY),
    _never_deleted("annotations_removal", "a removal"),
)


# What makes a row of a table one of a kind, beside its id, and when. SQLite's REPLACE deletes the rows that stand in
# the way of another one, and asks the triggers on deletion only where a connection wishes it.
UNIQUE: dict[str, tuple[tuple[tuple[str, ...], str], ...]] = {
    "annotations_article": ((("project_id", "key"), ""), (("project_id", "url"), " AND NEW.url <> ''")),
    "annotations_articleversion": ((("article_id", "number"), ""), (("project_id", "sha256"), "")),
    "annotations_assignment": (
        (("version_id", "annotator_id"), ""),
        (("version_id", "status"), " AND NEW.status = 'gold'"),
    ),
    "annotations_quote": ((("project_id", "key"), ""),),
    "annotations_review": ((("assignment_id", "outcome"), " AND NEW.outcome = ''"), (("copy_id",), "")),
    "annotations_comment": ((("project_id", "key"), ""),),
    "annotations_adjudication": ((("version_id",), ""), (("result_id",), "")),
    "annotations_decision": ((("adjudication_id", "key"), ""),),
    "annotations_quoteancestor": ((("quote_id", "ancestor_id"), ""),),
    "annotations_guidelinesversion": ((("project_id", "number"), ""),),
    "annotations_change": ((("actor_id", "gesture", "sequence"), ""),),
    "annotations_removal": (),
    "annotations_release": ((("project_id", "number"), ""), (("task_id",), "")),
    "annotations_releasestory": ((("release_id", "version_id"), ""),),
    "annotations_releasefile": ((("release_id", "name"), ""),),
    "annotations_releasepiece": ((("file_id", "number"), ""),),
}


def _never_replaced(table: str) -> Iterator[Promise]:
    """Yield the promises that no row of a table takes the place of another."""
    same = [" AND ".join(f"t.{column} = NEW.{column}" for column in columns) + when for columns, when in UNIQUE[table]]
    exists = [f"EXISTS (SELECT 1 FROM {table} t WHERE {condition}" for condition in ("t.id = NEW.id", *same)]
    message = "a row like this is there already, and is never replaced"
    yield Promise(f"{table}_no_replace_insert", table, "INSERT", f"{') OR '.join(exists)})", message)
    columns = tuple(dict.fromkeys(column for columns, _ in UNIQUE[table] for column in columns))
    others = " OR ".join(f"{other} AND t.id <> OLD.id)" for other in exists)
    yield Promise(f"{table}_no_replace_update", table, "UPDATE", others, message, of=("id", *columns))


NEVER_REPLACED = tuple(promise for table in UNIQUE for promise in _never_replaced(table))
