"""What people write to each other: kept as it was typed, without what no text may hold."""

from __future__ import annotations

from django.utils.translation import gettext as _

from annotations.services.errors import Invalid
from annotations.text.canonical import TextRefused, canonicalise


def clean_words(words: str, *, field: str, length: int, required: bool = True) -> str:
    """Return what somebody wrote, trimmed. Raises ``Invalid`` for too much, nothing where it is needed, or unfit."""
    try:
        words = canonicalise(words).strip()
    except TextRefused as refused:
        raise Invalid(_("This cannot be used: %(why)s") % {"why": refused.message}, field=field) from refused
    if len(words) > length:
        told = {"most": f"{length:,}", "length": f"{len(words):,}"}
        raise Invalid(_("At most %(most)s characters. This has %(length)s.") % told, field=field)
    if required and not words:
        raise Invalid(_("Write something first."), field=field)
    return words
