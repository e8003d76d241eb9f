"""The promises that the database itself keeps, as triggers for SQLite and PostgreSQL.

This is the only place that knows them. They come off before ``migrate`` and go on after it, because SQLite
rebuilds a table to alter it and drops the table's triggers without a word. ``missing`` tells ``verify`` and the
system check when one is not there.

Each promise is a condition under which the database refuses a statement. The conditions are plain SQL that both
databases read alike; only the wrapping differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.backends.base.base import BaseDatabaseWrapper

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

SOURCE_EXISTS = "EXISTS (SELECT 1 FROM annotations_span s WHERE s.quote_id = {quote} AND s.role = 'source')"


@dataclass(frozen=True)
class Promise:
    """The database refuses ``event`` on ``table`` where ``condition`` holds, and says ``message``."""

    name: str
    table: str
    event: str
    condition: str
    message: str
    when: str = "BEFORE"


def _differs(*columns: str) -> str:
    return " OR ".join(f'(OLD."{column}" IS DISTINCT FROM NEW."{column}")' for column in columns)


def _never_deleted(table: str, noun: str) -> Promise:
    return Promise(
        f"{table}_no_delete",
        table,
        "DELETE",
        "1 = 1",
        f"{noun} is never deleted; it is hidden or removed",
    )


PROMISES = (
    *(
        Promise(
            f"annotations_span_truth_{event.lower()}",
            "annotations_span",
            event,
            f"NEW.exact IS DISTINCT FROM {SLICE}",
            "the words of a span are not the slice of its article",
        )
        for event in ("INSERT", "UPDATE")
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
    ),
    Promise(
        "annotations_quote_fixed",
        "annotations_quote",
        "UPDATE",
        _differs("assignment_id", "project_id", "key"),
        "a quote keeps its id and its assignment",
    ),
    *(
        Promise(
            f"annotations_quote_one_desk_{event.lower()}",
            "annotations_quote",
            event,
            "NOT EXISTS (SELECT 1 FROM annotations_assignment a WHERE a.id = NEW.assignment_id"
            " AND a.project_id = NEW.project_id)"
            " OR (NEW.speaker_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotations_speaker s"
            " WHERE s.id = NEW.speaker_id AND s.project_id = NEW.project_id))"
            " OR (NEW.parent_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM annotations_quote p"
            " WHERE p.id = NEW.parent_id AND p.assignment_id = NEW.assignment_id))",
            "speaker and assignment of a quote are of its project, its parent is of its assignment",
        )
        for event in ("INSERT", "UPDATE")
    ),
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
    _never_deleted("annotations_article", "an article"),
    _never_deleted("annotations_articleversion", "the text of an article"),
    _never_deleted("annotations_assignment", "an assignment"),
    _never_deleted("annotations_quote", "a quote"),
    _never_deleted("annotations_change", "history"),
    _never_deleted("annotations_removal", "a removal"),
)


def _sqlite(promise: Promise) -> Iterator[str]:
    # SQLite before 3.39 does not know IS DISTINCT FROM; IS NOT means the same there.
    condition = promise.condition.replace("IS DISTINCT FROM", "IS NOT")
    yield (
        f"CREATE TRIGGER {promise.name} {promise.when} {promise.event} ON {promise.table} FOR EACH ROW"
        f" WHEN {condition} BEGIN SELECT RAISE(ABORT, '{promise.name}: {promise.message}'); END"
    )


def _postgresql(promise: Promise) -> Iterator[str]:
    result = "OLD" if promise.event == "DELETE" else "NEW"
    yield f"""CREATE OR REPLACE FUNCTION {promise.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF {promise.condition} THEN
            RAISE EXCEPTION '{promise.name}: {promise.message}' USING ERRCODE = 'integrity_constraint_violation';
        END IF; RETURN {result}; END $$"""
    yield (
        f"CREATE TRIGGER {promise.name} {promise.when} {promise.event} ON {promise.table}"
        f" FOR EACH ROW EXECUTE FUNCTION {promise.name}()"
    )
    if promise.name.endswith("_no_delete"):
        # A row trigger does not see TRUNCATE.
        yield (
            f"CREATE TRIGGER {promise.name}_all BEFORE TRUNCATE ON {promise.table}"
            f" FOR EACH STATEMENT EXECUTE FUNCTION {promise.name}()"
        )


def names(vendor: str) -> set[str]:
    """Return the names of all triggers that a database of this kind must have."""
    everywhere = {promise.name for promise in PROMISES}
    if vendor != "postgresql":
        return everywhere
    return everywhere | {f"{name}_all" for name in everywhere if name.endswith("_no_delete")}


def present(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of our triggers that the database has and that are switched on."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                "SELECT t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgenabled = 'O'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        return {name for (name,) in cursor.fetchall()} & names(connection.vendor)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of the triggers that should be there and are not."""
    return sorted(names(connection.vendor) - present(connection))


def take_off(connection: BaseDatabaseWrapper) -> None:
    """Drop all our triggers, so that a migration may rebuild tables."""
    with connection.cursor() as cursor:
        tables = {promise.name: promise.table for promise in PROMISES}
        for name in sorted(present(connection)):
            table = tables[name.removesuffix("_all")] if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if table else ""))


def put_on(connection: BaseDatabaseWrapper) -> None:
    """Create all our triggers anew; doing it twice changes nothing."""
    take_off(connection)
    wrap = _sqlite if connection.vendor == "sqlite" else _postgresql
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        # A database that is migrated back to nothing has no tables to watch.
        for promise in (promise for promise in PROMISES if promise.table in tables):
            for statement in wrap(promise):
                cursor.execute(statement)
