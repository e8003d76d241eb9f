"""Field helpers that several models share."""

import re
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.crypto import get_random_string

# No vowels and no look-alikes: a key never spells a word and can be read aloud.
KEY_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
KEY_MAX_LENGTH = 100


def new_key(prefix: str) -> str:
    """Return a fresh random key such as ``q-7h2kx9bd4m``; 27**10 values make a clash unthinkable."""
    return f"{prefix}-{get_random_string(10, KEY_ALPHABET)}"


def is_fresh(key: str, prefix: str) -> bool:
    """Whether a key looks like one of ours: a page makes some itself. One that could be guessed asks who is there."""
    return re.fullmatch(rf"{prefix}-[{KEY_ALPHABET}]{{10}}", key) is not None


# Only the type checker knows Django's fields as generic.
if TYPE_CHECKING:
    _Text = models.CharField[str, str]
else:
    _Text = models.CharField


class Key(_Text):
    """An id as people, files and the API see it: a string, unique in its project, never changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", KEY_MAX_LENGTH)
        super().__init__(*args, **kwargs)
