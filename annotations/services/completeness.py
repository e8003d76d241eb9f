"""What a quote, and a story, still lack before the story can be called done."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from django.utils.translation import gettext as _

from annotations.exports.dataset import block_records, quote_states
from annotations.exports.records import Record
from annotations.models import Assignment, LabelSet, Quote
from annotations.text.blocks import Block, Kind
from annotations.text.coverage import clipped, is_covered

SPEAKER = "speaker"
RESOLUTION = "resolution"


def missing_parts(
    *, speaker: str | None, resolution: str | None, labels: Container[str], label_sets: Iterable[str]
) -> list[str]:
    """Return what nobody answered yet: ``speaker`` (or why there is none), ``resolution``, keys of label sets."""
    missing = []
    if not speaker and resolution != Quote.Resolution.NONE:
        missing.append(SPEAKER)
    elif not resolution:
        missing.append(RESOLUTION)
    return [*missing, *(key for key in label_sets if key not in labels)]


def missing_answers(assignment: Assignment, read_up_to: int | None) -> Iterator[tuple[str, str]]:
    """Yield the place and the reason of all that is missing in a story that was read up to there, or to its end."""
    end = read_up_to or assignment.version.length
    asked = LabelSet.objects.filter(project_id=assignment.project_id, is_active=True)
    label_sets = list(asked.values_list("key", flat=True))
    states = list(quote_states(Quote.objects.live().filter(assignment=assignment)).values())
    for state in states:
        if min(span["start"] for span in state["content"]) < end:
            parts = missing_parts(
                speaker=state["speaker"], resolution=state["resolution"], labels=state["labels"], label_sets=label_sets
            )
            yield from ((f"quotes.{state['id']}.{_place(part)}", _("Nobody has answered this.")) for part in parts)
    for block in _gaps(assignment, states):
        if block.start < end:
            told = {"start": block.start, "end": block.end}
            yield "looked_at", _("Nobody has said what is in %(start)s..%(end)s.") % told


def _place(part: str) -> str:
    return part if part in {SPEAKER, RESOLUTION} else f"labels.{part}"


def _gaps(assignment: Assignment, states: list[Record]) -> Iterator[Block]:
    """Yield the blocks that hold no quote and that nobody has looked at."""
    found = enumerate(block_records(assignment.version))
    blocks = [Block(index, Kind(block["kind"]), block["start"], block["end"]) for index, block in found]
    quoted = clipped(blocks, ((span["start"], span["end"]) for state in states for span in state["content"]))
    looked = clipped(blocks, assignment.looked_at)
    for block in blocks:
        stretches = looked.get(block.index, [])
        is_looked_at = bool(stretches) and is_covered(assignment.version.text, block, stretches)
        if block.kind != Kind.BOILERPLATE and block.index not in quoted and not is_looked_at:
            yield block
