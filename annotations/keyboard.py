"""Every key of the pages that have some. They, their help sheets, tooltips and the tests read this table alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

# Where keys work: the annotation page, and the pages on which one thing after the other is judged, which share some.
ANNOTATING, ADJUDICATING, REVIEWING, JUDGING = "annotating", "adjudicating", "reviewing", "judging"
PAGES = {
    ANNOTATING: (ANNOTATING,),
    ADJUDICATING: (ADJUDICATING, JUDGING),
    REVIEWING: (REVIEWING, JUDGING),
    JUDGING: (ADJUDICATING, REVIEWING, JUDGING),
}

SELECT, MARK, SPEAKER, QUOTE, MOVE, PAGE = (
    _("Selecting"),
    _("Marking words"),
    _("Speaker"),
    _("The open quote"),
    _("Moving on"),
    _("The page"),
)
JUDGE, ADJUDICATION, REVIEW = _("Going through"), _("Adjudication"), _("Review")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """What a key does. ``key`` is the browser's name of it (`KeyboardEvent.key`), "Control+" before it where held.

    ``also`` does the same, for keyboards without it, until a person changes either. On another ``page`` a key may do
    something else.
    """

    action: str
    key: str
    group: str | Promise
    label: str | Promise
    also: str = ""
    page: str = ANNOTATING


# Keys other than single characters that a person may give to an action.
NAMED_KEYS = ("Delete", "Backspace", "Insert", "Control+Enter", "F2", "F4", "F7", "F8", "F9")
# Those that always do the same, in small letters.
NEEDED_KEYS = frozenset(
    {"escape", "esc", "tab", "enter", "space", "arrowup", "arrowdown", "arrowleft", "arrowright", "pageup", "pagedown"}
)

# From the tenth speaker on there is no key of its own: the search for speakers takes over, and the page says so.
CAST_KEYS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0")

# The first questions of a project; more have no key.
QUESTION_ACTIONS = ("label-1", "label-2", "label-3")

# Of whom an adjudicator takes a quote: A to F. E has its number, since e edits.
TAKE_KEYS = (("a", "1"), ("b", "2"), ("c", "3"), ("d", "4"), ("5", ""), ("f", "6"))

SHORTCUTS = (
    Shortcut("cursor", "v", SELECT, _("Put a cursor into the story, or take it away")),
    Shortcut("clause", ",", SELECT, _("Next clause, as far as a comma or a closing quotation mark")),
    Shortcut("quotation", "'", SELECT, _("What stands in quotation marks: around it, or the next")),
    Shortcut("to-clause", ";", SELECT, _("Grow to the end of a clause")),
    Shortcut("to-sentence", ".", SELECT, _("Grow to the end of the sentence")),
    Shortcut("find", "f", SELECT, _("Search in the story")),
    Shortcut("quote", "q", MARK, _("Make a quote of the selected words")),
    Shortcut("fragment", "+", MARK, _("Add the words to what was said")),
    Shortcut("replace", "=", MARK, _("Say that these words are all that was said")),
    Shortcut("source", "s", MARK, _("The words name who said it")),
    Shortcut("cue", "u", MARK, _("The words signal saying")),
    Shortcut("addressee", "d", MARK, _("The words name to whom")),
    Shortcut("edges", "w", MARK, _("Choose the next marked words of the quote, to move their edges")),
    Shortcut("take-away", "x", MARK, _("Take the chosen words out of the quote")),
    Shortcut("give", "m", MARK, _("Move the chosen words to another quote")),
    Shortcut("accept", "F9", MARK, _("Accept the first proposal")),
    *(
        Shortcut(f"cast-{number}", key, SPEAKER, format_lazy(_("Speaker {number} of the cast"), number=number))
        for number, key in enumerate(CAST_KEYS, start=1)
    ),
    Shortcut("speaker", "/", SPEAKER, _("Find a speaker by name")),
    Shortcut("new-speaker", "p", SPEAKER, _("Make a new speaker")),
    Shortcut("type", "t", QUOTE, _("Type")),
    Shortcut("resolution", "r", QUOTE, _("Resolution, or why there is no source")),
    Shortcut("label-1", "a", QUOTE, _("First question")),
    Shortcut("label-2", "e", QUOTE, _("Second question")),
    Shortcut("label-3", "y", QUOTE, _("Third question")),
    Shortcut("claim", "c", QUOTE, _("Claim")),
    Shortcut("parent", "i", QUOTE, _("The quote around it")),
    Shortcut("note", "n", QUOTE, _("Note")),
    Shortcut("rule", "l", QUOTE, _("What the guidelines say of the part in hand")),
    Shortcut("delete", "Delete", QUOTE, _("Delete the quote"), also="Backspace"),
    Shortcut("next", "j", MOVE, _("Next quote")),
    Shortcut("previous", "k", MOVE, _("Previous quote")),
    Shortcut("gap", "g", MOVE, _("Next paragraph without a quote that was not looked at")),
    Shortcut("looked-at", "o", MOVE, _("Looked at: no quote in these words, or in this paragraph")),
    Shortcut("undo", "z", PAGE, _("Undo")),
    Shortcut("redo", "Z", PAGE, _("Redo")),
    Shortcut("guidelines", "b", PAGE, _("Guidelines")),
    Shortcut("submit", "Control+Enter", PAGE, _("Submit")),
    Shortcut("help", "?", PAGE, _("All keys")),
    *(
        Shortcut(
            f"take-{number}",
            key,
            ADJUDICATION,
            format_lazy(_("Take what {letter} has"), letter=letter),
            also=also,
            page=ADJUDICATING,
        )
        for number, (letter, (key, also)) in enumerate(zip("ABCDEF", TAKE_KEYS, strict=True), start=1)
    ),
    Shortcut("mix", "m", ADJUDICATION, _("Choose part by part; once more: take the mix"), page=ADJUDICATING),
    Shortcut("drop", "x", ADJUDICATION, _("No quote"), page=ADJUDICATING),
    Shortcut("reason", "r", ADJUDICATION, _("Reason"), page=ADJUDICATING),
    Shortcut("item-undo", "z", ADJUDICATION, _("Take the last decision back"), page=ADJUDICATING),
    Shortcut("right", "y", REVIEW, _("The quote is right, or it is not after all"), page=REVIEWING),
    Shortcut("comment", "n", REVIEW, _("Comment on the quote"), page=REVIEWING),
    Shortcut("item-edit", "e", JUDGE, _("Edit it"), page=JUDGING),
    Shortcut("item-next", "j", JUDGE, _("Next one"), page=JUDGING),
    Shortcut("item-previous", "k", JUDGE, _("Previous one"), page=JUDGING),
    Shortcut("item-help", "?", JUDGE, _("All keys"), page=JUDGING),
)


def shortcuts_on(page: str) -> list[Shortcut]:
    """Return the keys of a page, those that it shares too; all of those pages are together as ``JUDGING``."""
    return [row for row in SHORTCUTS if row.page in PAGES[page]]


def keys_of(changed: Mapping[str, str]) -> dict[str, str]:
    """Return the key of each action, with those that a person changed."""
    return {row.action: changed.get(row.action, row.key) for row in SHORTCUTS}


def is_single(key: str) -> bool:
    """Whether it is one character, which somebody may type, or say, without meaning a key."""
    return len(key) == 1


def page_keys(preferences: Mapping[str, Any], page: str = ANNOTATING) -> dict[str, Any]:
    """Return the keys of a page that work for a person: by action, without single characters where they are ``off``.

    ``also`` are the second keys, by what they do.
    """
    off = bool(preferences.get("keys_off"))
    changed = keys_of(preferences.get("keys", {}))
    rows = shortcuts_on(page)
    keys = {row.action: changed[row.action] for row in rows}
    also = {
        row.action: row.also
        for row in rows
        if row.also
        and keys[row.action] == row.key
        and row.also not in keys.values()
        and not (off and is_single(row.also))
    }
    working = {action: key for action, key in keys.items() if key and not (off and is_single(key))}
    return {"off": off, "keys": working, "also": also}


def spoken(key: str) -> str:
    """Return a key as ``aria-keyshortcuts`` names it."""
    if key == "+":
        return "Plus"
    return f"Shift+{key}" if is_single(key) and key.isupper() else key


def written(key: str) -> str:
    """Return a key as a person reads it."""
    return key if key == "+" else spoken(key).replace("Control", "Ctrl")
