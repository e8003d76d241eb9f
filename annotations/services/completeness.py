"""What a quote still lacks before its story can be called done."""

from __future__ import annotations

from collections.abc import Container, Iterable

from annotations.models import Quote

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
