"""What is sent to make a release."""

from __future__ import annotations

from annotations.api.shapes import FLAG, choice, listing, optional_record, string, whole
from annotations.exports.releases.edition import LICENCES
from annotations.splits.shares import HOW

NAMED = string(longest=200)
DAY = string(longest=10, description="Such as 2026-05-31.")
SHARE = whole(most=49, description="In 100 stories.")
NEW_RELEASE = optional_record(
    {
        "title": NAMED,
        "authors": listing(NAMED, most=50),
        "licence": choice(["", *LICENCES]),
        "note": string(longest=2000),
        "published_from": DAY,
        "published_to": DAY,
        "outlet": listing(NAMED, most=20),
        "how": choice(HOW),
        "seed": whole(),
        "dev": SHARE,
        "test": SHARE,
        "speakers_apart": FLAG,
        "parquet": FLAG,
        "as_of": DAY,
    }
)
