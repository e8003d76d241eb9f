"""The regions of a text that stand in quotation marks: nested, unclosed, or going on over several paragraphs."""

from dataclasses import dataclass, field

from annotations.text.quotation_marks import (
    ALWAYS_OPEN,
    CLOSERS,
    CLOSES_BY_NATURE,
    OPENS_BY_NATURE,
    SINGLE,
    TENTATIVE,
    Line,
    Mark,
    lines,
    marks,
)

# Nobody nests deeper; a bound keeps the work linear however many marks open and never close.
_DEEPEST = 8


@dataclass(frozen=True, slots=True)
class Region:
    """A range in quotation marks, marks included. An unclosed one runs to the end of its block."""

    start: int
    end: int
    depth: int
    closed: bool
    opening: str
    closing: str

    @property
    def inner(self) -> tuple[int, int]:
        """Return the range without its marks."""
        return self.start + len(self.opening), self.end - len(self.closing)


def regions(text: str) -> list[Region]:
    """Return the quoted regions in order, outer ones before those nested in them; no two of them cross."""
    return _Finder(text).find()


@dataclass(slots=True)
class _Open:
    """A quotation that has begun."""

    mark: Mark
    # Where the same mark opened again inside: then the closing mark of this one was forgotten before that.
    reopened: int | None = None

    @property
    def is_tentative(self) -> bool:
        return self.mark.glyph in TENTATIVE

    @property
    def may_go_on(self) -> bool:
        """Say whether it may go on in the next paragraph: not where an apostrophe is the likelier reading."""
        if self.reopened is not None:
            return False
        return not self.is_tentative or self.mark.starts_line or self.mark.before in ",: "


@dataclass(slots=True)
class _Finder:
    text: str
    found: list[tuple[int, int, str, str]] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)

    def find(self) -> list[Region]:
        all_marks = list(marks(self.text, lines(self.text)))
        ahead = _closes_ahead(all_marks)
        line: Line | None = None
        reopening = 0
        for number, mark in enumerate(all_marks):
            if line is not None and mark.line is not line:
                reopening = self._change_line(line, mark)
            line = mark.line
            if reopening:
                # The mark repeats, at the start of a paragraph, one that is already open.
                reopening -= 1
                following = all_marks[number + 1] if number + 1 < len(all_marks) else None
                if not (following and reopening and self._repeats(following, mark)):
                    reopening = 0
                continue
            self._read(mark, ahead[number])
        if line is not None:
            self._finish_all(line)
        return self._with_depths()

    def _change_line(self, old: Line, mark: Mark) -> int:
        """Close what ends with the old line; return how many open quotations the new line may open anew."""
        if not self.stack:
            return 0
        outer = self.stack[0]
        next_paragraph = mark.line.number == old.number + 1
        if next_paragraph and mark.starts_line and outer.may_go_on and _reopens(outer.mark, mark):
            return len(self.stack)
        goes_on = mark.line.group == old.group and self._closer_of(mark) is not None and mark.may_close
        if not goes_on or mark.opens_plainly:
            self._finish_all(old)
        return 0

    def _repeats(self, following: Mark, mark: Mark) -> bool:
        """Say whether the mark after a repeated one repeats the next open quotation; if not, that one ends."""
        depth = next((i for i, open_ in enumerate(self.stack) if _reopens(open_.mark, mark)), 0) + 1
        return depth < len(self.stack) and following.start == mark.end and _reopens(self.stack[depth].mark, following)

    def _read(self, mark: Mark, closes_ahead: tuple[bool, bool]) -> None:
        if mark.glyph in SINGLE and mark.is_apostrophe:
            return
        depth = self._closer_of(mark)
        if depth is not None and self._closes(mark, depth, closes_ahead):
            self._close(depth, mark)
        elif self._opens(mark):
            self._open(mark)

    def _closer_of(self, mark: Mark) -> int | None:
        """Return the depth of the innermost open quotation that the mark could close."""
        for depth in range(len(self.stack) - 1, -1, -1):
            open_ = self.stack[depth]
            if mark.glyph in CLOSERS[open_.mark.glyph]:
                return depth
            # A single mark never ends what a double mark inside it has begun.
            if mark.glyph in SINGLE and not open_.is_tentative:
                return None
        return None

    def _closes(self, mark: Mark, depth: int, closes_ahead: tuple[bool, bool]) -> bool:
        if mark.glyph in SINGLE:
            if not mark.may_close:
                return False
            # “The workers’ pay will rise,’ he said”: a better closing mark follows.
            outermost = all(open_.is_tentative for open_ in self.stack[:depth])
            return not (mark.may_be_possessive and closes_ahead[outermost])
        opening = self.stack[depth].mark.glyph
        if mark.glyph not in CLOSERS or (mark.glyph in CLOSES_BY_NATURE and mark.glyph != opening):
            return True
        if opening == "“":
            # Only a slip of the pen closes it so; a straight mark or a second “ rather opens a nested quotation.
            return mark.may_close and not mark.may_open
        spaced = mark.before.isspace() and (not mark.after or mark.after.isspace())
        return spaced or (bool(mark.before) and not mark.opens_plainly and not _stands_in_word(mark))

    def _opens(self, mark: Mark) -> bool:
        if mark.glyph not in CLOSERS or not mark.after:
            return False
        if mark.glyph in ALWAYS_OPEN or mark.glyph in OPENS_BY_NATURE:
            return True
        spaced = mark.glyph == '"' and mark.after.isspace() and (not mark.before or mark.before.isspace())
        return mark.may_open or spaced

    def _open(self, mark: Mark) -> None:
        if self.stack and self.stack[-1].mark.glyph == mark.glyph:
            if mark.glyph in {'"', "'"} | TENTATIVE:
                # The same on both sides: it cannot be nested, so the one before was never closed.
                self._drop_or_finish(self.stack.pop(), mark.start)
            elif self.stack[-1].reopened is None:
                self.stack[-1].reopened = mark.start
        if len(self.stack) < _DEEPEST:
            self.stack.append(_Open(mark))

    def _close(self, depth: int, mark: Mark) -> None:
        while len(self.stack) > depth + 1:
            self._drop_or_finish(self.stack.pop(), mark.start)
        opening = self.stack.pop().mark
        if self.text[opening.end : mark.start].strip():
            self.found.append((opening.start, mark.end, opening.glyph, mark.glyph))

    def _finish_all(self, line: Line) -> None:
        while self.stack:
            open_ = self.stack.pop()
            self._drop_or_finish(open_, line.end if open_.reopened is None else open_.reopened)

    def _drop_or_finish(self, open_: _Open, end: int) -> None:
        mark = open_.mark
        if open_.is_tentative and not (mark.glyph == "‘" and mark.starts_line):
            return
        words = self.text[mark.end : end].rstrip()
        if words:
            self.found.append((mark.start, mark.end + len(words), mark.glyph, ""))

    def _with_depths(self) -> list[Region]:
        ordered: list[Region] = []
        ends: list[int] = []
        for start, end, opening, closing in sorted(self.found, key=lambda found: (found[0], -found[1])):
            while ends and ends[-1] <= start:
                ends.pop()
            ordered.append(Region(start, end, len(ends), bool(closing), opening, closing))
            ends.append(end)
        return ordered


def _reopens(opening: Mark, mark: Mark) -> bool:
    """Say whether a mark at the start of a paragraph repeats the open one; French repeats « or »."""
    return mark.glyph == opening.glyph or (opening.glyph == "«" and mark.glyph == "»")


def _stands_in_word(mark: Mark) -> bool:
    """Say whether letters stand on both sides, as in the Hebrew abbreviations that hold a straight mark."""
    return not (mark.may_open or mark.may_close)


def _closes_ahead(all_marks: list[Mark]) -> list[tuple[bool, bool]]:
    """For each mark: does a plain closing single mark follow in its line, up to the next double mark, or over it?"""
    ahead = [(False, False)] * len(all_marks)
    near = far = False
    for number in range(len(all_marks) - 1, -1, -1):
        mark = all_marks[number]
        if number + 1 == len(all_marks) or all_marks[number + 1].line is not mark.line:
            near = far = False
        ahead[number] = (near, far)
        if mark.glyph not in SINGLE:
            near = False
        elif not mark.is_apostrophe:
            if mark.closes_plainly:
                near = far = True
            elif mark.may_open:
                near = far = False
    return ahead
