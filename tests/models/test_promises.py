"""What the database itself refuses, tried with raw SQL as somebody with a database client would."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, migrations, models, transaction
from django.db.migrations.state import ProjectState
from django.db.models import Q
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from annotations import triggers
from annotations.models import Article, ArticleVersion, Assignment, Change, Quote, Removal, Span, Speaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

REFUSED = (
    "UPDATE annotations_articleversion SET text = 'x'",
    "UPDATE annotations_articleversion SET sha256 = 'x'",
    "UPDATE annotations_articleversion SET number = 7",
    "UPDATE annotations_span SET exact = 'xx'",
    'UPDATE annotations_span SET start = start + 1, "end" = "end" + 1',
    "UPDATE annotations_change SET action = 'x'",
    "UPDATE annotations_change SET after = NULL",
    "UPDATE annotations_quote SET resolution = 'implicit'",
    "UPDATE annotations_quote SET resolution = 'none', no_source = 'orphan', speaker_id = NULL",
    "UPDATE annotations_quote SET resolution = 'none'",
    "UPDATE annotations_quote SET parent_id = id",
    "UPDATE annotations_quote SET type = 'reported'",
    "UPDATE annotations_quote SET key = 'another'",
    "UPDATE annotations_quote SET id = id + 1000",
    "UPDATE annotations_assignment SET status = 'gold'",
    "UPDATE annotations_assignment SET annotator_id = NULL",
    "DELETE FROM annotations_span WHERE role = 'source'",
    "DELETE FROM annotations_quote",
    "DELETE FROM annotations_change",
    "DELETE FROM annotations_assignment",
    "DELETE FROM annotations_articleversion",
    "DELETE FROM annotations_article",
    # PostgreSQL does not know REPLACE at all.
    "REPLACE INTO annotations_change SELECT * FROM annotations_change",
    "REPLACE INTO annotations_quote SELECT * FROM annotations_quote",
    "REPLACE INTO annotations_articleversion SELECT * FROM annotations_articleversion",
)


@pytest.fixture
def quote(cast: Cast, assignment: Assignment) -> Quote:
    """A quote with a source."""
    return make_quote(
        assignment, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt", resolution="explicit"
    )


def execute(sql: str, *values: object) -> None:
    """Run a statement, and undo it if it fails."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("sql", REFUSED)
def test_the_database_refuses(quote: Quote, sql: str) -> None:
    with pytest.raises(DatabaseError):
        execute(sql)


@pytest.mark.parametrize("model", [Article, ArticleVersion, Assignment, Quote, Change])
@pytest.mark.parametrize(
    "change", ["INSERT OR REPLACE INTO {0} SELECT * FROM {0}", "UPDATE OR REPLACE {0} SET id = 1 + id"]
)
def test_nothing_is_replaced_whatever_the_connection_wishes(
    quote: Quote, cast: Cast, model: type[models.Model], change: str
) -> None:
    if connection.vendor == "postgresql":
        # It knows no REPLACE.
        return
    version = make_version(cast.project, cast.manager, "Another story.")
    for _ in range(2):
        make_quote(make_assignment(version, cast.annotator), cast.annotator, "story")
    before = list(model._default_manager.order_by("pk").values())
    with connection.cursor() as cursor:
        # As any client has it with which somebody opens the file.
        cursor.execute("PRAGMA recursive_triggers = OFF")
        with pytest.raises(DatabaseError):
            execute(change.format(model._meta.db_table))
        cursor.execute("PRAGMA recursive_triggers = ON")
    assert list(model._default_manager.order_by("pk").values()) == before


def test_truncate_is_refused_too(quote: Quote) -> None:
    if connection.vendor == "postgresql":
        with pytest.raises(DatabaseError):
            execute("TRUNCATE annotations_change CASCADE")
    else:
        # SQLite has no TRUNCATE; its DELETE without a condition fires the triggers, as tried above.
        with pytest.raises(DatabaseError):
            execute("DELETE FROM annotations_change")


def test_a_span_must_be_a_slice_of_its_article(quote: Quote) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Span.objects.create(quote=quote, role="cue", start=0, end=5, exact="wrong")


def test_a_second_gold_is_refused(quote: Quote) -> None:
    version = quote.assignment.version
    Assignment.objects.create(project=quote.project, version=version, status="gold")
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(project=quote.project, version=version, status="gold")


def test_a_speaker_of_another_project_is_refused(cast: Cast, quote: Quote) -> None:
    Speaker.objects.create(project=cast.other_project, key="stranger", label="S", label_folded="s")
    with pytest.raises(DatabaseError):
        execute("UPDATE annotations_quote SET speaker_id = (SELECT id FROM annotations_speaker WHERE key = 'stranger')")


def test_the_door_opens_for_one_article_only(cast: Cast, quote: Quote) -> None:
    other = make_version(cast.project, cast.manager, "Another story.\n\nNothing was said.")
    removal = Removal.objects.create(
        project=cast.project, article=other.article, actor=cast.manager, reason="a court said so"
    )
    execute("UPDATE annotations_articleversion SET text = '', original = '' WHERE id = %s", other.pk)
    with pytest.raises(DatabaseError):
        execute("UPDATE annotations_articleversion SET text = '' WHERE id = %s", quote.assignment.version_id)
    execute("UPDATE annotations_removal SET finished_at = CURRENT_TIMESTAMP WHERE id = %s", removal.pk)
    with pytest.raises(DatabaseError):
        execute("UPDATE annotations_articleversion SET text = '', length = 1 WHERE id = %s", other.pk)
    with pytest.raises(DatabaseError):
        execute("UPDATE annotations_removal SET finished_at = NULL WHERE id = %s", removal.pk)
    assert Change.objects.filter(article=quote.assignment.version.article).exists()


@hypothesis_settings(max_examples=60)
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\0"), min_size=1), data=st.data())
def test_the_trigger_agrees_with_python(cast: Cast, text: str, data: Any) -> None:
    with transaction.atomic():
        # The text goes past the import, so that every character meets the trigger.
        version = make_version(cast.project, cast.manager, f"{data.draw(st.uuids())} words")
        triggers.take_off(connection)
        type(version).objects.filter(pk=version.pk).update(text=text)
        triggers.put_on(connection)
        mine = Assignment.objects.create(project=cast.project, version=version, status="gold")
        quote = Quote.objects.create(project=cast.project, assignment=mine)
        start = data.draw(st.integers(0, len(text) - 1))
        end = data.draw(st.integers(start + 1, len(text)))
        given_words = data.draw(
            st.one_of(st.just(text[start:end]), st.text(min_size=end - start, max_size=end - start))
        )
        try:
            with transaction.atomic():
                Span.objects.create(quote=quote, role="content", start=start, end=end, exact=given_words)
            accepted = True
        except (DatabaseError, ValueError, UnicodeError):
            accepted = False
        assert accepted == (given_words == text[start:end])
        transaction.set_rollback(True)


@pytest.mark.parametrize("table", ["article", "articleversion", "span", "quote", "change"])
def test_a_migration_keeps_the_triggers(transactional_db: None, table: str) -> None:
    """Add a constraint to a filled table as ``migrate`` would, then try the raw SQL again."""
    from django.core.management import call_command  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from tests.cast import make_cast  # noqa: PLC0415
    from tests.factories import make_assignment  # noqa: PLC0415

    cast = make_cast()
    mine = make_assignment(make_version(cast.project, cast.manager), cast.annotator)
    make_quote(mine, cast.annotator, "“The bridge is safe,”", source="Mayor Ada Holt", resolution="explicit")
    constraint = models.CheckConstraint(condition=Q(pk__gt=0), name="tried_in_a_test")
    name = connection.introspection.identifier_converter(table)
    operation = migrations.AddConstraint(name, constraint)
    migration = migrations.Migration("tried", "annotations")
    migration.operations = [operation]
    state: ProjectState = MigrationExecutor(connection).loader.project_state()
    triggers.take_off(connection)
    with connection.schema_editor(atomic=True) as editor:
        changed = migration.apply(state.clone(), editor)
    call_command("migrate", verbosity=0)
    assert triggers.missing(connection) == []
    for sql in REFUSED:
        with pytest.raises(DatabaseError):
            execute(sql)
    triggers.take_off(connection)
    with connection.schema_editor(atomic=True) as editor:
        migrations.RemoveConstraint(name, "tried_in_a_test").database_forwards("annotations", editor, changed, state)
    triggers.put_on(connection)


def test_a_rebuilt_table_without_the_hooks_is_noticed(transactional_db: None) -> None:
    triggers.take_off(connection)
    assert "annotations_span_truth_insert" in triggers.missing(connection)
    triggers.put_on(connection)
    assert triggers.missing(connection) == []
