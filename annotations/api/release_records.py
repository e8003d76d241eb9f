"""Releases as the API answers them."""

from __future__ import annotations

from annotations import access
from annotations.api.components import KEY, SHA256, TEXT
from annotations.api.shapes import Shape, listing, nullable, optional_record, record, whole
from annotations.exports.records import Record
from annotations.models import Membership, Release
from annotations.services.release_files import listed

MOMENT: Shape = {"type": "string", "format": "date-time"}
NUMBER = whole(least=1)
COUNT = whole(most=2**53)
FILE = record({"name": KEY, "bytes": COUNT, "sha256": SHA256})

RELEASE: dict[str, Shape] = {
    "number": NUMBER,
    "title": TEXT,
    "asked": {"type": "object", "description": "What was asked for: filters, splits and their seed."},
    "published": MOMENT,
    "published_by": {"type": "string", "description": "A user name."},
    "as_of_change": whole(most=2**63 - 1),
    "guidelines": nullable({"type": "string", "description": "The version in force, as lines of the data name it."}),
    "sha256": {**SHA256, "description": "Of SHA256SUMS, the list of the checksums of all other files."},
    "withdrawn": nullable({**MOMENT, "description": "When a removal withdrew it, and emptied its files."}),
    "withheld": nullable({"type": "string", "description": "Why you see nothing of what it holds."}),
    "previous": nullable({**NUMBER, "description": "The release with which it is compared."}),
    "changes": nullable(
        {
            "type": "object",
            "description": "How many stories and quotes differ from that release, and how; changes.jsonl says which.",
            "additionalProperties": COUNT,
        }
    ),
    "summary": nullable(
        {"type": "object", "description": "Counts in all and in each split, tables, near-duplicates, agreement."}
    ),
    "files": {**listing(FILE), "description": "Those that you can fetch."},
}
RECORDS: dict[str, Shape] = {"Release": record(RELEASE), "ReleaseInList": optional_record(RELEASE)}


def release_record(membership: Membership, release: Release) -> Record:
    """Return a release as the member sees it."""
    withheld = access.withheld_release(membership, release)
    summary: Record = {} if withheld else dict(release.summary)
    removal = release.withdrawn_by
    return {
        "number": release.number,
        "title": release.asked["title"],
        "asked": release.asked,
        "published": release.published_at.isoformat() if release.published_at else None,
        "published_by": release.actor.username,
        "as_of_change": release.as_of_change,
        "guidelines": release.guidelines.reference if release.guidelines else None,
        "sha256": release.sha256,
        "withdrawn": removal.finished_at.isoformat() if removal and removal.finished_at else None,
        "withheld": withheld or None,
        "previous": summary.pop("previous", None),
        "changes": summary.pop("changes", None),
        "summary": summary or None,
        "files": [] if withheld else listed(release.files.all()),
    }
