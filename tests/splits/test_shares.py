"""Every story is in exactly one split, what belongs together stays together, and the same seed gives the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from annotations.splits.near_duplicates import alike, signature
from annotations.splits.shares import BY_DATE, HOW, RANDOM, SPLITS, Facts, Shares, divide

REPORT = " ".join(f"On day {number} the harbour counted {number * 7} boats." for number in range(40))
OTHER = " ".join(f"Line {number} of the tram waited {number * 3} minutes." for number in range(40))
TEXTS = {
    "report": REPORT,
    "report, one sentence changed": REPORT.replace("On day 7 the", "Last week, the"),
    "report, in capitals and without spaces": REPORT.upper().replace(" ", ""),
    "other": OTHER,
    "nothing": "",
    "short": "Yes.",
    "japanese": "港は安全だと市長は述べた。橋は冬でも開いていると技師が言う。" * 3,
}
SIGNATURES = {name: signature(text) for name, text in TEXTS.items()}
# No two of them have a run in common.
DIFFERENT = [signature(chr(0x4E00 + number) * 20) for number in range(40)]

STORIES = st.lists(
    st.builds(
        Facts,
        key=st.from_regex("[a-z]{1,6}", fullmatch=True),
        published=st.sampled_from(["", "2026-01-01", "2026-01-02", "2026-02-01", "2026-03-01"]),
        signature=st.sampled_from(list(SIGNATURES.values())),
        speakers=st.frozensets(st.sampled_from("abcdefgh"), max_size=2),
    ),
    unique_by=lambda story: story.key,
    max_size=40,
)
SHARES = st.builds(
    Shares,
    how=st.sampled_from(HOW),
    seed=st.integers(0, 5),
    dev=st.integers(0, 40),
    test=st.integers(0, 40),
    speakers_apart=st.booleans(),
)


def test_what_shares_its_wording_is_alike_and_nothing_else() -> None:
    names = list(TEXTS)
    found = {(names[one], names[other]) for one, other in alike(list(SIGNATURES.values()))}
    report = names[:3]
    assert found == {(report[0], report[1]), (report[0], report[2]), (report[1], report[2])}


@hypothesis_settings(deadline=None)
@given(STORIES, SHARES, st.randoms(use_true_random=False))
def test_every_story_is_in_one_split_and_what_belongs_together_on_one_side(stories, shares, chance) -> None:  # type: ignore[no-untyped-def]
    division = divide(stories, shares)
    assert division.splits.keys() == {story.key for story in stories}
    assert set(division.splits.values()) <= {split for split in SPLITS if shares.wanted[split]}
    together = defaultdict(set)
    for story in stories:
        digest = tuple(story.signature.digest())
        together[digest].add(division.splits[story.key])
        for speaker in story.speakers if shares.speakers_apart else ():
            together[speaker].add(division.splits[story.key])
    assert all(len(splits) == 1 for splits in together.values())
    shuffled = list(stories)
    chance.shuffle(shuffled)
    assert divide(shuffled, shares) == division


@hypothesis_settings(deadline=None)
@given(st.integers(0, 40), SHARES)
def test_at_random_the_shares_are_those_that_were_asked_for(count: int, shares: Shares) -> None:
    stories = [Facts(f"story-{number}", "", one) for number, one in enumerate(DIFFERENT[:count])]
    found = list(divide(stories, replace(shares, how=RANDOM)).splits.values())
    for split, share in shares.wanted.items():
        assert abs(found.count(split) - count * share / 100) <= 2


@hypothesis_settings(deadline=None)
@given(STORIES, st.integers(0, 40), st.integers(0, 40))
def test_by_date_no_group_is_in_an_earlier_split_than_a_group_that_is_older(
    stories: list[Facts], dev: int, test: int
) -> None:
    division = divide(stories, Shares(how=BY_DATE, dev=dev, test=test))
    day = {story.key: story.published for story in stories}
    for group in division.near_duplicates:
        day |= dict.fromkeys(group, max(day[key] for key in group))
    placed = sorted((day[key], SPLITS.index(split)) for key, split in division.splits.items())
    assert [place for _day, place in placed] == sorted(place for _day, place in placed)


def test_another_seed_draws_anew() -> None:
    stories = [Facts(f"story-{number}", "", one) for number, one in enumerate(DIFFERENT)]
    one, other = (divide(stories, Shares(seed=seed)).splits for seed in (1, 2))
    assert one != other
    assert sorted(one.values()) == sorted(other.values())
