"""An editor who annotates by keyboard alone, and one who does by mouse alone: the same work with other hands."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

from playwright.sync_api import Locator, expect

from annotations.exports.records import Record
from tests.browser.annotating import Desk

ROLE_NAMES = {"source": "Source", "cue": "Cue", "addressee": "Addressee"}
QUESTIONS = {"act": "Act", "engagement": "Engagement", "factuality": "Factuality"}
# What a growing selection leaps over: as in cursor.js.
BETWEEN = re.compile(r"[\s,;:.!?…،؛؟、。)\]—–-]*")


class Hands(ABC):
    """What an editor does to make a quote. ``actions`` counts the presses and clicks, typed text aside.

    ``most`` is how many a quote may cost in the mean, with its three questions, its speaker and its claims.
    """

    most: int

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.page = desk.page
        self.text = desk.assignment.version.text
        self.actions = 0

    @abstractmethod
    def choose(self, span: Record) -> None:
        """Choose words of the story."""

    @abstractmethod
    def mark(self, role: str) -> None:
        """Give the chosen words a role: quote, fragment, source, cue, addressee."""

    @abstractmethod
    def cast(self, number: int) -> None:
        """Say that a speaker of the cast is quoted."""

    @abstractmethod
    def new_speaker(self, speaker: Record) -> None:
        """Make a speaker who is quoted."""

    @abstractmethod
    def answer(self, name: str, value: str) -> None:
        """Answer a question about the quote: type, resolution, or a label set."""

    @abstractmethod
    def claim(self, text: str, stance: str) -> None:
        """Say which claim the quote makes."""

    def radios(self, name: str) -> Locator:
        """Return the answers to a question, in their order."""
        title = "type" if name == "type" else "resolution" if name == "resolution" else f"labels-{name}"
        return self.page.locator(f"[role=radiogroup][aria-labelledby={title}-title] input[type=radio]")

    def type_text(self, text: str) -> None:
        """Type into the field that has the focus."""
        self.page.keyboard.type(text)


class Mouse(Hands):
    """By mouse; only names and claims are typed."""

    most = 15

    def click(self, target: Locator) -> None:
        """Click once."""
        self.actions += 1
        target.click()

    def choose(self, span: Record) -> None:
        """Drag over words."""
        nth = sum(self.text.startswith(span["exact"], at) for at in range(span["start"]))
        self.actions += 1
        assert self.desk.select(span["exact"], nth) == span["exact"]

    def mark(self, role: str) -> None:
        """Press the button at the words."""
        name = {"quote": "New quote", "fragment": "Add fragment"}.get(role) or ROLE_NAMES[role]
        self.click(self.page.locator("form[data-words]").get_by_role("button", name=name, exact=True))
        self.desk.settled()

    def cast(self, number: int) -> None:
        """Press the speaker in the cast."""
        self.click(self.page.locator(f"#cast-{number}"))

    def new_speaker(self, speaker: Record) -> None:
        """Open the form of a new speaker, fill it in and press its button."""
        self.click(self.page.locator("summary", has_text="New speaker"))
        self.click(self.page.locator("#new-speaker-label"))
        self.type_text(speaker["label"])
        self.actions += 2
        self.page.locator("#new-speaker-kind").select_option(speaker["kind"])
        if speaker["description"]:
            self.click(self.page.locator("#new-speaker-description"))
            self.type_text(speaker["description"])
        if not speaker["named"]:
            self.click(self.page.locator("#new-speaker-unnamed"))
        self.click(self.page.get_by_role("button", name="Make this speaker"))

    def answer(self, name: str, value: str) -> None:
        """Click on the answer."""
        self.click(self.radios(name).and_(self.page.locator(f"[value='{value}']")))

    def claim(self, text: str, stance: str) -> None:
        """Type the claim, choose the stance and press the button."""
        self.click(self.page.locator("#claim-text"))
        self.type_text(text)
        if stance != "asserts":
            self.actions += 2
            self.page.locator("#claim-stance").select_option(stance)
        self.click(self.page.get_by_role("button", name="Add claim"))


class Held(NamedTuple):
    """What the cursor holds, the part of it that it keeps, and whether a gesture used it."""

    edges: tuple[int, int]
    kept: tuple[int, int]
    spent: bool = False


class Keyboard(Hands):
    """By keyboard. The shortest way from the cursor to the words is found as an editor with some practice finds it."""

    most = 25

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.units: dict[str, list[tuple[int, int]]] = {
            kind: [(start, end) for start, end in units] for kind, units in self._units().items()
        }
        self.place = [0]
        for char in self.text:
            self.place.append(self.place[-1] + len(char.encode("utf-16-le")) // 2)
        self.utf16 = "".join(char if len(char.encode("utf-16-le")) == 2 else char + "\0" for char in self.text)
        right_to_left = (
            self.page.evaluate("getComputedStyle(document.querySelector('[data-story] .block')).direction") == "rtl"
        )
        self.forward, self.back = ("ArrowLeft", "ArrowRight") if right_to_left else ("ArrowRight", "ArrowLeft")
        self.press("v")
        self.held = Held((0, 0), (0, 0))

    def _units(self) -> Any:
        return self.page.evaluate(
            """async () => {
              const { units } = await import("/static/js/story-text.js");
              const kinds = ["character", "word", "clause", "statement", "sentence", "paragraph", "quotation"];
              return Object.fromEntries(kinds.map((kind) => [kind, units(kind)]));
            }"""
        )

    def press(self, *keys: str) -> None:
        """Press keys."""
        self.actions += len(keys)
        self.desk.keys(*keys)

    def choose(self, span: Record) -> None:
        """Move the cursor to the words, and let it grow over them."""
        target = (self.place[span["start"]], self.place[span["end"]])
        keys, self.held = self._way(target)
        self.press(*keys)
        # Keys that were typed ahead of an answer still have to be carried out.
        expect(self.page.locator("form[data-words] [name=exact]")).to_have_value(span["exact"])

    def mark(self, role: str) -> None:
        """Press the key of the role."""
        self.press({"quote": "q", "fragment": "+", "source": "s", "cue": "u", "addressee": "d"}[role])
        self.held = self.held._replace(spent=True)

    def cast(self, number: int) -> None:
        """Press the number of the speaker."""
        self.press(str(number % 10))

    def new_speaker(self, speaker: Record) -> None:
        """Fill in the form of a new speaker, from field to field."""
        self.press("p")
        expect(self.page.locator("#new-speaker-label")).to_be_focused()
        self.type_text(speaker["label"])
        self.press("Tab", speaker["kind"][0], "Tab")
        self.type_text(speaker["description"] or "")
        if not speaker["named"]:
            self.press("Tab", "Space")
        self.press("Enter")

    def answer(self, name: str, value: str) -> None:
        """Press the key of the question and the number of the answer."""
        key = {"type": "t", "resolution": "r", "act": "a", "engagement": "e", "factuality": "y"}[name]
        values = self.radios(name).evaluate_all("radios => radios.map((radio) => radio.value)")
        self.press(key, str(values.index(value) + 1))

    def claim(self, text: str, stance: str) -> None:
        """Type the claim, and choose the stance."""
        self.press("c")
        expect(self.page.locator("#claim-text")).to_be_focused()
        self.type_text(text)
        if stance != "asserts":
            self.press("Tab", stance[0])
        self.press("Enter")

    def _way(self, target: tuple[int, int]) -> tuple[list[str], Held]:
        ways: dict[Held, list[str]] = {self.held: []}
        waiting = deque([self.held])
        while waiting:
            held = waiting.popleft()
            if held.edges == target and not held.spent:
                return ways[held], held
            for key, reached in (*self._moves(held), *self._growths(held, target)):
                if reached not in ways:
                    ways[reached] = [*ways[held], key]
                    waiting.append(reached)
        raise AssertionError(f"no way to {target}")

    def _moves(self, held: Held) -> Iterator[tuple[str, Held]]:
        start, end = held.edges
        for kind, onward, backward in (
            ("word", f"Control+{self.forward}", f"Control+{self.back}"),
            ("clause", ",", ""),
        ):
            following = next((unit for unit in self.units[kind] if unit[0] >= end), None)
            if following:
                yield onward, Held(following, following)
            before = next((unit for unit in reversed(self.units[kind]) if unit[1] <= start), None)
            if before and backward:
                yield backward, Held(before, before)
        yield from self._letters(held)
        quotation = next((unit for unit in self.units["quotation"] if unit[1] > end), None)
        if quotation:
            yield "'", Held(quotation, quotation)
        for kind, modifier in (("sentence", "Alt"), ("paragraph", "Control")):
            places = [left for left, _right in self.units[kind]]
            for key, found in (
                ("ArrowDown", next((at for at in places if at > start), None)),
                ("ArrowUp", next((at for at in reversed(places) if at < start), None)),
            ):
                if found is not None:
                    yield f"{modifier}+{key}", Held((found, found), (found, found))

    def _letters(self, held: Held) -> Iterator[tuple[str, Held]]:
        start, end = held.edges
        paragraph = next(unit for unit in reversed(self.units["paragraph"]) if unit[0] <= start)
        words = [unit for unit in self.units["word"] if paragraph[0] <= unit[0] and unit[1] <= paragraph[1]]
        found: dict[str, tuple[int, int]] = {}
        for unit in sorted(words, key=lambda unit: (unit[0] < end, unit)):
            found.setdefault(self.utf16[unit[0]].upper(), unit)
        # The others are not on the keyboard of this editor, or mean something else.
        yield from (
            (f"Shift+{key}", Held(unit, unit)) for key, unit in found.items() if key in "ABCDEFGHIJKLMNOPQRSTUVWXY"
        )

    def _growths(self, held: Held, target: tuple[int, int]) -> Iterator[tuple[str, Held]]:
        for kind, key in (
            ("word", f"Control+Shift+{self.forward}"),
            ("clause", ";"),
            ("statement", "."),
            ("character", f"Shift+{self.forward}"),
        ):
            start, end = held.edges
            kept = held.kept
            if held.spent or start == end:
                start = end = end + len(BETWEEN.match(self.utf16, end).group())  # type: ignore[union-attr]
                kept = (start, start)
            following = next((right for _left, right in self.units[kind] if right > end), end)
            if start == target[0] and kept[0] == start:
                yield key, Held((start, following), kept if kind != "character" else (start, start))
