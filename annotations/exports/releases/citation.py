"""``CITATION.cff``: how to cite a release, in the Citation File Format 1.2.0."""

from __future__ import annotations

import json

from annotations.exports.releases.edition import Edition


def text(value: str) -> str:
    """Return a text as YAML reads it: JSON is a part of YAML."""
    return json.dumps(value, ensure_ascii=False)


def citation(edition: Edition) -> bytes:
    """Return the file. Its day is the one that the release was asked for, so that it depends on no clock."""
    lines = [
        "cff-version: 1.2.0",
        "message: If you use this dataset, please cite it as below.",
        "type: dataset",
        f"title: {text(edition.title)}",
        f'version: "{edition.number}"',
        f"date-released: {edition.asked['as_of']}",
        "authors:",
        *(f"  - name: {text(name)}" for name in edition.asked["authors"]),
        *([f"license: {edition.asked['licence']}"] if edition.asked["licence"] else []),
        *([f"abstract: {text(edition.asked['note'])}"] if edition.asked["note"] else []),
    ]
    return "\n".join([*lines, ""]).encode()
