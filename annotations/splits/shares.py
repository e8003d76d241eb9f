"""Splits: every story in exactly one of train, dev and test, and what belongs together on one side."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from rensa import RMinHash

from annotations.splits.groups import Groups
from annotations.splits.near_duplicates import alike

TRAIN, DEV, TEST = SPLITS = ("train", "dev", "test")
RANDOM, BY_DATE = HOW = ("random", "date")


@dataclass(frozen=True)
class Shares:
    """How stories are split: at random by a seed or by date, and how many in 100 are for dev and test."""

    how: str = RANDOM
    seed: int = 1
    dev: int = 10
    test: int = 10
    speakers_apart: bool = False

    @property
    def wanted(self) -> dict[str, int]:
        """How many in 100 each split is to have."""
        return {TRAIN: 100 - self.dev - self.test, DEV: self.dev, TEST: self.test}


@dataclass(frozen=True)
class Facts:
    """What a split asks of a story. ``published`` is a day such as 2026-05-31, or nothing."""

    key: str
    published: str
    signature: RMinHash
    speakers: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Division:
    """The split of each story by its key, and the groups of more than one story that stay together."""

    splits: dict[str, str] = field(default_factory=dict)
    near_duplicates: list[list[str]] = field(default_factory=list)
    largest: int = 0


def divide(stories: Sequence[Facts], shares: Shares) -> Division:
    """Put each story in exactly one split. The same stories and the same shares give the same splits.

    Near-duplicates stay together, and so do the stories of each named speaker where the shares ask for that. By date,
    the newest stories are for testing, whole days on one side; those without a date count as the oldest, and a group is
    as new as its newest story. The keys of the stories are different.
    """
    ordered = sorted(stories, key=lambda story: story.key)
    groups = Groups(len(ordered))
    for one, other in alike([story.signature for story in ordered]):
        groups.join(one, other)
    duplicates = [[ordered[number].key for number in group] for group in groups.members() if len(group) > 1]
    if shares.speakers_apart:
        _join_speakers(ordered, groups)
    found = [[ordered[number] for number in group] for group in groups.members()]
    placed = _by_date(found, shares) if shares.how == BY_DATE else _at_random(found, shares)
    return Division(placed, duplicates, max(map(len, found), default=0))


def _join_speakers(stories: Sequence[Facts], groups: Groups) -> None:
    first: dict[str, int] = {}
    for number, story in enumerate(stories):
        for speaker in story.speakers:
            groups.join(first.setdefault(speaker, number), number)


def _at_random(groups: list[list[Facts]], shares: Shares) -> dict[str, str]:
    """Draw the groups in an order that only seed and keys decide, large ones first; each goes where most is missing."""
    total = sum(map(len, groups))
    missing = {split: total * share / 100 for split, share in shares.wanted.items() if share}
    placed: dict[str, str] = {}
    for group in sorted(groups, key=lambda group: (-len(group), _drawn(shares.seed, group[0].key))):
        split = max(missing, key=lambda name: missing[name])
        missing[split] -= len(group)
        placed |= {story.key: split for story in group}
    return placed


def _drawn(seed: int, key: str) -> str:
    return hashlib.sha256(f"{seed}\n{key}".encode()).hexdigest()


def _by_date(groups: list[list[Facts]], shares: Shares) -> dict[str, str]:
    """Go from the newest day back: test is filled first, then dev; a day is never cut."""
    total, done = sum(map(len, groups)), 0
    test, dev = total * shares.test / 100, total * (shares.test + shares.dev) / 100
    placed: dict[str, str] = {}
    for _day, found in groupby(sorted(groups, key=_day_of, reverse=True), key=_day_of):
        stories = [story.key for group in found for story in group]
        middle = done + len(stories) / 2
        split = TEST if middle <= test else DEV if middle <= dev else TRAIN
        placed |= dict.fromkeys(stories, split)
        done += len(stories)
    return placed


def _day_of(group: list[Facts]) -> str:
    return max(story.published for story in group)
