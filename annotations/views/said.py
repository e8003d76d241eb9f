"""What a gesture did, in a sentence or two for those who do not see the page change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from django.utils.translation import gettext as _

from annotations.exports.records import ROLES, Record
from annotations.models import Change, LabelSet
from annotations.views.conflicts import claim_title, role_name, spans_in_words
from annotations.views.page_changes import Written, meets
from annotations.views.story import Card, Story


def said_of(written: Written, story: Story, label_sets: Iterable[LabelSet]) -> str:
    """Return what was written, in words."""
    sets = {row.key: row.name for row in label_sets}
    found = [_STEPS[written.action]()] if written.action in _STEPS else []
    if written.quotes:
        before, after = written.quotes[0]
        found += _of_quote(before, after, story.by_key.get(after["id"]), sets)
    elif written.looked_at:
        found += _of_blocks(written, story)
    return " ".join(found)


def _of_blocks(written: Written, story: Story) -> Iterator[str]:
    """Yield the paragraphs in which the words are that were looked at, by their numbers."""
    touched = [block for block in story.blocks if meets(block, written.looked_at)]
    numbers = ", ".join(str(block.index) for block in touched)
    if not written.is_looked_at:
        yield _("Not looked at: paragraph %(numbers)s.") % {"numbers": numbers}
    elif all(block.is_looked_at for block in touched):
        yield _("Paragraph %(numbers)s looked at.") % {"numbers": numbers}
    else:
        yield _("Words of paragraph %(numbers)s looked at.") % {"numbers": numbers}


_STEPS: dict[str, Callable[[], str]] = {
    Change.Action.UNDO: lambda: _("Undone."),
    Change.Action.REDO: lambda: _("Redone."),
}


def _of_quote(before: Record, after: Record, card: Card | None, sets: Mapping[str, str]) -> Iterator[str]:
    if after["deleted"]:
        yield _("Quote deleted.")
    elif card is None or not before:
        yield _("Quote made.")
    elif before["deleted"]:
        yield _("Quote brought back.")
    else:
        pairs = _changed(before, after, card, sets)
        yield from (_("%(name)s: %(value)s.") % {"name": name, "value": value or _("none")} for name, value in pairs)


def _changed(before: Record, after: Record, card: Card, sets: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the parts that differ, by name, with what they are now."""
    for role in ROLES:
        if before[role] != after[role]:
            yield role_name(role), spans_in_words(after[role]) if after[role] else ""
    if before["speaker"] != after["speaker"]:
        yield _("Speaker"), card.speaker.label if card.speaker else ""
    if (before["type"], before["type_overridden"]) != (after["type"], after["type_overridden"]):
        yield _("Type"), card.type_display
    if (before["resolution"], before["no_source"]) != (after["resolution"], after["no_source"]):
        yield _("Resolution"), card.resolution_display
    answers = dict(zip(card.labels, card.label_names, strict=True))
    for key in dict.fromkeys([*before["labels"], *after["labels"]]):
        if before["labels"].get(key) != after["labels"].get(key):
            yield sets.get(key, key), answers[key][1] if key in answers else ""
    if before["claims"] != after["claims"]:
        yield _("Claims"), "; ".join(f"{claim_title(one.text)}: {one.stance_display}" for one in card.claims)
    if before["parent"] != after["parent"]:
        yield _("Inside"), _("another quote") if after["parent"] else ""
    if before.get("note") != after.get("note"):
        yield _("Note"), after.get("note", "")
