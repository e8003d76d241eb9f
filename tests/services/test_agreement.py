"""Agreement of what is in the database: which work counts, figures by hand, and what is kept of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from annotations.agreement.records import GOLD
from annotations.models import Annotator, Article, Assignment, Speaker
from annotations.services import speakers
from annotations.services.agreement import Question, select
from annotations.services.agreement_results import ALL, MONTH, SAME, WEEK, Agreement, Behind, around_day
from annotations.services.assignments import reopen_assignment
from annotations.services.removals import remove_article
from tests.agreeing import copied, make_reading, other_version, submitted, two_readings
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def both(cast: Cast) -> list[Assignment]:
    """The same story by two annotators."""
    return two_readings(cast)


def agreement(cast: Cast, *, most_pairs: int | None = None, **asked: object) -> Agreement:
    """Ask about all work of the desk."""
    question = Question(**asked)  # type: ignore[arg-type]
    return Agreement(select(Assignment.objects.all(), cast.project, question, most_pairs=most_pairs))


def name(assignment: Assignment) -> str:
    """Return the pseudonym of the annotator."""
    assert assignment.annotator is not None
    return assignment.annotator.pseudonym


def value(asked: Agreement, metric: str) -> float | None:
    """Return one figure."""
    return asked.figures()[metric].figure.value


def test_figures_and_the_quotes_behind_them(cast: Cast, both: list[Assignment]) -> None:
    asked = agreement(cast)
    assert value(asked, "content-iou-f1") == pytest.approx(0.8)
    assert value(asked, "speaker-accuracy") == pytest.approx(0.5)
    assert value(asked, "speaker-kappa") == pytest.approx(0.0)
    assert asked.figures()["content-iou-f1"].interval.reason
    differing = [row.comparison.differing for row in asked.behind(Behind())]
    assert sorted(differing) == [("quote", "content"), ("speaker",)]
    alone = [row for row in asked.behind(Behind("quote", ALL)) if None in (row.comparison.ours, row.comparison.theirs)]
    assert len(alone) == 1
    assert len(asked.behind(Behind("speaker", SAME))) == 1
    assert asked.confusion("label-act") == {("statement", "statement"): 1}
    assert asked.confusion("type") == {("direct", "direct"): 1, ("indirect", "indirect"): 1}
    assert len(asked.behind(Behind("type", answers=("direct", "direct")))) == 1


def test_who_is_asked_about_comes_first(cast: Cast, both: list[Assignment]) -> None:
    for one, other in (both, both[::-1]):
        for asked in (agreement(cast, annotator=name(one)), agreement(cast, annotator=name(one), other=name(other))):
            assert {(row.comparison.one, row.comparison.other) for row in asked.rows} == {(name(one), name(other))}
            first, second = asked.readings(asked.rows[0])
            assert (first.pk, second.pk) == (one.pk, other.pk)


def test_each_is_compared_with_the_gold_and_suggesters_only_there(cast: Cast, both: list[Assignment]) -> None:
    copied(cast, both[1], annotator="machine", without=1)
    Annotator.objects.filter(pseudonym="machine").update(kind=Annotator.Kind.SUGGESTER)
    copied(cast, both[1], annotator=None)
    assert agreement(cast).selection.annotators == sorted(map(name, both))
    asked = agreement(cast, against_gold=True)
    recalls = {who: found["content-recall"].figure.value for who, found in asked.figures_of_each().items()}
    assert recalls == {
        name(both[0]): pytest.approx(2 / 3),
        name(both[1]): 1,
        "machine": pytest.approx(2 / 3),
    }
    assert value(asked, "content-recall") == pytest.approx(7 / 9)
    assert {(pair.one, pair.other) for pair in asked.pairs("content-iou-f1")} == {(who, GOLD) for who in recalls}
    alone = agreement(cast, against_gold=True, annotator="machine")
    assert value(alone, "content-recall") == pytest.approx(2 / 3)
    assert all(row.comparison.other == GOLD for row in alone.rows)


def test_what_does_not_count(cast: Cast, both: list[Assignment]) -> None:
    assert len(agreement(cast).selection.stories) == 1
    reopen_assignment(actor=cast.annotator, assignment=both[0], revision=both[0].revision)
    assert agreement(cast).selection.stories == ()
    assert agreement(cast, against_gold=True).selection.stories == ()


def test_a_removed_story_does_not_count(cast: Cast, both: list[Assignment]) -> None:
    remove_article(actor=cast.manager, article=Article.objects.get(), reason="Order 7")
    assert agreement(cast).selection.stories == ()


def test_stories_by_outlet_and_by_the_day_of_the_last_reading(cast: Cast, both: list[Assignment]) -> None:
    today = timezone.localdate()
    two_readings(cast, other_version(cast, outlet="Post"))
    found = {
        count: [agreement(cast, **asked) for asked in some]
        for count, some in {
            2: [{}, {"submitted_from": today}, {"submitted_to": today}],
            1: [{"outlet": "Post"}],
            0: [{"outlet": "Herald"}, {"submitted_to": today - timedelta(1)}, {"submitted_from": today + timedelta(1)}],
        }.items()
    }
    for count, asked in found.items():
        assert [len(one.selection.stories) for one in asked] == [count] * len(asked)
    (period,) = agreement(cast).periods("content-iou-f1", MONTH)
    assert (period.stories, period.figure.value) == (2, pytest.approx(0.8))
    assert period.first <= today <= period.last


def test_those_submitted_last_have_room(cast: Cast, both: list[Assignment]) -> None:
    second = other_version(cast)
    two_readings(cast, second)
    selection = agreement(cast, most_pairs=1).selection
    assert [story[0].version for story in selection.stories] == [second.pk]
    assert selection.left_out == 1
    # However many have read it, one story always has room.
    submitted(make_reading(second, cast.reviewer))
    assert len(agreement(cast, most_pairs=1).selection.stories) == 1


def test_pairs_are_in_the_stories_that_both_have_read(cast: Cast, both: list[Assignment]) -> None:
    submitted(make_reading(both[0].version, cast.reviewer))
    found = {frozenset((one.one, one.other)): one for one in agreement(cast).pairs("content-iou-f1")}
    assert len(found) == 3
    reviewer = Annotator.objects.get(user=cast.reviewer).pseudonym
    assert found[frozenset((name(both[0]), reviewer))].figure.value == 1
    assert found[frozenset((name(both[1]), reviewer))].figure.value == pytest.approx(0.8)
    star = agreement(cast, annotator=reviewer)
    assert len(star.pairs("content-iou-f1")) == 2
    # 2 of 2 and 2, and 2 of 2 and 3: 2 * 4 / 9.
    assert value(star, "content-iou-f1") == pytest.approx(8 / 9)


def test_answers_are_kept_until_a_change_makes_them_others(cast: Cast, both: list[Assignment]) -> None:
    assert value(agreement(cast), "speaker-accuracy") == pytest.approx(0.5)
    with CaptureQueriesContext(connection) as queries:
        again = agreement(cast)
        assert value(again, "speaker-accuracy") == pytest.approx(0.5)
    assert not [query for query in queries if "annotations_span" in query["sql"]]
    holt, ruiz = (Speaker.objects.get(label=label) for label in ("Ada Holt", "Ben Ruiz"))
    speakers.merge_speakers(actor=cast.manager, speaker=ruiz, into=holt, revision=ruiz.revision)
    assert value(agreement(cast), "speaker-accuracy") == 1


def test_nothing_that_a_removal_would_look_for_is_kept(cast: Cast, both: list[Assignment]) -> None:
    asked = agreement(cast)
    asked.figures(), asked.rows, asked.pairs("speaker-kappa"), asked.periods("speaker-kappa", WEEK)
    kept = repr(list(cache._cache.values()))  # type: ignore[attr-defined]
    assert "speaker" in kept
    for words in ("bridge", "ada-holt", "Holt", "measured"):
        assert words not in kept


def test_weeks_begin_on_monday_and_months_end_at_their_last_day() -> None:
    day = date(2026, 12, 31)
    assert [one.isoformat() for one in around_day(day, MONTH)] == ["2026-12-01", "2026-12-31"]
    assert [one.isoformat() for one in around_day(day, WEEK)] == ["2026-12-28", "2027-01-03"]
    february = date(2028, 2, 3)
    assert around_day(february, MONTH)[1].isoformat() == "2028-02-29"
