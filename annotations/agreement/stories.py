"""What agreement is measured on: one story, what each annotator marked in it, and the quotes as whole attributions."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotations.agreement.spans import Spans, merged

ROLES = ("content", "source", "cue", "addressee")
# The answer "nobody is named, and the context does not tell": an answer like any speaker, unlike None, "not answered".
NO_SPEAKER = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """One attribution by one annotator. Spans may come in any order; they are kept merged.

    `speaker` is an id that the annotators of all stories share, `NO_SPEAKER`, or None where it was not answered.
    `labels` maps a label set to the label chosen; `links` holds claims with their stances.
    Raises ValueError without content, and for a span that is none.
    """

    key: str
    content: Spans
    source: Spans = ()
    cue: Spans = ()
    addressee: Spans = ()
    speaker: str | None = None
    type: str | None = None
    resolution: str | None = None
    labels: Mapping[str, str] = field(default_factory=dict, hash=False)
    links: frozenset[tuple[str, str]] = frozenset()

    def __post_init__(self) -> None:
        for role in ROLES:
            object.__setattr__(self, role, merged(getattr(self, role)))
        if not self.content:
            raise ValueError(f"The quote {self.key} has no content.")


@dataclass(frozen=True, slots=True)
class Assignment:
    """One annotator's work on one story. `unread` is what they did not go through: nothing is said about it.

    Raises ValueError for two quotes with one key.
    """

    annotator: str
    quotes: tuple[Quote, ...] = ()
    unread: Spans = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "unread", merged(self.unread))
        if len({quote.key for quote in self.quotes}) < len(self.quotes):
            raise ValueError(f"{self.annotator} has two quotes with one key.")


@dataclass(frozen=True, slots=True)
class Story:
    """One text with the work of each annotator on it, kept in the order of their names.

    `length` is in the unit of all offsets, code points unless said otherwise. `words` are the words of the text in
    order, which may touch. Raises ValueError for two assignments of one annotator, and for what ends beyond the text.
    """

    key: str
    length: int
    assignments: tuple[Assignment, ...]
    words: Spans = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "assignments", tuple(sorted(self.assignments, key=lambda one: one.annotator)))
        if len({one.annotator for one in self.assignments}) < len(self.assignments):
            raise ValueError(f"The story {self.key} has two assignments of one annotator.")
        used = [spans for one in self.assignments for spans in _spans(one)]
        if any(spans[-1][1] > self.length for spans in [*used, self.words] if spans):
            raise ValueError(f"The story {self.key} has a span that ends beyond its length of {self.length}.")


def _spans(assignment: Assignment) -> list[Spans]:
    return [assignment.unread, *(getattr(quote, role) for quote in assignment.quotes for role in ROLES)]
