"""Two people who have read the same story, and a gold of it: figures that can be worked out by hand.

Both have the quote about the bridge, and both what nobody had measured, but with another speaker. Only the other one
has what moves a little. So the same quotes: F1 = 2 * 2 / (2 + 3) = 0.8; the same speakers: 1 of 2, as by chance.
"""

from __future__ import annotations

from annotations.exports.dataset import assignment_records
from annotations.models import ArticleVersion, Assignment, User
from annotations.services.assignments import submit_assignment
from annotations.services.records import import_records
from annotations.services.shelf import Outcome
from annotations.services.speakers import NewSpeaker
from tests.cast import Cast
from tests.factories import make_assignment, make_quote, make_version

HOLT, RUIZ = NewSpeaker("Ada Holt"), NewSpeaker("Ben Ruiz")
SECOND = (
    "Pier {number} Opens\n\n“The bridge is safe,” said Mayor Ada Holt. "
    "He said nobody had measured it. It moves a little."
)


def two_readings(cast: Cast, version: ArticleVersion | None = None) -> list[Assignment]:
    """Let the two annotators read a story and submit it."""
    version = version or make_version(cast.project, cast.manager)
    found = [
        make_reading(version, user, speaker) for user, speaker in ((cast.annotator, HOLT), (cast.other_annotator, RUIZ))
    ]
    make_quote(found[1], cast.other_annotator, "moves a little")
    return [submitted(one) for one in found]


def other_version(cast: Cast, number: int = 2, **fields: str) -> ArticleVersion:
    """Import another story with the same quotes."""
    return make_version(cast.project, cast.manager, SECOND.format(number=number), **fields)


def make_reading(version: ArticleVersion, user: User, speaker: NewSpeaker = HOLT) -> Assignment:
    """Mark the two quotes that both have."""
    own = make_assignment(version, user)
    make_quote(own, user, "“The bridge is safe,”", source="Mayor Ada Holt", cue="said", speaker=HOLT)
    make_quote(own, user, "nobody had measured it", source="He", speaker=speaker, labels={"act": "statement"})
    return own


def submitted(assignment: Assignment) -> Assignment:
    """Let its annotator submit an assignment, whatever is missing."""
    assignment.refresh_from_db()
    assert assignment.annotator is not None
    user = assignment.annotator.user
    assert user is not None
    return submit_assignment(actor=user, assignment=assignment, revision=assignment.revision, confirmed=True)


def copied(cast: Cast, assignment: Assignment, *, annotator: str | None, without: int = 0) -> Assignment:
    """Import the quotes of an assignment, but the last few, as the work of a program, or as the gold."""
    (record,) = assignment_records(Assignment.objects.filter(pk=assignment.pk), cast.project.pk)
    quotes = record["quotes"][: len(record["quotes"]) - without]
    named = {quote["speaker"] for quote in quotes}
    record |= {"annotator": annotator, "status": "submitted" if annotator else "gold"}
    record["quotes"] = [quote | {"id": f"{annotator or 'gold'}-{quote['id']}"} for quote in quotes]
    record["speakers"] = [speaker for speaker in record["speakers"] if speaker["id"] in named]
    outcomes = import_records(actor=None, project=cast.project, records=[record])
    assert [one.outcome for one in outcomes] == [Outcome.NEW], outcomes
    return Assignment.objects.latest("pk")
