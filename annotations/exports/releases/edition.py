"""What a release says of itself, which its card, citation and manifest all tell."""

from __future__ import annotations

from dataclasses import dataclass, field

from annotations.exports.records import Record
from annotations.splits.shares import RANDOM, SPLITS, Shares

FORMAT = "newsnotes-release/1"
# What a licence is called in a citation, by Hugging Face, and to people. It is that of the annotations.
LICENCES = {
    "CC0-1.0": ("cc0-1.0", "Creative Commons Zero 1.0"),
    "CC-BY-4.0": ("cc-by-4.0", "Creative Commons Attribution 4.0"),
    "CC-BY-SA-4.0": ("cc-by-sa-4.0", "Creative Commons Attribution-ShareAlike 4.0"),
    "CC-BY-NC-4.0": ("cc-by-nc-4.0", "Creative Commons Attribution-NonCommercial 4.0"),
    "CC-BY-NC-SA-4.0": ("cc-by-nc-sa-4.0", "Creative Commons Attribution-NonCommercial-ShareAlike 4.0"),
    "ODbL-1.0": ("odbl", "Open Database License 1.0"),
}


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A release by its number, what was asked for, and what it holds."""

    project: str
    number: int
    asked: Record
    summary: Record
    as_of_change: int
    guidelines: str | None
    previous: int | None = None
    files: tuple[str, ...] = field(default=())

    @property
    def title(self) -> str:
        """What people call the dataset."""
        title: str = self.asked["title"]
        return title

    @property
    def shares(self) -> Shares:
        """How it was split."""
        return shares_of(self.asked)

    @property
    def splits(self) -> list[str]:
        """The splits that hold a story, in their order."""
        return [split for split in SPLITS if split in self.summary["splits"]]


def shares_of(asked: Record) -> Shares:
    """Return the shares that were asked for."""
    return Shares(
        how=asked.get("how", RANDOM),
        seed=asked["seed"],
        dev=asked["dev"],
        test=asked["test"],
        speakers_apart=asked["speakers_apart"],
    )
