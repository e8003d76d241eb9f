"""Results: a value, or the reason why there is none."""

from dataclasses import dataclass
from math import isfinite

NOTHING_RATED = "Nothing was rated by two annotators."
ONE_CATEGORY = "All ratings are the same, so agreement cannot be told from chance."


@dataclass(frozen=True, slots=True)
class Figure:
    """A value without unit, or the reason why it is undefined; exactly one of the two."""

    value: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if (self.value is None) != bool(self.reason) or not isfinite(self.value or 0.0):
            raise ValueError(f"A figure is a number or a reason, not {self.value!r} with {self.reason!r}.")


@dataclass(frozen=True, slots=True)
class Interval:
    """A confidence interval with both its ends, or the reason why it is undefined."""

    low: float | None = None
    high: float | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if len({self.low is None, self.high is None, bool(self.reason)}) > 1:
            raise ValueError(
                f"An interval is two numbers or a reason, not {self.low!r}, {self.high!r}, {self.reason!r}."
            )


def ratio(part: float, whole: float, reason: str) -> Figure:
    """Return part of whole, or the reason where there is no whole."""
    return Figure(part / whole) if whole else Figure(reason=reason)
