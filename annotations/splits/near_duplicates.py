"""Near-duplicates: stories that share most of their wording, such as two prints of one agency report.

A story is the set of all runs of ``RUN`` letters and digits in it, whatever the case and whatever stands between them,
so that it works for scripts without spaces. MinHash (Broder 1997) estimates what share of all runs of two stories both
have; locality-sensitive hashing names the pairs for which that is worth estimating.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rensa import RMinHash, RMinHashLSH

RUN = 12
THRESHOLD = 0.5
# 40 bands of 3 find 995 of 1,000 pairs at the threshold, and hardly any pair that has nothing in common.
PERMUTATIONS = 120
BANDS = 40
SEED = 1


def signature(text: str) -> RMinHash:
    """Return what is kept of a text to compare it: half a kilobyte, whatever its length."""
    letters = "".join(filter(str.isalnum, text.casefold()))
    found = RMinHash(PERMUTATIONS, SEED)
    found.update(sorted({letters[at : at + RUN] for at in range(max(1, len(letters) - RUN + 1))}))
    return found


def alike(signatures: Sequence[RMinHash]) -> Iterator[tuple[int, int]]:
    """Yield each pair of numbers, the smaller first, whose texts are near-duplicates."""
    index = RMinHashLSH(THRESHOLD, PERMUTATIONS, BANDS)
    for number, one in enumerate(signatures):
        for other in sorted(_before(index.query(one), number)):
            if one.jaccard(signatures[other]) >= THRESHOLD:
                yield other, number
        index.insert(number, one)


def _before(found: Iterable[int], number: int) -> set[int]:
    return {other for other in found if other < number}
