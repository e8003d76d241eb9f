"""No row names one of another desk: tried with raw SQL, on rows that the program itself made."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from annotations import triggers
from annotations.models import Assignment, Label, Project, Quote, User
from annotations.services.claims import NewClaim
from annotations.services.speakers import NewSpeaker
from annotations.services.verification import verify
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

# What a statement would do, and what `verify` calls the row if somebody did it past the triggers.
WRITES = {
    "UPDATE annotations_claimlink SET claim_id = {other_claim} WHERE quote_id = {quote}": "claim link",
    "INSERT INTO annotations_claimlink (quote_id, claim_id, stance) VALUES ({quote}, {other_claim}, 'asserts')": (
        "claim link"
    ),
    "UPDATE annotations_quotelabel SET label_id = {other_label} WHERE quote_id = {quote}": "label",
    "UPDATE annotations_quotelabel SET label_id = {label_of_another_set} WHERE quote_id = {quote}": "label",
    "UPDATE annotations_quotelabel SET label_set_id = {other_set}, label_id = {other_label}"
    " WHERE quote_id = {quote}": "label",
    "INSERT INTO annotations_quotelabel (quote_id, label_set_id, label_id)"
    " VALUES ({quote}, {other_set}, {other_label})": "label",
    "UPDATE annotations_quote SET speaker_id = {other_speaker} WHERE id = {quote}": "quote",
    "UPDATE annotations_quote SET speaker_id = {unnamed} WHERE id = {quote}": "quote",
    "UPDATE annotations_quote SET parent_id = {other_quote} WHERE id = {quote}": "quote",
    "UPDATE annotations_quote SET parent_id = {next_quote} WHERE id = {quote}": "quote",
    "UPDATE annotations_assignment SET version_id = {other_version} WHERE id = {assignment}": "assignment",
    "UPDATE annotations_assignment SET annotator_id = {other_annotator} WHERE id = {assignment}": "assignment",
    "INSERT INTO annotations_assignment"
    ' (project_id, version_id, status, "left", revision, speaker_order, claim_order, looked_at, left_out,'
    " created_at, updated_at) VALUES ({project}, {other_version}, 'gold', '', 1, '[]', '[]', '[]', '[]',"
    " '2026-01-01', '2026-01-01')": "assignment",
    "UPDATE annotations_articleversion SET project_id = {other_project} WHERE id = {version}": "version",
    "UPDATE annotations_article SET project_id = {other_project} WHERE id = {article}": "version",
    "UPDATE annotations_speaker SET project_id = {other_project}, key = 'x', label_folded = 'x' WHERE id = {speaker}": (
        "quote"
    ),
    "UPDATE annotations_speaker SET article_id = {other_article} WHERE id = {unnamed}": "speaker",
    "UPDATE annotations_speaker SET merged_into_id = {other_speaker} WHERE id = {speaker}": "speaker",
    "UPDATE annotations_claim SET project_id = {other_project}, key = 'x', text_folded = 'x' WHERE id = {claim}": (
        "claim link"
    ),
    "UPDATE annotations_claim SET merged_into_id = {other_claim} WHERE id = {claim}": "claim",
    "UPDATE annotations_labelset SET project_id = {other_project}, key = 'x' WHERE id = {label_set}": "label",
    "UPDATE annotations_label SET label_set_id = {other_set}, key = 'x' WHERE id = {label}": "label",
    "UPDATE annotations_annotator SET project_id = {other_project} WHERE id = {annotator}": "assignment",
    "INSERT INTO annotations_removal (project_id, article_id, actor_id, reason, hashes, created_at, finished_at)"
    " VALUES ({other_project}, {article}, {actor}, 'x', '[]', '2026-01-01', '2026-01-01')": "removal",
}


def rows_of(project: Project, user: User) -> dict[str, int]:
    """Fill a desk with one of everything; return the primary keys."""
    assignment = make_assignment(make_version(project, user, f"“The bridge is safe,” she told {project.slug}."), user)
    quote = make_quote(
        assignment,
        user,
        "“The bridge is safe,”",
        speaker=NewSpeaker("Ada Holt"),
        labels={"act": "statement"},
        claims=[{"claim": NewClaim("The bridge is safe."), "stance": "asserts"}],
    )
    link, answer = quote.claim_links.get(), quote.quote_labels.get()
    return {
        "project": project.pk,
        "article": assignment.version.article_id,
        "version": assignment.version_id,
        "assignment": assignment.pk,
        "annotator": assignment.annotator_id or 0,
        "quote": quote.pk,
        "speaker": quote.speaker_id or 0,
        "claim": link.claim_id,
        "label_set": answer.label_set_id,
        "set": answer.label_set_id,
        "label": answer.label_id,
    }


@pytest.fixture
def rows(cast: Cast) -> dict[str, int]:
    """The rows of two desks, and of a second story on the first."""
    mine = rows_of(cast.project, cast.annotator)
    others = {f"other_{name}": pk for name, pk in rows_of(cast.other_project, cast.outsider).items()}
    next_story = make_assignment(make_version(cast.project, cast.manager, "“No,” a clerk said."), cast.annotator)
    clerk = make_quote(next_story, cast.annotator, "“No,”", speaker=NewSpeaker("a clerk", named=False))
    another = Label.objects.get(label_set__project=cast.project, label_set__key="factuality", key="said")
    more = {"unnamed": clerk.speaker_id or 0, "next_quote": clerk.pk, "label_of_another_set": another.pk}
    return mine | others | more | {"actor": cast.outsider.pk}


def execute(sql: str, rows: dict[str, int]) -> None:
    """Run a statement on these rows, and undo it if it fails."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql.format(**rows))


@pytest.mark.parametrize("sql", WRITES)
def test_the_database_refuses_it(rows: dict[str, int], sql: str) -> None:
    with pytest.raises(DatabaseError, match=r"annotations_\w+: "):
        execute(sql, rows)
    assert list(verify()) == []


@pytest.mark.parametrize("sql", WRITES)
def test_verify_finds_it(rows: dict[str, int], sql: str) -> None:
    triggers.take_off(connection)
    execute(sql, rows)
    triggers.put_on(connection)
    assert WRITES[sql] in {breach.kind for breach in verify()}


def test_what_is_of_this_desk_is_taken(rows: dict[str, int]) -> None:
    execute("UPDATE annotations_claimlink SET claim_id = {claim} WHERE quote_id = {quote}", rows)
    execute("UPDATE annotations_quote SET speaker_id = {unnamed} WHERE id = {next_quote}", rows)
    execute("UPDATE annotations_speaker SET label = label, project_id = {project} WHERE id = {speaker}", rows)
    assert Quote.objects.get(pk=rows["next_quote"]).speaker_id == rows["unnamed"]
    assert Assignment.objects.filter(project=rows["project"]).count() == 2
