"""Whether a correction notice speaks of words."""

from __future__ import annotations

import re

from annotations.text.folding import fold

_WORD = re.compile(r"\w+")
# So many words in a row are no chance; of fewer, all must be there.
_RUN = 4
_FEWEST = 2


def cites(notice: str, words: str) -> bool:
    """Whether a notice repeats words: four of them in a row, or all if they are two or three."""
    said, cited = (_WORD.findall(fold(text).text.casefold()) for text in (words, notice))
    run = min(_RUN, len(said))
    if run < _FEWEST:
        return False
    runs = {tuple(cited[place : place + run]) for place in range(len(cited) - run + 1)}
    return any(tuple(said[place : place + run]) in runs for place in range(len(said) - run + 1))
